// The rows of manifest tables, read through the user's own dbt.
#pragma once

#include <string>
#include <vector>

#include "backfill/run_limits.h"
#include "diagnostic/error.h"
#include "project/project.h"
#include "snowplow/packages.h"

namespace plowline {

// How dbt is called; empty: not given.
struct DbtCall {
  std::string dbt = "dbt";
  std::string target;
  std::string profile;
  std::string project_dir;
  std::string vars;
};

// The words of `dbt show` for a package's manifest table: what works on dbt 1.5 and later. `dbt show` compiles and runs
// one query; on-run-start and on-run-end hooks belong to `dbt run` and its like, and do not run. The log goes out as
// JSON events, one of which holds all rows; a drawn table would cut names and timestamps. A negative limit is none.
std::vector<std::string> show_rows_command(const DbtCall& call, const Project& project, NodeId manifest_table);

// Runs it and reads the rows. Errors (exit status 3): dbt cannot be started; it fails (in its own words); its answer is
// no table of rows.
Result<std::vector<ManifestRow>> query_rows(const DbtCall& call, const Project& project, NodeId manifest_table);

}  // namespace plowline
