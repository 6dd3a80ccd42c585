#include "lint/placing.h"

#include <algorithm>
#include <cstdint>
#include <string_view>
#include <tuple>
#include <utility>

#include "lint/finding_places.h"
#include "lint/findings_by_node.h"
#include "lint/parallel.h"

namespace plowline {
namespace {

void say_whom_it_concerns(Finding& finding, const LintProject& project, const Violation& violation) {
  finding.resource_type = "project";
  finding.name = project.project().root_package();
  if (violation.node) {
    const NodeRecord& node = project.node(*violation.node);
    finding.unique_id = node.unique_id;
    finding.name = node.name;
    finding.resource_type = node.resource_word.empty() ? to_string(node.resource_type) : node.resource_word;
  } else if (violation.macro != nullptr) {
    finding.unique_id = violation.macro->unique_id;
    finding.name = violation.macro->name;
    finding.resource_type = "macro";
  }
}

// What findings are sorted by, without the texts: these are looked at only where all numbers agree.
struct SortKey {
  std::uint32_t file = 0;  // its rank among the files
  std::uint32_t line = 0;
  std::uint32_t column = 0;
  std::uint32_t rule = 0;  // its rank among the rules' names
  std::uint32_t node = 0;  // NodeId + 1, which is the rank of the unique_id; 0: it is about no node
  std::uint32_t finding = 0;

  auto numbers() const { return std::tie(file, line, column, rule); }
};

// The rank of each text among all different ones.
std::vector<std::uint32_t> ranks_of(const std::vector<std::string_view>& texts) {
  std::vector<std::string_view> sorted = texts;
  std::ranges::sort(sorted);
  const auto [from, end] = std::ranges::unique(sorted);
  sorted.erase(from, end);
  std::vector<std::uint32_t> out;
  out.reserve(texts.size());
  for (const std::string_view text : texts)
    out.push_back(static_cast<std::uint32_t>(std::ranges::lower_bound(sorted, text) - sorted.begin()));
  return out;
}

std::string_view unique_id_of(const LintProject& project, const Violation& violation) {
  if (violation.node) return project.node(*violation.node).unique_id;
  return violation.macro != nullptr ? violation.macro->unique_id : std::string_view();
}

// The findings' order, which is that of comes_before().
std::vector<SortKey> sorted_keys(const LintProject& project, const std::vector<ActiveRule>& rules,
                                 const std::vector<RawFinding>& found, const Placed& placed) {
  std::vector<std::string_view> names;
  for (const ActiveRule& rule : rules) names.push_back(rule.rule->info().name);
  const std::vector<std::uint32_t> rule_ranks = ranks_of(names);
  const std::vector<std::uint32_t> file_ranks = ranks_of({placed.files.begin(), placed.files.end()});
  std::vector<SortKey> keys;
  keys.reserve(found.size());
  for (std::uint32_t i = 0; i < found.size(); ++i) {
    const TextRange& range = placed.places[i].place.range;
    keys.push_back({file_ranks[placed.places[i].file], range.line, range.column, rule_ranks[found[i].rule],
                    node_number(found[i]), i});
  }
  std::ranges::sort(keys, [&](const SortKey& a, const SortKey& b) {
    if (a.numbers() != b.numbers()) return a.numbers() < b.numbers();
    const RawFinding& x = found[a.finding];
    const RawFinding& y = found[b.finding];
    if (a.node != 0 && b.node != 0 && a.node != b.node) return a.node < b.node;
    const auto order = unique_id_of(project, *x.violation) <=> unique_id_of(project, *y.violation);
    if (order != 0) return order < 0;
    return std::tie(x.violation->message, x.fingerprint) < std::tie(y.violation->message, y.fingerprint);
  });
  return keys;
}

Finding finding_of(const LintProject& project, const ActiveRule& rule, RawFinding& raw, Place& place) {
  Finding finding;
  finding.rule = rule.rule->info().name;
  finding.severity = rule.severity;
  say_whom_it_concerns(finding, project, *raw.violation);
  finding.file = std::move(place.file);
  finding.range = place.range;
  finding.column = std::move(raw.violation->column);
  finding.message = std::move(raw.violation->message);
  finding.project = project.project().root_package();
  finding.fingerprint = raw.fingerprint;
  finding.content_fingerprint = raw.content_fingerprint;
  finding.fix = std::move(raw.violation->fix);
  return finding;
}

}  // namespace

bool comes_before(const Finding& a, const Finding& b) {
  if (const auto order = a.project <=> b.project; order != 0) return order < 0;
  if (const auto order = a.file <=> b.file; order != 0) return order < 0;
  const auto key = [](const Finding& f) {
    return std::tie(f.range.line, f.range.column, f.rule, f.unique_id, f.message, f.fingerprint);
  };
  return key(a) < key(b);
}

std::vector<Finding> placed_findings(const LintProject& project, const std::vector<ActiveRule>& rules,
                                     RawFindings raw_findings, Places& places) {
  std::vector<RawFinding>& found = raw_findings.found;
  Placed placed = places_of(project, found, places);
  const std::vector<SortKey> keys = sorted_keys(project, rules, found, placed);
  std::vector<Finding> findings(found.size());
  constexpr std::size_t kPart = 2'000;
  in_parallel_parts(keys.size(), kPart, [&](std::size_t i) {
    RawFinding& raw = found[keys[i].finding];
    findings[i] = finding_of(project, rules[raw.rule], raw, placed.places[keys[i].finding].place);
  });
  return findings;
}

void sort_findings(std::vector<Finding>& findings) {
  if (std::ranges::is_sorted(findings, comes_before)) return;
  // A Finding is big: their places are sorted, and each is moved once.
  std::vector<const Finding*> order;
  order.reserve(findings.size());
  for (const Finding& finding : findings) order.push_back(&finding);
  std::ranges::sort(order, [](const Finding* a, const Finding* b) { return comes_before(*a, *b); });
  std::vector<Finding> sorted;
  sorted.reserve(findings.size());
  for (const Finding* finding : order)
    sorted.push_back(std::move(findings[static_cast<std::size_t>(finding - findings.data())]));
  findings = std::move(sorted);
}

}  // namespace plowline
