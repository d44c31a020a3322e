#include "froe/language.hpp"

#include <algorithm>
#include <array>
#include <string>

namespace froe::language {
namespace {

// How far into a file detection looks for what tells two languages apart.
constexpr std::size_t inspected_bytes = 64U << 10U;

bool contains(std::span<const std::string_view> words, std::string_view word) {
  return std::ranges::find(words, word) != words.end();
}

std::string_view base_name(std::string_view path) {
  return path.substr(path.rfind('/') + 1);  // npos + 1 is 0
}

// Without the dot. A name that is nothing but an extension (".bashrc") has none.
std::string_view extension_of(std::string_view name) {
  auto dot = name.rfind('.');
  return dot == std::string_view::npos || dot == 0 ? std::string_view() : name.substr(dot + 1);
}

std::string_view first_word(std::string_view& rest) {
  constexpr std::string_view space = " \t\r";
  auto begin = std::min(rest.find_first_not_of(space), rest.size());
  auto end = std::min(rest.find_first_of(space, begin), rest.size());
  auto word = rest.substr(begin, end - begin);
  rest.remove_prefix(end);
  return word;
}

// The program that a `#!` line runs, past env and its options; empty if there is no such line.
std::string_view interpreter_of(std::string_view content) {
  if (!content.starts_with("#!")) return {};
  auto line = content.substr(2, content.find('\n') - 2);
  auto program = base_name(first_word(line));
  if (program != "env") return program;
  for (auto word = first_word(line); !word.empty(); word = first_word(line)) {
    if (word == "-u" || word == "-C" || word == "--unset" || word == "--chdir") {
      first_word(line);  // the option's argument
      continue;
    }
    if (word.starts_with("-S") && word.size() > 2) return base_name(word.substr(2));
    if (word.starts_with("--split-string=")) return base_name(word.substr(word.find('=') + 1));
    if (word.starts_with('-') || word.find('=') != std::string_view::npos) continue;  // options, variables
    return base_name(word);
  }
  return {};
}

// "python3.11" is python.
std::string_view without_version(std::string_view interpreter) {
  auto end = interpreter.find_last_not_of("0123456789.");
  if (end == std::string_view::npos) return interpreter;
  if (interpreter[end] == '-' && end > 0) --end;
  return interpreter.substr(0, end + 1);
}

std::string lower_case(std::string_view text) {
  std::string lower(text);
  std::ranges::transform(lower, lower.begin(),
                         [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  return lower;
}

// `names`: a member of Language that lists names.
const Language* by_one_of(std::span<const std::string_view> Language::*names, std::string_view wanted) {
  auto all = languages();
  auto found = std::ranges::find_if(all, [&](const Language& each) { return contains(each.*names, wanted); });
  return found == all.end() ? nullptr : &*found;
}

bool has_line_start(std::string_view content, std::span<const std::string_view> line_starts) {
  content = content.substr(0, inspected_bytes);
  while (!content.empty()) {
    auto end = std::min(content.find('\n'), content.size());
    auto line = content.substr(0, end);
    line.remove_prefix(std::min(line.find_first_not_of(" \t"), line.size()));
    for (auto start : line_starts) {
      if (line.starts_with(start)) return true;
    }
    content.remove_prefix(std::min(end + 1, content.size()));
  }
  return false;
}

// Of the languages that claim an extension: the first that a line of the content speaks for, or else the one
// that has no marks of its own (the generator sees to it that there is at most one).
const Language* by_extension(std::string_view extension, std::string_view content) {
  std::vector<const Language*> claimants;
  for (const auto& language : languages()) {
    if (contains(language.extensions, extension)) claimants.push_back(&language);
  }
  if (claimants.size() == 1) return claimants.front();
  const Language* unmarked = nullptr;
  for (const auto* language : claimants) {
    if (language->line_starts.empty()) {
      unmarked = language;
    } else if (has_line_start(content, language->line_starts)) {
      return language;
    }
  }
  return unmarked;
}

const Language* by_interpreter(std::string_view interpreter) {
  const auto* found = by_one_of(&Language::interpreters, interpreter);
  return found ? found : by_one_of(&Language::interpreters, without_version(interpreter));
}

}  // namespace

const Language* find(std::string_view name) {
  auto all = languages();
  auto found = std::ranges::lower_bound(all, name, {}, &Language::name);
  return found != all.end() && found->name == name ? &*found : nullptr;
}

const Language* find_called(std::string_view text) {
  constexpr std::string_view before = " \t{.";  // ```{.python …}
  constexpr std::string_view behind = " \t\r\n,;:{}";
  text.remove_prefix(std::min(text.find_first_not_of(before), text.size()));
  auto word = lower_case(text.substr(0, text.find_first_of(behind)));
  if (word.empty()) return nullptr;
  if (const auto* found = find(word)) return found;
  if (const auto* found = by_extension(word, {})) return found;
  return by_interpreter(word);
}

const Language* detect(std::string_view path, std::string_view content) {
  if (const auto* found = by_one_of(&Language::file_names, base_name(path))) return found;
  if (auto extension = extension_of(base_name(path)); !extension.empty()) {
    if (const auto* found = by_extension(extension, content)) return found;
    // As written first, because `.C` and `.H` are C++ by custom.
    if (const auto* found = by_extension(lower_case(extension), content)) return found;
  }
  auto interpreter = interpreter_of(content);
  return interpreter.empty() ? nullptr : by_interpreter(interpreter);
}

FileKind file_kind(std::string_view path, std::string_view language) {
  if (!language.empty()) {
    const auto* known = find(language);
    return known == nullptr ? FileKind::other : known->file_kind;
  }
  constexpr std::array<std::string_view, 6> docs{"txt", "rst", "adoc", "asciidoc", "org", "tex"};
  constexpr std::array<std::string_view, 6> config{"ini", "cfg", "conf", "properties", "env", "editorconfig"};
  constexpr std::array<std::string_view, 4> data{"csv", "tsv", "jsonl", "ndjson"};
  auto extension = extension_of(base_name(path));
  if (contains(docs, extension)) return FileKind::docs;
  if (contains(config, extension)) return FileKind::config;
  if (contains(data, extension)) return FileKind::data;
  return FileKind::other;
}

}  // namespace froe::language
