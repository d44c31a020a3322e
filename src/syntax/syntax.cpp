#include "froe/syntax.hpp"

#include <algorithm>
#include <array>
#include <ctime>
#include <stdexcept>

#include "syntax/arena.hpp"

namespace froe::syntax {
namespace {

using Symbols = std::vector<TSSymbol>;

bool contains(const Symbols& sorted, TSSymbol symbol) {
  return std::binary_search(sorted.begin(), sorted.end(), symbol);
}

// Numbers of the named node types that `wanted` accepts; aliases give a type more than one.
template <class Wanted>
Symbols symbols_where(const TSLanguage* raw, Wanted wanted) {
  Symbols symbols;
  for (std::uint32_t i = 0; i < ts_language_symbol_count(raw); ++i) {
    auto symbol = static_cast<TSSymbol>(i);
    if (ts_language_symbol_type(raw, symbol) != TSSymbolTypeRegular) continue;
    if (wanted(std::string_view(ts_language_symbol_name(raw, symbol)))) symbols.push_back(symbol);
  }
  return symbols;  // ascending
}

template <class Names>
Symbols symbols_named(const TSLanguage* raw, const Names& names) {
  return symbols_where(
      raw, [&](std::string_view type) { return std::find(names.begin(), names.end(), type) != names.end(); });
}

Rule resolve(const TSLanguage* raw, const language::NodeRule& source) {
  Rule rule;
  rule.role = source.role;
  rule.kind = source.kind;
  rule.member_kind = source.member_kind;
  rule.local = source.local;
  if (!source.parents.empty()) rule.parents = symbols_named(raw, source.parents);
  rule.name = Path(raw, source.name);
  rule.body = Path(raw, source.body);
  rule.contains = Path(raw, source.contains);
  rule.texts.assign(source.texts.begin(), source.texts.end());
  rule.owner = Path(raw, source.owner);
  return rule;
}

bool holds(const Rule& rule, Node node, Surroundings around, std::string_view source) {
  if (!rule.local && around.in_callable) return false;
  if (!rule.parents.empty() && !contains(rule.parents, around.parent)) return false;
  if (!rule.contains.empty()) {
    auto found = rule.contains.find(node);
    if (!found) return false;
    auto text = found->text(source);
    if (!rule.texts.empty() && std::find(rule.texts.begin(), rule.texts.end(), text) == rule.texts.end())
      return false;
  }
  return rule.name.empty() || rule.name.find(node);
}

std::optional<Node> last_named_child(Node node) {
  auto count = ts_node_named_child_count(node.raw());
  if (count == 0) return std::nullopt;
  return Node(ts_node_named_child(node.raw(), count - 1));
}

// What a parse may take. tree-sitter asks every hundred operations, some twenty microseconds, so asking must
// be cheap: the wall clock needs no system call, and says when it is worth looking at the processor's. A
// parse that a busy machine slows down is not given up, so that the outcome is the file's.
class Budget {
 public:
  Budget(std::uint64_t steps, std::chrono::nanoseconds time)
      : steps_(steps), time_(time), look_(Clock::now() + time) {}

  bool used_up() {
    if (steps_ == 0) return true;
    --steps_;
    return time_ > std::chrono::nanoseconds(0) && out_of_time();
  }
  [[nodiscard]] bool steps_used_up() const { return steps_ == 0; }

 private:
  using Clock = std::chrono::steady_clock;

  static std::chrono::nanoseconds processor_time() {
    timespec time{};
    ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return std::chrono::seconds(time.tv_sec) + std::chrono::nanoseconds(time.tv_nsec);
  }

  bool out_of_time() {
    auto now = Clock::now();
    if (now < look_) return false;
    auto left = time_ - (processor_time() - begin_);
    look_ = now + left;
    return left <= std::chrono::nanoseconds(0);
  }

  std::uint64_t steps_;
  std::chrono::nanoseconds time_;
  std::chrono::nanoseconds begin_ = processor_time();
  Clock::time_point look_;
};

const char* read_rest(void* source, std::uint32_t at, TSPoint, std::uint32_t* size) {
  auto rest = static_cast<const std::string_view*>(source)->substr(at);
  *size = static_cast<std::uint32_t>(rest.size());
  return rest.data();
}

TSTree* parse(TSParser* parser, std::string_view source, Budget& budget) {
  TSInput input{&source, read_rest, TSInputEncodingUTF8, nullptr};
  TSParseOptions options{&budget,
                         [](TSParseState* state) { return static_cast<Budget*>(state->payload)->used_up(); }};
  return ts_parser_parse_with_options(parser, nullptr, input, options);
}

}  // namespace

Path::Path(const TSLanguage* language, std::string_view text) {
  if (text.empty()) return;
  auto parsed = language::parse_path(text);
  if (!parsed) throw std::logic_error("malformed path " + std::string(text));  // the build checks the data
  itself_ = parsed->empty();
  for (const auto& part : *parsed) {
    Step step;
    step.field = part.field.empty()
                     ? TSFieldId{0}
                     : ts_language_field_id_for_name(language, part.field.data(),
                                                     static_cast<std::uint32_t>(part.field.size()));
    step.repeat = part.repeat;
    step.types = symbols_named(language, part.types);
    if (step.repeat) {
      step.transparent =
          symbols_where(language, [&](std::string_view type) { return type.ends_with(part.field); });
    }
    steps_.push_back(std::move(step));
  }
}

bool Path::Step::accepts(Node node) const {
  return types.empty() || contains(types, node.symbol());
}

bool Path::Step::takes(TSFieldId field_of_child, Node child) const {
  if (field != 0) return field_of_child == field && (repeat || accepts(child));
  return child.is_named() && accepts(child);
}

std::optional<Node> Path::Step::finish(Node child) const {
  if (!repeat) return child;
  for (;;) {
    if (!types.empty() && accepts(child)) return child;
    std::optional<Node> next;
    TSNode deeper = ts_node_child_by_field_id(child.raw(), field);
    if (!ts_node_is_null(deeper)) {
      next = Node(deeper);
    } else if (contains(transparent, child.symbol())) {
      next = last_named_child(child);
    }
    if (!next) return types.empty() ? std::optional(child) : std::nullopt;
    child = *next;
  }
}

std::optional<Node> Path::follow(Node child, std::size_t step) const {
  auto end = steps_[step].finish(child);
  if (!end || step + 1 == steps_.size()) return end;
  Cursor cursor(*end);
  for (bool more = cursor.to_first_child(); more; more = cursor.to_next_sibling()) {
    if (!steps_[step + 1].takes(cursor.field(), cursor.node())) continue;
    if (auto found = follow(cursor.node(), step + 1)) return found;
  }
  return std::nullopt;
}

std::optional<Node> Path::find(Node node) const {
  if (steps_.empty()) return itself_ ? std::optional(node) : std::nullopt;
  Cursor cursor(node);
  for (bool more = cursor.to_first_child(); more; more = cursor.to_next_sibling()) {
    if (!steps_[0].takes(cursor.field(), cursor.node())) continue;
    if (auto found = follow(cursor.node(), 0)) return found;
  }
  return std::nullopt;
}

std::vector<Node> Path::find_all(Node node) const {
  std::vector<Node> found;
  if (itself_) found.push_back(node);
  if (steps_.empty()) return found;
  Cursor cursor(node);
  for (bool more = cursor.to_first_child(); more; more = cursor.to_next_sibling()) {
    if (!steps_[0].takes(cursor.field(), cursor.node())) continue;
    if (auto end = follow(cursor.node(), 0)) found.push_back(*end);
  }
  return found;
}

Grammar::Grammar(const language::Language& language) : language_(&language), raw_(language.load()) {
  std::vector<std::vector<Rule>> by_symbol(ts_language_symbol_count(raw_));
  for (const auto& source : language.rules) {
    auto rule = resolve(raw_, source);
    for (auto symbol : symbols_named(raw_, std::array{source.node})) by_symbol[symbol].push_back(rule);
  }
  for (auto& rules : by_symbol) {
    slots_.push_back({static_cast<std::uint32_t>(rules_.size()), static_cast<std::uint32_t>(rules.size())});
    std::move(rules.begin(), rules.end(), std::back_inserter(rules_));
  }
}

const Rule* Grammar::rule(Node node, Surroundings around, std::string_view source) const {
  auto symbol = node.symbol();
  if (symbol >= slots_.size()) return nullptr;  // an error node: its number lies outside the table
  auto [first, count] = slots_[symbol];
  for (std::uint32_t i = first; i < first + count; ++i) {
    if (holds(rules_[i], node, around, source)) return &rules_[i];
  }
  return nullptr;
}

std::uint64_t most_steps(std::size_t size) {
  constexpr std::uint64_t any_file = 50'000;
  constexpr std::uint64_t bytes_per_step = 16;
  return any_file + size / bytes_per_step;
}

Tree::Tree(const Grammar& grammar, std::string_view source, std::chrono::milliseconds time)
    : arena_(std::make_unique<ArenaScope>()), parser_(ts_parser_new()) {
  if (!ts_parser_set_language(parser_.get(), grammar.raw())) {
    throw std::logic_error("grammar of " + std::string(grammar.language().name) +
                           " does not fit the tree-sitter runtime");
  }
  Budget budget(most_steps(source.size()), time);
  // With a language, nothing but the budget makes a parse return no tree.
  tree_.reset(parse(parser_.get(), source, budget));
  if (!tree_) given_up_ = budget.steps_used_up() ? GivenUp::steps : GivenUp::time;
}

Tree::~Tree() = default;

void Tree::Delete::operator()(TSTree* tree) const {
  if (!ArenaScope::frees_everything) ts_tree_delete(tree);
}

}  // namespace froe::syntax
