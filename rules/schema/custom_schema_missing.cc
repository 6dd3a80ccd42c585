#include <fmt/format.h>
#include <map>
#include <tuple>

#include "lint/rule.h"
#include "rules/schema/custom_schema.h"
#include "rules/schema/fixed_relations.h"
#include "rules/schema/moves.h"
#include "rules/schema/written_config.h"
#include "snowplow/checks.h"

namespace plowline {
namespace {

// From so many on it is one change, made in one place.
constexpr std::size_t kGroup = 4;

struct SchemaChange {
  std::string_view before;  // custom schemas; one of the two is empty
  std::string_view now;
  bool operator<(const SchemaChange& other) const { return std::tie(before, now) < std::tie(other.before, other.now); }
};

std::string what_changed(const SchemaChange& change, bool several) {
  if (change.now.empty()) {
    return fmt::format("{} no custom schema any more (it was {})", several ? "have" : "has", printable(change.before));
  }
  return fmt::format("{} the custom schema {} now and had none", several ? "have" : "has", printable(change.now));
}

void report(const LintProject& project, const SchemaChange& change, const std::vector<NodeId>& nodes,
            Violations& violations) {
  const Targets& targets = project.index<Targets>();
  const auto one = [&](NodeId id) {
    const PlacedPair* pair = targets.pair_of(id);
    const PlacedPair* companion = pair == nullptr ? nullptr : targets.companion_of(*pair);
    const std::string name = printable(project.node(id).name);
    std::string where;
    if (pair != nullptr) where = fmt::format(", so it lies in {}", shown_place(pair->now));
    if (companion != nullptr && !companion->now.same_place(pair->now)) {
      where += fmt::format(" and not, like {}, in {}", printable(project.node(companion->id).name),
                           shown_place(companion->now));
    }
    return fmt::format("{} {}{}: when that goes live, {}", name, what_changed(change, false), where,
                       left_behind(project, id));
  };
  const auto add = [&](NodeId id, std::string message, std::string key) {
    Violation violation{
        .node = id, .message = std::move(message), .at = Anchor::config("schema"), .key = std::move(key)};
    if (change.now.empty() && nodes.size() < kGroup) {
      violation.fix = shared_fix({.kind = Fix::Kind::kSetConfig, .key = "schema", .value = std::string(change.before)});
    }
    violations.push_back(std::move(violation));
  };
  if (nodes.size() >= kGroup) {
    add(nodes.front(),
        fmt::format("{} nodes ({}) {}: when that goes live, dbt builds them in other schemas, incremental models and "
                    "snapshots from nothing, and leaves the old tables behind, which nobody updates any more",
                    nodes.size(), name_list(project.project(), nodes), what_changed(change, true)),
        fmt::format("{} to {}", change.before, change.now));
    return;
  }
  for (const NodeId id : nodes) add(id, one(id), "schema");
}

void check_against_state(const LintProject& project, const RuleScope& scope, Violations& violations) {
  std::map<SchemaChange, std::vector<NodeId>> changes;
  for (const auto& [id, previous] : project.index<DifferingNodes>().configs) {
    if (!scope.contains(id) || !relation_of(project, id)) continue;
    if (!custom_schema_differs(project, id, previous)) continue;
    changes[{project.state()->config(previous).schema, project.config(id).schema}].push_back(id);
  }
  for (const auto& [change, nodes] : changes) report(project, change, nodes, violations);
}

// The models of one folder.
struct Folder {
  std::vector<NodeId> without;
  NodeId with{};  // one of those with the custom schema `schema`
  std::size_t others = 0;
  std::string_view schema;
  bool agree = true;
};

bool is_own_model(const LintProject& project, NodeId id) {
  return project.project().type(id) == ResourceType::kModel && project.is_own(id) && relation_of(project, id);
}

// The folders in which a model of the scope has no custom schema.
std::map<std::string_view, Folder> folders_of_scope(const LintProject& project, const RuleScope& scope) {
  std::map<std::string_view, Folder> folders;
  scope.for_each(ResourceType::kModel, [&](NodeId id) {
    if (is_own_model(project, id) && project.config(id).schema.empty())
      folders.try_emplace(folder_of(project.node(id)));
  });
  return folders;
}

// One model without a custom schema among others that all have the same.
void check_siblings(const LintProject& project, const RuleScope& scope, Violations& violations) {
  auto folders = folders_of_scope(project, scope);
  if (folders.empty()) return;
  for (std::uint32_t i = 0; i < project.project().size(); ++i) {
    const NodeId id{i};
    if (project.project().type(id) != ResourceType::kModel) continue;
    const auto found = folders.find(folder_of(project.node(id)));
    if (found == folders.end() || !is_own_model(project, id)) continue;
    Folder& folder = found->second;
    const std::string_view schema = project.config(id).schema;
    if (schema.empty()) {
      folder.without.push_back(id);
    } else {
      if (folder.others++ == 0) {
        folder.schema = schema;
        folder.with = id;
      }
      folder.agree = folder.agree && folder.schema == schema;
    }
  }
  for (const auto& [path, folder] : folders) {
    constexpr std::size_t kEnough = 2;
    if (folder.without.size() != 1 || folder.others < kEnough || !folder.agree) continue;
    const NodeId id = folder.without.front();
    if (!scope.contains(id) || schema_is_written(project, id) || project.in_state(id)) continue;
    if (carries_package_tag(project, id)) continue;
    violations.push_back(
        {.node = id,
         .message =
             fmt::format("{} has no custom schema, while the {} other models in {} have {}: it is built in {} and "
                         "not beside {} in {}",
                         printable(project.node(id).name), folder.others, printable(path), printable(folder.schema),
                         shown_place(*relation_of(project, id)), printable(project.node(folder.with).name),
                         shown_place(*relation_of(project, folder.with))),
         .at = Anchor::config("schema"),
         .key = "schema",
         .fix = shared_fix({.kind = Fix::Kind::kSetConfig, .key = "schema", .value = std::string(folder.schema)})});
  }
}

Result<void> check(const LintProject& project, const RuleScope& scope, const NoOptions&, Violations& violations) {
  if (project.state() != nullptr) check_against_state(project, scope, violations);
  check_siblings(project, scope, violations);
  return {};
}

const RegisterRule<> rule{
    {.name = "schema-custom-schema-missing",
     .subject = "schema",
     .summary = "a node lost its custom schema, or lacks the one that its neighbours have",
     .what =
         "With an earlier manifest (`--state`), finds nodes whose `schema` config is set in one of the two and not in "
         "the other, unless a condition on the target makes the difference; four or more with the same change are one "
         "finding. In any case, finds a new model without a custom schema in a folder where all other models (two or "
         "more) have the same one; an explicit `schema: null` is taken as meant. Models with a Snowplow package's tag "
         "are left to `snowplow-schema-not-matching`.",
     .why =
         "Without the config a node lies in the target's own schema. What reads the schema that its neighbours lie in "
         "(grants, dashboards, the script that moves tables into production) does not find it there.",
     .example = R"(```sql
-- models/marts/customers.sql; the other models of the folder have it
{{ config(materialized='table') }}
```)",
     .use_instead = R"(```sql
{{ config(materialized='table', schema='marts') }}
```)",
     .basis = "dbt: `generate_schema_name` gives a node without a custom schema the target's own schema.",
     .severity = Severity::kWarn,
     .presets = kRecommended,
     .fixes = true},
    check};

}  // namespace
}  // namespace plowline
