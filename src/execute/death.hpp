// Judges deaths: what a worker died of, and what that says against the file it had in hand. Knows neither
// descriptors nor who starts the next worker.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "execute/child.hpp"
#include "froe/record.hpp"

namespace froe::execute {

// What the ledger will say of a file that is given up.
struct Verdict {
  Outcome outcome = Outcome::crashed;
  std::string detail;
};

// What is known of a worker that is gone.
struct Death {
  Exit exit;
  // Why the supervisor killed it, if it did.
  std::optional<Verdict> sentence{};
  bool in_frame = false;           // its last words were cut off
  std::uint64_t memory_limit = 0;  // that it was under, in bytes; 0: none
};
[[nodiscard]] Verdict judge(const Death& death);

// What the deaths of its workers say against one task.
class Suspicion {
 public:
  // A worker died while this was its oldest task. Returns what to tell of the file if it is given up, nothing
  // if it is to be tried again. Two deaths of its own doing are proof. A kill from outside is none: such a
  // file is tried three times in all, and given up as `killed` even if one of its deaths was another.
  [[nodiscard]] std::optional<Verdict> blame(Verdict verdict);
  // A worker died that had the task in its queue and had been sent nothing. True if the task is innocent;
  // false once that has happened too often to be chance.
  [[nodiscard]] bool excuse() { return ++excuses_ <= most_excuses; }
  // Whether it is to be tried alone, on a worker that holds nothing else.
  [[nodiscard]] bool any() const { return deaths_ > 0; }

 private:
  static constexpr unsigned proof = 2;
  static constexpr unsigned most_deaths = 3;
  static constexpr unsigned most_excuses = 3;

  unsigned deaths_ = 0;
  unsigned faults_ = 0;  // of the deaths, those not from outside
  unsigned excuses_ = 0;
  std::string kill_;  // the last death from outside
};

}  // namespace froe::execute
