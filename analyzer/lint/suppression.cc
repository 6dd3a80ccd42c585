#include "lint/suppression.h"

#include <algorithm>
#include <fmt/format.h>
#include <map>
#include <utility>

#include "artifact/text_search.h"
#include "diagnostic/suggest.h"
#include "lint/fingerprint.h"
#include "lint/parallel.h"
#include "lint/rule.h"

namespace plowline {
namespace {

constexpr std::string_view kMetaKey = "plowline\"";
constexpr std::string_view kRule = "unused-suppression";

bool is_for(const RuleSet& rules, std::string_view written, std::string_view rule) {
  if (written == rule || written == "all") return true;
  const Rule* found = rules.find(rule);
  return found != nullptr && written == found->info().subject;
}

bool is_known(const RuleSet& rules, std::string_view name) {
  return name == "all" || rules.find(name) != nullptr || rules.has_subject(name);
}

std::vector<std::string> known_names(const RuleSet& rules) {
  const auto subjects = rules.subjects();
  std::vector<std::string> names(subjects.begin(), subjects.end());
  for (const Rule* rule : rules.all()) names.push_back(rule->info().name);
  return names;
}

// Whether all that the name stands for was run, so that its silence means something.
bool was_run(const RuleSet& rules, std::string_view name, const std::vector<std::string>& rules_run) {
  if (rules.find(name) != nullptr) return std::ranges::find(rules_run, name) != rules_run.end();
  return std::ranges::all_of(rules.all(), [&](const Rule* rule) {
    const RuleInfo& info = rule->info();
    return (name != "all" && info.subject != name) || std::ranges::find(rules_run, info.name) != rules_run.end();
  });
}

bool has_key(RawJson raw) {
  return has_text(raw.bytes, kMetaKey);
}

// The nodes where the key stands in the meta of the node or of a column, or somewhere beside. All that the manifest has
// of the nodes' configs and columns is searched: a third of a big manifest.
std::vector<NodeId> nodes_with_key(const LintProject& project, const NodeSet& scope) {
  return collect_in_parallel<NodeId>(scope.ids(), [&](NodeId id, std::vector<NodeId>& found) {
    const NodeRecord& node = project.node(id);
    if (has_key(node.config) || has_key(node.meta) || has_key(node.columns)) found.push_back(id);
  });
}

}  // namespace

Suppressions Suppressions::of(const LintProject& project, const NodeSet& scope, Places& places, RuleSet rules) {
  Suppressions suppressions;
  suppressions.rules_ = std::move(rules);
  for (IgnoreComment& comment : ignore_comments(places, scope.ids())) {
    suppressions.comments_.push_back(std::make_unique<IgnoreComment>(std::move(comment)));
    const IgnoreComment& kept = *suppressions.comments_.back();
    const auto add = [&](std::string rule) {
      suppressions.entries_.push_back({std::move(rule), false, &kept, std::nullopt, {}, Place{kept.file, kept.range}});
    };
    for (const std::string& rule : kept.rules) add(rule);
    if (kept.rules.empty()) add({});
  }
  for (const NodeId id : nodes_with_key(project, scope)) suppressions.add_meta(project, id, places);
  return suppressions;
}

void Suppressions::add_meta(const LintProject& project, NodeId id, Places& places) {
  const NodeRecord& node = project.node(id);
  if (has_key(node.config) || has_key(node.meta)) {
    for (std::string& rule : texts_of(member_of(project.config(id).in_meta.plowline, "ignore"))) {
      entries_.push_back({std::move(rule), false, nullptr, id, {}, places.config(id, "meta")});
    }
  }
  if (!has_key(node.columns)) return;
  for (const Column& column : project.columns(id)) {
    for (std::string& rule : texts_of(member_of(member_of(column.meta, "plowline"), "ignore"))) {
      entries_.push_back(
          {std::move(rule), false, nullptr, id, std::string(column.name), places.column(id, column.name)});
    }
  }
}

std::string Suppressions::message_for(std::string_view name) const {
  if (name.empty()) return "this suppression names no rule, so it does nothing; name the rules: plowline: ignore RULE";
  if (is_known(rules_, name)) {
    return fmt::format("nothing is suppressed here: {} finds nothing; take the suppression away", printable(name));
  }
  const auto meant = nearest(name, known_names(rules_));
  return fmt::format("there is no rule {}, so nothing is suppressed{}", printable(name),
                     meant ? fmt::format("; did you mean {}?", *meant) : std::string());
}

bool Suppressions::covers(const Entry& entry, const LintProject& project, const Finding& finding) const {
  if (!is_for(rules_, entry.rule, finding.rule)) return false;
  const std::optional<NodeId> node = project.project().find(finding.unique_id);
  if (entry.comment != nullptr) {
    const MacroRecord* macro = node ? nullptr : project.macro(finding.unique_id);
    return plowline::covers(*entry.comment, Concern{node, macro, finding.column, finding.file, finding.range.line});
  }
  return node && node == entry.node && (entry.column.empty() || entry.column == finding.column);
}

std::size_t Suppressions::apply(const LintProject& project, std::vector<Finding>& findings) {
  if (entries_.empty()) return 0;
  return std::erase_if(findings, [&](const Finding& finding) {
    bool suppressed = false;
    // (Every entry that covers the finding is in use: two comments for one finding are both right.)
    for (Entry& entry : entries_) {
      if (!covers(entry, project, finding)) continue;
      entry.used = true;
      suppressed = true;
    }
    return suppressed;
  });
}

std::vector<Finding> Suppressions::unused(const LintProject& project, const std::vector<std::string>& rules_run,
                                          Severity severity) const {
  std::vector<Finding> findings;
  for (const Entry& entry : entries_) {
    if (entry.used || (is_known(rules_, entry.rule) && !was_run(rules_, entry.rule, rules_run))) continue;
    if (is_for(rules_, entry.rule, kRule)) continue;
    Violation violation;
    violation.node =
        entry.comment != nullptr && !entry.comment->nodes.empty() ? entry.comment->nodes.front() : entry.node;
    violation.key = entry.rule + ":" + entry.column;
    Finding finding;
    finding.rule = kRule;
    finding.severity = severity;
    finding.project = project.project().root_package();
    finding.name = finding.project;
    finding.resource_type = "project";
    if (violation.node) {
      const NodeRecord& node = project.node(*violation.node);
      finding.unique_id = node.unique_id;
      finding.name = node.name;
      finding.resource_type = node.resource_word;
    }
    finding.column = entry.column;
    finding.message = message_for(entry.rule);
    finding.file = entry.place.file;
    finding.range = entry.place.range;
    finding.fingerprint = Fingerprints(project).of(kRule, violation);
    findings.push_back(std::move(finding));
  }
  std::map<Fingerprint, std::size_t> times;
  for (Finding& finding : findings) {
    if (const std::size_t before = times[finding.fingerprint]++; before > 0) {
      finding.fingerprint = repeated_fingerprint(finding.fingerprint.text(), before);
    }
  }
  return findings;
}

}  // namespace plowline
