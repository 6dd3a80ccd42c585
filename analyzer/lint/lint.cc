#include "lint/lint.h"

#include <algorithm>
#include <fmt/format.h>
#include <iterator>
#include <set>
#include <unordered_set>
#include <utility>

#include "lint/changed.h"
#include "lint/engine.h"
#include "lint/fingerprint.h"
#include "lint/placing.h"
#include "lint/suppression.h"
#include "source/places.h"

namespace plowline {
namespace {

constexpr std::string_view kUnusedSuppression = "unused-suppression";

NodeSet nodes_of_packages(const LintProject& project, const LintedPackages& packages) {
  NodeSet nodes(project.project().size());
  for (std::size_t i = 0; i < project.project().size(); ++i) {
    const NodeId id = static_cast<NodeId>(i);
    if (project.is_own(id) || packages.has(project.node(id).package_name)) nodes.insert(id);
  }
  return nodes;
}

// A request for every kind of node that dbt's language can select.
SelectionRequest request_for(const std::vector<std::string>& select, const std::vector<std::string>& exclude) {
  SelectionRequest request;
  request.select = select;
  request.exclude = exclude;
  request.resource_types = {"all"};
  return request;
}

// What `select` without `exclude` means; of no selector at all, everything.
Result<NodeSet> selected_by(Selector& selector, const std::vector<std::string>& select, Warnings& warnings) {
  auto selection = selector.select(request_for(select, {}), warnings);
  if (!selection) return std::unexpected(std::move(selection.error()));
  return std::move(selection->nodes);
}

// What is left for all rules, and what changed files leave of it.
struct Scope {
  NodeSet nodes;
  bool project_wide = true;
  std::optional<ChangedScope> changed;

  ScopeLimits limits() const {
    static const MacroSet kNone;
    if (!project_wide) return {false, &kNone};
    return changed && !changed->everything ? ScopeLimits{false, &changed->macros} : ScopeLimits();
  }
};

Result<Scope> scope_of(const LintRequest& request, Warnings& warnings) {
  Scope scope{nodes_of_packages(*request.project, request.packages), true, std::nullopt};
  if (!request.except.empty()) {
    const auto left_out = selected_by(*request.selector, request.except, warnings);
    if (!left_out) return std::unexpected(left_out.error());
    scope.nodes -= *left_out;
  }
  if (request.selected) {
    scope.nodes &= *request.selected;
    scope.project_wide = false;
  }
  if (!request.changed_files) return scope;
  auto changed = changed_scope(*request.project, *request.selector, *request.changed_files, warnings);
  if (!changed) return std::unexpected(std::move(changed.error()));
  scope.nodes &= changed->nodes;
  scope.changed = std::move(*changed);
  return scope;
}

// `where:` and `except:` of one rule, applied to the common scope.
Result<NodeSet> nodes_of(const RuleChoice& choice, const NodeSet& common, Selector& selector, Warnings& warnings) {
  NodeSet nodes = common;
  if (!choice.where.empty()) {
    const auto where = selected_by(selector, choice.where, warnings);
    if (!where) return where;
    nodes &= *where;
  }
  if (!choice.except.empty()) {
    const auto except = selected_by(selector, choice.except, warnings);
    if (!except) return except;
    nodes -= *except;
  }
  return nodes;
}

Result<std::vector<ActiveRule>> active_rules(const LintRequest& request, const Scope& scope, ProjectFindings& out,
                                             Warnings& warnings) {
  std::vector<ActiveRule> rules;
  for (const RuleChoice& choice : request.rules) {
    const RuleInfo& info = choice.rule->info();
    if (std::string reason = missing_for(info, *request.project); !reason.empty()) {
      out.skipped.push_back({info.name, std::string(request.project->project().root_package()), std::move(reason)});
      continue;
    }
    auto nodes = nodes_of(choice, scope.nodes, *request.selector, warnings);
    if (!nodes) return std::unexpected(std::move(nodes.error()));
    rules.push_back(
        {choice.configured, choice.severity, std::move(*nodes), scope.project_wide, request.packages, scope.limits()});
  }
  return rules;
}

// Findings about no node count where their file changed; those about macros also where it describes them.
void keep_changed(const ChangedScope& changed, const std::filesystem::path& folder, const std::filesystem::path& from,
                  const LintProject& project, std::vector<Finding>& findings) {
  if (changed.everything) return;
  namespace fs = std::filesystem;
  const fs::path root = fs::absolute(folder.empty() ? "." : folder).lexically_normal();
  const fs::path base = from.empty() ? fs::current_path() : from;
  std::erase_if(findings, [&](const Finding& finding) {
    if (project.project().find(finding.unique_id) || changed.macros.contains(project.macro(finding.unique_id)))
      return false;
    const fs::path file = (base / finding.file).lexically_normal().lexically_relative(root);
    return !changed.files.contains(file.generic_string());
  });
}

// The fingerprints of what the rules find in the earlier project.
Result<std::set<Fingerprint>> earlier_fingerprints(const LintProject& earlier, const std::vector<ActiveRule>& rules) {
  std::set<Fingerprint> known;
  NodeSet everything(earlier.project().size());
  for (std::size_t i = 0; i < earlier.project().size(); ++i) everything.insert(static_cast<NodeId>(i));
  std::vector<ActiveRule> same;
  for (const ActiveRule& rule : rules) {
    // (What compares with a state or a catalog of its own cannot have been found there.)
    if (missing_for(rule.rule->info(), earlier).empty())
      same.push_back({rule.rule, rule.severity, everything, true, rule.packages, {}});
  }
  auto found = run_rules(earlier, same);
  if (!found) return std::unexpected(std::move(found.error()));
  for (RawFinding& finding : found->found) {
    known.insert(finding.fingerprint);
    if (!finding.content_fingerprint.empty()) known.insert(finding.content_fingerprint);
  }
  return known;
}

Result<void> keep_new(const LintProject& project, const std::vector<ActiveRule>& rules,
                      std::vector<Finding>& findings) {
  if (project.state() == nullptr) {
    return std::unexpected(
        usage_error("--new-only needs an earlier manifest to compare with", "give the folder of one: --state DIR")
            .error());
  }
  const auto known = earlier_fingerprints(*project.state(), rules);
  if (!known) return std::unexpected(known.error());
  std::erase_if(findings, [&](const Finding& finding) {
    return known->contains(finding.fingerprint) || known->contains(finding.content_fingerprint);
  });
  return {};
}

// Sorted, as the rules are; one that runs several times stands there once.
std::vector<std::string> names_of(const std::vector<ActiveRule>& rules) {
  std::vector<std::string> names;
  for (const ActiveRule& rule : rules) {
    if (names.empty() || names.back() != rule.rule->info().name) names.push_back(rule.rule->info().name);
  }
  return names;
}

// Takes out what is suppressed and adds what suppresses nothing.
void suppress(const LintRequest& request, const std::vector<ActiveRule>& rules, const NodeSet& scope, Places& places,
              ProjectFindings& out) {
  Suppressions suppressions =
      Suppressions::of(*request.project, scope, places, request.rule_set == nullptr ? RuleSet() : *request.rule_set);
  out.suppressed = suppressions.apply(*request.project, out.findings);
  const auto active = std::ranges::find(
      rules, kUnusedSuppression, [](const ActiveRule& rule) -> std::string_view { return rule.rule->info().name; });
  if (active == rules.end()) return;
  auto unused = suppressions.unused(*request.project, names_of(rules), active->severity);
  if (unused.empty()) return;
  std::ranges::move(unused, std::back_inserter(out.findings));
  sort_findings(out.findings);
}

}  // namespace

Result<ProjectFindings> lint(const LintRequest& request, Warnings& warnings) {
  ProjectFindings out;
  const auto scope = scope_of(request, warnings);
  if (!scope) return std::unexpected(scope.error());
  const auto rules = active_rules(request, *scope, out, warnings);
  if (!rules) return std::unexpected(rules.error());
  std::vector<RuleFailure> failures;
  auto found = run_rules(*request.project, *rules, &failures);
  if (!found) return std::unexpected(std::move(found.error()));
  for (RuleFailure& failure : failures) {
    out.failed.push_back({(*rules)[failure.rule].rule->info().name, request.project->project().root_package(),
                          std::move(failure.error)});
  }

  const LintProject& project = *request.project;
  Places places(project.project(), project.location(), request.working_directory);
  out.findings = placed_findings(project, *rules, std::move(*found), places);
  if (scope->changed) {
    keep_changed(*scope->changed, project.folder(), request.working_directory, project, out.findings);
  }
  if (request.new_only) {
    if (auto kept = keep_new(project, *rules, out.findings); !kept) return std::unexpected(std::move(kept.error()));
  }
  suppress(request, *rules, scope->nodes, places, out);
  out.nodes = scope->nodes.count();
  out.rules = names_of(*rules).size();
  return out;
}

void add(LintReport& report, ProjectFindings findings) {
  if (report.findings.empty()) {
    report.findings = std::move(findings.findings);
  } else {
    std::ranges::move(findings.findings, std::back_inserter(report.findings));
    sort_findings(report.findings);
  }
  std::ranges::move(findings.skipped, std::back_inserter(report.skipped));
  std::ranges::move(findings.failed, std::back_inserter(report.failed));
  report.summary.suppressed += findings.suppressed;
  report.summary.nodes += findings.nodes;
  report.summary.rules = std::max(report.summary.rules, findings.rules);
  ++report.summary.projects;
}

void report_failed(LintReport& report) {
  if (report.failed.empty()) return;
  for (const FailedRule& failed : report.failed) {
    Finding finding;
    finding.rule = failed.rule;
    finding.severity = Severity::kError;
    finding.name = failed.project;
    finding.resource_type = "project";
    finding.project = failed.project;
    finding.message = "the rule cannot be run: " + failed.error.reason;
    finding.file = failed.error.file;
    finding.range.line = static_cast<std::uint32_t>(std::max<std::uint64_t>(failed.error.position.line, 1));
    finding.range.column = static_cast<std::uint32_t>(failed.error.position.column);
    finding.fingerprint = repeated_fingerprint(fmt::format("{}:{}", failed.project, failed.rule), 0);
    report.findings.push_back(std::move(finding));
  }
  sort_findings(report.findings);
}

void count(LintReport& report) {
  const auto severity = [&](Severity wanted) {
    return static_cast<std::size_t>(std::ranges::count(report.findings, wanted, &Finding::severity));
  };
  report.summary.errors = severity(Severity::kError);
  report.summary.warnings = severity(Severity::kWarn);
  report.summary.fixable = static_cast<std::size_t>(std::ranges::count_if(report.findings, &Finding::fixable));
}

}  // namespace plowline
