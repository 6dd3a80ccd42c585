// Any bytes as a log of dbt: what is read is consistent, whether the file is read whole or line by line, and a status
// can be made of it; and any bytes as rows of a manifest table.
#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>
#include <utility>

#include "artifact/file.h"
#include "backfill/manifest_rows.h"
#include "backfill/run_log.h"
#include "backfill/status.h"
#include "backfill/status_json.h"
#include "backfill/status_text.h"

using namespace plowline;

namespace {

void require(bool holds) {
  if (!holds) std::abort();
}

void check_run(const LoggedRun& run) {
  for (const LoggedPackage& package : run.packages) {
    require(package.lower_limit.has_value() == package.upper_limit.has_value());
    if (package.lower_limit) require(!to_text(*package.lower_limit).empty() && !to_text(*package.upper_limit).empty());
  }
  for (const LoggedNode& node : run.failures) require(node.status == "error" || node.status == "skipped");
  if (run.succeeded) require(run.reached_end && run.errors.empty() && !run.interrupted);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const FileBytes bytes = FileBytes::copy_of(text, "fuzz");
  StatusInput input;
  input.now = Instant(std::chrono::sys_days(std::chrono::year{2026} / 11 / 21));
  if (auto runs = read_run_log(bytes)) {
    require(!runs->empty());
    for (const LoggedRun& run : *runs) check_run(run);
    input.runs = std::move(*runs);
  } else {
    require(!runs.error().reason.empty());
  }
  RunLogReader reader;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    reader.add_line(text.substr(at, end - at));
    at = end + 1;
  }
  for (const LoggedRun& run : reader.finish()) check_run(run);
  if (const auto rows = read_manifest_rows(bytes)) {
    for (const ManifestRow& row : *rows) require(!row.model.empty());
    input.rows.push_back({{}, *rows});
  } else {
    (void)to_text(rows.error());
  }
  if (const auto limits = read_limits_row(bytes)) input.limits.push_back({{}, *limits});
  const BackfillStatus status = backfill_status(input);
  for (const PackageStatus& package : status.packages) require(!package.problem || !package.message.empty());
  require(status_text(status, true).find('\x1B') == std::string::npos);
  (void)status_json(status, {});
  return 0;
}
