// Several folders, folders by other names, and how lines are counted in them.
#include "server/fixture.hpp"

namespace froe::server {
namespace {

class FoldersTest : public ServeTest {
 protected:
  void SetUp() override {
    write("a.py", "def shelf_of_books(): pass\n");
    write("inner/b.py", "def shelf(): pass\ndef other(): return shelf()\n");
    ASSERT_EQ(froe("index -q --references .").status, 0);
    ASSERT_EQ(froe("index -q --references inner").status, 0);
  }
  static std::string folders(const std::vector<std::string>& uris, const std::string& encoding = "utf-8") {
    std::string list;
    for (const auto& each : uris)
      list += (list.empty() ? "" : ",") + (R"({"name":"x","uri":")" + each + "\"}");
    return framed(request(1, "initialize",
                          R"({"workspaceFolders":[)" + list +
                              R"(],"capabilities":{"general":{"positionEncodings":[")" + encoding +
                              "\"]}}}")) +
           framed(notification("initialized"));
  }
  static std::string symbols(int id, const std::string& query) {
    return framed(request(id, "workspace/symbol", R"({"query":")" + query + "\"}"));
  }
  static std::size_t count(const std::string& text, const std::string& part) {
    std::size_t found = 0;
    for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++found;
    return found;
  }
};

TEST_F(FoldersTest, ResultsOfAllFoldersInOneOrder) {
  const auto second = scratch_ / "second";
  fs::create_directory(second);
  std::ofstream(second / "c.py") << "def shelf(): pass\n";
  ASSERT_EQ(shell(FROE_PROGRAM " index -q '" + second.string() + "'").status, 0);
  auto ended =
      serve(folders({"file://" + tree_.string(), "file://" + second.string()}) + symbols(2, "shelf") +
            framed(request(3, "froe/search", R"({"query":"shelf"})")) + goodbye());
  auto exact = ended.out.find("second/c.py");
  auto longer = ended.out.find("a.py");
  ASSERT_NE(exact, std::string::npos) << ended.out;
  ASSERT_NE(longer, std::string::npos) << ended.out;
  EXPECT_LT(exact, longer) << "the name itself comes before what begins so, whatever its folder\n"
                           << ended.out;
  EXPECT_EQ(count(ended.out.substr(ended.out.find("\"results\"")), "second/c.py"), 1U) << ended.out;
}

TEST_F(FoldersTest, AFolderInAnotherSpeaksForItsFiles) {
  auto ended =
      serve(folders({"file://" + tree_.string(), "file://" + (tree_ / "inner").string()}) +
            symbols(2, "other") + framed(request(3, "froe/search", R"({"query":"other"})")) +
            framed(request(
                4, "textDocument/references",
                R"({"textDocument":{"uri":")" + uri("inner/b.py") +
                    R"("},"position":{"line":0,"character":5},"context":{"includeDeclaration":true}})")) +
            goodbye());
  auto answer = [&](int id) {
    auto at = ended.out.find("\"id\":" + std::to_string(id) + ",\"result\"");
    return ended.out.substr(at, ended.out.find("Content-Length", at) - at);
  };
  EXPECT_EQ(count(answer(2), "b.py"), 1U) << ended.out;
  EXPECT_EQ(count(answer(3), "b.py"), 1U) << ended.out;
  EXPECT_EQ(count(answer(4), "b.py"), 2U) << "the definition and the use\n" << ended.out;
}

TEST_F(FoldersTest, OtherNamesOfAFolder) {
  fs::create_directory_symlink(tree_, scratch_ / "link");
  const auto plain = tree_.string();
  std::string encoded;
  for (char c : plain) encoded += c == 'e' ? "%65" : std::string(1, c);
  for (const auto& name : {"file://" + plain + "/", "file://" + plain + "//", "file://localhost" + plain,
                           "FILE://LocalHost" + plain, "file://" + encoded, "file://" + plain + "/inner/..",
                           "file://" + (scratch_ / "link").string()}) {
    auto ended = serve(folders({name}) + symbols(2, "shelf_of_books") + goodbye());
    auto expected = name.ends_with("link") ? (scratch_ / "link/a.py").string() : plain + "/a.py";
    EXPECT_TRUE(contains(ended.out, "\"file://" + expected + '"')) << name << '\n' << ended.out;
  }
  // Both names: one tree, and a document of it by either.
  auto both = serve(folders({"file://" + (scratch_ / "link").string(), "file://" + plain}) +
                    symbols(2, "shelf_of_books") +
                    framed(request(3, "textDocument/documentSymbol", about(uri("a.py")))) + goodbye());
  EXPECT_EQ(count(both.out, "link/a.py"), 2U) << both.out;
  EXPECT_FALSE(contains(both.out, "\"error\"")) << both.out;
}

TEST_F(FoldersTest, LinesEndAsLspSaysWhateverTheIndexCounts) {
  write("cr.py", "x = 1\r# é\ry = 2\ndef lonely(): pass\ndef late():\r    pass\r\n");
  ASSERT_EQ(froe("index -q .").status, 0);
  for (const char* encoding : {"utf-8", "utf-16"}) {
    auto ended = serve(folders({"file://" + tree_.string()}, encoding) + symbols(2, "lonely") +
                       symbols(3, "late") + goodbye());
    EXPECT_TRUE(contains(ended.out, R"("start":{"line":3,"character":4},"end":{"line":3,"character":10})"))
        << encoding << ended.out;
    EXPECT_TRUE(contains(ended.out, R"("start":{"line":4,"character":4},"end":{"line":4,"character":8})"))
        << encoding << ended.out;
  }
}

TEST_F(FoldersTest, CodeWithFencesIsInsideOfLongerOnes) {
  auto ended =
      serve(folders({"file://" + tree_.string()}) +
            open("fence.py", R"(def fenced():\n    \"\"\"````\n    code\n    ````\"\"\"\nfenced()\n)") +
            framed(request(2, "textDocument/hover",
                           R"({"textDocument":{"uri":")" + uri("fence.py") +
                               R"("},"position":{"line":4,"character":2}})")) +
            goodbye());
  EXPECT_TRUE(contains(ended.out, R"("value":"`````python\n)")) << ended.out;
  EXPECT_TRUE(contains(ended.out, R"(\n`````\n)")) << ended.out;
}

}  // namespace
}  // namespace froe::server
