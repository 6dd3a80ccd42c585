#include "report/report_json.h"

#include <nlohmann/json.hpp>
#include <utility>

#include "command/shell.h"
#include "diagnostic/json_output.h"
#include "lint/parallel.h"

namespace plowline {
namespace {

using Json = nlohmann::ordered_json;

// An object that is to have so many members: one that grows copies all that is in it, whatever its size.
Json object_of(std::size_t members) {
  Json out = Json::object();
  out.get_ref<Json::object_t&>().reserve(members);
  return out;
}

Json project_json(const SelectionReport& report) {
  const PlannedProject project = report.plan.project.value_or(PlannedProject{});
  return {{"manifest", project.manifest},
          {"name", project.name},
          {"dbt_version", project.dbt_version},
          {"adapter_type", project.adapter_type},
          {"generated_at", project.generated_at},
          {"schema_version", project.schema_version},
          {"git_commit", text_or_null(report.git_commit)}};
}

Json state_json(const std::optional<ReportedState>& state) {
  if (!state) return nullptr;
  return {{"manifest", state->manifest}, {"dbt_version", state->dbt_version}, {"generated_at", state->generated_at}};
}

// The command for each shell that people type into; null where that shell cannot express it.
Json lines_json(const Invocation& invocation) {
  Json lines = Json::object();
  for (const Shell shell : {Shell::kPosix, Shell::kBash, Shell::kZsh, Shell::kFish, Shell::kPowershell, Shell::kCmd}) {
    const auto line = render(invocation, shell);
    lines[std::string(shell_names()[static_cast<std::size_t>(shell)])] = line ? Json(*line) : Json(nullptr);
  }
  return lines;
}

Result<Json> command_json(const Invocation& invocation) {
  if (invocation.empty()) return Json(nullptr);
  const auto argv = invocation.argv(VarsStyle::kJson);
  if (!argv) return std::unexpected(argv.error());
  Json vars = nullptr;
  if (!invocation.vars().empty()) {
    const auto text = invocation.vars().render(VarsStyle::kJson);
    if (!text) return std::unexpected(text.error());
    vars = *text;
  }
  return Json{{"argv", *argv}, {"lines", lines_json(invocation)}, {"vars", std::move(vars)}};
}

Json counts_json(const SelectionReport& report) {
  const ReportCounts counts = counts_of(report);
  Json types = Json::array();
  for (const auto& [type, count] : counts.by_type) types.push_back({{"resource_type", type}, {"nodes", count}});
  const bool compared = report.state.has_value();
  return {{"nodes", counts.nodes},
          {"run", counts.run},
          {"tagged", counts.tagged},
          {"by_resource_type", std::move(types)},
          {"new", compared ? Json(counts.added) : Json(nullptr)},
          {"modified", compared ? Json(counts.modified) : Json(nullptr)},
          {"errors", report.linted ? Json(counts.errors) : Json(nullptr)},
          {"warnings", report.linted ? Json(counts.warnings) : Json(nullptr)}};
}

Json named_json(const std::vector<NamedNode>& nodes) {
  Json out = Json::array();
  for (const NamedNode& node : nodes) out.push_back({{"unique_id", node.unique_id}, {"name", node.name}});
  return out;
}

Json state_of(const ReportedNode& node) {
  if (node.state.empty()) return nullptr;
  Json changes = Json::array();
  for (const ReportedChange& change : node.changes) {
    changes.push_back({{"aspect", change.aspect}, {"key", text_or_null(change.key)}});
  }
  return {{"is", node.state}, {"changes", std::move(changes)}, {"macros", node.changed_macros}};
}

Json node_json(const ReportedNode& node) {
  Json tests = Json::array();
  for (const ReportedTest& test : node.tests) {
    tests.push_back({{"unique_id", test.test.unique_id}, {"name", test.test.name}, {"selected", test.selected}});
  }
  constexpr std::size_t kMembers = 19;
  Json out = object_of(kMembers);
  out["unique_id"] = node.unique_id;
  out["name"] = node.name;
  out["resource_type"] = node.resource_type;
  out["package_name"] = node.package_name;
  out["materialized"] = text_or_null(node.materialized);
  out["relation_name"] = text_or_null(node.relation_name);
  out["original_file_path"] = text_or_null(node.original_file_path);
  out["description"] = text_or_null(node.description);
  out["tags"] = node.tags;
  out["owner"] = text_or_null(node.owner);
  out["group"] = text_or_null(node.group);
  out["access"] = text_or_null(node.access);
  out["runs"] = node.runs;
  out["reasons"] = node.reasons;
  out["counted_by"] = node.counted_by;
  out["tests"] = std::move(tests);
  out["state"] = state_of(node);
  out["findings"] = node.findings;
  out["downstream"] = {{"models", node.downstream.models},
                       {"exposures", node.downstream.exposures},
                       {"metrics", node.downstream.metrics}};
  return out;
}

Json windows_json(const std::vector<ReportedWindow>& windows) {
  Json out = Json::array();
  for (const ReportedWindow& window : windows) {
    Json settings = Json::array();
    for (const SettingSource& source : window.settings) {
      settings.push_back({{"name", source.name}, {"value", source.value}, {"origin", source.origin}});
    }
    out.push_back({{"package", window.package},
                   {"models", window.models},
                   {"from", text_or_null(window.from)},
                   {"to", text_or_null(window.to)},
                   {"problem", text_or_null(window.problem)},
                   {"settings", std::move(settings)}});
  }
  return out;
}

Json findings_json(const SelectionReport& report) {
  if (!report.linted) return nullptr;
  Json out = Json::array();
  for (const Finding& finding : report.findings) {
    const auto number = [](auto value) { return value == 0 ? Json(nullptr) : Json(value); };
    out.push_back({{"rule", finding.rule},
                   {"severity", to_string(finding.severity)},
                   {"unique_id", finding.unique_id},
                   {"column", text_or_null(finding.column)},
                   {"message", finding.message},
                   {"file", text_or_null(finding.file)},
                   {"line", number(finding.range.line)},
                   {"fingerprint", finding.fingerprint.text()}});
  }
  return out;
}

Json nodes_json(const std::vector<ReportedNode>& nodes) {
  Json::array_t out(nodes.size());
  constexpr std::size_t kPart = 250;
  in_parallel_parts(nodes.size(), kPart, [&](std::size_t i) { out[i] = node_json(nodes[i]); });
  return out;
}

Result<Json> report_document(const SelectionReport& report, const Warnings& warnings) {
  auto command = command_json(report.plan.invocation);
  if (!command) return std::unexpected(std::move(command.error()));
  Json edges = Json::array();
  for (const auto& [parent, child] : report.edges) edges.push_back({{"parent", parent}, {"child", child}});
  const RunPlan& plan = report.plan;
  constexpr std::size_t kMembers = 12;
  Json document = object_of(kMembers);
  document["project"] = project_json(report);
  document["state"] = state_json(report.state);
  document["selected_by"] = {
      {"select", plan.select}, {"exclude", plan.exclude}, {"selector", text_or_null(plan.selector)}};
  document["command"] = std::move(*command);
  document["models_to_run"] = {{"applies", plan.models_to_run.applies},
                               {"statement", plan.models_to_run.statement},
                               {"value", text_or_null(plan.models_to_run.value)}};
  document["counts"] = counts_json(report);
  document["nodes"] = nodes_json(report.nodes);
  document["edges"] = std::move(edges);
  document["findings"] = findings_json(report);
  document["first_windows"] = windows_json(report.windows);
  document["impact"] = {{"models", named_json(report.impact.models)},
                        {"exposures", named_json(report.impact.exposures)},
                        {"metrics", named_json(report.impact.metrics)}};
  document["warnings"] = warnings_json(warnings);
  return document;
}

}  // namespace

Result<std::string> report_json(const SelectionReport& report, const Warnings& warnings) {
  const auto document = report_document(report, warnings);
  if (!document) return std::unexpected(document.error());
  return document_text(*document);
}

Result<std::string> report_json_line(const SelectionReport& report, const Warnings& warnings) {
  const auto document = report_document(report, warnings);
  if (!document) return std::unexpected(document.error());
  return document_line(*document);
}

}  // namespace plowline
