// Who asks snowplow_utils.is_run_with_new_events, and for which package.
//
// The macro answers no while a package replays a window that the model has behind it (states 2 and 3): it compares the
// run's upper limit with the last_success of the row called like the model's alias in the manifest of the package that
// is its argument. Where there is no such row, and where the model is not incremental, it answers yes.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "diagnostic/error.h"
#include "lint/lint_project.h"
#include "snowplow/macro_calls.h"

namespace plowline {

inline constexpr std::string_view kIsRunWithNewEvents = "is_run_with_new_events";

// Whether the model asks, itself or through macros. Cost: the code of the model. Errors: code that is not JSON.
Result<bool> asks_for_new_events(const LintProject& project, CallFinder& finder, NodeId model);

// A call in the model's own code.
struct NewEventsCall {
  // The package, where it is given as a literal and the packages' tables are the ones that are asked (0.15.0 and later
  // take other tables as further arguments).
  std::optional<std::string> package;
  std::size_t offset = 0;  // of the argument with its quotes, or of the call
  std::size_t length = 0;
};

// Those that dbt evaluates, comments included. Cost: nothing for models that have no edge to a package's limits and do
// not depend on the macro; else that of the code.
std::vector<NewEventsCall> new_events_calls(const LintProject& project, NodeId model);

}  // namespace plowline
