// What the methods state:, result: and source_status: ask of an earlier run.
//
// Selection knows nothing of earlier manifests; who has one implements this interface. Where a selection has none, or
// none of its parts, these methods are errors, as in dbt without --state.
#pragma once

#include <string_view>

#include "diagnostic/error.h"
#include "graph/node_set.h"

namespace plowline {

class PreviousState {
 public:
  virtual ~PreviousState() = default;
  // The nodes of the current project that `state:VALUE` means. Errors: no earlier manifest, an unknown value.
  virtual Result<NodeSet> state(std::string_view value) const = 0;
  // Those whose status in the earlier run_results.json is `value`. Errors: no run results.
  virtual Result<NodeSet> result(std::string_view value) const = 0;
  // Those whose sources are `fresher`. Errors: no earlier or no current sources.json.
  virtual Result<NodeSet> source_status(std::string_view value) const = 0;
};

}  // namespace plowline
