// A status as JSON: schemas/backfill-status.schema.json.
#pragma once

#include <string>

#include "backfill/status.h"
#include "diagnostic/error.h"

namespace plowline {

std::string status_json(const BackfillStatus& status, const Warnings& warnings);

}  // namespace plowline
