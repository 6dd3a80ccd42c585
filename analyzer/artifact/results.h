// dbt's run_results.json and sources.json as typed records.
#pragma once

#include <filesystem>
#include <memory>
#include <string_view>
#include <vector>

#include "artifact/file.h"
#include "artifact/json.h"
#include "diagnostic/error.h"

namespace plowline {

struct NodeResult {
  std::string_view unique_id;
  std::string_view status;         // `success`, `error`, `skipped`, `pass`, `warn`, …
  std::string_view max_loaded_at;  // sources.json: ISO 8601; empty where the freshness query failed
  RawJson execution_time;          // seconds
  RawJson failures;                // of tests: a number
  RawJson message;                 // a string
  RawJson adapter_response;        // an object of the adapter's own: BigQuery's has `bytes_billed`
};

struct Results {
  FileBytes file;
  std::unique_ptr<Arena> arena;
  std::vector<NodeResult> results;
  // run_results.json: the invocation's own arguments (`target`, `vars`, `select`, …).
  RawJson arguments;
};

// Reads either file; every schema version dbt wrote. Errors (exit status 3) as those of read_manifest.
Result<Results> read_results(const std::filesystem::path& file);

}  // namespace plowline
