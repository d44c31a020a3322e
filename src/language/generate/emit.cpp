#include "generate/emit.hpp"

#include <boost/json.hpp>
#include <fstream>
#include <sstream>

namespace froe::language::generate {
namespace {

// Every text here is short and printable, apart from line breaks and what a string literal must escape.
std::string literal(std::string_view text) {
  std::string escaped = "\"";
  for (char c : text) {
    if (c == '\n') {
      escaped += "\\n";
      continue;
    }
    // Two question marks in a row would begin a trigraph.
    if (c == '"' || c == '\\' || c == '?') escaped += '\\';
    escaped += c;
  }
  return escaped + '"';
}

std::string_view boolean(bool value) {
  return value ? "true" : "false";
}

std::string_view role_name(Role role) {
  switch (role) {
    case Role::definition: return "definition";
    case Role::wrapper: return "wrapper";
    case Role::container: return "container";
    case Role::comment: return "comment";
    case Role::import: return "import";
    case Role::attribute: return "attribute";
    case Role::prose: return "prose";
    case Role::section: return "section";
  }
  return {};
}

std::string_view joins_name(Joins joins) {
  switch (joins) {
    case Joins::none: return "none";
    case Joins::same: return "same";
    case Joins::previous: return "previous";
    case Joins::next: return "next";
  }
  return {};
}

// The names of some enumerators would be keywords of C++ without their underscore.
std::string kind_name(Kind kind) {
  std::string name(to_string(kind));
  bool keyword = kind == Kind::class_ || kind == Kind::struct_ || kind == Kind::union_ || kind == Kind::enum_;
  return keyword ? name + '_' : name;
}

// Defines a constant array, unless it would be empty, and returns what to initialise a span of it with.
std::string emit_strings(std::ostream& out, const std::string& name, const Strings& strings) {
  if (strings.empty()) return "{}";
  out << "constexpr std::string_view " << name << "[] = {";
  for (const auto& text : strings) out << literal(text) << ", ";
  out << "};\n";
  return name;
}

void emit_rules(std::ostream& out, const std::string& name, const std::vector<RuleDescription>& all) {
  std::ostringstream rules;
  for (std::size_t i = 0; i < all.size(); ++i) {
    const auto& rule = all[i];
    auto prefix = name + '_' + std::to_string(i);
    auto parents = emit_strings(out, prefix + "_parents", rule.parents);
    auto texts = emit_strings(out, prefix + "_texts", rule.texts);
    auto except = emit_strings(out, prefix + "_except", rule.except);
    rules << "    {.node = " << literal(rule.node) << ", .role = Role::" << role_name(rule.role)
          << ", .kind = Kind::" << kind_name(rule.kind) << ", .name = " << literal(rule.name)
          << ", .body = " << literal(rule.body) << ", .head = " << literal(rule.head)
          << ", .crumb = " << boolean(rule.crumb) << ", .rest = " << boolean(rule.rest)
          << ", .joins = Joins::" << joins_name(rule.joins) << ", .absolute = " << boolean(rule.absolute)
          << ", .member_kind = Kind::" << kind_name(rule.member_kind) << ", .local = " << boolean(rule.local)
          << ", .parents = " << parents << ", .contains = " << literal(rule.contains)
          << ", .texts = " << texts << ", .owner = " << literal(rule.owner)
          << ", .doc = " << literal(rule.doc) << ", .language = " << literal(rule.language)
          << ", .quoted = " << boolean(rule.quoted) << ", .reference = ReferenceKind{"
          << static_cast<int>(rule.reference) << '}' << ", .except = " << except << ", .measure = Measure{"
          << static_cast<int>(rule.measure) << "}, .field = " << literal(rule.field)
          << ", .after = " << literal(rule.after) << "},\n";
  }
  out << "constexpr std::array<NodeRule, " << all.size() << "> " << name << "{{\n" << rules.str() << "}};\n";
}

std::string emit_kinds(std::ostream& out, const std::string& name, const std::vector<Kind>& kinds) {
  if (kinds.empty()) return "{}";
  out << "constexpr Kind " << name << "[] = {";
  for (auto kind : kinds) out << "Kind::" << kind_name(kind) << ", ";
  out << "};\n";
  return name;
}

// Defines what the habits consist of, and returns what to initialise them with.
std::string emit_habits(std::ostream& out, const Description& description) {
  const auto& habits = description.habits;
  const auto& language = description.name;
  std::ostringstream rules;
  for (std::size_t i = 0; i < habits.visibility.size(); ++i) {
    const auto& rule = habits.visibility[i];
    auto prefix = language + "_visibility_" + std::to_string(i);
    auto words = emit_strings(out, prefix + "_words", rule.words);
    auto behind = emit_strings(out, prefix + "_behind", rule.behind);
    auto kinds = emit_kinds(out, prefix + "_kinds", rule.kinds);
    auto in = emit_kinds(out, prefix + "_in", rule.in);
    auto in_words = emit_strings(out, prefix + "_in_words", rule.in_words);
    rules << "    {.is = Visibility{" << static_cast<int>(rule.is) << "}, .words = " << words
          << ", .behind = " << behind << ", .name = " << literal(rule.name)
          << ", .capital = " << boolean(rule.capital) << ", .kinds = " << kinds << ", .in = " << in
          << ", .in_words = " << in_words << ", .owned = " << boolean(rule.owned) << "},\n";
  }
  auto doc_comments = emit_strings(out, language + "_doc_comments", habits.doc_comments);
  auto directives = emit_strings(out, language + "_directives", habits.directives);
  auto decorators = emit_strings(out, language + "_decorators", habits.decorators);
  std::string visibility = "{}";
  if (!habits.visibility.empty()) {
    visibility = language + "_visibility";
    out << "constexpr VisibilityRule " << visibility << "[] = {\n" << rules.str() << "};\n";
  }
  return "{.doc_comments = " + doc_comments + ", .directives = " + directives +
         ", .decorators = " + decorators + ", .visibility = " + visibility + '}';
}

std::string emit_recovery(std::ostream& out, const Description& description) {
  const auto& recovery = description.recovery;
  auto starts = emit_strings(out, description.name + "_recovery_starts", recovery.starts);
  return "{.starts = " + starts + ", .opens = " + literal(recovery.opens) +
         ", .closes = " + literal(recovery.closes) + '}';
}

}  // namespace

PackageInfo read_package(const std::filesystem::path& folder) {
  auto file = folder / "package.json";
  std::ifstream stream(file);
  std::ostringstream text;
  text << stream.rdbuf();
  boost::json::error_code error;
  auto document = boost::json::parse(text.str(), error);
  const auto* package = document.if_object();
  if (!stream || error || !package) {
    throw InputError(file, "package", "cannot be read; scripts/fetch-grammars installs the grammars");
  }
  auto read = [&](const char* key) {
    const auto* value = package->if_contains(key);
    if (!value || !value->is_string()) throw InputError(file, key, "must be a string");
    return std::string(value->as_string());
  };
  return {read("version"), read("license")};
}

void emit(std::ostream& out, const std::vector<Entry>& entries) {
  out << "// Written by generate_languages from grammars/*/language.toml.\n"
         "#include <array>\n\n"
         "#include \"froe/language.hpp\"\n\n"
         "extern \"C\" {\n";
  for (const auto& entry : entries) out << "const TSLanguage* " << entry.description.function << "(void);\n";
  out << "}\n\nnamespace froe::language {\nnamespace {\n\n";
  std::ostringstream table;
  for (const auto& [description, package] : entries) {
    const auto& name = description.name;
    auto extensions = emit_strings(out, name + "_extensions", description.extensions);
    auto file_names = emit_strings(out, name + "_file_names", description.file_names);
    auto interpreters = emit_strings(out, name + "_interpreters", description.interpreters);
    auto line_starts = emit_strings(out, name + "_line_starts", description.line_starts);
    auto body_openers = emit_strings(out, name + "_body_openers", description.body_openers);
    emit_rules(out, name + "_rules", description.rules);
    emit_rules(out, name + "_imported", description.imported);
    emit_rules(out, name + "_references", description.references);
    emit_rules(out, name + "_measures", description.measures);
    auto identifiers = emit_strings(out, name + "_identifiers", description.identifiers);
    auto literals = emit_strings(out, name + "_literals", description.literals);
    emit_rules(out, name + "_embedded", description.embedded);
    auto habits = emit_habits(out, description);
    auto recovery = emit_recovery(out, description);
    out << '\n';
    table << "    {.name = " << literal(name) << ", .title = " << literal(description.title)
          << ", .grammar = " << literal(description.package + '@' + package.version)
          << ", .license = " << literal(package.license) << ", .file_kind = FileKind{"
          << static_cast<int>(description.file_kind) << '}'
          << ",\n     .scope_separator = " << literal(description.scope_separator)
          << ", .spaced_names = " << boolean(description.spaced_names)
          << ", .name_trim = " << literal(description.name_trim)
          << ",\n     .sample = " << literal(description.sample) << ", .extensions = " << extensions
          << ", .file_names = " << file_names << ", .interpreters = " << interpreters
          << ", .line_starts = " << line_starts << ",\n     .body_openers = " << body_openers
          << ", .scanner_globals = " << boolean(description.scanner_globals) << ", .rules = " << name
          << "_rules, .imported = " << name << "_imported, .references = " << name
          << "_references, .measures = " << name << "_measures, .identifiers = " << identifiers
          << ", .literals = " << literals << ", .embedded = " << name
          << "_embedded,\n     .habits = " << habits << ",\n     .recovery = " << recovery
          << ", .load = " << description.function << "},\n";
  }
  out << "constexpr std::array<Language, " << entries.size() << "> registry{{\n"
      << table.str()
      << "}};\n\n}  // namespace\n\n"
         "std::span<const Language> languages() { return registry; }\n\n"
         "}  // namespace froe::language\n";
}

}  // namespace froe::language::generate
