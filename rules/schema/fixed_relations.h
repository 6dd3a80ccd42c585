// Nodes that stay in the earlier manifest's tables although this manifest is for another target: a run on one target
// overwrites what belongs to the other. By what holds them there three rules report them (and, for models with a
// Snowplow package's tag, a fourth).
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "lint/lint_project.h"
#include "lint/rule.h"
#include "rules/schema/targets.h"

namespace plowline {

struct FixedRelation {
  enum class By : std::uint8_t {
    kSchema,    // the node's schema config
    kDatabase,  // its database config
    kNeither,   // no config of its own: a macro, or the profile
  };
  NodeId id;
  Relation relation;
  By by = By::kNeither;
  // The node of the earlier manifest whose relation it is. Nothing for a node that is new: it lies among the tables of
  // the other target, in a schema that this one does not use otherwise.
  std::optional<NodeId> previous;
  bool other_node = false;  // `previous` is another node than this one
};

// An index (LintProject::index<FixedRelations>()). Empty where the targets do not differ. Cost: one pass over the
// nodes.
class FixedRelations {
 public:
  explicit FixedRelations(const LintProject& project);
  // In the order of their ids.
  const std::vector<FixedRelation>& all() const { return all_; }

 private:
  std::vector<FixedRelation> all_;
};

// Reports those that are held by `by`, without models that carry a Snowplow package's tag. Four or more in one schema
// are one finding, at the first of them.
void report_fixed_relations(const LintProject& project, const RuleScope& scope, FixedRelation::By by,
                            Violations& violations);

// `the target moves others from shop.prod_derived to shop.staging_derived`.
std::string typical_move(const Targets& targets);

// Whether a Snowplow package counts the model.
bool carries_package_tag(const LintProject& project, NodeId id);

}  // namespace plowline
