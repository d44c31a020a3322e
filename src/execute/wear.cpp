#include "execute/wear.hpp"

namespace froe::execute {

bool Wear::answered(const Process& process) {
  ++files_;
  if (recycling_.files > 0 && files_ >= recycling_.files) return true;
  if (recycling_.growth == 0 || files_ % interval != 0) return false;
  ByteCount now = process.own_memory();
  if (files_ == interval) warm_ = now;
  return warm_.value > 0 && now.value > warm_.value * recycling_.growth + recycling_.slack.value;
}

}  // namespace froe::execute
