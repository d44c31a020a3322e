// One file under several URIs: each answers for its own text, and what lists many files has it once.
#include "server/fixture.hpp"

namespace froe::server {
namespace {

class SameFileTest : public ServeTest {
 protected:
  void SetUp() override {
    write("a.py", "def shelf(): pass\nshelf()\n");
    write("b.py", "from a import shelf\ndef caller(): return shelf()\n");
    fs::create_symlink("a.py", tree_ / "link.py");
    fs::create_directory_symlink(tree_, scratch_ / "other");
    ASSERT_EQ(froe("index -q --references .").status, 0);
  }

  // All that is no other file, however it is written.
  [[nodiscard]] std::vector<std::string> other_uris() const {
    return {"file://" + tree_.string() + "/%61.py", uri("link.py"),
            "file://" + (scratch_ / "other/a.py").string()};
  }
  static std::string opened(const std::string& document_uri, const std::string& json_text) {
    return framed(notification("textDocument/didOpen", R"({"textDocument":{"uri":")" + document_uri +
                                                           R"(","languageId":"python","version":1,"text":")" +
                                                           json_text + "\"}}"));
  }
  static std::string at(const std::string& document_uri, int line) {
    return R"({"textDocument":{"uri":")" + document_uri + R"("},"position":{"line":)" + std::to_string(line) +
           R"(,"character":5},"context":{"includeDeclaration":true}})";
  }
  static std::string quoted(const std::string& text) { return '"' + text + '"'; }
  static constexpr const char* saved = R"(def shelf(): pass\nshelf()\n)";
  static constexpr const char* lower = R"(\n\ndef shelf(): pass\nshelf()\n)";
};

TEST_F(SameFileTest, AnOpenFileIsNotListedFromTheIndexToo) {
  for (const auto& other : other_uris()) {
    auto ended = serve(initialize() + opened(other, lower) + symbols(2, "shelf") +
                       framed(request(3, "textDocument/references", at(other, 2))) +
                       framed(request(4, "froe/search", R"({"query":"shelf"})")) + goodbye());
    EXPECT_EQ(count(answer(ended, 2), quoted(other)), 1U) << ended.out;
    EXPECT_EQ(count(answer(ended, 3), quoted(other)), 2U) << "the definition and the use\n" << ended.out;
    EXPECT_GE(count(answer(ended, 4), quoted(other)), 1U) << ended.out;
    for (int id : {2, 3, 4}) EXPECT_EQ(count(answer(ended, id), quoted(uri("a.py"))), 0U) << ended.out;
    EXPECT_EQ(count(answer(ended, 3), quoted(uri("b.py"))), 2U) << "other files are\n" << ended.out;
  }
}

TEST_F(SameFileTest, WhoAsksForNoNameGetsThoseOfOpenDocumentsToo) {
  auto ended = serve(initialize() + opened(uri("a.py"), saved) + symbols(2, "") + goodbye());
  EXPECT_EQ(count(answer(ended, 2), R"("name":"shelf")"), 1U) << ended.out;
  EXPECT_EQ(count(answer(ended, 2), R"("name":"caller")"), 1U) << ended.out;
}

TEST_F(SameFileTest, OfTwoDocumentsTheOneThatWasUsedLastIsListed) {
  const auto plain = uri("a.py");
  for (const auto& other : other_uris()) {
    auto ended = serve(initialize() + opened(plain, saved) + opened(other, lower) + symbols(2, "shelf") +
                       framed(request(3, "textDocument/references", at(plain, 0))) + symbols(4, "shelf") +
                       framed(request(5, "textDocument/references", at(other, 2))) +
                       framed(request(6, "froe/search", R"({"query":"shelf"})")) + symbols_in(7, plain) +
                       symbols_in(8, other) + framed(notification("textDocument/didClose", about(other))) +
                       symbols(9, "shelf") + framed(notification("textDocument/didClose", about(plain))) +
                       symbols(10, "shelf") + goodbye());
    auto has = [&](int id, const std::string& document, std::size_t times) {
      const auto& none = document == plain ? other : plain;
      EXPECT_EQ(count(answer(ended, id), quoted(document)), times) << id << ' ' << other << '\n' << ended.out;
      EXPECT_EQ(count(answer(ended, id), quoted(none)), 0U) << id << ' ' << other << '\n' << ended.out;
    };
    has(2, other, 1);
    has(3, plain, 2);
    has(4, plain, 1);
    has(5, other, 2);
    EXPECT_GE(count(answer(ended, 6), quoted(other)), 1U) << ended.out;
    EXPECT_EQ(count(answer(ended, 6), quoted(plain)), 0U) << ended.out;
    EXPECT_TRUE(contains(answer(ended, 7), R"("start":{"line":0,)")) << "its own text\n" << ended.out;
    EXPECT_TRUE(contains(answer(ended, 8), R"("start":{"line":2,)")) << "its own text\n" << ended.out;
    has(9, plain, 1);
    has(10, plain, 1);
  }
}

// A change of a text that nobody opened is none of another text of the same file.
TEST_F(SameFileTest, ANameThatIsNotOpenChangesAndClosesNothing) {
  const auto change =
      notification("textDocument/didChange", R"({"textDocument":{"uri":")" + uri("link.py") +
                                                 R"(","version":2},"contentChanges":[{"text":""}]})");
  auto ended = serve(initialize() + opened(uri("a.py"), lower) + framed(change) +
                     framed(notification("textDocument/didClose", about(uri("link.py")))) +
                     symbols(2, "shelf") + symbols_in(3, uri("a.py")) + goodbye());
  EXPECT_EQ(count(answer(ended, 2), quoted(uri("a.py"))), 1U) << ended.out;
  EXPECT_TRUE(contains(answer(ended, 3), R"("start":{"line":2,)")) << ended.out;
}

TEST_F(SameFileTest, OneThatIsOutOfStepLeavesTheWordToTheOther) {
  const auto plain = uri("a.py");
  const auto other = uri("link.py");
  const auto far_off = framed(
      notification("textDocument/didChange",
                   R"({"textDocument":{"uri":")" + other +
                       R"(","version":2},"contentChanges":[{"range":{"start":{"line":90,"character":0},)"
                       R"("end":{"line":91,"character":0}},"text":"x"}]})"));
  auto ended = serve(initialize() + opened(plain, saved) + opened(other, lower) + far_off +
                     symbols(2, "shelf") + goodbye());
  EXPECT_EQ(count(answer(ended, 2), quoted(plain)), 1U) << ended.out;
  EXPECT_EQ(count(answer(ended, 2), quoted(other)), 0U) << ended.out;
}

}  // namespace
}  // namespace froe::server
