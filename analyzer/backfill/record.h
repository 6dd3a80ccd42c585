// The SQL that gives the new models their rows in production's incremental manifest.
//
// A row's last_success decides what production does next. Earlier than the others' it costs a run or more in state 3,
// which close the gap. Later it stops production for ever, unless it is an event's own time: the others are to reach
// it, and what they reach is always the time of an event. So no row may be later than production's own latest, and it
// has to be exact to the last digit; a time that somebody reads off a log and types is neither. Here it is taken from
// staging's manifest by the statement itself, and capped by production's latest; rows of retired models, which stay in
// the table, do not count.
//
// Recorded are the models that this backfill stages: those that production lacks among the models in run. What else
// the branch adds to the package is told, and counted by the last query, but not recorded: its table was not moved, and
// with a row it would silently begin without its history.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "backfill/blue_green.h"
#include "backfill/dialect.h"
#include "backfill/run_limits.h"
#include "backfill/sql_script.h"
#include "diagnostic/error.h"

namespace plowline {

struct RecordOptions {
  // The literal form: this time instead of staging's own, for where no statement can read both manifests.
  std::optional<Instant> timestamp;
  // What is in the manifest tables now, where it is known. Rows of other models do not count.
  std::optional<std::vector<ManifestRow>> production_rows;
  std::optional<std::vector<ManifestRow>> staging_rows;
};

// One script per package with models that production lacks or that are backfilled: the insert, between checks. Inserts
// nothing at all where staging is not in sync, and nothing for a model that has a row.
//
// Errors: a manifest that is one table on both sides, two databases that one statement cannot read (status 2; asks for
// the timestamp); a timestamp that is later than production's latest or than staging's (2); staging's rows that are not
// in sync (1).
Result<std::vector<SqlScript>> record_scripts(const BlueGreen& sides, const Dialect& dialect,
                                              const RecordOptions& options, Warnings& warnings);

// The models of a package that record_scripts() records, sorted, and those that production lacks beyond these.
std::vector<std::string> recorded_models(const PackageTables& package);
std::vector<std::string> models_not_staged(const PackageTables& package);

}  // namespace plowline
