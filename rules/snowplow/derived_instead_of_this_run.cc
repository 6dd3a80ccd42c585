#include <algorithm>
#include <fmt/format.h>
#include <set>

#include "lint/rule.h"
#include "rules/snowplow/package_reads.h"
#include "rules/snowplow/run_rows.h"
#include "rules/snowplow/tagged_models.h"

namespace plowline {
namespace {

// `sessions_this_run` of `sessions`; nothing where the package has none, or where the table is not built piece by
// piece.
std::optional<NodeId> this_run_of_derived(const LintProject& project, NodeId derived) {
  const NodeRecord& node = project.node(derived);
  if (node.resource_type != ResourceType::kModel || !is_incremental(project.config(derived))) return std::nullopt;
  const std::optional<NodeId> table = project.project().find(fmt::format("{}_this_run", node.unique_id));
  return table && project.project().enabled(*table) ? table : std::nullopt;
}

bool reads(const std::vector<PackageRead>& all, NodeId table) {
  return std::ranges::find(all, table, &PackageRead::table) != all.end();
}

Result<void> check_model(const LintProject& project, NodeId model, const SnowplowPackage& package,
                         Violations& violations) {
  const std::vector<PackageRead> all = package_reads(project, model);
  std::set<NodeId> seen;
  for (const PackageRead& read : all) {
    const std::optional<NodeId> current = this_run_of_derived(project, read.table);
    if (read.package != &package || !current || reads(all, *current) || !seen.insert(read.table).second) continue;
    // One that reads nothing of the current run is another rule's mistake, and one with limits of its own is right.
    const Result<std::vector<RunRows>> rows = run_rows_of(project, model);
    if (!rows) return std::unexpected(rows.error());
    const Result<bool> limited = takes_limits(project, model);
    if (!limited) return std::unexpected(limited.error());
    if (rows->empty() || *limited) return {};
    violations.push_back(
        {.node = model,
         .message = fmt::format("{} is built window by window but reads the whole of {} in every run, the history "
                                "included: {} holds the rows of the window",
                                printable(project.node(model).name), printable(project.node(read.table).name),
                                printable(project.node(*current).name)),
         .at = Anchor::code(read.offset, read.length),
         .key = std::string(project.node(read.table).unique_id)});
  }
  return {};
}

Result<void> check(const LintProject& project, const RuleScope& scope, const NoOptions&, Violations& violations) {
  for (const TaggedModel& model : tagged_models(project, scope)) {
    if (model.packages.size() != 1 || is_package_node(project, model.id)) continue;
    if (!is_incremental(project.config(model.id))) continue;
    if (Result<void> done = check_model(project, model.id, *model.packages.front(), violations); !done) return done;
  }
  return {};
}

const RegisterRule<> rule{
    {.name = "snowplow-derived-instead-of-this-run",
     .subject = "snowplow",
     .summary = "a tagged incremental model reads a derived table where the package has one of the current run",
     .what = "Finds incremental models with a package's tag that are built from its current run and besides read one "
             "of its derived tables whole, although there is a `_this_run` table of it. Models that take the run's "
             "limits (`return_limits_from_model`), or that read the `_this_run` table as well, are left alone.",
     .why = "A package processes whole sessions and, of the users in them, all there is to know, so what belongs to "
            "the window stands in the `_this_run` tables. The derived table grows with every run and is read from the "
            "first day to the last each time, which is slow and, where reading is what one pays for, dear. A model "
            "that does mean the history may ignore this rule.",
     .example = R"(```sql
select view.view_id, visit.start_tstamp as session_start
from {{ ref('snowplow_unified_views_this_run') }} as view
join {{ ref('snowplow_unified_sessions') }} as visit using (session_identifier)
```)",
     .use_instead = R"(```sql
select view.view_id, visit.start_tstamp as session_start
from {{ ref('snowplow_unified_views_this_run') }} as view
join {{ ref('snowplow_unified_sessions_this_run') }} as visit using (session_identifier)
```)",
     .basis = "Snowplow's documentation, Custom models: incremental models read `_this_run` tables.",
     .severity = Severity::kWarn,
     .presets = kStrict,
     .needs = kNeedsSnowplow},
    check};

}  // namespace
}  // namespace plowline
