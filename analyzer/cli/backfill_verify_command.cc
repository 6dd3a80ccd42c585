#include <algorithm>
#include <fmt/format.h>
#include <iterator>
#include <memory>
#include <utility>

#include "artifact/write_file.h"
#include "backfill/dialect.h"
#include "backfill/verify.h"
#include "backfill/verify_report.h"
#include "cli/backfill_commands.h"
#include "cli/backfill_input.h"
#include "cli/backfill_rows_input.h"
#include "cli/backfill_sql_output.h"
#include "cli/console.h"
#include "cli/print.h"

namespace plowline {
namespace {

struct VerifyFlags {
  SidesFlags sides;
  SettingFlags settings;
  SideRowsFlags rows;
  bool moved = false;
  bool compare_rows = false;
  std::string now;
  SqlOutputFlags output;
};

Result<std::vector<ManifestVerdict>> verdicts(const VerifyFlags& flags, const BothSides& sides, Warnings& warnings) {
  const auto rows = read_side_rows(flags.rows);
  if (!rows) return std::unexpected(rows.error());
  std::vector<ManifestVerdict> result;
  if (!rows->production) {
    if (!rows->staging) return result;
    return usage_error("--staging-rows says nothing without production's rows", "give them too: --rows FILE");
  }
  const auto now = now_of(flags.now);
  if (!now) return std::unexpected(now.error());
  const auto vars = vars_of(flags.settings, warnings);
  if (!vars) return std::unexpected(vars.error());
  for (const PackageTables& tables : sides.blue_green.packages) {
    const auto settings = settings_of(sides.branch, *vars, *sides.branch.packages.named(tables.package));
    if (!settings) return std::unexpected(settings.error());
    result.push_back(verify_rows(tables, *rows->production, rows->staging, settings->run, *now));
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
  for (auto& shared :
       {flags_of(flags->rows), flags_of(flags->output), flags_of(flags->settings), flags_of(flags->sides)})
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
