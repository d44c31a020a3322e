"""Finds the doc comment of a definition, and makes a query of its first sentence."""

import ast
import re

# How the lines of a doc comment begin, and how a block of one does; `skip` may stand between comment and definition.
STYLES = {
    "java": {"line": None, "block": ("/**",), "skip": ("@",)},
    "go": {"line": ("//",), "block": (), "skip": ("//go:",)},
    "rust": {"line": ("///",), "block": ("/**",), "skip": ("#[",)},
    "cpp": {"line": ("///", "//!"), "block": ("/**", "/*!"), "skip": ()},
    "c": {"line": ("///", "//!"), "block": ("/**", "/*!"), "skip": ()},
}
LANGUAGES = [*STYLES, "python"]
# A paragraph that is none: tags, directives, headings, parameters.
NOT_PROSE = re.compile(r"^\s*([@\\#:>|]|- |\* |go:|[A-Z]+\(|TODO|FIXME|XXX|Copyright|Deprecated|NOTE|Note:)")
ABBREVIATION = re.compile(r"\b(e\.g|i\.e|etc|vs|cf|resp|a\.k\.a)\.")
FEWEST_WORDS, MOST_WORDS = 4, 40


def above(source, begin, style):
    """The range of the doc comment that ends above the line of `begin`, or None."""
    end = source.rfind(b"\n", 0, begin) + 1
    comment_end, comment_begin, in_block = None, None, False
    while end > 0:
        start = source.rfind(b"\n", 0, end - 1) + 1
        line = source[start : end - 1].strip().decode("utf-8", "replace")
        if in_block:
            if line.startswith(style["block"]):
                return start, comment_end
            if "/*" in line:
                return None
        elif style["skip"] and line.startswith(style["skip"]):
            if comment_end is not None:
                break
        elif style["line"] and line.startswith(style["line"]):
            comment_begin, comment_end = start, comment_end or end
        elif comment_end is None and style["block"] and line.endswith("*/"):
            comment_end = end
            if line.startswith(style["block"]):
                return start, end
            in_block = True
        else:
            break
        end = start
    return (comment_begin, comment_end) if comment_begin is not None else None


def docstrings(source):
    """The range of the docstring of each function of a Python file, by the line of its `def`."""
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return {}
    starts = [0]
    for line in source.splitlines(keepends=True):
        starts.append(starts[-1] + len(line))
    found = {}
    for node in ast.walk(tree):
        if not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) or ast.get_docstring(node) is None:
            continue
        text = node.body[0].value
        begin = starts[text.lineno - 1] + text.col_offset
        found[node.lineno] = (begin, starts[text.end_lineno - 1] + text.end_col_offset)
    return found


def find(language, source, symbols):
    """The range of the doc comment of each symbol that has one."""
    if language != "python":
        return {symbol: range for symbol in symbols if (range := above(source, symbol.begin, STYLES[language]))}
    by_line = docstrings(source)
    found = {}
    for symbol in symbols:
        line = source.count(b"\n", 0, symbol.name_begin) + 1
        if line in by_line:
            found[symbol] = by_line[line]
    return found


def strip_markup(text):
    text = re.sub(r"\{@\w+\s+([^}]*)\}", r"\1", text)
    text = re.sub(r"</?[a-zA-Z][^>]*>", " ", text)
    text = re.sub(r"[\\@](brief|short|c|p|a|e|ref)\b", " ", text)
    text = re.sub(r":\w+:`~?([^`]*)`", r"\1", text)
    text = re.sub(r"\[([^\]]*)\](\([^)]*\)|\[[^\]]*\])?", r"\1", text)
    return text.replace("`", " ").replace("*", " ")


def first_sentence(comment, language):
    """The first sentence of a doc comment's bytes, without markers and markup; empty if it begins otherwise."""
    text = comment.decode("utf-8", "replace").strip()
    if language == "python":
        text = re.sub(r"^[rRuUbBfF]*(\"\"\"|'''|\"|')|(\"\"\"|'''|\"|')$", "", text)
    lines = []
    for line in text.splitlines():
        if language != "python":
            line = re.sub(r"^\s*(/\*[*!]+|//[/!]?|\*+(?!/))", "", line)
            line = re.sub(r"\*+/\s*$", "", line)
        line = re.sub(r"^\s*[\\@](brief|short)\b", "", line).strip()
        if not line and lines:
            break
        if NOT_PROSE.match(line):
            break
        if line:
            lines.append(line)
    text = strip_markup(" ".join(lines))
    text = ABBREVIATION.sub(lambda match: match.group().replace(".", ""), text)
    match = re.match(r".*?[.!?](?=\s|$)", text, re.S)
    return " ".join((match.group() if match else text).split())


def query(comment, language, name):
    """What somebody would type who knows what a function does, but not what it is called. None if the comment
    does not say."""
    sentence = first_sentence(comment, language)
    words = [word for word in sentence.split() if word.strip(".,;:()'\"") != name]
    letters = [word for word in words if re.search(r"[A-Za-z]", word)]
    if not FEWEST_WORDS <= len(letters) <= MOST_WORDS:
        return None
    return " ".join(words)
