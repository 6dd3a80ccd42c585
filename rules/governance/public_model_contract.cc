#include <fmt/format.h>

#include "lint/rule.h"
#include "rules/governance/contracts.h"

namespace plowline {
namespace {

Result<void> check(const LintProject& project, const RuleScope& scope, const NoOptions&, Violations& violations) {
  scope.for_each_enabled(ResourceType::kModel, [&](NodeId id) {
    const NodeRecord& node = project.node(id);
    if (node.access != "public" || contract_enforced(project, id)) return;
    violations.push_back({.node = id,
                          .message = fmt::format("{} is public, and its contract is not enforced: a column that is "
                                                 "renamed or gets another type is noticed by other teams' jobs first",
                                                 printable(node.name)),
                          .at = Anchor::config("access"),
                          .key = "contract"});
  });
  return {};
}

const RegisterRule<> rule{
    {.name = "public-model-contract",
     .subject = "governance",
     .summary = "a public model without an enforced contract",
     .what = "Finds models whose `access` is public and whose contract is not enforced. Each version is looked at.",
     .why = "Public is a promise to other teams and projects. The contract is what keeps it: with it dbt compares the "
            "query's columns and types with the declared ones before it builds the model, and fails where they differ.",
     .example = R"(```yaml models/orders.yml
models:
  - name: orders
    access: public
    columns:
      - {name: order_id, data_type: integer}
```
```sql models/orders.sql
select 1 as order_id
```)",
     .use_instead = R"(```yaml models/orders.yml
models:
  - name: orders
    access: public
    config:
      contract: {enforced: true}
    columns:
      - {name: order_id, data_type: integer}
```
```sql models/orders.sql
select 1 as order_id
```)",
     .basis = "dbt-project-evaluator: `fct_public_models_without_contract`; dbt-bouncer: "
              "`check_model_contract_enforced_for_public_model`. A model in Python cannot have an enforced contract "
              "(dbt-core: `_validate_constraint_prerequisites`); like in the evaluator it is found all the same.",
     .severity = Severity::kWarn,
     .presets = kStrict},
    check};

}  // namespace
}  // namespace plowline
