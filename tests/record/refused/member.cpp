// A record with one member that must not cross a boundary: the one of `cases` that CASE names.
#include <array>
#include <coroutine>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "froe/portable.hpp"
#include "froe/wire.hpp"

// As a parser's node is laid out: trivially copyable, and pointers into a live tree all the same.
struct Tree;
struct Node {
  std::uint32_t context[4];
  const void* id;
  const Tree* tree;
};
struct RegisteredNode {
  std::uint32_t offset = 0;
  const Tree* tree = nullptr;
  static constexpr auto fields() {
    return std::tuple{froe::field("offset", &RegisteredNode::offset),
                      froe::field("tree", &RegisteredNode::tree)};
  }
};
struct Unregistered {
  int number = 0;
};
struct Generator {
  struct promise_type;
  std::coroutine_handle<promise_type> handle;
};

namespace cases {
using node = Node;
using registered_node = RegisteredNode;
using tree_pointer = const Tree*;
using raw_pointer = int*;
using view = std::string_view;
using span = std::span<const int>;
using unique_pointer = std::unique_ptr<int>;
using shared_pointer = std::shared_ptr<int>;
using function = std::function<void()>;
using generator = Generator;
using generators = std::vector<Generator>;
using optional_pointer = std::optional<int*>;
using variant_with_pointer = std::variant<int, int*>;
using array_of_views = std::array<std::string_view, 2>;
using map = std::map<int, int>;
using unregistered = Unregistered;
using reference_wrapper = std::reference_wrapper<int>;
}  // namespace cases

struct Record {
  std::string name;
#ifdef OFFEND
  cases::CASE offending;
#endif

  static constexpr auto fields() {
    return std::tuple{
        froe::field("name", &Record::name),
#ifdef OFFEND
        froe::field("offending", &Record::offending),
#endif
    };
  }
};

bool send(const Record& record) {
  return froe::wire::encode_frame(froe::wire::FrameType::result, 0, record).has_value();
}
