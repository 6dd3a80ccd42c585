#include <algorithm>
#include <fmt/format.h>
#include <map>
#include <utility>

#include "lint/rule.h"
#include "rules/schema/catalog_tables.h"

namespace plowline {
namespace {

bool differs_in_case_only(std::string_view a, std::string_view b) {
  const auto same = [](char x, char y) { return ascii_lower(x) == ascii_lower(y); };
  return a != b && std::ranges::equal(a, b, same);
}

std::string place(std::string_view database, std::string_view schema) {
  return database.empty() ? printable(schema) : fmt::format("{}.{}", printable(database), printable(schema));
}

// Nodes whose place is written in one way in the manifest and in another in the catalog.
struct OtherCasing {
  NodeId first;
  std::size_t nodes = 0;
  bool database = false;  // else the schema
};

Result<void> check(const LintProject& project, const RuleScope& scope, const NoOptions&, Violations& violations) {
  std::map<std::pair<std::string, std::string>, OtherCasing> found;  // by both spellings
  scope.nodes().for_each([&](NodeId id) {
    const CatalogTable* table = catalog_table_of(project, id);
    if (table == nullptr || !project.project().enabled(id)) return;
    const NodeRecord& node = project.node(id);
    const bool database = differs_in_case_only(node.database, table->database);
    if (!database && !differs_in_case_only(node.schema, table->schema)) return;
    OtherCasing casing{.first = id, .database = database};
    const auto spellings = std::pair(place(node.database, node.schema), place(table->database, table->schema));
    ++found.try_emplace(spellings, casing).first->second.nodes;
  });
  for (const auto& [spellings, casing] : found) {
    const std::string others =
        casing.nodes == 1 ? std::string()
                          : fmt::format(" and {} {}", casing.nodes - 1, casing.nodes == 2 ? "other" : "others");
    violations.push_back(
        {.node = casing.first,
         .message = fmt::format("{}{} {} in {} here, in {} in the warehouse: what compares the names letter by letter "
                                "(access policies, catalogues, other tools) does not find them",
                                printable(project.node(casing.first).name), others, casing.nodes == 1 ? "lies" : "lie",
                                spellings.first, spellings.second),
         .at = Anchor::config(casing.database ? "database" : "schema"),
         .key = "casing"});
  }
  return {};
}

const RegisterRule<> rule{
    {.name = "database-casing",
     .subject = "columns",
     .summary = "a database or schema is written in another letter case than in the warehouse",
     .what = "Compares the database and schema of models, seeds, snapshots and sources with those in catalog.json. "
             "Where only the letter case differs, that is one finding for all nodes of that schema, at the first of "
             "them.",
     .why = "dbt finds the relation all the same as long as names are not quoted. What matches names letter by letter "
            "does not: access policies, catalogues, lineage tools, `quoting: {schema: true}`. dbt itself may take a "
            "relation for missing when its cache has it in another case.",
     .example = R"(```yaml models/staging/_sources.yml
sources:
  - name: raw
    database: shop
    schema: raw
    tables:
      - name: orders
```
```json target/catalog.json
{"nodes": {}, "sources": {"source.shop.raw.orders": {
  "metadata": {"type": "BASE TABLE", "database": "SHOP", "schema": "RAW", "name": "ORDERS"},
  "columns": {"ID": {"name": "ID", "type": "NUMBER", "index": 1}}}}}
```)",
     .use_instead = R"(```yaml models/staging/_sources.yml
sources:
  - name: raw
    database: SHOP
    schema: RAW
    tables:
      - name: orders
```
```json target/catalog.json
{"nodes": {}, "sources": {"source.shop.raw.orders": {
  "metadata": {"type": "BASE TABLE", "database": "SHOP", "schema": "RAW", "name": "ORDERS"},
  "columns": {"ID": {"name": "ID", "type": "NUMBER", "index": 1}}}}}
```)",
     .basis = "manifest.json and catalog.json: `database` and `schema`; dbt-checkpoint's "
              "check-database-casing-consistency compares the same.",
     .severity = Severity::kWarn,
     .presets = kOnRequest,
     .needs = kNeedsCatalog},
    check};

}  // namespace
}  // namespace plowline
