"""What bench/executors and bench/sandbox share: on each tree, figures of runs next to each other, and a bound on some."""

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from measure import HERE, Programs


def spread(values):
    low, middle, high = statistics.quantiles(values, n=4)
    return {"median": round(middle, 4), "quartiles": [round(low, 4), round(high, 4)]}


def main(program, description, unit, count, trees, measure, bounded, bound):
    """Prints a line of JSON for each tree; exit status 1 if the median of a figure in `bounded` is over `bound`.

    measure(name, tree, scratch, count) gives, by its name, the values that a figure took in `count` goes, which the
    command's user calls `unit`: "pairs" or "rounds".
    """
    parser = argparse.ArgumentParser(prog=program, description=description)
    parser.add_argument(
        "trees", nargs="*", metavar="TREE", default=trees, help=f"as for bench/run; default: {' '.join(trees)}"
    )
    parser.add_argument(
        f"--{unit}", dest="count", type=int, default=count, metavar="N", help=f"for each tree (default: {count})"
    )
    parser.add_argument(
        "--build", type=Path, default=HERE.parent / "build" / "release", metavar="DIR", help="where froe is"
    )
    arguments = parser.parse_args()
    if arguments.count < 2:
        parser.error(f"at least two {unit}")
    Programs.froe = arguments.build / "froe"

    over = False
    for name in arguments.trees:
        prepared = subprocess.run([HERE / "trees", name], stdout=subprocess.PIPE, text=True)
        if prepared.returncode != 0:
            sys.exit(prepared.returncode)
        tree = Path(prepared.stdout.strip())
        with tempfile.TemporaryDirectory(prefix=".measure.", dir=tree.parent) as scratch:
            figures = {f: spread(v) for f, v in measure(name, tree, Path(scratch), arguments.count).items()}
        print(json.dumps({"tree": name, unit: arguments.count, **figures}), flush=True)
        over = over or any(figures[f]["median"] > bound for f in bounded)
    sys.exit(1 if over else 0)
