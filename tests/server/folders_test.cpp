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
  static std::string change_folders(const std::vector<std::string>& added,
                                    const std::vector<std::string>& removed) {
    auto list = [](const std::vector<std::string>& uris) {
      std::string text;
      for (const auto& each : uris)
        text += (text.empty() ? "" : ",") + (R"({"name":"x","uri":")" + each + "\"}");
      return '[' + text + ']';
    };
    return framed(
        notification("workspace/didChangeWorkspaceFolders",
                     R"({"event":{"added":)" + list(added) + R"(,"removed":)" + list(removed) + "}}"));
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
  EXPECT_EQ(count(answer(ended, 2), "b.py"), 1U) << ended.out;
  EXPECT_EQ(count(answer(ended, 3), "b.py"), 1U) << ended.out;
  EXPECT_EQ(count(answer(ended, 4), "b.py"), 2U) << "the definition and the use\n" << ended.out;
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

TEST_F(FoldersTest, ADocumentStaysOpenWhileFoldersChange) {
  const auto link = scratch_ / "link";
  fs::create_directory_symlink(tree_, link);
  const auto link_uri = "file://" + link.string();
  auto edit = [&](int version, const std::string& name) {
    return framed(notification("textDocument/didChange", R"({"textDocument":{"uri":")" + uri("a.py") +
                                                             R"(","version":)" + std::to_string(version) +
                                                             R"(},"contentChanges":[{"text":"def )" + name +
                                                             R"((): pass\n"}]})"));
  };
  auto ended = serve(folders({uri("inner")}) + open("a.py", R"(def opened(): pass\n)") +
                     change_folders({link_uri}, {}) + edit(2, "edited") + symbols(2, "edited") +
                     symbols_in(3, link_uri + "/a.py") + change_folders({}, {link_uri}) +
                     edit(3, "edited_again") + symbols(4, "edited_again") + change_folders({link_uri}, {}) +
                     framed(notification("textDocument/didClose", about(uri("a.py")))) +
                     symbols(5, "edited_again") + symbols(6, "shelf_of_books") + goodbye());
  EXPECT_TRUE(contains(answer(ended, 2), uri("a.py"))) << ended.out << ended.err;
  EXPECT_TRUE(contains(answer(ended, 3), "\"edited\"")) << "by its other name it is the same\n" << ended.out;
  EXPECT_TRUE(contains(answer(ended, 4), uri("a.py"))) << ended.out << ended.err;
  EXPECT_FALSE(contains(answer(ended, 5), "a.py")) << "it is closed\n" << ended.out;
  EXPECT_TRUE(contains(answer(ended, 6), link_uri + "/a.py")) << "the index speaks for it\n" << ended.out;
}

TEST_F(FoldersTest, AFolderGoesWithTheLastOfItsNames) {
  const auto link = "file://" + (scratch_ / "link").string();
  const auto plain = "file://" + tree_.string();
  fs::create_directory_symlink(tree_, scratch_ / "link");
  auto ended = serve(folders({plain, link}) + symbols(2, "shelf_of_books") + symbols_in(3, link + "/a.py") +
                     change_folders({}, {plain}) + symbols(4, "shelf_of_books") + symbols_in(5, uri("a.py")) +
                     change_folders({}, {link}) + symbols(6, "shelf_of_books") + goodbye());
  EXPECT_EQ(count(answer(ended, 2), "\"uri\":\"" + plain + "/a.py"), 1U) << "by the first name\n"
                                                                         << ended.out;
  EXPECT_TRUE(contains(answer(ended, 3), "shelf_of_books")) << ended.out;
  EXPECT_EQ(count(answer(ended, 4), "\"uri\":\"" + link + "/a.py"), 1U) << "by what is left\n" << ended.out;
  EXPECT_TRUE(contains(answer(ended, 5), "shelf_of_books")) << ended.out;
  EXPECT_TRUE(contains(answer(ended, 6), "\"result\":[]")) << ended.out;
}

TEST_F(FoldersTest, AFileGoesByTheInnermostFolder) {
  fs::create_directory_symlink(tree_, scratch_ / "link");
  fs::create_directory_symlink(tree_ / "inner", scratch_ / "short");
  const auto outer = "file://" + (scratch_ / "link").string();
  const auto inner = "file://" + (scratch_ / "short").string();
  for (const auto& order : {std::vector{outer, inner}, std::vector{inner, outer}}) {
    auto ended = serve(folders(order) + symbols_in(2, uri("inner/b.py")) +
                       symbols_in(3, outer + "/inner/b.py") + symbols_in(4, uri("a.py")) + goodbye());
    EXPECT_TRUE(contains(answer(ended, 2), inner + "/b.py")) << ended.out;
    EXPECT_TRUE(contains(answer(ended, 3), inner + "/b.py")) << ended.out;
    EXPECT_TRUE(contains(answer(ended, 4), outer + "/a.py")) << ended.out;
  }
}

TEST_F(FoldersTest, WhatAnInnerFolderSpeaksForDoesNotFillTheLists) {
  std::string many;
  for (int i = 0; i < 250; ++i) many += "def twice(): pass\n";
  write("inner/many.py", many);
  write("z.py", "def twice(count_of_twins):\n    return count_of_twins\n");
  ASSERT_EQ(froe("index -q --references .").status, 0);
  // What the outer index still has is no longer there.
  write("inner/many.py", "\n");
  ASSERT_EQ(froe("index -q --references inner").status, 0);
  auto ended = serve(folders({"file://" + tree_.string(), uri("inner")}) + symbols(2, "twice") +
                     framed(request(3, "froe/search", R"({"query":"twice","limit":1})")) +
                     open("use.py", R"(twice()\n)") +
                     framed(request(4, "textDocument/definition",
                                    R"({"textDocument":{"uri":")" + uri("use.py") +
                                        R"("},"position":{"line":0,"character":1}})")) +
                     goodbye());
  for (int id : {2, 3, 4}) {
    EXPECT_EQ(count(answer(ended, id), uri("z.py")), 1U) << id << '\n' << ended.out;
    EXPECT_EQ(count(answer(ended, id), "many.py"), 0U) << id << '\n' << ended.out;
  }
}

// Somebody else is writing the inner index, so that the server's first pass of it does not come to an end.
TEST_F(FoldersTest, AnInnerFolderSpeaksOnceAllOfItHasBeenSeen) {
  write("inner/late.py", "def latecomer(): pass\n");
  ASSERT_EQ(froe("index -q --references .").status, 0);
  std::ofstream(scratch_ / "start") << folders({"file://" + tree_.string(), uri("inner")});
  std::ofstream(scratch_ / "ask") << symbols(2, "latecomer");
  std::ofstream(scratch_ / "view") << symbols_in(3, uri("inner/late.py"));
  std::ofstream(scratch_ / "end") << goodbye();
  auto ended = shell("cd '" + scratch_.string() +
                     "'; mkfifo in; : >out\n"
                     "exec 4>>'" +
                     (tree_ / "inner/.froe/index.db.lock").string() +
                     "'; flock 4\n"
                     "timeout 60 " FROE_PROGRAM
                     " serve --lsp <in >out 4>&- & exec 3>in\n"
                     "cat start >&3\n"
                     // The outer index has been looked through at some time.
                     "for i in $(seq 200); do cat ask >&3; grep -q late.py out && break; sleep 0.05; done\n"
                     "cat view end >&3; exec 3>&-; wait; cat out");
  EXPECT_TRUE(contains(answer(ended, 3), "latecomer")) << ended.out << ended.err;
  EXPECT_TRUE(contains(ended.out, uri("inner/late.py"))) << ended.out << ended.err;
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

TEST_F(FoldersTest, ColumnsAreOfTheUnitThatWasAgreedOn) {
  write("units.py", "# \u00e9\ndef plainly(): pass\nif '\U0001f600': shelved = lambda: 1\r\n");
  ASSERT_EQ(froe("index -q .").status, 0);
  for (const auto& [encoding, column] : {std::pair("utf-8", 11), std::pair("utf-16", 9)}) {
    auto ended = serve(folders({"file://" + tree_.string()}, encoding) + symbols(2, "plainly") +
                       symbols(3, "shelved") + goodbye());
    EXPECT_TRUE(contains(ended.out, R"("start":{"line":1,"character":4},"end":{"line":1,"character":11})"))
        << encoding << ended.out;
    EXPECT_TRUE(contains(ended.out, R"("start":{"line":2,"character":)" + std::to_string(column) +
                                        R"(},"end":{"line":2,"character":)" + std::to_string(column + 7)))
        << encoding << ended.out;
  }
  // Without the texts, what stands in a line of ASCII is found all the same.
  ASSERT_EQ(shell("sqlite3 " + (tree_ / ".froe/index.db").string() + " 'DELETE FROM content'").status, 0);
  auto ended = serve(folders({"file://" + tree_.string()}) + symbols(2, "plainly") + goodbye());
  EXPECT_TRUE(contains(ended.out, R"("start":{"line":1,"character":4},"end":{"line":1,"character":11})"))
      << ended.out;
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
