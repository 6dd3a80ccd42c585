// Where a text goes that is made piece by piece.
#pragma once

#include <functional>
#include <string_view>

#include "diagnostic/error.h"

namespace plowline {

// Takes the next piece. Called by one thread at a time, though not always by the same. After an error it is not called
// again.
using TextSink = std::function<Result<void>(std::string_view)>;

}  // namespace plowline
