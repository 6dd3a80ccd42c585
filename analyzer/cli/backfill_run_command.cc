#include <algorithm>
#include <fmt/format.h>
#include <iterator>
#include <memory>
#include <string_view>
#include <unistd.h>
#include <utility>

#include "backfill/drive.h"
#include "backfill/production_overlap.h"
#include "backfill/run_folder.h"
#include "backfill/run_lock.h"
#include "backfill/run_report.h"
#include "backfill/simulate.h"
#include "cli/backfill_commands.h"
#include "cli/backfill_dbt.h"
#include "cli/backfill_input.h"
#include "cli/backfill_run_watch.h"
#include "cli/backfill_staging.h"
#include "cli/console.h"
#include "cli/print.h"
#include "command/shell.h"

namespace plowline {
namespace {

namespace fs = std::filesystem;

struct RunCommandFlags {
  SidesFlags sides;
  SettingFlags settings;
  StagingFlags staging;
  std::string max_runs;
  std::string retries;
  std::string retry_wait = "60";
  std::string log_dir;
  std::string now;
  std::string format = "text";
  bool restart = false;
  bool dry_run = false;
  bool allow_production = false;
};

struct Numbers {
  std::size_t max_runs = 0;
  std::size_t retries = 0;
  std::size_t retry_wait = 0;
};

// What is known before the first run.
struct PreparedRun {
  RunPlan plan;
  std::vector<std::string> argv;
  std::vector<DrivenPackage> packages;
  std::optional<ProductionPlaces> production;
  BackfillIdentity identity;
  fs::path folder;
  fs::path lock;
  RunReport report;
};

Result<std::size_t> number_of(std::string_view flag, const std::string& text, std::size_t least) {
  if (text.empty()) return 0;  // not given
  std::size_t number = 0;
  const bool digits = std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
  for (const char c : text) number = std::min<std::size_t>(number * 10 + static_cast<std::size_t>(c - '0'), 1'000'000);
  if (digits && number >= least && number < 1'000'000) return number;
  return usage_error(fmt::format("{}: '{}' is no number of at least {}", flag, printable(text), least),
                     "give a whole number");
}

Result<Numbers> numbers_of(const RunCommandFlags& flags) {
  const auto max_runs = number_of("--max-runs", flags.max_runs, 1);
  if (!max_runs) return std::unexpected(max_runs.error());
  const auto retries = number_of("--retries", flags.retries, 0);
  if (!retries) return std::unexpected(retries.error());
  const auto wait = number_of("--retry-wait", flags.retry_wait, 0);
  if (!wait) return std::unexpected(wait.error());
  return Numbers{*max_runs, *retries, *wait};
}

// The log is how a run is followed: its form is not the user's to choose.
Result<void> check_extra(const std::vector<std::string>& extra) {
  for (const std::string& argument : extra) {
    const std::string_view name = std::string_view(argument).substr(0, argument.find('='));
    const bool is_long = name == "--log-format" || name == "--log-level" || name == "--quiet" || name == "--no-quiet" ||
                         name == "--help" || name == "--version";
    const bool is_short = name.size() > 1 && name[0] == '-' && name[1] != '-' &&
                          name.find_first_of("qhvV") != std::string_view::npos &&
                          name.find_first_not_of("-qhvVxd") == std::string_view::npos;
    if (!is_long && !is_short) continue;
    return usage_error(fmt::format("the extra argument `{}` would change the log by which backfill run follows dbt",
                                   printable(argument)),
                       "leave it out; each run's log is kept, and --verbose shows what dbt says");
  }
  return {};
}

std::string name_in(const RunPlan& plan, const std::string& unique_id) {
  const auto node = std::ranges::find(plan.nodes, unique_id, &PlannedNode::unique_id);
  return node == plan.nodes.end() ? unique_id : node->name;
}

// The packages whose windows say how far the backfill is.
Result<std::vector<DrivenPackage>> packages_of(const BranchSide& branch, const RunPlan& plan, const DbtVars& vars) {
  std::vector<DrivenPackage> packages;
  for (const PlannedPackage& planned : plan.models_to_run.packages) {
    if (planned.models.empty() || !planned.window_is_computed) continue;
    const SnowplowPackage& found = *branch.packages.named(planned.package);
    auto settings = settings_of(branch, vars, found);
    if (!settings) return std::unexpected(std::move(settings.error()));
    DrivenPackage package;
    package.package = found.name;
    package.owner = found.owner;
    package.settings = settings->run;
    package.ignores_models_to_run = found.limits_ignore_models_to_run;
    for (const std::string& id : planned.models) {
      const auto node = std::ranges::find(plan.nodes, id, &PlannedNode::unique_id);
      package.models.push_back(name_in(plan, id));
      if (node != plan.nodes.end() && node->materialized == "ephemeral") package.without_row.push_back(node->name);
    }
    packages.push_back(std::move(package));
  }
  if (!packages.empty()) return packages;
  return usage_error("no Snowplow package counts the model: it has no tag of one, or reads no window of one",
                     "such a model needs no backfill in steps: one run builds all of it (plowline command +MODEL)");
}

// Where the run may not write; nothing where it may write anywhere, or production is not known.
Result<std::optional<ProductionPlaces>> check_production(const RunCommandFlags& flags, const BranchSide& branch,
                                                         const RunPlan& plan, Warnings& warnings) {
  if (flags.allow_production) return std::nullopt;
  const StateArtifacts* state = branch.open->state();
  if (state == nullptr || !state->manifest) {
    warnings.push_back({"production-unknown",
                        "without --state plowline cannot tell whether this run writes into production's tables",
                        "give the folder of production's artifacts: --state DIR",
                        {}});
    return std::nullopt;
  }
  const auto packages = SnowplowPackages::find(*state->manifest);
  if (!packages) return std::unexpected(packages.error());
  ProductionPlaces production(*state->manifest, *packages);
  const ProductionOverlap overlap = production_overlap(plan, production);
  if (!overlap.empty()) return std::unexpected(overlap_error(overlap));
  return production;
}

// The target folder of the project, as dbt has it; for a manifest from elsewhere, one here.
fs::path backfill_folder(const BranchSide& branch) {
  const Location& location = branch.open->location();
  const fs::path target = location.project_dir.empty() ? fs::path("target") : location.manifest.parent_path();
  return target / "plowline" / "backfill";
}

Result<void> prepare_report(PreparedRun& run, const RunCommandFlags& flags, const BranchSide& branch, Instant now) {
  for (const NodeId id : branch.models) run.report.models.emplace_back(branch.project().node(id).name);
  const fs::path base = backfill_folder(branch);
  run.folder = flags.log_dir.empty() ? base / folder_name(run.report.models) : fs::path(flags.log_dir);
  run.lock = (flags.log_dir.empty() ? base : run.folder) / "lock";
  run.report.target = flags.staging.target;
  run.report.log_dir = run.folder.string();
  std::size_t expected = 0;
  for (const DrivenPackage& package : run.packages) {
    auto windows = dense_windows(package.settings, {}, package.models, now);
    expected = std::max(expected, windows.size());
    run.report.planned.emplace_back(package.package, std::move(windows));
  }
  if (expected > 0) run.report.expected = expected;
  auto line = render(run.plan.invocation, Shell::kPosix);
  if (!line) return std::unexpected(std::move(line.error()));
  run.report.command = std::move(*line);
  auto vars = run.plan.invocation.vars().render(VarsStyle::kJson);
  if (!vars) return std::unexpected(std::move(vars.error()));
  std::string models;
  for (const std::string& model : run.report.models) models += (models.empty() ? "" : " ") + model;
  run.identity = {{"the project", std::string(branch.project().root_package())},
                  {"the model", models},
                  {"--target", flags.staging.target},
                  {"--profile", flags.staging.profile},
                  {"--vars", std::move(*vars)}};
  return {};
}

Result<PreparedRun> prepare(const RunCommandFlags& flags, const Options& options, Instant now, Warnings& warnings) {
  if (auto checked = check_extra(options.after_dashes); !checked) return std::unexpected(std::move(checked.error()));
  const auto vars = vars_of(flags.settings, warnings);
  if (!vars) return std::unexpected(vars.error());
  const auto branch = open_branch(flags.sides, warnings);
  if (!branch) return std::unexpected(branch.error());
  std::vector<std::string> extra = options.after_dashes;
  extra.insert(extra.end(), {"--log-format", "json"});
  auto plan = plan_staging_run(*branch, flags.sides, flags.staging, *vars, extra, warnings);
  if (!plan) return std::unexpected(std::move(plan.error()));
  PreparedRun run;
  run.plan = std::move(*plan);
  auto packages = packages_of(*branch, run.plan, *vars);
  if (!packages) return std::unexpected(std::move(packages.error()));
  run.packages = std::move(*packages);
  auto production = check_production(flags, *branch, run.plan, warnings);
  if (!production) return std::unexpected(std::move(production.error()));
  run.production = std::move(*production);
  auto argv = run.plan.invocation.argv(VarsStyle::kJson);
  if (!argv) return std::unexpected(std::move(argv.error()));
  run.argv = std::move(*argv);
  if (auto prepared = prepare_report(run, flags, *branch, now); !prepared)
    return std::unexpected(std::move(prepared.error()));
  return run;
}

ExitStatus status_of(const DriveResult& result) {
  if (result.end == DriveEnd::kUpToDate) return ExitStatus::kOk;
  // As a shell says it of a program that died of the signal: 130 for Ctrl-C.
  if (result.end == DriveEnd::kInterrupted) return static_cast<ExitStatus>(128 + result.signal);
  return ExitStatus::kFindings;
}

Result<ExitStatus> print_report(const RunCommandFlags& flags, const RunReport& report, const Warnings& warnings) {
  const auto printed =
      print_result(flags.format == "json" ? run_report_json(report, warnings) : run_report_text(report));
  if (!printed) return std::unexpected(printed.error());
  return report.result ? status_of(*report.result) : ExitStatus::kOk;
}

Result<ExitStatus> drive_dbt(const RunCommandFlags& flags, const Options& options, const Numbers& numbers, Instant now,
                             PreparedRun& run, const Warnings& warnings) {
  auto lock = RunLock::take(
      run.lock,
      {.process = ::getpid(), .host = host_name(), .started = now, .what = run.report.models.front(), .dbt = 0});
  if (!lock) return std::unexpected(std::move(lock.error()));
  if (lock->stale())
    print_info(fmt::format("process {} on {} ended without giving its lock back: taken over", lock->stale()->process,
                           printable(lock->stale()->host)));
  auto folder = RunFolder::open(run.folder, run.identity, flags.restart);
  if (!folder) return std::unexpected(std::move(folder.error()));
  if (!folder->runs().empty())
    print_info(fmt::format("goes on after run {} ({})", folder->runs().back().number, printable(run.folder.string())));
  BackfillRunWatch watch(!options.quiet && ProgressBar::is_possible());
  const auto clock = std::chrono::floor<std::chrono::microseconds>(std::chrono::system_clock::now());
  BackfillDbt dbt({.argv = run.argv,
                   .clock_offset = flags.now.empty() ? std::chrono::microseconds(0) : now - clock,
                   .shows_log = options.verbose},
                  *folder, *lock, watch);
  DriveRequest request{.packages = run.packages,
                       .earlier = folder->runs(),
                       .max_runs = numbers.max_runs,
                       .retries = numbers.retries,
                       .retry_wait = std::chrono::seconds(numbers.retry_wait),
                       .production = run.production ? &*run.production : nullptr};
  auto result = drive(request, dbt, watch);
  if (!result) return std::unexpected(std::move(result.error()));
  run.report.result = std::move(*result);
  run.report.runs = folder->runs();
  return print_report(flags, run.report, warnings);
}

Result<ExitStatus> run_run_command(const RunCommandFlags& flags, const Options& options) {
  const auto numbers = numbers_of(flags);
  if (!numbers) return std::unexpected(numbers.error());
  const auto now = now_of(flags.now);
  if (!now) return std::unexpected(now.error());
  Warnings warnings;
  auto run = prepare(flags, options, *now, warnings);
  print_warnings(warnings);
  if (!run) return std::unexpected(std::move(run.error()));
  if (flags.staging.target.empty())
    print_info("no --target: dbt takes the default of profiles.yml; name the target that this run is meant for");
  if (flags.dry_run) return print_report(flags, run->report, warnings);
  return drive_dbt(flags, options, *numbers, *now, *run, warnings);
}

std::vector<Flag> own_flags(RunCommandFlags& flags) {
  return {
      {.names = {"--max-runs"},
       .description = "stop after this many runs of dbt; the next start goes on",
       .kind = ValueKind::kText,
       .value_name = "N",
       .target = &flags.max_runs},
      {.names = {"--retries"},
       .description = "try a run that failed again, up to so many times",
       .kind = ValueKind::kText,
       .value_name = "N",
       .default_value = "0",
       .target = &flags.retries},
      {.names = {"--retry-wait"},
       .description = "seconds to wait before each retry",
       .kind = ValueKind::kText,
       .value_name = "SECONDS",
       .default_value = "60",
       .target = &flags.retry_wait},
      {.names = {"--log-dir"},
       .description =
           "keep the runs' logs and the record of them here; default: plowline/backfill/MODEL in dbt's target folder",
       .kind = ValueKind::kDirectory,
       .value_name = "DIR",
       .target = &flags.log_dir},
      {.names = {"--restart"},
       .description =
           "count from 1 again: moves the record of earlier runs aside, and changes nothing in the warehouse",
       .target = &flags.restart},
      {.names = {"--dry-run"},
       .description = "print the command and the window of each run, and run nothing",
       .target = &flags.dry_run},
      {.names = {"--allow-production"},
       .description = "run even where it writes into production's tables or schemas",
       .target = &flags.allow_production},
      {.names = {"--format"},
       .description = "what became of each run, as text or as a JSON document",
       .kind = ValueKind::kChoice,
       .value_name = "FORMAT",
       .choices = {"text", "json"},
       .default_value = "text",
       .target = &flags.format},
      now_flag(flags.now),
  };
}

}  // namespace

CommandLine backfill_run_command(const Options& options) {
  auto flags = std::make_shared<RunCommandFlags>();
  CommandLine command{.name = "run", .description = "run dbt again and again until the new model is up to date"};
  command.about =
      "Starts 'dbt run --select +MODEL' with the exact models_to_run, follows its log, and starts it again until the "
      "window of a run reaches the present. Stops at a failure, and where two runs in a row have the same window: it "
      "says why then. Ctrl-C lets dbt end cleanly. Started again it goes on where it stopped. What follows -- goes to "
      "dbt as it is. Ends with status 0 where the model is up to date, 1 where it stopped before, 130 after Ctrl-C.";
  command.flags = own_flags(*flags);
  for (auto& shared : {flags_of(flags->staging), flags_of(flags->settings), flags_of(flags->sides)})
    std::ranges::copy(shared, std::back_inserter(command.flags));
  std::erase_if(command.flags, [](const Flag& flag) { return flag.names.front() == "--to"; });
  command.positionals = {model_positional(flags->sides)};
  command.examples = {
      {"plowline backfill run my_new_model --target staging --state production", "the whole backfill"},
      {"plowline backfill run my_new_model --target staging --dry-run", "the command, and the window of each run"},
      {"plowline backfill run my_new_model --target staging --max-runs 3 --retries 2 -- --threads 8",
       "three runs now, each with two more tries, and eight threads"},
  };
  command.run = [flags, &options](const CommandLine&) { return run_run_command(*flags, options); };
  return command;
}

}  // namespace plowline
