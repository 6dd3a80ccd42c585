// Who reads a Snowplow package's tables of the current run.
//
// Tables whose names end in `_this_run` hold the rows of one run's window only; the next run replaces them. A model
// that builds on one must carry the package's tag: without it the package does not know the model, never reruns a
// window for it, and is_run_with_new_events never holds it back. Snowplow's own check for this looks for a table of
// the root project that packages do not have since snowplow_utils 0.15.0, so nothing is said when it is forgotten.
//
// Not meant are daily aggregates and the like, which read a this-run table only for its limits
// (`return_limits_from_model`, or a reference in a `-- depends_on` comment) and are rightly untagged.
#pragma once

#include <vector>

#include "diagnostic/error.h"
#include "project/project.h"
#include "snowplow/packages.h"

namespace plowline {

struct ThisRunRead {
  NodeId reader;
  NodeId table;
  const SnowplowPackage* package;  // whose run it is; never null
  bool only_limits;                // the table's rows are not read
};

// The package whose run the table holds: an enabled model whose name ends in `_this_run` and which belongs to the
// package or carries its tag. Null for other nodes.
const SnowplowPackage* this_run_of(const Project& project, const SnowplowPackages& packages, NodeId node);

// The this-run tables that `node` reads directly. An untagged ephemeral model in between is looked through: its SQL
// becomes part of the reader's. Errors: a node whose code or config is not JSON.
Result<std::vector<ThisRunRead>> this_run_tables_read_by(const Project& project, const SnowplowPackages& packages,
                                                         NodeId node);

// Every read of a this-run table by an enabled model that is not a Snowplow package's own, in the order of the ids.
Result<std::vector<ThisRunRead>> this_run_readers(const Project& project, const SnowplowPackages& packages);

}  // namespace plowline
