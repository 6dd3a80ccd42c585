// Which tables of Snowplow's packages a model's own code reads.
//
// Read is what stands in the SQL as `{{ ref('…') }}`. A ref() in a comment (`-- depends_on`), in a Jinja statement, or
// as an argument of a macro such as return_limits_from_model makes an edge as well, but the rows are not read by it.
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

#include "lint/finding.h"
#include "lint/lint_project.h"
#include "lint/rule_scope.h"

namespace plowline {

struct PackageRead {
  NodeId table;  // an enabled model, seed or snapshot of the package
  const SnowplowPackage* package;
  std::size_t offset;  // of the Jinja expression
  std::size_t length;
};

// In the order of the code, each as often as it stands there. Cost: nothing for what has no package's node among its
// parents; else that of the code.
std::vector<PackageRead> package_reads(const LintProject& project, NodeId reader);

// How many relations the code reads by ref() or source() in its SQL, of packages or not.
std::size_t count_relations(const SqlText& sql);

// The call that an expression consists of: `ref` of `{{ ref('x') }}`, nothing of `{{ star(ref('x')) }}`.
bool begins_with_call(std::string_view expression, std::string_view name);

// The enabled models of the scope that are no package's own and read tables of packages, in the order of their ids.
// Cost: one pass over the edges.
std::vector<NodeId> own_models_below_packages(const LintProject& project, const RuleScope& scope);

}  // namespace plowline
