"""Measures the quality of chunks and of search: see bench/README.md. Run by bench/quality/run."""

import argparse
import concurrent.futures
import json
import os
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

import chunkers
import corpus as corpora
import retrieval
import tiling

HERE = Path(__file__).resolve().parent
DEFAULT_TREES = ["java", "go", "rust", "django", "boost"]


@dataclass
class Programs:
    froe: Path
    cast_cut: Path


def prepare(tree):
    """(name, language, directory) of an argument: a tree of bench/trees, or LANGUAGE:DIRECTORY."""
    if ":" in tree:
        language, directory = tree.split(":", 1)
        return Path(directory).name, language, Path(directory)
    if tree not in corpora.TREES:
        sys.exit(f"quality: there is no tree named {tree}; there are {', '.join(corpora.TREES)}")
    prepared = subprocess.run([HERE.parent / "trees", tree], stdout=subprocess.PIPE, text=True, check=False)
    if prepared.returncode != 0:
        sys.exit(prepared.returncode)
    return tree, corpora.TREES[tree], Path(prepared.stdout.strip())


def ways(corpus, programs, arguments):
    """(name, ranges, heads, budget) of each way of cutting."""
    budget, small = arguments.max_size, arguments.max_size // 3
    yield "lines, 40", chunkers.lines(corpus, 40), {}, budget
    yield f"lines, {budget}", chunkers.filled_lines(corpus, budget), {}, budget
    yield f"cAST, {budget}", chunkers.cast(corpus, programs, budget), {}, budget
    yield f"cAST, {small}", chunkers.cast(corpus, programs, small), {}, small
    chunks, heads = chunkers.froe(corpus, programs, budget, arguments.min_size)
    yield f"froe, {budget}", chunks, {}, budget
    yield f"froe, {budget}, with heads", chunks, heads, budget


def measure(tree, arguments, programs):
    name, language, directory = tree
    scratch = Path(tempfile.mkdtemp(prefix="froe-quality."))
    try:
        corpus = corpora.make(
            programs.froe, name, language, directory, scratch, arguments.megabytes, arguments.queries, arguments.seed,
            arguments.blank == "all",
        )
        results = []
        for way, chunks, heads, budget in ways(corpus, programs, arguments):
            row = {"way": way, "tree": name, "files": len(corpus.files)}
            if not heads:
                row.update(tiling.measure(corpus, chunks, budget))
            row.update(retrieval.measure(corpus, retrieval.PlainIndex(corpus, chunks, heads), arguments.read))
            results.append(row)
        search = retrieval.FroeSearch(programs, scratch / "index.db")
        results.append({"way": "froe search", "tree": name, **retrieval.measure(corpus, search, arguments.read)})
        return results
    finally:
        shutil.rmtree(scratch)


def mean(rows, key):
    return sum(row[key] for row in rows) / len(rows)


def share(part, whole):
    return f"{100 * part / whole:.2f} %" if whole else "-"


TILING = [
    ("chunks", lambda rows: f"{sum(r['chunks'] for r in rows)}"),
    ("bytes lost", lambda rows: share(sum(r["lost_bytes"] for r in rows), sum(r["bytes"] for r in rows))),
    ("text lost", lambda rows: f"{sum(r['lost_characters'] for r in rows)}"),
    ("bytes repeated", lambda rows: share(sum(r["repeated_bytes"] for r in rows), sum(r["bytes"] for r in rows))),
    ("fill, mean", lambda rows: f"{mean(rows, 'fill_mean'):.2f}"),
    ("spread", lambda rows: f"{mean(rows, 'fill_spread'):.2f}"),
    ("cut that fit", lambda rows: share(sum(r["definitions_cut"] for r in rows), sum(r["definitions"] for r in rows))),
    ("over budget", lambda rows: f"{sum(r['over_budget'] for r in rows)}"),
]
RETRIEVAL = [
    ("recall", lambda rows: f"{mean(rows, 'recall'):.3f}"),
    ("±", lambda rows: f"{(sum(r['recall_interval'] ** 2 for r in rows) ** 0.5) / len(rows):.3f}"),
    ("precision", lambda rows: f"{mean(rows, 'precision'):.4f}"),
    ("IoU", lambda rows: f"{mean(rows, 'iou'):.4f}"),
    ("MRR", lambda rows: f"{mean(rows, 'reciprocal_rank'):.3f}"),
]


def print_table(title, results, columns, trees):
    """A line for each way of cutting; trees weigh alike in means, by their size in sums."""
    by_way = {}
    for row in results:
        by_way.setdefault(row["way"], []).append(row)
    recalls = columns is RETRIEVAL
    heads = [title, *(head for head, _ in columns), *(trees if recalls else [])]
    lines = [heads, ["---"] * len(heads)]
    for way, rows in by_way.items():
        each = {row["tree"]: f"{row['recall']:.3f}" for row in rows} if recalls else {}
        lines.append([way, *(show(rows) for _, show in columns), *(each.get(tree, "") for tree in (trees if recalls else []))])
    for line in lines:
        print("| " + " | ".join(line) + " |")
    print()


def main():
    parser = argparse.ArgumentParser(prog="bench/quality/run", description="Measures the quality of chunks and of search.")
    parser.add_argument("trees", nargs="*", metavar="TREE", help=f"a tree of bench/trees, or LANGUAGE:DIRECTORY; default: {' '.join(DEFAULT_TREES)}")
    parser.add_argument("--json", action="store_true", help="print JSON Lines, one for each way of cutting of each tree")
    parser.add_argument("--megabytes", type=float, default=12, metavar="N", help="of source to sample from each tree; 0: all (default: 12)")
    parser.add_argument("--queries", type=int, default=200, metavar="N", help="for each tree at most (default: 200)")
    parser.add_argument("--seed", type=int, default=1, metavar="N", help="of what is chosen (default: 1)")
    parser.add_argument("--blank", choices=["all", "asked"], default="all", help="which doc comments are taken away: those of all functions, or only of those that are asked for (default: all)")
    parser.add_argument("--read", type=int, default=4000, metavar="N", help="characters that are read for a query (default: 4000)")
    parser.add_argument("--max-size", type=int, default=1500, metavar="N", help="budget of a chunk (default: 1500)")
    parser.add_argument("--min-size", type=int, default=300, metavar="N", help="froe's least size of a chunk (default: 300)")
    parser.add_argument("--jobs", type=int, default=os.cpu_count(), metavar="N", help="trees at the same time")
    parser.add_argument("--build", type=Path, default=HERE.parents[1] / "build" / "release", metavar="DIR", help="where the programs are")
    arguments = parser.parse_args()
    programs = Programs(arguments.build / "froe", arguments.build / "bench" / "cast_cut")
    trees = [prepare(tree) for tree in arguments.trees or DEFAULT_TREES]
    with concurrent.futures.ProcessPoolExecutor(arguments.jobs) as pool:
        results = [row for rows in pool.map(measure, trees, [arguments] * len(trees), [programs] * len(trees)) for row in rows]
    if arguments.json:
        for row in results:
            print(json.dumps(row))
        return
    names = [name for name, _, _ in trees]
    print_table("cuts", [row for row in results if "chunks" in row], TILING, names)
    print_table("found", results, RETRIEVAL, names)


if __name__ == "__main__":
    main()
