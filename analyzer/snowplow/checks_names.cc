#include <algorithm>
#include <fmt/format.h>
#include <map>
#include <set>
#include <utility>

#include "snowplow/checks.h"
#include "snowplow/guard.h"
#include "snowplow/macro_calls.h"
#include "snowplow/tags.h"

namespace plowline {
namespace {

// The packages' word for the state in which a window is repeated for ever.
constexpr std::string_view kStateTwo = "State 2 (\"New Snowplow incremental model. Backfilling\")";

std::vector<NodeId> tagged_models(const CheckInput& input) {
  std::vector<NodeId> out;
  for (const NodeId model : input.models()) {
    if (!input.packages.tagging(input.project, model).empty()) out.push_back(model);
  }
  return out;
}

// Every enabled tagged model of `package_name` with that name: more than one where the model has versions.
std::vector<NodeId> versions_of(const CheckInput& input, const NodeRecord& node) {
  std::set<NodeId> out;
  for (const SnowplowPackage& package : input.packages.all()) {
    for (const NodeId other : package.tagged_models) {
      const NodeRecord& record = input.project.node(other);
      if (record.name == node.name && record.package_name == node.package_name) out.insert(other);
    }
  }
  return {out.begin(), out.end()};
}

Warning several_versions_warning(const Project& project, const std::vector<NodeId>& versions) {
  const std::string name = printable(project.node(versions.front()).name);
  return {"several-tagged-versions",
          fmt::format("{} has {} tagged versions, which models_to_run and the manifest know by one name: with one of "
                      "them in the run the package stays in {} for ever; with all of them every run doubles their "
                      "manifest rows",
                      name, versions.size(), kStateTwo),
          fmt::format("leave the tag on one version of {} only, or give the versions models of their own", name),
          detail_lines(project, versions)};
}

Warning version_warning(const NodeRecord& node) {
  std::string message = fmt::format(
      "{} is a versioned model: models_to_run takes its name without the version, the name with it (as dbt "
      "ls prints it) matches nothing",
      printable(node.name));
  if (!node.alias.empty() && node.alias != node.name) {
    message += fmt::format(
        "; is_run_with_new_events looks for a manifest row called {}, which never exists, so the "
        "model never skips a window it already has",
        printable(node.alias));
  }
  return {"versioned-model",
          std::move(message),
          fmt::format("keep to models_to_run as printed here; set alias: {} for the version that is tagged",
                      printable(node.name)),
          {std::string(node.unique_id)}};
}

// Why a check of get_enabled_snowplow_models ends the run: models that read `events` directly without `tag`.
Warning stop_warning(const CheckInput& input, const SnowplowPackage& package, NodeId events,
                     const std::vector<NodeId>& readers) {
  const std::size_t count = readers.size();
  return {"untagged-name-stops-run",
          fmt::format("{} {} {} directly without the tag {}, and models_to_run {}: {} stops the run with \"Untagged "
                      "models referencing\"",
                      name_list(input.project, readers), plural(count, "reads", "read"),
                      printable(input.project.node(events).name), printable(package.tag),
                      input.result.value.empty() ? "is not set, so every model is looked at"
                                                 : fmt::format("names {}", plural(count, "it", "them")),
                      printable(package.name)),
          input.options.all_names ? std::string("leave --all-names out: the names that matter are then the only ones")
                                  : fmt::format("add the tag {}, or read another table than {}", printable(package.tag),
                                                printable(input.project.node(events).name)),
          detail_lines(input.project, readers)};
}

// The node that snowplow_utils looks for when it searches untagged models. Since 0.15.0 that is a table of the root
// project, which only home-made packages have; before, the package's own.
std::optional<NodeId> searched_events(const CheckInput& input, const SnowplowPackage& package) {
  const std::string root(input.project.root_package());
  switch (input.packages.on_empty()) {
    case EmptyModels::kRaises:
      return input.project.find("model." + root + ".snowplow_base_events_this_run");
    case EmptyModels::kMatchesAll:
      return input.project.find("model." + package.name + "." + package.name + "_base_events_this_run");
    case EmptyModels::kUnknown:
      break;
  }
  return std::nullopt;
}

// By name: the models that a package counts, and those that run. The packages see no other difference than the name.
std::map<std::string_view, std::set<NodeId>> counted_or_selected(const CheckInput& input) {
  std::map<std::string_view, std::set<NodeId>> out;
  for (const SnowplowPackage& package : input.packages.all()) {
    if (package.kind != SnowplowPackage::Kind::kIncremental) continue;
    for (const NodeId model : package.tagged_models) out[input.project.node(model).name].insert(model);
  }
  for (const NodeId model : input.models()) out[input.project.node(model).name].insert(model);
  return out;
}

}  // namespace

Result<void> check_ephemeral_models(const CheckInput& input, Warnings& warnings) {
  std::vector<NodeId> ephemeral;
  for (const NodeId model : tagged_models(input)) {
    const Result<std::string> materialized = input.project.materialized(model);
    if (!materialized) return std::unexpected(materialized.error());
    if (*materialized == "ephemeral") ephemeral.push_back(model);
  }
  if (ephemeral.empty()) return {};
  const std::size_t count = ephemeral.size();
  warnings.push_back({"tagged-ephemeral",
                      fmt::format("{} {} tagged and ephemeral: the package counts {}, but a model that is not built "
                                  "gets no manifest row, so the package stays in {} for ever and repeats one window",
                                  name_list(input.project, ephemeral), plural(count, "is", "are"),
                                  plural(count, "it", "them"), kStateTwo),
                      "remove the tag (the SQL becomes part of its readers), or materialize it as a table",
                      detail_lines(input.project, ephemeral)});
  return {};
}

Result<void> check_versioned_models(const CheckInput& input, Warnings& warnings) {
  std::set<std::pair<std::string_view, std::string_view>> seen;
  for (const NodeId model : tagged_models(input)) {
    const NodeRecord& node = input.project.node(model);
    if (node.version.empty() || !seen.emplace(node.package_name, node.name).second) continue;
    const std::vector<NodeId> versions = versions_of(input, node);
    warnings.push_back(versions.size() > 1 ? several_versions_warning(input.project, versions) : version_warning(node));
  }
  return {};
}

Result<void> check_aliases(const CheckInput& input, Warnings& warnings) {
  for (const NodeId model : tagged_models(input)) {
    const NodeRecord& node = input.project.node(model);
    if (node.alias.empty() || node.alias == node.name || !node.version.empty()) continue;
    const Result<std::string> materialized = input.project.materialized(model);
    if (!materialized) return std::unexpected(materialized.error());
    if (!materialized->ends_with("incremental")) continue;  // there the macro always says yes
    const Result<bool> asks = calls_utils_macro(input.project, model, "is_run_with_new_events");
    if (!asks) return std::unexpected(asks.error());
    if (!*asks) continue;
    warnings.push_back(
        {"alias-differs",
         fmt::format("{0} has the alias {1}: is_run_with_new_events looks for a manifest row called {1}, "
                     "but the row is called {0}, so the model never skips a window it already has",
                     printable(node.name), printable(node.alias)),
         fmt::format("name the file {}.sql, or remove the alias", printable(node.alias)),
         detail_lines(input.project, {model})});
  }
  return {};
}

Result<void> check_repeated_names(const CheckInput& input, Warnings& warnings) {
  const std::map<std::string_view, std::set<NodeId>> bearers = counted_or_selected(input);
  for (const RunName& name : input.result.names) {
    if (name.origin != NameOrigin::kTagged) continue;
    const std::set<NodeId>& found = bearers.at(name.name);
    const std::vector<NodeId> models(found.begin(), found.end());
    std::set<std::string_view> owners;
    for (const NodeId model : models) owners.insert(input.project.node(model).package_name);
    if (owners.size() < 2) continue;
    warnings.push_back(
        {"same-name-in-two-packages",
         fmt::format(
             "the name {} belongs to models of several dbt packages ({}) that run or are counted: models_to_run "
             "and the manifests cannot tell them apart, so a package waits for rows that do not come or gets "
             "two for one name",
             printable(name.name), name_list({owners.begin(), owners.end()})),
         "rename one of them, or take its Snowplow tag away", detail_lines(input.project, models)});
  }
  return {};
}

Result<void> check_unusable_names(const CheckInput& input, Warnings& warnings) {
  std::vector<NodeId> unusable;
  for (const NodeId model : tagged_models(input)) {
    if (!can_be_named(input.project.node(model).name)) unusable.push_back(model);
  }
  if (unusable.empty()) return {};
  warnings.push_back({"unusable-model-name",
                      fmt::format("\"{}\" cannot be named in models_to_run, which the packages split at blanks: it is "
                                  "left out, so its package runs it but does not count it",
                                  name_list(input.project, unusable)),
                      "rename the model so that its name holds no blank", detail_lines(input.project, unusable)});
  return {};
}

Result<void> check_names_that_stop(const CheckInput& input, Warnings& warnings) {
  for (const SnowplowPackage& package : input.packages.all()) {
    const std::optional<NodeId> events =
        package.calls_post_hook() ? searched_events(input, package) : std::optional<NodeId>();
    if (!events) continue;
    std::vector<NodeId> readers;
    for (const NodeId child : input.project.children(*events)) {
      const NodeRecord& node = input.project.node(child);
      const bool looked_at = input.result.value.empty() || std::ranges::binary_search(input.result.tokens, node.name);
      if (node.resource_type == ResourceType::kModel && input.project.enabled(child) && looked_at &&
          !has_tag(node, package.tag)) {
        readers.push_back(child);
      }
    }
    if (!readers.empty()) warnings.push_back(stop_warning(input, package, *events, readers));
  }
  return {};
}

}  // namespace plowline
