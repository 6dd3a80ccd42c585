#include <algorithm>
#include <fmt/format.h>
#include <iterator>

#include "lint/rule.h"
#include "rules/governance/alternatives.h"
#include "rules/properties/place_demand.h"

namespace plowline {
namespace {

struct ModelAccessOptions {
  ListMap access;
  ListMap layers = {{"intermediate", {"private", "protected"}}};
};

Result<void> check_words(const ListMap& demands, std::string_view option) {
  static constexpr std::string_view kWords[] = {"private", "protected", "public"};
  for (const auto& [where, words] : demands) {
    for (const std::string& word : words) {
      if (std::ranges::find(kWords, word) != std::end(kWords)) continue;
      return usage_error(fmt::format("model-access: '{}' in `{}` is no access of a model", printable(word), option),
                         "what may stand there: private, protected, public");
    }
  }
  return {};
}

std::string_view consequence(std::string_view access, const std::vector<std::string>& wanted) {
  if (access == "public") return "other projects and teams may build on it";
  const bool wants_public = std::ranges::find(wanted, "public") != wanted.end();
  if (access == "private" || wants_public) return "those who are meant to use it cannot refer to it";
  return "models outside of its group may build on it";
}

Result<void> check(const LintProject& project, const RuleScope& scope, const ModelAccessOptions& options,
                   Violations& violations) {
  if (auto words = check_words(options.access, "access"); !words) return words;
  if (auto words = check_words(options.layers, "layers"); !words) return words;
  scope.for_each_enabled(ResourceType::kModel, [&](NodeId id) {
    const NodeRecord& node = project.node(id);
    if (node.access.empty()) return;  // before dbt 1.5 there was no access
    const ListMap::value_type* demand = demand_of_place(project, id, options.access, options.layers);
    if (demand == nullptr || demand->second.empty()) return;
    if (std::ranges::find(demand->second, node.access) != demand->second.end()) return;
    violations.push_back(
        {.node = id,
         .message = fmt::format("the access of {} is {}, and models of {} are to be {}: {}", printable(node.name),
                                printable(node.access), printable(demand->first), alternatives(demand->second),
                                consequence(node.access, demand->second)),
         .at = Anchor::config("access"),
         .key = "access"});
  });
  return {};
}

const RegisterRule<ModelAccessOptions> rule{
    {.name = "model-access",
     .subject = "governance",
     .summary = "a model's access is not the one that its place asks for",
     .what = "Holds the access of models against what their place asks for: `access` maps folders to the access that "
             "models in them may have (the innermost folder counts), `layers` does so for the layers of plowline.yml "
             "where no folder does. Without options, intermediate models may not be public.",
     .why = "Whoever can refer to a model will, and then it cannot be changed freely any more. Access is the one fence "
            "that dbt itself keeps.",
     .example = R"(```yaml models/intermediate/orders.yml
models:
  - name: int_orders_joined
    access: public
```
```sql models/intermediate/int_orders_joined.sql
select 1 as order_id
```)",
     .use_instead = R"(```yaml models/intermediate/orders.yml
models:
  - name: int_orders_joined
    access: protected
```
```sql models/intermediate/int_orders_joined.sql
select 1 as order_id
```)",
     .basis = "dbt-bouncer: `check_model_access` with `include`; testdouble/dbt-lint: "
              "`governance/intermediate-public-access`. dbt: a model without `access` is protected.",
     .severity = Severity::kWarn,
     .presets = kOnRequest},
    {option<&ModelAccessOptions::access>("access",
                                         "Folders with the access that their models may have: `models/marts: public`."),
     option<&ModelAccessOptions::layers>("layers", "Layers with the access that their models may have.")},
    check};

}  // namespace
}  // namespace plowline
