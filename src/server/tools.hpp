// What an agent can ask: each tool with its words, its arguments and its answer. Knows nothing of MCP.
#pragma once

#include <atomic>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "server/page.hpp"
#include "server/tool_arguments.hpp"
#include "server/workspace.hpp"

namespace froe::server {

struct ToolContext {
  Workspace& workspace;
  const Services& services;
  const std::atomic<bool>& cancelled;
};

struct Tool {
  std::string_view name;
  std::string_view title;
  std::string_view description;
  std::vector<Argument> arguments;
  // The list from an offset on, no longer than the argument `limit`. Throws RequestError and ArgumentError.
  std::function<Listing(const ToolContext&, const ArgumentValues&, std::uint64_t offset)> list;
};

// In a fixed order.
[[nodiscard]] const std::vector<Tool>& tools();

// Parts of it, by file.
[[nodiscard]] std::vector<Tool> chunk_tools();   // search_code, get_chunk
[[nodiscard]] std::vector<Tool> symbol_tools();  // outline, find_symbol, find_references
[[nodiscard]] std::vector<Tool> state_tools();   // what_changed, index_status

// The outline of a file as lines.
[[nodiscard]] std::vector<std::string> outline_lines(store::Reader& reader, const std::string& path,
                                                     std::uint64_t depth);

// "PATH:12-20", or "PATH:12".
[[nodiscard]] std::string place_of(std::string_view path, std::uint32_t first_line, std::uint32_t last_line);
// The line of a text that an offset is on, without the white space around it, cut to a readable length.
[[nodiscard]] std::string line_at(std::string_view content, std::size_t offset);
// A kind by name; nothing if the argument was not given.
[[nodiscard]] std::optional<Kind> kind_argument(const ArgumentValues& values);
[[nodiscard]] std::vector<std::string_view> symbol_kinds();

}  // namespace froe::server
