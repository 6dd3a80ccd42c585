#include "cli/backfill_rows_input.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "artifact/file.h"
#include "backfill/manifest_rows.h"

namespace plowline {
namespace {

Result<std::optional<std::vector<ManifestRow>>> rows_of(const std::vector<std::string>& files) {
  std::optional<std::vector<ManifestRow>> all;
  for (const std::string& name : files) {
    const auto bytes = FileBytes::read(name);
    if (!bytes) return std::unexpected(bytes.error());
    auto rows = read_manifest_rows(*bytes);
    if (!rows) return std::unexpected(std::move(rows.error()));
    if (!all) all.emplace();
    std::ranges::move(*rows, std::back_inserter(*all));
  }
  return all;
}

}  // namespace

std::vector<Flag> flags_of(SideRowsFlags& flags) {
  return {
      {.names = {"--rows"},
       .description = "rows of production's incremental manifest, as CSV, JSON or text (- for standard input)",
       .kind = ValueKind::kFile,
       .value_name = "FILE",
       .repeatable = true,
       .target = &flags.production},
      {.names = {"--staging-rows"},
       .description = "rows of staging's incremental manifest",
       .kind = ValueKind::kFile,
       .value_name = "FILE",
       .repeatable = true,
       .target = &flags.staging},
  };
}

Result<SideRows> read_side_rows(const SideRowsFlags& flags) {
  if (std::ranges::count(flags.production, "-") + std::ranges::count(flags.staging, "-") > 1)
    return usage_error("standard input can be read once only", "write the other rows to a file");
  auto production = rows_of(flags.production);
  if (!production) return std::unexpected(std::move(production.error()));
  auto staging = rows_of(flags.staging);
  if (!staging) return std::unexpected(std::move(staging.error()));
  return SideRows{std::move(*production), std::move(*staging)};
}

}  // namespace plowline
