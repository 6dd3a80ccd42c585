#include "rules/schema/fixed_relations.h"

#include <algorithm>
#include <fmt/format.h>
#include <map>
#include <unordered_map>

#include "snowplow/checks.h"

namespace plowline {
namespace {

using By = FixedRelation::By;

// From so many in one schema on it is one mistake, made in one place.
constexpr std::size_t kGroup = 4;

By held_by(const Targets& targets, const NodeConfig& config) {
  const bool schema = !config.schema.empty() || !member_of(config.whole, "target_schema").empty();
  const bool database = !config.database.empty();
  if (targets.change_schemas() && schema) return By::kSchema;
  if (targets.change_databases() && database) return By::kDatabase;
  return By::kNeither;
}

// The earlier manifest's relations by what they are called.
class EarlierRelations {
 public:
  explicit EarlierRelations(const LintProject& state) : state_(state) {
    for (std::uint32_t i = 0; i < state.project().size(); ++i) {
      if (const auto relation = relation_of(state, NodeId{i})) nodes_.emplace(hash_of(*relation), NodeId{i});
    }
  }

  // The node of that relation; the one with `unique_id` before others.
  std::optional<NodeId> find(const Relation& relation, std::string_view unique_id) const {
    std::optional<NodeId> found;
    const auto [begin, end] = nodes_.equal_range(hash_of(relation));
    for (auto at = begin; at != end; ++at) {
      if (!relation_of(state_, at->second)->same(relation)) continue;
      if (state_.node(at->second).unique_id == unique_id) return at->second;
      if (!found || index_of(at->second) < index_of(*found)) found = at->second;
    }
    return found;
  }

 private:
  const LintProject& state_;
  std::unordered_multimap<std::size_t, NodeId> nodes_;
};

std::string_view config_key(By by) {
  return by == By::kDatabase ? "database" : "schema";
}

std::string reason_of(By by) {
  switch (by) {
    case By::kSchema:
      return "its schema config holds it there";
    case By::kDatabase:
      return "its database config holds it there";
    case By::kNeither:
      break;
  }
  return "no config of its own holds it there, so a macro (generate_schema_name) or the profile does";
}

std::string message_of(const LintProject& project, const FixedRelation& fixed) {
  const std::string name = printable(project.node(fixed.id).name);
  const std::string move = typical_move(project.index<Targets>());
  if (!fixed.previous) {
    return fmt::format(
        "{} is new and lies in {}, among the state's tables, although {}: {}, and a run on this target "
        "writes there",
        name, shown_place(fixed.relation), move, reason_of(fixed.by));
  }
  if (fixed.other_node) {
    return fmt::format(
        "{} is {}, which is the relation of {} in the state, although {}: a run on this target overwrites "
        "that table",
        name, shown(fixed.relation), printable(project.state()->node(*fixed.previous).unique_id), move);
  }
  return fmt::format(
      "{} is {} here and in the state, although {}: {}, and a run on this target overwrites the other "
      "target's table",
      name, shown(fixed.relation), move, reason_of(fixed.by));
}

std::string message_of(const LintProject& project, const std::vector<const FixedRelation*>& group) {
  std::vector<std::string_view> names;
  for (const FixedRelation* fixed : group) names.push_back(project.node(fixed->id).name);
  const FixedRelation& first = *group.front();
  std::string reason = "their schema configs hold them there";
  if (first.by == By::kDatabase) reason = "their database configs hold them there";
  if (first.by == By::kNeither) reason = "no configs of theirs hold them there, so a macro or the profile does";
  return fmt::format(
      "{} nodes ({}) lie in {} here and in the state, although {}: {}, and a run on this target overwrites "
      "the other target's tables",
      group.size(), name_list(names), shown_place(first.relation), typical_move(project.index<Targets>()), reason);
}

}  // namespace

FixedRelations::FixedRelations(const LintProject& project) {
  if (project.state() == nullptr) return;
  const Targets& targets = project.index<Targets>();
  if (!targets.differ()) return;
  const EarlierRelations earlier(*project.state());
  for (std::uint32_t i = 0; i < project.project().size(); ++i) {
    const NodeId id{i};
    const auto relation = relation_of(project, id);
    if (!relation) continue;
    const auto previous = earlier.find(*relation, project.node(id).unique_id);
    const bool fresh = !previous && !project.in_state(id) && targets.belongs_to_state(*relation);
    if (!previous && !fresh) continue;
    const bool other = previous && project.state()->node(*previous).unique_id != project.node(id).unique_id;
    all_.push_back({id, *relation, held_by(targets, project.config(id)), previous, other});
  }
}

void report_fixed_relations(const LintProject& project, const RuleScope& scope, By by, Violations& violations) {
  std::vector<std::vector<const FixedRelation*>> groups;
  std::map<std::size_t, std::size_t> places;
  for (const FixedRelation& fixed : project.index<FixedRelations>().all()) {
    if (fixed.by != by || !scope.contains(fixed.id) || carries_package_tag(project, fixed.id)) continue;
    const std::size_t place = hash_of_place(fixed.relation);
    const bool alone = !fixed.previous || fixed.other_node;
    const auto [at, first] = alone ? std::pair(places.end(), true) : places.emplace(place, groups.size());
    if (first) {
      groups.push_back({&fixed});
    } else {
      groups[at->second].push_back(&fixed);
    }
  }
  const auto report = [&](const FixedRelation& at, std::string message, std::string key) {
    violations.push_back({.node = at.id,
                          .message = std::move(message),
                          .at = by == By::kNeither ? Anchor{} : Anchor::config(std::string(config_key(by))),
                          .key = std::move(key)});
  };
  for (const auto& group : groups) {
    if (group.size() >= kGroup) {
      report(*group.front(), message_of(project, group), "schema " + shown_place(group.front()->relation));
      continue;
    }
    for (const FixedRelation* fixed : group) report(*fixed, message_of(project, *fixed), {});
  }
}

std::string typical_move(const Targets& targets) {
  const PlacedPair* typical = targets.typical();
  if (typical == nullptr) return {};
  return fmt::format("the target moves others from {} to {}", shown_place(typical->before), shown_place(typical->now));
}

bool carries_package_tag(const LintProject& project, NodeId id) {
  const NodeRecord& node = project.node(id);
  if (node.resource_type != ResourceType::kModel || node.tags.empty()) return false;
  return !project.snowplow().tagging(project.project(), id).empty();
}

}  // namespace plowline
