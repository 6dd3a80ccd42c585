// The rows of both sides' incremental manifests, as files.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "backfill/run_limits.h"
#include "cli/command_line.h"
#include "diagnostic/error.h"

namespace plowline {

// --rows and --staging-rows, each for one file or several.
struct SideRowsFlags {
  std::vector<std::string> production;
  std::vector<std::string> staging;
};
std::vector<Flag> flags_of(SideRowsFlags& flags);

// Nothing where no file was named. The rows of several files stand in one list: a model's name belongs to one package.
struct SideRows {
  std::optional<std::vector<ManifestRow>> production;
  std::optional<std::vector<ManifestRow>> staging;
};
// Errors: those of read_manifest_rows(); standard input named twice.
Result<SideRows> read_side_rows(const SideRowsFlags& flags);

}  // namespace plowline
