#include "plan/run_plan.h"

#include <algorithm>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <iterator>
#include <map>
#include <set>
#include <utility>

#include "diagnostic/suggest.h"
#include "plan/reason_text.h"
#include "selection/listing.h"
#include "selection/resource_types.h"
#include "snowplow/packages.h"

namespace plowline {
namespace {

constexpr std::string_view kVariable = "models_to_run";

std::vector<std::string> ids_of(const Project& project, const std::vector<NodeId>& nodes) {
  std::vector<std::string> ids;
  for (const NodeId id : nodes) ids.emplace_back(project.node(id).unique_id);
  return ids;
}

std::string_view to_string(NameOrigin origin) {
  switch (origin) {
    case NameOrigin::kTagged:
      return "tagged";
    case NameOrigin::kSelected:
      return "selected";
    case NameOrigin::kGuard:
      return "guard";
  }
  return "";
}

PlannedProject planned_project(const Project& project) {
  const ManifestMetadata& metadata = project.metadata();
  return {project.manifest_file(),
          std::string(project.root_package()),
          std::string(metadata.dbt_version),
          std::string(metadata.adapter_type),
          std::string(metadata.generated_at),
          project.schema_version()};
}

PlannedModelsToRun planned(const Project& project, const ModelsToRun& models) {
  PlannedModelsToRun plan{models.applies, models.statement, models.value, {}, {}};
  for (const RunName& name : models.names) {
    plan.names.push_back({std::string(name.name), std::string(to_string(name.origin)), ids_of(project, name.models),
                          name.packages, name.reason});
  }
  for (const PackageRun& package : models.packages) {
    plan.packages.push_back({package.package, ids_of(project, package.models), {}, package.window_is_computed});
    if (package.guard) plan.packages.back().guard = std::string(*package.guard);
  }
  return plan;
}

Result<std::vector<PlannedNode>> planned_nodes(const Project& project, const NodeSet& nodes,
                                               const ModelsToRun& models) {
  std::map<NodeId, std::vector<std::string>> counted_by;
  for (const PackageRun& package : models.packages) {
    for (const NodeId id : package.models) counted_by[id].push_back(package.package);
  }
  std::vector<PlannedNode> plan;
  for (const NodeId id : nodes.ids()) {
    const NodeRecord& node = project.node(id);
    auto materialized = project.materialized(id);
    if (!materialized) return std::unexpected(std::move(materialized.error()));
    plan.push_back({std::string(node.unique_id),
                    std::string(node.name),
                    std::string(node.resource_word),
                    std::string(node.package_name),
                    std::move(*materialized),
                    std::string(node.relation_name),
                    {},
                    counted_by[id]});
  }
  return plan;
}

// dbt names no node for a misspelt criterion; the nearest name mostly shows the slip.
std::string nearest_name(const Project& project, const SelectionRequest& request) {
  std::vector<std::string> names;
  for (std::uint32_t i = 0; i < project.size(); ++i) names.emplace_back(project.node(NodeId{i}).name);
  for (const std::string& criterion : request.select) {
    const std::size_t first = criterion.find_first_not_of("@+0123456789");
    if (first == std::string::npos) continue;
    const std::string word = criterion.substr(first, criterion.find_first_of("+ ,", first) - first);
    if (const auto near = nearest(word, names); near && *near != word) return fmt::format("did you mean '{}'?", *near);
  }
  return "look at what it selects with 'plowline ls'";
}

Result<void> add_models_to_run(DbtVars& vars, const std::string& value) {
  DbtVars all;
  if (auto added = all.add(kVariable, YamlValue::string(value), "plowline"); !added) return added;
  if (auto merged = all.merge(vars); !merged) return merged;
  vars = std::move(all);
  return {};
}

// The end of every plan: the invocation, from the request and the value.
Result<RunPlan> finish(RunPlan plan, RunRequest request) {
  if (plan.models_to_run.applies && !plan.models_to_run.value.empty()) {
    if (auto added = add_models_to_run(request.invocation.vars, plan.models_to_run.value); !added) {
      return std::unexpected(std::move(added.error()));
    }
  }
  plan.select = request.selection.select;
  plan.exclude = request.selection.exclude;
  plan.selector = request.selection.selector;
  request.invocation.select = plan.select;
  request.invocation.exclude = plan.exclude;
  if (!plan.selector.empty()) request.invocation.selector = plan.selector;
  auto invocation = Invocation::build(std::move(request.invocation));
  if (!invocation) return std::unexpected(std::move(invocation.error()));
  plan.invocation = std::move(*invocation);
  return plan;
}

// What all plans with a manifest share. `selected` are all selected nodes, `kept` those that the command runs.
Result<RunPlan> plan_nodes(const Project& project, const NodeSet& selected, const NodeSet& kept,
                           const RunRequest& request, Warnings& warnings) {
  const auto packages = SnowplowPackages::find(project);
  if (!packages) return std::unexpected(packages.error());
  const std::string& command = request.invocation.subcommand;
  const ModelsToRunOptions options{.all_names = request.all_names, .builds_seeds = command != "run"};
  Warnings of_a_run;
  auto models = models_to_run(project, *packages, selected, options, of_a_run);
  // The checks speak of models that are built, which `dbt test` or `dbt seed` does not do.
  if (command == "run" || command == "build" || command == "compile")
    std::ranges::move(of_a_run, std::back_inserter(warnings));
  if (!models) return std::unexpected(std::move(models.error()));
  auto nodes = planned_nodes(project, kept, *models);
  if (!nodes) return std::unexpected(std::move(nodes.error()));
  RunPlan plan;
  plan.project = planned_project(project);
  plan.nodes = std::move(*nodes);
  plan.models_to_run = planned(project, *models);
  plan.notes = models->notes;
  return plan;
}

RunPlan plan_of_nothing(const Project& project, const SelectionRequest& request, std::string statement) {
  RunPlan plan;
  plan.project = planned_project(project);
  plan.select = request.select;
  plan.exclude = request.exclude;
  plan.selector = request.selector;
  plan.models_to_run.statement = std::move(statement);
  return plan;
}

}  // namespace

Result<std::vector<std::string>> selectors_of(const Project& project, const NodeSet& nodes) {
  std::map<std::string_view, int> count;
  for (std::uint32_t i = 0; i < project.size(); ++i) ++count[project.node(NodeId{i}).name];
  std::vector<std::string> selectors;
  for (const NodeId id : nodes.ids()) {
    const NodeRecord& node = project.node(id);
    const bool by_name = count[node.name] == 1 && node.resource_type != ResourceType::kSource;
    auto text = listed(project, id, by_name ? ListOutput::kName : ListOutput::kSelector);
    if (!text) return std::unexpected(std::move(text.error()));
    selectors.push_back(std::move(*text));
  }
  return selectors;
}

Result<RunPlan> plan_run(const Project& project, Selector& selector, RunRequest request, Warnings& warnings) {
  request.selection.dbt_command = request.invocation.subcommand;
  // models_to_run is about the selected models, whichever of them this command works on: `dbt test` of a selection has
  // the value of its `dbt run`, so that dbt need not parse the project again for other vars.
  SelectionRequest all = request.selection;
  all.dbt_command = "build";
  Warnings repeated;
  auto selected = selector.select(all, repeated);
  if (!selected) return std::unexpected(std::move(selected.error()));
  auto kept = selector.select(request.selection, warnings);
  if (!kept) return std::unexpected(std::move(kept.error()));
  if (kept->nodes.empty()) {
    // The error says what dbt's own words say, and more.
    std::erase_if(warnings, [](const Warning& warning) { return warning.code == "no-nodes-selected"; });
    const std::string said =
        fmt::format("the selection holds nothing that 'dbt {}' works on", request.invocation.subcommand);
    if (request.may_run_nothing) return plan_of_nothing(project, request.selection, said);
    return usage_error(said, nearest_name(project, request.selection));
  }
  auto plan = plan_nodes(project, selected->nodes, kept->nodes, request, warnings);
  if (!plan) return plan;
  if (request.explain) {
    const auto explanations = selector.explain(request.selection);
    if (!explanations) return std::unexpected(explanations.error());
    for (std::size_t i = 0; i < plan->nodes.size() && i < explanations->size(); ++i) {
      for (const Reason& reason : (*explanations)[i].reasons)
        plan->nodes[i].reasons.push_back(reason_text(project, reason));
    }
  }
  return finish(std::move(*plan), std::move(request));
}

Result<RunPlan> plan_listed(const Project& project, const LsNodes& listed_nodes, RunRequest request,
                            Warnings& warnings) {
  const auto types = default_resource_types(request.invocation.subcommand);
  if (!types) return std::unexpected(types.error());
  NodeSet selected(project.size());
  NodeSet kept(project.size());
  for (const NodeId id : listed_nodes.nodes) {
    selected.insert(id);
    if (types->keeps(project.node(id).resource_type)) kept.insert(id);
  }
  if (kept.empty()) {
    return usage_error(
        fmt::format("the text of dbt ls holds nothing that 'dbt {}' works on", request.invocation.subcommand),
        "list the nodes with the selector that you want to run");
  }
  auto plan = plan_nodes(project, selected, kept, request, warnings);
  if (!plan) return plan;
  for (PlannedNode& node : plan->nodes) node.reasons.emplace_back("dbt ls listed it");
  if (request.selection.select.empty() && request.selection.selector.empty()) {
    auto selectors = selectors_of(project, kept);
    if (!selectors) return std::unexpected(std::move(selectors.error()));
    request.selection.select = std::move(*selectors);
  }
  return finish(std::move(*plan), std::move(request));
}

Result<RunPlan> plan_names(const std::vector<CertainName>& names, RunRequest request, Warnings& warnings) {
  std::set<std::string> sorted;
  for (const CertainName& name : names) sorted.insert(name.name);
  if (sorted.empty()) {
    return usage_error("the text of dbt ls lists no model", "list the nodes with the selector that you want to run");
  }
  RunPlan plan;
  plan.models_to_run.applies = true;
  plan.models_to_run.statement = fmt::format("models_to_run holds every name of the text of dbt ls: {}", sorted.size());
  plan.models_to_run.value = fmt::format("{}", fmt::join(sorted, " "));
  for (const std::string& name : sorted) {
    plan.models_to_run.names.push_back({name, "listed", {}, {}, "dbt ls listed it"});
  }
  warnings.push_back({"no-manifest",
                      "without a manifest nothing tells which models are tagged, and whether another Snowplow package "
                      "needs a guard name",
                      "run it where the project's manifest.json is at hand, or give --manifest FILE",
                      {}});
  if (request.selection.select.empty() && request.selection.selector.empty()) {
    request.selection.select.assign(sorted.begin(), sorted.end());
  }
  return finish(std::move(plan), std::move(request));
}

}  // namespace plowline
