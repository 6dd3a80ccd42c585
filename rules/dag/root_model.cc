#include <algorithm>
#include <fmt/format.h>

#include "rules/dag/neighbours.h"
#include "rules/dag/time_spine.h"

namespace plowline {
namespace {

struct RootModelOptions {
  std::vector<std::string> exempt;
};

Result<void> check(const LintProject& project, const RuleScope& scope, const RootModelOptions& options,
                   Violations& violations) {
  scope.for_each_enabled(ResourceType::kModel, [&](NodeId id) {
    if (!parents_of_types(project, id, kReadableTypes).empty()) return;
    const NodeRecord& node = project.node(id);
    if (std::ranges::find(options.exempt, node.name) != options.exempt.end() || is_time_spine(project, id)) return;
    violations.push_back(
        {.node = id,
         .message = fmt::format("{} reads no model, source, seed or snapshot that dbt knows of: whatever it reads, dbt "
                                "neither builds it first nor tests it, and the lineage ends here",
                                printable(dotted_name(node))),
         .key = "parents"});
  });
  return {};
}

const RegisterRule<RootModelOptions> rule{
    {.name = "root-model",
     .subject = "dag",
     .summary = "a model has no parents",
     .what = "Finds models that depend on no model, source, seed or snapshot. Time spines of MetricFlow are left out, "
             "and the models that `exempt` names.",
     .why = "Nearly always such a model names its tables in SQL instead of with ref() and source(). dbt then builds it "
            "at any moment, reads the same table on every target, and shows nothing upstream of it.",
     .example = R"(```sql models/orders.sql
select * from analytics.raw_orders
```
)",
     .use_instead = R"(```sql models/orders.sql
select * from {{ source('raw', 'orders') }}
```
```yaml models/_sources.yml
sources:
  - name: raw
    tables: [{name: orders}]
```
)",
     .basis =
         "dbt-project-evaluator: `fct_root_models`, which leaves out models with a `time_spine`. Before dbt 1.9 the "
         "time spine was known by its name, `metricflow_time_spine`, which is left out all the same.",
     .presets = kStrict},
    {option<&RootModelOptions::exempt>("exempt", "Names of models that may have no parents (calendars and the like).")},
    check};

}  // namespace
}  // namespace plowline
