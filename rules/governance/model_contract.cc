#include <algorithm>
#include <fmt/format.h>

#include "lint/rule.h"
#include "rules/governance/contracts.h"
#include "rules/properties/file_paths.h"

namespace plowline {
namespace {

struct ModelContractOptions {
  std::vector<std::string> paths;
  std::vector<std::string> access;
};

bool is_asked(const NodeRecord& node, const ModelContractOptions& options) {
  const std::string_view access = node.access.empty() ? "protected" : node.access;  // dbt's default
  if (!options.access.empty() && std::ranges::find(options.access, access) == options.access.end()) return false;
  return options.paths.empty() || std::ranges::any_of(options.paths, [&](const std::string& folder) {
           return lies_below(node.original_file_path, folder);
         });
}

Result<void> check(const LintProject& project, const RuleScope& scope, const ModelContractOptions& options,
                   Violations& violations) {
  scope.for_each_enabled(ResourceType::kModel, [&](NodeId id) {
    const NodeRecord& node = project.node(id);
    if (node.language == "python" || !is_asked(node, options)) return;
    if (contract_enforced(project, id) || project.config(id).materialized == "ephemeral") return;
    violations.push_back({.node = id,
                          .message = fmt::format("the contract of {} is not enforced: its columns and types are what "
                                                 "its query happens to give, and change without a word",
                                                 printable(node.name)),
                          .at = Anchor::config("contract"),
                          .key = "contract"});
  });
  return {};
}

const RegisterRule<ModelContractOptions> rule{
    {.name = "model-contract",
     .subject = "governance",
     .summary = "a model without an enforced contract",
     .what = "Finds models whose contract is not enforced: all of them, or those below `paths` and with an access of "
             "`access`. Ephemeral models and models in Python are left out, since they cannot have one.",
     .why = "Without a contract the columns of a model are whatever its query gives today. With one, dbt fails before "
            "it builds a table that its readers do not expect.",
     .example = R"(```yaml models/marts/orders.yml
models:
  - name: orders
    columns:
      - {name: order_id, data_type: integer}
```
```sql models/marts/orders.sql
select 1 as order_id
```)",
     .use_instead = R"(```yaml models/marts/orders.yml
models:
  - name: orders
    config:
      contract: {enforced: true}
    columns:
      - {name: order_id, data_type: integer}
```
```sql models/marts/orders.sql
select 1 as order_id
```)",
     .basis = "dbt-checkpoint: `check-model-has-contract`; dbt-bouncer: `check_model_has_contracts_enforced`. dbt-core "
              "refuses a contract of a model in Python (`_validate_constraint_prerequisites`).",
     .severity = Severity::kWarn,
     .presets = kOnRequest},
    {option<&ModelContractOptions::paths>("paths", "Folders, `models/marts`; with none, all."),
     option<&ModelContractOptions::access>("access", "Of models with this access only; with none, any.",
                                           {"private", "protected", "public"})},
    check};

}  // namespace
}  // namespace plowline
