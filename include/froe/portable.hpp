// The proof that a record may cross a thread or process boundary: a closed allow-list of types, applied to
// every member that a record's field list names, and a check that the list names every member. Triviality
// would prove nothing: TSNode is trivially copyable and holds pointers into a live tree.
#pragma once

#include <array>
#include <boost/pfr/tuple_size.hpp>
#include <concepts>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

namespace froe {

// One member of a record and the name that every output calls it by.
template <class Record, class Member>
struct Field {
  using MemberType = Member;
  std::string_view name;
  Member Record::*pointer;
};

template <class Record, class Member>
[[nodiscard]] constexpr Field<Record, Member> field(std::string_view name, Member Record::*pointer) {
  return {name, pointer};
}

// A record registers itself with `static constexpr auto fields()`, a tuple of `field(...)`.
template <class T>
concept HasFields = requires {
  T::fields();
};

// The values of an enumeration, `all`, counted from 0 without a gap, so that any other can be refused. Each
// enumeration that a frame may carry has a specialisation; one without it cannot be sent.
template <class Enum>
struct Enumerators;

namespace portable_detail {

template <class T>
struct is_portable : std::bool_constant<std::is_arithmetic_v<T> || std::is_enum_v<T>> {};
template <>
struct is_portable<std::string> : std::true_type {};
template <class T>
struct is_portable<std::vector<T>> : is_portable<T> {};
template <class T>
struct is_portable<std::optional<T>> : is_portable<T> {};
template <class T, std::size_t N>
struct is_portable<std::array<T, N>> : is_portable<T> {};
template <class... Ts>
struct is_portable<std::variant<Ts...>> : std::conjunction<is_portable<Ts>...> {};

template <class A, class B>
constexpr bool same_member(const A& a, const B& b) {
  if constexpr (std::same_as<A, B>) {
    return a.pointer == b.pointer;
  } else {
    return false;
  }
}

template <class T>
constexpr bool fields_are_distinct() {
  return std::apply(
      [](const auto&... field) {
        // Each field equals exactly one in the list: itself.
        auto occurrences = [&](const auto& one) { return (std::size_t{same_member(one, field)} + ... + 0U); };
        return ((occurrences(field) == 1) && ...);
      },
      T::fields());
}

template <class T>
constexpr bool list_is_complete() {
  // As many distinct members as the aggregate has: so all of them.
  return std::tuple_size_v<decltype(T::fields())> == boost::pfr::tuple_size_v<T> && fields_are_distinct<T>();
}

template <class Tuple>
struct all_members_portable;
template <class... Fields>
struct all_members_portable<std::tuple<Fields...>>
    : std::conjunction<is_portable<typename Fields::MemberType>...> {};

template <HasFields T>
requires std::is_aggregate_v<T> &&(!std::is_polymorphic_v<T>)struct is_portable<T>
    : std::bool_constant<all_members_portable<decltype(T::fields())>::value && list_is_complete<T>()> {
};

}  // namespace portable_detail

// The only types that froe moves between threads and processes.
template <class T>
concept Portable = portable_detail::is_portable<std::remove_cv_t<T>>::value;

// A portable aggregate with a field list: what a frame carries.
template <class T>
concept PortableRecord = HasFields<T> && Portable<T>;

// Calls `visit(name, member)` for each field in the order of the list.
template <HasFields T, class Visitor>
constexpr void for_each_field(T& record, Visitor&& visit) {
  std::apply([&](const auto&... field) { (visit(field.name, record.*(field.pointer)), ...); },
             std::remove_cv_t<T>::fields());
}
template <HasFields T, class Visitor>
constexpr void for_each_field(const T& record, Visitor&& visit) {
  std::apply([&](const auto&... field) { (visit(field.name, record.*(field.pointer)), ...); }, T::fields());
}

}  // namespace froe
