#include <algorithm>
#include <fmt/format.h>

#include "lint/rule.h"

namespace plowline {
namespace {

bool is_reference(std::string_view call) {
  const std::string_view name = call.substr(call.rfind('.') == std::string_view::npos ? 0 : call.rfind('.') + 1);
  return name == "ref" || name == "source";
}

bool has_reference(const LintProject& project, NodeId id) {
  if (project.node(id).language == "python") {
    const std::string_view code = project.code(id);
    return code.find("dbt.ref(") != std::string_view::npos || code.find("dbt.source(") != std::string_view::npos;
  }
  return std::ranges::any_of(SqlText(project.code(id)).calls(),
                             [](const SqlText::Call& call) { return is_reference(call.name); });
}

Result<void> check(const LintProject& project, const RuleScope& scope, const NoOptions&, Violations& violations) {
  scope.for_each_enabled(ResourceType::kModel, [&](NodeId id) {
    const NodeRecord& node = project.node(id);
    if (node.raw_code.empty() || !node.depends_on.nodes.empty()) return;
    if (has_reference(project, id)) return;
    violations.push_back(
        {.node = id,
         .message = fmt::format("the code of {} calls neither ref() nor source(): dbt cannot tell what "
                                "it reads, and builds it at any moment of the run",
                                printable(node.name)),
         .key = "refs"});
  });
  return {};
}

const RegisterRule<> rule{
    {.name = "code-has-refs",
     .subject = "code",
     .summary = "a model's code has no ref() and no source()",
     .what = "Finds models whose code calls neither ref() nor source(). Models for which a macro does it are left out: "
             "dbt knows their parents.",
     .why = "dbt learns from these calls alone what a model reads. Without one, there is no order, no lineage, and no "
            "other target's tables.",
     .example = R"(```sql models/orders.sql
select * from raw.orders
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
     .basis = "dbtective: `code_contains_refs`.",
     .presets = kOnRequest},
    check};

}  // namespace
}  // namespace plowline
