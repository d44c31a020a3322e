// What each type of frame carries: the one list of the records that cross between froe and its workers. The
// tools that look at a conversation from outside (`froe frame`, `froe doctor`) are driven by it.
#pragma once

#include <cstddef>
#include <tuple>
#include <utility>

#include "froe/document.hpp"
#include "froe/execute.hpp"
#include "froe/record.hpp"
#include "froe/wire.hpp"

namespace froe::execute {

template <wire::FrameType frame_type, class RecordType>
struct Message {
  static constexpr wire::FrameType type = frame_type;
  using Record = RecordType;
};

using Messages =
    std::tuple<Message<wire::FrameType::start, WorkerSpec>, Message<wire::FrameType::ready, WorkerReady>,
               Message<wire::FrameType::task, FileTask>, Message<wire::FrameType::result, FileResult>,
               Message<wire::FrameType::question, DocumentTask>,
               Message<wire::FrameType::answer, DocumentResult>>;

// Calls `visit` with a Message of each type, in the order of the types.
template <class Visitor>
constexpr void for_each_message(Visitor&& visit) {
  [&]<std::size_t... I>(std::index_sequence<I...>) {
    (visit(std::tuple_element_t<I, Messages>{}), ...);
  }
  (std::make_index_sequence<std::tuple_size_v<Messages>>());
}

static_assert(
    [] {
      std::size_t at = 0;
      bool all = true;
      for_each_message([&]<class One>(One) { all = all && One::type == wire::all_frame_types[at++]; });
      return all && at == wire::all_frame_types.size();
    }(),
    "each type of frame has its record here");

}  // namespace froe::execute
