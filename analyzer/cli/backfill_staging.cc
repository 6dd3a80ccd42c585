#include "cli/backfill_staging.h"

#include <utility>

namespace plowline {
namespace {

InvocationOptions invocation_of(const SidesFlags& sides, const StagingFlags& flags, const DbtVars& vars) {
  const auto if_given = [](const std::string& text) { return text.empty() ? std::nullopt : std::optional(text); };
  InvocationOptions options;
  options.dbt = flags.dbt;
  options.target = if_given(flags.target);
  options.profile = if_given(flags.profile);
  options.project_dir = if_given(sides.project.project_dir);
  options.vars = vars;
  return options;
}

}  // namespace

std::vector<Flag> flags_of(StagingFlags& flags) {
  return {
      {.names = {"--target", "-t"},
       .description = "dbt's target for staging",
       .kind = ValueKind::kText,
       .value_name = "NAME",
       .target = &flags.target},
      {.names = {"--profile"},
       .description = "dbt's profile",
       .kind = ValueKind::kText,
       .value_name = "NAME",
       .target = &flags.profile},
      {.names = {"--dbt"},
       .description = "the dbt program",
       .kind = ValueKind::kFile,
       .value_name = "PATH",
       .default_value = "dbt",
       .target = &flags.dbt},
  };
}

Result<RunPlan> plan_staging_run(const BranchSide& branch, const SidesFlags& sides, const StagingFlags& flags,
                                 const DbtVars& vars, const std::vector<std::string>& extra, Warnings& warnings) {
  NodeSet models(branch.project().size());
  for (const NodeId id : branch.models) models.insert(id);
  const auto selectors = selectors_of(branch.project(), models);
  if (!selectors) return std::unexpected(selectors.error());
  RunRequest request;
  for (const std::string& selector : *selectors) request.selection.select.push_back("+" + selector);
  request.invocation = invocation_of(sides, flags, vars);
  request.invocation.extra = extra;
  return plan_run(branch.project(), branch.open->selector(), std::move(request), warnings);
}

Result<std::vector<std::string>> seeds_read(const BranchSide& branch, const RunPlan& run) {
  const Project& project = branch.project();
  NodeSet seeds(project.size());
  for (const PlannedNode& node : run.nodes) {
    const auto id = project.find(node.unique_id);
    if (!id) continue;
    for (const NodeId parent : project.parents(*id)) {
      if (project.node(parent).resource_type == ResourceType::kSeed && project.enabled(parent)) seeds.insert(parent);
    }
  }
  return selectors_of(project, seeds);
}

Result<Invocation> seed_invocation(const SidesFlags& sides, const StagingFlags& flags, const DbtVars& vars,
                                   const std::vector<std::string>& seeds) {
  InvocationOptions options = invocation_of(sides, flags, vars);
  options.subcommand = "seed";
  options.select = seeds;
  return Invocation::build(std::move(options));
}

}  // namespace plowline
