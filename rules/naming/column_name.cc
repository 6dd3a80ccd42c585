// Names of models' and seeds' columns: one check.
#include <fmt/format.h>

#include "lint/rule.h"
#include "rules/naming/letter_case.h"
#include "rules/naming/named_columns.h"

namespace plowline {
namespace {

struct ColumnNameOptions {
  Pattern pattern;
  std::string letter_case = "auto";
  std::string source = "declared";
};

struct SeedColumnNameOptions {
  Pattern pattern;
  std::string letter_case = "auto";
};

void check_columns(const NameDemand& demand, NodeId id, const std::vector<NamedColumn>& columns,
                   Violations& violations) {
  for (const NamedColumn& column : columns) {
    if (demand.met_by(column.lower) || demand.met_by(column.name)) continue;
    violations.push_back(
        {.node = id,
         .message = fmt::format("the column name {} {}", printable(column.written), demand.failure(column.lower)),
         .at = Anchor::column(std::string(column.written)),
         .column = std::string(column.written)});
  }
}

Result<void> check_models(const LintProject& project, const RuleScope& scope, const ColumnNameOptions& options,
                          Violations& violations) {
  const NameDemand demand(options.pattern, options.letter_case);
  if (demand.none()) return {};
  const bool catalog = options.source == "catalog";
  if (catalog && project.catalog() == nullptr) {
    violations.push_back({.message = "the names of columns are to be read from catalog.json (`source: catalog`), and "
                                     "there is none: no column was checked",
                          .at = Anchor::manifest(),
                          .key = "catalog"});
    return {};
  }
  scope.for_each_enabled(ResourceType::kModel, [&](NodeId id) {
    check_columns(demand, id, catalog ? catalog_columns(project, id) : declared_columns(project, id), violations);
  });
  return {};
}

Result<void> check_seeds(const LintProject& project, const RuleScope& scope, const SeedColumnNameOptions& options,
                         Violations& violations) {
  const NameDemand demand(options.pattern, options.letter_case);
  if (demand.none()) return {};
  scope.for_each_enabled(ResourceType::kSeed,
                         [&](NodeId id) { check_columns(demand, id, declared_columns(project, id), violations); });
  return {};
}

constexpr const char* kPatternText = "A regular expression that the whole name has to match.";
constexpr const char* kCaseText = "The letter case of the name; `auto`: `snake_case`, or any where a pattern is given.";

const RegisterRule<ColumnNameOptions> models{
    {.name = "column-name",
     .subject = "naming",
     .summary = "the name of a model's column does not follow the convention",
     .what =
         "Holds the names of models' columns against a letter case (`snake_case`) or a pattern of your own: those "
         "that are declared, or with `source: catalog` those that the warehouse has. A name that Snowflake or "
         "Oracle made capital because it was written without quotes counts as the small letters that it was written "
         "in, too. Of a field within a column (`address.city`) the field's own name counts.",
     .why = "Column names travel: into other models, dashboards and the code of those who read them. A `customerId` "
            "among `customer_id`s is misspelt in joins until it is renamed, which breaks all of them.",
     .example = R"(```yaml models/orders.yml
models:
  - name: orders
    columns:
      - name: orderId
```
```sql models/orders.sql
select 1 as orderId
```)",
     .use_instead = R"(```yaml models/orders.yml
models:
  - name: orders
    columns:
      - name: order_id
```
```sql models/orders.sql
select 1 as order_id
```)",
     .basis = "dbt-bouncer: `check_column_names` (catalog) and `check_model_column_names` (declared); dbtective: "
              "`columns_name_convention`.",
     .severity = Severity::kWarn,
     .presets = kOnRequest},
    {option<&ColumnNameOptions::pattern>("pattern", kPatternText),
     option<&ColumnNameOptions::letter_case>("case", kCaseText, letter_cases_and_auto()),
     option<&ColumnNameOptions::source>("source", "Which columns: the declared ones, or those of catalog.json.",
                                        {"catalog", "declared"})},
    check_models};

const RegisterRule<SeedColumnNameOptions> seeds{
    {.name = "seed-column-name",
     .subject = "naming",
     .summary = "the name of a seed's column does not follow the convention",
     .what = "Holds the names of the columns that are declared for seeds against a letter case (`snake_case`) or a "
             "pattern of your own.",
     .why =
         "The header of a CSV file is often what a spreadsheet made of it. As the seed's columns these names go into "
         "every model that joins it; a blank or a capital in them needs quotes there.",
     .example = R"(```yaml seeds/seeds.yml
seeds:
  - name: country_codes
    columns:
      - name: Country Code
```
```csv seeds/country_codes.csv
Country Code
de
```)",
     .use_instead = R"(```yaml seeds/seeds.yml
seeds:
  - name: country_codes
    columns:
      - name: country_code
```
```csv seeds/country_codes.csv
country_code
de
```)",
     .basis = "dbt-bouncer: `check_seed_column_names`.",
     .severity = Severity::kWarn,
     .presets = kOnRequest},
    {option<&SeedColumnNameOptions::pattern>("pattern", kPatternText),
     option<&SeedColumnNameOptions::letter_case>("case", kCaseText, letter_cases_and_auto())},
    check_seeds};

}  // namespace
}  // namespace plowline
