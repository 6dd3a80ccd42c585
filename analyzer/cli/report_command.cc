#include <algorithm>
#include <filesystem>
#include <fmt/format.h>
#include <iterator>
#include <memory>
#include <optional>
#include <utility>

#include "artifact/write_file.h"
#include "cli/commands.h"
#include "cli/console.h"
#include "cli/lint_input.h"
#include "cli/print.h"
#include "cli/run_input.h"
#include "command/capture.h"
#include "lint/lint.h"
#include "report/report.h"
#include "report/report_csv.h"
#include "report/report_dot.h"
#include "report/report_html.h"
#include "report/report_json.h"
#include "report/report_markdown.h"
#include "report/report_mermaid.h"
#include "report/report_page.h"

namespace plowline {
namespace {

namespace fs = std::filesystem;

struct ReportFlags {
  RunFlags run;
  std::string config;
  std::string catalog;
  std::string format = "markdown";
  std::string output;
  bool no_lint = false;
};

Result<void> check_flags(const ReportFlags& flags) {
  const SelectionFlags& selection = flags.run.selection;
  if (flags.run.selectors.empty() && selection.select.empty() && selection.selector.empty()) {
    return std::unexpected(
        usage_error("plowline report needs a selection", "name what to report: plowline report +my_model").error());
  }
  return {};
}

LintInputFlags lint_flags(const ReportFlags& flags) {
  LintInputFlags lint;
  lint.project = flags.run.project;
  lint.selection.state = flags.run.selection.state;
  lint.config = flags.config;
  lint.catalog = flags.catalog;
  return lint;
}

// The one project of the report, with all that the linter reads. What plowline.yml says of it (its state, its catalog)
// counts here too.
Result<OpenLint*> open_one(const ReportFlags& flags, const LintConfig& config, Warnings& warnings) {
  const bool named = !flags.run.project.manifest.empty() || !flags.run.project.project_dir.empty();
  if (config.projects.size() > 1 && !named) {
    return usage_error("the configuration names several projects, and a report is about one",
                       "say which: --project-dir DIR");
  }
  const auto projects = open_projects(lint_flags(flags), config, warnings);
  if (!projects) return std::unexpected(projects.error());
  return projects->front();
}

Result<std::vector<Finding>> findings_of(const LintConfig& config, const OpenLint& open, const NodeSet& nodes,
                                         Warnings& warnings) {
  LintRequest request;
  request.project = open.project.get();
  request.selector = &open.open->selector();
  request.rules = open.rules;
  request.rule_set = &config.rule_set;
  request.packages = config.packages;
  request.except = config.except;
  if (open.entry != nullptr) {
    request.except.insert(request.except.end(), open.entry->except.begin(), open.entry->except.end());
  }
  request.selected = nodes;
  auto findings = lint(request, warnings);
  if (!findings) return std::unexpected(std::move(findings.error()));
  warn_of_failed(findings->failed, warnings);
  return std::move(findings->findings);
}

// The commit that is checked out where the project lies; empty where it is in no git checkout (or git is not there).
std::string git_commit(const fs::path& folder) {
  std::error_code error;
  if (folder.empty() || !fs::is_directory(folder, error)) return {};
  const auto ran = capture({"git", "--no-pager", "--no-optional-locks", "rev-parse", "--verify", "HEAD"}, folder);
  if (!ran || ran->status != 0) return {};
  return ran->out.substr(0, ran->out.find_first_of("\r\n"));
}

Result<SelectionReport> report_of(const ReportFlags& flags, const Options& options, Warnings& warnings) {
  auto request = run_request(flags.run, false, options.after_dashes, warnings);
  if (!request) return std::unexpected(std::move(request.error()));
  const auto config = flags.no_lint && flags.config.empty() ? LintConfig() : lint_config(lint_flags(flags));
  if (!config) return std::unexpected(config.error());
  const auto open = open_one(flags, *config, warnings);
  if (!open) return std::unexpected(open.error());
  OpenSelector& selector = *(*open)->open;
  const DbtVars vars = request->invocation.vars;
  ReportInput input;
  input.project = &selector.project();
  input.selector = &selector.selector();
  input.request = request->selection;
  input.vars = &vars;
  Warnings repeated;  // the plan's own selection says them
  auto selection = selector.selector().select(input.request, repeated);
  if (!selection) return std::unexpected(std::move(selection.error()));
  input.nodes = std::move(selection->nodes);
  // Sources, exposures or tests are worth a report too. Where nothing at all is selected, a name is misspelt.
  request->may_run_nothing = !input.nodes.empty();
  auto plan = plan_run(selector.project(), selector.selector(), std::move(*request), warnings);
  if (!plan) return std::unexpected(std::move(plan.error()));
  input.plan = std::move(*plan);
  if (!flags.no_lint) {
    auto findings = findings_of(*config, **open, input.nodes, warnings);
    if (!findings) return std::unexpected(std::move(findings.error()));
    input.findings = std::move(*findings);
  }
  const StateArtifacts* state = selector.state();
  input.before = state != nullptr && state->manifest ? &*state->manifest : nullptr;
  const ProjectYaml yaml = ProjectYaml::read(selector.location().project_dir);
  input.yaml = &yaml;
  input.git_commit = git_commit(selector.location().project_dir);
  return selection_report(std::move(input), warnings);
}

// A Mermaid graph may be too big for where it is to be drawn, which only shows there; an HTML report may lack its
// graph.
void print_remarks(const ReportFlags& flags, const SelectionReport& report) {
  if (flags.format == "html" && !built_page().is_there()) print_info(missing_page_text(built_page()));
  if (flags.format != "mermaid") return;
  const MermaidGraph graph = mermaid_graph(report);
  if (graph.is_drawn_by_github()) return;
  print_info(
      fmt::format("Mermaid and GitHub draw up to {} edges and {} bytes; this graph has {} and {}: select less, or take "
                  "--format dot",
                  kMostMermaidEdges, kMostMermaidBytes, graph.edges, graph.text.size()));
}

Result<std::string> rendered(const ReportFlags& flags, const SelectionReport& report, const Warnings& warnings) {
  if (flags.format == "json") return report_json(report, warnings);
  if (flags.format == "html") return report_html(report, warnings, built_page());
  if (flags.format == "mermaid") return mermaid_graph(report).text;
  if (flags.format == "dot") return report_dot(report);
  if (flags.format == "csv") return report_csv(report);
  return report_markdown(report);
}

Result<std::string> report_text(const ReportFlags& flags, const Options& options, Warnings& warnings) {
  if (auto checked = check_flags(flags); !checked) return std::unexpected(std::move(checked.error()));
  const auto report = report_of(flags, options, warnings);
  if (!report) return std::unexpected(report.error());
  print_remarks(flags, *report);
  return rendered(flags, *report, warnings);
}

Result<ExitStatus> run_report(const ReportFlags& flags, const Options& options) {
  Warnings warnings;
  const auto text = report_text(flags, options, warnings);
  print_warnings(warnings);
  if (!text) return std::unexpected(text.error());
  const auto done = flags.output.empty() || flags.output == "-" ? print_result(*text) : write_file(flags.output, *text);
  if (!done) return std::unexpected(done.error());
  if (flags.run.strict && !warnings.empty()) {
    print_info(fmt::format("--strict: {} {}", warnings.size(), warnings.size() == 1 ? "warning" : "warnings"));
    return ExitStatus::kFindings;
  }
  return ExitStatus::kOk;
}

std::vector<Flag> own_flags(ReportFlags& flags) {
  return {
      {.names = {"--format"},
       .description =
           "Markdown for a pull request, HTML for a browser, a JSON document, a graph, or a table for spreadsheets",
       .kind = ValueKind::kChoice,
       .value_name = "FORMAT",
       .choices = {"json", "markdown", "mermaid", "dot", "csv", "html"},
       .default_value = "markdown",
       .target = &flags.format},
      {.names = {"--output", "-o"},
       .description = "write the report to this file; default, and for -: standard output",
       .kind = ValueKind::kFile,
       .value_name = "FILE",
       .target = &flags.output},
      {.names = {"--catalog"},
       .description = "the catalog.json for lint rules that need one; default: the one beside the manifest",
       .kind = ValueKind::kFile,
       .value_name = "FILE",
       .target = &flags.catalog},
      {.names = {"--config"},
       .description = "the configuration of the lint rules; default: the nearest plowline.yml upward",
       .kind = ValueKind::kFile,
       .value_name = "FILE",
       .target = &flags.config},
      {.names = {"--no-lint"}, .description = "leave the linter's findings out", .target = &flags.no_lint},
  };
}

}  // namespace

CommandLine report_command(const Options& options) {
  auto flags = std::make_shared<ReportFlags>();
  CommandLine command{.name = "report",
                      .description = "report what is selected, why, and what it means, for others to read"};
  command.about =
      "Everything that the selection holds, as 'plowline ls' lists it: why each node is in, what changed since the "
      "manifest of --state, what 'plowline lint' finds on it, what is downstream, the window of a Snowplow package's "
      "first run, and the command of 'plowline command'. What follows -- goes to dbt as it is.";
  command.flags = own_flags(*flags);
  std::ranges::move(flags_of(flags->run.selection), std::back_inserter(command.flags));
  std::ranges::move(invocation_flags_of(flags->run), std::back_inserter(command.flags));
  command.positionals = {selector_positional(flags->run)};
  command.examples = {
      {"plowline report +my_new_model --state production -o report.md", "for a comment on a pull request"},
      {"plowline report state:modified+ --state production >> \"$GITHUB_STEP_SUMMARY\"", "in GitHub Actions"},
      {"plowline report +my_new_model --format html -o report.html", "one file for a browser: graph, search, tables"},
      {"plowline report +my_new_model --format dot | dot -Tsvg -o lineage.svg", "a drawing, with Graphviz"},
      {"plowline report tag:nightly --format csv -o nightly.csv", "a table for a spreadsheet"},
  };
  command.run = [flags, &options](const CommandLine&) { return run_report(*flags, options); };
  return command;
}

}  // namespace plowline
