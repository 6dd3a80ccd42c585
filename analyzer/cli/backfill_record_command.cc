#include <algorithm>
#include <fmt/format.h>
#include <iterator>
#include <memory>
#include <utility>

#include "artifact/instant.h"
#include "backfill/record.h"
#include "cli/backfill_commands.h"
#include "cli/backfill_input.h"
#include "cli/backfill_rows_input.h"
#include "cli/backfill_sql_output.h"
#include "cli/console.h"

namespace plowline {
namespace {

struct RecordFlags {
  SidesFlags sides;
  SqlOutputFlags output;
  std::string timestamp;
  SideRowsFlags rows;
};

Result<RecordOptions> options_of(const RecordFlags& flags) {
  RecordOptions options;
  if (!flags.timestamp.empty()) {
    options.timestamp = instant_from(flags.timestamp);
    if (!options.timestamp) {
      return usage_error(fmt::format("--timestamp: '{}' is no time", printable(flags.timestamp)),
                         "write it as 'YYYY-MM-DD HH:MM:SS.ffffff', in UTC, with all digits that the manifest has");
    }
  }
  auto rows = read_side_rows(flags.rows);
  if (!rows) return std::unexpected(std::move(rows.error()));
  options.production_rows = std::move(rows->production);
  options.staging_rows = std::move(rows->staging);
  return options;
}

Result<ExitStatus> run_record_command(const RecordFlags& flags) {
  const auto options = options_of(flags);
  if (!options) return std::unexpected(options.error());
  Warnings warnings;
  const auto sides = open_sides(flags.sides, warnings);
  if (!sides) {
    print_warnings(warnings);
    return std::unexpected(sides.error());
  }
  const BlueGreen& both = (*sides)->blue_green;
  const auto dialect = dialect_for(both.adapter_type);
  if (!dialect) {
    print_warnings(warnings);
    return std::unexpected(dialect.error());
  }
  const auto scripts = record_scripts(both, **dialect, *options, warnings);
  print_warnings(warnings);
  if (!scripts) return std::unexpected(scripts.error());
  const auto given = give_out(flags.output, **dialect, *scripts, warnings);
  if (!given) return std::unexpected(given.error());
  return ExitStatus::kOk;
}

}  // namespace

CommandLine backfill_record_command(const Options&) {
  auto flags = std::make_shared<RecordFlags>();
  CommandLine command{.name = "record",
                      .description = "write the SQL that records the new models in production's incremental manifest"};
  command.about =
      "One statement per package: staging's own last_success at full precision, never later than the latest of "
      "production's models, only where no row is, and only where staging is in sync. A time that is later than "
      "production's and no event's own stops production for ever; this statement cannot record one. The last query "
      "tells the state of production's next run. The statements are printed, never sent.";
  command.flags = {
      {.names = {"--timestamp"},
       .description = "record this time, in UTC, where no statement can read both manifests",
       .kind = ValueKind::kText,
       .value_name = "TIME",
       .target = &flags->timestamp},
  };
  for (auto& shared : {flags_of(flags->rows), flags_of(flags->output), flags_of(flags->sides)})
    std::ranges::copy(shared, std::back_inserter(command.flags));
  command.positionals = {model_positional(flags->sides)};
  command.examples = {
      {"plowline backfill record my_new_model --state production", "the script that inserts the rows"},
      {"plowline backfill record my_new_model --state production --timestamp '2023-10-11 10:11:12.123456' --rows "
       "manifest.csv",
       "where production's database cannot read staging's"},
  };
  command.run = [flags](const CommandLine&) { return run_record_command(*flags); };
  return command;
}

}  // namespace plowline
