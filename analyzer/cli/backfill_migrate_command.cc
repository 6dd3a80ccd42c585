#include <algorithm>
#include <iterator>
#include <memory>
#include <utility>

#include "backfill/migrate.h"
#include "cli/backfill_commands.h"
#include "cli/backfill_input.h"
#include "cli/backfill_sql_output.h"
#include "cli/console.h"

namespace plowline {
namespace {

struct MigrateFlags {
  SidesFlags sides;
  SqlOutputFlags output;
  bool move = false;
  bool replace = false;
  std::string backup_suffix;
};

Result<MigrateOptions> options_of(const MigrateFlags& flags) {
  MigrateOptions options;
  options.kind = flags.move ? MigrationKind::kMove : MigrationKind::kCopy;
  options.replace = flags.replace;
  if (flags.backup_suffix.empty()) return options;
  if (!flags.replace) {
    return usage_error("--backup-suffix names the backup that only --replace makes", "add --replace, or leave it out");
  }
  options.backup_suffix = flags.backup_suffix;
  return options;
}

Result<ExitStatus> run_migrate_command(const MigrateFlags& flags) {
  const auto options = options_of(flags);
  if (!options) return std::unexpected(options.error());
  Warnings warnings;
  const auto sides = open_sides(flags.sides, warnings);
  print_warnings(warnings);
  if (!sides) return std::unexpected(sides.error());
  const BlueGreen& both = (*sides)->blue_green;
  const auto dialect = dialect_for(both.adapter_type);
  if (!dialect) return std::unexpected(dialect.error());
  const auto scripts = migrate_scripts(both, **dialect, *options);
  if (!scripts) return std::unexpected(scripts.error());
  const auto given = give_out(flags.output, **dialect, *scripts, warnings);
  if (!given) return std::unexpected(given.error());
  return ExitStatus::kOk;
}

}  // namespace

CommandLine backfill_migrate_command(const Options&) {
  auto flags = std::make_shared<MigrateFlags>();
  CommandLine command{.name = "migrate",
                      .description = "write the SQL that brings the new model's table to production"};
  command.about =
      "A copy by default: staging keeps its table, to go back to. Layout, comments and grants are kept as far as the "
      "warehouse can. No statement overwrites a table: where production has one of that name, the script fails, and "
      "with --replace that table is renamed first. The statements are printed, never sent.";
  command.flags = {
      {.names = {"--move"},
       .description = "move the table instead of copying it; nothing is left in staging to go back to",
       .target = &flags->move},
      {.names = {"--replace"},
       .description = "production has the table already: put it aside under another name first",
       .target = &flags->replace},
      {.names = {"--backup-suffix"},
       .description = "what is appended to the name of the table that --replace puts aside",
       .kind = ValueKind::kText,
       .value_name = "TEXT",
       .default_value = "_before_backfill",
       .target = &flags->backup_suffix},
  };
  for (auto& shared : {flags_of(flags->output), flags_of(flags->sides)})
    std::ranges::copy(shared, std::back_inserter(command.flags));
  command.positionals = {model_positional(flags->sides)};
  command.examples = {
      {"plowline backfill migrate my_new_model --state production", "the script that copies the table"},
      {"plowline backfill migrate my_new_model --state production --replace -o migrate.sql",
       "where production has an older table of that name"},
  };
  command.run = [flags](const CommandLine&) { return run_migrate_command(*flags); };
  return command;
}

}  // namespace plowline
