// A record whose field list does not name each member exactly once.
#include <string>

#include "froe/portable.hpp"
#include "froe/wire.hpp"

struct Record {
  std::string name;
  int first = 0;
  int second = 0;

  static constexpr auto fields() {
    return std::tuple {
      froe::field("name", &Record::name), froe::field("first", &Record::first),
#if !defined(OFFEND)
          froe::field("second", &Record::second),
#elif defined(CASE_names_one_twice)
          froe::field("second", &Record::first),
#endif
    };
  }
};

bool send(const Record& record) {
  return froe::wire::encode_frame(froe::wire::FrameType::result, 0, record).has_value();
}
