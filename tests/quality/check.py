"""Runs bench/quality over a tiny tree and holds its numbers against what can be worked out by hand."""

import json
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

BENCH = Path(__file__).resolve().parents[2] / "bench" / "quality"
BUILD = Path(sys.argv.pop()).resolve()
sys.path.insert(0, str(BENCH))

import comments  # noqa: E402
import corpus  # noqa: E402
import retrieval  # noqa: E402
import text  # noqa: E402

SUBJECTS = ["invoice", "parcel", "garden", "violin", "harbour", "lantern", "pepper", "saddle", "thimble", "walnut"]
VERBS = ["paint", "repair", "measure", "polish"]


def function(subject, verb):
    return (
        f"def {verb}_{subject}(given):\n"
        f'    """Make sure to {verb} one {subject} of those given."""\n'
        f"    {subject} = given.first()\n"
        f"    {subject}.{verb}(given)\n"
        f"    return {subject}\n"
    )


def make_tree(root):
    for subject in SUBJECTS:
        (root / f"{subject}.py").write_text("\n\n".join(function(subject, verb) for verb in VERBS))


class Bench(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        with tempfile.TemporaryDirectory() as directory:
            make_tree(Path(directory))
            command = [sys.executable, BENCH / "measure.py", "--build", BUILD, "--json", "--max-size", "300"]
            command += ["--min-size", "60", "--read", "200", f"python:{directory}"]
            ran = subprocess.run(command, stdout=subprocess.PIPE, check=True, text=True)
        cls.rows = {row["way"]: row for row in map(json.loads, ran.stdout.splitlines())}

    def test_has_a_row_for_each_way(self):
        ways = ["lines, 40", "lines, 300", "cAST, 300", "cAST, 100", "froe, 300", "froe, 300, with heads", "froe search"]
        self.assertEqual(list(self.rows), ways)
        for row in self.rows.values():
            self.assertEqual(row["queries"], len(SUBJECTS) * len(VERBS))

    def test_froe_loses_and_repeats_nothing_and_cuts_nothing_that_fits(self):
        row = self.rows["froe, 300"]
        self.assertEqual((row["lost_bytes"], row["repeated_bytes"], row["over_budget"]), (0, 0, 0))
        self.assertEqual((row["definitions"], row["definitions_cut"]), (len(SUBJECTS) * len(VERBS), 0))

    def test_sees_what_the_others_do(self):
        self.assertGreater(self.rows["cAST, 300"]["lost_bytes"], 0, "the white space between functions")
        self.assertGreater(self.rows["lines, 300"]["definitions_cut"], 0)
        self.assertGreater(self.rows["lines, 40"]["fill_mean"], self.rows["froe, 300"]["fill_mean"])

    def test_search_finds_what_is_named_in_the_query(self):
        row = self.rows["froe search"]
        self.assertEqual((row["recall"], row["reciprocal_rank"]), (1, 1))
        self.assertGreater(row["precision"], self.rows["lines, 40"]["precision"])


class Parts(unittest.TestCase):
    def test_sizes_are_of_characters_that_are_not_white_space(self):
        self.assertEqual(text.size("a b\n\té".encode()), 3)
        self.assertEqual(text.prefix(b" ab cd", 3), 5)
        self.assertEqual(text.blank(b"ab\ncd", [(1, 4)]), b"a \n d")

    def test_queries_are_first_sentences_without_markup_and_name(self):
        comment = b"/**\n * Returns {@code the} last used slot, e.g. of add. More.\n * @param x no\n */"
        self.assertEqual(comments.query(comment, "java", "add"), "Returns the last used slot, eg of")
        self.assertIsNone(comments.query(b"// Add adds.", "go", "Add"))

    def test_comments_touch_their_definition(self):
        source = b"// one\n\n// two\n// three\nfunc f() {}\n"
        begin, end = comments.above(source, source.index(b"func"), comments.STYLES["go"])
        self.assertEqual(source[begin:end], b"// two\n// three\n")

    def test_reading_stops_at_the_budget(self):
        tree = corpus.Corpus("x", "python", Path(), files={"a": b"x" * 100, "b": b"y" * 100})
        query = corpus.Query("q", "b", 40, 60, 20)
        read = retrieval.read(tree, query, [("a", 0, 100), ("b", 0, 100)], 150)
        # The second result is read up to its 50th character: half of the answer.
        self.assertEqual(read["recall"], 0.5)
        self.assertEqual(read["precision"], 10 / 150)
        self.assertEqual(read["iou"], 10 / 160)
        self.assertEqual(read["reciprocal_rank"], 1 / 2)


if __name__ == "__main__":
    unittest.main()
