#include <array>
#include <boost/core/demangle.hpp>
#include <concepts>
#include <cstdint>
#include <optional>
#include <string>
#include <tuple>
#include <type_traits>
#include <typeinfo>
#include <variant>
#include <vector>

#include "cli/difference.hpp"
#include "cli/doctor.hpp"
#include "froe/messages.hpp"
#include "froe/store.hpp"
#include "froe/wire.hpp"

namespace froe::cli {
namespace {

// So many samples of each record that every value of every enumeration, empty and filled containers, present
// and absent options have their turn.
constexpr unsigned rounds = 64;

template <class... Ts>
struct Types {};

template <class T, class List>
struct Add;
template <class T, class... Ts>
struct Add<T, Types<Ts...>> {
  using List = std::conditional_t<(std::is_same_v<T, Ts> || ...), Types<Ts...>, Types<Ts..., T>>;
};

// Adds the records that a type consists of, itself included, to a list.
template <class T, class List>
struct Collect {
  using Result = List;
};
template <class T, class List>
struct Collect<std::vector<T>, List> : Collect<T, List> {};
template <class T, class List>
struct Collect<std::optional<T>, List> : Collect<T, List> {};
template <class T, std::size_t N, class List>
struct Collect<std::array<T, N>, List> : Collect<T, List> {};
template <class List, class... Ts>
struct CollectAll {
  using Result = List;
};
template <class List, class T, class... Ts>
struct CollectAll<List, T, Ts...> : CollectAll<typename Collect<T, List>::Result, Ts...> {};
template <class... Ts, class List>
struct Collect<std::variant<Ts...>, List> : CollectAll<List, Ts...> {};
template <class List, class Tuple>
struct CollectFields;
template <class List, class... Fields>
struct CollectFields<List, std::tuple<Fields...>> : CollectAll<List, typename Fields::MemberType...> {};
template <HasFields T, class List>
struct Collect<T, List> : CollectFields<typename Add<T, List>::List, decltype(T::fields())> {};
template <class List, class Tuple>
struct CollectMessages;
template <class List, class... Messages>
struct CollectMessages<List, std::tuple<Messages...>> : CollectAll<List, typename Messages::Record...> {};

// All that a frame can carry, and the records of the index, which cross from thread to thread.
using AllRecords = CollectAll<CollectMessages<Types<>, execute::Messages>::Result, store::LedgerEntry,
                              store::Quarantined, store::LastRun, store::Revision>::Result;

// Fills a value of any portable type. No two values in a row are alike.
class Samples {
 public:
  explicit Samples(unsigned round) : round_(round), next_(round) {}

  template <class T>
  void fill(T& value) {
    ++next_;
    if constexpr (std::same_as<T, bool>) {
      value = next_ % 2 == 1;
    } else if constexpr (std::is_arithmetic_v<T>) {
      // With the highest bit set in every other round.
      value = static_cast<T>(round_ % 2 == 0 ? T(next_) : T(~std::uint64_t{next_}));
    } else if constexpr (std::is_enum_v<T>) {
      const auto& all = Enumerators<T>::all;
      value = all[next_ % all.size()];
    } else if constexpr (HasFields<T>) {
      for_each_field(value, [&](std::string_view, auto& member) { fill(member); });
    } else {
      fill_container(value);
    }
  }

 private:
  void fill_container(std::string& text) {
    // Not a C string, and not UTF-8.
    if (round_ % 3 != 0) text = "caf\xe9" + std::string(1, '\0') + "\r\n" + std::to_string(next_);
  }
  template <class T>
  void fill_container(std::vector<T>& values) {
    values.resize(round_ % 3);
    for (T& value : values) fill(value);
  }
  template <class T>
  void fill_container(std::optional<T>& value) {
    if (round_ % 2 == 0) fill(value.emplace());
  }
  template <class T, std::size_t N>
  void fill_container(std::array<T, N>& values) {
    for (T& value : values) fill(value);
  }
  template <class... Ts>
  void fill_container(std::variant<Ts...>& value) {
    std::size_t chosen = round_ % sizeof...(Ts);
    std::size_t at = 0;
    ((at++ == chosen ? fill(value.template emplace<Ts>()) : void()), ...);
  }

  unsigned round_;
  unsigned next_;
};

template <class Record>
std::optional<std::string> find_fault() {
  for (unsigned round = 0; round < rounds; ++round) {
    Record sent{};
    Samples(round).fill(sent);
    auto frame = wire::encode_frame(wire::FrameType::task, round, sent);
    if (!frame) return frame.error().message;
    wire::FrameReader reader;
    for (std::string_view rest = *frame; !rest.empty();) {
      auto space = reader.space();
      auto count = rest.copy(space.data(), space.size());
      reader.added(count);
      rest.remove_prefix(count);
    }
    auto whole = reader.next();
    if (!whole) return whole.error().message;
    if (!*whole) return std::string("its frame is not whole");
    auto received = wire::decode<Record>((*whole)->payload);
    if (!received) return received.error().message;
    if (auto difference = first_difference(sent, *received))
      return "sent and received differ: " + *difference;
  }
  return std::nullopt;
}

template <class... Records>
void check_each(Types<Records...>, Findings& findings) {
  auto check = [&]<class Record>(std::type_identity<Record>) {
    auto name = boost::core::demangle(typeid(Record).name());
    auto colon = name.rfind(':');
    auto fault = find_fault<Record>();
    findings.push_back(
        {"record", colon == std::string::npos ? name : name.substr(colon + 1), !fault,
         fault ? *fault : "survives a frame",
         fault ? "this froe was built wrong: build it anew, and report it if that does not help" : ""});
  };
  (check(std::type_identity<Records>{}), ...);
}

}  // namespace

void check_records(Findings& findings) {
  check_each(AllRecords{}, findings);
}

}  // namespace froe::cli
