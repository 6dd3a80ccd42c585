// The selection methods: what stands before the colon of a criterion.
//
// A method is one function in one file, method_NAME.cc; the table in method.cc names them all. It gives the nodes whose
// own properties match the criterion's value, nothing else: walks along the graph, tests and set operations are the
// evaluator's. A method looks at graph members (SelectionIndex::members) only.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "diagnostic/error.h"
#include "graph/node_set.h"
#include "selection/expression.h"
#include "selection/index.h"
#include "selection/previous_state.h"
#include "selection/project_files.h"

namespace plowline {

struct MethodContext {
  SelectionIndex& index;
  ProjectFiles& files;
  const PreviousState* previous;  // may be null
  // The nodes of all YAML selectors whose name matches a glob, selected in full: with their tests and without what
  // the command leaves out.
  std::function<Result<NodeSet>(std::string_view)> named_selectors;

  NodeSet none() const { return NodeSet(index.project().size()); }
};

using Method = Result<NodeSet> (*)(MethodContext& context, const Criterion& criterion);

// Null for an unknown name.
Method find_method(std::string_view name);

Result<NodeSet> select_by_access(MethodContext& context, const Criterion& criterion);
Result<NodeSet> select_by_config(MethodContext& context, const Criterion& criterion);
Result<NodeSet> select_by_exposure(MethodContext& context, const Criterion& criterion);
Result<NodeSet> select_by_file(MethodContext& context, const Criterion& criterion);
Result<NodeSet> select_by_fqn(MethodContext& context, const Criterion& criterion);
Result<NodeSet> select_by_group(MethodContext& context, const Criterion& criterion);
Result<NodeSet> select_by_metric(MethodContext& context, const Criterion& criterion);
Result<NodeSet> select_by_package(MethodContext& context, const Criterion& criterion);
Result<NodeSet> select_by_path(MethodContext& context, const Criterion& criterion);
Result<NodeSet> select_by_resource_type(MethodContext& context, const Criterion& criterion);
Result<NodeSet> select_by_result(MethodContext& context, const Criterion& criterion);
Result<NodeSet> select_by_saved_query(MethodContext& context, const Criterion& criterion);
Result<NodeSet> select_by_selector(MethodContext& context, const Criterion& criterion);
Result<NodeSet> select_by_semantic_model(MethodContext& context, const Criterion& criterion);
Result<NodeSet> select_by_source(MethodContext& context, const Criterion& criterion);
Result<NodeSet> select_by_source_status(MethodContext& context, const Criterion& criterion);
Result<NodeSet> select_by_state(MethodContext& context, const Criterion& criterion);
Result<NodeSet> select_by_tag(MethodContext& context, const Criterion& criterion);
Result<NodeSet> select_by_test_name(MethodContext& context, const Criterion& criterion);
Result<NodeSet> select_by_test_type(MethodContext& context, const Criterion& criterion);
Result<NodeSet> select_by_unit_test(MethodContext& context, const Criterion& criterion);
Result<NodeSet> select_by_version(MethodContext& context, const Criterion& criterion);

// For methods whose value is `name` or `package.name` (globs): the nodes of `type` that it means.
Result<NodeSet> select_by_package_and_name(MethodContext& context, const Criterion& criterion, ResourceType type);

}  // namespace plowline
