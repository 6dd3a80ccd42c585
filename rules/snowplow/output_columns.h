// Whether a model's query gives a column, as far as its text tells.
//
// No SQL is parsed. A column that is declared, or whose name stands anywhere in the code, counts as given: what is
// looked for is a name that cannot come from anywhere. It cannot where the code neither names it nor has anything that
// brings in columns unnamed: `*`, Jinja that writes SQL, PIVOT. For `*` the same is asked of all that the model reads;
// of a package's `_this_run` table, whose code is mostly Jinja, the columns that the package documents are the answer.
#pragma once

#include <cstdint>
#include <string_view>

#include "lint/lint_project.h"

namespace plowline {

enum class Given : std::uint8_t { kYes, kNo, kUnknown };

// `column` without quotes; letter case does not count. Cost: the code of the model and, through `*`, of those upstream.
Given gives_column(const LintProject& project, NodeId model, std::string_view column);

}  // namespace plowline
