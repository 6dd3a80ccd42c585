// Who relies on a column: what breaks, or may break, when it goes away or becomes another.
//
// A manifest knows which nodes read a model, not which columns they read. So the code of those that read it is searched
// for the column's name (sql_words.h); exposures do not say what they show and count as soon as they depend on the
// model. What the current manifest holds counts: who was changed along with the column does not name it any more.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "lint/lint_project.h"

namespace plowline {

struct ColumnConsumer {
  enum class Kind : std::uint8_t {
    kModel,  // models, snapshots and analyses whose code or config names it
    kTest,   // generic tests on it, or with it as an argument; singular tests that name it
    kUnitTest,
    kExposure,
    kSemanticModel,
    kContract,  // the model's own, enforced by the earlier manifest: `node` is the model
  };
  Kind kind;
  NodeId node;
};

// The consumers of `column` of `node`, by kind, then in the order of ids, each once. Models that hand all columns on
// (`select *`) are looked through. The contract is among them where `project` has a state. Cost: the code of the
// node's children is scanned.
std::vector<ColumnConsumer> consumers_of(const LintProject& project, NodeId node, std::string_view column);

// For messages: `the models a and b, the exposure weekly and the contract`; empty for none.
std::string shown(const LintProject& project, const std::vector<ColumnConsumer>& consumers);

}  // namespace plowline
