// Whose current run the rows of a model come from.
//
// A `_this_run` table holds one window of its package. What is built from it in the same run (views, tables, ephemeral
// models) still holds that window; an incremental model keeps what earlier windows gave and ends the way. So a model's
// rows come from a package's run where a way leads to one of its `_this_run` tables that passes no incremental model. A
// daily aggregate over derived tables has no such way, and one that reads a `_this_run` table for its limits only
// (`return_limits_from_model`, a reference in a `-- depends_on` comment) has none either.
#pragma once

#include <vector>

#include "diagnostic/error.h"
#include "lint/lint_project.h"

namespace plowline {

struct RunRows {
  const SnowplowPackage* package;
  NodeId table;    // a `_this_run` table of that package
  NodeId through;  // what the model itself reads it by: the table, or a model in between
};

// One entry per package, in the order in which their tables are found. Cost: a walk upstream as far as the rows pass.
// Errors: a node whose code or config is not JSON.
Result<std::vector<RunRows>> run_rows_of(const LintProject& project, NodeId model);

// Whether the model takes its limits from a package's run without reading its rows: it calls return_limits_from_model,
// or its own code names the package's base_new_event_limits. (is_run_with_new_events reads that table, too, but limits
// nothing.)
Result<bool> takes_limits(const LintProject& project, NodeId model);

// The enabled models outside of the packages that read a `_this_run` table, directly or through ephemeral models, in
// the order of their ids: candidates for this_run_tables_read_by(). Cost: one pass over the names.
std::vector<NodeId> this_run_children(const LintProject& project);

}  // namespace plowline
