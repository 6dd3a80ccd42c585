// The rules about shares: how many models, how many declared columns have a description.
#include <fmt/format.h>
#include <map>

#include "lint/node_name.h"
#include "lint/rule.h"
#include "rules/change/model_coverage.h"
#include "rules/documentation/described.h"

namespace plowline {
namespace {

struct ModelCoverageOptions {
  double target_pct = 100.0;
  bool per_layer = false;
};

struct ColumnCoverageOptions {
  double target_pct = 100.0;
  bool per_model = false;
};

// `12.00 % of the models have a description (3 of 25), where 100 % are asked for`.
std::string described_share_text(const CoveredShare& share, std::string_view of_what, double target) {
  return fmt::format("{:.2f} % of the {} have a description ({} of {}), where {:g} % are asked for", share.percent(),
                     of_what, share.covered, share.all, target);
}

Result<void> check_models(const LintProject& project, const RuleScope& scope, const ModelCoverageOptions& options,
                          Violations& violations) {
  if (!scope.is_whole_project()) return {};
  CoveredShare all;
  std::map<std::string_view, CoveredShare> by_layer;
  scope.for_each_enabled(ResourceType::kModel, [&](NodeId id) {
    const bool described = has_description(project.node(id).description);
    all.count(described);
    if (options.per_layer) by_layer[project.layer(id)].count(described);
  });
  const auto report = [&](const CoveredShare& share, const std::string& of_what, std::string key) {
    if (share.reaches(options.target_pct)) return;
    violations.push_back({.message = described_share_text(share, of_what, options.target_pct) +
                                     ": what the others hold, their code alone tells",
                          .at = Anchor::project_file("name"),
                          .key = std::move(key)});
  };
  report(all, "models", "models");
  for (const auto& [layer, share] : by_layer) {
    report(share, fmt::format("models of the layer {}", printable(layer)), fmt::format("layer {}", layer));
  }
  return {};
}

Result<void> check_columns(const LintProject& project, const RuleScope& scope, const ColumnCoverageOptions& options,
                           Violations& violations) {
  CoveredShare all;
  scope.for_each_enabled(ResourceType::kModel, [&](NodeId id) {
    const CoveredShare own = described_columns(project, id);
    all += own;
    if (!options.per_model || own.reaches(options.target_pct)) return;
    violations.push_back(
        {.node = id,
         .message = described_share_text(own, fmt::format("declared columns of {}", readable_name(project.node(id))),
                                         options.target_pct) +
                    ": whoever queries the others has to guess what is in them",
         .at = Anchor::properties(),
         .key = "columns"});
  });
  if (options.per_model || !scope.is_whole_project() || all.reaches(options.target_pct)) return {};
  violations.push_back({.message = described_share_text(all, "declared columns of the models", options.target_pct) +
                                   ": whoever queries the others has to guess what is in them",
                        .at = Anchor::project_file("name"),
                        .key = "columns"});
  return {};
}

const RegisterRule<ModelCoverageOptions> of_models{
    {.name = "documentation-coverage",
     .subject = "documentation",
     .summary = "too few models have a description",
     .what = "Counts the enabled models in its scope, each version by itself, and those with a description. One "
             "finding where the share is below `target_pct` and, with `per_layer`, one for each layer of which that is "
             "true.",
     .why = "A share can be raised step by step in a project that grew without descriptions; a finding for each model "
            "cannot be looked at before most have one.",
     .example = R"(```sql models/orders.sql
select 1 as order_id
```
```sql models/payments.sql
select 1 as payment_id
```
```yaml models/_models.yml
models:
  - name: orders
    description: One row per order.
```
```yaml plowline.yml
rules:
  documentation-coverage:
    target_pct: 80
```)",
     .use_instead = R"(```sql models/orders.sql
select 1 as order_id
```
```sql models/payments.sql
select 1 as payment_id
```
```yaml models/_models.yml
models:
  - name: orders
    description: One row per order.
  - name: payments
    description: One row per attempt to pay.
```
```yaml plowline.yml
rules:
  documentation-coverage:
    target_pct: 80
```)",
     .basis = "dbt-project-evaluator's fct_documentation_coverage and its variable documentation_coverage_target, 100 "
              "by default."},
    {option<&ModelCoverageOptions::target_pct>("target_pct", "The share that is asked for, in per cent."),
     option<&ModelCoverageOptions::per_layer>("per_layer", "Whether each layer has to reach it, too.")},
    check_models};

const RegisterRule<ColumnCoverageOptions> of_columns{
    {.name = "column-documentation-coverage",
     .subject = "documentation",
     .summary = "too few of the declared columns have a description",
     .what = "Counts the columns that the enabled models in its scope declare, and those with a description. One "
             "finding where the share is below `target_pct`; with `per_model` one for each model of which that is "
             "true. Columns that no properties file declares do not count.",
     .why = "Whoever asks for each and every column is answered with copies of its name. A share leaves room for "
            "columns that explain themselves.",
     .example = R"(```sql models/orders.sql
select 1 as order_id, 2 as amount
```
```yaml models/_models.yml
models:
  - name: orders
    columns:
      - name: order_id
      - name: amount
        description: What was paid, in euro cents.
```
```yaml plowline.yml
rules:
  column-documentation-coverage:
    target_pct: 75
```)",
     .use_instead = R"(```sql models/orders.sql
select 1 as order_id, 2 as amount
```
```yaml models/_models.yml
models:
  - name: orders
    columns:
      - name: order_id
        description: The number on the invoice.
      - name: amount
        description: What was paid, in euro cents.
```
```yaml plowline.yml
rules:
  column-documentation-coverage:
    target_pct: 75
```)",
     .basis = "The manifest's `columns`."},
    {option<&ColumnCoverageOptions::target_pct>("target_pct", "The share that is asked for, in per cent."),
     option<&ColumnCoverageOptions::per_model>("per_model", "Whether each model has to reach it by itself.")},
    check_columns};

}  // namespace
}  // namespace plowline
