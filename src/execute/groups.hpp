// The process groups of the workers that live, so that another thread can end them all at once.
#pragma once

#include <sys/types.h>

#include <algorithm>
#include <csignal>
#include <mutex>
#include <vector>

namespace froe::execute {

// Any thread may call anything. A group is taken out before its leader is reaped: until then its number
// belongs to nobody else.
class ProcessGroups {
 public:
  void add(pid_t leader) {
    std::lock_guard lock(mutex_);
    leaders_.push_back(leader);
  }
  void remove(pid_t leader) {
    std::lock_guard lock(mutex_);
    std::erase(leaders_, leader);
  }
  void clear() {
    std::lock_guard lock(mutex_);
    leaders_.clear();
  }
  void kill() const {
    std::lock_guard lock(mutex_);
    for (pid_t leader : leaders_) ::kill(-leader, SIGKILL);
  }

 private:
  mutable std::mutex mutex_;
  std::vector<pid_t> leaders_;
};

}  // namespace froe::execute
