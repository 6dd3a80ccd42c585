#include "report/report_markdown.h"

#include <algorithm>
#include <fmt/format.h>
#include <string_view>
#include <vector>

#include "command/shell.h"
#include "diagnostic/markdown.h"
#include "output/finding_words.h"
#include "report/report_mermaid.h"

namespace plowline {
namespace {

constexpr std::size_t kLongestName = 120;  // bytes, before they are escaped
constexpr std::size_t kLongestText = 300;
constexpr std::size_t kLongestCommand = 4'000;
constexpr std::size_t kUnfoldedRows = 15;
constexpr std::size_t kLeast = 8'192;
// Kept free for the end: first windows, the manifest, and what a table says at its end.
constexpr std::size_t kReserve = 4'000;
constexpr std::size_t kMostOfWindows = 1'500;
constexpr std::size_t kMostOfIdentity = 1'500;
// Where a name has no room kept for it. (Escaped, a byte may become 17.)
constexpr std::size_t kLongestShortName = 40;

std::string text_of(std::string_view text, std::size_t most = kLongestText) {
  return plain_markdown(cut_text(printable(text), most));
}

std::string code(std::string_view text) {
  return text.empty() ? std::string() : fmt::format("<code>{}</code>", text_of(text, kLongestName));
}

// `parts`, at most `most` of them.
std::string listed(const std::vector<std::string>& parts, std::size_t most) {
  std::string out;
  for (std::size_t i = 0; i < parts.size() && i < most; ++i) out += (i == 0 ? "" : "<br>") + parts[i];
  if (parts.size() > most) out += fmt::format("<br>and {} more", parts.size() - most);
  return out;
}

struct Table {
  std::string title;
  std::string header;  // the names of the columns and the line below, each with its line feed
  std::vector<std::string> rows;
};

// Writes parts one after the other as long as there is room.
class Writer {
 public:
  explicit Writer(std::size_t most) : most_(std::max(most, kLeast)) {}

  std::size_t room() const { return text_.size() + kReserve >= most_ ? 0 : most_ - kReserve - text_.size(); }
  void write(std::string_view part) { text_ += part; }
  // A part that is there as a whole or not at all.
  bool write_if_room(std::string_view part, std::size_t most) {
    if (part.size() > std::min(most, room())) return false;
    write(part);
    return true;
  }

  // As many rows as fit into `share` of the room, folded where there are many.
  void write(const Table& table, double share) {
    if (table.rows.empty()) return;
    const bool folded = table.rows.size() > kUnfoldedRows;
    std::string part = folded ? fmt::format("\n<details><summary>{}</summary>\n\n", table.title)
                              : fmt::format("\n#### {}\n\n", table.title);
    part += table.header;
    const auto limit = static_cast<std::size_t>(static_cast<double>(room()) * share);
    std::size_t shown = 0;
    for (; shown < table.rows.size() && part.size() + table.rows[shown].size() <= limit; ++shown)
      part += table.rows[shown];
    const std::size_t left_out = table.rows.size() - shown;
    if (shown == 0) part = fmt::format("\n#### {}\n", table.title);
    if (left_out > 0) part += fmt::format("\n**Left out here, as there is no room for more: {}.**\n", left_out);
    if (folded && shown > 0) part += "\n</details>\n";
    write(part);
  }

  std::string take() { return std::move(text_); }

 private:
  std::size_t most_;
  std::string text_;
};

std::string head(const SelectionReport& report) {
  const ReportCounts counts = counts_of(report);
  const PlannedProject project = report.plan.project.value_or(PlannedProject{});
  std::string out = fmt::format("### plowline report: {} selected in {}\n\n", counted(counts.nodes, "node"),
                                text_of(project.name, kLongestShortName));
  std::vector<std::string> facts;
  std::string types;
  for (const auto& [type, count] : counts.by_type) {
    if (types.size() > kLongestText) break;  // dbt knows a dozen; a hostile manifest may have any number
    types += fmt::format("{}{}: {}", types.empty() ? "" : ", ", text_of(type, kLongestShortName), count);
  }
  facts.push_back(types);
  if (!report.plan.invocation.empty()) facts.push_back(fmt::format("the command works on {}", counts.run));
  if (counts.tagged > 0) facts.push_back(fmt::format("{} counted by Snowplow packages", counts.tagged));
  if (report.state) facts.push_back(fmt::format("{} new, {} modified", counts.added, counts.modified));
  if (report.linted)
    facts.push_back(
        fmt::format("{}, {}", counted(counts.errors, "lint error"), counted(counts.warnings, "lint warning")));
  for (std::size_t i = 0; i < facts.size(); ++i) out += (i == 0 ? "" : "; ") + facts[i];
  return out + ".\n";
}

std::string command_part(const SelectionReport& report) {
  if (report.plan.invocation.empty()) {
    return fmt::format("\nThere is no command: {}.\n", text_of(report.plan.models_to_run.statement));
  }
  const auto line = render(report.plan.invocation, Shell::kPosix);
  if (!line) return fmt::format("\nNo shell line can be given: {}.\n", text_of(line.error().reason));
  if (line->size() > kLongestCommand) {
    return fmt::format("\nThe command has {} bytes, too many for here: `plowline command` prints it.\n", line->size());
  }
  // A hostile name may hold characters that turn the direction of text: such a line is not for pasting.
  if (printable(*line) != *line) return fmt::format("\nThe command, shown escaped: {}\n", code_span(*line));
  const std::string fence = code_fence(*line);
  return fmt::format("\n{}sh\n{}\n{}\n", fence, *line, fence);
}

Table changes_table(const SelectionReport& report) {
  Table table{"", "| Node | State | What differs |\n|---|---|---|\n", {}};
  for (const ReportedNode& node : report.nodes) {
    if (node.state != "new" && node.state != "modified") continue;
    std::vector<std::string> parts;
    for (const ReportedChange& change : node.changes) {
      parts.push_back(text_of(change.aspect, kLongestName) + (change.key.empty() ? "" : ": " + code(change.key)));
    }
    for (const std::string& macro : node.changed_macros) parts.push_back("macro " + code(macro));
    table.rows.push_back(
        fmt::format("| {} | {} | {} |\n", code(node.unique_id), text_of(node.state), listed(parts, 5)));
  }
  table.title = fmt::format("Changes since the earlier manifest: {}", table.rows.size());
  return table;
}

Table findings_table(const SelectionReport& report) {
  Table table{"", "| Where | Rule | What |\n|---|---|---|\n", {}};
  for (const Severity severity : {Severity::kError, Severity::kWarn}) {
    for (const Finding& finding : report.findings) {
      if (finding.severity != severity) continue;
      table.rows.push_back(fmt::format("| {}<br>{} | {} {} | {} |\n", code(place_text(finding)),
                                       code(finding.unique_id), severity_word(severity), code(finding.rule),
                                       text_of(finding.message)));
    }
  }
  table.title = fmt::format("Lint findings: {}", table.rows.size());
  return table;
}

Table nodes_table(const SelectionReport& report) {
  Table table{"", "| Node | Type | Materialized | Why | Snowplow | Downstream |\n|---|---|---|---|---|---|\n", {}};
  const bool only_tests = std::ranges::all_of(report.nodes, is_test);
  std::size_t tests = 0;
  for (const ReportedNode& node : report.nodes) {
    if (is_test(node) && !only_tests) {
      ++tests;
      continue;
    }
    std::vector<std::string> reasons;
    for (const std::string& reason : node.reasons) reasons.push_back(text_of(reason, kLongestName));
    std::vector<std::string> packages;
    for (const std::string& package : node.counted_by) packages.push_back(code(package));
    const ImpactCounts& down = node.downstream;
    std::vector<std::string> impact;
    if (down.models > 0) impact.push_back(counted(down.models, "model"));
    if (down.exposures > 0) impact.push_back(counted(down.exposures, "exposure"));
    if (down.metrics > 0) impact.push_back(counted(down.metrics, "metric"));
    table.rows.push_back(fmt::format("| {}{}<br>{} | {} | {} | {} | {} | {} |\n", code(node.name),
                                     node.state == "new" || node.state == "modified" ? " (" + node.state + ")" : "",
                                     code(node.package_name), text_of(node.resource_type, kLongestName),
                                     text_of(node.materialized, kLongestName), listed(reasons, 3), listed(packages, 3),
                                     listed(impact, 3)));
  }
  table.title = fmt::format("Selected nodes: {}", table.rows.size());
  if (tests > 0) table.title += fmt::format(", and {}", counted(tests, "test"));
  return table;
}

Table impact_table(const SelectionReport& report) {
  Table table{"", "| Type | Node |\n|---|---|\n", {}};
  const auto add = [&](std::string_view type, const std::vector<NamedNode>& nodes) {
    for (const NamedNode& node : nodes) table.rows.push_back(fmt::format("| {} | {} |\n", type, code(node.unique_id)));
  };
  add("exposure", report.impact.exposures);
  add("metric", report.impact.metrics);
  add("model", report.impact.models);
  table.title = fmt::format("Downstream and not selected: {}", table.rows.size());
  return table;
}

std::string windows_part(const SelectionReport& report) {
  std::string out;
  std::size_t left_out = 0;
  for (const ReportedWindow& window : report.windows) {
    const std::string line =
        fmt::format("\n- {}: {}", code(cut_text(window.package, kLongestShortName)),
                    window.problem.empty()
                        ? fmt::format("a first run covers {} to {} at most", text_of(window.from, kLongestShortName),
                                      text_of(window.to, kLongestShortName))
                        : "the window of a first run is not known: " + text_of(window.problem, kLongestName));
    if (out.size() + line.size() > kMostOfWindows) {
      ++left_out;
    } else {
      out += line;
    }
  }
  if (left_out > 0) out += fmt::format("\n- and {}", counted(left_out, "more package"));
  return out.empty() ? out : out + "\n";
}

std::string identity_part(const SelectionReport& report) {
  const PlannedProject project = report.plan.project.value_or(PlannedProject{});
  const auto fact = [](std::string_view text) { return text_of(text, kLongestShortName); };
  std::string out = fmt::format("\n<sub>dbt {}, adapter {}, manifest of {}", fact(project.dbt_version),
                                fact(project.adapter_type), fact(project.generated_at));
  if (!report.git_commit.empty()) out += fmt::format(", commit {}", fact(report.git_commit));
  if (report.state) out += fmt::format("; compared with the manifest of {}", fact(report.state->generated_at));
  // Only what nobody's dbt writes is as long as that.
  return out.size() > kMostOfIdentity ? std::string() : out + "</sub>\n";
}

}  // namespace

std::string report_markdown(const SelectionReport& report, std::size_t most_bytes) {
  Writer writer(most_bytes);
  writer.write(head(report));
  const std::string command = command_part(report);
  if (!writer.write_if_room(command, writer.room())) {
    writer.write("\nThe command is too long for here: `plowline command` prints it.\n");
  }
  if (report.linted) writer.write(findings_table(report), 0.4);
  if (report.state) writer.write(changes_table(report), 0.4);
  const MermaidGraph graph = mermaid_graph(report);
  if (graph.is_drawn_by_github() && graph.edges > 0)
    writer.write_if_room(fmt::format("\n```mermaid\n{}```\n", graph.text), writer.room() / 2);
  writer.write(nodes_table(report), 0.7);
  writer.write(impact_table(report), 0.9);
  writer.write(windows_part(report));
  writer.write(identity_part(report));
  return writer.take();
}

}  // namespace plowline
