// What the rows of both manifests, where they are known, say against recording a package's new models.
#pragma once

#include "backfill/blue_green.h"
#include "backfill/record.h"
#include "diagnostic/error.h"

namespace plowline {

// Errors and warnings as record_scripts() has them. `only_one`: there is one package; where there are several, rows
// that name none of its models are those of another's manifest.
Result<void> check_rows(const PackageTables& package, const RecordOptions& options, bool only_one, Warnings& warnings);

}  // namespace plowline
