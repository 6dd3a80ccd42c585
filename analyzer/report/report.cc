#include "report/report.h"

#include <algorithm>
#include <fmt/format.h>
#include <map>
#include <string_view>
#include <unordered_map>

#include "backfill/run_limits.h"
#include "graph/walk.h"
#include "plan/reason_text.h"
#include "snowplow/packages.h"
#include "state/diff.h"

namespace plowline {
namespace {

bool is_test_type(ResourceType type) {
  return type == ResourceType::kTest || type == ResourceType::kUnitTest;
}

NamedNode named(const Project& project, NodeId id) {
  return {std::string(project.node(id).unique_id), std::string(project.node(id).name)};
}

// `Ann <ann@example.com>`, or what there is of it. dbt 1.10 allows a list of addresses.
std::string owner_text(const JsonText& owner) {
  const auto name_member = owner.get("name");
  const auto mail_member = owner.get("email");
  const std::string name = name_member ? name_member->string().value_or("") : "";
  std::string mail;
  for (const std::string& address : mail_member ? mail_member->strings() : std::vector<std::string>()) {
    mail += (mail.empty() ? "" : ", ") + address;
  }
  if (mail.empty()) return name;
  return name.empty() ? mail : fmt::format("{} <{}>", name, mail);
}

class ReportBuilder {
 public:
  ReportBuilder(ReportInput input, Warnings& warnings) : input_(std::move(input)), warnings_(warnings) {}

  Result<SelectionReport> build() {
    report_.plan = std::move(input_.plan);
    report_.git_commit = std::move(input_.git_commit);
    ids_ = input_.nodes.ids();
    for (std::size_t i = 0; i < ids_.size(); ++i) places_.emplace(project().node(ids_[i]).unique_id, i);
    for (Result<void> (ReportBuilder::*step)() :
         {&ReportBuilder::read_owners, &ReportBuilder::add_nodes, &ReportBuilder::add_reasons,
          &ReportBuilder::add_packages, &ReportBuilder::add_state}) {
      if (auto done = (this->*step)(); !done) return std::unexpected(std::move(done.error()));
    }
    for (const PlannedNode& node : report_.plan.nodes) {
      if (ReportedNode* reported = find(node.unique_id)) reported->runs = true;
    }
    add_findings();
    add_edges();
    add_impact();
    return std::move(report_);
  }

 private:
  const Project& project() const { return *input_.project; }

  ReportedNode* find(std::string_view unique_id) {
    const auto found = places_.find(unique_id);
    return found == places_.end() ? nullptr : &report_.nodes[found->second];
  }

  Result<void> read_owners() {
    for (const GroupRecord& group : project().groups()) {
      const auto owner = check(group.owner);
      if (!owner) {
        return input_error(
            project().manifest_file(), {},
            fmt::format("the owner of group '{}' is not JSON: {}", printable(group.name), owner.error().reason),
            "let dbt write the manifest again (dbt parse)");
      }
      owners_.emplace(group.name, owner_text(*owner));
    }
    return {};
  }

  Result<std::string> owner_of(NodeId id) const {
    const NodeRecord& node = project().node(id);
    if (node.resource_type == ResourceType::kExposure) {
      const auto whole = project().read(id, &NodeRecord::whole);
      if (!whole) return std::unexpected(whole.error());
      const auto owner = whole->get("owner");
      return owner ? owner_text(*owner) : std::string();
    }
    const auto owner = owners_.find(node.group);
    return owner == owners_.end() ? std::string() : owner->second;
  }

  std::vector<ReportedTest> tests_of(NodeId id) const {
    std::vector<ReportedTest> tests;
    for (const NodeId child : project().children(id)) {
      if (is_test_type(project().type(child))) tests.push_back({named(project(), child), input_.nodes.contains(child)});
    }
    return tests;
  }

  Result<ReportedNode> reported(NodeId id) const {
    const NodeRecord& node = project().node(id);
    auto materialized = project().materialized(id);
    if (!materialized) return std::unexpected(std::move(materialized.error()));
    const auto description = project().read(id, &NodeRecord::description);
    if (!description) return std::unexpected(description.error());
    auto owner = owner_of(id);
    if (!owner) return std::unexpected(std::move(owner.error()));
    ReportedNode out;
    out.unique_id = node.unique_id;
    out.name = node.name;
    out.resource_type = node.resource_word;
    out.package_name = node.package_name;
    out.materialized = std::move(*materialized);
    out.relation_name = node.relation_name;
    out.original_file_path = node.original_file_path;
    out.description = description->string().value_or("");
    out.tags.assign(node.tags.begin(), node.tags.end());
    out.owner = std::move(*owner);
    out.group = node.group;
    out.access = node.access;
    out.tests = tests_of(id);
    return out;
  }

  Result<void> add_nodes() {
    for (const NodeId id : ids_) {
      auto node = reported(id);
      if (!node) return std::unexpected(std::move(node.error()));
      report_.nodes.push_back(std::move(*node));
    }
    return {};
  }

  Result<void> add_reasons() {
    const auto explanations = input_.selector->explain(input_.request);
    if (!explanations) return std::unexpected(explanations.error());
    for (const Explanation& explanation : *explanations) {
      ReportedNode* node = find(project().node(explanation.node).unique_id);
      if (node == nullptr) continue;
      for (const Reason& reason : explanation.reasons) node->reasons.push_back(reason_text(project(), reason));
    }
    return {};
  }

  Result<void> add_packages() {
    const auto packages = SnowplowPackages::find(project());
    if (!packages) return std::unexpected(packages.error());
    for (const SnowplowPackage& package : packages->all()) {
      if (package.kind != SnowplowPackage::Kind::kIncremental) continue;
      ReportedWindow window;
      window.package = package.name;
      for (const NodeId id : package.tagged_models) {
        if (!input_.nodes.contains(id)) continue;
        window.models.emplace_back(project().node(id).unique_id);
        find(window.models.back())->counted_by.push_back(package.name);
      }
      if (window.models.empty()) continue;
      fill(window, package);
      report_.windows.push_back(std::move(window));
    }
    return {};
  }

  void fill(ReportedWindow& window, const SnowplowPackage& package) const {
    auto settings = backfill_settings(*input_.vars, *input_.yaml, package.owner);
    if (!settings) {
      window.problem = settings.error().reason;
      return;
    }
    // Without a clock: the run is thought to be so late that nothing but the limit ends its window.
    const Instant late = settings->run.start_date + settings->run.backfill_limit;
    const RunWindow limits = run_limits({}, window.models, settings->run, late);
    window.from = to_text(limits.lower_limit);
    window.to = to_text(limits.upper_limit);
    window.settings = std::move(settings->sources);
  }

  Result<void> add_state() {
    if (input_.before == nullptr) return {};
    const NodeSet none(input_.before->size());
    const auto diff = diff_of(project(), *input_.before, {&input_.nodes, &none}, warnings_);
    if (!diff) return std::unexpected(diff.error());
    report_.state = ReportedState{diff->before.manifest, diff->before.dbt_version, diff->before.generated_at};
    for (ReportedNode& node : report_.nodes) node.state = "unchanged";
    for (const NewNode& added : diff->added) {
      if (ReportedNode* node = find(added.node.unique_id)) node->state = "new";
    }
    for (const ModifiedNode& modified : diff->modified) {
      ReportedNode* node = find(modified.node.unique_id);
      if (node == nullptr) continue;
      node->state = "modified";
      for (const DiffReason& reason : modified.reasons) node->changes.push_back({reason.aspect, reason.key});
      for (const std::size_t macro : modified.macros) node->changed_macros.push_back(diff->macros[macro].unique_id);
    }
    return {};
  }

  void add_findings() {
    report_.linted = input_.findings.has_value();
    if (!input_.findings) return;
    for (Finding& finding : *input_.findings) {
      ReportedNode* node = find(finding.unique_id);
      if (node == nullptr) continue;
      node->findings.push_back(report_.findings.size());
      report_.findings.push_back(std::move(finding));
    }
  }

  void add_edges() {
    for (std::size_t i = 0; i < ids_.size(); ++i) {
      for (const NodeId child : project().children(ids_[i])) {
        const auto found = places_.find(project().node(child).unique_id);
        if (found != places_.end()) report_.edges.emplace_back(i, found->second);
      }
    }
    std::ranges::sort(report_.edges);
  }

  void add_impact() {
    for (std::size_t i = 0; i < ids_.size(); ++i) {
      NodeSet start(project().size());
      start.insert(ids_[i]);
      ImpactCounts& counts = report_.nodes[i].downstream;
      descendants(project(), start).for_each([&](NodeId id) {
        const ResourceType type = project().type(id);
        counts.models += type == ResourceType::kModel ? 1 : 0;
        counts.exposures += type == ResourceType::kExposure ? 1 : 0;
        counts.metrics += type == ResourceType::kMetric ? 1 : 0;
      });
    }
    NodeSet outside = descendants(project(), input_.nodes);
    outside -= input_.nodes;
    outside.for_each([&](NodeId id) {
      const ResourceType type = project().type(id);
      if (type == ResourceType::kModel) report_.impact.models.push_back(named(project(), id));
      if (type == ResourceType::kExposure) report_.impact.exposures.push_back(named(project(), id));
      if (type == ResourceType::kMetric) report_.impact.metrics.push_back(named(project(), id));
    });
  }

  ReportInput input_;
  Warnings& warnings_;
  SelectionReport report_;
  std::vector<NodeId> ids_;
  std::unordered_map<std::string_view, std::size_t> places_;  // by unique_id: the place in report_.nodes
  std::map<std::string_view, std::string> owners_;            // by group
};

}  // namespace

Result<SelectionReport> selection_report(ReportInput input, Warnings& warnings) {
  return ReportBuilder(std::move(input), warnings).build();
}

ReportCounts counts_of(const SelectionReport& report) {
  ReportCounts counts;
  std::map<std::string, std::size_t> types;
  for (const ReportedNode& node : report.nodes) {
    ++types[node.resource_type];
    counts.run += node.runs ? 1 : 0;
    counts.tagged += node.counted_by.empty() ? 0 : 1;
    counts.added += node.state == "new" ? 1 : 0;
    counts.modified += node.state == "modified" ? 1 : 0;
  }
  for (const Finding& finding : report.findings) {
    ++(finding.severity == Severity::kError ? counts.errors : counts.warnings);
  }
  counts.nodes = report.nodes.size();
  counts.by_type.assign(types.begin(), types.end());
  return counts;
}

bool is_test(const ReportedNode& node) {
  return is_test_type(resource_type_from(node.resource_type));
}

}  // namespace plowline
