// A tree and its index, as the thread that answers sees them. Nothing outside of the index is read here: what
// a client names is looked up, never opened.
#pragma once

#include <atomic>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "froe/server.hpp"
#include "froe/store.hpp"
#include "server/background.hpp"

namespace froe::server {

// Whether the first tree of an index, whose paths are relative, is the one with this root.
[[nodiscard]] Result<bool> is_index_of(store::Reader& reader, const std::filesystem::path& root);

class Workspace {
 public:
  Workspace(std::filesystem::path root, const Options& options, const Services& services,
            std::function<void(const IndexState&)> changed);

  [[nodiscard]] const std::filesystem::path& root() const { return root_; }
  [[nodiscard]] const std::filesystem::path& database() const { return database_; }
  [[nodiscard]] Background& background() { return *background_; }

  // Opened anew when the file is another than it was. Throws RequestError if there is none that can be read.
  // A call of it ends when `cancelled` becomes true; that must live until the next call of this.
  [[nodiscard]] store::Reader& reader(const std::atomic<bool>& cancelled);
  // The same, or nullptr.
  [[nodiscard]] store::Reader* reader_if_any(const std::atomic<bool>& cancelled);

  // While it lives, all that the reader reads is of one state of the index.
  class Held {
   public:
    Held(Workspace& workspace, const std::atomic<bool>& cancelled);
    Held(const Held&) = delete;
    Held& operator=(const Held&) = delete;
    ~Held();

   private:
    Workspace& workspace_;
  };

  // What a client calls a file or a directory of the tree, as the index has it: relative to the root, without
  // "." and ".."; empty for the root. Throws RequestError if it leaves the root.
  [[nodiscard]] std::string relative(std::string_view path) const;
  // The same of what paths begin with; a "/" at its end stays.
  [[nodiscard]] std::string prefix(std::string_view path) const;

 private:
  struct Identity {
    std::uint64_t device = 0;
    std::uint64_t inode = 0;
    friend bool operator==(const Identity&, const Identity&) = default;
  };
  [[nodiscard]] std::optional<Identity> identity() const;

  std::filesystem::path root_;
  std::filesystem::path database_;
  std::string refused_;  // why there is no index for this tree; empty: there may be one
  std::optional<Identity> opened_;
  std::optional<store::Reader> reader_;
  std::string why_not_;
  std::unique_ptr<Background> background_;
};

}  // namespace froe::server
