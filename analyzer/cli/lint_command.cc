#include <algorithm>
#include <charconv>
#include <filesystem>
#include <fmt/format.h>
#include <iterator>
#include <memory>
#include <optional>
#include <system_error>
#include <utility>

#include "artifact/write_file.h"
#include "cli/commands.h"
#include "cli/console.h"
#include "cli/git_files.h"
#include "cli/lint_input.h"
#include "cli/lint_output.h"
#include "cli/print.h"
#include "lint/baseline.h"
#include "lint/engine.h"
#include "lint/fix.h"
#include "lint/lint.h"

namespace plowline {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kDefaultBaseline = ".plowline-baseline.json";

struct LintFlags {
  LintInputFlags input;
  LintOutputFlags output;
  std::vector<std::string> files;  // positional
  std::string changed_since;
  bool new_only = false;
  std::string baseline;
  bool write_baseline = false;
  bool prune_baseline = false;
  std::string max_warnings;
  bool fix = false;
  bool diff = false;
};

// What all projects gave, and what is needed to change their files. Lives until the process ends, as OpenLint does.
struct Linted {
  LintReport report;
  std::vector<const LintProject*> projects;
};

Result<std::optional<std::size_t>> warnings_allowed(const LintFlags& flags, const LintConfig& config) {
  if (flags.max_warnings.empty()) {
    if (!config.max_warnings) return std::nullopt;
    return static_cast<std::size_t>(*config.max_warnings);
  }
  std::size_t value = 0;
  const char* end = flags.max_warnings.data() + flags.max_warnings.size();
  const auto [stop, error] = std::from_chars(flags.max_warnings.data(), end, value);
  if (error == std::errc() && stop == end) return value;
  return usage_error(fmt::format("--max-warnings: '{}' is no whole number", printable(flags.max_warnings)),
                     "give 0 or more, for example --max-warnings 0");
}

// The files that the command line and git name; nothing where the whole project is meant.
Result<std::optional<std::vector<fs::path>>> changed_files(const LintFlags& flags, const LintProject& project) {
  if (flags.files.empty() && flags.changed_since.empty()) return std::nullopt;
  std::vector<fs::path> files(flags.files.begin(), flags.files.end());
  if (!flags.changed_since.empty()) {
    auto changed = files_changed_since(flags.changed_since, project.folder());
    if (!changed) return std::unexpected(std::move(changed.error()));
    std::ranges::move(*changed, std::back_inserter(files));
  }
  return std::optional(std::move(files));
}

bool selects(const SelectionFlags& flags) {
  return !flags.select.empty() || !flags.exclude.empty() || !flags.selector.empty();
}

Result<ProjectFindings> lint_one(const LintFlags& flags, const LintConfig& config, const OpenLint& open,
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
  request.new_only = flags.new_only;
  if (selects(flags.input.selection)) {
    auto selection = request_of(flags.input.selection);
    if (!selection) return std::unexpected(std::move(selection.error()));
    selection->resource_types = {"all"};
    auto selected = request.selector->select(*selection, warnings);
    if (!selected) return std::unexpected(std::move(selected.error()));
    request.selected = std::move(selected->nodes);
  }
  auto files = changed_files(flags, *open.project);
  if (!files) return std::unexpected(std::move(files.error()));
  request.changed_files = std::move(*files);
  return lint(request, warnings);
}

Result<Linted*> lint_all(const LintFlags& flags, const LintConfig& config, Warnings& warnings) {
  const auto projects = open_projects(flags.input, config, warnings);
  if (!projects) return std::unexpected(projects.error());
  auto linted = std::make_unique<Linted>();
  for (const OpenLint* open : *projects) {
    auto findings = lint_one(flags, config, *open, warnings);
    if (!findings) return std::unexpected(std::move(findings.error()));
    add(linted->report, std::move(*findings));
    linted->projects.push_back(open->project.get());
  }
  return linted.release();
}

// --- the baseline ----------------------------------------------------------------------------------------------------

fs::path baseline_file(const LintFlags& flags, const LintConfig& config) {
  if (!flags.baseline.empty()) return flags.baseline;
  if (!config.baseline.empty()) return config.baseline;
  return flags.write_baseline || flags.prune_baseline ? fs::path(kDefaultBaseline) : fs::path();
}

// Whether the findings are those of the whole project, so that a baseline can be judged by them.
bool is_whole(const LintFlags& flags) {
  return flags.files.empty() && flags.changed_since.empty() && !flags.new_only && !selects(flags.input.selection) &&
         flags.input.rules.empty();
}

Result<void> write_baseline(const LintFlags& flags, const fs::path& file, LintReport& report) {
  if (!is_whole(flags)) {
    return std::unexpected(usage_error("--write-baseline takes the whole project",
                                       "leave out files, --select, --rule, --changed-since and --new-only")
                               .error());
  }
  if (!report.failed.empty()) {  // what the rule would find is not known
    Error error = report.failed.front().error;
    error.reason =
        fmt::format("no baseline is written: the rule {} cannot be run: {}", report.failed.front().rule, error.reason);
    return std::unexpected(std::move(error));
  }
  if (auto written = write_file(file, to_text(baseline_of(report.findings))); !written) return written;
  print_info(fmt::format("written to {}: {}", file.string(), report.findings.size()));
  report.summary.in_baseline = report.findings.size();
  report.findings.clear();
  return {};
}

Result<void> apply_baseline(const LintFlags& flags, const LintConfig& config, LintReport& report) {
  const fs::path file = baseline_file(flags, config);
  if (flags.write_baseline) return write_baseline(flags, file, report);
  std::error_code error;
  // (A configuration may name a baseline that is not written yet.)
  if (file.empty() || (flags.baseline.empty() && !fs::exists(file, error))) return {};
  const auto baseline = read_baseline(file);
  if (!baseline) return std::unexpected(baseline.error());
  BaselineSplit split = split_by_baseline(std::move(report.findings), *baseline);
  report.findings = std::move(split.fresh);
  report.summary.in_baseline = split.known.size();
  if (!is_whole(flags) || !report.failed.empty()) return {};
  report.summary.fixed_baseline = split.fixed.size();
  for (const BaselineEntry& entry : split.fixed) report.fixed_baseline.emplace_back(entry.rule, entry.unique_id);
  if (!flags.prune_baseline || split.fixed.empty()) return {};
  if (auto written = write_file(file, to_text(baseline_of(split.known))); !written) return written;
  report.fixed_baseline.clear();
  print_info(fmt::format("taken out of {}, as fixed: {}", file.string(), split.fixed.size()));
  return {};
}

// --- fixes -----------------------------------------------------------------------------------------------------------

// Works out the fixes of all projects. Each finding belongs to the project of its name.
std::vector<FileChange> planned_changes(const Linted& linted, std::vector<bool>& fixed) {
  std::vector<FileChange> changes;
  fixed.assign(linted.report.findings.size(), false);
  for (const LintProject* project : linted.projects) {
    std::vector<Finding> own;
    std::vector<std::size_t> places_in_report;
    for (std::size_t i = 0; i < linted.report.findings.size(); ++i) {
      if (linted.report.findings[i].project != project->project().root_package()) continue;
      own.push_back(linted.report.findings[i]);
      places_in_report.push_back(i);
    }
    Places places(project->project(), project->location(), {});
    FixPlan plan = plan_fixes(*project, places, own);
    for (std::size_t i = 0; i < own.size(); ++i) fixed[places_in_report[i]] = plan.fixed[i];
    for (const FixPlan::Left& left : plan.left) {
      print_info(fmt::format("not fixed: {} at {}: {}", own[left.finding].rule, printable(own[left.finding].name),
                             left.reason));
    }
    std::ranges::move(plan.changes, std::back_inserter(changes));
  }
  return changes;
}

// --diff alone shows what --fix would do.
Result<ExitStatus> show_fixes(const Linted& linted) {
  std::vector<bool> fixed;
  const auto changes = planned_changes(linted, fixed);
  if (auto printed = print_result(unified_diff(changes)); !printed) return std::unexpected(printed.error());
  return changes.empty() ? ExitStatus::kOk : ExitStatus::kFindings;
}

Result<void> make_fixes(Linted& linted) {
  std::vector<bool> fixed;
  const auto changes = planned_changes(linted, fixed);
  if (auto written = write_changes(changes); !written) return written;
  std::vector<Finding> left;
  for (std::size_t i = 0; i < fixed.size(); ++i) {
    if (!fixed[i]) left.push_back(std::move(linted.report.findings[i]));
  }
  const std::size_t count = fixed.size() - left.size();
  linted.report.findings = std::move(left);
  if (count > 0) {
    print_info(fmt::format("fixed: {}, in files: {}; let dbt parse the project again", count, changes.size()));
  }
  return {};
}

// --- the command -----------------------------------------------------------------------------------------------------

ReportSurroundings surroundings_of(const Linted& linted, const Warnings& warnings) {
  ReportSurroundings around;
  for (const LintProject* project : linted.projects) around.folders.push_back(project->folder());
  if (!around.folders.empty()) around.project_file = (around.folders.front() / "dbt_project.yml").generic_string();
  around.warnings = warnings;
  return around;
}

Result<ExitStatus> lint_and_print(const LintFlags& flags, Warnings& warnings) {
  if (auto checked = check_output(flags.output); !checked) return std::unexpected(std::move(checked.error()));
  const auto config = lint_config(flags.input);
  if (!config) return std::unexpected(config.error());
  const auto allowed = warnings_allowed(flags, *config);
  if (!allowed) return std::unexpected(allowed.error());
  const auto all = lint_all(flags, *config, warnings);
  if (!all) return std::unexpected(all.error());
  Linted* const linted = *all;
  count(linted->report);
  if (auto applied = apply_baseline(flags, *config, linted->report); !applied) {
    return std::unexpected(std::move(applied.error()));
  }
  if (flags.diff && !flags.fix) return show_fixes(*linted);
  if (flags.fix) {
    if (auto made = make_fixes(*linted); !made) return std::unexpected(std::move(made.error()));
  }
  report_failed(linted->report);
  count(linted->report);
  ReportSurroundings around = surroundings_of(*linted, warnings);
  around.rules = config->rule_set;
  for (const fs::path& path : config->sql_rules)
    around.folders.push_back(fs::is_directory(path) ? path : path.parent_path());
  if (auto printed = print_report(flags.output, linted->report, around); !printed) {
    return std::unexpected(std::move(printed.error()));
  }
  const LintSummary& summary = linted->report.summary;
  const bool too_many = *allowed && summary.warnings > **allowed;
  if (too_many)
    print_info(fmt::format("too many warnings: {}; allowed (--max-warnings): {}", summary.warnings, **allowed));
  if (!linted->report.failed.empty()) return ExitStatus::kUsage;
  return summary.errors > 0 || too_many ? ExitStatus::kFindings : ExitStatus::kOk;
}

Result<ExitStatus> list_rules(const LintFlags& flags) {
  const auto config = lint_config(flags.input);
  if (!config) return std::unexpected(config.error());
  Warnings warnings;
  const auto projects = open_projects(flags.input, *config, warnings);
  if (!projects) return std::unexpected(projects.error());
  std::string text;
  for (const OpenLint* open : *projects) {
    for (const RuleChoice& choice : open->rules) {
      const std::string missing = missing_for(choice.rule->info(), *open->project);
      text += fmt::format("{:5}  {:52}  {}\n", to_string(choice.severity), choice.rule->info().name,
                          missing.empty() ? choice.rule->info().summary : "not run: " + missing);
    }
  }
  if (auto printed = print_result(text); !printed) return std::unexpected(printed.error());
  return ExitStatus::kOk;
}

Result<ExitStatus> run_lint(const LintFlags& flags) {
  if (flags.output.list_rules) return list_rules(flags);
  Warnings warnings;
  auto status = lint_and_print(flags, warnings);
  print_warnings(warnings);
  return status;
}

std::vector<Flag> own_flags(LintFlags& flags) {
  return {
      {.names = {"--changed-since"},
       .description = "look only at what changed since this commit or branch, uncommitted changes included",
       .kind = ValueKind::kText,
       .value_name = "GITREF",
       .target = &flags.changed_since},
      {.names = {"--new-only"},
       .description = "report only what the project of --state does not have",
       .target = &flags.new_only},
      {.names = {"--baseline"},
       .description = "a file of known findings, which are not reported",
       .kind = ValueKind::kFile,
       .value_name = "FILE",
       .target = &flags.baseline},
      {.names = {"--write-baseline"},
       .description = "write all findings of now to the baseline (default: .plowline-baseline.json)",
       .target = &flags.write_baseline},
      {.names = {"--prune-baseline"},
       .description = "take entries that are fixed out of the baseline",
       .target = &flags.prune_baseline},
      {.names = {"--max-warnings"},
       .description = "exit with status 1 where there are more warnings than this",
       .kind = ValueKind::kText,
       .value_name = "N",
       .target = &flags.max_warnings},
      {.names = {"--fix"}, .description = "make the fixes that are safe, in place", .target = &flags.fix},
      {.names = {"--diff"}, .description = "print what --fix would change, and change nothing", .target = &flags.diff},
  };
}

}  // namespace

CommandLine lint_command() {
  auto flags = std::make_shared<LintFlags>();
  CommandLine command{.name = "lint", .description = "find mistakes in the project before they are merged"};
  command.about =
      "Runs lint rules over the manifest (and catalog.json, and the manifest of an earlier state) and over the "
      "project's "
      "own files where they are at hand. Which rules, how severely and on which nodes stands in plowline.yml; without "
      "one the recommended rules are run, and Snowplow's where such a package is installed. 'plowline rules' explains "
      "them, 'plowline init' writes a configuration. Exit status: 0 nothing of severity error, 1 findings, 2 wrong "
      "usage "
      "or configuration, 3 an input cannot be read.";
  command.flags = own_flags(*flags);
  std::ranges::move(flags_of(flags->output), std::back_inserter(command.flags));
  std::ranges::move(flags_of(flags->input), std::back_inserter(command.flags));
  command.positionals = {{.name = "FILE",
                          .description = "look only at what these files make",
                          .kind = ValueKind::kFile,
                          .repeated = true,
                          .target = &flags->files}};
  command.examples = {
      {"plowline lint", "the whole project"},
      {"plowline lint models/orders.sql models/orders.yml", "what these files make, as a pre-commit hook passes them"},
      {"plowline lint --state production --new-only", "what production does not have yet"},
      {"plowline lint --changed-since origin/main --format github", "a pull request"},
      {"plowline lint --diff", "what --fix would change"},
  };
  command.run = [flags](const CommandLine&) { return run_lint(*flags); };
  return command;
}

}  // namespace plowline
