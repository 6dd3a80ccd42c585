// Tags of models and snapshots: one check.
#include <algorithm>
#include <fmt/format.h>
#include <span>

#include "lint/rule.h"
#include "snowplow/checks.h"

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

using Tags = std::vector<std::string>;

std::string names(const std::vector<std::string_view>& tags) {
  return name_list(tags);
}
std::string names(const Tags& tags) {
  return name_list(std::vector<std::string_view>(tags.begin(), tags.end()));
}

class TagCheck {
 public:
  TagCheck(const LintProject& project, NodeId id, Violations& violations)
      : node_(project.node(id)), id_(id), violations_(violations) {}

  void check(const ModelTagsOptions& demand) {
    check_allowed(demand.allowed);
    check_all(demand.all);
    if (!demand.any.empty() && present(demand.any).empty())
      report("any", fmt::format("has none of {}", names(demand.any)));
    check_one(demand.one);
  }

 private:
  bool has(std::string_view tag) const { return std::ranges::find(node_.tags, tag) != node_.tags.end(); }

  std::vector<std::string_view> present(const Tags& tags) const {
    std::vector<std::string_view> found;
    std::ranges::copy_if(tags, std::back_inserter(found), [&](const std::string& tag) { return has(tag); });
    return found;
  }

  void check_allowed(const Tags& allowed) {
    if (allowed.empty()) return;
    std::vector<std::string_view> wrong;
    for (const std::string_view tag : node_.tags) {
      if (std::ranges::find(allowed, tag) == allowed.end() && std::ranges::find(wrong, tag) == wrong.end()) {
        wrong.push_back(tag);
      }
    }
    if (wrong.empty()) return;
    violations_.push_back(
        {.node = id_,
         .message = fmt::format("{} has {} {}, which {} not among the tags agreed upon: no job "
                                "selects by {}",
                                printable(node_.name), plural(wrong.size(), "the tag", "the tags"), names(wrong),
                                plural(wrong.size(), "is", "are"), plural(wrong.size(), "it", "them")),
         .at = Anchor::tag(std::string(wrong.front())),
         .key = "allowed"});
  }

  void check_all(const Tags& all) {
    std::vector<std::string_view> missing;
    std::ranges::copy_if(all, std::back_inserter(missing), [&](const std::string& tag) { return !has(tag); });
    if (missing.empty()) return;
    report("all", fmt::format("does not have the {} {}", plural(missing.size(), "tag", "tags"), names(missing)));
  }

  void check_one(const Tags& tags) {
    if (tags.empty()) return;
    const auto found = present(tags);
    if (found.empty()) report("one", fmt::format("has none of {}", names(tags)));
    if (found.size() > 1) {
      violations_.push_back({.node = id_,
                             .message = fmt::format("{} has the tags {}, of which only one may be there: each job that "
                                                    "selects by one of them runs it",
                                                    printable(node_.name), names(found)),
                             .at = Anchor::tag(std::string(found.back())),
                             .key = "one"});
    }
  }

  void report(std::string_view key, std::string_view failure) {
    violations_.push_back({.node = id_,
                           .message = fmt::format("{} {}{}: jobs that select by tag leave it out",
                                                  printable(node_.name), failure, key == "all" ? "" : " as a tag"),
                           .at = Anchor::config("tags"),
                           .key = std::string(key)});
  }

  const NodeRecord& node_;
  NodeId id_;
  Violations& violations_;
};

template <ResourceType kAppliesTo>
void check_tags(const LintProject& project, const RuleScope& scope, const ModelTagsOptions& demand,
                Violations& violations) {
  scope.for_each_enabled(kAppliesTo, [&](NodeId id) { TagCheck(project, id, violations).check(demand); });
}

Result<void> check_models(const LintProject& project, const RuleScope& scope, const ModelTagsOptions& options,
                          Violations& violations) {
  check_tags<ResourceType::kModel>(project, scope, options, violations);
  return {};
}

Result<void> check_snapshots(const LintProject& project, const RuleScope& scope, const SnapshotTagsOptions& options,
                             Violations& violations) {
  ModelTagsOptions demand;
  (options.criteria == "all" ? demand.all : options.criteria == "any" ? demand.any : demand.one) = options.tags;
  check_tags<ResourceType::kSnapshot>(project, scope, demand, violations);
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
    {option<&ModelTagsOptions::allowed>("allowed", "The only tags that may be there."),
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
