"""How well queries find their answers among ranked chunks, reading the best until a budget of characters is spent."""

import json
import math
import re
import sqlite3
import statistics
import subprocess

import text

# More results than anybody reads: the rank of a first hit is looked for among these.
MOST_RESULTS = 200
WORD = re.compile(r"[^\W_]+")
PART = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z\x80-\U0010ffff]+|[0-9]+")


# Words that stand in any sentence, the same as `froe search` leaves out. In code they are rare, so that BM25 takes
# them for telling, and finds comments of any subject.
EMPTY_WORDS = frozenset(
    "a an and are as at be been being but by can could did do does for from had has have in into is it its may might"
    " of on onto or shall should so such than that the their them then there these they this those to was were what"
    " when where whether which who whom whose will with would".split()
)


class Splitter:
    """The parts of identifiers, as froe's index has them: those that the tokenizer leaves in one piece."""

    def __init__(self):
        self._parts = {}

    def of_word(self, word):
        known = self._parts.get(word)
        if known is None:
            parts = PART.findall(word)
            known = [] if len(parts) < 2 or word[0].isdigit() else [part.lower() for part in parts]
            self._parts[word] = known
        return known

    def of_text(self, source):
        found = {}
        for word in dict.fromkeys(WORD.findall(source)):
            for part in self.of_word(word):
                found[part] = None
        return " ".join(found)


class PlainIndex:
    """BM25 of SQLite's FTS5 over the text of chunks and the parts of its identifiers: the same for every way of
    cutting. `heads`: what is put in front of the chunk at (path, begin)."""

    def __init__(self, corpus, chunks, heads=None):
        self._splitter = Splitter()
        self._heads = heads or {}
        self._spans = [(path, *span) for path, spans in sorted(chunks.items()) for span in spans]
        self._connection = sqlite3.connect(":memory:")
        self._connection.execute(
            "CREATE VIRTUAL TABLE chunk USING fts5 (text, words, content = '', tokenize = 'porter unicode61')"
        )
        self._connection.executemany("INSERT INTO chunk (rowid, text, words) VALUES (?, ?, ?)", self._rows(corpus))

    def _rows(self, corpus):
        for row, (path, begin, end) in enumerate(self._spans):
            source = corpus.files[path][begin:end].decode("utf-8", "replace")
            source = self._heads.get((path, begin), "") + source
            yield row, source, self._splitter.of_text(source)

    def search(self, query):
        words = dict.fromkeys(WORD.findall(query))
        words = dict.fromkeys(word for word in words if word.lower() not in EMPTY_WORDS) or words
        for word in list(words):
            words.update(dict.fromkeys(self._splitter.of_word(word)))
        expression = " OR ".join(f'"{word}"' for word in words)
        rows = self._connection.execute(
            "SELECT rowid FROM chunk WHERE chunk MATCH ? ORDER BY bm25(chunk), rowid LIMIT ?",
            (expression, MOST_RESULTS),
        )
        return [self._spans[row] for (row,) in rows]


class FroeSearch:
    """`froe search` over an index."""

    def __init__(self, programs, database):
        self._command = [programs.froe, "search", "--db", str(database), "--json", "-n", str(MOST_RESULTS)]

    def search(self, query):
        ran = subprocess.run([*self._command, "--", query], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, check=False)
        if ran.returncode not in (0, 1):
            raise SystemExit("quality: froe search failed")
        found = map(json.loads, ran.stdout.splitlines())
        return [(each["path"], each["start_byte"], each["end_byte"]) for each in found]


def read(corpus, query, results, budget):
    """Recall, precision and intersection over union of what is read, and the reciprocal rank of the first hit."""
    used = found = reciprocal = 0
    for rank, (path, begin, end) in enumerate(results, 1):
        source = corpus.files[path]
        overlap = text.size(source[max(begin, query.begin) : min(end, query.end)]) if path == query.path else 0
        if overlap and not reciprocal:
            reciprocal = 1 / rank
        if used < budget:
            chunk_size = text.size(source[begin:end])
            if used + chunk_size > budget:
                end = begin + text.prefix(source[begin:end], budget - used)
                chunk_size = budget - used
                overlap = text.size(source[max(begin, query.begin) : min(end, query.end)]) if overlap else 0
            used += chunk_size
            found += overlap
        elif reciprocal:
            break
    return {
        "recall": found / query.size,
        "precision": found / used if used else 0,
        "iou": found / (used + query.size - found) if used else 0,
        "reciprocal_rank": reciprocal,
    }


def measure(corpus, index, budget):
    """Means over the queries; of recall also half of the interval in which 95 of 100 such samples have theirs."""
    answers = [read(corpus, query, index.search(query.text), budget) for query in corpus.queries]
    result = {name: statistics.mean(each[name] for each in answers) for name in answers[0]}
    recalls = [each["recall"] for each in answers]
    result["recall_interval"] = 1.96 * statistics.pstdev(recalls) / math.sqrt(len(recalls))
    result["queries"] = len(answers)
    return result
