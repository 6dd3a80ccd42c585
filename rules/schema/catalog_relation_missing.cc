#include "rules/schema/catalog_relations.h"

namespace plowline {
namespace {

Result<void> check(const LintProject& project, const RuleScope& scope, const NoOptions&, Violations& violations) {
  constexpr std::int64_t kHalf = 50;
  report_missing_relations(project, scope, kHalf, violations);
  return {};
}

const RegisterRule<> rule{
    {.name = "schema-catalog-relation-missing",
     .subject = "schema",
     .summary = "a model, seed, snapshot or source has no relation in the warehouse",
     .what = "Looks up enabled models (not ephemeral), seeds, snapshots and sources in catalog.json. Only where the "
             "catalog "
             "has more than half of them: one made with `--select`, or from a target in which little was built, tells "
             "nothing about the others. With `--state`, nodes that are new or changed are passed over.",
     .why = "A model that nobody builds is dead code with an owner, and whoever refers to it finds nothing. A source "
            "that is not there is misspelt, was dropped, or dbt's user may not see it.",
     .example = R"(```yaml
sources:
  - name: raw
    tables:
      - name: ordres          # the warehouse has raw.orders
```)",
     .use_instead = R"(```yaml
sources:
  - name: raw
    tables:
      - name: orders
```)",
     .basis =
         "catalog.json, which `dbt docs generate` writes: it has every relation of the manifest that the warehouse "
         "has.",
     .severity = Severity::kWarn,
     .presets = kStrict,
     .needs = kNeedsCatalog},
    check};

}  // namespace
}  // namespace plowline
