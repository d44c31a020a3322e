// A small cache with least-recently-used eviction.
#include "cache.hpp"

#include <list>
#include <string>
#include <unordered_map>

using std::string;

namespace store {
namespace {

constexpr std::size_t default_room = 64;

// FNV-1a, 32 bits.
std::uint32_t hash_of(std::string_view text) {
  std::uint32_t hash = 2166136261u;
  for (unsigned char c : text) hash = (hash ^ c) * 16777619u;
  return hash;
}

}  // namespace

class Policy;

enum class Outcome : char { hit, miss, evicted };

/// What the cache counts.
struct Figures {
  std::size_t hits = 0;
  std::size_t misses = 0;
  [[nodiscard]] double rate() const { return hits + misses == 0 ? 0 : double(hits) / double(hits + misses); }
};

template <typename Key, typename Value, std::size_t Room = default_room>
class Cache final : public Storage {
 public:
  using Entry = std::pair<Key, Value>;
  class Iterator {
   public:
    explicit Iterator(typename std::list<Entry>::const_iterator at) : at_(at) {}
    const Entry& operator*() const { return *at_; }
    Iterator& operator++() {
      ++at_;
      return *this;
    }
    bool operator==(const Iterator&) const = default;

   private:
    typename std::list<Entry>::const_iterator at_;
  };

  Cache() = default;
  explicit Cache(std::size_t room) : room_(room) {}
  Cache(const Cache&) = delete;
  ~Cache() override { clear(); }

  // Moves the entry to the front.
  const Value* find(const Key& key) {
    auto found = index_.find(key);
    if (found == index_.end()) {
      ++figures_.misses;
      return nullptr;
    }
    ++figures_.hits;
    order_.splice(order_.begin(), order_, found->second);
    return &found->second->second;
  }

  template <class... Args>
  Outcome emplace(const Key& key, Args&&... args);

  void clear() override;
  operator bool() const { return !order_.empty(); }

 private:
  std::list<Entry> order_;
  std::unordered_map<Key, typename std::list<Entry>::iterator> index_;
  std::size_t room_ = Room;
  Figures figures_;
};

template <typename Key, typename Value, std::size_t Room>
void Cache<Key, Value, Room>::clear() {
  index_.clear();
  order_.clear();
}

template <typename T>
concept Hashable = requires(T a) { std::hash<T>{}(a); };

namespace detail::text {

Reader::Reader(std::string path) : path_(std::move(path)), open_(false) {}

Reader::~Reader() { close(); }

auto Reader::Line::trimmed() const -> std::string_view {
  auto begin = text_.find_first_not_of(" \t");
  return begin == std::string_view::npos ? std::string_view() : text_.substr(begin);
}

std::ostream& operator<<(std::ostream& out, const Reader::Line& line) { return out << line.trimmed(); }

}  // namespace detail::text

int Reader::open_files = 0;

#define CHECKED(call) \
  do {                \
    if (!(call)) fail(#call); \
  } while (false)

extern "C" {
int store_version(void) { return 3; }
}

}  // namespace store

typedef struct { int x, y; } point;

int main(int argc, char** argv) {
  auto shout = [](auto& text) { for (auto& c : text) c = char(std::toupper(c)); };
  store::Cache<string, int> cache(16);
  for (int i = 1; i < argc; ++i) {
    string word = argv[i];
    shout(word);
    cache.emplace(word, i);
  }
  return cache ? 0 : 1;
}
