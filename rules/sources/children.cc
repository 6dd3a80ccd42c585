#include <fmt/format.h>

#include "lint/node_name.h"
#include "rules/sources/source_records.h"
#include "snowplow/checks.h"

namespace plowline {
namespace {

struct SourceFanoutOptions {
  std::int64_t max = 1;
};

struct SourceChildrenOptions {
  std::int64_t min = 1;
  std::int64_t max = 0;
};

Result<void> check_fanout(const LintProject& project, const RuleScope& scope, const SourceFanoutOptions& options,
                          Violations& violations) {
  scope.for_each_enabled(ResourceType::kSource, [&](NodeId id) {
    const std::vector<NodeId> models = models_reading(project, id);
    if (models.size() <= static_cast<std::size_t>(options.max)) return;
    violations.push_back(
        {.node = id,
         .message = fmt::format("the source {} is read by {} {}, {}: what is renamed, cast or "
                                "filtered in one of them is not in the others",
                                readable_name(project, id), models.size(), plural(models.size(), "model", "models"),
                                name_list(project.project(), models))});
  });
  return {};
}

Result<void> check_number(const LintProject& project, const RuleScope& scope, const SourceChildrenOptions& options,
                          Violations& violations) {
  const auto min = static_cast<std::size_t>(options.min);
  const auto max = static_cast<std::size_t>(options.max);
  scope.for_each_enabled(ResourceType::kSource, [&](NodeId id) {
    const std::size_t count = models_reading(project, id).size();
    const bool too_many = max > 0 && count > max;
    if (count >= min && !too_many) return;
    violations.push_back(
        {.node = id,
         .message = fmt::format("the source {} is read by {} {}, and {} {} asked for: {}", readable_name(project, id),
                                count, plural(count, "model", "models"),
                                too_many ? fmt::format("at most {}", max) : fmt::format("at least {}", min),
                                (too_many ? max : min) == 1 ? "is" : "are",
                                too_many ? "each of them has to follow when the table changes"
                                         : "its data is loaded and not used as was planned")});
  });
  return {};
}

OptionSpec from_zero(OptionSpec spec) {
  spec.minimum = 0;
  return spec;
}

const RegisterRule<SourceFanoutOptions> fanout_rule{
    {.name = "source-fanout",
     .subject = "sources",
     .summary = "several models read one source",
     .what = "Finds tables of sources that more than `max` enabled models read directly.",
     .why = "One staging model per source is the place where columns are renamed, types are set and deleted rows go. "
            "With a second reader there are two truths about the table, and a change of it breaks both.",
     .example = R"(```yaml models/sources.yml
sources:
  - name: raw
    tables:
      - name: orders
```
```sql models/stg_orders.sql
select id as order_id from {{ source('raw', 'orders') }}
```
```sql models/revenue.sql
select sum(amount) as revenue from {{ source('raw', 'orders') }}
```)",
     .use_instead = R"(```yaml models/sources.yml
sources:
  - name: raw
    tables:
      - name: orders
```
```sql models/stg_orders.sql
select id as order_id, amount from {{ source('raw', 'orders') }}
```
```sql models/revenue.sql
select sum(amount) as revenue from {{ ref('stg_orders') }}
```)",
     .basis = "dbt-project-evaluator's `fct_source_fanout`.",
     .severity = Severity::kWarn,
     .presets = kStrict},
    {from_zero(option<&SourceFanoutOptions::max>("max", "The most models that may read a source."))},
    check_fanout};

const RegisterRule<SourceChildrenOptions> number_rule{
    {.name = "source-children-count",
     .subject = "sources",
     .summary = "too few or too many models read a source",
     .what = "Counts the enabled models that read a source's table directly, and finds the tables with fewer than "
             "`min` or more than `max`.",
     .why = "A source that nothing is built from was forgotten, and one that half of the project is built from has no "
            "staging model to take up its changes.",
     .example = R"(```yaml models/sources.yml
sources:
  - name: raw
    tables:
      - name: orders
```)",
     .use_instead = R"(```yaml models/sources.yml
sources:
  - name: raw
    tables:
      - name: orders
```
```sql models/stg_orders.sql
select id as order_id from {{ source('raw', 'orders') }}
```)",
     .basis = "dbt's lineage; dbt-checkpoint's `check-source-childs` counts so.",
     .severity = Severity::kWarn,
     .presets = kOnRequest},
    {from_zero(option<&SourceChildrenOptions::min>("min", "The fewest models.")),
     from_zero(option<&SourceChildrenOptions::max>("max", "The most models; 0: any number."))},
    check_number};

}  // namespace
}  // namespace plowline
