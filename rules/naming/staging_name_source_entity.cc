#include <fmt/format.h>

#include "lint/rule.h"

namespace plowline {
namespace {

struct StagingNameOptions {
  Pattern pattern = Pattern::known("stg_.+__.+");
};

Result<void> check(const LintProject& project, const RuleScope& scope, const StagingNameOptions& options,
                   Violations& violations) {
  if (options.pattern.empty()) return {};
  scope.for_each_enabled(ResourceType::kModel, [&](NodeId id) {
    const std::string_view name = project.node(id).name;
    if (options.pattern.matches(name) || project.layer(id) != "staging") return;
    violations.push_back(
        {.node = id,
         .message = fmt::format("the staging model's name {} does not match '{}': it does not tell the source that its "
                                "rows come from, and a second source with such a table needs another name",
                                printable(name), printable(options.pattern.text())),
         .key = "name"});
  });
  return {};
}

const RegisterRule<StagingNameOptions> rule{
    {.name = "staging-name-source-entity",
     .subject = "naming",
     .summary = "a staging model is not called stg_SOURCE__ENTITY",
     .what = "Looks at the models of the layer staging: by their prefix `stg_`, or by their folder where the prefix "
             "tells nothing (`layers:` in plowline.yml). Source and entity stand on either side of two underscores, "
             "since both may have one of their own.",
     .why = "dbt's names are unique in a project, while two sources often have a table of one name. `stg_orders` is "
            "taken once; `stg_shop__orders` and `stg_erp__orders` have room beside each other.",
     .example = R"(```sql models/staging/stg_orders.sql
select 1 as order_id
```)",
     .use_instead = R"(```sql models/staging/stg_shop__orders.sql
select 1 as order_id
```)",
     .basis = "dbt's guide \"How we structure our dbt projects\": `stg_[source]__[entity]s.sql`; "
              "testdouble/dbt-lint: `structure/staging-naming-convention`.",
     .severity = Severity::kWarn,
     .presets = kOnRequest},
    {option<&StagingNameOptions::pattern>("pattern", "A regular expression that the whole name has to match.")},
    check};

}  // namespace
}  // namespace plowline
