#include <algorithm>
#include <array>

#include "froe/digest.hpp"
#include "froe/language.hpp"
#include "froe/report.hpp"
#include "report/documentation.hpp"

namespace froe::report {

const std::string_view default_template =
    "file: {path}, lines {lines}\n"
    "language: {language}\n"
    "{kind}: {name}\n"
    "in: {scope}\n"
    "signature: {signature}\n"
    "decorators: {decorators}\n"
    "about: {doc}\n"
    "uses: {imports}\n"
    "beside: {siblings}\n";

namespace {

std::string join(const std::vector<std::string>& words) {
  std::string text;
  for (const auto& word : words) {
    if (!text.empty()) text += ", ";
    text += word;
  }
  return text;
}

std::string parent_title(const store::FoundChunk& found, const File& file) {
  const auto* parent = file.parent_of(found.chunk);
  return parent == nullptr ? std::string() : title_of({0, found.path, found.language, *parent, 0});
}

struct Placeholder {
  std::string_view name;
  std::string (*value)(const store::FoundChunk& found, const File& file);
};
constexpr std::array placeholders{
    Placeholder{"decorators",
                [](const auto& found, const auto& file) { return join(file.decorators_of(found.chunk)); }},
    Placeholder{"doc",
                [](const auto& found, const auto& file) { return file.documentation_of(found.chunk); }},
    Placeholder{"end_line",
                [](const auto& found, const auto&) {
                  return std::to_string(last_row(found.chunk.begin, found.chunk.end) + 1);
                }},
    Placeholder{"file_kind",
                [](const auto& found, const auto&) {
                  return std::string(to_string(language::file_kind(found.path, found.language)));
                }},
    Placeholder{"id", [](const auto& found, const auto&) { return to_hex(found.chunk.id); }},
    Placeholder{"imports",
                [](const auto& found, const auto& file) { return join(file.imports_of(found.chunk)); }},
    Placeholder{"kind",
                [](const auto& found, const auto&) { return std::string(to_string(found.chunk.kind)); }},
    Placeholder{"language",
                [](const auto& found, const auto&) {
                  return found.chunk.language.empty() ? found.language : found.chunk.language;
                }},
    Placeholder{"lines",
                [](const auto& found, const auto&) {
                  return std::to_string(found.chunk.begin.row + 1) + '-' +
                         std::to_string(last_row(found.chunk.begin, found.chunk.end) + 1);
                }},
    Placeholder{"name", [](const auto& found, const auto&) { return found.chunk.name; }},
    Placeholder{"ordinal",
                [](const auto& found, const auto&) { return std::to_string(found.chunk.ordinal); }},
    Placeholder{"parent", parent_title},
    Placeholder{"path", [](const auto& found, const auto&) { return found.path; }},
    Placeholder{"scope", [](const auto& found, const auto&) { return found.chunk.scope; }},
    Placeholder{"siblings",
                [](const auto& found, const auto& file) { return join(file.siblings_of(found.chunk)); }},
    Placeholder{"signature", [](const auto& found, const auto&) { return found.chunk.signature; }},
    Placeholder{"start_line",
                [](const auto& found, const auto&) { return std::to_string(found.chunk.begin.row + 1); }},
    Placeholder{"summary", [](const auto& found,
                              const auto& file) { return summary(file.documentation_of(found.chunk)); }},
    Placeholder{"title", [](const auto& found, const auto&) { return title_of(found); }},
    Placeholder{"visibility",
                [](const auto& found, const auto&) {
                  return found.chunk.visibility == Visibility::unknown
                             ? std::string()
                             : std::string(to_string(found.chunk.visibility));
                }},
};
constexpr std::size_t none = placeholders.size();

tl::unexpected<Error> wrong(const std::string& what) {
  std::string message = "the template has " + what + "; its placeholders are";
  for (const auto& placeholder : placeholders) message += " {" + std::string(placeholder.name) + '}';
  return failure(ErrorKind::invalid_argument, message + ", and {{ and }} stand for braces");
}

// Each line of a value begins as the line does that it stands in.
void append_value(std::string& line, std::string_view value, std::string_view beginning) {
  for (char c : value) {
    line += c;
    if (c == '\n') line += beginning;
  }
}

}  // namespace

Result<Template> Template::parse(std::string_view text) {
  Template made;
  Line line;
  std::string literal;
  auto end_line = [&] {
    if (!literal.empty() || line.empty()) line.push_back({std::move(literal), none});
    literal.clear();
    made.lines_.push_back(std::move(line));
    line.clear();
  };
  while (!text.empty()) {
    char c = text.front();
    bool doubled = text.size() > 1 && text[1] == c;
    if ((c == '{' || c == '}') && doubled) {
      literal += c;
      text.remove_prefix(2);
    } else if (c == '{') {
      auto name = text.substr(1, text.find('}') - 1);
      const auto* found = std::ranges::find(placeholders, name, &Placeholder::name);
      if (text.find('}') == std::string_view::npos) return wrong("a { without its }");
      if (found == placeholders.end()) return wrong("an unknown placeholder {" + printable(name) + '}');
      line.push_back({std::move(literal), static_cast<std::size_t>(found - placeholders.begin())});
      literal.clear();
      text.remove_prefix(name.size() + 2);
    } else if (c == '}') {
      return wrong("a } without its {");
    } else {
      if (c == '\n') {
        end_line();
      } else {
        literal += c;
      }
      text.remove_prefix(1);
    }
  }
  if (!literal.empty() || !line.empty()) end_line();
  return made;
}

std::string Template::render(const store::FoundChunk& found, const File& file) const {
  std::string text;
  for (const auto& line : lines_) {
    std::string made;
    bool asks = false;
    bool says = false;
    for (const auto& piece : line) {
      made += piece.literal;
      if (piece.value == none) continue;
      asks = true;
      auto value = placeholders[piece.value].value(found, file);
      says = says || !value.empty();
      append_value(made, value, line.front().literal);
    }
    if (!asks || says) text += made + '\n';
  }
  return text;
}

}  // namespace froe::report
