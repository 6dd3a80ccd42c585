// How the subcommands of `plowline backfill` that write SQL give it out.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "backfill/dialect.h"
#include "backfill/sql_script.h"
#include "cli/command_line.h"
#include "diagnostic/error.h"

namespace plowline {

// --format and --output.
struct SqlOutputFlags {
  std::string format = "text";
  std::string output;
};
std::vector<Flag> flags_of(SqlOutputFlags& flags);

// The scripts as a file for the warehouse's client, or as schemas/backfill-sql.schema.json. Errors: a file that cannot
// be written.
Result<void> give_out(const SqlOutputFlags& flags, const Dialect& dialect, std::span<const SqlScript> scripts,
                      const Warnings& warnings);

}  // namespace plowline
