// Rules that see the same differences as the rules schema-catalog-*, in the measures that other linters have.
#include <fmt/format.h>

#include "diagnostic/name_list.h"
#include "rules/schema/catalog_columns.h"
#include "rules/schema/catalog_comments.h"
#include "rules/schema/catalog_relations.h"

namespace plowline {
namespace {

struct DataTypeMatchesCatalogOptions {
  bool ignore_whitespace = true;
  bool case_insensitive = true;
  bool prefix_only = false;
};

Result<void> check_types(const LintProject& project, const RuleScope& scope,
                         const DataTypeMatchesCatalogOptions& options, Violations& violations) {
  report_type_differences(project, scope,
                          {.lengths = !options.prefix_only,
                           .lengths_of_one_side = false,
                           .letter_case = !options.case_insensitive,
                           .blanks = !options.ignore_whitespace},
                          violations);
  return {};
}

const RegisterRule<DataTypeMatchesCatalogOptions> types{
    {.name = "column-data-type-matches-catalog",
     .subject = "columns",
     .summary = "a column is declared with another type than the warehouse has, lengths included",
     .what = "Compares `data_type` of the declared columns of models, seeds, snapshots and sources with the type in "
             "catalog.json, with lengths, precisions and scales where both have them: `varchar(10)` is not "
             "held against `varchar`. Words that the warehouse takes "
             "for one type are one; types that are not known for the adapter are passed over. "
             "`schema-catalog-type-differs` is the same without lengths.",
     .why = "Who reads `varchar(10)` cuts texts at ten characters, or plans a join on it. Where the warehouse has "
            "another type the declaration misleads, and an enforced contract stops the next build.",
     .example = R"(```yaml models/orders.yml
models:
  - name: orders
    columns:
      - name: amount
        data_type: numeric(10,2)
```
```sql models/orders.sql
select 1.5 as amount
```
```json target/catalog.json
{"nodes": {"model.shop.orders": {
  "metadata": {"type": "VIEW", "schema": "analytics", "name": "orders"},
  "columns": {"amount": {"name": "amount", "type": "text", "index": 1}}}}}
```)",
     .use_instead = R"(```yaml models/orders.yml
models:
  - name: orders
    columns:
      - name: amount
        data_type: text
```
```sql models/orders.sql
select 1.5 as amount
```
```json target/catalog.json
{"nodes": {"model.shop.orders": {
  "metadata": {"type": "VIEW", "schema": "analytics", "name": "orders"},
  "columns": {"amount": {"name": "amount", "type": "text", "index": 1}}}}}
```)",
     .basis = "catalog.json, and the warehouses' documentation of their data types (analyzer/artifact/data_type.h).",
     .severity = Severity::kWarn,
     .presets = kOnRequest,
     .needs = kNeedsCatalog,
     .fixes = true},
    {option<&DataTypeMatchesCatalogOptions::ignore_whitespace>(
         "ignore_whitespace", "Blanks make no difference: `numeric(10, 2)` is `numeric(10,2)`."),
     option<&DataTypeMatchesCatalogOptions::case_insensitive>("case_insensitive",
                                                              "Letter case makes no difference: `number` is `NUMBER`."),
     option<&DataTypeMatchesCatalogOptions::prefix_only>(
         "prefix_only", "Only the type's name counts: `varchar(10)` is `varchar(20)`.")},
    check_types};

Result<void> check_order(const LintProject& project, const RuleScope& scope, const NoOptions&, Violations& violations) {
  report_column_order(project, scope, violations);
  return {};
}

const RegisterRule<> order{
    {.name = "column-order-matches-catalog",
     .subject = "columns",
     .summary = "columns are declared in another order than the warehouse has them",
     .what = "Compares the order of the declared columns with their order in catalog.json, as "
             "`schema-catalog-column-order` does. The first column out of order is named; columns that only one of "
             "the two has do not count.",
     .why = "Tools that copy files or insert rows by position can be set up from a declaration in the table's order, "
            "and people can compare the two at a glance.",
     .example = R"(```yaml models/orders.yml
models:
  - name: orders
    columns:
      - name: amount
      - name: order_id
```
```sql models/orders.sql
select 1 as order_id, 2 as amount
```
```json target/catalog.json
{"nodes": {"model.shop.orders": {
  "metadata": {"type": "VIEW", "schema": "analytics", "name": "orders"},
  "columns": {
    "order_id": {"name": "order_id", "type": "integer", "index": 1},
    "amount": {"name": "amount", "type": "integer", "index": 2}}}}}
```)",
     .use_instead = R"(```yaml models/orders.yml
models:
  - name: orders
    columns:
      - name: order_id
      - name: amount
```
```sql models/orders.sql
select 1 as order_id, 2 as amount
```
```json target/catalog.json
{"nodes": {"model.shop.orders": {
  "metadata": {"type": "VIEW", "schema": "analytics", "name": "orders"},
  "columns": {
    "order_id": {"name": "order_id", "type": "integer", "index": 1},
    "amount": {"name": "amount", "type": "integer", "index": 2}}}}}
```)",
     .basis = "catalog.json: the columns' `index`.",
     .severity = Severity::kWarn,
     .presets = kOnRequest,
     .needs = kNeedsCatalog},
    check_order};

struct DescriptionMatchesCommentOptions {
  bool case_insensitive = false;
  bool prefix_only = false;
};

Result<void> check_comments(const LintProject& project, const RuleScope& scope,
                            const DescriptionMatchesCommentOptions& options, Violations& violations) {
  const CommentComparison comparison{
      .case_insensitive = options.case_insensitive, .prefix_only = options.prefix_only, .unpersisted = true};
  for (const CataloguedNode& node : catalogued_nodes(project, scope)) {
    if (!same_as_in_state(project, node.id)) continue;
    const auto names = differing_comments(project, node, comparison);
    if (names.empty()) continue;
    violations.push_back({.node = node.id,
                          .message = fmt::format(
                              "comments in {} are not the descriptions here: {}; who looks into the warehouse and who "
                              "reads the documentation learn different things",
                              shown(*node.table), name_list(names, kFewNames)),
                          .at = Anchor::properties(),
                          .key = "comments"});
  }
  return {};
}

const RegisterRule<DescriptionMatchesCommentOptions> comments{
    {.name = "description-matches-warehouse-comment",
     .subject = "columns",
     .summary = "a description is not the comment that the warehouse has",
     .what = "Compares the descriptions of models, seeds, snapshots, sources and their declared columns with the "
             "comments in catalog.json. A comment that the warehouse does not have counts only where `persist_docs` "
             "should have written it; one that it has cut off is the same.",
     .why = "Two texts about one column, of which one is out of date: whoever reads the wrong one does not know it. "
            "Sources have their comments from the team that owns the table, which knows it best.",
     .example = R"(```yaml models/staging/_sources.yml
sources:
  - name: raw
    tables:
      - name: orders
        description: One row per order
```
```json target/catalog.json
{"nodes": {}, "sources": {"source.shop.raw.orders": {
  "metadata": {"type": "BASE TABLE", "schema": "raw", "name": "orders", "comment": "One row per order line"},
  "columns": {"order_id": {"name": "order_id", "type": "integer", "index": 1}}}}}
```)",
     .use_instead = R"(```yaml models/staging/_sources.yml
sources:
  - name: raw
    tables:
      - name: orders
        description: One row per order line
```
```json target/catalog.json
{"nodes": {}, "sources": {"source.shop.raw.orders": {
  "metadata": {"type": "BASE TABLE", "schema": "raw", "name": "orders", "comment": "One row per order line"},
  "columns": {"order_id": {"name": "order_id", "type": "integer", "index": 1}}}}}
```)",
     .basis = "catalog.json: `comment` of tables and columns; dbt's documentation of `persist_docs`.",
     .severity = Severity::kWarn,
     .presets = kOnRequest,
     .needs = kNeedsCatalog},
    {option<&DescriptionMatchesCommentOptions::case_insensitive>("case_insensitive",
                                                                 "Letter case makes no difference."),
     option<&DescriptionMatchesCommentOptions::prefix_only>("prefix_only",
                                                            "It is enough that one of the two begins with the other.")},
    check_comments};

struct RelationExistsOptions {
  std::int64_t min_found_pct = 50;
};

Result<void> check_relations(const LintProject& project, const RuleScope& scope, const RelationExistsOptions& options,
                             Violations& violations) {
  report_missing_relations(project, scope, options.min_found_pct, violations);
  return {};
}

const RegisterRule<RelationExistsOptions> relations{
    {.name = "relation-exists",
     .subject = "columns",
     .summary = "a model, seed, snapshot or source is not in the warehouse",
     .what = "Looks up enabled models (not ephemeral), seeds, snapshots and sources in catalog.json, as "
             "`schema-catalog-relation-missing` does. Only where the catalog has more than `min_found_pct` per cent of "
             "them: one made with `--select`, or from a target in which little was built, tells nothing about the "
             "others. With `--state`, nodes that are new or changed are passed over.",
     .why = "A source that is not there is misspelt, was dropped, or dbt's user may not see it: models that read it "
            "fail. A model that is not there is built by nobody, and whoever refers to it finds nothing.",
     .example = R"(```yaml models/staging/_sources.yml
sources:
  - name: raw
    tables:
      - name: customers
      - name: payments
      - name: ordres
```
```json target/catalog.json
{"nodes": {}, "sources": {
  "source.shop.raw.customers": {
    "metadata": {"type": "BASE TABLE", "schema": "raw", "name": "customers"}, "columns": {}},
  "source.shop.raw.payments": {
    "metadata": {"type": "BASE TABLE", "schema": "raw", "name": "payments"}, "columns": {}}}}
```)",
     .use_instead = R"(```yaml models/staging/_sources.yml
sources:
  - name: raw
    tables:
      - name: customers
      - name: payments
      - name: orders
```
```json target/catalog.json
{"nodes": {}, "sources": {
  "source.shop.raw.customers": {
    "metadata": {"type": "BASE TABLE", "schema": "raw", "name": "customers"}, "columns": {}},
  "source.shop.raw.payments": {
    "metadata": {"type": "BASE TABLE", "schema": "raw", "name": "payments"}, "columns": {}},
  "source.shop.raw.orders": {
    "metadata": {"type": "BASE TABLE", "schema": "raw", "name": "orders"}, "columns": {}}}}
```)",
     .basis = "catalog.json, which `dbt docs generate` writes: it has every relation of the manifest that the "
              "warehouse has.",
     .severity = Severity::kWarn,
     .presets = kOnRequest,
     .needs = kNeedsCatalog},
    {option<&RelationExistsOptions::min_found_pct>(
        "min_found_pct",
        "The catalog has to have more than this share of the sources (of the other nodes), in per "
        "cent; with 0 one of them is enough.")},
    check_relations};

}  // namespace
}  // namespace plowline
