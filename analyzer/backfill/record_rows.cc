#include "backfill/record_rows.h"

#include <algorithm>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <set>

namespace plowline {
namespace {

bool among(const std::vector<std::string>& sorted, const std::string& name) {
  return std::ranges::binary_search(sorted, name);
}

// The rows of `models` among all.
std::vector<ManifestRow> rows_of(const std::vector<ManifestRow>& rows, const std::vector<std::string>& models) {
  std::vector<ManifestRow> own;
  std::ranges::copy_if(rows, std::back_inserter(own), [&](const ManifestRow& row) { return among(models, row.model); });
  return own;
}

Error not_in_sync(const PackageTables& package, std::string what) {
  return {ExitStatus::kFindings,
          {},
          {},
          fmt::format("staging is not in sync for {}: {}", printable(package.package), std::move(what)),
          "run staging until all its models are up to date (plowline backfill status says which are not), and record "
          "then"};
}

// Every model in run has one row, and all of them one last_success.
Result<void> check_staging(const PackageTables& package, const std::vector<ManifestRow>& rows) {
  std::set<std::string> seen;
  for (const ManifestRow& row : rows) {
    if (!seen.insert(row.model).second) {
      return std::unexpected(not_in_sync(package, fmt::format("{} has more than one row", printable(row.model))));
    }
  }
  for (const std::string& model : package.staging_models) {
    if (!seen.contains(model)) {
      return std::unexpected(not_in_sync(package, fmt::format("{} has no row", printable(model))));
    }
  }
  const auto [first, last] = std::ranges::minmax_element(rows, {}, &ManifestRow::last_success);
  if (first == rows.end() || first->last_success == last->last_success) return {};
  return std::unexpected(
      not_in_sync(package, fmt::format("{} is at {}, {} at {}", printable(first->model), to_text(first->last_success),
                                       printable(last->model), to_text(last->last_success))));
}

Result<void> check_against_production(const PackageTables& package, Instant timestamp,
                                      const std::vector<ManifestRow>& rows, Warnings& warnings) {
  if (rows.empty()) {
    warnings.push_back({"timestamp-unchecked",
                        fmt::format("--rows has no row of a model of {}: --timestamp is not checked against "
                                    "production",
                                    printable(package.package)),
                        "give the rows of production's incremental manifest",
                        {}});
    return {};
  }
  const auto latest = std::ranges::max_element(rows, {}, &ManifestRow::last_success);
  if (timestamp > latest->last_success) {
    return usage_error(
        fmt::format("--timestamp {} is later than production's latest last_success, {} of {}: production could never "
                    "reach it and would stand still",
                    to_text(timestamp), to_text(latest->last_success), printable(latest->model)),
        fmt::format("give --timestamp '{}', or an earlier time", to_text(latest->last_success)));
  }
  if (timestamp < latest->last_success) {
    warnings.push_back({"timestamp-before-production",
                        fmt::format("--timestamp {} is earlier than production's latest last_success, {}: production's "
                                    "next runs process the time in between again, in state 3",
                                    to_text(timestamp), to_text(latest->last_success)),
                        {},
                        {}});
  }
  return {};
}

Result<void> check_against_staging(Instant timestamp, const std::vector<ManifestRow>& rows) {
  if (rows.empty() || timestamp <= rows.front().last_success) return {};
  return usage_error(
      fmt::format("--timestamp {} is later than staging's last_success, {}: what lies in between would never be "
                  "processed",
                  to_text(timestamp), to_text(rows.front().last_success)),
      fmt::format("give --timestamp '{}', or an earlier time", to_text(rows.front().last_success)));
}

void warn_of_known_rows(const PackageTables& package, const std::vector<ManifestRow>& all, Warnings& warnings) {
  const std::vector<ManifestRow> known = rows_of(all, recorded_models(package));
  if (known.empty()) return;
  std::set<std::string> names;
  for (const ManifestRow& row : known) names.insert(printable(row.model));
  warnings.push_back(
      {"already-recorded",
       fmt::format("production's manifest has a row of {} already: it stays as it is", fmt::join(names, ", ")),
       "plowline backfill verify tells whether it is right",
       {}});
}

}  // namespace

Result<void> check_rows(const PackageTables& package, const RecordOptions& options, bool only_one, Warnings& warnings) {
  std::vector<ManifestRow> staged;
  if (options.staging_rows) {
    staged = rows_of(*options.staging_rows, package.staging_models);
    if (!staged.empty() || only_one) {
      if (auto checked = check_staging(package, staged); !checked) return checked;
    }
  }
  if (options.production_rows) warn_of_known_rows(package, *options.production_rows, warnings);
  if (!options.timestamp) return {};
  if (!options.production_rows) {
    warnings.push_back({"timestamp-unchecked",
                        "--timestamp is not checked against production's rows; the statement itself never records a "
                        "later time than production's latest",
                        "give the rows of production's incremental manifest with --rows FILE",
                        {}});
  } else if (auto checked = check_against_production(
                 package, *options.timestamp, rows_of(*options.production_rows, package.production_models), warnings);
             !checked) {
    return checked;
  }
  return check_against_staging(*options.timestamp, staged);
}

}  // namespace plowline
