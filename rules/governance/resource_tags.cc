// Tags of models and snapshots: one check.
#include "rules/tests/required_tags.h"

namespace plowline {
namespace {

struct ModelTagsOptions {
  std::vector<std::string> allowed;
  std::vector<std::string> any;
  std::vector<std::string> all;
  std::vector<std::string> one;
};

struct SnapshotTagsOptions {
  std::vector<std::string> tags;
  std::string criteria = "all";
};

// What may be there: what is allowed, and what is asked for by any list.
TagDemand allowed_of(const ModelTagsOptions& options) {
  TagDemand demand{.allowed = options.allowed};
  for (const auto* list : {&options.all, &options.any, &options.one}) {
    demand.required.insert(demand.required.end(), list->begin(), list->end());
  }
  return demand;
}

template <ResourceType kAppliesTo>
void check_tags_of(const LintProject& project, const RuleScope& scope, const ModelTagsOptions& options,
                   Violations& violations) {
  const TagDemand allowed = allowed_of(options);
  if (allowed.empty()) return;
  scope.for_each_enabled(kAppliesTo, [&](NodeId id) {
    const NodeRecord& node = project.node(id);
    const auto report = [&](const std::optional<TagFault>& fault, std::string_view key) {
      if (fault) report_tags(id, printable(node.name), *fault, key, violations);
    };
    report(allowed_fault(node.tags, allowed), "allowed");
    report(required_fault(node.tags, options.all, "all"), "all");
    report(required_fault(node.tags, options.any, "any"), "any");
    report(required_fault(node.tags, options.one, "one"), "one");
  });
}

Result<void> check_models(const LintProject& project, const RuleScope& scope, const ModelTagsOptions& options,
                          Violations& violations) {
  check_tags_of<ResourceType::kModel>(project, scope, options, violations);
  return {};
}

Result<void> check_snapshots(const LintProject& project, const RuleScope& scope, const SnapshotTagsOptions& options,
                             Violations& violations) {
  ModelTagsOptions demand;
  (options.criteria == "all" ? demand.all : options.criteria == "any" ? demand.any : demand.one) = options.tags;
  check_tags_of<ResourceType::kSnapshot>(project, scope, demand, violations);
  return {};
}

const RegisterRule<ModelTagsOptions> models{
    {.name = "model-tags",
     .subject = "governance",
     .summary = "a model's tags are not those that were agreed upon",
     .what = "Looks at the tags of models, wherever they were set (the YAML entry, `config()`, dbt_project.yml): "
             "whether there is one that is not in `allowed`, whether all of `all`, at least one of `any` and exactly "
             "one of `one` are there. Does nothing until one of the four is given.",
     .why = "Jobs select by tag. A misspelt tag is no error: the model is just not in the job, and its data get old.",
     .example = R"(```sql models/orders.sql
{{ config(tags=['nightyl']) }}
select 1 as order_id
```
```yaml plowline.yml
rules:
  model-tags: {severity: warn, allowed: [nightly, hourly], any: [nightly, hourly]}
```)",
     .use_instead = R"(```sql models/orders.sql
{{ config(tags=['nightly']) }}
select 1 as order_id
```
```yaml plowline.yml
rules:
  model-tags: {severity: warn, allowed: [nightly, hourly], any: [nightly, hourly]}
```)",
     .basis = "dbt-checkpoint: `check-model-tags` (`--has-any-tags`, `--has-all-tags`), which leaves out ephemeral "
              "models and those in Python; dbt-bouncer: `check_model_has_tags` (`criteria`).",
     .severity = Severity::kWarn,
     .presets = kOnRequest},
    {option<&ModelTagsOptions::allowed>("allowed", "The only tags, besides those asked for, that may be there."),
     option<&ModelTagsOptions::any>("any", "Tags of which one at least has to be there."),
     option<&ModelTagsOptions::all>("all", "Tags that have to be there."),
     option<&ModelTagsOptions::one>("one", "Tags of which exactly one has to be there.")},
    check_models};

const RegisterRule<SnapshotTagsOptions> snapshots{
    {.name = "snapshot-tags",
     .subject = "governance",
     .summary = "a snapshot does not have the tags that it should have",
     .what = "Looks for `tags` at snapshots: all of them, any, or exactly one (`criteria`). Does nothing until `tags` "
             "are given.",
     .why = "`dbt snapshot --select tag:nightly` leaves out a snapshot without the tag. What changed in its source in "
            "the meantime is lost for good.",
     .example = R"(```yaml snapshots/orders.yml
snapshots:
  - name: orders_snapshot
    relation: source('shop', 'orders')
    config: {strategy: timestamp, unique_key: order_id, updated_at: updated_at}
```
```yaml models/sources.yml
sources:
  - name: shop
    tables:
      - name: orders
```
```yaml plowline.yml
rules:
  snapshot-tags: {severity: warn, tags: [nightly, hourly], criteria: one}
```)",
     .use_instead = R"(```yaml snapshots/orders.yml
snapshots:
  - name: orders_snapshot
    relation: source('shop', 'orders')
    config: {strategy: timestamp, unique_key: order_id, updated_at: updated_at, tags: [nightly]}
```
```yaml models/sources.yml
sources:
  - name: shop
    tables:
      - name: orders
```
```yaml plowline.yml
rules:
  snapshot-tags: {severity: warn, tags: [nightly, hourly], criteria: one}
```)",
     .basis = "dbt-bouncer: `check_snapshot_has_tags`.",
     .severity = Severity::kWarn,
     .presets = kOnRequest},
    {option<&SnapshotTagsOptions::tags>("tags", "The tags."),
     option<&SnapshotTagsOptions::criteria>("criteria", "How many of them: all, any (at least one), or exactly one.",
                                            {"all", "any", "one"})},
    check_snapshots};

}  // namespace
}  // namespace plowline
