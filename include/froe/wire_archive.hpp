// The bounded archives behind `encode_frame` and `decode`: cereal's dispatch over our own reading and
// writing. cereal's own loaders resize before they read, so that twelve bytes can claim gigabytes; these
// check first. Not for use on its own: only frames prove that a record is Portable.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cereal/cereal.hpp>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include "froe/portable.hpp"
#include "froe/record.hpp"

namespace froe {

template <>
struct Enumerators<Outcome> {
  static constexpr auto all = all_outcomes;
};
template <>
struct Enumerators<Mark> {
  static constexpr auto all = all_marks;
};
template <>
struct Enumerators<Kind> {
  static constexpr auto all = all_kinds;
};
template <>
struct Enumerators<Visibility> {
  static constexpr auto all = all_visibilities;
};
template <>
struct Enumerators<ReferenceKind> {
  static constexpr auto all = all_reference_kinds;
};
template <>
struct Enumerators<SizeUnit> {
  static constexpr auto all = all_size_units;
};

}  // namespace froe

namespace froe::wire {

// No frame's payload is larger, and no payload may ask for more memory than this when it is decoded: with the
// buffer that holds the payload, one frame makes its reader grow by at most twice as much.
inline constexpr std::uint32_t max_payload = 256U << 20U;

template <class Enum, std::size_t N>
constexpr bool counts_from_zero(const std::array<Enum, N>& values) {
  for (std::size_t i = 0; i < N; ++i) {
    if (static_cast<std::size_t>(values[i]) != i) return false;
  }
  return N > 0;
}

template <class T>
concept WireNumber =
    (std::integral<T> && sizeof(T) <= 8) || std::same_as<T, float> || std::same_as<T, double>;
template <class T>
concept WireEnum = std::is_enum_v<T>;
// Copied in one piece: vectors and arrays of these are bytes on both sides.
template <class T>
concept WireByte = std::integral<T> && sizeof(T) == 1 && !std::same_as<T, bool>;

using LengthPrefix = std::uint32_t;

// The fewest bytes that a value of the type takes; what an element count is held against.
template <class T>
struct SmallestEncoding;
template <class T>
requires WireNumber<T> || WireEnum<T>
struct SmallestEncoding<T> : std::integral_constant<std::size_t, sizeof(T)> {
};
template <>
struct SmallestEncoding<std::string> : std::integral_constant<std::size_t, sizeof(LengthPrefix)> {};
template <class T>
struct SmallestEncoding<std::vector<T>> : std::integral_constant<std::size_t, sizeof(LengthPrefix)> {};
template <class T>
struct SmallestEncoding<std::optional<T>> : std::integral_constant<std::size_t, 1> {};
template <class T, std::size_t N>
struct SmallestEncoding<std::array<T, N>>
    : std::integral_constant<std::size_t, N * SmallestEncoding<T>::value> {};
template <class... Ts>
struct SmallestEncoding<std::variant<Ts...>>
    : std::integral_constant<std::size_t, 1 + std::min({SmallestEncoding<Ts>::value...})> {};
template <class>
struct SumOfFields;
template <class... Fields>
struct SumOfFields<std::tuple<Fields...>>
    : std::integral_constant<std::size_t,
                             (SmallestEncoding<typename Fields::MemberType>::value + ... + std::size_t{0})> {
};
template <HasFields T>
struct SmallestEncoding<T> : SumOfFields<decltype(T::fields())> {};
template <class T>
inline constexpr std::size_t smallest_encoding = SmallestEncoding<T>::value;

// Appends to a string. Most of what it is given are numbers of a few bytes, so these are gathered first.
class OutputArchive : public cereal::OutputArchive<OutputArchive> {
 public:
  explicit OutputArchive(std::string& out) : cereal::OutputArchive<OutputArchive>(this), out_(out) {}

  void put(const void* bytes, std::size_t count) {
    if (count == 0) return;  // there may be nothing to point at
    if (count > gathered_.size() - gathered_size_) {
      finish();
      if (count > gathered_.size()) {
        append(bytes, count);
        return;
      }
    }
    std::memcpy(gathered_.data() + gathered_size_, bytes, count);
    gathered_size_ += count;
  }
  void put_count(std::size_t count) {
    if (count > max_payload) throw cereal::Exception("it is larger than a frame may be");
    (*this)(static_cast<LengthPrefix>(count));
  }
  // After the last record: the string has all of it.
  void finish() { append(gathered_.data(), std::exchange(gathered_size_, 0)); }

 private:
  void append(const void* bytes, std::size_t count) {
    if (count > max_payload - size_) throw cereal::Exception("it is larger than a frame may be");
    size_ += count;
    // Room for what follows a large text, too: a string that is full to the last byte would be copied for it.
    constexpr std::size_t slack = 4096;
    if (out_.capacity() - out_.size() < count)
      out_.reserve(std::max(2 * out_.capacity(), out_.size() + count + slack));
    out_.append(static_cast<const char*>(bytes), count);
  }

  std::string& out_;
  std::size_t size_ = 0;
  std::array<char, 1024> gathered_;  // its beginning is used
  std::size_t gathered_size_ = 0;
};

// Reads from bytes that it does not trust. Throws cereal::Exception, which `decode` turns into a value.
class InputArchive : public cereal::InputArchive<InputArchive> {
 public:
  explicit InputArchive(std::string_view bytes) : cereal::InputArchive<InputArchive>(this), bytes_(bytes) {}

  [[nodiscard]] std::string_view take(std::size_t count) {
    if (count > bytes_.size()) throw cereal::Exception("the record ends early");
    std::string_view taken = bytes_.substr(0, count);
    bytes_.remove_prefix(count);
    return taken;
  }
  // How many elements follow, each of at least `smallest` bytes here and `footprint` bytes in memory.
  [[nodiscard]] std::size_t take_count(std::size_t smallest, std::size_t footprint) {
    LengthPrefix count = 0;
    (*this)(count);
    if (count > bytes_.size() / smallest)
      throw cereal::Exception("a count is larger than what follows can hold");
    if (count > memory_left_ / footprint)
      throw cereal::Exception("the record needs more memory than a frame may");
    memory_left_ -= count * footprint;
    return count;
  }
  // A byte that is below `limit`.
  [[nodiscard]] std::uint8_t take_choice(std::size_t limit) {
    auto choice = static_cast<std::uint8_t>(take(1).front());
    if (choice >= limit) throw cereal::Exception("a value is outside its range");
    return choice;
  }
  [[nodiscard]] std::size_t left() const { return bytes_.size(); }

 private:
  std::string_view bytes_;
  std::size_t memory_left_ = max_payload;
};

// What follows is found by cereal through the archive's namespace. All numbers are little endian.

template <WireNumber T>
std::array<char, sizeof(T)> to_little_endian(T value) {
  auto bytes = std::bit_cast<std::array<char, sizeof(T)>>(value);
  if constexpr (std::endian::native == std::endian::big) std::reverse(bytes.begin(), bytes.end());
  return bytes;
}
template <WireNumber T>
T from_little_endian(std::string_view text) {
  std::array<char, sizeof(T)> bytes{};
  std::copy_n(text.begin(), bytes.size(), bytes.begin());
  if constexpr (std::endian::native == std::endian::big) std::reverse(bytes.begin(), bytes.end());
  return std::bit_cast<T>(bytes);
}

template <WireNumber T>
void save(OutputArchive& archive, const T& value) {
  auto bytes = to_little_endian(value);
  archive.put(bytes.data(), bytes.size());
}
template <WireNumber T>
void load(InputArchive& archive, T& value) {
  if constexpr (std::same_as<T, bool>) {
    value = archive.take_choice(2) == 1;
  } else {
    value = from_little_endian<T>(archive.take(sizeof(T)));
  }
}

template <WireEnum T>
void save(OutputArchive& archive, const T& value) {
  archive(static_cast<std::underlying_type_t<T>>(value));
}
template <WireEnum T>
void load(InputArchive& archive, T& value) {
  static_assert(sizeof(T) == 1 && counts_from_zero(Enumerators<T>::all));
  value = static_cast<T>(archive.take_choice(Enumerators<T>::all.size()));
}

inline void save(OutputArchive& archive, const std::string& text) {
  archive.put_count(text.size());
  archive.put(text.data(), text.size());
}
inline void load(InputArchive& archive, std::string& text) {
  text = archive.take(archive.take_count(1, 1));
}

template <class T>
void save(OutputArchive& archive, const std::vector<T>& values) {
  archive.put_count(values.size());
  if constexpr (WireByte<T>) {
    archive.put(values.data(), values.size());
  } else {
    for (const T& value : values) archive(value);
  }
}
template <class T>
void load(InputArchive& archive, std::vector<T>& values) {
  static_assert(smallest_encoding<T> > 0,
                "elements that take no bytes cannot be counted by the bytes they take");
  std::size_t count = archive.take_count(smallest_encoding<T>, sizeof(T));
  values.clear();
  if constexpr (WireByte<T>) {
    std::string_view bytes = archive.take(count);
    values.assign(bytes.begin(), bytes.end());
  } else {
    values.reserve(count);
    for (std::size_t i = 0; i < count; ++i) archive(values.emplace_back());
  }
}

template <class T>
void save(OutputArchive& archive, const std::optional<T>& value) {
  archive(value.has_value());
  if (value) archive(*value);
}
template <class T>
void load(InputArchive& archive, std::optional<T>& value) {
  value.reset();
  if (archive.take_choice(2) == 1) archive(value.emplace());
}

template <class T, std::size_t N>
void save(OutputArchive& archive, const std::array<T, N>& values) {
  if constexpr (WireByte<T>) {
    archive.put(values.data(), N);
  } else {
    for (const T& value : values) archive(value);
  }
}
template <class T, std::size_t N>
void load(InputArchive& archive, std::array<T, N>& values) {
  if constexpr (WireByte<T>) {
    std::memcpy(values.data(), archive.take(N).data(), N);
  } else {
    for (T& value : values) archive(value);
  }
}

template <class... Ts>
void save(OutputArchive& archive, const std::variant<Ts...>& value) {
  static_assert(sizeof...(Ts) < std::numeric_limits<std::uint8_t>::max());
  archive(static_cast<std::uint8_t>(value.index()));
  std::visit([&](const auto& alternative) { archive(alternative); }, value);
}
template <class... Ts>
void load(InputArchive& archive, std::variant<Ts...>& value) {
  std::size_t choice = archive.take_choice(sizeof...(Ts));
  [&]<std::size_t... I>(std::index_sequence<I...>) {
    ((choice == I && (archive(value.template emplace<I>()), true)) || ...);
  }
  (std::index_sequence_for<Ts...>());
}

template <HasFields T>
void save(OutputArchive& archive, const T& record) {
  for_each_field(record, [&](std::string_view, const auto& member) { archive(member); });
}
template <HasFields T>
void load(InputArchive& archive, T& record) {
  for_each_field(record, [&](std::string_view, auto& member) { archive(member); });
}

}  // namespace froe::wire

namespace cereal {

// cereal writes enumerations by itself and would find two ways; ours checks the value.
template <froe::wire::WireEnum T>
struct specialize<froe::wire::OutputArchive, T, specialization::non_member_load_save> : std::true_type {};
template <froe::wire::WireEnum T>
struct specialize<froe::wire::InputArchive, T, specialization::non_member_load_save> : std::true_type {};

}  // namespace cereal

CEREAL_SETUP_ARCHIVE_TRAITS(froe::wire::InputArchive, froe::wire::OutputArchive)
