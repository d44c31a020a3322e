// The program as its users meet it: what it prints where, and its exit status. Every test runs the real froe.
#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <string>
#include <thread>
#include <vector>

#include "cli/fixture.hpp"

namespace froe::cli {
namespace {

TEST_F(CliTest, IndexThenAsk) {
  write("lib/shelf.py", python_file);
  write("README", "A shelf for books.\n");
  auto indexed = froe("index");
  EXPECT_EQ(indexed.status, 0) << indexed.err;
  EXPECT_TRUE(contains(indexed.out, "2 files")) << indexed.out;
  EXPECT_EQ(indexed.err, "");
  EXPECT_TRUE(fs::exists(tree_ / ".froe/index.db"));

  auto found = froe("search 'put book' --lines 0");
  EXPECT_EQ(found.status, 0) << found.err;
  EXPECT_TRUE(contains(found.out, "lib/shelf.py:")) << found.out;
  EXPECT_TRUE(contains(froe("outline lib/shelf.py").out, "method put"));
  EXPECT_TRUE(contains(froe("show lib/shelf.py:5").out, "def put"));
  EXPECT_TRUE(contains(froe("ledger").out, "README"));
  EXPECT_TRUE(contains(froe("ledger --outcome text").out, "README"));
  EXPECT_EQ(froe("ledger --outcome crashed").out, "");
  EXPECT_TRUE(contains(froe("stats").out, "python"));
  EXPECT_TRUE(contains(froe("languages").out, "python"));
  auto verified = froe("verify");
  EXPECT_EQ(verified.status, 0);
  EXPECT_TRUE(contains(verified.out, "2 files rebuilt from their chunks, 0 faults"));
  // The same answers from a directory below, where a name means the file that is there.
  write("shelf.py", "def other(): pass\n");
  ASSERT_EQ(froe("index").status, 0);
  EXPECT_TRUE(
      contains(shell(std::string("cd lib && ") + FROE_PROGRAM + " outline shelf.py").out, "method put"));
}

TEST_F(CliTest, SizesAndOverlaps) {
  std::string text;
  for (int i = 0; i < 300; ++i) text += "some words in line " + std::to_string(i) + "\n";
  write("notes.txt", text);
  auto lines = [&](const std::string& options) {
    auto result = froe("chunk notes.txt --no-text " + options);
    EXPECT_EQ(result.status, 0) << result.err;
    return std::count(result.out.begin(), result.out.end(), '\n');
  };
  // Each unit has a size of its own that suits it.
  EXPECT_GE(lines("--size-unit lines"), 6);
  EXPECT_GE(lines("--size-unit tokens"), 4);
  EXPECT_EQ(lines("--size-unit tokens"), lines("--size-unit o200k_base --max-size 500 --min-size 100"));
  EXPECT_GT(lines("--size-unit cl100k_base --max-size 100"), lines("--size-unit cl100k_base"));
  auto wrong = froe("chunk notes.txt --size-unit words");
  EXPECT_EQ(wrong.status, 2);
  EXPECT_TRUE(contains(wrong.err, "cl100k_base")) << wrong.err;

  auto overlapping = froe("chunk notes.txt --size-unit lines --max-size 20 --overlap 2");
  EXPECT_TRUE(contains(overlapping.out, R"("overlap_start_byte":0,"overlap":"")")) << overlapping.out;
  EXPECT_TRUE(contains(overlapping.out, R"(\n","text":"some words)")) << overlapping.out;
  EXPECT_FALSE(contains(froe("chunk notes.txt").out, "overlap"));
  // The same from every executor.
  for (const std::string executor : {"inline", "threads", "processes"}) {
    EXPECT_EQ(froe("chunk notes.txt --size-unit lines --max-size 20 --overlap 2 --executor " + executor).out,
              overlapping.out);
    EXPECT_EQ(froe("chunk notes.txt --size-unit tokens --executor " + executor).out,
              froe("chunk notes.txt --size-unit tokens").out);
  }
}

TEST_F(CliTest, HeadersForChunksFromATemplate) {
  write("lib/shelf.py", python_file);
  ASSERT_EQ(froe("index").status, 0);
  const std::string header = "file: lib/shelf.py, lines 2-6\n";
  for (const std::string command : {"show lib/shelf.py", "search put --lines 0"}) {
    EXPECT_FALSE(contains(froe(command).out, header)) << command;
    auto usual = froe(command + " --context");
    EXPECT_EQ(usual.status, 0) << usual.err;
    EXPECT_TRUE(contains(usual.out, "    " + header + "    language: python\n    class: Shelf\n"))
        << usual.out;
    EXPECT_TRUE(
        contains(froe(command + " --context='# {title}\\n# in {scope}\\n'").out, "    # class Shelf\n"));
    EXPECT_FALSE(contains(froe(command + " --context='# {title}\\n# in {scope}\\n'").out, "# in"));
    EXPECT_TRUE(contains(froe(command + " --json --context='{name}\\t{{}}'").out,
                         R"("context":"Shelf\t{}\n","text":)"))
        << froe(command + " --json --context='{name}\\t{{}}'").out;
    auto wrong = froe(command + " --context={nmae}");
    EXPECT_EQ(wrong.status, 2);
    EXPECT_TRUE(contains(wrong.err, "{nmae}") && contains(wrong.err, "{signature}")) << wrong.err;
  }
  auto cut = froe("chunk lib/shelf.py --context={name}");
  EXPECT_TRUE(contains(cut.out, R"("context":"Shelf\n")")) << cut.out;
  EXPECT_EQ(froe("chunk lib/shelf.py --context={nmae}").status, 2);
  EXPECT_EQ(froe("chunk --context lib/shelf.py").out, froe("chunk lib/shelf.py --context=default").out);
}

TEST_F(CliTest, ReferencesAreGatheredOnRequest) {
  write("lib/shelf.py", python_file);
  write("go/a.go", "package a\n\nfunc f() { join(1) }\n");
  ASSERT_EQ(froe("index").status, 0);
  auto plain = froe("dump").out;
  auto never = froe("references join");
  EXPECT_EQ(never.status, 2);
  EXPECT_TRUE(contains(never.err, "froe index --references")) << never.err;

  // From every executor the same.
  std::string gathered;
  for (const std::string executor : {"inline", "threads", "processes"}) {
    auto database = (scratch_ / (executor + ".db")).string();
    ASSERT_EQ(froe("index --references --executor " + executor + " --db " + database).status, 0);
    auto dump = froe("dump --row-ids --db " + database).out;
    EXPECT_TRUE(contains(dump, R"({"type":"reference","kind":"call","name":"join",)")) << dump;
    if (gathered.empty()) gathered = dump;
    EXPECT_EQ(dump, gathered) << executor;
  }
  // Asking for them cuts again what was cut without, and the other way round.
  EXPECT_TRUE(contains(froe("index --references").out, "2 cut, 0 known already"));
  EXPECT_TRUE(contains(froe("index --references").out, ": 0 cut, "));
  EXPECT_EQ(froe("verify").status, 0);
  auto found = froe("references join");
  EXPECT_EQ(found.status, 0);
  EXPECT_EQ(found.out,
            "go/a.go:3:12  call in function f\n    func f() { join(1) }\n"
            "lib/shelf.py:6:24  call in method Shelf.put\n    return os.path.join(book)\n");
  EXPECT_EQ(froe("references join -n 1").out, "go/a.go:3:12  call in function f\n    func f() { join(1) }\n");
  EXPECT_TRUE(contains(
      froe("references os --json --kind import").out,
      R"("kind":"import","name":"os","start_byte":7,"end_byte":9,"line":1,"column":7,"column_utf16":7,"symbol":null,)"))
      << froe("references os --json").out;
  EXPECT_EQ(froe("references os --kind call").status, 1);
  EXPECT_EQ(froe("references nobody").status, 1);
  EXPECT_EQ(froe("references os --kind calls").status, 2);
  EXPECT_TRUE(contains(froe("index --no-references").out, "2 cut, 0 known already"));
  EXPECT_EQ(froe("dump").out, plain);
}

TEST_F(CliTest, ColumnsAreInUtf16Too) {
  write("a.js", "/* \xf0\x9f\x93\x9a\xc3\xa9 */ class A {}\n");
  ASSERT_EQ(froe("index").status, 0);
  auto outline = froe("outline a.js --json").out;
  EXPECT_TRUE(contains(outline, R"("start_column":13,"start_column_utf16":10)")) << outline;
  EXPECT_TRUE(contains(outline, R"("end_column":23,"end_column_utf16":20)")) << outline;
}

TEST_F(CliTest, EveryLineOfJsonIsAnObject) {
  write("lib/shelf.py", python_file);
  ASSERT_EQ(froe("index --json").status, 0);
  for (const std::string command :
       {"index", "search put", "show lib/shelf.py", "outline lib/shelf.py", "ledger", "stats", "languages",
        "verify", "dump", "dump --row-ids", "chunk ."}) {
    auto result = froe("--json " + command);
    EXPECT_EQ(result.status, 0) << command << result.err;
    EXPECT_NE(result.out, "") << command;
    // Python's reader is an independent judge.
    std::ofstream(scratch_ / "lines") << result.out;
    auto judged = shell(
        "python3 -c 'import json,sys\nfor l in open(sys.argv[1]): assert isinstance(json.loads(l), dict)' '" +
        (scratch_ / "lines").string() + "'");
    EXPECT_EQ(judged.status, 0) << command << '\n' << judged.err << result.out;
  }
}

TEST_F(CliTest, ChunksOfStandardInputAndOfFilesRebuildThem) {
  write("a.py", python_file);
  auto piped = froe("chunk --path a.py - <a.py");
  EXPECT_EQ(piped.status, 0) << piped.err;
  EXPECT_EQ(piped.out, froe("chunk a.py").out);
  for (const std::string field : {"\"path\":\"a.py\"", "\"start_byte\":0", "\"end_byte\":",
                                  "\"kind\":\"class\"", "\"name\":\"Shelf\"", "\"scope\":"}) {
    EXPECT_TRUE(contains(piped.out, field)) << field << '\n' << piped.out;
  }
  EXPECT_FALSE(contains(froe("chunk --no-text a.py").out, "\"text\""));
  EXPECT_TRUE(contains(froe("chunk --language python - <a.py").out, "\"class\""));
  // The same from every executor, and by an absolute path.
  for (const std::string executor : {"inline", "threads", "processes"}) {
    EXPECT_EQ(froe("chunk a.py --executor " + executor).out, piped.out) << executor;
  }
  EXPECT_TRUE(contains(froe("chunk '" + (tree_ / "a.py").string() + "'").out, "\"Shelf\""));
  auto rebuilt = shell(std::string(FROE_PROGRAM) +
                       " chunk a.py | python3 -c 'import "
                       "json,sys\nsys.stdout.write(\"\".join(json.loads(l)[\"text\"] for l in sys.stdin))'");
  EXPECT_EQ(rebuilt.out, python_file);
}

TEST_F(CliTest, WrongUseIsExplainedAndExitsWith2) {
  write("a.py", python_file);
  struct Case {
    std::string arguments;
    std::string says;
  };
  for (const auto& [arguments, says] : std::vector<Case>{
           {"", "subcommand"},
           {"frobnicate", "frobnicate"},
           {"index --executor fibers", "processes,threads,inline"},
           {"index -j -1", "--workers"},
           {"index no/such/directory", "no/such/directory"},
           {"index a.py", "froe chunk"},
           {"search anything", "froe index"},
           {"chunk no-such-file.py", "no-such-file.py"},
           {"chunk a.py --language klingon", "froe languages"},
           {"chunk a.py --size-unit furlongs", "nonspace"},
           {"stats --db none.db", "none.db"},
       }) {
    auto result = froe(arguments);
    EXPECT_EQ(result.status, 2) << arguments;
    EXPECT_TRUE(contains(result.err, says)) << arguments << ": " << result.err;
    EXPECT_EQ(result.out, "") << arguments;
  }
}

TEST_F(CliTest, SizesThatMakeNoSenseAreRefused) {
  write("a.py", python_file);
  for (const std::string wrong : {"--max-file-size -5", "--max-parse-size -1kb", "--worker-memory -1",
                                  "--worker-memory 1mb", "--max-file-size 5gb"}) {
    auto result = froe("index " + wrong);
    EXPECT_EQ(result.status, 2) << wrong;
    EXPECT_TRUE(contains(result.err, wrong.substr(0, wrong.find(' ')))) << result.err;
  }
  EXPECT_EQ(froe("index --worker-memory 0").status, 0);
}

TEST_F(CliTest, DoesNotIndexItsOwnIndexWhateverThatIsNamed) {
  write("a.py", python_file);
  for (const std::string name : {"..x.db", "index", ".hidden/index.db"}) {
    ASSERT_EQ(froe("index --db " + name).status, 0);
    auto again = froe("index --db " + name);
    EXPECT_TRUE(contains(again.out, "0 cut, 1 known already")) << name << again.out;
    shell("rm -rf " + name + " " + name + "-* " + name + ".lock .hidden");
  }
}

TEST_F(CliTest, HelpAndVersionGoToStandardOutput) {
  for (const std::string arguments : {"--help", "--version", "index --help"}) {
    auto result = froe(arguments);
    EXPECT_EQ(result.status, 0);
    EXPECT_NE(result.out, "");
    EXPECT_EQ(result.err, "");
  }
  EXPECT_TRUE(contains(froe("index --help").out, "takes the whole run with it"));
}

TEST_F(CliTest, WhatIsNotAnIndexIsRefusedByName) {
  write("notes.db", "this is no database, and never was one, whatever its name may say about that\n");
  for (const std::string command : {"index .", "stats", "verify", "search x", "dump"}) {
    auto result = froe(command + " --db notes.db");
    EXPECT_EQ(result.status, 2) << command;
    EXPECT_TRUE(contains(result.err, "notes.db")) << command << ": " << result.err;
  }
  ASSERT_EQ(shell("sqlite3 other.db 'create table t (a); insert into t values (1)'").status, 0);
  EXPECT_EQ(froe("index . --db other.db").status, 2);
  EXPECT_EQ(shell("sqlite3 other.db 'select a from t'").out, "1\n");
  ASSERT_EQ(froe("index . --db new.db").status, 0);
  ASSERT_EQ(shell("sqlite3 new.db 'pragma user_version = 9999'").status, 0);
  auto newer = froe("stats --db new.db");
  EXPECT_EQ(newer.status, 2);
  EXPECT_TRUE(contains(newer.err, "later froe")) << newer.err;
  ASSERT_EQ(shell("sqlite3 new.db 'pragma user_version = 1'").status, 0);
  for (const std::string command : {"index .", "stats"}) {
    auto older = froe(command + " --db new.db");
    EXPECT_EQ(older.status, 2);
    EXPECT_TRUE(contains(older.err, "earlier froe: remove it and index again")) << older.err;
  }
}

TEST_F(CliTest, NothingFoundExitsWith1) {
  write("a.py", python_file);
  ASSERT_EQ(froe("index").status, 0);
  auto result = froe("search zyzzyva");
  EXPECT_EQ(result.status, 1);
  EXPECT_EQ(result.out, "");
  EXPECT_EQ(froe("outline nowhere.py").status, 2);
}

TEST_F(CliTest, WhatASearchLeavesOutIsSaid) {
  write("a.py", python_file);
  ASSERT_EQ(froe("index").status, 0);
  EXPECT_EQ(froe("search 'put book'").err, "");
  auto result = froe("search 'book " + std::string(200, 'x') + "'");
  EXPECT_EQ(result.status, 0);
  EXPECT_TRUE(contains(result.out, "a.py:")) << result.out;
  EXPECT_TRUE(contains(result.err, "longer than 128 bytes")) << result.err;
  std::string phrase;
  for (int i = 0; i < 40; ++i) phrase += "word ";
  result = froe("search '\"" + phrase + "\"'");
  EXPECT_EQ(result.status, 1);
  EXPECT_TRUE(contains(result.err, "searched by its first 32 words")) << result.err;
}

TEST_F(CliTest, IgnoreRulesThatCannotBeReadAreNamed) {
  write("rules", "*.o\n");
  fs::create_symlink("rules", tree_ / ".ignore");
  auto result = froe("index");
  EXPECT_EQ(result.status, 0);
  EXPECT_TRUE(contains(result.err, "cannot read the ignore file")) << result.err;
}

TEST_F(CliTest, AClosedPipeEndsTheOutputInSilence) {
  for (int i = 0; i < 2000; ++i) write("d/f" + std::to_string(i) + ".py", python_file);
  ASSERT_EQ(froe("index").status, 0);
  for (const std::string command : {"dump", "ledger", "chunk d"}) {
    auto result = shell(std::string(FROE_PROGRAM) + " " + command + " | head -n 1");
    EXPECT_TRUE(contains(result.out, "{") || contains(result.out, "parsed")) << command;
    EXPECT_EQ(result.err, "") << command;
  }
}

TEST_F(CliTest, AFullDeviceIsAnError) {
  write("a.py", python_file);
  ASSERT_EQ(froe("index").status, 0);
  auto result = froe("dump >/dev/full");
  EXPECT_EQ(result.status, 2);
  EXPECT_TRUE(contains(result.err, "No space left")) << result.err;
}

TEST_F(CliTest, OddNamesAndContentsAreIndexedAndPrintedSafely) {
  write("new\nline.py", python_file);
  write("inv\xff\xfe.py", python_file);
  write("bom.py", std::string("\xef\xbb\xbf") + python_file);
  write("crlf.py", "def f():\r\n    return 1\r\n");
  write("cr.txt", "one\rtwo\rthree");
  write("nul.py", std::string("x = 1\0y = 2\n", 12));
  write("latin1.c", "/* caf\xe9 */ int x;\n");
  write("empty.py", "");
  write("one.py", "x");
  write("nofinal.py", "def f(): pass");
  write("long.json", "[" + std::string(3'000'000, '1') + "]");
  write("deep.json", std::string(100'000, '[') + std::string(100'000, ']'));
  for (const std::string executor : {"inline", "threads", "processes"}) {
    auto result = froe("index --db " + executor + ".db --executor " + executor, "rm -f *.db*;");
    EXPECT_EQ(result.status, 0) << executor << ": " << result.err;
    EXPECT_EQ(froe("verify --db " + executor + ".db").status, 0) << executor;
    auto ledger = froe("ledger --db " + executor + ".db");
    EXPECT_TRUE(contains(ledger.out, "new\\x0aline.py"));
    EXPECT_TRUE(contains(ledger.out, "inv\\xff\\xfe.py"));
    EXPECT_EQ(froe("--json ledger --db " + executor + ".db").status, 0);
  }
}

TEST_F(CliTest, InterruptKeepsWhatIsDoneAndLeavesNoWorker) {
  for (int i = 0; i < 1200; ++i) {
    std::string content;
    for (int f = 0; f < 40; ++f)
      content += "def f" + std::to_string(i) + "_" + std::to_string(f) + "(a):\n    return a + 1\n\n";
    write("d/f" + std::to_string(i) + ".py", content);
  }
  for (int signal : {SIGINT, SIGTERM}) {
    fs::remove_all(tree_ / ".froe");
    auto pid = ::fork();
    if (pid == 0) {
      int null = ::open("/dev/null", O_RDWR);
      ::dup2(null, 1);
      ::dup2(null, 2);
      if (::chdir(tree_.c_str()) != 0) ::_exit(99);
      ::execl(FROE_PROGRAM, FROE_PROGRAM, "index", nullptr);
      ::_exit(99);
    }
    // As soon as something has been written, and long before all of it has.
    for (int i = 0; i < 1000 && !fs::exists(tree_ / ".froe/index.db-wal"); ++i)
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
    ::kill(pid, signal);
    int status = 0;
    ASSERT_EQ(::waitpid(pid, &status, 0), pid);
    // All files fit in flight, so that a fast machine may be past stopping and simply be done: that a signal
    // stops a run is shown in tests/faults.
    ASSERT_TRUE(WIFEXITED(status)) << "killed by signal " << WTERMSIG(status);
    EXPECT_TRUE(WEXITSTATUS(status) == 128 + signal || WEXITSTATUS(status) == 0) << WEXITSTATUS(status);
    EXPECT_EQ(froe("verify").status, 0);
  }
  ASSERT_EQ(froe("index").status, 0);
  ASSERT_EQ(froe("index --db fresh.db").status, 0);
  // Not EXPECT_EQ, whose account of the difference would take more memory than there is.
  EXPECT_TRUE(froe("dump").out == froe("dump --db fresh.db").out);
}

TEST_F(CliTest, OneInterruptEndsTheWaitForStandardInput) {
  std::array<int, 2> pipe{};
  ASSERT_EQ(::pipe2(pipe.data(), O_CLOEXEC), 0);
  auto pid = ::fork();
  if (pid == 0) {
    ::dup2(pipe[0], 0);
    ::execl(FROE_PROGRAM, FROE_PROGRAM, "chunk", nullptr);
    ::_exit(99);
  }
  // Until it has taken charge of the signal, which would simply kill it before.
  auto blocks_interrupts = [&] {
    auto status = read_all("/proc/" + std::to_string(pid) + "/status");
    auto at = status.find("SigBlk:");
    return at != std::string::npos &&
           (std::stoull(status.substr(at + 7), nullptr, 16) & 1ULL << (SIGINT - 1)) != 0;
  };
  for (int i = 0; i < 2000 && !blocks_interrupts(); ++i)
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  ::kill(pid, SIGINT);
  int status = 0;
  ASSERT_EQ(::waitpid(pid, &status, 0), pid);  // the pipe is still open
  ASSERT_TRUE(WIFEXITED(status));
  EXPECT_EQ(WEXITSTATUS(status), 128 + SIGINT);
  ::close(pipe[0]);
  ::close(pipe[1]);
}

TEST_F(CliTest, ColourOnlyWhenAskedOrOnATerminal) {
  write("a.py", python_file);
  ASSERT_EQ(froe("index").status, 0);
  EXPECT_FALSE(contains(froe("search put").out, "\x1b["));
  EXPECT_TRUE(contains(froe("search put --color always").out, "\x1b["));
  auto terminal = shell("TERM=xterm script -qec '" + std::string(FROE_PROGRAM) + " search put' /dev/null");
  EXPECT_TRUE(contains(terminal.out, "\x1b[")) << terminal.out << terminal.err;
  auto refused =
      shell("TERM=xterm NO_COLOR=1 script -qec '" + std::string(FROE_PROGRAM) + " search put' /dev/null");
  EXPECT_FALSE(contains(refused.out, "\x1b["));
}

TEST_F(CliTest, ProgressIsDrawnOnlyOnATerminal) {
  for (int i = 0; i < 1500; ++i) write("f" + std::to_string(i) + ".py", python_file + std::to_string(i));
  EXPECT_EQ(froe("index").err, "");
  fs::remove_all(tree_ / ".froe");
  auto forced = froe("index --progress always -j 1");
  EXPECT_EQ(forced.status, 0);
  EXPECT_TRUE(contains(forced.err, "\r")) << forced.err;
}

}  // namespace
}  // namespace froe::cli
