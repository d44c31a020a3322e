#include "store/told_tokenizer.hpp"

#include <algorithm>
#include <cstddef>
#include <memory>
#include <new>

namespace froe::store {

// FTS5 makes one for each of its tables.
struct ToldTokenizer::Instance {
  const ToldTokenizer& told;
  Fts5Tokenizer* original = nullptr;
};

void ToldTokenizer::take_place(Connection& connection) {
  fts5_api* api = find_fts5(connection);
  if (api == nullptr) return;
  fts5_tokenizer functions{.xCreate = create, .xDelete = remove, .xTokenize = tokenize};
  if (api->xFindTokenizer(api, fts5_tokenizer_name, &original_context_, &original_) != SQLITE_OK ||
      api->xCreateTokenizer(api, fts5_tokenizer_name, this, &functions, nullptr) != SQLITE_OK) {
    connection.fail({ErrorKind::internal, "cannot replace SQLite's tokenizer `porter`"});
  }
}

int ToldTokenizer::create(void* told, const char** arguments, int count, Fts5Tokenizer** created) {
  const auto& self = *static_cast<const ToldTokenizer*>(told);
  std::unique_ptr<Instance> instance(new (std::nothrow) Instance{self});
  if (!instance) return SQLITE_NOMEM;
  const int code = self.original_.xCreate(self.original_context_, arguments, count, &instance->original);
  if (code == SQLITE_OK) *created = reinterpret_cast<Fts5Tokenizer*>(instance.release());
  return code;
}

void ToldTokenizer::remove(Fts5Tokenizer* instance) {
  const std::unique_ptr<Instance> self(reinterpret_cast<Instance*>(instance));
  self->told.original_.xDelete(self->original);
}

int ToldTokenizer::tell(const TextTerms& known, void* context, OnToken on_token) {
  const char* term = known.terms;
  for (const std::uint32_t size : known.sizes) {
    // Where a term stands is for those who ask for it, which an index does not.
    const int code = on_token(context, 0, term, static_cast<int>(size), 0, 0);
    if (code != SQLITE_OK) return code;
    term += size;
  }
  return SQLITE_OK;
}

int ToldTokenizer::tokenize(Fts5Tokenizer* instance, void* context, int flags, const char* text, int size,
                            OnToken on_token) {
  const auto& self = *reinterpret_cast<const Instance*>(instance);
  const ToldTokenizer& told = self.told;
  if (told.row_ != nullptr) {
    const std::string_view asked(text, static_cast<std::size_t>(size));
    const auto known = std::ranges::find(*told.row_, asked, &TextTerms::text);
    if (known != told.row_->end()) return tell(*known, context, on_token);
  }
  return told.original_.xTokenize(self.original, context, flags, text, size, on_token);
}

}  // namespace froe::store
