#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <set>

#include "lint/rule.h"
#include "rules/snowplow/tagged_models.h"

namespace plowline {
namespace {

// Where an incremental model without a strategy and without a unique_key appends. (Elsewhere the default may replace
// partitions.)
constexpr std::array<std::string_view, 6> kAppendingAdapters = {"bigquery", "databricks", "postgres",
                                                                "redshift", "snowflake",  "spark"};
// The strategies that come down to appending without a key.
constexpr std::array<std::string_view, 3> kAppendingStrategies = {"append", "delete+insert", "merge"};

bool appends(const LintProject& project, const NodeConfig& config) {
  if (truthy(config.unique_key)) return false;
  if (!config.incremental_strategy.empty())
    return std::ranges::find(kAppendingStrategies, config.incremental_strategy) != kAppendingStrategies.end();
  return std::ranges::find(kAppendingAdapters, project.project().metadata().adapter_type) != kAppendingAdapters.end();
}

// A test that looks at all rows: one with `where` says nothing about the others.
bool tests_all_rows(const LintProject& project, const AttachedTest& test) {
  return test.package.empty() && !test.column_name.empty() &&
         !truthy(member_of(project.config(test.test).whole, "where"));
}

// The columns of primary keys of one column.
void add_primary_keys(const LintProject& project, NodeId model, std::set<std::string, std::less<>>& keys) {
  for (const Column& column : project.columns(model)) {
    const auto constraints = check(column.constraints);
    if (!constraints) continue;
    for (const JsonText& constraint : constraints->items()) {
      if (scalar_of(member_of({constraint.bytes()}, "type")) == "primary_key") keys.emplace(column.name);
    }
  }
  const auto constraints = check(member_of(project.node(model).whole, "constraints"));
  if (!constraints) return;
  for (const JsonText& constraint : constraints->items()) {
    const std::vector<std::string> columns = texts_of(member_of({constraint.bytes()}, "columns"));
    if (scalar_of(member_of({constraint.bytes()}, "type")) == "primary_key" && columns.size() == 1)
      keys.insert(columns.front());
  }
}

// Columns that the project itself says identify a row: tested unique and not null, or a declared primary key.
std::set<std::string, std::less<>> known_keys(const LintProject& project, NodeId model) {
  std::set<std::string, std::less<>> unique;
  std::set<std::string, std::less<>> not_null;
  for (const AttachedTest& test : project.tests_of(model)) {
    if (!tests_all_rows(project, test)) continue;
    if (test.name == "unique") unique.emplace(test.column_name);
    if (test.name == "not_null") not_null.emplace(test.column_name);
  }
  std::set<std::string, std::less<>> keys;
  std::ranges::set_intersection(unique, not_null, std::inserter(keys, keys.end()));
  add_primary_keys(project, model, keys);
  return keys;
}

bool is_plain_name(std::string_view name) {
  const auto plain = [](char c) {
    const char lower = ascii_lower(c);
    return (lower >= 'a' && lower <= 'z') || (c >= '0' && c <= '9') || c == '_';
  };
  return !name.empty() && !(name.front() >= '0' && name.front() <= '9') && std::ranges::all_of(name, plain);
}

std::shared_ptr<const Fix> fix_of(const LintProject& project, NodeId model) {
  const std::set<std::string, std::less<>> keys = known_keys(project, model);
  if (keys.size() != 1 || !is_plain_name(*keys.begin())) return nullptr;
  if (const Column* column = project.column(model, *keys.begin()); column != nullptr && truthy(column->quote))
    return nullptr;
  return shared_fix({.kind = Fix::Kind::kSetConfig, .key = "unique_key", .value = *keys.begin()});
}

Result<void> check_models(const LintProject& project, const RuleScope& scope, const NoOptions&,
                          Violations& violations) {
  for (const TaggedModel& model : tagged_models(project, scope)) {
    const NodeConfig& config = project.config(model.id);
    if (!is_incremental(config) || !appends(project, config)) continue;
    std::shared_ptr<const Fix> fix = fix_of(project, model.id);
    const std::string hint =
        fix ? fmt::format(" (its tests and constraints say that {} identifies a row)", fix->value) : std::string();
    violations.push_back({.node = model.id,
                          .message = fmt::format(
                              "{} is incremental without a unique_key{}: {} reads the last hours of the window before "
                              "again in every run (snowplow__lookback_window_hours), and whole windows in states 2 "
                              "and 3, and the model appends these rows each time",
                              printable(project.node(model.id).name), hint, package_names(model.packages)),
                          .key = "unique_key",
                          .fix = std::move(fix)});
  }
  return {};
}

const RegisterRule<> rule{
    {.name = "snowplow-missing-unique-key",
     .subject = "snowplow",
     .summary = "a tagged incremental model has no unique_key",
     .what =
         "Finds tagged incremental models without `unique_key` whose strategy appends rows then. Models that replace "
         "partitions (`insert_overwrite`, `microbatch`) are left alone.",
     .why = "The packages count on upserts. Every run begins `snowplow__lookback_window_hours` (6) before the last one "
            "ended, sessions that go on are processed again as a whole, and states 2 and 3 repeat windows. A model "
            "without a key appends all these rows a second time.",
     .example = R"(```sql
{{ config(materialized='incremental', tags=['snowplow_unified_incremental']) }}

select * from {{ ref('snowplow_unified_views_this_run') }}
```)",
     .use_instead = R"(```sql
{{ config(materialized='incremental', unique_key='view_id', tags=['snowplow_unified_incremental']) }}

select * from {{ ref('snowplow_unified_views_this_run') }}
```)",
     .basis = "snowplow_utils: `get_run_limits` subtracts the lookback in states 3 and 4. dbt's documentation, "
              "Incremental models: without a unique_key rows are appended.",
     .severity = Severity::kError,
     .presets = kSnowplowPreset,
     .needs = kNeedsSnowplow,
     .fixes = true},
    check_models};

}  // namespace
}  // namespace plowline
