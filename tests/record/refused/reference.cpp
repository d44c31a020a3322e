// A record that refers to something outside itself.
#include <string>

#include "froe/portable.hpp"
#include "froe/wire.hpp"

struct Record {
#ifdef OFFEND
  std::string& name;
#else
  std::string name;
#endif

  static constexpr auto fields() {
    return std::tuple{froe::field("name", &Record::name)};
  }
};

bool send(const Record& record) {
  return froe::wire::encode_frame(froe::wire::FrameType::result, 0, record).has_value();
}
