#include "backfill/plan.h"

#include <algorithm>
#include <utility>

#include "backfill/plan_checks.h"
#include "backfill/simulate.h"

namespace plowline {
namespace {

const BackfillSettings* settings_for(const PlanInput& input, const std::string& package) {
  const auto found = std::ranges::find(input.settings, package, [](const auto& entry) { return entry.first; });
  return found == input.settings.end() ? nullptr : &found->second;
}

// What three, four and six months a run would make of it.
std::vector<std::pair<int, std::size_t>> other_limits(const std::vector<PlannedRuns>& runs, Instant now) {
  std::vector<std::pair<int, std::size_t>> others;
  if (runs.empty()) return others;
  const RunSettings& settings = runs.front().settings.run;
  for (const int days : {30, 90, 120, 180}) {
    const auto limit = std::chrono::days(days);
    const auto count = runs_needed(settings.start_date, now, limit);
    if (count && settings.backfill_limit != limit) others.emplace_back(days, *count);
  }
  return others;
}

}  // namespace

std::string_view to_string(CheckStatus status) {
  switch (status) {
    case CheckStatus::kOk:
      return "ok";
    case CheckStatus::kWarning:
      return "warning";
    case CheckStatus::kFailed:
      return "failed";
    case CheckStatus::kUnknown:
      break;
  }
  return "unknown";
}

bool BackfillPlan::holds() const {
  return std::ranges::none_of(checks, [](const PlanCheck& check) { return check.status == CheckStatus::kFailed; });
}

std::size_t BackfillPlan::run_count() const {
  std::size_t most = 0;
  for (const PlannedRuns& package : runs) most = std::max(most, package.windows.size());
  return most;
}

BackfillPlan plan_backfill(PlanInput input) {
  BackfillPlan plan;
  plan.project = input.branch.root_package();
  plan.adapter_type = input.sides.adapter_type;
  plan.branch_manifest = input.branch.manifest_file();
  plan.production_manifest = input.production.manifest_file();
  plan.sides = std::move(input.sides);
  plan.seeds = input.seeds;
  plan.seed_command = input.seed_command;
  plan.run_command = input.run_command;
  plan.lint_command = input.lint_command;
  plan.target = input.target;
  plan.models_to_run = input.run.models_to_run.value;
  for (const PlannedName& name : input.run.models_to_run.names) {
    if (name.origin == "guard") plan.guards.push_back(name.name);
  }
  for (const PackageTables& package : plan.sides.packages) {
    const BackfillSettings* settings = settings_for(input, package.package);
    if (settings == nullptr) continue;
    plan.runs.push_back(
        {package.package, *settings, dense_windows(settings->run, {}, package.staging_models, input.now)});
  }
  plan.other_limits = other_limits(plan.runs, input.now);
  plan.checks = plan_checks(input, plan);
  return plan;
}

}  // namespace plowline
