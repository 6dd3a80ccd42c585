#include <fmt/format.h>
#include <set>

#include "lint/rule.h"
#include "rules/snowplow/package_reads.h"
#include "rules/snowplow/tagged_models.h"

namespace plowline {
namespace {

struct InternalTable {
  std::optional<NodeId> instead;  // the table of the same rows that is meant for others
};

// `pv_engaged_time` of snowplow_unified_pv_engaged_time.
std::string_view short_name(const NodeRecord& node, const SnowplowPackage& package) {
  std::string_view name = node.name;
  if (!name.starts_with(package.owner) || name.size() <= package.owner.size()) return {};
  return name.substr(package.owner.size() + 1);
}

// Steps on the way to a package's tables. (The window's limits, base_new_event_limits, and the manifests are not among
// them: what reads those wants just that.)
std::optional<InternalTable> internal_table(const LintProject& project, const PackageRead& read) {
  const NodeRecord& node = project.node(read.table);
  if (read.package->owner == project.project().root_package() || node.resource_type != ResourceType::kModel)
    return std::nullopt;
  const std::string_view name = short_name(node, *read.package);
  const auto sibling = [&](std::string_view other) {
    return project.project().find(fmt::format("model.{0}.{0}_{1}", read.package->owner, other));
  };
  if (name == "base_events_this_run") {
    const std::optional<NodeId> events = sibling("events_this_run");
    return events && project.project().enabled(*events) ? std::optional(InternalTable{events}) : std::nullopt;
  }
  if (name == "base_sessions_this_run") return InternalTable{sibling("sessions_this_run")};
  if (name.starts_with("pv_") || name == "users_aggs" || name == "users_lasts") return InternalTable{};
  return std::nullopt;
}

std::string message_of(const LintProject& project, NodeId model, const PackageRead& read, const InternalTable& table) {
  const std::string name = printable(project.node(model).name);
  const std::string read_name = printable(project.node(read.table).name);
  const std::string package = printable(read.package->name);
  if (!table.instead)
    return fmt::format(
        "{} reads {}, a step inside of {} that is not meant for others: a release may change or drop it without "
        "notice, and the model then fails or loses columns",
        name, read_name, package);
  return fmt::format(
      "{} reads {}, a step inside of {} that is not meant for others: columns that {} adds to the same rows are "
      "missing, and a release may change it without notice",
      name, read_name, package, printable(project.node(*table.instead).name));
}

Result<void> check(const LintProject& project, const RuleScope& scope, const NoOptions&, Violations& violations) {
  for (const NodeId model : own_models_below_packages(project, scope)) {
    std::set<NodeId> seen;
    for (const PackageRead& read : package_reads(project, model)) {
      const std::optional<InternalTable> table = internal_table(project, read);
      if (!table || !seen.insert(read.table).second) continue;
      violations.push_back({.node = model,
                            .message = message_of(project, model, read, *table),
                            .at = Anchor::code(read.offset, read.length),
                            .key = std::string(project.node(read.table).unique_id)});
    }
  }
  return {};
}

const RegisterRule<> rule{
    {.name = "snowplow-internal-table",
     .subject = "snowplow",
     .summary = "a model reads a table that a Snowplow package keeps for itself",
     .what =
         "Finds models that read the rows of a package's intermediate tables: `base_sessions_this_run`, `pv_…`, "
         "`users_aggs`, `users_lasts`, and `base_events_this_run` where the package has an `events_this_run` made of "
         "it, as snowplow_unified does. (For other packages `base_events_this_run` is the table to read.) Taking "
         "limits from such a table (`return_limits_from_model`), or naming it in a `-- depends_on` comment, is right.",
     .why = "snowplow_unified's `base_events_this_run` has the events as they came: `view_id`, `session_identifier` "
            "and much more of what the package's models share are worked out in `events_this_run`, and a model on the "
            "former counts other things than the package does. The other tables come and go with the releases.",
     .example = R"(```sql
select event_id, derived_tstamp from {{ ref('snowplow_unified_base_events_this_run') }}
```)",
     .use_instead = R"(```sql
select event_id, derived_tstamp from {{ ref('snowplow_unified_events_this_run') }}
```)",
     .basis = "Snowplow's documentation, Custom models: the events table to use is `snowplow_unified_events_this_run`, "
              "of the other packages `<package>_base_events_this_run`.",
     .severity = Severity::kWarn,
     .presets = kSnowplowPreset,
     .needs = kNeedsSnowplow},
    check};

}  // namespace
}  // namespace plowline
