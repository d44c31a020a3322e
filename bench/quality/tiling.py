"""What a way of cutting does to the files: lost, repeated, cut in two."""

import bisect
import statistics

import text


def measure(corpus, chunks, budget):
    total = lost = lost_text = repeated = over = cut = fitting = 0
    fills = []
    definitions = {}
    for symbol in corpus.symbols:
        if symbol.kind == "module":
            continue  # nobody reads a namespace as one; froe opens those that would fit on purpose
        definitions.setdefault(symbol.path, []).append((symbol.begin, symbol.end))
    for path, source in corpus.files.items():
        total += len(source)
        at = 0
        spans = sorted(chunks.get(path, []))
        for begin, end in [*spans, (len(source), len(source))]:
            if begin > at:
                lost += begin - at
                lost_text += text.size(source[at:begin])
            repeated += max(0, min(at, end) - begin)
            at = max(at, end)
        for begin, end in spans:
            chunk_size = text.size(source[begin:end])
            fills.append(chunk_size / budget)
            over += chunk_size > budget
        begins = [begin for begin, _ in spans]
        for begin, end in definitions.get(path, []):
            if text.size(source[begin:end]) > budget:
                continue
            fitting += 1
            found = bisect.bisect_right(begins, begin) - 1
            cut += found < 0 or spans[found][1] < end
    return {
        "bytes": total,
        "lost_bytes": lost,
        "lost_characters": lost_text,  # without white space
        "repeated_bytes": repeated,
        "chunks": len(fills),
        "fill_mean": statistics.mean(fills),
        "fill_spread": statistics.pstdev(fills),
        "definitions": fitting,  # that fit the budget
        "definitions_cut": cut,
        "over_budget": over,
    }
