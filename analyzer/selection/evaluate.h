// Evaluating an expression tree, step by step in dbt's order.
//
// For each criterion: the method's nodes; then what its graph operators add; then the tests of all those, by the
// criterion's indirect selection. Tests that were not added (a parent is missing) are held back beside the result.
// Unions, intersections and differences combine both, the nodes and what is held back; where they carry an indirect
// selection of their own (command line only), cautious and buildable try the held-back tests again against the
// combined nodes. So `--select "a b"` can hold a test that neither `a` nor `b` holds alone.
#pragma once

#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "diagnostic/error.h"
#include "graph/node_set.h"
#include "selection/expression.h"
#include "selection/index.h"
#include "selection/method.h"
#include "selection/named_selectors.h"
#include "selection/resource_types.h"

namespace plowline {

// What one criterion did; kept where a selection is to be explained.
struct CriterionTrace {
  Criterion criterion;
  NodeSet matched;    // by the method
  NodeSet selected;   // with what the graph operators add
  NodeSet direct;     // with tests
  NodeSet held_back;  // with tests that miss a parent
};

class Evaluator {
 public:
  struct Inputs {
    SelectionIndex& index;
    ProjectFiles& files;
    const PreviousState* previous;  // may be null
    NamedSelectors& selectors;
    const ResourceTypes& types;
    IndirectSelection indirect;  // for criteria of YAML selectors that name none
    Warnings& warnings;
  };

  // Everything in `inputs` must outlive the evaluator.
  explicit Evaluator(const Inputs& inputs);

  // The selected nodes of the kinds that are kept. A part between blanks that selects nothing: dbt's warning.
  Result<NodeSet> select(const Expression& expression);

  // From now on notes what each criterion does that adds to the selection (not those that are excluded).
  void trace_into(std::vector<CriterionTrace>* traces) { traces_ = traces; }

 private:
  struct Sets {
    NodeSet direct;
    NodeSet with_held_back;  // direct, and the tests that were held back
  };

  Result<Sets> evaluate(const Expression& expression);
  Result<Sets> evaluate_criterion(const Criterion& criterion);
  Result<Sets> evaluate_parts(const Expression& expression);
  NodeSet neighbours(const Criterion& criterion, const NodeSet& matched) const;
  Sets add_tests(const NodeSet& selected, IndirectSelection indirect) const;
  NodeSet retry_tests(NodeSet direct, const NodeSet& with_held_back, IndirectSelection indirect) const;
  bool holds_parents(const NodeSet& nodes, NodeId id) const;
  Result<NodeSet> named_selectors(std::string_view glob);

  Inputs inputs_;
  const Project& project_;
  const NodeSet& members_;
  MethodContext context_;
  std::vector<CriterionTrace>* traces_ = nullptr;
  std::vector<std::string> active_selectors_;  // named selectors that are being evaluated, outermost first
  // YAML selectors share parts; each is evaluated once.
  std::unordered_map<const Expression*, Sets> shared_;
};

}  // namespace plowline
