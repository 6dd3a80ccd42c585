#include <algorithm>
#include <array>
#include <fmt/format.h>

#include "artifact/dbt_project_file.h"
#include "lint/rule.h"
#include "rules/snowplow/installed_utils.h"
#include "rules/snowplow/upsert_config.h"

namespace plowline {
namespace {

// Those for which dbt 1.10 and 1.11 check a config's keys.
constexpr std::array<std::string_view, 4> kCheckedAdapters = {"bigquery", "databricks", "redshift", "snowflake"};

struct Key {
  std::string_view name;
  RawJson top;
  RawJson meta;
};

std::array<Key, 3> keys_of(const NodeConfig& config) {
  return {{{"snowplow_optimize", config.snowplow_optimize, config.in_meta.snowplow_optimize},
           {"upsert_date_key", config.upsert_date_key, config.in_meta.upsert_date_key},
           {"disable_upsert_lookback", config.disable_upsert_lookback, config.in_meta.disable_upsert_lookback}}};
}

bool dbt_checks_keys(const LintProject& project) {
  const ManifestMetadata& metadata = project.project().metadata();
  const auto version = dbt_version_from(metadata.dbt_version);
  return version && *version >= DbtVersion{1, 10} &&
         (version->major >= 2 || std::ranges::find(kCheckedAdapters, metadata.adapter_type) != kCheckedAdapters.end());
}

void report(const LintProject& project, NodeId model, std::vector<std::string_view> keys, bool move_to_meta,
            Violations& violations) {
  std::string names;
  for (const std::string_view key : keys) names += (names.empty() ? "" : " and ") + std::string(key);
  const std::string name = printable(project.node(model).name);
  if (move_to_meta) {
    violations.push_back(
        {.node = model,
         .message =
             fmt::format("{} has {} at the top of its config, where dbt 1.10 and later allow no keys of packages "
                         "(CustomKeyInConfigDeprecation in each run, and dbt 2 does not keep them): snowplow_utils "
                         "reads meta, too",
                         name, names),
         .at = Anchor::config(std::string(keys.front())),
         .key = "top"});
  } else {
    violations.push_back(
        {.node = model,
         .message = fmt::format("{} has {} under meta, where snowplow_utils before 1.0.0 does not look: "
                                "they have no effect, and each run merges into the whole table",
                                name, names),
         .at = Anchor::config("meta." + std::string(keys.front())),
         .key = "meta"});
  }
}

Result<void> check(const LintProject& project, const RuleScope& scope, const NoOptions&, Violations& violations) {
  const std::optional<bool> reads_meta = utils_read_meta(project);
  if (!reads_meta || (*reads_meta && !dbt_checks_keys(project))) return {};
  for (const NodeId model : models_with_upsert_config(project, scope)) {
    const NodeConfig& config = project.config(model);
    if (config.materialized != "incremental") continue;
    std::vector<std::string_view> misplaced;
    for (const Key& key : keys_of(config)) {
      const bool wrong = *reads_meta ? !key.top.empty() : key.top.empty() && truthy(key.meta);
      if (wrong) misplaced.push_back(key.name);
    }
    if (!misplaced.empty()) report(project, model, std::move(misplaced), *reads_meta, violations);
  }
  return {};
}

const RegisterRule<> rule{
    {.name = "snowplow-optimize-config-place",
     .subject = "snowplow",
     .summary = "snowplow_optimize where it is not read or not allowed",
     .what = "Finds incremental models with `snowplow_optimize`, `upsert_date_key` or `disable_upsert_lookback` in the "
             "wrong place for the versions in use: under `meta` with snowplow_utils before 1.0.0; at the top of the "
             "config with snowplow_utils 1.0.0 and later on dbt 1.10 and later (BigQuery, Databricks, Redshift, "
             "Snowflake) or dbt 2.",
     .why =
         "Before 1.0.0 snowplow_utils reads the top of the config only: under `meta` the keys are ignored in silence, "
         "and each run scans the whole table. Since 1.10 dbt warns of keys of packages at the top, in each run, and "
         "dbt "
         "2 does not keep them. Since 1.0.0 snowplow_utils looks into `meta` first.",
     .example = R"(```sql
{{ config(materialized='incremental', unique_key='id', upsert_date_key='start_tstamp', snowplow_optimize=true) }}
```)",
     .use_instead = R"(```sql
{{ config(
    materialized='incremental',
    unique_key='id',
    meta={'upsert_date_key': 'start_tstamp', 'snowplow_optimize': true}
) }}
```)",
     .basis = "snowplow_utils: `config_meta_get` and `config_meta_require` (since 1.0.0); dbt-core's "
              "CustomKeyInConfigDeprecation and the adapters it is given for.",
     .severity = Severity::kWarn,
     .presets = kSnowplowPreset,
     .needs = kNeedsSnowplow},
    check};

}  // namespace
}  // namespace plowline
