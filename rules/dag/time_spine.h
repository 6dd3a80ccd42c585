// The models from which the semantic layer takes its dates.
#pragma once

#include "lint/lint_project.h"

namespace plowline {

// Whether MetricFlow takes the model for a time spine. Before dbt 1.9 it was known by its name,
// `metricflow_time_spine`, and a model of that name still is one where nothing else is declared. Cost: for other names
// a search in the record's text.
bool is_time_spine(const LintProject& project, NodeId id);

}  // namespace plowline
