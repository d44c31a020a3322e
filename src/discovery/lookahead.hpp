// Lists directories on threads of its own before a walk comes to them: most of a walk is waiting for the
// kernel, or for the disk, to list directories and to look at files.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "discovery/listing.hpp"
#include "froe/support.hpp"

namespace froe::discovery {

// A directory that a walk enters.
struct Opened {
  UniqueFd fd;
  int error = 0;  // why it could not be opened
  Listing listing;
};

class Lookahead {
 public:
  // `entering`: as in discovery::Options; called on any of the threads.
  Lookahead(bool hidden, std::function<void(const std::string& path)> entering);
  Lookahead(const Lookahead&) = delete;
  Lookahead& operator=(const Lookahead&) = delete;
  ~Lookahead();

  // The rest belongs to the thread of the walk.
  struct Task;
  // Asks for the directory `name` in `parent`, to be forgotten if that is closed first. `path`: of the
  // directory, relative to the root.
  [[nodiscard]] std::shared_ptr<Task> ask(const std::shared_ptr<const UniqueFd>& parent, std::string name,
                                          std::string path);
  // What was asked for. Nothing if no thread has done it, or will soon: the walk does it itself.
  [[nodiscard]] std::optional<Opened> take(const std::shared_ptr<Task>& task);
  [[nodiscard]] Opened open(int parent, const std::string& name, const std::string& path) const;

 private:
  void run();
  // False: the walk has to do it.
  bool work_on(Task& task) const;

  bool hidden_;
  std::function<void(const std::string& path)> entering_;
  std::mutex mutex_;
  std::condition_variable wanted_;
  std::map<std::string, std::shared_ptr<Task>>
      asked_;              // that nobody has begun with; in the order of the walk
  std::size_t count_ = 0;  // of all that was asked for
  unsigned idle_ = 0;      // threads
  bool stop_;
  std::vector<std::thread> threads_;
};

}  // namespace froe::discovery
