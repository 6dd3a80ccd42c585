// The SQL that brings a new model's table from staging into production.
//
// What must be done, in which order, and what must hold before it; how each warehouse does it is in its dialect. No
// statement replaces a table: where production has one of that name already, the CREATE or RENAME fails, and with
// `replace` that table is first renamed and so kept.
#pragma once

#include <string>
#include <vector>

#include "backfill/blue_green.h"
#include "backfill/dialect.h"
#include "backfill/sql_script.h"
#include "diagnostic/error.h"

namespace plowline {

struct MigrateOptions {
  MigrationKind kind = MigrationKind::kCopy;
  bool replace = false;  // production has the table: put it aside first
  std::string backup_suffix = "_before_backfill";
};

// The name under which production's table is put aside: `my_new_model_before_backfill`, in its own schema, short enough
// for every warehouse.
TableName backup_name(const TableName& table, std::string_view suffix);

// One script per model, upstream before downstream; one without statements for a model that needs no migration, which
// says why. Errors (exit status 2): a table whose place in production is not known, or that is one and the same on both
// sides; a kind of migration that the warehouse cannot do.
Result<std::vector<SqlScript>> migrate_scripts(const BlueGreen& sides, const Dialect& dialect,
                                               const MigrateOptions& options);

}  // namespace plowline
