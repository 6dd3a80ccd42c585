#include "report/report_html_sections.h"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <unordered_map>
#include <utility>
#include <vector>

#include "command/shell.h"
#include "diagnostic/html.h"
#include "output/finding_words.h"

namespace plowline {
namespace {

constexpr std::string_view kStaticStyle = R"(
:root { color-scheme: light dark; }
body { font: 15px/1.5 system-ui, sans-serif; max-width: 100rem; margin: 1.5rem auto; padding: 0 1rem; }
h1 { font-size: 1.5rem; overflow-wrap: anywhere; }
h2 { font-size: 1.15rem; margin-top: 2rem; }
h3 { font-size: 1rem; margin-bottom: .2rem; }
pre { overflow-x: auto; padding: .6rem .8rem; border: 1px solid #8886; border-radius: .3rem; }
code { overflow-wrap: anywhere; }
table { border-collapse: collapse; }
th, td { text-align: left; vertical-align: top; padding: .2rem .8rem .2rem 0; border-bottom: 1px solid #8884; max-width: 30rem; overflow-wrap: anywhere; }
tbody th { font-weight: 600; }
.scroll { overflow: auto; max-height: 80vh; }
.note { padding: .6rem .8rem; border: 1px solid #b26a00; border-radius: .3rem; }
.counts { display: flex; flex-wrap: wrap; gap: .3rem 1.2rem; list-style: none; padding: 0; }
.facts div { display: flex; gap: .6rem; }
.facts dt { min-width: 9rem; }
.facts dd { margin: 0; overflow-wrap: anywhere; }
.plain { list-style: none; margin: 0; padding: 0; }
.error { color: #c62828; }
.badge { border: 1px solid currentColor; border-radius: .3rem; padding: 0 .3rem; }
@media (prefers-color-scheme: dark) { .error { color: #ff8a80; } }
@media print { .scroll { overflow: visible; max-height: none; } pre { white-space: pre-wrap; } }
)";

std::string bdi(std::string_view text) {
  return text.empty() ? std::string() : fmt::format("<bdi>{}</bdi>", html_text(text));
}

std::string bdi_list(const std::vector<std::string>& texts) {
  std::string out;
  for (const std::string& text : texts) out += fmt::format("<li>{}</li>", bdi(text));
  return out.empty() ? out : "<ul class=\"plain\">" + out + "</ul>";
}

std::string badge(std::string_view kind, std::string_view text) {
  return fmt::format("<span class=\"badge {}\">{}</span>", kind, text);
}

std::string section(std::string_view id, std::string_view title, const std::string& body) {
  if (body.empty()) return body;
  return fmt::format("<section id=\"{}\">\n<h2>{}</h2>\n{}</section>\n", id, title, body);
}

// The style treats a table of many rows as a long one, and the script need not wait until all of it is laid out.
constexpr std::size_t kLongTable = 200;

std::string table(std::string_view header, const std::vector<std::string>& rows, std::string_view attributes = {}) {
  if (rows.empty()) return {};
  return fmt::format(
      "<div class=\"scroll{}\"><table{}>\n<thead><tr>{}</tr></thead>\n<tbody>\n{}</tbody>\n</table></div>\n",
      rows.size() > kLongTable ? " long" : "", attributes, header, fmt::join(rows, ""));
}

// A node as the script turns it into a link; one that is not in the report is only named.
class NodeReferences {
 public:
  explicit NodeReferences(const SelectionReport& report) {
    for (std::size_t i = 0; i < report.nodes.size(); ++i) places_.emplace(report.nodes[i].unique_id, i);
  }

  std::string operator()(std::string_view unique_id) const {
    if (unique_id.empty()) return {};
    const auto found = places_.find(unique_id);
    if (found == places_.end()) return fmt::format("<code>{}</code>", bdi(unique_id));
    return fmt::format("<code class=\"node-ref\" data-node=\"{}\">{}</code>", found->second, bdi(unique_id));
  }

 private:
  std::unordered_map<std::string_view, std::size_t> places_;
};

// --- header ----------------------------------------------------------------------------------------------------------

std::string figure(std::size_t count, std::string_view word, std::string_view kind = {}) {
  const std::string attribute = kind.empty() || count == 0 ? std::string() : fmt::format(" class=\"{}\"", kind);
  return fmt::format("<li{}><b>{}</b> {}</li>\n", attribute, count, word);
}

// `12 models`, for a word of dbt's; a word that nobody knows stays what it is.
std::string type_words(const std::string& type, std::size_t count) {
  static constexpr std::array<std::pair<std::string_view, std::string_view>, 12> kPlurals = {
      {{"model", "models"},
       {"seed", "seeds"},
       {"snapshot", "snapshots"},
       {"source", "sources"},
       {"test", "tests"},
       {"unit_test", "unit tests"},
       {"exposure", "exposures"},
       {"metric", "metrics"},
       {"analysis", "analyses"},
       {"function", "functions"},
       {"saved_query", "saved queries"},
       {"semantic_model", "semantic models"}}};
  const auto* const known = std::ranges::find(kPlurals, type, &std::pair<std::string_view, std::string_view>::first);
  if (known == kPlurals.end() || count == 1) return bdi(type);
  return std::string(known->second);
}

std::string counts_list(const SelectionReport& report) {
  const ReportCounts counts = counts_of(report);
  std::string out =
      "<ul id=\"counts\" class=\"counts\">\n" + figure(counts.nodes, counts.nodes == 1 ? "node" : "nodes");
  for (const auto& [type, count] : counts.by_type) out += figure(count, type_words(type, count));
  if (!report.plan.invocation.empty()) out += figure(counts.run, "run");
  if (counts.tagged > 0) out += figure(counts.tagged, "counted by Snowplow packages");
  if (report.state) out += figure(counts.added, "new", "new") + figure(counts.modified, "modified", "modified");
  if (report.linted) {
    out += figure(counts.errors, counts.errors == 1 ? "lint error" : "lint errors", "error");
    out += figure(counts.warnings, counts.warnings == 1 ? "lint warning" : "lint warnings", "warn");
  }
  return out + "</ul>\n";
}

std::string identity(const SelectionReport& report) {
  const PlannedProject project = report.plan.project.value_or(PlannedProject{});
  std::string facts;
  const auto add = [&](std::string_view name, std::string_view value) {
    if (value.empty()) return;
    facts += fmt::format("<div><dt>{}</dt><dd>{}</dd></div>\n", name, bdi(value));
  };
  add("Project", project.name);
  add("Manifest", project.manifest);
  add("Generated at", project.generated_at);
  add("dbt", project.dbt_version);
  add("Adapter", project.adapter_type);
  add("Git commit", report.git_commit);
  if (report.state) {
    add("Compared with", report.state->manifest);
    add("… generated at", report.state->generated_at);
    add("… by dbt", report.state->dbt_version);
  }
  return fmt::format(
      "<details id=\"identity\" open><summary>Artifacts</summary><dl class=\"facts\">\n{}</dl></details>\n", facts);
}

std::string selected_by(const RunPlan& plan) {
  std::string out;
  const auto add = [&](std::string_view before, const std::vector<std::string>& words) {
    for (const std::string& word : words) out += fmt::format("{}<code dir=\"auto\">{}</code>", before, html_text(word));
  };
  add(" ", plan.select);
  if (!plan.selector.empty()) add(" the selector ", {plan.selector});
  add(" without ", plan.exclude);
  return out.empty() ? out : fmt::format("<p class=\"selection\">Selected by{}</p>\n", out);
}

// --- commands --------------------------------------------------------------------------------------------------------

constexpr std::array<std::pair<Shell, std::string_view>, 6> kShells = {{{Shell::kPosix, "POSIX shell"},
                                                                        {Shell::kBash, "bash"},
                                                                        {Shell::kZsh, "zsh"},
                                                                        {Shell::kFish, "fish"},
                                                                        {Shell::kPowershell, "PowerShell"},
                                                                        {Shell::kCmd, "cmd"}}};

std::string command_for(const Invocation& invocation, Shell shell) {
  const auto line = render(invocation, shell);
  if (!line) return fmt::format("<p class=\"note\">{}</p>", bdi(line.error().reason));
  return fmt::format("<pre><code dir=\"ltr\">{}</code></pre>", html_text(*line));
}

// --- nodes -----------------------------------------------------------------------------------------------------------

std::string state_cell(const ReportedNode& node) {
  if (node.state != "new" && node.state != "modified") return node.state;
  std::vector<std::string> parts;
  for (const ReportedChange& change : node.changes) {
    parts.push_back(change.key.empty() ? change.aspect : change.aspect + ": " + change.key);
  }
  for (const std::string& macro : node.changed_macros) parts.push_back("macro " + macro);
  return badge(node.state, node.state) + (parts.empty() ? "" : " " + bdi_list(parts));
}

std::string findings_cell(const SelectionReport& report, const ReportedNode& node) {
  const auto errors = static_cast<std::size_t>(std::ranges::count_if(
      node.findings, [&](std::size_t place) { return report.findings[place].severity == Severity::kError; }));
  const std::size_t warnings = node.findings.size() - errors;
  std::string out;
  if (errors > 0) out += badge("error", counted(errors, "error"));
  if (warnings > 0) out += (errors > 0 ? " " : "") + badge("warn", counted(warnings, "warning"));
  return out;
}

std::string downstream_cell(const ImpactCounts& down) {
  std::string out;
  const auto add = [&](std::size_t count, std::string_view noun) {
    if (count > 0) out += (out.empty() ? "" : ", ") + counted(count, noun);
  };
  add(down.models, "model");
  add(down.exposures, "exposure");
  add(down.metrics, "metric");
  return out;
}

struct HtmlColumn {
  std::string_view key;  // as the script knows it, for sorting; may be empty
  std::string_view title;
  std::string (*cell)(const SelectionReport&, const ReportedNode&);
};

constexpr std::array<HtmlColumn, 14> kColumns = {{
    {"type", "Type", [](const SelectionReport&, const ReportedNode& node) { return bdi(node.resource_type); }},
    {"package", "Package", [](const SelectionReport&, const ReportedNode& node) { return bdi(node.package_name); }},
    {"materialized", "Materialized",
     [](const SelectionReport&, const ReportedNode& node) { return bdi(node.materialized); }},
    {"state", "State", [](const SelectionReport&, const ReportedNode& node) { return state_cell(node); }},
    {"findings", "Findings", findings_cell},
    {"downstream", "Downstream",
     [](const SelectionReport&, const ReportedNode& node) { return downstream_cell(node.downstream); }},
    {"reasons", "Why", [](const SelectionReport&, const ReportedNode& node) { return bdi_list(node.reasons); }},
    {"tags", "Tags", [](const SelectionReport&, const ReportedNode& node) { return bdi_list(node.tags); }},
    {"", "Counted by", [](const SelectionReport&, const ReportedNode& node) { return bdi_list(node.counted_by); }},
    {"owner", "Owner", [](const SelectionReport&, const ReportedNode& node) { return bdi(node.owner); }},
    {"access", "Access", [](const SelectionReport&, const ReportedNode& node) { return bdi(node.access); }},
    {"relation", "Relation", [](const SelectionReport&, const ReportedNode& node) { return bdi(node.relation_name); }},
    {"path", "File", [](const SelectionReport&, const ReportedNode& node) { return bdi(node.original_file_path); }},
    {"", "Description", [](const SelectionReport&, const ReportedNode& node) { return bdi(node.description); }},
}};

std::string node_row(const SelectionReport& report, std::size_t place, const std::vector<HtmlColumn>& columns) {
  const ReportedNode& node = report.nodes[place];
  std::string out = fmt::format("<tr data-node=\"{}\"><th scope=\"row\">{}</th>", place, bdi(node.name));
  for (const HtmlColumn& column : columns) out += "<td>" + column.cell(report, node) + "</td>";
  return out + "</tr>\n";
}

}  // namespace

std::string_view static_style() {
  return kStaticStyle;
}

std::string header_html(const SelectionReport& report) {
  const std::string name = report.plan.project ? report.plan.project->name : "";
  return fmt::format(
      "<header id=\"report-header\">\n<div class=\"title\"><h1>Selection report{}{}</h1></div>\n{}{}{}</header>\n",
      name.empty() ? "" : ": ", bdi(name), selected_by(report.plan), counts_list(report), identity(report));
}

std::string commands_html(const SelectionReport& report) {
  std::string out;
  for (const auto& [shell, title] : kShells) {
    if (report.plan.invocation.empty()) break;
    out +=
        fmt::format("<div class=\"command\" data-shell=\"{}\"><h3>{}</h3>{}</div>\n",
                    shell_names()[static_cast<std::size_t>(shell)], title, command_for(report.plan.invocation, shell));
  }
  const PlannedModelsToRun& models = report.plan.models_to_run;
  const std::string value = models.value.empty() ? std::string() : ": <code>" + bdi(models.value) + "</code>";
  if (!models.statement.empty())
    out += fmt::format("<p class=\"models-to-run\">{}{}</p>\n", bdi(models.statement), value);
  return section("commands", "Commands", out);
}

std::string windows_html(const SelectionReport& report) {
  const NodeReferences reference(report);
  std::vector<std::string> rows;
  for (const ReportedWindow& window : report.windows) {
    std::string models;
    for (const std::string& model : window.models) models += "<li>" + reference(model) + "</li>";
    std::vector<std::string> settings;
    for (const SettingSource& setting : window.settings) {
      settings.push_back(fmt::format("{}: {} ({})", setting.name, setting.value, setting.origin));
    }
    const std::string covers = window.problem.empty()
                                   ? fmt::format("<td>{}</td><td>{}</td>", bdi(window.from), bdi(window.to))
                                   : fmt::format("<td colspan=\"2\">not known: {}</td>", bdi(window.problem));
    rows.push_back(fmt::format("<tr><th scope=\"row\">{}</th>{}<td><ul class=\"plain\">{}</ul></td><td>{}</td></tr>\n",
                               bdi(window.package), covers, models, bdi_list(settings)));
  }
  return section(
      "windows", "First run windows",
      table("<th scope=\"col\">Package</th><th scope=\"col\">From (UTC)</th><th scope=\"col\">To at most</th>"
            "<th scope=\"col\">Models</th><th scope=\"col\">Settings</th>",
            rows));
}

std::string findings_html(const SelectionReport& report) {
  const NodeReferences reference(report);
  std::vector<std::string> rows;
  for (const Severity severity : {Severity::kError, Severity::kWarn}) {
    for (const Finding& finding : report.findings) {
      if (finding.severity != severity) continue;
      rows.push_back(fmt::format("<tr><td>{}</td><td>{}</td><td>{}</td><td><code>{}</code></td><td>{}</td></tr>\n",
                                 badge(severity == Severity::kError ? "error" : "warn", severity_word(severity)),
                                 bdi(place_text(finding)), reference(finding.unique_id), bdi(finding.rule),
                                 bdi(finding.message)));
    }
  }
  return section("findings", "Findings",
                 table("<th scope=\"col\">Severity</th><th scope=\"col\">Where</th><th scope=\"col\">Node</th>"
                       "<th scope=\"col\">Rule</th><th scope=\"col\">What</th>",
                       rows));
}

std::string nodes_html(const SelectionReport& report) {
  std::vector<HtmlColumn> columns;
  std::string header = "<th scope=\"col\" data-key=\"name\">Name</th>";
  for (const HtmlColumn& column : kColumns) {
    const bool filled =
        std::ranges::any_of(report.nodes, [&](const ReportedNode& node) { return !column.cell(report, node).empty(); });
    if (!filled) continue;
    columns.push_back(column);
    const std::string key = column.key.empty() ? std::string() : fmt::format(" data-key=\"{}\"", column.key);
    header += fmt::format("<th scope=\"col\"{}>{}</th>", key, column.title);
  }
  std::vector<std::string> rows;
  for (std::size_t i = 0; i < report.nodes.size(); ++i) rows.push_back(node_row(report, i, columns));
  return section("nodes", "Nodes", table(header, rows, " id=\"nodes-table\""));
}

std::string impact_html(const SelectionReport& report) {
  std::vector<std::string> rows;
  const auto add = [&](std::string_view type, const std::vector<NamedNode>& nodes) {
    for (const NamedNode& node : nodes) {
      rows.push_back(fmt::format("<tr><td>{}</td><th scope=\"row\">{}</th><td><code>{}</code></td></tr>\n", type,
                                 bdi(node.name), bdi(node.unique_id)));
    }
  };
  add("exposure", report.impact.exposures);
  add("metric", report.impact.metrics);
  add("model", report.impact.models);
  return section("impact", "Downstream, not selected",
                 table("<th scope=\"col\">Type</th><th scope=\"col\">Name</th><th scope=\"col\">Id</th>", rows));
}

std::string warnings_html(const Warnings& warnings) {
  std::string items;
  for (const Warning& warning : warnings) {
    items += fmt::format("<li>{} <code>{}</code>{}{}</li>\n", bdi(warning.message), html_text(warning.code),
                         warning.next_step.empty() ? "" : "<br>", bdi(warning.next_step));
  }
  return section("warnings", "Warnings", items.empty() ? items : "<ul>\n" + items + "</ul>\n");
}

}  // namespace plowline
