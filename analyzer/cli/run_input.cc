#include "cli/run_input.h"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <fmt/format.h>
#include <iterator>
#include <utility>

#include "artifact/ls_models.h"
#include "artifact/ls_text.h"
#include "project/ls_nodes.h"

namespace plowline {
namespace {

constexpr std::string_view kLimitFlag = "--backfill-limit-days";
constexpr std::string_view kStartFlag = "--start-date";

// Warehouses take whole days only; with 0 a Snowplow package never moves on.
Result<std::int64_t> days_of(const std::string& text) {
  std::int64_t days = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), days);
  if (error != std::errc() || end != text.data() + text.size() || days < 1 || days > 100'000) {
    return usage_error(fmt::format("{}: '{}' is no number of days", kLimitFlag, printable(text)),
                       "give a whole number of at least 1, such as 30");
  }
  return days;
}

Result<void> check_date(const std::string& text) {
  const auto wrong = [&] {
    return usage_error(fmt::format("{}: '{}' is no date", kStartFlag, printable(text)),
                       "write it as YYYY-MM-DD, such as 2024-01-31");
  };
  int year = 0;
  unsigned month = 0;
  unsigned day = 0;
  if (text.size() != 10 || text[4] != '-' || text[7] != '-') return wrong();
  const auto number = [&](std::size_t from, std::size_t to, auto& value) {
    const auto [end, error] = std::from_chars(text.data() + from, text.data() + to, value);
    return error == std::errc() && end == text.data() + to;
  };
  if (!number(0, 4, year) || !number(5, 7, month) || !number(8, 10, day)) return wrong();
  const std::chrono::year_month_day date{std::chrono::year{year}, std::chrono::month{month}, std::chrono::day{day}};
  if (!date.ok()) return wrong();
  return {};
}

std::optional<std::string> if_given(const std::string& text) {
  return text.empty() ? std::nullopt : std::optional(text);
}

bool names_a_project(const ProjectFlags& flags) {
  return !flags.manifest.empty() || !flags.project_dir.empty() || !flags.target_path.empty();
}

Result<RunPlan> plan_of_listing(const RunFlags& flags, RunRequest request, Warnings& warnings) {
  if (flags.listing == "-" && flags.project.manifest == "-") {
    return usage_error("--ls and --manifest cannot both be standard input", "name a file for one of them");
  }
  auto bytes = FileBytes::read(flags.listing);
  if (!bytes) {
    if (bytes.error().next_step.empty())
      bytes.error().next_step = "name a file with the output of dbt ls, or - for standard input";
    return std::unexpected(std::move(bytes.error()));
  }
  const LsText text = read_ls_text(*bytes);
  Warnings project_warnings;
  const auto loaded = load_project(flags.project, project_warnings);
  if (!loaded) {
    // Without a manifest the text has to prove what it lists; a manifest that was named, or is broken, is not passed
    // over.
    const bool absent = loaded.error().file.empty() && !names_a_project(flags.project);
    if (!absent) return std::unexpected(loaded.error());
    const auto names = certain_models(text);
    if (!names) return std::unexpected(names.error());
    return plan_names(*names, std::move(request), warnings);
  }
  warnings.insert(warnings.end(), project_warnings.begin(), project_warnings.end());
  const auto nodes = ls_nodes(text, loaded->project, warnings);
  if (!nodes) return std::unexpected(nodes.error());
  return plan_listed(loaded->project, *nodes, std::move(request), warnings);
}

}  // namespace

Result<DbtVars> vars_of(const RunFlags& flags, Warnings& warnings) {
  DbtVars vars;
  if (!flags.backfill_limit_days.empty()) {
    const auto days = days_of(flags.backfill_limit_days);
    if (!days) return std::unexpected(days.error());
    if (auto added = vars.add("snowplow__backfill_limit_days", YamlValue::integer(*days), kLimitFlag); !added)
      return std::unexpected(added.error());
  }
  if (!flags.start_date.empty()) {
    if (auto checked = check_date(flags.start_date); !checked) return std::unexpected(checked.error());
    if (auto added = vars.add("snowplow__start_date", YamlValue::string(flags.start_date), kStartFlag); !added)
      return std::unexpected(added.error());
  }
  if (flags.vars.empty()) return vars;
  const auto own = DbtVars::parse(flags.vars, "--vars", warnings);
  if (!own) return std::unexpected(own.error());
  if (auto merged = vars.merge(*own); !merged) return std::unexpected(merged.error());
  return vars;
}

Result<RunRequest> run_request(const RunFlags& flags, bool explain, const std::vector<std::string>& extra,
                               Warnings& warnings) {
  auto selection = request_of(flags.selection);
  if (!selection) return std::unexpected(std::move(selection.error()));
  selection->select.insert(selection->select.begin(), flags.selectors.begin(), flags.selectors.end());
  auto vars = vars_of(flags, warnings);
  if (!vars) return std::unexpected(std::move(vars.error()));
  RunRequest request;
  request.selection = std::move(*selection);
  request.invocation.dbt = flags.dbt;
  request.invocation.subcommand = flags.dbt_command;
  request.invocation.target = if_given(flags.target);
  request.invocation.profile = if_given(flags.profile);
  request.invocation.project_dir = if_given(flags.project.project_dir);
  request.invocation.full_refresh = flags.full_refresh;
  request.invocation.vars = std::move(*vars);
  request.invocation.extra = extra;
  // What dbt would refuse is said before a file is read.
  if (const auto checked = Invocation::build(request.invocation); !checked) return std::unexpected(checked.error());
  request.all_names = flags.all_names;
  request.explain = explain;
  return request;
}

Positional selector_positional(RunFlags& flags) {
  return {.name = "SELECTOR",
          .description = "nodes to select, the same as --select",
          .kind = ValueKind::kText,
          .repeated = true,
          .target = &flags.selectors};
}

std::vector<Flag> flags_of(RunFlags& flags) {
  std::vector<Flag> all = flags_of(flags.selection);
  all.push_back({.names = {"--ls"},
                 .description = "take the nodes from the text of 'dbt ls' (- for standard input)",
                 .kind = ValueKind::kFile,
                 .value_name = "FILE",
                 .target = &flags.listing});
  std::ranges::move(invocation_flags_of(flags), std::back_inserter(all));
  return all;
}

std::vector<Flag> invocation_flags_of(RunFlags& flags) {
  std::vector<Flag> all{
      {.names = {"--dbt-command"},
       .description = "the dbt command to write",
       .kind = ValueKind::kText,
       .value_name = "COMMAND",
       .default_value = "run",
       .target = &flags.dbt_command},
      {.names = {"--target", "-t"},
       .description = "dbt's target",
       .kind = ValueKind::kText,
       .value_name = "NAME",
       .target = &flags.target},
      {.names = {"--profile"},
       .description = "dbt's profile",
       .kind = ValueKind::kText,
       .value_name = "NAME",
       .target = &flags.profile},
      {.names = {"--full-refresh"}, .description = "add --full-refresh", .target = &flags.full_refresh},
      {.names = {"--backfill-limit-days"},
       .description = "set snowplow__backfill_limit_days: the days that one run processes",
       .kind = ValueKind::kText,
       .value_name = "DAYS",
       .target = &flags.backfill_limit_days},
      {.names = {"--start-date"},
       .description = "set snowplow__start_date: where the first run begins",
       .kind = ValueKind::kText,
       .value_name = "YYYY-MM-DD",
       .target = &flags.start_date},
      {.names = {"--vars"},
       .description = "more variables, merged with plowline's",
       .kind = ValueKind::kText,
       .value_name = "YAML",
       .target = &flags.vars},
      {.names = {"--dbt"},
       .description = "the dbt program",
       .kind = ValueKind::kFile,
       .value_name = "PATH",
       .default_value = "dbt",
       .target = &flags.dbt},
      {.names = {"--all-names"},
       .description = "put every selected model into models_to_run, not only those that count",
       .target = &flags.all_names},
      {.names = {"--strict"}, .description = "end with status 1 where there is a warning", .target = &flags.strict},
  };
  const std::vector<Flag> project = flags_of(flags.project);
  all.insert(all.end(), project.begin(), project.end());
  return all;
}

Result<RunPlan> plan_of(const RunFlags& flags, bool explain, const std::vector<std::string>& extra,
                        Warnings& warnings) {
  auto request = run_request(flags, explain, extra, warnings);
  if (!request) return std::unexpected(std::move(request.error()));
  if (!flags.listing.empty()) return plan_of_listing(flags, std::move(*request), warnings);
  const auto open = OpenSelector::open(flags.project, flags.selection, warnings);
  if (!open) return std::unexpected(open.error());
  return plan_run((*open)->project(), (*open)->selector(), std::move(*request), warnings);
}

}  // namespace plowline
