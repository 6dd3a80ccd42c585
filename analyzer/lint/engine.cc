#include "lint/engine.h"

#include <algorithm>
#include <bit>
#include <cstdint>
#include <cstring>
#include <fmt/format.h>
#include <map>
#include <string_view>

#include "lint/findings_by_node.h"
#include "lint/fingerprint.h"
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
  const RuleScope scope(project.project(), rule.nodes, rule.packages, rule.limits);
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

// What runs of one rule with several options have found: where their nodes overlap, the same mistake is told once.
class SaidBefore {
 public:
  // Runs of one rule stand side by side.
  explicit SaidBefore(const std::vector<ActiveRule>& rules) : often_(rules.size()) {
    for (std::size_t i = 1; i < rules.size(); ++i) {
      if (rules[i].rule->info().name == rules[i - 1].rule->info().name) often_[i] = often_[i - 1] = true;
    }
  }

  bool by_another_run(const RawFinding& finding) {
    if (!often_[finding.rule]) return false;
    const auto [entry, is_new] = runs_.try_emplace({finding.fingerprint, finding.violation->message}, finding.rule);
    return !is_new && entry->second != finding.rule;
  }

 private:
  std::vector<bool> often_;
  std::map<std::pair<Fingerprint, std::string>, std::size_t> runs_;
};

bool counts(const ActiveRule& rule, const Violation& violation) {
  if (violation.node) return rule.nodes.contains(*violation.node);
  return rule.project_wide;
}

// What counts of all that was found, in the order of the rules.
RawFindings counting(const std::vector<ActiveRule>& rules, std::vector<RuleResult>& results) {
  RawFindings all;
  std::size_t most = 0;
  for (const RuleResult& result : results) most += result.violations.size();
  all.found.reserve(most);
  all.violations.reserve(results.size());
  for (std::size_t i = 0; i < results.size(); ++i) {
    for (Violation& violation : all.violations.emplace_back(std::move(results[i].violations))) {
      if (counts(rules[i], violation)) all.found.push_back({i, &violation, {}, {}});
    }
  }
  return all;
}

void set_fingerprints(const LintProject& project, const std::vector<ActiveRule>& rules,
                      std::vector<RawFinding>& findings) {
  const FindingsByNode by_node(findings, project.project().size());
  const auto set = [&](RawFinding& finding, Fingerprints& fingerprints) {
    const std::string& rule = rules[finding.rule].rule->info().name;
    finding.fingerprint = fingerprints.of(rule, *finding.violation);
    finding.content_fingerprint = fingerprints.by_content(rule, *finding.violation);
  };
  constexpr std::size_t kPart = 500;
  in_parallel((by_node.numbers() + kPart - 1) / kPart, [&](std::size_t part) {
    Fingerprints fingerprints(project);
    for (std::size_t i = part * kPart; i < std::min(by_node.numbers(), (part + 1) * kPart); ++i) {
      for (const std::uint32_t finding : by_node.of(i)) set(findings[finding], fingerprints);
    }
  });
}

// How often each fingerprint was seen. (A table of slots, one behind the other where two want the same: of a hundred
// thousand findings each allocation counts.)
class FingerprintCounts {
 public:
  explicit FingerprintCounts(const std::vector<RawFinding>& findings)
      : findings_(findings), slots_(std::bit_ceil(2 * findings.size() + 1)) {}

  // How many of the findings before that one have its fingerprint, each asked for once and in their order.
  std::size_t before(std::size_t finding) {
    const Fingerprint& wanted = findings_[finding].fingerprint;
    std::size_t at = 0;
    std::memcpy(&at, wanted.bytes.data(), sizeof at);  // (evenly spread as it is)
    for (;; ++at) {
      Slot& slot = slots_[at & (slots_.size() - 1)];
      if (slot.times == 0) slot.first = static_cast<std::uint32_t>(finding);
      if (slot.times == 0 || findings_[slot.first].fingerprint == wanted) return slot.times++;
    }
  }

 private:
  struct Slot {
    std::uint32_t first = 0;
    std::uint32_t times = 0;
  };
  const std::vector<RawFinding>& findings_;
  std::vector<Slot> slots_;
};

// Findings with the same fingerprint get different ones, in their order.
void tell_apart(std::vector<RawFinding>& findings) {
  FingerprintCounts counts(findings);
  for (std::size_t i = 0; i < findings.size(); ++i) {
    if (const std::size_t before = counts.before(i); before > 0) {
      findings[i].fingerprint = repeated_fingerprint(findings[i].fingerprint.text(), before);
    }
  }
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

Result<RawFindings> run_rules(const LintProject& project, const std::vector<ActiveRule>& rules,
                              std::vector<RuleFailure>* failures) {
  std::vector<RuleResult> results = run_all(project, rules);
  for (std::size_t i = 0; i < results.size(); ++i) {
    if (!results[i].error) continue;
    if ((rules[i].rule->info().presets & kOwnRule) == 0) return std::unexpected(std::move(*results[i].error));
    results[i].violations.clear();
    if (failures != nullptr) failures->push_back({i, std::move(*results[i].error)});
  }
  if (auto error = project.error()) return std::unexpected(std::move(*error));

  RawFindings all = counting(rules, results);
  set_fingerprints(project, rules, all.found);
  SaidBefore said(rules);
  std::erase_if(all.found, [&](const RawFinding& finding) { return said.by_another_run(finding); });
  tell_apart(all.found);
  return all;
}

}  // namespace plowline
