#include "lint/placing.h"

#include <algorithm>
#include <tuple>
#include <utility>

namespace plowline {
namespace {

Place place_of_macro(const MacroRecord& macro, const Anchor& at, Places& places) {
  return at.kind == Anchor::Kind::kCode ? places.code(macro, at.offset, at.length) : places.macro(macro);
}

Place place_of_node(NodeId node, const Anchor& at, Places& places) {
  switch (at.kind) {
    case Anchor::Kind::kProperties:
      return places.properties(node);
    case Anchor::Kind::kColumn:
      return places.column(node, at.key);
    case Anchor::Kind::kConfig:
      return places.config(node, at.key);
    case Anchor::Kind::kTag:
      return places.tag(node, at.key);
    case Anchor::Kind::kCode:
      return places.code(node, at.offset, at.length);
    default:
      return places.node(node);
  }
}

// (What a rule says of the project as a whole may point at a file although it is about a node, too.)
Place place_of(const Violation& violation, Places& places) {
  switch (violation.at.kind) {
    case Anchor::Kind::kProjectFile:
      return places.project_file(violation.at.key);
    case Anchor::Kind::kPackagesFile:
      return places.packages_file(violation.at.key);
    case Anchor::Kind::kSelectorsFile:
      return places.selectors_file(violation.at.key);
    case Anchor::Kind::kManifest:
      return places.manifest();
    default:
      break;
  }
  if (violation.node) return place_of_node(*violation.node, violation.at, places);
  if (violation.macro != nullptr) return place_of_macro(*violation.macro, violation.at, places);
  return places.project_file({});
}

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
                                     std::vector<RawFinding> found, Places& places) {
  std::vector<Finding> findings;
  findings.reserve(found.size());
  for (RawFinding& raw : found) {
    const ActiveRule& rule = rules[raw.rule];
    Finding finding;
    finding.rule = rule.rule->info().name;
    finding.severity = rule.severity;
    say_whom_it_concerns(finding, project, raw.violation);
    Place place = place_of(raw.violation, places);
    finding.file = std::move(place.file);
    finding.range = place.range;
    finding.column = std::move(raw.violation.column);
    finding.message = std::move(raw.violation.message);
    finding.project = project.project().root_package();
    finding.fingerprint = std::move(raw.fingerprint);
    finding.content_fingerprint = std::move(raw.content_fingerprint);
    finding.fix = std::move(raw.violation.fix);
    findings.push_back(std::move(finding));
  }
  sort_findings(findings);
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
