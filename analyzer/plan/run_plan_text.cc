#include "plan/run_plan_text.h"

#include <algorithm>
#include <cstddef>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <vector>

namespace plowline {
namespace {

using Row = std::vector<std::string>;

// Code points, which for names is near enough to columns on a terminal.
std::size_t width_of(std::string_view text) {
  return static_cast<std::size_t>(
      std::ranges::count_if(text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

std::string table_text(const std::vector<Row>& rows) {
  std::vector<std::size_t> widths(rows.front().size(), 0);
  for (const Row& row : rows) {
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], width_of(row[i]));
  }
  std::string text;
  for (const Row& row : rows) {
    std::string line;
    for (std::size_t i = 0; i < row.size(); ++i) {
      line += row[i];
      if (i + 1 < row.size()) line += std::string(widths[i] - width_of(row[i]) + 2, ' ');
    }
    line.erase(line.find_last_not_of(' ') + 1);
    text += line + "\n";
  }
  return text;
}

std::string or_dash(std::string_view text) {
  return text.empty() ? "-" : printable(text);
}

std::string nodes_table(const RunPlan& plan) {
  std::vector<Row> rows{{"NODE", "TYPE", "PACKAGE", "MATERIALIZED", "COUNTED BY", "RELATION", "WHY"}};
  for (const PlannedNode& node : plan.nodes) {
    rows.push_back({printable(node.name), printable(node.resource_type), printable(node.package_name),
                    or_dash(node.materialized), or_dash(fmt::format("{}", fmt::join(node.counted_by, ", "))),
                    or_dash(node.relation_name), or_dash(fmt::format("{}", fmt::join(node.reasons, "; ")))});
  }
  return table_text(rows);
}

std::string names_table(const PlannedModelsToRun& models) {
  std::vector<Row> rows{{"NAME IN MODELS_TO_RUN", "ORIGIN", "WHY"}};
  for (const PlannedName& name : models.names)
    rows.push_back({printable(name.name), name.origin, printable(name.reason)});
  return table_text(rows);
}

}  // namespace

std::string explanation_text(const RunPlan& plan) {
  std::string text;
  if (!plan.nodes.empty()) text += nodes_table(plan) + "\n";
  text += printable(plan.models_to_run.statement) + "\n";
  if (!plan.models_to_run.names.empty()) text += "\n" + names_table(plan.models_to_run);
  return text;
}

}  // namespace plowline
