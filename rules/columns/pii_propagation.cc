#include <algorithm>
#include <fmt/format.h>

#include "lint/rule.h"
#include "rules/columns/pii_lineage.h"

namespace plowline {
namespace {

struct PiiPropagationOptions {
  std::string tag = "pii";
  std::string masked_key = "masked";
  std::vector<std::string> layers = {"marts"};
};

// Why many read the model: `everybody may refer to it`, `it stands in the layer marts`; empty where they do not.
std::string exposure_of(const LintProject& project, NodeId id, const PiiPropagationOptions& options) {
  if (project.node(id).access == "public") return "is public";
  const std::string_view layer = project.layer(id);
  const bool listed = std::ranges::find(options.layers, layer) != options.layers.end();
  return listed ? fmt::format("is in the layer {}", printable(layer)) : std::string();
}

std::string origin_text(const LintProject& project, NodeId id, const PiiColumn& column, const std::string& tag) {
  if (column.origin == id) return fmt::format("is marked {}", printable(tag));
  const NodeRecord& origin = project.node(column.origin);
  const std::string name = origin.source_name.empty()
                               ? printable(origin.name)
                               : fmt::format("{}.{}", printable(origin.source_name), printable(origin.name));
  const std::string through =
      column.from == column.origin ? "" : fmt::format(" through {}", printable(project.node(column.from).name));
  return fmt::format("comes from {}{}, where it is marked {},", name, through, printable(tag));
}

Result<void> check(const LintProject& project, const RuleScope& scope, const PiiPropagationOptions& options,
                   Violations& violations) {
  if (options.tag.empty()) return {};
  const PiiColumns found = pii_columns(project, {options.tag, options.masked_key}, scope.nodes());
  scope.for_each(ResourceType::kModel, [&](NodeId id) {
    const auto columns = found.find(id);
    if (columns == found.end()) return;
    const std::string exposure = exposure_of(project, id, options);
    if (exposure.empty()) return;
    for (const PiiColumn& column : columns->second) {
      if (!column.known) continue;
      const std::string what = column.name.empty() ? fmt::format("what {} holds", printable(project.node(id).name))
                                                   : fmt::format("the column {} of {}", printable(column.name),
                                                                 printable(project.node(id).name));
      violations.push_back(
          {.node = id,
           .message = fmt::format("{} {} and not {} here: the model {}, so personal data can be read by all who read "
                                  "such models",
                                  what, origin_text(project, id, column, options.tag), printable(options.masked_key),
                                  exposure),
           .at = column.name.empty() ? Anchor{} : Anchor::column(column.name),
           .column = column.name,
           .key = column.name.empty() ? "model" : column.name});
    }
  });
  return {};
}

const RegisterRule<PiiPropagationOptions> rule{
    {.name = "pii-propagation",
     .subject = "columns",
     .summary = "personal data reaches a model that many read, and is not marked as masked",
     .what = "Follows columns that are marked as personal data (by the tag `tag`, or by meta with that key or value; a "
             "node may be marked as a whole) downstream by their names, and reports them in models that are public or "
             "in one of `layers`, unless the column or the model is marked by `masked_key` (meta or tag). A query "
             "that gives the column through a hash or another function that hides values ends the walk, and so does "
             "`masked_key` on the way. A column that gets another name is not followed.",
     .why = "Marks at the source say what is personal. A `select *` carries the column on to where people explore "
            "data, and nobody who builds the dashboard sees the mark.",
     .example = R"(```yaml models/staging/_sources.yml
sources:
  - name: raw
    tables:
      - name: customers
        columns:
          - name: email
            tags: [pii]
```
```sql models/staging/stg_customers.sql
select * from {{ source('raw', 'customers') }}
```
```sql models/marts/dim_customers.sql
select customer_id, email from {{ ref('stg_customers') }}
```)",
     .use_instead = R"(```yaml models/staging/_sources.yml
sources:
  - name: raw
    tables:
      - name: customers
        columns:
          - name: email
            tags: [pii]
```
```sql models/staging/stg_customers.sql
select * from {{ source('raw', 'customers') }}
```
```sql models/marts/dim_customers.sql
select customer_id, md5(email) as email from {{ ref('stg_customers') }}
```)",
     .basis = "The manifest's `depends_on`, the queries' last select lists, and catalog.json where it is there.",
     .severity = Severity::kWarn,
     .presets = kOnRequest,
     .needs = kUsesCatalog},
    {option<&PiiPropagationOptions::tag>("tag", "What marks personal data: a tag, a key of meta, or a value of one."),
     option<&PiiPropagationOptions::masked_key>("masked_key",
                                                "What marks data as masked: a key of meta that is true, or a tag."),
     option<&PiiPropagationOptions::layers>("layers", "Layers whose models many read. Public models always are such.")},
    check};

}  // namespace
}  // namespace plowline
