#include <algorithm>
#include <array>
#include <cctype>
#include <fmt/format.h>

#include "lint/rule.h"
#include "rules/schema/produced_columns.h"
#include "rules/snowplow/run_rows.h"
#include "rules/snowplow/tagged_models.h"

namespace plowline {
namespace {

std::string lower_case(std::string text) {
  std::ranges::transform(text, text.begin(), ascii_lower);
  return text;
}

// A column that tells rows apart below a day: an id of whatever a user calls a session, or a key made of such.
bool is_identifier(std::string_view column) {
  static constexpr std::array<std::string_view, 8> kEnds = {"id", "identifier", "key",  "hash",
                                                            "sk", "uuid",       "guid", "pk"};
  return std::ranges::any_of(kEnds, [&](std::string_view end) { return column.ends_with(end); });
}

bool makes_dates(const SqlText& sql, std::string_view lower_sql) {
  static constexpr std::array<std::string_view, 6> kDates = {"date(",           "date_trunc(", "timestamp_trunc(",
                                                             "datetime_trunc(", "::date",      "as date)"};
  if (std::ranges::any_of(kDates, [&](std::string_view word) { return lower_sql.contains(word); })) return true;
  return !sql.calls("date_trunc").empty();
}

// Where `group by` last stands; npos where it does not.
std::size_t last_group_by(std::string_view lower_sql) {
  for (std::size_t at = lower_sql.rfind("group"); at != std::string_view::npos; at = lower_sql.rfind("group", at - 1)) {
    std::size_t next = at + 5;
    while (next < lower_sql.size() && std::isspace(static_cast<unsigned char>(lower_sql[next])) != 0) ++next;
    if (next > at + 5 && lower_sql.substr(next).starts_with("by")) return at;
    if (at == 0) break;
  }
  return std::string_view::npos;
}

// The rows may be counted anew from a whole table: what the current run tells is then only which of them.
bool looks_further(const LintProject& project, NodeId model) {
  const std::string_view code = project.code(model);
  if (code.contains("this }}") || code.contains("this}}")) return true;
  return std::ranges::any_of(project.project().parents(model), [&](NodeId parent) {
    return project.project().type(parent) != ResourceType::kModel || is_incremental(project.config(parent));
  });
}

bool appends(const NodeConfig& config) {
  return !truthy(config.unique_key) &&
         (config.incremental_strategy.empty() || config.incremental_strategy == "append" ||
          config.incremental_strategy == "merge");
}

// The bytes of `group by`, where the model makes rows of a day from the current run; nothing where it may not.
std::optional<Anchor> grouped_by_date(const LintProject& project, NodeId model) {
  const SqlText& sql = project.sql(model);
  const std::string lower_sql = lower_case(sql.sql_only());
  const std::size_t group = last_group_by(lower_sql);
  if (group == std::string::npos || !makes_dates(sql, lower_sql) || looks_further(project, model)) return std::nullopt;
  const auto columns = produced_columns(project, model);
  if (!columns || std::ranges::any_of(*columns, is_identifier)) return std::nullopt;
  return Anchor::code(group, lower_sql.find("by", group) + 2 - group);
}

Result<void> check(const LintProject& project, const RuleScope& scope, const NoOptions&, Violations& violations) {
  for (const TaggedModel& model : tagged_models(project, scope)) {
    if (is_package_node(project, model.id) || !is_incremental(project.config(model.id))) continue;
    const std::optional<Anchor> group = grouped_by_date(project, model.id);
    if (!group) continue;
    const Result<std::vector<RunRows>> rows = run_rows_of(project, model.id);
    if (!rows) return std::unexpected(rows.error());
    if (rows->empty()) continue;
    violations.push_back(
        {.node = model.id,
         .message =
             fmt::format("{} groups rows of {}'s current run by date, without a session or view among its "
                         "columns: a day that two runs touch {}",
                         printable(project.node(model.id).name), printable(rows->front().package->name),
                         appends(project.config(model.id)) ? "gets rows of both, which count what both have seen twice"
                                                           : "keeps only what the later one has seen of it"),
         .at = *group,
         .key = "group by"});
  }
  return {};
}

const RegisterRule<> rule{
    {.name = "snowplow-aggregates-above-session",
     .subject = "snowplow",
     .summary = "a tagged incremental model groups the current run by date instead of session or view",
     .what = "Finds incremental models with a Snowplow package's tag that build on rows of a `_this_run` table, have a "
             "GROUP BY and make dates of timestamps, and whose columns (all of them must be known) hold no identifier "
             "or key. A model that also reads a derived table, a source or itself is left alone: it may count the days "
             "anew.",
     .why = "A `_this_run` table holds whole sessions, but no whole days: a window ends at any time, and sessions that "
            "get more events come again with the next one. So an aggregate over anything larger than a session is "
            "right only for the rows of one run, and what the next run merges in its place is only its own part.",
     .example = R"(```sql
{{ config(materialized='incremental', unique_key='day', tags=['snowplow_unified_incremental']) }}

select date(start_tstamp) as day, count(*) as views
from {{ ref('snowplow_unified_views_this_run') }}
where {{ snowplow_utils.is_run_with_new_events('snowplow_unified') }}
group by 1
```)",
     .use_instead = R"(```sql
-- untagged: counts the days that the last run has touched, from the whole derived table
{{ config(materialized='incremental', unique_key='day') }}

select date(start_tstamp) as day, count(*) as views
from {{ ref('snowplow_unified_views') }}
{% if is_incremental() %}
where date(start_tstamp) >= (select max(day) - 3 from {{ this }})
{% endif %}
group by 1
```)",
     .basis = "Snowplow's documentation, Custom models: `_this_run` tables are for aggregates up to the level of "
              "sessions; daily aggregates read derived tables.",
     .severity = Severity::kWarn,
     .presets = kSnowplowPreset,
     .needs = kNeedsSnowplow},
    check};

}  // namespace
}  // namespace plowline
