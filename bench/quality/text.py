"""Sizes of source text, in characters that are not white space: the unit of everything that is compared here."""

# A character of UTF-8 is counted by its first byte.
NOT_COUNTED = b" \t\n\v\f\r" + bytes(range(0x80, 0xC0))


def size(text):
    """Of bytes."""
    return len(text.translate(None, NOT_COUNTED))


def prefix(text, count):
    """The length in bytes of the shortest beginning that has so many characters, or of all of it."""
    low, high = 0, len(text)
    while low < high:
        middle = (low + high) // 2
        if size(text[:middle]) >= count:
            high = middle
        else:
            low = middle + 1
    return low


def blank(text, spans):
    """The same text with spaces in these ranges, line breaks apart, so that no offset changes."""
    result = bytearray(text)
    for begin, end in spans:
        for at in range(max(begin, 0), min(end, len(text))):
            if text[at] not in b"\r\n":
                result[at] = 0x20
    return bytes(result)
