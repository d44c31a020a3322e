"""A sample of a source tree, and queries whose answers are known: functions whose doc comment was taken away."""

import json
import os
import random
import shutil
import sqlite3
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

import comments
import text

# The language that is measured in each tree of bench/trees.
TREES = {"java": "java", "go": "go", "rust": "rust", "django": "python", "boost": "cpp", "linux": "c"}
# Longer files are tables and generated code as a rule, and froe cuts them as text past 2 MiB.
LARGEST_FILE = 1 << 20
# A declaration alone says too little to be an answer.
FEWEST_LINES = 3


@dataclass(frozen=True)
class Symbol:
    path: str
    kind: str
    name: str
    begin: int  # bytes
    end: int
    name_begin: int


@dataclass
class Query:
    text: str
    path: str
    begin: int  # of the answer, in bytes
    end: int
    size: int  # of the answer


@dataclass
class Corpus:
    name: str
    language: str
    root: Path  # of the sample, with the comments blanked
    files: dict = field(default_factory=dict)  # path: content
    symbols: list = field(default_factory=list)
    queries: list = field(default_factory=list)


def extensions(froe, language):
    listed = subprocess.run([froe, "languages", "--json"], stdout=subprocess.PIPE, check=True, text=True)
    for line in listed.stdout.splitlines():
        known = json.loads(line)
        if known["name"] == language:
            return tuple("." + each for each in known["extensions"])
    raise SystemExit(f"quality: froe has no language named {language}")


def choose_files(tree, suffixes, most_bytes, chance):
    """Paths of files of a language, at random up to so many bytes, in order."""
    paths = []
    for directory, directories, names in os.walk(tree):
        directories.sort()
        for name in sorted(names):
            path = Path(directory, name)
            if name.endswith(suffixes) and path.is_file() and not path.is_symlink():
                if path.stat().st_size <= LARGEST_FILE:
                    paths.append(path)
    chance.shuffle(paths)
    chosen, total = [], 0
    for path in paths:
        total += path.stat().st_size
        if most_bytes and total > most_bytes and chosen:
            break
        chosen.append(path.relative_to(tree).as_posix())
    return sorted(chosen)


def read_symbols(froe, root, database):
    """What froe takes for definitions, from an index of the tree."""
    subprocess.run([froe, "index", "--quiet", "--db", database, root], check=False, stdin=subprocess.DEVNULL)
    connection = sqlite3.connect(f"file:{database}?mode=ro", uri=True)
    rows = connection.execute(
        "SELECT file.path, kind.name, symbol.name, begin_byte, end_byte, name_begin_byte FROM file"
        " JOIN blob ON blob.id = file.blob JOIN symbol ON symbol.blob = blob.id JOIN kind ON kind.id = symbol.kind"
        " ORDER BY file.path, ordinal"
    )
    symbols = [Symbol(*row) for row in rows]
    connection.close()
    return symbols


def find_comments(corpus, symbols):
    """(symbol, range of its doc comment) of each function that has one."""
    by_path = {}
    for symbol in symbols:
        if symbol.kind in ("function", "method", "constructor"):
            by_path.setdefault(symbol.path, []).append(symbol)
    return [
        (symbol, span)
        for path, functions in by_path.items()
        for symbol, span in comments.find(corpus.language, corpus.files[path], functions).items()
    ]


def find_candidates(corpus, found):
    """(symbol, range, query) of those that can be asked for."""
    candidates = []
    for symbol, (begin, end) in found:
        source = corpus.files[symbol.path]
        query = comments.query(source[begin:end], corpus.language, symbol.name)
        if query is None:
            continue
        body = text.blank(source[symbol.begin : symbol.end], [(begin - symbol.begin, end - symbol.begin)])
        if sum(1 for line in body.splitlines() if line.strip()) >= FEWEST_LINES:
            candidates.append((symbol, (begin, end), query))
    return candidates


def choose_queries(candidates, count, chance):
    """Some of them. A sentence that several functions share has no one answer."""
    times = {}
    for _, _, query in candidates:
        times[query.lower()] = times.get(query.lower(), 0) + 1
    single = [each for each in candidates if times[each[2].lower()] == 1]
    return chance.sample(single, min(count, len(single)))


def make(froe, name, language, tree, scratch, megabytes, count, seed, blank_all):
    """Samples the tree into a directory below `scratch` and blanks the comments that are asked for."""
    chance = random.Random(f"{seed} {language}")
    corpus = Corpus(name, language, scratch / "tree")
    for path in choose_files(tree, extensions(froe, language), int(megabytes * 1e6), chance):
        corpus.files[path] = (tree / path).read_bytes()
        (corpus.root / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(tree / path, corpus.root / path)
    found = find_comments(corpus, read_symbols(froe, corpus.root, scratch / "original.db"))
    chosen = choose_queries(find_candidates(corpus, found), count, chance)
    blanked = {}
    for symbol, span in found if blank_all else [(symbol, span) for symbol, span, _ in chosen]:
        blanked.setdefault(symbol.path, set()).add(span)
    for path, spans in blanked.items():
        corpus.files[path] = text.blank(corpus.files[path], spans)
        (corpus.root / path).write_bytes(corpus.files[path])
    for symbol, _, query in chosen:
        corpus.queries.append(Query(query, symbol.path, symbol.begin, symbol.end, 0))
    for query in corpus.queries:
        query.size = text.size(corpus.files[query.path][query.begin : query.end])
    corpus.symbols = read_symbols(froe, corpus.root, scratch / "index.db")
    return corpus
