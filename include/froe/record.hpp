// The plain records: everything that moves between discovery, workers and the index. Values only; nothing
// here points at anything. Each record's `fields()` is the one list that drives the Portable proof, the wire,
// JSON and the tests.
//
// Units: byte offsets count from the start of the file and ranges are half open. Rows and columns count from
// 0; columns are in bytes. Paths are bytes as the file system has them and need not be UTF-8.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "froe/portable.hpp"

namespace froe {

// What became of one file. Closed: every file that discovery saw ends in exactly one of these.
enum class Outcome : std::uint8_t {
  // Indexed, with its syntax tree.
  parsed,
  parsed_with_errors,  // the grammar reported error nodes; their ranges are recorded
  // Indexed as text, without a syntax tree.
  text,       // no grammar for this kind of file
  oversized,  // larger than the limit for parsing
  // Indexed as text too: its syntax tree was lost. The ledger's detail says how.
  timed_out,          // parsing took longer than it may
  memory_limit,       // its worker needed more memory than it may
  crashed,            // its worker died by a signal such as SIGSEGV, or left without an answer
  aborted,            // its worker gave up with SIGABRT, as a failed assertion does
  killed,             // somebody else killed its worker, each time that it was tried; no fault of the file
  sandbox_violation,  // its worker made a system call that it may not make
  protocol_error,     // its worker said something that cannot be an answer
  // Left out; the ledger's detail says more.
  binary,
  unsupported_encoding,  // UTF-16 or UTF-32
  too_large,             // larger than the limit for reading
  unreadable,            // the system refused
  vanished,              // seen by discovery, gone when it was read
  unstable,              // changed each time while it was read
  not_regular,           // symbolic link, FIFO, socket, device
};
inline constexpr std::array all_outcomes{
    Outcome::parsed,
    Outcome::parsed_with_errors,
    Outcome::text,
    Outcome::oversized,
    Outcome::timed_out,
    Outcome::memory_limit,
    Outcome::crashed,
    Outcome::aborted,
    Outcome::killed,
    Outcome::sandbox_violation,
    Outcome::protocol_error,
    Outcome::binary,
    Outcome::unsupported_encoding,
    Outcome::too_large,
    Outcome::unreadable,
    Outcome::vanished,
    Outcome::unstable,
    Outcome::not_regular,
};
// The name in the ledger and in every output, such as "parsed_with_errors".
[[nodiscard]] std::string_view to_string(Outcome outcome);
// Whether a file with this outcome has chunks in the index.
[[nodiscard]] bool is_indexed(Outcome outcome);
// Whether a file with this outcome would have been cut by its syntax tree, had the parser survived it. It is
// in the index, as text.
[[nodiscard]] bool lost_tree(Outcome outcome);

// What a file that is in the index is besides, by its name and its text: nobody wrote it here. Such a file is
// cut like any other, and found after others. docs/discovery.md has the rules.
enum class Mark : std::uint8_t {
  minified,   // written for a machine to load, by taking out what people need to read it
  generated,  // a program wrote it, and will again; lock files too
  vendored,   // somebody else's, carried along
};
inline constexpr std::array all_marks{Mark::minified, Mark::generated, Mark::vendored};
[[nodiscard]] std::string_view to_string(Mark mark);
[[nodiscard]] std::optional<Mark> mark_from_string(std::string_view name);

// What a chunk or a symbol is; one taxonomy for all languages.
enum class Kind : std::uint8_t {
  text,  // a piece of a file without a syntax tree
  code,  // crumbs of several kinds joined
  comment,
  import,
  module,  // module, namespace or package
  class_,
  struct_,
  union_,
  enum_,
  interface,  // interface, protocol
  trait,
  impl,  // a block that adds members to a type defined elsewhere
  function,
  method,
  constructor,
  macro,
  type,  // alias or other type definition
  constant,
  variable,
  field,
  enumerator,
  property,
};
inline constexpr std::array all_kinds{
    Kind::text,     Kind::code,   Kind::comment,     Kind::import,    Kind::module, Kind::class_,
    Kind::struct_,  Kind::union_, Kind::enum_,       Kind::interface, Kind::trait,  Kind::impl,
    Kind::function, Kind::method, Kind::constructor, Kind::macro,     Kind::type,   Kind::constant,
    Kind::variable, Kind::field,  Kind::enumerator,  Kind::property,
};
[[nodiscard]] std::string_view to_string(Kind kind);
// A function, a method or a constructor.
[[nodiscard]] bool is_callable(Kind kind);
// Whether what is defined directly in it is its members: of a class, an interface, an impl and their like.
[[nodiscard]] bool has_members(Kind kind);
[[nodiscard]] std::optional<Kind> kind_from_string(std::string_view name);

// Who may use a definition, as far as its own text, its name or its place says. docs/chunks.md has what each
// language calls so.
enum class Visibility : std::uint8_t {
  unknown,     // no definition, or its language does not say
  public_,     // whoever can use what is around it
  protected_,  // its class and what derives from it
  internal,    // its package, crate, assembly or the like
  private_,    // its class, its file or the function that it stands in
};
inline constexpr std::array all_visibilities{Visibility::unknown, Visibility::public_, Visibility::protected_,
                                             Visibility::internal, Visibility::private_};
[[nodiscard]] std::string_view to_string(Visibility visibility);
[[nodiscard]] std::optional<Visibility> visibility_from_string(std::string_view name);

// How a name is used.
enum class ReferenceKind : std::uint8_t {
  call,    // called, or an object of it made
  type,    // named as a type: of a value, as a base, as an argument
  import,  // brought in from elsewhere
  other,
};
inline constexpr std::array all_reference_kinds{ReferenceKind::call, ReferenceKind::type,
                                                ReferenceKind::import, ReferenceKind::other};
[[nodiscard]] std::string_view to_string(ReferenceKind kind);
[[nodiscard]] std::optional<ReferenceKind> reference_kind_from_string(std::string_view name);

struct ByteRange {
  std::uint32_t begin = 0;
  std::uint32_t end = 0;

  static constexpr auto fields() {
    return std::tuple{field("begin", &ByteRange::begin), field("end", &ByteRange::end)};
  }
  [[nodiscard]] constexpr std::uint32_t size() const { return end - begin; }
  friend bool operator==(const ByteRange&, const ByteRange&) = default;
};

struct Position {
  std::uint32_t row = 0;
  std::uint32_t column = 0;

  static constexpr auto fields() {
    return std::tuple{field("row", &Position::row), field("column", &Position::column)};
  }
  friend bool operator==(const Position&, const Position&) = default;
};

enum class SizeUnit : std::uint8_t {
  nonspace,  // characters that are not white space
  bytes,
  lines,
  o200k_base,  // tokens of language models, by the published ranks of that name
  cl100k_base,
};
inline constexpr std::array all_size_units{SizeUnit::nonspace, SizeUnit::bytes, SizeUnit::lines,
                                           SizeUnit::o200k_base, SizeUnit::cl100k_base};
[[nodiscard]] constexpr bool counts_tokens(SizeUnit unit) {
  return unit == SizeUnit::o200k_base || unit == SizeUnit::cl100k_base;
}
[[nodiscard]] std::string_view to_string(SizeUnit unit);
[[nodiscard]] std::optional<SizeUnit> size_unit_from_string(std::string_view name);

// Part of the key under which the index remembers a blob's chunks. Raise it when the same bytes come to be
// cut, named or outlined in another way (a rule of a language, a cost, a mended bug), so that no index mixes
// old and new.
inline constexpr const char* cutter_version = "cut6";

// By what one sees, without reading it, that a file is not what it was. As the system gives it: times in
// nanoseconds since 1970.
struct FileStamp {
  std::uint64_t size = 0;
  std::int64_t mtime_ns = 0;
  std::int64_t ctime_ns = 0;
  std::uint64_t inode = 0;
  friend bool operator==(const FileStamp&, const FileStamp&) = default;
};

// What decides where a file is cut and what else is taken from it. Part of the key under which the index
// remembers a blob's chunks.
struct ChunkOptions {
  std::uint32_t max_size = 1500;  // no chunk is larger, in `unit`, unless it is a single character
  std::uint32_t min_size = 300;   // crumbs are joined until they reach this
  SizeUnit unit = SizeUnit::nonspace;
  bool references = false;  // gather them
  bool metrics = false;     // measure functions, and keep the tokens, for `froe check`

  static constexpr auto fields() {
    return std::tuple{field("max_size", &ChunkOptions::max_size), field("min_size", &ChunkOptions::min_size),
                      field("unit", &ChunkOptions::unit), field("references", &ChunkOptions::references),
                      field("metrics", &ChunkOptions::metrics)};
  }
  friend bool operator==(const ChunkOptions&, const ChunkOptions&) = default;
};

// What suits each unit: about as much text as 1,500 characters of code that are not white space.
[[nodiscard]] constexpr ChunkOptions usual_options(SizeUnit unit) {
  switch (unit) {
    case SizeUnit::nonspace: break;
    case SizeUnit::bytes: return {2000, 400, unit};
    case SizeUnit::lines: return {50, 10, unit};
    case SizeUnit::o200k_base:
    case SizeUnit::cl100k_base: return {500, 100, unit};
  }
  return {};
}

// One file to cut. `language` is a name of the registry; empty means: as text.
struct FileTask {
  std::uint64_t sequence = 0;  // position in the order of submission, from 0
  std::string path;
  std::string language;
  std::string content;
  ChunkOptions options;

  static constexpr auto fields() {
    return std::tuple{field("sequence", &FileTask::sequence), field("path", &FileTask::path),
                      field("language", &FileTask::language), field("content", &FileTask::content),
                      field("options", &FileTask::options)};
  }
  friend bool operator==(const FileTask&, const FileTask&) = default;
};

// Identifies a chunk by what it is (language, scope, kind, name, content), not by where it is.
using StableId = std::array<std::uint8_t, 16>;

// A piece of a file. The chunks of a file, in order of `ordinal`, tile it. What is said of a definition is
// said of the one that the chunk is or is a part of; docs/chunks.md describes every field.
struct Chunk {
  std::uint32_t ordinal = 0;
  std::optional<std::uint32_t>
      parent;  // ordinal of the chunk that holds the head of the enclosing definition
  ByteRange range;
  Position begin;
  Position end;  // of the first byte after the chunk
  Kind kind = Kind::text;
  Visibility visibility = Visibility::unknown;
  bool partial = false;          // a part of a definition that did not fit
  bool composite = false;        // holds several definitions side by side, or things of several kinds
  std::uint32_t nesting = 0;     // how many definitions are around it, or around the one that it is a part of
  std::string language;          // of a part of the file in another language; empty: the file's
  std::string name;              // of the definition; empty if there is none
  std::string scope;             // names of the enclosing definitions, joined by the language's separator
  std::string signature;         // the definition's head without its body, on one line
  std::optional<ByteRange> doc;  // the definition's documentation: comments, or a string inside
  std::vector<ByteRange> decorators;   // the definition's attributes, decorators or annotations, in order
  std::vector<std::uint32_t> imports;  // of the file's imports in force those that the text uses, ascending
  StableId id{};

  static constexpr auto fields() {
    return std::tuple{field("ordinal", &Chunk::ordinal),
                      field("parent", &Chunk::parent),
                      field("range", &Chunk::range),
                      field("begin", &Chunk::begin),
                      field("end", &Chunk::end),
                      field("kind", &Chunk::kind),
                      field("visibility", &Chunk::visibility),
                      field("partial", &Chunk::partial),
                      field("composite", &Chunk::composite),
                      field("nesting", &Chunk::nesting),
                      field("language", &Chunk::language),
                      field("name", &Chunk::name),
                      field("scope", &Chunk::scope),
                      field("signature", &Chunk::signature),
                      field("doc", &Chunk::doc),
                      field("decorators", &Chunk::decorators),
                      field("imports", &Chunk::imports),
                      field("id", &Chunk::id)};
  }
  friend bool operator==(const Chunk&, const Chunk&) = default;
};

// One entry of a file's outline, independent of how the file was cut. In order of `range.begin`; parents
// precede their children.
struct Symbol {
  std::optional<std::uint32_t> parent;  // index of the enclosing definition in the same list
  Kind kind = Kind::function;
  Visibility visibility = Visibility::unknown;
  std::string name;
  ByteRange range;               // the whole definition
  ByteRange name_range;          // where the name stands
  std::optional<ByteRange> doc;  // its documentation, which ends before `range` or lies inside it
  Position begin;                // of `range`
  Position end;

  static constexpr auto fields() {
    return std::tuple{field("parent", &Symbol::parent),
                      field("kind", &Symbol::kind),
                      field("visibility", &Symbol::visibility),
                      field("name", &Symbol::name),
                      field("range", &Symbol::range),
                      field("name_range", &Symbol::name_range),
                      field("doc", &Symbol::doc),
                      field("begin", &Symbol::begin),
                      field("end", &Symbol::end)};
  }
  friend bool operator==(const Symbol&, const Symbol&) = default;
};

// A name that an import statement brings into a file: an alias, if it is given one there.
struct Import {
  std::string name;
  ByteRange range;  // of the whole statement, which may bring others

  static constexpr auto fields() {
    return std::tuple{field("name", &Import::name), field("range", &Import::range)};
  }
  friend bool operator==(const Import&, const Import&) = default;
};

// Longer than any name that a person wrote.
inline constexpr std::size_t longest_reference = 200;

// A name where it is used. Never one where it is defined.
struct Reference {
  ReferenceKind kind = ReferenceKind::call;
  std::string name;  // the text of `range`: not empty, without white space, at most `longest_reference` bytes
  ByteRange range;
  Position begin;                       // of `range`
  std::optional<std::uint32_t> symbol;  // the innermost around it, by its place in the outline

  static constexpr auto fields() {
    return std::tuple{field("kind", &Reference::kind), field("name", &Reference::name),
                      field("range", &Reference::range), field("begin", &Reference::begin),
                      field("symbol", &Reference::symbol)};
  }
  friend bool operator==(const Reference&, const Reference&) = default;
};

// How involved a function is. docs/check.md defines each number and says where it comes from.
struct Metrics {
  std::uint32_t symbol = 0;      // the function, by its place in the outline
  std::uint32_t parameters = 0;  // that it declares
  std::uint32_t nesting = 0;     // how deep its control structures go into each other; 0: there is none
  std::uint32_t cyclomatic = 1;  // decisions and one (McCabe)
  std::uint32_t cognitive = 0;   // breaks of the linear flow, the dearer the deeper (Campbell)

  static constexpr auto fields() {
    return std::tuple{field("symbol", &Metrics::symbol), field("parameters", &Metrics::parameters),
                      field("nesting", &Metrics::nesting), field("cyclomatic", &Metrics::cyclomatic),
                      field("cognitive", &Metrics::cognitive)};
  }
  friend bool operator==(const Metrics&, const Metrics&) = default;
};

// What is known of a file after it was cut. The only thing that a worker sends back for a FileTask.
struct FileResult {
  std::uint64_t sequence = 0;
  Outcome outcome = Outcome::text;
  std::string detail;             // why, in a few words, where the outcome alone does not say
  std::vector<ByteRange> errors;  // what the grammar could not read, outermost error nodes in order
  std::vector<Chunk> chunks;
  std::vector<Symbol> symbols;
  std::vector<Import> imports;          // in order of their statements
  std::vector<Reference> references;    // in order; none unless the task asks for them
  std::vector<Metrics> metrics;         // in order of their symbols; none unless the task asks for them
  std::string tokens;                   // of code, as froe/token_stream.hpp writes them; likewise
  std::uint64_t parse_nanoseconds = 0;  // wall time; 0 for text
  std::uint64_t chunk_nanoseconds = 0;

  static constexpr auto fields() {
    return std::tuple{field("sequence", &FileResult::sequence),
                      field("outcome", &FileResult::outcome),
                      field("detail", &FileResult::detail),
                      field("errors", &FileResult::errors),
                      field("chunks", &FileResult::chunks),
                      field("symbols", &FileResult::symbols),
                      field("imports", &FileResult::imports),
                      field("references", &FileResult::references),
                      field("metrics", &FileResult::metrics),
                      field("tokens", &FileResult::tokens),
                      field("parse_nanoseconds", &FileResult::parse_nanoseconds),
                      field("chunk_nanoseconds", &FileResult::chunk_nanoseconds)};
  }
  friend bool operator==(const FileResult&, const FileResult&) = default;
};

static_assert(PortableRecord<FileTask> && PortableRecord<FileResult>);

}  // namespace froe
