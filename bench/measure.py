"""Measures `froe index` on source trees: see bench/README.md. Run by bench/run."""

import argparse
import hashlib
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent
TREES = ["go", "django", "boost", "java", "rust", "linux"]
EXECUTORS = ["inline", "threads", "processes"]
WORKERS = 2
SAMPLE_SECONDS = 0.02


@dataclass
class Ran:
    """One process that has ended."""

    output: bytes
    status: int
    wall: float  # seconds
    cpu: float  # seconds, user and system, with the processes that it waited for
    peak: int  # bytes, largest resident set of the process itself
    stolen: float  # of the time for which there was work on the machine's processors, what its host gave to others

    @property
    def own_wall(self):
        """Seconds that it would have taken if the host of this virtual machine had taken no processor from it.

        As far as the machine did nothing else, and as if what was taken had been taken from all processors alike that
        had work. Without a host it is the wall time.
        """
        return self.wall * (1 - self.stolen)


class PeakMemory(threading.Thread):
    """Samples the high-water mark of one process; what wait4 reports would include its children's."""

    def __init__(self, pid):
        super().__init__(daemon=True)
        self.bytes = 0
        self._path = f"/proc/{pid}/status"
        self._done = threading.Event()

    def run(self):
        while not self._done.wait(SAMPLE_SECONDS):
            try:
                with open(self._path) as status:
                    for line in status:
                        if line.startswith("VmHWM:"):
                            self.bytes = int(line.split()[1]) * 1024
            except OSError:
                return

    def stop(self):
        self._done.set()
        self.join()


class Programs:
    """What is measured; set once, from the arguments."""

    froe = None
    parse_only = None


def processor_times():
    """Of all processors since the machine started, in ticks: with work, and with work but held back by the host."""
    with open("/proc/stat") as stat:
        user, nice, system, _idle, _wait, interrupts, soft, stolen = map(int, stat.readline().split()[1:9])
    return user + nice + system + interrupts + soft, stolen


def run(*command, stdin=""):
    with tempfile.TemporaryFile() as output, tempfile.TemporaryFile() as given:
        given.write(stdin.encode())
        given.seek(0)
        worked, stolen = processor_times()
        start = time.monotonic()
        process = subprocess.Popen([str(word) for word in command], stdout=output, stdin=given)
        memory = PeakMemory(process.pid)
        memory.start()
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.monotonic() - start
        worked, stolen = (after - before for after, before in zip(processor_times(), (worked, stolen)))
        memory.stop()
        process.returncode = os.waitstatus_to_exitcode(status)  # or Popen would wait for it again
        output.seek(0)
        return Ran(
            output.read(), process.returncode, wall, usage.ru_utime + usage.ru_stime, memory.bytes,
            stolen / max(worked + stolen, 1),
        )  # fmt: skip


def two_at_once(alone, *command):
    """By how much two runs of a command, side by side, are faster than one after the other: what the machine gives."""
    start = time.monotonic()
    with ThreadPoolExecutor(WORKERS) as both:
        for ran in both.map(lambda _: run(*command), range(WORKERS)):
            must(ran, str(command[0]))
    return WORKERS * alone.wall / (time.monotonic() - start)


def must(ran, what, allowed=(0,)):
    if ran.status not in allowed:
        sys.exit(f"bench: {what} ended with status {ran.status}")
    return ran


def dump_hash(database):
    """Of the logical content, row ids and full text included."""
    digest = hashlib.sha256()
    with subprocess.Popen([Programs.froe, "dump", "--row-ids", "--db", database], stdout=subprocess.PIPE) as process:
        while block := process.stdout.read(1 << 20):
            digest.update(block)
    if process.returncode != 0:
        sys.exit(f"bench: froe dump ended with status {process.returncode}")
    return digest.hexdigest()


def index_once(tree, database, executor, workers):
    """Indexes into a new database. 1 means done, with files that could not be read."""
    for suffix in ("", "-wal", "-shm"):
        Path(str(database) + suffix).unlink(missing_ok=True)
    ran = run(Programs.froe, "index", tree, "--db", database, "--json", "--executor", executor, "-j", workers)
    return must(ran, f"froe index --executor {executor}", allowed=(0, 1))


def measure(name, tree, scratch, repetitions):
    must(run(Programs.parse_only, tree), "parse_only")  # unmeasured: from now on the files are in memory
    parse, runs, dumps, summaries = [], {e: [] for e in EXECUTORS}, {}, {}
    for repetition in range(repetitions):
        say(f"{name}: repetition {repetition + 1} of {repetitions}")
        parsed = must(run(Programs.parse_only, tree), "parse_only")
        both = two_at_once(parsed, Programs.parse_only, tree)
        parse.append({**json.loads(parsed.output), "program_cpu_seconds": parsed.cpu, "two_at_once": both})
        # In turn, so that whatever else the machine does falls on all alike.
        for executor in EXECUTORS:
            database = scratch / f"{executor}.db"
            runs[executor].append(index_once(tree, database, executor, WORKERS))
            summaries[executor] = json.loads(runs[executor][-1].output)
            if repetition == 0:
                dumps[executor] = dump_hash(database)

    say(f"{name}: verifying")
    database = scratch / "processes.db"
    proof = must(run(Programs.froe, "verify", "--json", "--db", database), "froe verify", allowed=(0, 1))
    proved = json.loads(proof.output.splitlines()[-1])
    stats = json.loads(must(run(Programs.froe, "stats", "--json", "--db", database), "froe stats").output)
    size = sum(f.stat().st_size for f in scratch.glob("processes.db*"))

    def median(values):
        return statistics.median(list(values))

    def over_parsing(executor):
        return median(ran.cpu / p["cpu_seconds"] for ran, p in zip(runs[executor], parse))

    def over_program(executor):
        return median(ran.cpu / p["program_cpu_seconds"] for ran, p in zip(runs[executor], parse))

    def over_inline(executor):
        return median(base.wall / ran.wall for base, ran in zip(runs["inline"], runs[executor]))

    return {
        "tree": name,
        "repetitions": repetitions,
        "files": summaries["processes"]["files"],
        "bytes": summaries["processes"]["bytes"],
        "parse_files": parse[0]["files"],
        "parse_bytes": parse[0]["bytes"],
        "parse_cpu_seconds": median(p["cpu_seconds"] for p in parse),
        "inline_cpu_seconds": median(ran.cpu for ran in runs["inline"]),
        "parse_program_cpu_seconds": median(p["program_cpu_seconds"] for p in parse),
        "inline_cpu_over_parsing": over_parsing("inline"),
        "threads_cpu_over_parsing": over_parsing("threads"),
        "processes_cpu_over_parsing": over_parsing("processes"),
        "cpu_over_parsing_program": {e: over_program(e) for e in EXECUTORS},
        "wall_seconds": {e: median(ran.wall for ran in runs[e]) for e in EXECUTORS},
        "parsers_speedup": median(p["two_at_once"] for p in parse),
        "threads_speedup": over_inline("threads"),
        "processes_speedup": over_inline("processes"),
        "processes_wall_over_threads": median(
            p.wall / t.wall for p, t in zip(runs["processes"], runs["threads"])
        ),
        "peak_bytes": {e: max(ran.peak for ran in runs[e]) for e in EXECUTORS},
        "peak_worker_bytes": max(json.loads(ran.output)["worker_peak_bytes"] for ran in runs["processes"]),
        "index_bytes": size,
        "index_over_source": size / stats["source_bytes"] if stats["source_bytes"] else None,
        "verified_files": proved["files"],
        "faults": proved["faults"],
        "identical": len(set(dumps.values())) == 1,
        "dump_sha256": dumps["inline"],
        "outcomes": summaries["processes"]["outcomes"],
    }


COLUMNS = [
    ("tree", lambda r: r["tree"]),
    ("files", lambda r: f"{r['files']}"),
    ("MB", lambda r: f"{r['bytes'] / 1e6:.1f}"),
    ("parse s", lambda r: f"{r['parse_cpu_seconds']:.2f}"),
    ("cpu/parse inl", lambda r: f"{r['inline_cpu_over_parsing']:.2f}"),
    ("thr", lambda r: f"{r['threads_cpu_over_parsing']:.2f}"),
    ("proc", lambda r: f"{r['processes_cpu_over_parsing']:.2f}"),
    ("cpu/program inl", lambda r: f"{r['cpu_over_parsing_program']['inline']:.2f}"),
    ("thr", lambda r: f"{r['cpu_over_parsing_program']['threads']:.2f}"),
    ("proc", lambda r: f"{r['cpu_over_parsing_program']['processes']:.2f}"),
    ("wall s inl", lambda r: f"{r['wall_seconds']['inline']:.2f}"),
    ("speed-up 2 parsers", lambda r: f"{r['parsers_speedup']:.2f}"),
    ("thr", lambda r: f"{r['threads_speedup']:.2f}"),
    ("proc ", lambda r: f"{r['processes_speedup']:.2f}"),
    ("proc/thr", lambda r: f"{r['processes_wall_over_threads']:.2f}"),
    ("parent MB", lambda r: f"{r['peak_bytes']['processes'] / 1e6:.0f}"),
    ("worker MB", lambda r: f"{r['peak_worker_bytes'] / 1e6:.0f}"),
    ("index/src", lambda r: f"{r['index_over_source']:.2f}"),
    ("verified", lambda r: f"{r['verified_files']}"),
    ("faults", lambda r: f"{r['faults']}"),
    ("dumps", lambda r: "same" if r["identical"] else "DIFFER"),
]


def print_table(results):
    rows = [[title.strip() for title, _ in COLUMNS]] + [[show(r) for _, show in COLUMNS] for r in results]
    widths = [max(len(row[i]) for row in rows) for i in range(len(COLUMNS))]
    for row in rows:
        cells = [row[0].ljust(widths[0])] + [cell.rjust(width) for cell, width in zip(row[1:], widths[1:])]
        print("  ".join(cells))
    print()
    for r in results:
        print(f"{r['tree']}: " + ", ".join(f"{count} {outcome}" for outcome, count in r["outcomes"].items()))


def say(message):
    print(f"bench: {message}", file=sys.stderr, flush=True)


def main():
    parser = argparse.ArgumentParser(prog="bench/run", description="Measures froe on source trees.")
    parser.add_argument("trees", nargs="*", metavar="TREE", help=f"any of {', '.join(TREES)}; default: all")
    parser.add_argument("--json", action="store_true", help="print JSON Lines, each tree when it is done")
    parser.add_argument("--repetitions", type=int, default=3, metavar="N", help="of every measurement (default: 3)")
    parser.add_argument(
        "--build", type=Path, default=HERE.parent / "build" / "release", metavar="DIR", help="where the programs are"
    )
    arguments = parser.parse_args()
    if arguments.repetitions < 1:
        parser.error("at least one repetition")
    Programs.froe = arguments.build / "froe"
    Programs.parse_only = arguments.build / "bench" / "parse_only"
    names = arguments.trees or TREES

    results = []
    for name in names:
        prepared = subprocess.run([HERE / "trees", name], stdout=subprocess.PIPE, text=True)
        if prepared.returncode != 0:
            sys.exit(prepared.returncode)
        tree = Path(prepared.stdout.strip())
        scratch = Path(tempfile.mkdtemp(prefix=".measure.", dir=tree.parent))
        try:
            results.append(measure(name, tree, scratch, arguments.repetitions))
        finally:
            shutil.rmtree(scratch)
        if arguments.json:
            print(json.dumps(results[-1]), flush=True)
    if not arguments.json:
        print_table(results)
    # A benchmark of an index that is wrong is worth nothing.
    sys.exit(1 if any(r["faults"] or not r["identical"] for r in results) else 0)


if __name__ == "__main__":
    main()
