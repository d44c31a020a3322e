// An index with several trees: the paths of those beside the server's own are absolute.
#include "server/fixture.hpp"

namespace froe::server {
namespace {

class SeveralTreesTest : public ServeTest {
 protected:
  void SetUp() override {
    write("a.py", "from b import shelf\ndef caller(): return shelf()\n");
    fs::create_directory(scratch_ / "second");
    std::ofstream(scratch_ / "second/b.py") << text;
    ASSERT_EQ(froe("index -q --references --db ../all.db .").status, 0);
    ASSERT_EQ(froe("index -q --references --db ../all.db ../second").status, 0);
  }
  [[nodiscard]] std::string quoted(const fs::path& file) const { return "\"file://" + file.string() + '"'; }
  [[nodiscard]] Outcome ask(const std::string& input) const {
    return serve(initialize() + input + goodbye(),
                 "--lsp --no-index --db '" + (scratch_ / "all.db").string() + "'");
  }
  [[nodiscard]] std::string opened(const std::string& json_text) const {
    return framed(notification("textDocument/didOpen",
                               R"({"textDocument":{"uri":"file://)" + (scratch_ / "second/b.py").string() +
                                   R"(","languageId":"python","version":1,"text":")" + json_text + "\"}}"));
  }
  static constexpr const char* text = "def shelf(): pass\n";
};

TEST_F(SeveralTreesTest, AFileOfAnotherOneIsWhereItIs) {
  const auto at_use = R"({"textDocument":{"uri":")" + uri("a.py") +
                      R"("},"position":{"line":1,"character":23},"context":{"includeDeclaration":true}})";
  auto ended =
      ask(symbols(2, "shelf") + open("a.py", R"(from b import shelf\ndef caller(): return shelf()\n)") +
          framed(request(3, "textDocument/definition", at_use)) +
          framed(request(4, "textDocument/references", at_use)) +
          framed(request(5, "froe/search", R"({"query":"shelf"})")));
  for (int id : {2, 3, 4, 5}) {
    EXPECT_EQ(count(answer(ended, id), quoted(scratch_ / "second/b.py")), 1U) << ended.out;
    EXPECT_EQ(count(answer(ended, id), (tree_ / "").string() + "/"), 0U) << ended.out;
  }
}

TEST_F(SeveralTreesTest, WhatIsOpenIsNotListedFromTheIndexToo) {
  auto ended = ask(opened(R"(\n\n\ndef shelf(): pass\n)") + symbols(2, "shelf") +
                   framed(request(3, "froe/search", R"({"query":"shelf pass"})")));
  EXPECT_EQ(count(answer(ended, 2), R"("name":"shelf")"), 1U) << ended.out;
  EXPECT_EQ(count(answer(ended, 2), R"("line":3)"), 2U) << ended.out;
  EXPECT_EQ(count(answer(ended, 3), quoted(scratch_ / "second/b.py")), 1U) << ended.out;
}

// Two folders, each with an index of its own that has the same third tree too.
TEST_F(SeveralTreesTest, AFileThatLiesInNoFolderIsListedOnce) {
  for (const char* folder : {"one", "two"}) {
    fs::create_directory(scratch_ / folder);
    std::ofstream(scratch_ / folder / "x.py") << "def other(): pass\n";
    ASSERT_EQ(froe("index -q ../" + std::string(folder)).status, 0);
    ASSERT_EQ(froe("index -q --db ../" + std::string(folder) + "/.froe/index.db ../second").status, 0);
  }
  auto folder = [&](const std::string& name) {
    return R"({"uri":"file://)" + (scratch_ / name).string() + R"(","name":")" + name + "\"}";
  };
  auto ended = serve(framed(request(1, "initialize",
                                    R"({"processId":null,"capabilities":{},"workspaceFolders":[)" +
                                        folder("one") + ',' + folder("two") + "]}")) +
                         framed(notification("initialized", "{}")) + symbols(2, "shelf") +
                         framed(request(3, "froe/search", R"({"query":"shelf"})")) + goodbye(),
                     "--lsp --no-index");
  for (int id : {2, 3}) {
    EXPECT_EQ(count(answer(ended, id), quoted(scratch_ / "second/b.py")), 1U) << ended.out << ended.err;
  }
}

}  // namespace
}  // namespace froe::server
