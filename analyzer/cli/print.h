// Results on standard output.
#pragma once

#include <string_view>

#include "diagnostic/error.h"

namespace plowline {

// Writes all of `text` to standard output. An error where that is impossible (a full disk, a closed file), so that a
// result is never lost in silence. A reader that closed its pipe is no error.
Result<void> print_result(std::string_view text);

}  // namespace plowline
