// What an Inventory holds.
#pragma once

#include <optional>

#include "froe/store_writer.hpp"
#include "store/sqlite.hpp"
#include "store/trees.hpp"

namespace froe::store {

struct Inventory::State {
  // False, with the connection's error: the index cannot be read.
  bool open(const std::filesystem::path& path);
  // Which tree it is about.
  bool prepare(const TreeRow& tree);

  Connection connection;
  std::string prefix;
  std::int64_t tree = 0;
  std::optional<Statement> has;  // nothing: there is no index yet
  Statement key_of;
  Statement files;
  Statement file;
  Statement latest_paths;
};

}  // namespace froe::store
