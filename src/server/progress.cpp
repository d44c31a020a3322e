#include "server/progress.hpp"

#include "server/json_value.hpp"

namespace froe::server {
namespace {

// What is over before is not worth a word.
constexpr std::chrono::milliseconds soon{300};

}  // namespace

void Progress::say(const std::string& value) {
  session_.notify("$/progress", "{\"token\":" + text_json(token_) + ",\"value\":" + value + '}');
}

void Progress::tell(const IndexState& state) {
  const auto now = std::chrono::steady_clock::now();
  auto message = text_json(std::to_string(state.files) + " files");
  if (state.freshness != Freshness::working) {
    if (told_) say("{\"kind\":\"end\",\"message\":" + message + '}');
    working_ = told_ = false;
    return;
  }
  if (!working_) {
    working_ = true;
    begun_ = now;
  } else if (!told_ && now - begun_ > soon) {
    told_ = true;
    session_.request("window/workDoneProgress/create", "{\"token\":" + text_json(token_) + '}');
    say("{\"kind\":\"begin\",\"title\":" + text_json("Indexing " + folder_) + ",\"message\":" + message +
        ",\"cancellable\":false}");
  } else if (told_) {
    say("{\"kind\":\"report\",\"message\":" + message + '}');
  }
}

}  // namespace froe::server
