#include <algorithm>
#include <filesystem>
#include <fmt/format.h>
#include <iterator>
#include <memory>
#include <utility>

#include "artifact/console_text.h"
#include "backfill/settings.h"
#include "backfill/status.h"
#include "backfill/status_json.h"
#include "backfill/status_text.h"
#include "cli/backfill_commands.h"
#include "cli/backfill_input.h"
#include "cli/backfill_near_project.h"
#include "cli/backfill_rows_query.h"
#include "cli/backfill_staging.h"
#include "cli/console.h"
#include "cli/print.h"
#include "cli/project_input.h"
#include "snowplow/packages.h"

namespace plowline {
namespace {

struct StatusFlags {
  ProjectFlags project;
  StagingFlags dbt;
  SettingFlags settings;
  std::vector<std::string> logs;
  std::vector<std::string> rows;
  std::vector<std::string> limits;
  std::string models;
  std::string now;
  std::string max_lag;
  std::string format = "text";
  bool query = false;
};

// `PACKAGE=FILE`, or a file alone.
struct NamedFile {
  std::string package;
  std::string file;
};
NamedFile named_file(const std::string& word) {
  const std::size_t sign = word.find('=');
  const bool name = sign != std::string::npos && sign != 0 && std::ranges::all_of(word.substr(0, sign), [](char c) {
                      return c == '_' || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
                    });
  std::error_code ignored;
  if (!name || std::filesystem::exists(word, ignored)) return {{}, word};
  return {word.substr(0, sign), word.substr(sign + 1)};
}

KnownSettings known(const BackfillSettings& settings, bool defaults_too) {
  const auto counts = [&](std::size_t i) {
    return defaults_too || settings.sources[i].origin != std::string_view("Snowplow's default");
  };
  KnownSettings out;
  if (counts(0)) out.start_date = settings.run.start_date;
  if (counts(1)) out.backfill_limit = settings.run.backfill_limit;
  if (counts(2)) out.lookback = settings.run.lookback;
  return out;
}

Result<KnownPackage> known_package(const NearProject& open, const SnowplowPackage& package, Warnings& warnings) {
  KnownPackage out;
  out.package = package.name;
  for (const NodeId id : package.tagged_models) {
    const NodeRecord& node = open.project.node(id);
    const auto materialized = open.project.materialized(id);
    if (!materialized) return std::unexpected(materialized.error());
    out.tagged.push_back({std::string(node.name), std::string(node.unique_id),
                          std::string(node.alias.empty() ? node.name : node.alias), *materialized == "ephemeral"});
  }
  // Without the project's files its variables are not known.
  if (open.yaml.project_file() == nullptr) return out;
  const auto settings = backfill_settings(DbtVars(), open.yaml, package.owner);
  if (settings) {
    out.settings = known(*settings, true);
  } else {
    warnings.push_back({"setting-not-known", settings.error().reason, settings.error().next_step, {}});
  }
  return out;
}

Result<void> take_flags(const StatusFlags& flags, StatusInput& input, Warnings& warnings) {
  const auto now = now_of(flags.now);
  if (!now) return std::unexpected(now.error());
  input.now = *now;
  const auto vars = vars_of(flags.settings, warnings);
  if (!vars) return std::unexpected(vars.error());
  const auto settings = backfill_settings(*vars, ProjectYaml(), "");
  if (!settings) return std::unexpected(settings.error());
  input.settings = known(*settings, false);
  const DbtVar* named = vars->find("models_to_run");
  const std::string& models = !flags.models.empty() || named == nullptr ? flags.models : named->value.text;
  if (!models.empty()) {
    input.models_to_run.emplace();
    for (const std::string_view word : words_of(models)) input.models_to_run->emplace_back(word);
  }
  if (flags.max_lag.empty()) return {};
  SettingFlags hours;
  hours.lookback_hours = flags.max_lag;  // a number of hours all the same
  const auto as_vars = vars_of(hours, warnings);
  const auto lag = as_vars ? backfill_settings(*as_vars, ProjectYaml(), "") : std::unexpected(as_vars.error());
  if (!lag)
    return usage_error(fmt::format("--max-lag: '{}' is no number of hours", printable(flags.max_lag)),
                       "give one, such as 24");
  input.max_lag = lag->run.lookback;
  return {};
}

Result<void> take_files(const StatusFlags& flags, StatusInput& input) {
  for (const std::string& name : flags.logs) {
    const auto file = FileBytes::read(name);
    if (!file) return std::unexpected(file.error());
    auto runs = read_run_log(*file);
    if (!runs) return std::unexpected(std::move(runs.error()));
    std::ranges::move(*runs, std::back_inserter(input.runs));
  }
  for (const std::string& word : flags.rows) {
    const NamedFile named = named_file(word);
    const auto file = FileBytes::read(named.file);
    if (!file) return std::unexpected(file.error());
    auto rows = read_manifest_rows(*file);
    if (!rows) return std::unexpected(std::move(rows.error()));
    input.rows.push_back({named.package, std::move(*rows)});
  }
  for (const std::string& word : flags.limits) {
    const NamedFile named = named_file(word);
    const auto file = FileBytes::read(named.file);
    if (!file) return std::unexpected(file.error());
    const auto limits = read_limits_row(*file);
    if (!limits) return std::unexpected(limits.error());
    input.limits.push_back({named.package, *limits});
  }
  return {};
}

Result<void> query_tables(const StatusFlags& flags, const NearProject& open, StatusInput& input) {
  const DbtCall call{flags.dbt.dbt, flags.dbt.target, flags.dbt.profile, flags.project.project_dir,
                     flags.settings.vars};
  for (const SnowplowPackage& package : open.packages.all()) {
    if (package.kind != SnowplowPackage::Kind::kIncremental || !package.incremental_manifest) continue;
    auto rows = query_rows(call, open.project, *package.incremental_manifest);
    if (!rows) return std::unexpected(std::move(rows.error()));
    input.rows.push_back({package.name, std::move(*rows)});
  }
  if (input.rows.empty())
    return usage_error("no package of the project has a manifest table to ask for", "give rows: --rows FILE");
  return {};
}

Result<BackfillStatus> status_result(const StatusFlags& flags, Warnings& warnings) {
  if (flags.logs.empty() && flags.rows.empty() && flags.limits.empty() && !flags.query)
    return usage_error("plowline backfill status needs something to look at",
                       "give a log (--log logs/dbt.log), rows of the manifest table (--rows FILE), or --query");
  if (flags.query && !flags.rows.empty())
    return usage_error("--query and --rows are two ways to the same rows", "give one of them");
  StatusInput input;
  if (auto taken = take_flags(flags, input, warnings); !taken) return std::unexpected(std::move(taken.error()));
  if (auto taken = take_files(flags, input); !taken) return std::unexpected(std::move(taken.error()));
  auto open = open_near_project(flags.project, flags.query, warnings);
  if (!open) return std::unexpected(std::move(open.error()));
  if (*open != nullptr) {
    input.project.emplace();
    for (const SnowplowPackage& package : (*open)->packages.all()) {
      if (package.kind != SnowplowPackage::Kind::kIncremental) continue;
      auto known = known_package(**open, package, warnings);
      if (!known) return std::unexpected(std::move(known.error()));
      input.project->push_back(std::move(*known));
    }
  }
  if (flags.query) {
    if (auto asked = query_tables(flags, **open, input); !asked) return std::unexpected(std::move(asked.error()));
  }
  BackfillStatus status = backfill_status(input);
  if (!flags.logs.empty() && !status.succeeded)
    return input_error(flags.logs.back(), {}, "there is no dbt run in it, only other commands",
                       "give the log of `dbt run` or `dbt build`");
  return status;
}

Result<ExitStatus> run_status(const StatusFlags& flags, const Options& options) {
  Warnings warnings;
  const auto status = status_result(flags, warnings);
  print_warnings(warnings);
  if (!status) return std::unexpected(status.error());
  const std::string text =
      flags.format == "json" ? status_json(*status, warnings) : status_text(*status, options.verbose);
  if (auto printed = print_result(text); !printed) return std::unexpected(printed.error());
  return status->any_problem() ? ExitStatus::kFindings : ExitStatus::kOk;
}

std::vector<Flag> own_flags(StatusFlags& flags) {
  return {
      {.names = {"--log"},
       .description = "what dbt printed: its console text, its JSON events, or logs/dbt.log; - for standard input",
       .kind = ValueKind::kFile,
       .value_name = "FILE",
       .repeatable = true,
       .target = &flags.logs},
      {.names = {"--rows"},
       .description = "rows of an incremental manifest table, as CSV or JSON",
       .kind = ValueKind::kFile,
       .value_name = "[PACKAGE=]FILE",
       .repeatable = true,
       .target = &flags.rows},
      {.names = {"--limits"},
       .description = "the row of a package's base_new_event_limits table, as CSV or JSON",
       .kind = ValueKind::kFile,
       .value_name = "[PACKAGE=]FILE",
       .repeatable = true,
       .target = &flags.limits},
      {.names = {"--query"}, .description = "read the rows through your own dbt (dbt show)", .target = &flags.query},
      {.names = {"--models"},
       .description = "models_to_run of the run, where it is set",
       .kind = ValueKind::kText,
       .value_name = "NAMES",
       .target = &flags.models},
      {.names = {"--max-lag"},
       .description = "rows that lie no further back are up to date",
       .kind = ValueKind::kText,
       .value_name = "HOURS",
       .default_value = "24",
       .target = &flags.max_lag},
      {.names = {"--format"},
       .description = "text, or a JSON document",
       .kind = ValueKind::kChoice,
       .value_name = "FORMAT",
       .choices = {"text", "json"},
       .default_value = "text",
       .target = &flags.format},
      now_flag(flags.now),
  };
}

}  // namespace

CommandLine backfill_status_command(const Options& options) {
  auto flags = std::make_shared<StatusFlags>();
  CommandLine command{.name = "status",
                      .description = "tell how a backfill stands: last run, next run, runs left, what is wrong"};
  command.about =
      "From a log: the state and window of the last run, whether it succeeded and is up to date, and what the next run "
      "will probably do. From the rows of the manifest table: exactly what the next run will do, which models are new, "
      "and which are behind. From both: what goes wrong without an error. Several logs, or several runs in one, are "
      "compared with each other. Ends with status 1 where something is wrong or the last run failed.";
  command.flags = own_flags(*flags);
  for (auto& shared : {flags_of(flags->settings), flags_of(flags->dbt), flags_of(flags->project)})
    std::ranges::copy(shared, std::back_inserter(command.flags));
  command.examples = {
      {"plowline backfill status --log logs/dbt.log", "the last run"},
      {"dbt run --target prod 2>&1 | plowline backfill status --log -", "right after it"},
      {"plowline backfill status --query --target prod", "the rows, through dbt"},
      {"plowline backfill status --log run.txt --rows manifest.csv --format json", "for a script"},
  };
  command.run = [flags, &options](const CommandLine&) { return run_status(*flags, options); };
  return command;
}

}  // namespace plowline
