// Clients that break the rules, and trees that are not what they seem.
#include "server/fixture.hpp"

namespace froe::server {
namespace {

TEST_F(ServeTest, BrokenHeadersEndTheServerWithAnError) {
  for (const std::string& wrong :
       {std::string("Content-Length: x\r\n\r\n{}"), std::string("Content-Length: -1\r\n\r\n"),
        std::string("no colon\r\n\r\n{}"), std::string("Content-Type: x\r\n\r\n{}"),
        std::string("Content-Length: 999999999999\r\n\r\n{}"),
        std::string("Content-Length: 18446744073709551999\r\n\r\n{}"), std::string(100'000, 'x'),
        std::string("Content-Length: 10\r\n\r\n{}")}) {
    auto ended = serve(initialize() + wrong);
    EXPECT_EQ(ended.status, 1) << wrong.substr(0, 40);
    EXPECT_TRUE(contains(ended.out, "-32700")) << wrong.substr(0, 40) << ended.out;
  }
}

TEST_F(ServeTest, HeadersMayBeWrittenOtherwise) {
  auto body = request(1, "initialize", R"({"capabilities":{}})");
  auto ended = serve("content-length:  " + std::to_string(body.size()) +
                     "\r\nContent-Type: application/x\r\n\r\n" + body + goodbye());
  EXPECT_EQ(ended.status, 0) << ended.err;
  EXPECT_TRUE(contains(ended.out, R"("positionEncoding":"utf-16")")) << ended.out;
}

TEST_F(ServeTest, WhatIsNoRequestIsAnsweredAndTheServerGoesOn) {
  auto ended = serve(initialize() + framed("{") + framed("[]") + framed("\xFF\xFE") + framed(R"({"id":1})") +
                     framed(request(2, "no/such/method")) +
                     framed(R"({"jsonrpc":"2.0","id":3,"method":"textDocument/hover","params":7})") +
                     framed(request(4, "initialize")) + goodbye());
  EXPECT_EQ(ended.status, 0) << ended.err;
  for (const char* expected : {R"("id":null,"error":{"code":-32700)", R"("id":null,"error":{"code":-32600)",
                               R"("id":2,"error":{"code":-32601)", R"("id":3,"error":{"code":-32600)",
                               R"("id":4,"error":{"code":-32600)", R"("id":99,"result":null)"})
    EXPECT_TRUE(contains(ended.out, expected)) << expected << '\n' << ended.out;
}

TEST_F(ServeTest, RequestsOutOfTime) {
  auto early = serve(framed(request(1, "workspace/symbol", R"({"query":"x"})")));
  EXPECT_TRUE(contains(early.out, R"("id":1,"error":{"code":-32002)")) << early.out;
  EXPECT_EQ(early.status, 1);
  auto late =
      serve(initialize() + framed(request(98, "shutdown")) +
            framed(request(2, "workspace/symbol", R"({"query":"x"})")) + framed(notification("exit")));
  EXPECT_TRUE(contains(late.out, R"("id":2,"error":{"code":-32600)")) << late.out;
  EXPECT_EQ(late.status, 0);
}

TEST_F(ServeTest, EditsOutsideOfTheTextAreRefusedUntilItIsSentWhole) {
  auto change = [&](int version, const std::string& what) {
    return framed(notification("textDocument/didChange", R"({"textDocument":{"uri":")" + uri("a.py") +
                                                             R"(","version":)" + std::to_string(version) +
                                                             R"(},"contentChanges":[)" + what + "]}"));
  };
  auto symbols = [&](int id) {
    return framed(request(id, "textDocument/documentSymbol", about(uri("a.py"))));
  };
  auto range = [](const std::string& start, const std::string& end) {
    return R"({"range":{"start":)" + start + R"(,"end":)" + end + R"(},"text":"x"})";
  };
  auto ended =
      serve(initialize() + open("a.py", "def f(): pass\\n") +
            change(2, range(R"({"line":7,"character":0})", R"({"line":7,"character":0})")) + symbols(2) +
            change(3, R"({"text":"def healed(): pass\n"})") + symbols(3) +
            change(4, range(R"({"line":0,"character":5})", R"({"line":0,"character":2})")) + symbols(4) +
            change(5, range(R"({"line":-1,"character":5})", R"({"line":0,"character":2})")) + goodbye());
  EXPECT_EQ(ended.status, 0) << ended.err;
  EXPECT_TRUE(contains(ended.out, R"("id":2,"error":{"code":-32801)")) << ended.out;
  EXPECT_TRUE(contains(ended.out, "healed")) << ended.out;
  EXPECT_TRUE(contains(ended.out, R"("id":4,"error":{"code":-32801)")) << ended.out;
  EXPECT_TRUE(contains(ended.err, "lies outside of its text")) << ended.err;
}

TEST_F(ServeTest, DocumentsThatAreNotThere) {
  write("a.py", "x = 1\n");
  fs::create_symlink("/etc", tree_ / "outside");
  ASSERT_EQ(froe("index -q .").status, 0);
  std::string input = initialize();
  int id = 1;
  for (const auto& wrong : {uri("never.py"), uri("../x"), uri("%2e%2e/%2e%2e/etc/passwd"),
                            uri("outside/passwd"), uri("a%00.py"), std::string("file:///etc/passwd"),
                            std::string("file://host/x"), uri("%zz"), std::string("untitled:Untitled-1")}) {
    input += framed(request(++id, "textDocument/documentSymbol", about(wrong)));
  }
  auto ended =
      serve(input + framed(request(50, "textDocument/documentSymbol", about(uri("a.py")))) + goodbye());
  EXPECT_EQ(ended.status, 0) << ended.err;
  for (int each = 2; each <= id; ++each)
    EXPECT_TRUE(contains(ended.out, "\"id\":" + std::to_string(each) + ",\"error\":{\"code\":-32602"))
        << ended.out;
  EXPECT_FALSE(contains(ended.out, "root:")) << "what is outside was read";
  EXPECT_TRUE(contains(ended.out, R"("id":50,"result":[)")) << ended.out;
}

TEST_F(ServeTest, NoIndexIsAnErrorOfTheRequest) {
  auto ended =
      serve(initialize() + framed(request(2, "textDocument/documentSymbol", about(uri("a.py")))) + goodbye());
  EXPECT_TRUE(contains(ended.out, R"("id":2,"error":{"code":-32803,"message":"there is no index)"))
      << ended.out;
  EXPECT_FALSE(fs::exists(tree_ / ".froe")) << "--no-index must not make one";
}

TEST_F(ServeTest, AGrammarThatCrashesOrHangsCostsItsDocumentTheTree) {
  for (const char* harm : {"signal 11", "abort", "loop"}) {
    auto ended =
        serve(initialize() + open("bad.hostile", std::string(harm) + "\\n") +
                  open("good.py", "def fine(): pass\\n") +
                  framed(request(2, "textDocument/documentSymbol", about(uri("bad.hostile")))) +
                  framed(request(3, "textDocument/diagnostic", about(uri("bad.hostile")))) +
                  framed(request(4, "textDocument/documentSymbol", about(uri("good.py")))) + goodbye(),
              "--lsp --no-index", FROE_HOSTILE);
    EXPECT_EQ(ended.status, 0) << harm << ended.err;
    EXPECT_TRUE(contains(ended.out, R"("id":2,"result":[])")) << harm << ended.out;
    EXPECT_TRUE(contains(ended.out, "not parsed (")) << harm << ended.out;
    EXPECT_TRUE(contains(ended.out, "\"fine\"")) << harm << ended.out;
  }
}

TEST_F(ServeTest, ItEndsWhenNobodyReads) {
  write("a.py", cli::python_file);
  std::string input;
  for (int id = 1; id < 3000; ++id)
    input +=
        request(
            id, "tools/list",
            R"({"_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{}}})") +
        '\n';
  std::ofstream(scratch_ / "input", std::ios::binary) << input;
  auto ended = shell("timeout 60 " FROE_PROGRAM " serve --mcp --no-index <" + (scratch_ / "input").string() +
                     " | head -c 100 | wc -c; exit ${PIPESTATUS[0]}");
  EXPECT_TRUE(contains(ended.out, "100")) << ended.out;
}

TEST_F(ServeTest, OneProtocolAtATime) {
  EXPECT_EQ(froe("serve </dev/null").status, 2);
  EXPECT_EQ(froe("serve --lsp --mcp </dev/null").status, 2);
  EXPECT_EQ(froe("serve --mcp no-such-directory </dev/null").status, 2);
  EXPECT_EQ(froe("serve --mcp </dev/null").status, 0);
}

// What came with a checkout, or is named by mistake, must not show what is somebody else's.
TEST_F(ServeTest, OnlyTheIndexOfItsOwnTree) {
  const auto other = scratch_ / "other";
  fs::create_directory(other);
  write("../other/secret.py", "def secret(): pass\n");
  ASSERT_EQ(shell(std::string(FROE_PROGRAM) + " index -q '" + other.string() + "'").status, 0);
  auto asked = initialize() + framed(request(2, "workspace/symbol", R"({"query":"secret"})")) + goodbye();

  fs::create_directory_symlink(other / ".froe", tree_ / ".froe");
  for (const std::string arguments : {"--lsp --no-index", "--lsp"}) {
    auto linked = serve(asked, arguments);
    EXPECT_FALSE(contains(linked.out, "secret.py")) << linked.out;
  }
  fs::remove(tree_ / ".froe");
  auto named = serve(asked, "--lsp --no-index --db '" + (other / ".froe/index.db").string() + "'");
  EXPECT_FALSE(contains(named.out, "secret.py")) << named.out;

  // An agent is told why.
  auto agent =
      request(
          1, "initialize",
          R"({"protocolVersion":"2025-06-18","capabilities":{},"clientInfo":{"name":"x","version":"1"}})") +
      '\n' + request(2, "tools/call", R"({"name":"find_symbol","arguments":{"name":"secret"}})") + '\n' +
      request(3, "tools/call", R"({"name":"index_status","arguments":{}})") + '\n';
  auto told = serve(agent, "--mcp --no-index --db '" + (other / ".froe/index.db").string() + "'");
  EXPECT_FALSE(contains(told.out, "secret.py")) << told.out;
  EXPECT_TRUE(contains(told.out, "a server needs one of its own")) << told.out;
  EXPECT_TRUE(contains(told.out, "there is no index yet")) << told.out;
  fs::create_directory(tree_ / ".froe");
  fs::create_symlink(other / ".froe/index.db", tree_ / ".froe/index.db");
  auto linked = serve(agent, "--mcp");
  EXPECT_FALSE(contains(linked.out, "secret.py")) << linked.out;
  EXPECT_TRUE(contains(linked.out, "is a symbolic link and is not followed")) << linked.out;
}

TEST_F(ServeTest, WithoutAFolderThereIsNoIndex) {
  write("a.py", "def a(): pass\n");
  auto body = framed(request(1, "initialize", R"({"rootUri":null,"capabilities":{}})")) +
              framed(notification("initialized"));
  auto ended = serve(body + open("b.py", "def in_buffer(): pass\\n") +
                         framed(request(2, "textDocument/documentSymbol", about(uri("b.py")))) + goodbye(),
                     "--lsp");
  EXPECT_EQ(ended.status, 0) << ended.err;
  EXPECT_TRUE(contains(ended.out, "in_buffer")) << ended.out;
  EXPECT_FALSE(fs::exists(tree_ / ".froe"));
}

TEST_F(ServeTest, WhatChangedStaysBelowTheRoot) {
  write("in/a.py", "def a(): pass\n");
  write("out/secret.py", "def secret(): pass\n");
  ASSERT_EQ(
      shell("git init -q . && git add -A && git -c user.name=a -c user.email=a@b commit -qm one").status, 0);
  write("in/a.py", "def a(): return 1\n");
  write("out/secret.py", "def secret(): return 1\n");
  auto line = [](const std::string& text) { return text + '\n'; };
  auto ended = serve(
      line(request(
          1, "initialize",
          R"({"protocolVersion":"2025-06-18","capabilities":{},"clientInfo":{"name":"x","version":"1"}})")) +
          line(notification("notifications/initialized")) +
          line(request(2, "tools/call", R"({"name":"what_changed","arguments":{}})")),
      "--mcp in --no-index");
  EXPECT_TRUE(contains(ended.out, "changed  function a  a.py:1")) << ended.out;
  EXPECT_FALSE(contains(ended.out, "secret")) << ended.out;
  // Neither by a path that leaves it, nor by a revision that there is not.
  auto since = serve(
      line(request(
          1, "initialize",
          R"({"protocolVersion":"2025-06-18","capabilities":{},"clientInfo":{"name":"x","version":"1"}})")) +
          line(request(2, "tools/call", R"({"name":"what_changed","arguments":{"path":"../out"}})")) +
          line(request(3, "tools/call", R"({"name":"what_changed","arguments":{"before":"no-such"}})")),
      "--mcp in --no-index");
  EXPECT_FALSE(contains(since.out, "secret")) << since.out;
  EXPECT_TRUE(contains(since.out, "does not lie below")) << since.out;
  EXPECT_TRUE(contains(since.out, "no-such")) << since.out;
}

// An agent that has just written a file asks about it: no answer is of the tree as it was before.
TEST_F(ServeTest, AnAnswerKnowsWhatWasWrittenBeforeItsQuestion) {
  write("a.py", "def at_first(): pass\n");
  auto search = [](int id, const std::string& name) {
    return request(id, "tools/call", R"({"name":"find_symbol","arguments":{"name":")" + name + R"("}})") +
           '\n';
  };
  auto initialize_mcp =
      request(
          1, "initialize",
          R"({"protocolVersion":"2025-06-18","capabilities":{},"clientInfo":{"name":"x","version":"1"}})") +
      '\n' + notification("notifications/initialized") + '\n';
  constexpr int rounds = 10;
  std::string script =
      "answered() { until grep -q '\"id\":'$1'[,}]' out; do sleep 0.01; done; }\n"
      "cd '" +
      scratch_.string() + "'; mkfifo in; timeout 60 " FROE_PROGRAM " serve --mcp '" + tree_.string() +
      "' <in >out & exec 3>in\n";
  script += "cat >&3 <<'E'\n" + initialize_mcp + search(2, "at_first") + "E\nanswered 2\n";
  for (int i = 0; i < rounds; ++i) {
    auto name = "born_in_" + std::to_string(i);
    script += "echo 'def " + name + "(): pass' >'" + tree_.string() + "/" + name + ".py'\n";
    script += "cat >&3 <<'E'\n" + search(3 + i, name) + "E\nanswered " + std::to_string(3 + i) + '\n';
  }
  script += "exec 3>&-; wait; cat out";
  auto ended = shell(script);
  for (int i = 0; i < rounds; ++i) {
    EXPECT_TRUE(contains(ended.out, "born_in_" + std::to_string(i) + ".py:1")) << i << '\n' << ended.out;
  }
}

}  // namespace
}  // namespace froe::server
