// What is portable and what is not, as far as the answer is a constant. That a frame cannot be made of the
// rest is shown by the cases under refused/.
#include "froe/portable.hpp"

#include <gtest/gtest.h>

#include <functional>
#include <map>
#include <memory>

#include "froe/record.hpp"

namespace froe {
namespace {

struct Inner {
  int a = 0;
  std::string b;
  static constexpr auto fields() { return std::tuple{field("a", &Inner::a), field("b", &Inner::b)}; }
};
struct Outer {
  std::vector<Inner> inner;
  std::optional<std::array<Kind, 2>> kinds;
  std::variant<Inner, double> either;
  static constexpr auto fields() {
    return std::tuple{field("inner", &Outer::inner), field("kinds", &Outer::kinds),
                      field("either", &Outer::either)};
  }
};
struct Forgetful {
  int a = 0;
  int b = 0;
  static constexpr auto fields() { return std::tuple{field("a", &Forgetful::a)}; }
};
struct Repetitive {
  int a = 0;
  int b = 0;
  static constexpr auto fields() {
    return std::tuple{field("a", &Repetitive::a), field("b", &Repetitive::a)};
  }
};
struct Holder {
  std::string_view view;
  static constexpr auto fields() { return std::tuple{field("view", &Holder::view)}; }
};
struct Virtual {
  virtual ~Virtual() = default;
  int a = 0;
  static constexpr auto fields() { return std::tuple{field("a", &Virtual::a)}; }
};
class Private {
 public:
  static constexpr auto fields() { return std::tuple{field("a", &Private::a_)}; }

 private:
  int a_ = 0;
};
struct NoList {
  int a = 0;
};

static_assert(Portable<int> && Portable<bool> && Portable<double> && Portable<Kind> && Portable<std::string>);
static_assert(Portable<const std::vector<std::optional<std::string>>>);
static_assert(PortableRecord<Inner> && PortableRecord<Outer> && PortableRecord<FileTask> &&
              PortableRecord<FileResult>);
static_assert(!PortableRecord<int> && !PortableRecord<std::string>);

static_assert(!Portable<int*> && !Portable<const char*> && !Portable<int&> && !Portable<void (*)()>);
static_assert(!Portable<std::string_view> && !Portable<std::unique_ptr<int>> &&
              !Portable<std::shared_ptr<int>>);
static_assert(!Portable<std::function<void()>> && !Portable<std::map<int, int>> && !Portable<std::nullptr_t>);
static_assert(!Portable<std::vector<int*>> && !Portable<std::optional<std::string_view>>);
static_assert(!Portable<std::variant<int, int*>> && !Portable<std::array<int*, 2>>);
static_assert(!Portable<NoList> && !Portable<std::vector<NoList>>);
static_assert(!Portable<Forgetful> && !Portable<Repetitive> && !Portable<Holder>);
static_assert(!Portable<Virtual> && !Portable<Private>);

TEST(ForEachField, VisitsInTheOrderOfTheListAndCanChange) {
  Inner inner{1, "x"};
  std::string names;
  for_each_field(inner, [&](std::string_view name, auto& member) {
    names += name;
    member = {};
  });
  EXPECT_EQ(names, "ab");
  EXPECT_EQ(inner.a, 0);
  EXPECT_EQ(inner.b, "");
}

}  // namespace
}  // namespace froe
