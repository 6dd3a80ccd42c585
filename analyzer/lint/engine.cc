#include "lint/engine.h"

#include <algorithm>
#include <fmt/format.h>
#include <map>
#include <string_view>

#include "lint/parallel.h"

namespace plowline {
namespace {

// From so many nodes on a second thread is worth starting.
constexpr std::size_t kThreadsFrom = 3'000;

struct RuleResult {
  Violations violations;
  std::optional<Error> error;
};

void run_one(const LintProject& project, const ActiveRule& rule, RuleResult& result) {
  const RuleScope scope(project.project(), rule.nodes, rule.packages);
  if (auto checked = rule.rule->check(project, scope, result.violations); !checked) {
    result.error = std::move(checked.error());
  }
}

std::vector<RuleResult> run_all(const LintProject& project, const std::vector<ActiveRule>& rules) {
  std::vector<RuleResult> results(rules.size());
  const auto run = [&](std::size_t i) { run_one(project, rules[i], results[i]); };
  if (project.project().size() >= kThreadsFrom) {
    in_parallel(rules.size(), run);
  } else {
    for (std::size_t i = 0; i < rules.size(); ++i) run(i);
  }
  return results;
}

bool counts(const ActiveRule& rule, const Violation& violation) {
  if (violation.node) return rule.nodes.contains(*violation.node);
  return rule.project_wide;
}

}  // namespace

std::string missing_for(const RuleInfo& rule, const LintProject& project) {
  const auto needs = [&](Needs what) { return (rule.needs & what) != 0; };
  if (needs(kNeedsState) && project.state() == nullptr) return "needs an earlier manifest: --state DIR";
  if (needs(kNeedsCatalog) && project.catalog() == nullptr)
    return "needs a catalog.json: dbt docs generate, or --catalog FILE";
  if (needs(kNeedsStateCatalog) && (project.state() == nullptr || project.state()->catalog() == nullptr)) {
    return "needs the earlier project's catalog.json: --state-catalog FILE";
  }
  if (needs(kNeedsRunResults) && project.run_results() == nullptr) return "needs a run_results.json";
  if (needs(kNeedsProjectFiles) && project.yaml().project_file() == nullptr)
    return "needs the project's dbt_project.yml";
  if (needs(kNeedsSnowplow) && project.snowplow().all().empty()) return "needs a Snowplow package in the project";
  return {};
}

Result<std::vector<RawFinding>> run_rules(const LintProject& project, const std::vector<ActiveRule>& rules) {
  std::vector<RuleResult> results = run_all(project, rules);
  for (RuleResult& result : results) {
    if (result.error) return std::unexpected(std::move(*result.error));
  }
  if (auto error = project.error()) return std::unexpected(std::move(*error));

  std::vector<RawFinding> found;
  std::map<std::string, std::size_t> times;
  for (std::size_t i = 0; i < results.size(); ++i) {
    for (Violation& violation : results[i].violations) {
      if (!counts(rules[i], violation)) continue;
      std::string fingerprint = fingerprint_of(project, rules[i].rule->info().name, violation);
      if (const std::size_t before = times[fingerprint]++; before > 0) {
        fingerprint = repeated_fingerprint(fingerprint, before);
      }
      std::string content = content_fingerprint_of(project, rules[i].rule->info().name, violation);
      found.push_back({i, std::move(violation), std::move(fingerprint), std::move(content)});
    }
  }
  return found;
}

}  // namespace plowline
