#include <algorithm>
#include <fmt/format.h>

#include "lint/rule.h"
#include "rules/snowplow/reference.h"
#include "rules/snowplow/run_rows.h"
#include "rules/snowplow/stray_tag.h"
#include "snowplow/checks.h"
#include "snowplow/this_run.h"

namespace plowline {
namespace {

// The reads of rows; those for limits only are right without a tag.
Result<std::vector<ThisRunRead>> row_reads(const LintProject& project, NodeId model) {
  Result<std::vector<ThisRunRead>> reads = this_run_tables_read_by(project.project(), project.snowplow(), model);
  if (reads) std::erase_if(*reads, [](const ThisRunRead& read) { return read.only_limits; });
  return reads;
}

std::vector<const SnowplowPackage*> packages_of(const std::vector<ThisRunRead>& reads) {
  std::vector<const SnowplowPackage*> out;
  for (const ThisRunRead& read : reads) {
    if (std::ranges::find(out, read.package) == out.end()) out.push_back(read.package);
  }
  return out;
}

std::string message_of(const LintProject& project, NodeId model, const std::vector<ThisRunRead>& reads,
                       const std::vector<const SnowplowPackage*>& packages) {
  std::vector<NodeId> tables;
  for (const ThisRunRead& read : reads) tables.push_back(read.table);
  std::vector<std::string_view> tags;
  for (const SnowplowPackage* package : packages) tags.push_back(package->tag);
  const bool one = packages.size() == 1;
  return fmt::format(
      "{} reads {} without the tag {}: {} {} no manifest row for it and never {} states 2 and 3 for it, so the windows "
      "that it misses, or that were run before it existed, are never made up",
      printable(project.node(model).name), name_list(project.project(), tables), name_list(tags),
      one ? printable(packages.front()->name) : std::string("the packages"), one ? "keeps" : "keep",
      one ? "enters" : "enter");
}

Result<void> check(const LintProject& project, const RuleScope& scope, const NoOptions&, Violations& violations) {
  StrayTags stray(project.snowplow());
  for (const NodeId model : this_run_children(project)) {
    if (!scope.contains(model) || !project.snowplow().tagging(project.project(), model).empty()) continue;
    if (stray.any_of(project.node(model))) continue;                  // that is another rule's mistake
    if (project.config(model).materialized == "ephemeral") continue;  // its readers are looked at
    const Result<std::vector<ThisRunRead>> reads = row_reads(project, model);
    if (!reads) return std::unexpected(reads.error());
    if (reads->empty()) continue;
    const std::vector<const SnowplowPackage*> packages = packages_of(*reads);
    Violation violation{.node = model,
                        .message = message_of(project, model, *reads, packages),
                        .at = place_of_reference(project, model, reads->front().table),
                        .key = "tag"};
    if (packages.size() == 1) violation.fix = shared_fix({.kind = Fix::Kind::kAddTag, .key = packages.front()->tag});
    violations.push_back(std::move(violation));
  }
  return {};
}

const RegisterRule<> rule{
    {.name = "snowplow-untagged-this-run-reader",
     .subject = "snowplow",
     .summary = "a model reads a package's table of the current run without the package's tag",
     .what =
         "Finds models that read rows of a `_this_run` table of a Snowplow package (directly, or through ephemeral "
         "models) and do not carry that package's tag, `<package>_incremental`. A model that reads the table only for "
         "its limits (`return_limits_from_model`, or a reference in a `-- depends_on` comment), such as a daily "
         "aggregate over derived tables, is rightly untagged and is left alone.",
     .why = "A `_this_run` table holds the rows of one window, and the next run replaces them. The package knows its "
            "models by their tag: for a model without it there is no manifest row, so the package neither backfills it "
            "(state 2) nor repeats a window after it failed (state 3). Its history begins with the day it was merged "
            "and has a hole for every run that it missed, and nothing says so: Snowplow's own check for untagged "
            "models looks for a table of the root project that the packages do not have.",
     .example = R"(```sql
-- models/my_views.sql, without a tag
{{ config(materialized='incremental', unique_key='view_id') }}

select * from {{ ref('snowplow_unified_views_this_run') }}
```)",
     .use_instead = R"(```yaml
# dbt_project.yml
models:
  shop:
    snowplow_custom:
      +tags: snowplow_unified_incremental
```)",
     .basis =
         "snowplow_utils: `get_enabled_snowplow_models` counts the models with the tag, and since 0.15.0 looks for "
         "untagged ones only among readers of `model.<root project>.snowplow_base_events_this_run`. Snowplow's "
         "documentation, Custom models.",
     .severity = Severity::kError,
     .presets = kSnowplowPreset,
     .needs = kNeedsSnowplow,
     .fixes = true},
    check};

}  // namespace
}  // namespace plowline
