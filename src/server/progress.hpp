// Tells an editor how far the index of one folder has come, if that takes long enough to be worth telling.
#pragma once

#include <chrono>
#include <string>

#include "server/background.hpp"
#include "server/session.hpp"

namespace froe::server {

class Progress {
 public:
  Progress(Session& session, std::string folder, std::string token)
      : session_(session), folder_(std::move(folder)), token_(std::move(token)) {}

  // On the thread of the passes, or before that has begun.
  void tell(const IndexState& state);

 private:
  void say(const std::string& value);

  Session& session_;
  std::string folder_;
  std::string token_;
  bool working_ = false;
  bool told_ = false;  // that it has begun
  std::chrono::steady_clock::time_point begun_;
};

}  // namespace froe::server
