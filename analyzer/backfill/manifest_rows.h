// The rows of an incremental manifest table, as a user can get them out of a warehouse.
//
// Columns `model` and `last_success` (their case does not matter, other columns are ignored), as
//   CSV    with a header; comma, semicolon or tab; quoted fields; CRLF; a byte order mark
//   JSON   a list of objects; `{"node": …, "show": [...]}`, what `dbt show --output json` prints, also with dbt's log
//          lines around it, or one JSON log event per line (`--log-format json`, ShowNode); objects one per line;
//          BigQuery's and Snowflake's own exports of these shapes
//   text   the table that psql and `dbt show` print, with | between the columns
// Which one it is shows in the text itself.
#pragma once

#include <string>
#include <vector>

#include "artifact/file.h"
#include "backfill/run_limits.h"
#include "diagnostic/error.h"

namespace plowline {

// In the file's order; a row that stands twice stands twice here. No rows is a valid answer. Errors (exit status 3):
// no such columns (says which there are), a last_success that is no timestamp (with its line), text of no known shape
// (a message that the table does not exist is told as such).
Result<std::vector<ManifestRow>> read_manifest_rows(const FileBytes& file);

// One row of a limits table (`<package>_base_new_event_limits`: lower_limit, upper_limit) in the same shapes. Errors:
// as above; more than one row.
struct LimitsRow {
  Instant lower_limit;
  Instant upper_limit;
};
Result<LimitsRow> read_limits_row(const FileBytes& file);

}  // namespace plowline
