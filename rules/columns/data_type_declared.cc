#include <algorithm>
#include <fmt/format.h>

#include "diagnostic/name_list.h"
#include "rules/schema/catalog_columns.h"

namespace plowline {
namespace {

struct DataTypeDeclaredOptions {
  std::int64_t min_coverage = 100;
};

// dbt creates a seed's columns with the types of `column_types`.
bool has_column_type(const LintProject& project, NodeId seed, std::string_view column) {
  const auto types = check(member_of(project.config(seed).whole, "column_types"));
  if (!types) return false;
  const auto same = [](char a, char b) { return ascii_lower(a) == ascii_lower(b); };
  return std::ranges::any_of(types->members(),
                             [&](const auto& type) { return std::ranges::equal(type.first, column, same); });
}

std::vector<std::size_t> untyped_columns(const LintProject& project, NodeId id) {
  const std::span<const Column> columns = project.columns(id);
  const bool is_seed = project.project().type(id) == ResourceType::kSeed;
  std::vector<std::size_t> untyped;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    if (!columns[i].data_type.empty() || has_declared_fields(columns, columns[i])) continue;
    if (!is_seed || !has_column_type(project, id, columns[i].name)) untyped.push_back(i);
  }
  return untyped;
}

// The types that the catalog has of these columns; nothing where one is not known.
std::shared_ptr<const Fix> fix_from_catalog(const LintProject& project, NodeId id,
                                            const std::vector<std::size_t>& untyped) {
  const CatalogTable* table = catalog_table_of(project, id);
  if (table == nullptr || !same_as_in_state(project, id)) return nullptr;
  const std::span<const Column> columns = project.columns(id);
  const MatchedColumns matched = match_columns(project, {id, table});
  Fix fix{.kind = Fix::Kind::kSetColumnType, .key = {}, .value = {}, .columns = {}};
  for (const std::size_t i : untyped) {
    const CatalogColumn* actual = matched.of_declared[i];
    if (actual == nullptr || actual->type.empty()) return nullptr;
    fix.columns.push_back({std::string(columns[i].name), type_for_yaml(actual->type)});
  }
  return shared_fix(std::move(fix));
}

void check_node(const LintProject& project, NodeId id, std::int64_t min_coverage, Violations& violations) {
  const std::span<const Column> columns = project.columns(id);
  if (columns.empty() || !project.project().enabled(id)) return;
  const std::vector<std::size_t> untyped = untyped_columns(project, id);
  const std::size_t typed = columns.size() - untyped.size();
  if (untyped.empty() || typed * 100 >= columns.size() * static_cast<std::size_t>(min_coverage)) return;
  std::vector<std::string> names;
  for (const std::size_t i : untyped) names.emplace_back(columns[i].name);
  const bool one = names.size() == 1;
  violations.push_back(
      {.node = id,
       .message = fmt::format("{} of {} declared columns of {} {} no data_type: {}; a contract, generated code and "
                              "readers of the documentation lack {}",
                              names.size(), columns.size(), printable(project.node(id).name), one ? "has" : "have",
                              name_list(names, kFewNames), one ? "it" : "them"),
       .at = Anchor::column(names.front()),
       .key = "data_type",
       .fix = fix_from_catalog(project, id, untyped)});
}

template <ResourceType kType>
Result<void> check(const LintProject& project, const RuleScope& scope, const DataTypeDeclaredOptions& options,
                   Violations& violations) {
  scope.for_each(kType, [&](NodeId id) { check_node(project, id, options.min_coverage, violations); });
  return {};
}

std::vector<OptionSpec> options_of() {
  return {option<&DataTypeDeclaredOptions::min_coverage>(
      "min_coverage", "How many per cent of a table's declared columns need a data type.")};
}

const RegisterRule<DataTypeDeclaredOptions> of_models{
    {.name = "column-data-type-declared",
     .subject = "columns",
     .summary = "a declared column of a model has no data_type",
     .what = "Finds models with declared columns that have no `data_type`. A column whose fields are declared beside "
             "it (`address.city`, on BigQuery) gets its type from them. With `--fix` the type that catalog.json has "
             "is written down.",
     .why = "Without a type a model cannot get a contract, tools that make code from the declaration guess, and "
            "readers have to look into the warehouse.",
     .example = R"(```yaml models/orders.yml
models:
  - name: orders
    columns:
      - name: order_id
```
```sql models/orders.sql
select 1 as order_id
```)",
     .use_instead = R"(```yaml models/orders.yml
models:
  - name: orders
    columns:
      - name: order_id
        data_type: integer
```
```sql models/orders.sql
select 1 as order_id
```)",
     .basis = "dbt's documentation of columns and of contracts: `data_type`.",
     .severity = Severity::kWarn,
     .presets = kOnRequest,
     .needs = kUsesCatalog,
     .fixes = true},
    options_of(),
    check<ResourceType::kModel>};

const RegisterRule<DataTypeDeclaredOptions> of_sources{
    {.name = "source-column-data-type-declared",
     .subject = "columns",
     .summary = "a declared column of a source has no data_type",
     .what = "Finds source tables with declared columns that have no `data_type`. With `--fix` the type that "
             "catalog.json has is written down.",
     .why = "The declared type is what staging models cast by, and what a change of the loader can be noticed by. dbt "
            "creates external tables from it, too.",
     .example = R"(```yaml models/staging/_sources.yml
sources:
  - name: raw
    tables:
      - name: orders
        columns:
          - name: order_id
```)",
     .use_instead = R"(```yaml models/staging/_sources.yml
sources:
  - name: raw
    tables:
      - name: orders
        columns:
          - name: order_id
            data_type: integer
```)",
     .basis = "dbt's documentation of source properties: `columns`, `data_type`.",
     .severity = Severity::kWarn,
     .presets = kOnRequest,
     .needs = kUsesCatalog,
     .fixes = true},
    options_of(),
    check<ResourceType::kSource>};

const RegisterRule<DataTypeDeclaredOptions> of_seeds{
    {.name = "seed-column-data-type-declared",
     .subject = "columns",
     .summary = "a declared column of a seed has no type",
     .what = "Finds seeds with declared columns that have neither a `data_type` nor an entry in the seed's config "
             "`column_types`. With `--fix` the type that catalog.json has is written down as `data_type`.",
     .why = "dbt guesses the types of a CSV file from its values: `007` becomes the number 7, a column without values "
            "a number, and a new row can change the type of a whole column.",
     .example = R"(```yaml seeds/countries.yml
seeds:
  - name: countries
    columns:
      - name: dialling_code
```
```text seeds/countries.csv
dialling_code
049
```)",
     .use_instead = R"(```yaml seeds/countries.yml
seeds:
  - name: countries
    config:
      column_types: {dialling_code: varchar(3)}
    columns:
      - name: dialling_code
```
```text seeds/countries.csv
dialling_code
049
```)",
     .basis = "dbt's documentation of seed configs: `column_types`; of columns: `data_type`.",
     .severity = Severity::kWarn,
     .presets = kOnRequest,
     .needs = kUsesCatalog,
     .fixes = true},
    options_of(),
    check<ResourceType::kSeed>};

}  // namespace
}  // namespace plowline
