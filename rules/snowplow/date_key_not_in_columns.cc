#include <fmt/format.h>

#include "lint/rule.h"
#include "rules/snowplow/output_columns.h"
#include "rules/snowplow/upsert_config.h"

namespace plowline {
namespace {

bool uses_date_key(const NodeConfig& config) {
  if (config.materialized == "snowplow_incremental") return true;
  return config.materialized == "incremental" && truthy(snowplow_optimize_of(config));
}

Result<void> check(const LintProject& project, const RuleScope& scope, const NoOptions&, Violations& violations) {
  for (const NodeId model : models_with_upsert_config(project, scope)) {
    const NodeConfig& config = project.config(model);
    const std::string column = upsert_date_column(config);
    if (column.empty() || !uses_date_key(config) || gives_column(project, model, column) != Given::kNo) continue;
    violations.push_back(
        {.node = model,
         .message = fmt::format("{} has upsert_date_key {}, but its query gives no such column: the first run creates "
                                "the table, and every run after it ends with a compilation error",
                                printable(project.node(model).name), printable(column)),
         .at = place_of_date_key(config),
         .key = "upsert_date_key"});
  }
  return {};
}

const RegisterRule<> rule{
    {.name = "snowplow-date-key-not-in-columns",
     .subject = "snowplow",
     .summary = "upsert_date_key names a column that the model does not have",
     .what =
         "Finds incremental models with `snowplow_optimize` whose `upsert_date_key` is neither declared as a column "
         "nor named in the query. A `select *` is followed upstream, up to a package's `_this_run` table and the "
         "columns that the package documents. Where columns may come from Jinja nothing is said. Letter case does "
         "not count.",
     .why =
         "The optimized merge looks the key up among the columns of the table that it merges into, to learn its type. "
         "Where it is not there, that fails, in the second run, when the first has created the table.",
     .example = R"(```sql
{{ config(
    materialized='incremental', unique_key='view_id', upsert_date_key='started_at', snowplow_optimize=true
) }}

select view_id, start_tstamp
from {{ ref('snowplow_unified_views_this_run') }}
```)",
     .use_instead = R"(```sql
{{ config(
    materialized='incremental', unique_key='view_id', upsert_date_key='start_tstamp', snowplow_optimize=true
) }}

select view_id, start_tstamp
from {{ ref('snowplow_unified_views_this_run') }}
```)",
     .basis = "snowplow_utils: `default__get_merge_sql` takes the type of the target's column called upsert_date_key.",
     .severity = Severity::kWarn,
     .presets = kSnowplowPreset,
     .needs = kNeedsSnowplow},
    check};

}  // namespace
}  // namespace plowline
