// The real program, and what a client sends it: each input is written at once, and ends.
#pragma once

#include <gtest/gtest.h>

#include "cli/fixture.hpp"

namespace froe::server {

namespace fs = std::filesystem;
using cli::Outcome;

class ServeTest : public cli::CliTest {
 protected:
  static std::string framed(const std::string& body) {
    return "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
  }
  static std::string request(int id, const std::string& method, const std::string& params = "{}") {
    return R"({"jsonrpc":"2.0","id":)" + std::to_string(id) + R"(,"method":")" + method + R"(","params":)" +
           params + '}';
  }
  static std::string notification(const std::string& method, const std::string& params = "{}") {
    return R"({"jsonrpc":"2.0","method":")" + method + R"(","params":)" + params + '}';
  }
  std::string initialize() const {
    return framed(request(1, "initialize",
                          R"({"rootUri":"file://)" + tree_.string() +
                              R"(","capabilities":{"general":{"positionEncodings":["utf-8"]}}})")) +
           framed(notification("initialized"));
  }
  std::string uri(const std::string& path) const { return "file://" + (tree_ / path).string(); }
  std::string open(const std::string& path, const std::string& json_text, int version = 1) const {
    return framed(notification("textDocument/didOpen", R"({"textDocument":{"uri":")" + uri(path) +
                                                           R"(","languageId":"x","version":)" +
                                                           std::to_string(version) + R"(,"text":")" +
                                                           json_text + "\"}}"));
  }
  std::string about(const std::string& document_uri) const {
    return R"({"textDocument":{"uri":")" + document_uri + "\"}}";
  }
  static std::string symbols(int id, const std::string& query) {
    return framed(request(id, "workspace/symbol", R"({"query":")" + query + "\"}"));
  }
  std::string symbols_in(int id, const std::string& document_uri) const {
    return framed(request(id, "textDocument/documentSymbol", about(document_uri)));
  }
  static std::string goodbye() { return framed(request(99, "shutdown")) + framed(notification("exit")); }

  Outcome serve(const std::string& input, const std::string& arguments = "--lsp --no-index",
                const std::string& program = FROE_PROGRAM) const {
    std::ofstream(scratch_ / "input", std::ios::binary) << input;
    auto outcome =
        shell("timeout 60 " + program + " serve " + arguments + " <" + (scratch_ / "input").string());
    EXPECT_NE(outcome.status, 124) << "it hangs";
    return outcome;
  }

  static std::string answer(const Outcome& ended, int id) {
    auto at = ended.out.find("\"id\":" + std::to_string(id) + ",\"");
    if (at == std::string::npos) return "no answer";
    return ended.out.substr(at, ended.out.find("Content-Length", at) - at);
  }
  static std::size_t count(const std::string& text, const std::string& part) {
    std::size_t found = 0;
    for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++found;
    return found;
  }
};

}  // namespace froe::server
