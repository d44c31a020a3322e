// generate_languages GRAMMARS PACKAGES OUTPUT
// Compiles GRAMMARS/*/language.toml into the registry's table, OUTPUT, after checking each against its
// grammar in PACKAGES. Runs while froe is built; froe itself reads none of these files.
#include <algorithm>
#include <exception>
#include <fstream>
#include <iostream>
#include <sstream>
#include <vector>

#include "generate/description.hpp"
#include "generate/emit.hpp"
#include "generate/node_types.hpp"

namespace {

namespace fs = std::filesystem;
namespace generate = froe::language::generate;

std::vector<generate::Description> read_all(const fs::path& grammars) {
  std::vector<generate::Description> descriptions;
  for (const auto& folder : fs::directory_iterator(grammars)) {
    auto file = folder.path() / "language.toml";
    if (fs::exists(file)) descriptions.push_back(generate::read_description(file));
  }
  // A folder is named like its language, so that no two have one name.
  std::ranges::sort(descriptions, {}, &generate::Description::name);
  return descriptions;
}

std::string compile(const fs::path& grammars, const fs::path& packages) {
  auto descriptions = read_all(grammars);
  if (descriptions.empty()) throw generate::InputError(grammars, "language.toml", "there is none");
  generate::share_rules(descriptions);
  generate::check_conflicts(descriptions);
  std::vector<generate::Entry> entries;
  for (auto& description : descriptions) {
    auto package = packages / description.package;
    generate::NodeTypes types(package / description.directory / "src" / "node-types.json");
    types.check(description);
    auto info = generate::read_package(package);
    entries.push_back({std::move(description), std::move(info)});
  }
  std::ostringstream text;
  generate::emit(text, entries);
  return text.str();
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 4) {
    std::cerr << "usage: generate_languages GRAMMARS PACKAGES OUTPUT\n";
    return 2;
  }
  try {
    auto text = compile(argv[1], argv[2]);
    std::ofstream output(argv[3], std::ios::binary);
    output << text;
    if (!output.flush()) throw generate::InputError(argv[3], "output", "cannot be written");
  } catch (const std::exception& error) {
    std::cerr << error.what() << '\n';
    return 1;
  }
  return 0;
}
