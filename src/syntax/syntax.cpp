#include "froe/syntax.hpp"

#include <edits.h>

#include <algorithm>
#include <array>
#include <ctime>
#include <mutex>
#include <stdexcept>

#include "syntax/arena.hpp"
#include "syntax/symbols.hpp"

namespace froe::syntax {
namespace {

Rule resolve(const TSLanguage* raw, const language::Language& language, const language::NodeRule& source) {
  Rule rule;
  rule.role = source.role;
  rule.kind = source.kind;
  rule.member_kind = source.member_kind;
  rule.local = source.local;
  rule.crumb = source.crumb;
  rule.absolute = source.absolute;
  rule.rest = source.rest;
  rule.joins = source.joins;
  rule.spaced_name = language.spaced_names;
  rule.name_trim = language.name_trim;
  if (!source.parents.empty()) rule.parents = symbols_named(raw, source.parents);
  rule.name = Path(raw, source.name);
  rule.body = Path(raw, source.body);
  rule.head = Path(raw, source.head);
  rule.contains = Path(raw, source.contains);
  rule.texts.assign(source.texts.begin(), source.texts.end());
  rule.owner = Path(raw, source.owner);
  rule.doc = Path(raw, source.doc);
  rule.reference = source.reference;
  rule.except.assign(source.except.begin(), source.except.end());
  std::sort(rule.except.begin(), rule.except.end());
  rule.after = source.after;
  rule.language = source.language;
  rule.quoted = source.quoted;
  rule.measure = source.measure;
  rule.field = source.field.empty()
                   ? TSFieldId{0}
                   : ts_language_field_id_for_name(raw, source.field.data(),
                                                   static_cast<std::uint32_t>(source.field.size()));
  return rule;
}

bool holds(const Rule& rule, Node node, Surroundings around, std::string_view source) {
  if (!rule.local && around.in_callable) return false;
  if (rule.field != 0 && rule.field != around.field) return false;
  if (!rule.parents.empty() && !has(rule.parents, around.parent)) return false;
  if (!rule.contains.empty()) {
    auto found = rule.contains.find(node, source);
    if (!found) return false;
    auto text = found->text(source);
    if (!rule.texts.empty() && std::find(rule.texts.begin(), rule.texts.end(), text) == rule.texts.end())
      return false;
  }
  return rule.name.empty() || rule.name.find(node, source);
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
  [[nodiscard]] std::uint64_t steps() const { return steps_; }

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

void restrict(TSParser* parser, std::span<const Extent> parts) {
  std::vector<TSRange> ranges;
  auto point = [](Position position) { return TSPoint{position.row, position.column}; };
  for (const auto& part : parts) {
    ranges.push_back({point(part.begin), point(part.end), part.range.begin, part.range.end});
  }
  if (!ts_parser_set_included_ranges(parser, ranges.data(), static_cast<std::uint32_t>(ranges.size()))) {
    throw std::logic_error("parts of a source out of order");
  }
}

TSTree* parse(TSParser* parser, const TSTree* before, std::string_view source, Budget& budget) {
  TSInput input{&source, read_rest, TSInputEncodingUTF8, nullptr};
  TSParseOptions options{&budget,
                         [](TSParseState* state) { return static_cast<Budget*>(state->payload)->used_up(); }};
  return ts_parser_parse_with_options(parser, before, input, options);
}

// Held while a scanner runs that writes to variables of the whole program. One for all of them: they are
// rare.
std::mutex& scanner_globals() {
  static std::mutex mutex;
  return mutex;
}

// Comments and imports are no code that could be written twice by mistake.
std::vector<Grammar::Lexeme> lexemes_of(const language::Language& language, const TSLanguage* raw) {
  std::vector<Grammar::Lexeme> lexemes(ts_language_symbol_count(raw), Grammar::Lexeme::other);
  auto set = [&](std::span<const std::string_view> types, Grammar::Lexeme lexeme) {
    for (auto symbol : symbols_named(raw, types)) lexemes[symbol] = lexeme;
  };
  set(language.identifiers, Grammar::Lexeme::identifier);
  set(language.literals, Grammar::Lexeme::literal);
  for (const auto& rule : language.rules) {
    bool always = rule.contains.empty() && rule.parents.empty();
    bool no_code = rule.role == language::Role::comment || (rule.role == language::Role::import && always);
    if (no_code) set(std::array{rule.node}, Grammar::Lexeme::no_code);
  }
  return lexemes;
}

}  // namespace

RuleTable::RuleTable(const language::Language& language, const TSLanguage* raw,
                     std::span<const language::NodeRule> rules) {
  if (rules.empty()) return;
  std::vector<std::vector<Rule>> by_symbol(ts_language_symbol_count(raw));
  for (const auto& source : rules) {
    auto rule = resolve(raw, language, source);
    for (auto symbol : symbols_of(raw, std::array{source.node})) by_symbol[symbol].push_back(rule);
  }
  for (auto& each : by_symbol) {
    slots_.push_back({static_cast<std::uint32_t>(rules_.size()), static_cast<std::uint32_t>(each.size())});
    std::move(each.begin(), each.end(), std::back_inserter(rules_));
  }
}

const Rule* RuleTable::find_in(Slot slot, Node node, Surroundings around, std::string_view source) const {
  for (std::uint32_t i = slot.first; i < slot.first + slot.count; ++i) {
    if (holds(rules_[i], node, around, source)) return &rules_[i];
  }
  return nullptr;
}

Grammar::Grammar(const language::Language& language)
    : language_(&language),
      raw_(language.load()),
      rules_(language, raw_, language.rules),
      imported_(language, raw_, language.imported),
      references_(language, raw_, language.references),
      measures_(language, raw_, language.measures),
      embedded_(language, raw_, language.embedded),
      lexemes_(lexemes_of(language, raw_)) {
  constexpr std::string_view body = "body";
  body_ = ts_language_field_id_for_name(raw_, body.data(), body.size());
  const auto& named = language.habits.decorators;
  decorators_ = symbols_where(raw_, [&](std::string_view type) {
    auto is_attribute = [&](const language::NodeRule& rule) {
      return rule.role == language::Role::attribute && rule.node == type;
    };
    return std::find(named.begin(), named.end(), type) != named.end() ||
           std::any_of(language.rules.begin(), language.rules.end(), is_attribute);
  });
}

const Rule* Grammar::measure(const Cursor& at, Node node, TSSymbol parent, std::string_view source) const {
  // Few nodes have such a rule, and to find a node's field costs more than to go to it.
  return measures_.has(node.symbol()) ? measures_.find(node, {parent, false, at.field()}, source) : nullptr;
}

bool Grammar::has_body(Node node) const {
  return body_ != 0 && !ts_node_is_null(ts_node_child_by_field_id(node.raw(), body_));
}

std::uint64_t most_steps(std::size_t size) {
  constexpr std::uint64_t any_file = 30'000;
  constexpr std::uint64_t bytes_per_step = 24;
  return any_file + size / bytes_per_step;
}

Tree::Tree(const Grammar& grammar, std::string_view source, const ParseOptions& options)
    : arena_(options.lasting ? nullptr : std::make_unique<ArenaScope>()), parser_(ts_parser_new()) {
  if (!ts_parser_set_language(parser_.get(), grammar.raw())) {
    throw std::logic_error("grammar of " + std::string(grammar.language().name) +
                           " does not fit the tree-sitter runtime");
  }
  if (!options.parts.empty()) restrict(parser_.get(), options.parts);
  auto steps = options.steps > 0 ? options.steps : most_steps(source.size());
  Budget budget(steps, options.time);
  const TSTree* before = options.before == nullptr ? nullptr : options.before->tree_.get();
  {
    auto alone = grammar.language().scanner_globals ? std::unique_lock(scanner_globals())
                                                    : std::unique_lock<std::mutex>();
    ts_prepare_for_edits(options.lasting);
    tree_.reset(parse(parser_.get(), before, source, budget));
  }
  steps_ = steps - budget.steps();
  if (tree_) return;
  given_up_ = budget.steps() == 0 ? GivenUp::steps : GivenUp::time;
  // With a language, nothing but the budget makes a parse return no tree.
  if (given_up_ == GivenUp::time && options.time == std::chrono::milliseconds(0)) {
    throw std::logic_error("tree-sitter returned no tree");
  }
}

void Tree::edit(const Edit& edit) {
  auto point = [](Position position) { return TSPoint{position.row, position.column}; };
  const TSInputEdit input{edit.begin,           edit.old_end,           edit.new_end,
                          point(edit.begin_at), point(edit.old_end_at), point(edit.new_end_at)};
  if (!unedited_) unedited_.reset(ts_tree_copy(tree_.get()));
  ts_tree_edit(tree_.get(), &input);
}

Tree::~Tree() {
  if (!arena_ && ArenaScope::frees_everything) {
    ts_tree_delete(tree_.release());
    ts_tree_delete(unedited_.release());
  }
  if (tree_ && ArenaScope::frees_everything && !arena_->is_outermost()) ts_tree_delete(tree_.release());
}

void Tree::Delete::operator()(TSTree* tree) const {
  if (!ArenaScope::frees_everything) ts_tree_delete(tree);
}

}  // namespace froe::syntax
