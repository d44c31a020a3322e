"""Ways of cutting the files of a corpus. Each gives byte ranges by path, in order; a budget is in characters that are
not white space."""

import json
import os
import subprocess

import text


def read_lines(command, root):
    """Runs a program that prints a line of JSON for each chunk of the tree that it runs in."""
    ran = subprocess.run(command, cwd=root, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, check=False)
    if ran.returncode not in (0, 1):  # 1: froe has a finding, such as a file that was cut as text
        raise SystemExit(f"quality: {command[0]} failed")
    for line in ran.stdout.splitlines():
        chunk = json.loads(line)
        yield os.path.normpath(chunk["path"]), chunk


def froe(corpus, programs, budget, least):
    """The chunks, and of each what froe knows of its place: scope, name and signature, by (path, begin)."""
    command = [programs.froe, "chunk", "--no-text", "--no-ignore", "--max-size", str(budget), "--min-size", str(least)]
    chunks, heads = {}, {}
    for path, chunk in read_lines([*command, "."], corpus.root):
        chunks.setdefault(path, []).append((chunk["start_byte"], chunk["end_byte"]))
        heads[path, chunk["start_byte"]] = f'{chunk["scope"]} {chunk["name"]} {chunk["signature"]}\n'
    return chunks, heads


def cast(corpus, programs, budget):
    chunks = {}
    for path, chunk in read_lines([programs.cast_cut, str(budget), "."], corpus.root):
        chunks.setdefault(path, []).append((chunk["range"]["begin"], chunk["range"]["end"]))
    return chunks


def lines(corpus, count):
    """Windows of so many lines."""
    chunks = {}
    for path, source in corpus.files.items():
        ends = [at + 1 for at, byte in enumerate(source) if byte == 0x0A]
        cuts = [0, *ends[count - 1 :: count]]
        if cuts[-1] < len(source):
            cuts.append(len(source))
        chunks[path] = list(zip(cuts, cuts[1:]))
    return chunks


def filled_lines(corpus, budget):
    """Windows of as many whole lines as fit; a line that does not fit is one."""
    chunks = {}
    for path, source in corpus.files.items():
        spans, begin, end, used = [], 0, 0, 0
        for line in source.splitlines(keepends=True):
            line_size = text.size(line)
            if end > begin and used + line_size > budget:
                spans.append((begin, end))
                begin, used = end, 0
            end += len(line)
            used += line_size
        if end > begin:
            spans.append((begin, end))
        chunks[path] = spans
    return chunks
