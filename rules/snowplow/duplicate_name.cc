#include <algorithm>
#include <fmt/format.h>
#include <set>
#include <unordered_map>

#include "lint/rule.h"
#include "rules/snowplow/tagged_models.h"
#include "rules/snowplow/window.h"
#include "snowplow/checks.h"

namespace plowline {
namespace {

using NodesByName = std::unordered_map<std::string_view, std::vector<NodeId>>;

// Every enabled model whose name some tagged model has. The packages see no other difference than the name.
NodesByName bearers_of_tagged_names(const LintProject& project) {
  NodesByName out;
  for (const SnowplowPackage& package : project.snowplow().all()) {
    if (package.kind != SnowplowPackage::Kind::kIncremental) continue;
    for (const NodeId model : package.tagged_models) out.try_emplace(project.node(model).name);
  }
  if (out.empty()) return out;
  for (std::size_t i = 0; i < project.project().size(); ++i) {
    const NodeId id = static_cast<NodeId>(i);
    if (project.node(id).resource_type != ResourceType::kModel || !project.project().enabled(id)) continue;
    if (const auto found = out.find(project.node(id).name); found != out.end()) found->second.push_back(id);
  }
  return out;
}

// The package that counts two of them, or null.
const SnowplowPackage* counting_two(const LintProject& project, const std::vector<NodeId>& models) {
  for (const SnowplowPackage* package : project.snowplow().tagging(project.project(), models.front())) {
    const auto counted = std::ranges::count_if(
        models, [&](NodeId model) { return std::ranges::binary_search(package->tagged_models, model); });
    if (counted > 1) return package;
  }
  return nullptr;
}

std::string message_of(const LintProject& project, const std::vector<NodeId>& models,
                       const std::set<std::string_view>& owners) {
  const std::string beginning = fmt::format(
      "the name {} belongs to models of several dbt packages ({}), which manifests and models_to_run cannot tell apart",
      printable(project.node(models.front()).name), name_list({owners.begin(), owners.end()}));
  if (const SnowplowPackage* package = counting_two(project, models)) {
    return fmt::format("{}: with one of them in the run {} {}; with both every run doubles their manifest rows",
                       beginning, printable(package->name), state_two_words(project, *package));
  }
  return fmt::format(
      "{}: a run in which only one of them succeeds counts for the other, too, and a window that the "
      "other missed is never made up",
      beginning);
}

Result<void> check(const LintProject& project, const RuleScope& scope, const NoOptions&, Violations& violations) {
  const NodesByName bearers = bearers_of_tagged_names(project);
  std::set<std::string_view> said;
  for (const TaggedModel& model : tagged_models(project, scope)) {
    const std::string_view name = project.node(model.id).name;
    std::vector<NodeId> models = bearers.at(name);
    // The reported one first: what counts is whose package counts it.
    std::ranges::partition(models, [&](NodeId other) { return other == model.id; });
    std::set<std::string_view> owners;
    for (const NodeId other : models) owners.insert(project.node(other).package_name);
    if (owners.size() < 2 || !said.insert(name).second) continue;
    violations.push_back({.node = model.id, .message = message_of(project, models, owners), .key = "name"});
  }
  return {};
}

const RegisterRule<> rule{
    {.name = "snowplow-duplicate-name",
     .subject = "snowplow",
     .summary = "a tagged model has the name of a model of another dbt package",
     .what = "Finds tagged models whose name a model of another dbt package has too. dbt allows that; a reference then "
             "needs the package's name.",
     .why = "Manifest rows and models_to_run hold a model's bare name. Two models of one name share a row: the success "
            "of either is written for both. Where one package counts both it expects two rows and gets one (state 2, "
            "for ever), or writes the row twice in each run in which both succeed.",
     .example = R"(```sql
-- models/snowplow_unified_sessions.sql, beside the package's model of that name
{{ config(tags=['snowplow_unified_incremental']) }}

select * from {{ ref('snowplow_unified_sessions_this_run') }}
```)",
     .use_instead = R"(```sql
-- models/shop_sessions.sql
{{ config(tags=['snowplow_unified_incremental']) }}

select * from {{ ref('snowplow_unified_sessions_this_run') }}
```)",
     .basis = "snowplow_utils: `get_enabled_snowplow_models` and `snowplow_incremental_post_hook` compare `node.name`; "
              "the manifest table has no unique constraint.",
     .severity = Severity::kError,
     .presets = kSnowplowPreset,
     .needs = kNeedsSnowplow},
    check};

}  // namespace
}  // namespace plowline
