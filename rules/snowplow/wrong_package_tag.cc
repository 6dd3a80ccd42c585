#include <algorithm>
#include <fmt/format.h>

#include "lint/rule.h"
#include "rules/snowplow/run_rows.h"
#include "rules/snowplow/tagged_models.h"
#include "snowplow/lineage.h"

namespace plowline {
namespace {

// Every package's own nodes and what stands downstream of them; made when a first model needs it.
class PackageReach {
 public:
  explicit PackageReach(const LintProject& project) : project_(project) {}

  // The first package that the node is downstream of: none where it is `tagged`, or where there is no such package.
  const SnowplowPackage* only_other(NodeId node, const SnowplowPackage& tagged) {
    fill();
    const SnowplowPackage* other = nullptr;
    for (const auto& [package, reached] : reached_) {
      if (!reached.contains(node)) continue;
      if (package == &tagged) return nullptr;
      if (other == nullptr) other = package;
    }
    return other;
  }

 private:
  void fill() {
    if (filled_) return;
    filled_ = true;
    for (const SnowplowPackage& package : project_.snowplow().all()) {
      if (package.kind == SnowplowPackage::Kind::kIncremental)
        reached_.emplace_back(&package, reached_by(project_.project(), project_.snowplow(), package));
    }
  }

  const LintProject& project_;
  bool filled_ = false;
  std::vector<std::pair<const SnowplowPackage*, NodeSet>> reached_;
};

// The package whose window the model runs in, where that is not the one whose tag it carries.
Result<const SnowplowPackage*> package_read(const LintProject& project, const TaggedModel& model, PackageReach& reach) {
  const SnowplowPackage& tagged = *model.packages.front();
  const Result<std::vector<RunRows>> rows = run_rows_of(project, model.id);
  if (!rows) return std::unexpected(rows.error());
  if (rows->empty()) return reach.only_other(model.id, tagged);
  const bool reads_own = std::ranges::find(*rows, &tagged, &RunRows::package) != rows->end();
  return reads_own ? nullptr : rows->front().package;
}

Result<void> check(const LintProject& project, const RuleScope& scope, const NoOptions&, Violations& violations) {
  PackageReach reach(project);
  for (const TaggedModel& model : tagged_models(project, scope)) {
    if (model.packages.size() != 1) continue;
    const Result<const SnowplowPackage*> read = package_read(project, model, reach);
    if (!read) return std::unexpected(read.error());
    if (*read == nullptr) continue;
    const SnowplowPackage& tagged = *model.packages.front();
    violations.push_back({.node = model.id,
                          .message = fmt::format(
                              "{0} carries the tag {1} but is built from {2}'s tables: {3} counts it and takes its "
                              "last_success from its own events, while {2} does not know it and never enters states 2 "
                              "and 3 for it, so the windows that it misses are never made up; its tag is {4}",
                              printable(project.node(model.id).name), printable(tagged.tag), printable((*read)->name),
                              printable(tagged.name), printable((*read)->tag)),
                          .at = Anchor::tag(tagged.tag)});
  }
  return {};
}

const RegisterRule<> rule{
    {.name = "snowplow-wrong-package-tag",
     .subject = "snowplow",
     .summary = "a model carries the tag of a Snowplow package that it does not build on",
     .what =
         "Finds models that carry one Snowplow package's tag while the rows of the current run that they read come "
         "from another package; also those that read no current run and have only another package's nodes upstream.",
     .why = "A tag makes a model a part of one package's window and manifest. With the wrong one the model runs in the "
            "window of the package that it reads, but its row in the manifest says what another package has processed. "
            "After a failed run, or while the windows differ, neither package repeats the rows that are missing.",
     .example = R"(```sql
{{ config(materialized='incremental', tags=['snowplow_web_incremental']) }}

select * from {{ ref('snowplow_unified_views_this_run') }}
```)",
     .use_instead = R"(```sql
{{ config(materialized='incremental', tags=['snowplow_unified_incremental']) }}

select * from {{ ref('snowplow_unified_views_this_run') }}
```)",
     .basis = "snowplow_utils: `get_enabled_snowplow_models` counts by tag, and `snowplow_incremental_post_hook` takes "
              "last_success from the package's own `base_events_this_run`. snowplow_unified itself had such a tag at "
              "its app_errors models until 2024-02-24.",
     .severity = Severity::kError,
     .presets = kSnowplowPreset,
     .needs = kNeedsSnowplow},
    check};

}  // namespace
}  // namespace plowline
