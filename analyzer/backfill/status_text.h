// A status for people: per package a few lines, a problem first.
#pragma once

#include <string>

#include "backfill/status.h"

namespace plowline {

// `verbose`: all names of long lists, and the notes.
std::string status_text(const BackfillStatus& status, bool verbose);

}  // namespace plowline
