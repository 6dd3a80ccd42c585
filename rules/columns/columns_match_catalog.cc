#include "rules/schema/catalog_columns.h"

namespace plowline {
namespace {

constexpr const char* kBothDirections = "both";
constexpr const char* kOnlyDeclared = "not_in_catalog";
constexpr const char* kOnlyInCatalog = "not_declared";

struct ColumnsMatchCatalogOptions {
  std::string direction = kBothDirections;
  bool case_sensitive = false;
};

template <ResourceType kType>
Result<void> check(const LintProject& project, const RuleScope& scope, const ColumnsMatchCatalogOptions& options,
                   Violations& violations) {
  const auto comparison = options.case_sensitive ? NameComparison::kLetterByLetter : NameComparison::kAsWarehouse;
  for (const CataloguedNode& node : catalogued_nodes(project, scope, kType)) {
    if (options.direction != kOnlyInCatalog) report_missing_columns(project, node, comparison, violations);
    if (options.direction != kOnlyDeclared) report_undeclared_columns(project, node, comparison, violations);
  }
  return {};
}

std::vector<OptionSpec> options_of() {
  return {option<&ColumnsMatchCatalogOptions::direction>(
              "direction",
              "Which columns count: those that are declared only (`not_in_catalog`), those that the warehouse has only "
              "(`not_declared`), or `both`.",
              {kBothDirections, kOnlyDeclared, kOnlyInCatalog}),
          option<&ColumnsMatchCatalogOptions::case_sensitive>(
              "case_sensitive",
              "Compare names letter by letter; without it they are compared as the warehouse compares them.")};
}

constexpr const char* kBasis =
    "catalog.json, which `dbt docs generate` writes: the columns that the warehouse reports. Which names are one: the "
    "warehouses' documentation of identifiers (analyzer/artifact/warehouse.h). dbt-checkpoint's "
    "`check-model-has-all-columns` takes `id` for Postgres' `Id`; here it is another one: the tests that dbt writes "
    "for "
    "the declared `id` fail, for Postgres has no column of that name. `quote: true` at a column named `Id` is right.";

const RegisterRule<ColumnsMatchCatalogOptions> of_models{
    {.name = "model-columns-match-catalog",
     .subject = "columns",
     .summary = "the declared columns of a model are not those of its table",
     .what = "Compares the columns that a model declares with those that catalog.json has of its table or view, both "
             "ways: a column that is declared and not there, and one that is there and not declared. A model that "
             "declares no columns lacks them all. Models that the catalog does not have (ephemeral ones, those that "
             "were not built) are passed over; so are, with `--state`, models that are not what the state has. Fields "
             "within a column (BigQuery's `address.city`) need no declaration of their own.",
     .why = "A declaration that has columns too many makes tests and queries fail; one that has too few leaves columns "
            "without description, tests and policies, and nobody sees when they go.",
     .example = R"(```yaml models/orders.yml
models:
  - name: orders
    columns:
      - name: order_id
      - name: total
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
     .basis = kBasis,
     .severity = Severity::kWarn,
     .presets = kStrict,
     .needs = kNeedsCatalog,
     .fixes = true},
    options_of(),
    check<ResourceType::kModel>};

const RegisterRule<ColumnsMatchCatalogOptions> of_sources{
    {.name = "source-columns-match-catalog",
     .subject = "columns",
     .summary = "the declared columns of a source are not those of its table",
     .what = "Compares the columns that a source table declares with those that catalog.json has of it, both ways: a "
             "column that is declared and not there, and one that is there and not declared. Sources that the catalog "
             "does not have are passed over.",
     .why = "Whoever loads a source changes it without asking. Columns that disappear break staging models; columns "
            "that appear stay unknown, untested and undescribed until somebody comes across them.",
     .example = R"(```yaml models/staging/_sources.yml
sources:
  - name: raw
    tables:
      - name: orders
        columns:
          - name: order_id
```
```json target/catalog.json
{"nodes": {}, "sources": {"source.shop.raw.orders": {
  "metadata": {"type": "BASE TABLE", "schema": "raw", "name": "orders"},
  "columns": {
    "order_id": {"name": "order_id", "type": "integer", "index": 1},
    "coupon": {"name": "coupon", "type": "text", "index": 2}}}}}
```)",
     .use_instead = R"(```yaml models/staging/_sources.yml
sources:
  - name: raw
    tables:
      - name: orders
        columns:
          - name: order_id
          - name: coupon
```
```json target/catalog.json
{"nodes": {}, "sources": {"source.shop.raw.orders": {
  "metadata": {"type": "BASE TABLE", "schema": "raw", "name": "orders"},
  "columns": {
    "order_id": {"name": "order_id", "type": "integer", "index": 1},
    "coupon": {"name": "coupon", "type": "text", "index": 2}}}}}
```)",
     .basis = kBasis,
     .severity = Severity::kWarn,
     .presets = kOnRequest,
     .needs = kNeedsCatalog,
     .fixes = true},
    options_of(),
    check<ResourceType::kSource>};

const RegisterRule<ColumnsMatchCatalogOptions> of_seeds{
    {.name = "seed-columns-match-catalog",
     .subject = "columns",
     .summary = "the declared columns of a seed are not those of its table",
     .what = "Compares the columns that a seed declares with those that catalog.json has of its table, both ways: a "
             "column of the file that is not declared, and a declared one that the file does not have any more. Seeds "
             "that the catalog does not have are passed over.",
     .why = "A seed's columns are names in a CSV file, which say nothing of what they mean. Those that are not "
            "declared have no description and no test.",
     .example = R"(```yaml seeds/countries.yml
seeds:
  - name: countries
    columns:
      - name: code
```
```text seeds/countries.csv
code,name
DE,Germany
```
```json target/catalog.json
{"nodes": {"seed.shop.countries": {
  "metadata": {"type": "BASE TABLE", "schema": "analytics", "name": "countries"},
  "columns": {
    "code": {"name": "code", "type": "text", "index": 1},
    "name": {"name": "name", "type": "text", "index": 2}}}}}
```)",
     .use_instead = R"(```yaml seeds/countries.yml
seeds:
  - name: countries
    columns:
      - name: code
      - name: name
```
```text seeds/countries.csv
code,name
DE,Germany
```
```json target/catalog.json
{"nodes": {"seed.shop.countries": {
  "metadata": {"type": "BASE TABLE", "schema": "analytics", "name": "countries"},
  "columns": {
    "code": {"name": "code", "type": "text", "index": 1},
    "name": {"name": "name", "type": "text", "index": 2}}}}}
```)",
     .basis = kBasis,
     .severity = Severity::kWarn,
     .presets = kOnRequest,
     .needs = kNeedsCatalog,
     .fixes = true},
    options_of(),
    check<ResourceType::kSeed>};

}  // namespace
}  // namespace plowline
