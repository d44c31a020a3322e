// What parsing alone costs: the measure that `froe index` is held against. Finds, reads and classifies files
// as froe does, parses each distinct content once with plain tree-sitter (its own allocator, glibc's; one
// parser a language; the tree is deleted at once), looks at no node, keeps nothing. Only parsing and deleting
// are timed, as CPU time of the process.
//
// parse_only DIRECTORY: one line of JSON.
#include <tree_sitter/api.h>

#include <cstdint>
#include <cstdio>
#include <ctime>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>

#include "froe/digest.hpp"
#include "froe/discovery.hpp"
#include "froe/index.hpp"
#include "froe/language.hpp"

namespace {

using namespace froe;

double cpu_seconds() {
  timespec time{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) / 1e9;
}

struct DeleteParser {
  void operator()(TSParser* parser) const { ts_parser_delete(parser); }
};
using Parser = std::unique_ptr<TSParser, DeleteParser>;

struct Total {
  std::uint64_t files = 0;  // of distinct content
  std::uint64_t bytes = 0;
  double seconds = 0;
};

class ParseOnly {
 public:
  // Parses what froe would parse.
  void add(const index::Plan& plan) {
    const auto& task = plan.task;
    if (task.language.empty() || !seen_.emplace(task.language, *plan.entry.blob).second) return;
    TSParser* parser = parser_for(task.language);
    double before = cpu_seconds();
    TSTree* tree = ts_parser_parse_string(parser, nullptr, task.content.data(),
                                          static_cast<std::uint32_t>(task.content.size()));
    ts_tree_delete(tree);
    total_.seconds += cpu_seconds() - before;
    ++total_.files;
    total_.bytes += task.content.size();
  }
  [[nodiscard]] const Total& total() const { return total_; }

 private:
  TSParser* parser_for(const std::string& language) {
    auto& parser = parsers_[language];
    if (!parser) {
      parser.reset(ts_parser_new());
      ts_parser_set_language(parser.get(), language::find(language)->load());
    }
    return parser.get();
  }

  std::map<std::string, Parser> parsers_;
  std::set<std::pair<std::string, BlobId>> seen_;
  Total total_;
};

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fprintf(stderr, "usage: parse_only DIRECTORY\n");
    return 2;
  }
  index::Options options;
  auto walk = discovery::Walk::open(argv[1], options.discovery);
  if (!walk) {
    std::fprintf(stderr, "parse_only: %s\n", walk.error().message.c_str());
    return 2;
  }
  ParseOnly parsing;
  while (auto entry = walk->next()) {
    auto plan = index::plan(argv[1], *entry, options);
    if (!plan) {
      std::fprintf(stderr, "parse_only: %s\n", plan.error().message.c_str());
      return 2;
    }
    parsing.add(*plan);
  }
  const auto& total = parsing.total();
  std::printf("{\"files\":%llu,\"bytes\":%llu,\"cpu_seconds\":%.6f,\"megabytes_per_second\":%.2f}\n",
              static_cast<unsigned long long>(total.files), static_cast<unsigned long long>(total.bytes),
              total.seconds,
              total.seconds > 0 ? static_cast<double>(total.bytes) / 1e6 / total.seconds : 0.0);
  return 0;
}
