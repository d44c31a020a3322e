#include "chunk/metrics.hpp"

#include <algorithm>

#include "chunk/survey.hpp"

namespace froe::chunk {

using language::Measure;

Meter::Meter(const Outline& outline, std::string_view source, std::vector<Measured>& functions)
    : source_(source), functions_(functions), frames_(1) {
  for (const auto& definition : outline.definitions) {
    // A declaration has nothing to measure.
    if (is_callable(definition.kind) && definition.body) {
      definitions_.try_emplace(definition.node, &definition);
    }
  }
}

void Meter::enter(syntax::Node node, const syntax::Rule* rule) {
  const auto above = frames_.back();
  Frame frame;
  frame.function = above.function;
  frame.body = above.body;
  const bool is_flat = above.flat != nullptr && node.raw().id == above.flat;
  frame.nesting = is_flat ? above.flat_nesting : above.nesting;
  frame.depth = is_flat ? above.flat_depth : above.depth;
  if (!begin_function(node, frame) && frame.function != none) {
    if (above.logical && !node.is_named()) {
      add_operator(node, above);
    } else if (rule != nullptr) {
      apply(*rule, node, above, frame);
    }
  }
  frames_.push_back(frame);
}

bool Meter::begin_function(syntax::Node node, Frame& frame) {
  auto found = definitions_.find(node.raw().id);
  if (found == definitions_.end()) return false;
  const auto& definition = *found->second;
  frame = {};
  frame.function = static_cast<std::uint32_t>(functions_.size());
  frame.body = *definition.body;
  functions_.push_back({definition.range, {}});
  has_list_.push_back(false);
  definitions_.erase(found);
  return true;
}

void Meter::add_operator(syntax::Node node, const Frame& above) {
  auto& metrics = functions_[above.function].metrics;
  ++metrics.cyclomatic;
  auto& last = runs_[above.run];
  if (last != node.symbol()) ++metrics.cognitive;
  last = node.symbol();
}

void Meter::apply(const syntax::Rule& rule, syntax::Node node, const Frame& above, Frame& frame) {
  auto& metrics = functions_[frame.function].metrics;
  // Costs the more the deeper it is, and so does what is inside of it.
  auto nest = [&](bool decides, bool is_statement) {
    if (decides) ++metrics.cyclomatic;
    metrics.cognitive += 1 + frame.nesting;
    if (auto flat = rule.body.find(node, source_)) {
      frame.flat = flat->raw().id;
      frame.flat_nesting = frame.nesting;
      frame.flat_depth = frame.depth;
    }
    ++frame.nesting;
    if (is_statement) metrics.nesting = std::max(metrics.nesting, ++frame.depth);
  };
  switch (rule.measure) {
    case Measure::branch:
    case Measure::loop:
    case Measure::handler: nest(true, true); return;
    case Measure::switch_: nest(false, true); return;
    case Measure::conditional: nest(true, false); return;
    case Measure::case_:
    case Measure::else_if: ++metrics.cyclomatic; return;
    case Measure::else_:
    case Measure::jump: ++metrics.cognitive; return;
    case Measure::elif:
      ++metrics.cyclomatic;
      ++metrics.cognitive;
      return;
    case Measure::logical:
      frame.logical = true;
      frame.run = above.run;
      if (frame.run == none) {
        frame.run = static_cast<std::uint32_t>(runs_.size());
        runs_.push_back(0);
      }
      return;
    case Measure::group: frame.run = above.run; return;
    case Measure::closure: {
      // The function itself may be a node below the definition that names it.
      const auto range = node.range();
      const bool is_own = range.begin <= frame.body && frame.body < range.end;
      if (is_own) return;
      ++frame.nesting;
      metrics.nesting = std::max(metrics.nesting, ++frame.depth);
      return;
    }
    case Measure::parameters:
      if (has_list_[frame.function] || node.range().begin >= frame.body) return;
      has_list_[frame.function] = true;
      metrics.parameters = static_cast<std::uint32_t>(rule.name.find_all(node, source_).size());
      return;
  }
}

}  // namespace froe::chunk
