// The rules that ask for a description of every declared column: one check for models, sources and seeds.
#include <fmt/format.h>

#include "lint/node_name.h"
#include "lint/rule.h"
#include "project/file_checksum.h"
#include "rules/documentation/described.h"

namespace plowline {
namespace {

struct ColumnDescriptionOptions {
  std::int64_t min_length = 1;
  std::vector<std::string> forbidden;
  Pattern column_pattern;
  bool ephemeral = false;  // model-column-description only
};

template <ResourceType kType>
Result<void> check(const LintProject& project, const RuleScope& scope, const ColumnDescriptionOptions& options,
                   Violations& violations) {
  const DescriptionDemand demand{options.min_length, options.forbidden};
  scope.for_each_enabled(kType, [&](NodeId id) {
    if (project.node(id).columns.bytes.size() <= 2) return;
    if (kType == ResourceType::kModel && !options.ephemeral && project.config(id).materialized == "ephemeral") return;
    for (const Column& column : project.columns(id)) {
      if (!options.column_pattern.empty() && !options.column_pattern.matches(column.name)) continue;
      const auto fault = description_fault(stripped(column.description), demand);
      if (!fault) continue;
      violations.push_back(
          {.node = id,
           .message = fmt::format("the column {} of {} {}: whoever queries it has to guess what is in it",
                                  printable(column.name), readable_name(project.node(id)), *fault),
           .at = Anchor::column(std::string(column.name)),
           .column = std::string(column.name)});
    }
  });
  return {};
}

std::vector<OptionSpec> column_options() {
  return {
      option<&ColumnDescriptionOptions::min_length>(
          "min_length", "The fewest characters that count as a description, blanks around it apart."),
      option<&ColumnDescriptionOptions::forbidden>(
          "forbidden",
          "Phrases that show that it is none yet, `TODO` for example. They count as whole words, letter case apart."),
      option<&ColumnDescriptionOptions::column_pattern>(
          "column_pattern", "Only columns whose whole name matches this regular expression; empty: all."),
  };
}

std::vector<OptionSpec> model_column_options() {
  std::vector<OptionSpec> options = column_options();
  options.push_back(
      option<&ColumnDescriptionOptions::ephemeral>("ephemeral", "Whether columns of ephemeral models count, too."));
  return options;
}

const RegisterRule<ColumnDescriptionOptions> of_models{
    {.name = "model-column-description",
     .subject = "documentation",
     .summary = "a declared column of a model has no description",
     .what = "Looks at every column that the properties of an enabled model declare, in each version of a versioned "
             "one. Columns that are not declared are another rule's matter (schema-catalog-column-undeclared), and "
             "ephemeral models are passed over unless `ephemeral` is set: nobody can query them.",
     .why = "Units, time zones, what null stands for, which of two amounts includes tax: the name of a column does not "
            "say it, and wrong guesses become wrong figures.",
     .example = R"(```sql models/orders.sql
select 1 as order_id, 100 as amount
```
```yaml models/_models.yml
models:
  - name: orders
    columns:
      - name: amount
```)",
     .use_instead = R"(```sql models/orders.sql
select 1 as order_id, 100 as amount
```
```yaml models/_models.yml
models:
  - name: orders
    columns:
      - name: amount
        description: What was paid, in euro cents, with tax.
```)",
     .basis = "The manifest's `columns`; dbt-checkpoint's check-model-columns-have-desc finds the same ones.",
     .presets = kStrict},
    model_column_options(),
    check<ResourceType::kModel>};

const RegisterRule<ColumnDescriptionOptions> of_sources{
    {.name = "source-column-description",
     .subject = "documentation",
     .summary = "a declared column of a source's table has no description",
     .what = "Looks at every column that an enabled table of a source declares.",
     .why = "Source columns carry the names that another system gave them. What they mean has to be found out once; "
            "where it is not written down it is found out again by everybody.",
     .example = R"(```yaml models/staging/_sources.yml
sources:
  - name: raw
    tables:
      - name: payments
        columns:
          - name: st
```)",
     .use_instead = R"(```yaml models/staging/_sources.yml
sources:
  - name: raw
    tables:
      - name: payments
        columns:
          - name: st
            description: "The state: 0 open, 1 paid, 9 refused."
```)",
     .basis = "The manifest's `columns` of sources; dbt-checkpoint's check-source-columns-have-desc.",
     .presets = kStrict},
    column_options(),
    check<ResourceType::kSource>};

const RegisterRule<ColumnDescriptionOptions> of_seeds{
    {.name = "seed-column-description",
     .subject = "documentation",
     .summary = "a declared column of a seed has no description",
     .what = "Looks at every column that the properties of an enabled seed declare.",
     .why = "Whoever adds a row to the CSV file has nothing but the header line to tell what belongs there.",
     .example = R"(```csv seeds/countries.csv
code,rate
de,19
```
```yaml seeds/_seeds.yml
seeds:
  - name: countries
    columns:
      - name: rate
```)",
     .use_instead = R"(```csv seeds/countries.csv
code,rate
de,19
```
```yaml seeds/_seeds.yml
seeds:
  - name: countries
    columns:
      - name: rate
        description: The standard rate of VAT in per cent.
```)",
     .basis = "The manifest's `columns` of seeds.",
     .presets = kStrict},
    column_options(),
    check<ResourceType::kSeed>};

}  // namespace
}  // namespace plowline
