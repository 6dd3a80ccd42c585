// The Snowplow packages of TestProject: what dbt's manifest shows of them, cut down to what rules look at.
#include <fmt/format.h>

#include "rules/test_project.h"

namespace plowline::testing {
namespace {

std::string config(std::string_view materialized, std::string_view schema, std::string_view tag,
                   std::string_view more = "") {
  const std::string tags = tag.empty() ? "[]" : fmt::format("[\"{}\"]", tag);
  return fmt::format(R"("config": {{"enabled": true, "materialized": "{}", "schema": "{}", "tags": {}{}}}, "tags": {})",
                     materialized, schema, tags, more, tags);
}

void add_utils(TestProject& project) {
  project.file("dbt_packages/snowplow_utils/dbt_project.yml",
               "name: snowplow_utils\nversion: '1.0.0'\nrequire-dbt-version: ['>=1.10.6', '<2.0.0']\n");
  for (const char* macro : {"is_run_with_new_events", "return_limits_from_model", "snowplow_incremental_post_hook",
                            "get_value_by_target_type", "default__get_merge_sql", "print_run_limits"}) {
    project.macro(fmt::format("macro.snowplow_utils.{}", macro),
                  fmt::format("{{% macro {}() %}}{{% endmacro %}}", macro));
  }
  project.macro(
      "macro.snowplow_utils.get_enabled_snowplow_models",
      "{% macro get_enabled_snowplow_models(package_name, graph_object=none, models_to_run=var('models_to_run', "
      "''), base_events_table_name='snowplow_base_events_this_run') %}"
      "{{ exceptions.raise_compiler_error('No enabled models identified.') }}{% endmacro %}");
}

}  // namespace

TestProject& TestProject::snowplow_package(std::string_view name) {
  add_utils(*this);
  const std::string package(name);
  const std::string tag = package + "_incremental";
  const auto node = [&](std::string_view model, const std::string& members) {
    add(fmt::format("model.{0}.{0}_{1}", package, model), "{" + members + "}");
  };
  const auto code = [](std::string_view sql) { return fmt::format(R"("raw_code": "{}", )", sql); };
  file(fmt::format("dbt_packages/{}/dbt_project.yml", package),
       fmt::format("name: {}\nversion: '1.0.0'\nrequire-dbt-version: ['>=1.6.0', '<2.0.0']\n", package));
  node("incremental_manifest", code("-- the manifest") + config("incremental", "snowplow_manifest", ""));
  node("base_sessions_lifecycle_manifest", code("-- lifecycle") + config("incremental", "snowplow_manifest", "",
                                                                         R"(, "unique_key": "session_identifier")"));
  node("base_quarantined_sessions", code("-- quarantine") + config("incremental", "snowplow_manifest", ""));
  node("base_new_event_limits",
       code(fmt::format("{{%- set models_in_run = snowplow_utils.get_enabled_snowplow_models('{0}') -%}} select 1 from "
                        "{{{{ ref('{0}_incremental_manifest') }}}}",
                        package)) +
           config("table", "scratch", ""));
  node("base_sessions_this_run", code(fmt::format("select * from {{{{ ref('{0}_base_new_event_limits') }}}} join {{{{ "
                                                  "ref('{0}_base_sessions_lifecycle_manifest') }}}} using (x)",
                                                  package)) +
                                     config("table", "scratch", ""));
  node("base_events_this_run", code(fmt::format("select * from {{{{ ref('{0}_base_sessions_this_run') }}}}", package)) +
                                   config("table", "scratch", ""));
  node("events_this_run", code(fmt::format("select * from {{{{ ref('{0}_base_events_this_run') }}}}", package)) +
                              config("table", "scratch", ""));
  node("sessions_this_run", code(fmt::format("select * from {{{{ ref('{0}_events_this_run') }}}}", package)) +
                                config("table", "scratch", tag));
  node(
      "sessions",
      code(fmt::format("select * from {{{{ ref('{0}_sessions_this_run') }}}} where {{{{ "
                       "snowplow_utils.is_run_with_new_events('{0}') }}}}",
                       package)) +
          config(
              "incremental", "derived", tag,
              R"(, "unique_key": "session_identifier", "upsert_date_key": "start_tstamp", "snowplow_optimize": true)"));
  add(fmt::format("operation.{0}.{0}-on-run-end-0", package),
      fmt::format(
          R"({{"raw_code": "{{{{ snowplow_utils.snowplow_incremental_post_hook('{0}') }}}}", "name": "{0}-on-run-end-0",
                   "tags": ["on-run-end"], "index": 0,
                   "depends_on": {{"nodes": [], "macros": ["macro.snowplow_utils.snowplow_incremental_post_hook"]}}}})",
          package));
  return *this;
}

TestProject& TestProject::snowplow_unified() {
  snowplow_package("snowplow_unified");
  const auto node = [&](std::string_view model, std::string_view sql, const std::string& members) {
    add(fmt::format("model.snowplow_unified.snowplow_unified_{}", model),
        fmt::format(R"({{"raw_code": "{}", {}}})", sql, members));
  };
  const std::string tag = "snowplow_unified_incremental";
  node("pv_engaged_time", "select * from {{ ref('snowplow_unified_events_this_run') }}",
       config("table", "scratch", tag));
  node("views_this_run",
       "select * from {{ ref('snowplow_unified_events_this_run') }} join {{ ref('snowplow_unified_pv_engaged_time') }} "
       "using (view_id)",
       config("table", "scratch", tag));
  node("views",
       "select * from {{ ref('snowplow_unified_views_this_run') }} where {{ "
       "snowplow_utils.is_run_with_new_events('snowplow_unified') }}",
       config("incremental", "derived", tag,
              R"(, "unique_key": "view_id", "upsert_date_key": "start_tstamp", "snowplow_optimize": true)"));
  return *this;
}

}  // namespace plowline::testing
