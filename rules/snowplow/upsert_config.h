// The configuration of snowplow_utils' own merge: snowplow_optimize and upsert_date_key.
//
// An incremental model with both is merged by scanning only the part of its table between the smallest and the largest
// upsert_date_key of the new rows (and snowplow__upsert_lookback_days before). They stand in a model's config, or, as
// dbt 2 wants it and snowplow_utils reads it since 1.0, under the config's meta.
#pragma once

#include <string>
#include <vector>

#include "lint/finding.h"
#include "lint/lint_project.h"
#include "lint/rule_scope.h"

namespace plowline {

// The enabled models of the scope that have either, in the order of their ids. Cost: the config of every model.
std::vector<NodeId> models_with_upsert_config(const LintProject& project, const RuleScope& scope);

// The column that upsert_date_key names, without quotes; empty where it names none or is no column's name.
std::string upsert_date_column(const NodeConfig& config);

// Where the two stand: `upsert_date_key`, or `meta.upsert_date_key`.
Anchor place_of_optimize(const NodeConfig& config);
Anchor place_of_date_key(const NodeConfig& config);

}  // namespace plowline
