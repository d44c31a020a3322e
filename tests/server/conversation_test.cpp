// What comes in and goes out: strings that are no UTF-8, long messages, batches, clients that do not read.
#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <chrono>
#include <csignal>
#include <future>
#include <thread>
#include <utility>

#include "froe/confine.hpp"
#include "server/fixture.hpp"
#include "server/framing.hpp"
#include "server/json_value.hpp"

namespace froe::server {
namespace {

class ConversationTest : public ServeTest {
 protected:
  static std::string line(const std::string& text) { return text + '\n'; }
  static std::string mcp_start() {
    return line(request(
               1, "initialize",
               R"({"protocolVersion":"2025-03-26","capabilities":{},"clientInfo":{"name":"x","version":"1"}})")) +
           line(notification("notifications/initialized"));
  }
  static std::string call(int id, const std::string& tool, const std::string& arguments) {
    return request(id, "tools/call", R"({"name":")" + tool + R"(","arguments":)" + arguments + '}');
  }
  // A server between two pipes, which a script talks to by descriptor 3; its answers go to the file `out`.
  Outcome talk(const std::string& arguments, const std::string& script) const {
    return shell("cd '" + scratch_.string() + "'; mkfifo in; : >out; timeout 100 " FROE_PROGRAM " serve " +
                 arguments + " '" + tree_.string() +
                 "' <in >out & server=$!; exec 3>in\n"
                 "answered() { until grep -q '\"id\":'$1'[,}]' out; do sleep 0.02; done; }\n" +
                 script.substr(0, script.find_last_not_of('\n') + 1));
  }
};

TEST(JsonTest, HalvesOfSurrogatePairsAreReplaced) {
  auto text = [](const std::string& json) {
    auto value = parse_json(json);
    return value && value->is_string() ? std::string(value->get_string()) : "no string: " + json;
  };
  EXPECT_EQ(text(R"("a\ud800b")"),
            "a\xEF\xBF\xBD"
            "b");
  EXPECT_EQ(text(R"("\udc00")"), "\xEF\xBF\xBD");
  EXPECT_EQ(text(R"("\ud83d\ud83d\ude00")"), "\xEF\xBF\xBD\xF0\x9F\x98\x80");
  EXPECT_EQ(text(R"("\ud83d\ude00\ud83d")"), "\xF0\x9F\x98\x80\xEF\xBF\xBD");
  EXPECT_EQ(text(R"("\\ud800\ud800")"), "\\ud800\xEF\xBF\xBD") << "a backslash that is itself escaped";
  EXPECT_FALSE(parse_json(R"("\ud8zz")"));
  EXPECT_FALSE(parse_json("\"\\ud800\xFF\""));
}

TEST_F(ConversationTest, ALoneSurrogateIsAUnitOfUtf16) {
  auto initialize_utf16 = framed(request(1, "initialize", R"({"rootUri":null,"capabilities":{}})")) +
                          framed(notification("initialized"));
  auto ended = serve(
      initialize_utf16 + open("a.py", R"(x = '\ud800'; y = 1\ndef f(): pass\n)") +
      framed(request(2, "textDocument/documentSymbol", about(uri("a.py")))) +
      framed(request(3, "froe/chunks", R"({"text":true,"textDocument":{"uri":")" + uri("a.py") + "\"}}")) +
      goodbye());
  EXPECT_EQ(ended.status, 0) << ended.err;
  EXPECT_FALSE(contains(ended.out, "-32700")) << ended.out;
  EXPECT_TRUE(contains(ended.out, R"("name":"f")")) << ended.out;
  EXPECT_TRUE(contains(ended.out, "x = '\xEF\xBF\xBD'; y = 1")) << ended.out;
}

TEST_F(ConversationTest, AnAnswerSaysHowOldItIs) {
  write("a.py", "def a(): pass\n");
  ASSERT_EQ(froe("index -q").status, 0);
  auto input = mcp_start() + line(call(2, "find_symbol", R"({"name":"a"})"));
  auto kept = serve(input, "--mcp");
  EXPECT_TRUE(contains(kept.out, "a.py:1")) << kept.out;
  EXPECT_TRUE(contains(kept.out, "is being brought up to date"))
      << "at first, nobody has looked: " << kept.out;
  auto left = serve(input, "--mcp --no-index");
  EXPECT_TRUE(contains(left.out, "is not kept up to date")) << left.out;
}

TEST_F(ConversationTest, AnIndexInTheTreeIsNoneOfItByAnyName) {
  write("a.py", "def a(): pass\n");
  write("data/kept.txt", "kept\n");
  fs::create_directory_symlink(tree_ / "data", scratch_ / "link");
  std::ofstream(scratch_ / "start") << mcp_start();
  for (int id = 2; id < 200; ++id)
    std::ofstream(scratch_ / ("ask" + std::to_string(id))) << line(call(id, "index_status", "{}"));
  auto ended = talk("--mcp --db link/index.db", R"(
cat start >&3
for id in $(seq 2 199); do cat ask$id >&3; answered $id; grep -q fresh out && break; sleep 0.05; done
exec 3>&-; wait; cat out
)");
  EXPECT_TRUE(contains(ended.out, "fresh")) << ended.out << ended.err;
  auto ledger = froe("ledger --db ../link/index.db").out;
  EXPECT_TRUE(contains(ledger, "data/kept.txt")) << ledger;
  EXPECT_FALSE(contains(ledger, "data/index.db")) << ledger;
}

TEST_F(ConversationTest, ABatchIsAnsweredByOne) {
  write("a.py", "def a(): pass\n");
  auto status = call(7, "index_status", "{}");
  auto ended =
      serve(mcp_start() +
                line('[' + request(5, "ping") + ',' + status + ",7," +
                     notification("notifications/cancelled", R"({"requestId":99})") + ',' +
                     request(6, "no/such") + ']') +
                line("[]") + line('[' + notification("notifications/x") + ']') + line(request(8, "ping")),
            "--mcp --no-index");
  EXPECT_EQ(ended.status, 0) << ended.err;
  std::istringstream lines(ended.out);
  std::vector<std::string> all;
  for (std::string each; std::getline(lines, each);) all.push_back(each);
  ASSERT_EQ(all.size(), 4U) << ended.out;
  std::string batch;
  for (const auto& each : all) {
    if (each.starts_with('[')) batch = each;
  }
  for (const char* part : {R"("id":5,"result":{})", R"("id":7,"result":)",
                           R"("id":null,"error":{"code":-32600)", R"("id":6,"error":{"code":-32601)"})
    EXPECT_TRUE(contains(batch, part)) << part << '\n' << ended.out;
  EXPECT_TRUE(batch.ends_with(']'));
  EXPECT_TRUE(contains(ended.out, "a batch has from one to")) << ended.out;
  EXPECT_TRUE(contains(ended.out, R"("id":8,"result":{})")) << ended.out;
}

// It holds the pipe, and does not read.
TEST_F(ConversationTest, WhoNeverReadsIsLeftOnceNothingMoreComes) {
  write("a.py", cli::python_file);
  std::string input = mcp_start();
  for (int id = 2; id < 3000; ++id) input += line(request(id, "tools/list"));
  std::ofstream(scratch_ / "input", std::ios::binary) << input;
  auto ended = shell("cd '" + scratch_.string() +
                     "'; mkfifo out; exec 4<>out; time -p timeout 60 " FROE_PROGRAM
                     " serve --mcp --no-index tree <input >out; echo status $?");
  EXPECT_TRUE(contains(ended.out, "status 0")) << ended.out << ended.err;
}

// Two ends of a pipe, and no thread of the library's own.
class WriterTest : public ::testing::Test {
 protected:
  void SetUp() override {
    ASSERT_EQ(::pipe2(pipe_.data(), O_CLOEXEC), 0);
    // Interrupts what waits; without a handler it would end the program.
    struct sigaction interrupt {};
    interrupt.sa_handler = [](int) {};
    ASSERT_EQ(::sigaction(SIGUSR1, &interrupt, &before_), 0);
  }
  void TearDown() override {
    ::sigaction(SIGUSR1, &before_, nullptr);
    for (int end : pipe_) ::close(end);
  }
  std::string read_all(std::size_t size) const {
    std::string text(size, ' ');
    for (std::size_t at = 0; at < size;) {
      auto count = ::read(pipe_[0], text.data() + at, size - at);
      if (count <= 0) return text.substr(0, at);
      at += static_cast<std::size_t>(count);
    }
    return text;
  }
  std::array<int, 2> pipe_{-1, -1};
  struct sigaction before_ {};
};

TEST_F(WriterTest, ASignalIsNoRoom) {
  MessageWriter writer(pipe_[1], pipe_[0], Framing::lines);
  writer.input_ended();
  std::promise<void> done;
  auto ended = done.get_future();
  std::thread thread([&] {
    writer.write(std::string(1U << 20U, 'x'));
    done.set_value();
  });
  std::this_thread::sleep_for(std::chrono::milliseconds(300));
  ::pthread_kill(thread.native_handle(), SIGUSR1);
  bool in_time = ended.wait_for(std::chrono::seconds(20)) == std::future_status::ready;
  EXPECT_TRUE(in_time) << "it waits without end for whoever does not read";
  EXPECT_EQ(writer.closed(), in_time);
  if (!in_time) read_all((1U << 20U) + 1);  // so that the thread ends
  thread.join();
}

// A terminal or a pipe that somebody has set so is shared with the other end.
TEST_F(WriterTest, SignalsAndAPipeThatDoesNotWaitLoseNothing) {
  ASSERT_EQ(::fcntl(pipe_[1], F_SETFL, O_NONBLOCK), 0);
  MessageWriter writer(pipe_[1], pipe_[0], Framing::lines);
  const std::string message(3U << 20U, 'x');
  std::atomic<bool> ended = false;
  std::thread thread([&] {
    writer.write(message);
    ended = true;
  });
  std::thread signals([&, handle = thread.native_handle()] {
    while (!ended) {
      ::pthread_kill(handle, SIGUSR1);
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
  });
  std::this_thread::sleep_for(std::chrono::milliseconds(200));  // the pipe is full meanwhile
  std::thread close_if_short([&] {
    while (!ended) std::this_thread::sleep_for(std::chrono::milliseconds(5));
    if (writer.closed()) ::close(std::exchange(pipe_[1], -1));
  });
  auto read = read_all(message.size() + 1);
  signals.join();
  close_if_short.join();
  thread.join();
  EXPECT_FALSE(writer.closed());
  EXPECT_TRUE(read == message + '\n') << read.size() << " bytes of " << message.size() + 1;
}

TEST_F(ConversationTest, ADocumentIsTheFileThatItsLinkLeadsToNow) {
  write("a.py", "def shelf(): pass\n");
  fs::create_symlink("a.py", tree_ / "link.py");
  ASSERT_EQ(froe("index -q .").status, 0);
  const auto link = uri("link.py");
  write("open",
        framed(notification("textDocument/didOpen",
                            R"({"textDocument":{"uri":")" + link +
                                R"(","languageId":"python","version":1,"text":"def draft(): pass\n"}})")));
  write("start", initialize());
  for (int id : {2, 3}) write("ask" + std::to_string(id), symbols(id, "shelf"));
  auto ended = talk("--lsp --no-index", "cd '" + tree_.string() + R"('
say() { cat "$1" >&3; }
cd -; say tree/start; say tree/open; say tree/ask2; answered 2
rm tree/link.py; echo 'x = 1' >tree/link.py
say tree/ask3; answered 3
exec 3>&-; wait; cat out
)");
  EXPECT_EQ(count(answer(ended, 2), "\"shelf\""), 0U) << "as it is in the document\n"
                                                      << ended.out << ended.err;
  EXPECT_EQ(count(answer(ended, 3), "\"shelf\""), 1U) << "the document is another file's\n" << ended.out;
}

TEST_F(ConversationTest, ALongMessageTakesAFewTimesItsSize) {
  if (confine::is_sanitizer_build()) GTEST_SKIP() << "a sanitizer shadows memory and keeps what is freed";
  auto ended = talk("--lsp --no-index", R"(
say() { printf 'Content-Length: %d\r\n\r\n%s' "${#1}" "$1" >&3; }
say '{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"rootUri":null,"capabilities":{}}}'
head='{"jsonrpc":"2.0","method":"textDocument/didOpen","params":{"textDocument":{"uri":"file:///long.txt","languageId":"x","version":1,"text":"'
printf 'Content-Length: %d\r\n\r\n%s' $((${#head} + 30000000 + 4)) "$head" >&3
head -c 30000000 /dev/zero | tr '\0' 'x' >&3
printf '"}}}' >&3
say '{"jsonrpc":"2.0","id":2,"method":"textDocument/documentSymbol","params":{"textDocument":{"uri":"file:///long.txt"}}}'
answered 2
pid=$(pgrep -P $server)
sed -n 's/VmHWM:[^0-9]*\([0-9]*\) kB/most \1/p' /proc/$pid/status
exec 3>&-; wait; cat out
)");
  auto at = ended.out.find("most ");
  ASSERT_NE(at, std::string::npos) << ended.out << ended.err;
  auto kilobytes = std::stol(ended.out.substr(at + 5));
  std::cout << "most memory for a message of 30 MB: " << kilobytes / 1024 << " MB\n";
  // The message, what it says, and the document; and what a buffer grows by.
  EXPECT_LT(kilobytes, 180 * 1024);
  EXPECT_TRUE(contains(ended.out, R"("id":2,"result":[])")) << ended.out;
}

TEST_F(ConversationTest, ACursorDoesNotOutliveItsList) {
  for (const char* name : {"a", "b", "c"}) write(std::string(name) + ".py", "def same(): pass\n");
  ASSERT_EQ(froe("index -q .").status, 0);
  auto page = [&](const std::string& cursor) {
    return serve(mcp_start() + line(call(2, "find_symbol", R"({"name":"same","limit":1)" + cursor + '}')),
                 "--mcp --no-index");
  };
  auto first = page("");
  const std::string key = R"("next_cursor":")";
  auto at = first.out.find(key);
  ASSERT_NE(at, std::string::npos) << first.out;
  auto begin = at + key.size();
  auto cursor = R"(,"cursor":")" + first.out.substr(begin, first.out.find('"', begin) - begin) + '"';
  // Another process, and another pass over what is the same.
  ASSERT_EQ(froe("index -q .").status, 0);
  auto second = page(cursor);
  EXPECT_TRUE(contains(second.out, "b.py:1")) << second.out;
  write("aa.py", "def same(): pass\n");
  ASSERT_EQ(froe("index -q .").status, 0);
  auto stale = page(cursor);
  EXPECT_TRUE(contains(stale.out, "has changed since the cursor was given")) << stale.out;
  EXPECT_TRUE(contains(stale.out, R"("isError":true)")) << stale.out;
}

TEST_F(ConversationTest, WhatChangedCanBeCancelled) {
  // So much to parse that it takes a while.
  std::string text;
  for (int i = 0; i < 3000; ++i) text += "def f" + std::to_string(i) + "(a):\n    return g(a, [1, 2, 3])\n\n";
  for (int i = 0; i < 40; ++i) write("f" + std::to_string(i) + ".py", text);
  ASSERT_EQ(shell("git init -q . && git add -A && git -c user.name=a -c user.email=a@b commit -qm one && "
                  "for each in f*.py; do echo 'def more(): pass' >>$each; done")
                .status,
            0);
  std::ofstream(scratch_ / "start") << mcp_start() << call(2, "what_changed", "{}") << '\n';
  std::ofstream(scratch_ / "again") << call(3, "what_changed", "{}") << '\n';
  std::ofstream(scratch_ / "stop") << notification("notifications/cancelled", R"({"requestId":3})") << '\n'
                                   << request(4, "ping") << '\n';
  auto ended = talk("--mcp --no-index", R"(
now() { echo $(($(date +%s%N) / 1000000)); }
begin=$(now); cat start >&3; answered 2; whole=$(($(now) - begin))
begin=$(now); cat again >&3; sleep 0.1; cat stop >&3; answered 4; stopped=$(($(now) - begin))
exec 3>&-; wait; cat out; echo whole $whole stopped $stopped
[ $stopped -lt $((whole / 2)) ]
)");
  EXPECT_EQ(ended.status, 0) << ended.out.substr(ended.out.size() -
                                                 std::min<std::size_t>(ended.out.size(), 300))
                             << ended.err;
  EXPECT_TRUE(contains(ended.out, R"("id":2,"result")")) << ended.out.substr(0, 500);
  EXPECT_FALSE(contains(ended.out, R"("id":3,)")) << "what was cancelled was answered";
  EXPECT_TRUE(contains(ended.out, R"("id":4,"result":{})"));
}

}  // namespace
}  // namespace froe::server
