// How to see that a backfill arrived: the checks of production's new table and of its manifest's rows.
//
// Two ways of asking. As SQL, one script per table and one per package, for a person to run: each statement says how
// its answer is to be read. And without a warehouse, where the manifest's rows are at hand: whether the models are in
// sync, and what production's next run will do.
//
// Staging's and production's table are the same from the migration until production's next run, which goes on where
// staging stopped; the comparisons hold in between.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "backfill/blue_green.h"
#include "backfill/dialect.h"
#include "backfill/run_limits.h"
#include "backfill/sql_script.h"
#include "diagnostic/error.h"

namespace plowline {

struct VerifyOptions {
  // Staging's tables were moved, not copied: there is nothing left to compare with.
  bool moved = false;
  // Compare the rows themselves, both ways: reads both tables whole and sorts them.
  bool compare_rows = false;
};

// Scripts in this order: the tables, upstream before downstream, then the packages' manifests. Models without history,
// and those whose place in production is not known, have no script.
std::vector<SqlScript> verify_scripts(const BlueGreen& sides, const Dialect& dialect, const VerifyOptions& options);

// What the rows of a package's manifests tell.
struct ManifestVerdict {
  std::string package;
  // Production's rows: every model that counts there after the merge has one row, and all have one last_success.
  bool in_sync = false;
  std::vector<std::string> missing;     // models without a row, sorted: `record` inserts those of new models
  std::vector<std::string> duplicated;  // models with more than one row, sorted
  // New models whose row is later than all of production's own: where no event has that very time, the others never
  // reach it, and production stands still.
  std::vector<std::string> ahead_of_production;
  // New models whose row is later than staging's: what lies between is never processed.
  std::vector<std::string> ahead_of_staging;
  // Staging's rows, where they are known: all its models have one row with one last_success.
  std::optional<bool> staging_in_sync;
  // Production's next run after the merge, with the rows as they are.
  RunWindow next;
  // The same once `record` has inserted what is missing; nothing where nothing is missing, or where staging's rows are
  // not known or lack such a model.
  std::optional<RunWindow> next_after_record;
  // Nothing keeps production from going on: its next run, after `record` where that is still to be done, is in state 4,
  // or in state 3 and will get out of it by itself.
  bool safe = false;
  std::string reason;     // one sentence: why it is safe, or what is wrong
  std::string next_step;  // empty where nothing is to be done
};

// `production` and `staging`: the rows of the package's manifest tables; rows of other models do not count. `settings`:
// those of production. Cost: O(rows log models).
ManifestVerdict verify_rows(const PackageTables& package, std::span<const ManifestRow> production,
                            const std::optional<std::vector<ManifestRow>>& staging, const RunSettings& settings,
                            Instant now);

// The models that a package counts in production once the branch is merged, sorted, each once.
std::vector<std::string> models_after_merge(const PackageTables& package);

}  // namespace plowline
