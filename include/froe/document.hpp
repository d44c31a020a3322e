// What is asked about a document that is being edited, and the answer: the records that cross between a
// server and the process that keeps its syntax trees.
#pragma once

#include <cstdint>
#include <vector>

#include "froe/record.hpp"

namespace froe {

// The whole text, each time: what is common with the text that was asked about before under the same path is
// found again at the speed of memory, and a process that has to be replaced knows nothing that would be
// missed.
struct DocumentTask {
  FileTask file;                  // `path` names the document
  bool cut = false;               // into chunks, and with references if the options say so
  bool folds = false;             // what can be folded
  std::vector<std::uint32_t> at;  // offsets: which nodes are around them

  static constexpr auto fields() {
    return std::tuple{field("file", &DocumentTask::file), field("cut", &DocumentTask::cut),
                      field("folds", &DocumentTask::folds), field("at", &DocumentTask::at)};
  }
  friend bool operator==(const DocumentTask&, const DocumentTask&) = default;
};

struct DocumentResult {
  FileResult file;                             // without chunks and references unless they were asked for
  std::vector<ByteRange> folds;                // of named nodes on several lines, in order
  std::vector<std::vector<ByteRange>> around;  // for each offset, innermost first, each larger than the last

  static constexpr auto fields() {
    return std::tuple{field("file", &DocumentResult::file), field("folds", &DocumentResult::folds),
                      field("around", &DocumentResult::around)};
  }
  friend bool operator==(const DocumentResult&, const DocumentResult&) = default;
};

static_assert(PortableRecord<DocumentTask> && PortableRecord<DocumentResult>);

}  // namespace froe
