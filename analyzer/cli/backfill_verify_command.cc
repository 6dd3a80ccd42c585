#include <algorithm>
#include <fmt/format.h>
#include <iterator>
#include <memory>
#include <utility>

#include "artifact/file.h"
#include "artifact/write_file.h"
#include "backfill/dialect.h"
#include "backfill/manifest_rows.h"
#include "backfill/verify.h"
#include "backfill/verify_report.h"
#include "cli/backfill_commands.h"
#include "cli/backfill_input.h"
#include "cli/backfill_sql_output.h"
#include "cli/console.h"
#include "cli/print.h"

namespace plowline {
namespace {

struct VerifyFlags {
  SidesFlags sides;
  SettingFlags settings;
  std::vector<std::string> rows;
  std::vector<std::string> staging_rows;
  bool moved = false;
  bool compare_rows = false;
  std::string now;
  SqlOutputFlags output;
};

// The rows of all files together. Models have their names in one package only, so that the rows of several packages can
// stand in one list.
Result<std::optional<std::vector<ManifestRow>>> rows_of(const std::vector<std::string>& files) {
  std::optional<std::vector<ManifestRow>> all;
  for (const std::string& name : files) {
    const auto bytes = FileBytes::read(name);
    if (!bytes) return std::unexpected(bytes.error());
    auto rows = read_manifest_rows(*bytes);
    if (!rows) return std::unexpected(std::move(rows.error()));
    if (!all) all.emplace();
    std::ranges::move(*rows, std::back_inserter(*all));
  }
  return all;
}

Result<std::vector<ManifestVerdict>> verdicts(const VerifyFlags& flags, const BothSides& sides, Warnings& warnings) {
  if (std::ranges::count(flags.rows, "-") + std::ranges::count(flags.staging_rows, "-") > 1) {
    return usage_error("standard input can be read once only", "write the other rows to a file");
  }
  const auto production = rows_of(flags.rows);
  if (!production) return std::unexpected(production.error());
  const auto staging = rows_of(flags.staging_rows);
  if (!staging) return std::unexpected(staging.error());
  std::vector<ManifestVerdict> result;
  if (!*production) {
    if (!*staging) return result;
    return usage_error("--staging-rows says nothing without production's rows", "give them too: --rows FILE");
  }
  const auto now = now_of(flags.now);
  if (!now) return std::unexpected(now.error());
  const auto vars = vars_of(flags.settings, warnings);
  if (!vars) return std::unexpected(vars.error());
  for (const PackageTables& tables : sides.blue_green.packages) {
    const auto settings = settings_of(sides.branch, *vars, *sides.branch.packages.named(tables.package));
    if (!settings) return std::unexpected(settings.error());
    result.push_back(verify_rows(tables, **production, *staging, settings->run, *now));
  }
  return result;
}

Result<Verification> verify(const VerifyFlags& flags, Warnings& warnings) {
  const auto sides = open_sides(flags.sides, warnings);
  if (!sides) return std::unexpected(sides.error());
  const BlueGreen& blue_green = (*sides)->blue_green;
  const auto dialect = dialect_for(blue_green.adapter_type);
  if (!dialect) return std::unexpected(dialect.error());
  auto judged = verdicts(flags, **sides, warnings);
  if (!judged) return std::unexpected(std::move(judged.error()));
  return Verification{
      .dialect = std::string((*dialect)->name()),
      .scripts = verify_scripts(blue_green, **dialect, {.moved = flags.moved, .compare_rows = flags.compare_rows}),
      .verdicts = std::move(*judged)};
}

Result<ExitStatus> run_verify(const VerifyFlags& flags) {
  Warnings warnings;
  const auto verification = verify(flags, warnings);
  print_warnings(warnings);
  if (!verification) return std::unexpected(verification.error());
  const std::string text =
      flags.output.format == "json" ? verification_json(*verification, warnings) : to_text(*verification);
  const auto written = flags.output.output.empty() ? print_result(text) : write_file(flags.output.output, text);
  if (!written) return std::unexpected(written.error());
  return verification->safe() ? ExitStatus::kOk : ExitStatus::kFindings;
}

std::vector<Flag> own_flags(VerifyFlags& flags) {
  return {
      {.names = {"--rows"},
       .description =
           "rows of production's incremental manifest, as CSV, JSON or text: says at once whether it is safe",
       .kind = ValueKind::kFile,
       .value_name = "FILE",
       .repeatable = true,
       .target = &flags.rows},
      {.names = {"--staging-rows"},
       .description = "rows of staging's incremental manifest, to be compared with production's",
       .kind = ValueKind::kFile,
       .value_name = "FILE",
       .repeatable = true,
       .target = &flags.staging_rows},
      {.names = {"--moved"},
       .description = "staging's tables were moved, not copied: do not compare with them",
       .target = &flags.moved},
      {.names = {"--compare-rows"},
       .description = "compare the rows themselves, both ways; reads both tables whole",
       .target = &flags.compare_rows},
      now_flag(flags.now),
  };
}

}  // namespace

CommandLine backfill_verify_command(const Options&) {
  auto flags = std::make_shared<VerifyFlags>();
  CommandLine command{.name = "verify", .description = "print SQL that shows whether a backfill arrived in production"};
  command.about =
      "Compares columns, types, counts, dates and unique key of staging's and production's table, the rows of both "
      "manifests, and tells the state of production's next run; each statement says how to read its answer. Nothing is "
      "sent. With --rows it answers without a warehouse, and ends with status 1 where the merge is not safe.";
  command.flags = own_flags(*flags);
  for (auto& shared : {flags_of(flags->output), flags_of(flags->settings), flags_of(flags->sides)})
    std::ranges::copy(shared, std::back_inserter(command.flags));
  command.positionals = {model_positional(flags->sides)};
  command.examples = {
      {"plowline backfill verify my_new_model --state production", "the checks, to be run in the warehouse"},
      {"plowline backfill verify my_new_model --state production --rows prod.csv --staging-rows staging.csv",
       "the next run of production, without a warehouse"},
  };
  command.run = [flags](const CommandLine&) { return run_verify(*flags); };
  return command;
}

}  // namespace plowline
