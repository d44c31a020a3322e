// LSP's values as JSON, and out of it.
#pragma once

#include <string>
#include <string_view>

#include "froe/record.hpp"
#include "server/json_value.hpp"
#include "server/session.hpp"
#include "server/text.hpp"

namespace froe::server {

void append_range(std::string& out, const LspRange& range);
[[nodiscard]] int symbol_kind(Kind kind);

// These throw RequestError where what is asked for is not there.
[[nodiscard]] LspPosition position_of(const json::value* value);
[[nodiscard]] LspRange range_of(const json::value* value);
[[nodiscard]] std::string required_text(const json::value* value, std::string_view what);

// Joins JSON values to an array.
class JsonArray {
 public:
  explicit JsonArray(std::string& out) : out_(out) { out_ += '['; }
  JsonArray(const JsonArray&) = delete;
  JsonArray& operator=(const JsonArray&) = delete;
  ~JsonArray() { out_ += ']'; }
  // The buffer, ready for the next value.
  std::string& next() {
    if (!first_) out_ += ',';
    first_ = false;
    return out_;
  }

 private:
  std::string& out_;
  bool first_ = true;
};

}  // namespace froe::server
