// A StateDiff as the JSON document that schemas/diff.schema.json describes.
#pragma once

#include <string>

#include "diagnostic/error.h"
#include "state/diff.h"

namespace plowline {

// Ends with a line feed.
std::string diff_json(const StateDiff& diff, const Warnings& warnings);

}  // namespace plowline
