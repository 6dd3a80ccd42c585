#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <iterator>
#include <memory>
#include <string_view>
#include <utility>

#include "artifact/catalog.h"
#include "artifact/write_file.h"
#include "backfill/dialect.h"
#include "backfill/migrate.h"
#include "backfill/plan.h"
#include "backfill/plan_runbook.h"
#include "backfill/record.h"
#include "backfill/verify.h"
#include "cli/backfill_commands.h"
#include "cli/backfill_input.h"
#include "cli/backfill_rows_input.h"
#include "cli/backfill_staging.h"
#include "cli/console.h"
#include "cli/print.h"
#include "command/quoting.h"
#include "command/shell.h"
#include "graph/walk.h"
#include "lint/config.h"
#include "lint/lint.h"

namespace plowline {
namespace {

struct PlanFlags {
  SidesFlags sides;
  SettingFlags settings;
  StagingFlags staging;
  SideRowsFlags rows;
  std::string catalog;
  std::string state_catalog;
  std::string now;
  std::string shell = "posix";
  std::string format = "text";
  std::string output;
};

// Not those that say nothing of a backfill (style, coverage, the freshness of artifacts), nor those that are an
// opinion; but what differs between the two warehouses, where their catalogs are at hand.
bool matters(const RuleChoice& choice) {
  const RuleInfo& info = choice.rule->info();
  if (info.name.starts_with("schema-warehouse-")) return true;
  if ((info.presets & (kRecommended | kSnowplowPreset)) == 0) return false;
  return info.subject == "snowplow" || info.subject == "schema" || info.name.starts_with("artifacts-state-of-other-");
}

// The catalog that a flag names; nothing without one.
Result<std::optional<Catalog>> catalog_named(const std::string& file, Warnings& warnings) {
  if (file.empty()) return std::nullopt;
  auto catalog = read_catalog(file, warnings);
  if (!catalog) return std::unexpected(std::move(catalog.error()));
  return std::move(*catalog);
}

// All Snowplow and cross-target rules over the lineage of the models, whatever a configuration says.
Result<std::vector<Finding>> lint_lineage(const BothSides& sides, const PlanFlags& flags, Warnings& warnings) {
  const auto catalog = catalog_named(flags.catalog, warnings);
  if (!catalog) return std::unexpected(catalog.error());
  const auto state_catalog = catalog_named(flags.state_catalog, warnings);
  if (!state_catalog) return std::unexpected(state_catalog.error());
  LintConfig config;
  config.presets = {"all"};
  auto rules = choose_rules(config, nullptr, true, {});
  if (!rules) return std::unexpected(std::move(rules.error()));
  std::erase_if(*rules, [](const RuleChoice& choice) { return !matters(choice); });
  const BranchSide& branch = sides.branch;
  const Location state_location;
  const LintProject state({.project = &sides.production(),
                           .location = &state_location,
                           .catalog = *state_catalog ? &**state_catalog : nullptr});
  const LintProject project({.project = &branch.project(),
                             .location = &branch.open->location(),
                             .catalog = *catalog ? &**catalog : nullptr,
                             .state = &state});
  LintRequest request;
  request.project = &project;
  request.selector = &branch.open->selector();
  request.rules = std::move(*rules);
  NodeSet models(branch.project().size());
  for (const NodeId id : branch.models) models.insert(id);
  request.selected = ancestors(branch.project(), models);
  *request.selected |= models;
  auto found = lint(request, warnings);
  if (!found) return std::unexpected(std::move(found.error()));
  return std::move(found->findings);
}

Result<std::vector<std::pair<std::string, BackfillSettings>>> all_settings(const BothSides& sides,
                                                                           const DbtVars& vars) {
  std::vector<std::pair<std::string, BackfillSettings>> all;
  for (const PackageTables& tables : sides.blue_green.packages) {
    auto settings = settings_of(sides.branch, vars, *sides.branch.packages.named(tables.package));
    if (!settings) return std::unexpected(std::move(settings.error()));
    all.emplace_back(tables.package, std::move(*settings));
  }
  return all;
}

// (DBT_STATE, where that is what says it, holds for the linter as well.)
Result<std::string> lint_command(const std::string& state) {
  if (state.empty()) return "plowline lint";
  const auto word = quote_posix(state, WordPlace::kArgument);
  if (!word) return std::unexpected(word.error());
  return "plowline lint --state " + *word;
}

// The statements of the steps behind staging. What stands in their way is a part of the plan, not an error of it: the
// steps before can be done all the same.
void add_sql(BackfillPlan& plan, SideRows rows, Warnings& warnings) {
  const auto dialect = dialect_for(plan.adapter_type);
  if (!dialect) {
    plan.without_sql = dialect.error().reason;
    return;
  }
  const auto replaces = [](const NewModel& model) { return model.has_history && model.in_production; };
  auto migrate = migrate_scripts(plan.sides, **dialect, {.replace = std::ranges::any_of(plan.sides.models, replaces)});
  const RecordOptions recorded{
      .timestamp = {}, .production_rows = std::move(rows.production), .staging_rows = std::move(rows.staging)};
  auto record = record_scripts(plan.sides, **dialect, recorded, warnings);
  if (!migrate || !record) {
    const Error& error = migrate ? record.error() : migrate.error();
    plan.without_sql = error.reason + (error.next_step.empty() ? "" : "; " + error.next_step);
    return;
  }
  plan.migrate = std::move(*migrate);
  plan.record = std::move(*record);
  plan.verify = verify_scripts(plan.sides, **dialect, {});
}

Result<BackfillPlan> plan_result(const PlanFlags& flags, const Options& options, Warnings& warnings) {
  const auto shell = shell_from(flags.shell);
  if (!shell) return std::unexpected(shell.error());
  const auto now = now_of(flags.now);
  if (!now) return std::unexpected(now.error());
  const auto vars = vars_of(flags.settings, warnings);
  if (!vars) return std::unexpected(vars.error());
  auto rows = read_side_rows(flags.rows);
  if (!rows) return std::unexpected(std::move(rows.error()));
  const auto sides = open_sides(flags.sides, warnings);
  if (!sides) return std::unexpected(sides.error());
  const BranchSide& branch = (*sides)->branch;
  Warnings run_warnings;
  auto run = plan_staging_run(branch, flags.sides, flags.staging, *vars, options.after_dashes, run_warnings);
  if (!run) return std::unexpected(std::move(run.error()));
  auto run_line = render(run->invocation, *shell);
  if (!run_line) return std::unexpected(std::move(run_line.error()));
  auto seeds = seeds_read(branch, *run);
  if (!seeds) return std::unexpected(std::move(seeds.error()));
  std::string seed_line;
  if (!seeds->empty()) {
    const auto invocation = seed_invocation(flags.sides, flags.staging, *vars, *seeds);
    if (!invocation) return std::unexpected(invocation.error());
    auto line = render(*invocation, *shell);
    if (!line) return std::unexpected(std::move(line.error()));
    seed_line = std::move(*line);
  }
  const auto lint_line = lint_command(flags.sides.state);
  if (!lint_line) return std::unexpected(lint_line.error());
  auto settings = all_settings(**sides, *vars);
  if (!settings) return std::unexpected(std::move(settings.error()));
  auto findings = lint_lineage(**sides, flags, warnings);
  if (!findings) return std::unexpected(std::move(findings.error()));
  BackfillPlan plan = plan_backfill({.branch = branch.project(),
                                     .production = (*sides)->production(),
                                     .production_packages = (*sides)->production_packages,
                                     .sides = (*sides)->blue_green,
                                     .run = std::move(*run),
                                     .run_warnings = std::move(run_warnings),
                                     .run_command = std::move(*run_line),
                                     .seed_command = std::move(seed_line),
                                     .lint_command = *lint_line,
                                     .seeds = std::move(*seeds),
                                     .target = flags.staging.target,
                                     .settings = std::move(*settings),
                                     .findings = std::move(*findings),
                                     .production_rows = rows->production,
                                     .now = *now});
  add_sql(plan, std::move(*rows), warnings);
  return plan;
}

std::string rendered(const PlanFlags& flags, const BackfillPlan& plan, const Warnings& warnings) {
  if (flags.format == "json") return backfill_plan_json(plan, warnings);
  const Runbook runbook = runbook_of(plan);
  if (flags.format == "markdown") return to_markdown(runbook);
  return flags.format == "html" ? to_html(runbook) : to_text(runbook);
}

Result<ExitStatus> run_plan_command(const PlanFlags& flags, const Options& options) {
  Warnings warnings;
  const auto plan = plan_result(flags, options, warnings);
  print_warnings(warnings);
  if (!plan) return std::unexpected(plan.error());
  const std::string text = rendered(flags, *plan, warnings);
  const auto written = flags.output.empty() ? print_result(text) : write_file(flags.output, text);
  if (!written) return std::unexpected(written.error());
  return plan->holds() ? ExitStatus::kOk : ExitStatus::kFindings;
}

}  // namespace

CommandLine backfill_plan_command(const Options& options) {
  auto flags = std::make_shared<PlanFlags>();
  CommandLine command{.name = "plan", .description = "write the runbook of a backfill, for this model in this project"};
  command.about =
      "Every check that must hold, every run with its window, the exact command, the SQL of migration, record and "
      "verification, and for each step how to tell that it is done, what to do if it fails, and how to go back. Ends "
      "with status 1 where a check does not hold.";
  command.flags = {
      {.names = {"--format"},
       .description = "text, Markdown for an issue or a pull request, a page, or a JSON document",
       .kind = ValueKind::kChoice,
       .value_name = "FORMAT",
       .choices = {"text", "markdown", "html", "json"},
       .default_value = "text",
       .target = &flags->format},
      {.names = {"--output", "-o"},
       .description = "write it to this file",
       .kind = ValueKind::kFile,
       .value_name = "FILE",
       .target = &flags->output},
      {.names = {"--shell"},
       .description = "the shell that the commands are for",
       .kind = ValueKind::kChoice,
       .value_name = "SHELL",
       .choices = {shell_names().begin(), shell_names().end()},
       .default_value = "posix",
       .target = &flags->shell},
      {.names = {"--catalog"},
       .description = "staging's catalog.json: its tables are compared with what is declared, and with production's",
       .kind = ValueKind::kFile,
       .value_name = "FILE",
       .target = &flags->catalog},
      {.names = {"--state-catalog"},
       .description = "production's catalog.json",
       .kind = ValueKind::kFile,
       .value_name = "FILE",
       .target = &flags->state_catalog},
      now_flag(flags->now),
  };
  for (auto& shared :
       {flags_of(flags->staging), flags_of(flags->settings), flags_of(flags->rows), flags_of(flags->sides)})
    std::ranges::copy(shared, std::back_inserter(command.flags));
  command.positionals = {model_positional(flags->sides)};
  command.examples = {
      {"plowline backfill plan my_new_model --state production --target staging", "the runbook"},
      {"plowline backfill plan my_new_model --state production --backfill-limit-days 120 --format markdown",
       "for the pull request, with four months a run"},
  };
  command.run = [flags, &options](const CommandLine&) { return run_plan_command(*flags, options); };
  return command;
}

}  // namespace plowline
