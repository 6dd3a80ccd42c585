// The rules about what a project's own code does with the tables of Snowplow's packages.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include "rules/test_project.h"

using plowline::testing::Lines;
using plowline::testing::TestProject;

namespace {

TestProject unified_shop() {
  TestProject project;
  project.snowplow_unified();
  return project;
}

// The JSON of an incremental model with the package's tag and more members of its config.
std::string tagged(std::string_view more = "") {
  return fmt::format(
      R"({{"config": {{"materialized": "incremental", "tags": ["snowplow_unified_incremental"], "unique_key": "id"{}}}}})",
      more);
}

constexpr const char* kThisRun = "select * from {{ ref('snowplow_unified_views_this_run') }}\n";

}  // namespace

TEST_CASE("a package's table by its name is found, in every schema, in upper case as well") {
  TestProject project = unified_shop();
  project.model("mine", "select *\nfrom prod_scratch.SNOWPLOW_UNIFIED_VIEWS_THIS_RUN\n");
  CHECK(project.lint("snowplow-hard-coded-relation") ==
        Lines{"models/mine.sql:2:6: error: mine reads prod_scratch.SNOWPLOW_UNIFIED_VIEWS_THIS_RUN by its name and not "
              "by ref('snowplow_unified_views_this_run'): dbt does not know of it, so it may run before "
              "snowplow_unified has written this run's rows, is not in what models_to_run is made from, and takes that "
              "schema's table on every other target, too"});
}

TEST_CASE("raw events by their name are found, and a name beside a ref()") {
  TestProject project = unified_shop();
  project.model("raw", "select * from atomic.events\n");
  project.model("both", "-- {{ ref('snowplow_unified_sessions') }}\nselect * from x.snowplow_unified_sessions\n");
  CHECK(project.lint("snowplow-hard-coded-relation") ==
        Lines{"models/both.sql:2:15: error: both reads x.snowplow_unified_sessions by its name and not by "
              "ref('snowplow_unified_sessions'): on every other target, too, it is that schema's table, which may be "
              "production's",
              "models/raw.sql:1:15: error: raw reads atomic.events by its name and not by a source(): dbt does not "
              "know of it, and it stays that schema whatever snowplow__atomic_schema and the target say"});
}

TEST_CASE("a macro of the project that names a package's table is found") {
  TestProject project = unified_shop();
  project.macro(
      "macro.shop.last_day",
      "{% macro last_day() %}\nselect max(start_tstamp) from prod_derived.snowplow_unified_views\n{% endmacro %}");
  project.macro("macro.shop.by_ref",
                "{% macro by_ref() %}select max(x) from {{ ref('snowplow_unified_views') }}{% endmacro %}");
  const Lines found = project.lint("snowplow-hard-coded-relation");
  REQUIRE(found.size() == 1);
  CHECK(
      found[0].starts_with("macros/last_day.sql:2:31: error: last_day reads prod_derived.snowplow_unified_views by "
                           "its name and not by ref('snowplow_unified_views'): "));
}

TEST_CASE("what is no hard-coded table of a package") {
  TestProject project = unified_shop();
  project.model("in_comment", "-- from prod_scratch.snowplow_unified_views_this_run\nselect 1\n");
  project.model("in_jinja_comment", "{# from atomic.events #}select 1\n");
  project.model("in_string", "select 'from prod_derived.snowplow_unified_sessions' as note\n");
  project.model("by_ref", kThisRun);
  project.model("by_cte", "with snowplow_unified_sessions as (select 1) select * from snowplow_unified_sessions\n");
  project.model("column", "select s.snowplow_unified_sessions from {{ ref('by_ref') }} as s\n");
  project.model("system", "select * from information_schema.tables where table_name = 'snowplow_unified_sessions'\n");
  project.model("in_bigquery", "select * from `shop.analytics_derived.INFORMATION_SCHEMA.TABLES`\n");
  project.model("catalog", "select * from pg_catalog.pg_class\n");
  project.model("other_events", "select * from app.events\n");
  project.model("similar", "select * from analytics_derived.sessions\n");
  project.model("half_jinja", "select * from {{ target.schema }}_derived.snowplow_unified_sessions\n");
  // The package's own code, also where packages are linted.
  project.add("model.snowplow_unified.own", R"({"raw_code": "select * from atomic.events"})");
  project.lint_packages();
  CHECK(project.lint("snowplow-hard-coded-relation") == Lines{});
}

TEST_CASE("a user's own table in place of a disabled one of the package is no package's table") {
  TestProject project = unified_shop();
  project.disabled("model.snowplow_unified.snowplow_unified_users",
                   R"({"name": "snowplow_unified_users", "alias": "snowplow_unified_users", "schema": "analytics"})");
  project.model("reader", "select * from analytics.snowplow_unified_users\n");
  CHECK(project.lint("snowplow-hard-coded-relation").size() == 1);
  project.model("snowplow_unified_users", "select 1\n");
  CHECK(project.lint("snowplow-hard-coded-relation") == Lines{});
}

TEST_CASE("select * of a package's table with on_schema_change ignore or fail is found") {
  TestProject project = unified_shop();
  const std::string sql = "{{ config(on_schema_change='fail') }}\n" + std::string(kThisRun);
  project.model("fails", sql, tagged(R"(, "on_schema_change": "fail")"));
  project.model("ignores",
                "with v as (select * from {{ ref('snowplow_unified_views_this_run') }})\nselect distinct * from v\n",
                tagged(R"(, "on_schema_change": "ignore")"));
  CHECK(project.lint("snowplow-on-schema-change") ==
        Lines{"models/fails.sql:1:11: warn: fails takes every column of snowplow_unified_views_this_run, and its "
              "on_schema_change is fail: the first release of snowplow_unified that gives "
              "snowplow_unified_views_this_run another column makes every run of fails fail until somebody changes its "
              "table",
              "models/ignores.sql:1:1: warn: ignores takes every column of snowplow_unified_views_this_run, and its "
              "on_schema_change is ignore: a column that a release of snowplow_unified adds never comes to its table, "
              "and one that it removes makes every run of ignores fail"});
}

TEST_CASE("on_schema_change that follows, and code that names its columns") {
  TestProject project = unified_shop();
  const std::string ignore = tagged(R"(, "on_schema_change": "ignore")");
  project.model("appends", kThisRun, tagged(R"(, "on_schema_change": "append_new_columns")"));
  project.model("syncs", kThisRun, tagged(R"(, "on_schema_change": "sync_all_columns")"));
  project.model("not_said", kThisRun, tagged());
  project.model("table", kThisRun, R"({"config": {"materialized": "table", "on_schema_change": "ignore"}})");
  project.model("names",
                "with v as (select * from {{ ref('snowplow_unified_views_this_run') }}) select view_id from v\n",
                ignore);
  project.model("counts", "select count(*) from {{ ref('snowplow_unified_views_this_run') }}\n", ignore);
  project.model("of_own_table", "select * from {{ ref('table') }}\n", ignore);
  project.model("beside_own_table",
                "select * from {{ ref('snowplow_unified_views_this_run') }} join {{ ref('table') }} using (id)\n",
                ignore);
  CHECK(project.lint("snowplow-on-schema-change") == Lines{});
}

TEST_CASE("a derived table that is read whole beside the current run is found") {
  TestProject project = unified_shop();
  project.model("mine",
                std::string(kThisRun) + "join {{ ref('snowplow_unified_sessions') }} using (session_identifier)\n",
                tagged());
  CHECK(project.lint("snowplow-derived-instead-of-this-run") ==
        Lines{"models/mine.sql:2:6: warn: mine is built window by window but reads the whole of "
              "snowplow_unified_sessions in every run, the history included: snowplow_unified_sessions_this_run holds "
              "the rows of the window"});
}

TEST_CASE("who reads a derived table rightly") {
  TestProject project = unified_shop();
  const std::string join = "join {{ ref('snowplow_unified_sessions') }} using (session_identifier)\n";
  project.model("reads_both",
                kThisRun + join + "join {{ ref('snowplow_unified_sessions_this_run') }} using (session_identifier)\n",
                tagged());
  project.model(
      "limits_itself",
      kThisRun + join + "where x > (select lower_limit from {{ ref('snowplow_unified_base_new_event_limits') }})\n",
      tagged());
  project.model("as_table", kThisRun + join,
                R"({"config": {"materialized": "table", "tags": ["snowplow_unified_incremental"]}})");
  project.model("untagged", kThisRun + join, R"({"config": {"materialized": "incremental"}})");
  // Nothing of the current run: another rule's mistake.
  project.model("daily", "select * from {{ ref('snowplow_unified_sessions') }}\n", tagged());
  project.model("in_comment", std::string(kThisRun) + "-- {{ ref('snowplow_unified_sessions') }}\n", tagged());
  CHECK(project.lint("snowplow-derived-instead-of-this-run") == Lines{});
}

TEST_CASE("tables that a package keeps for itself are found, each once") {
  TestProject project = unified_shop();
  project.model("events",
                "select * from {{ ref('snowplow_unified_base_events_this_run') }}\n"
                "union all select * from {{ ref('snowplow_unified_base_events_this_run') }}\n");
  project.model("times", "select * from {{ ref('snowplow_unified_pv_engaged_time') }}\n");
  CHECK(
      project.lint("snowplow-internal-table") ==
      Lines{"models/events.sql:1:15: warn: events reads snowplow_unified_base_events_this_run, a step inside of "
            "snowplow_unified that is not meant for others: columns that snowplow_unified_events_this_run adds to the "
            "same rows are missing, and a release may change it without notice",
            "models/times.sql:1:15: warn: times reads snowplow_unified_pv_engaged_time, a step inside of "
            "snowplow_unified that is not meant for others: a release may change or drop it without notice, and the "
            "model then fails or loses columns"});
}

TEST_CASE("tables that a package has for others, and limits taken from one that it has not") {
  TestProject project = unified_shop();
  // Packages without an events_this_run.
  project.snowplow_package("snowplow_web");
  project.add("model.snowplow_web.snowplow_web_events_this_run", R"({"config": {"enabled": false}})");
  project.model("web", "select * from {{ ref('snowplow_web_base_events_this_run') }}\n");
  project.model("events", "select * from {{ ref('snowplow_unified_events_this_run') }}\n");
  project.model("limits", "select * from {{ ref('snowplow_unified_base_new_event_limits') }}\n");
  project.model("limited",
                "-- {{ ref('snowplow_unified_base_sessions_this_run') }}\n"
                "{% set l = return_limits_from_model(ref('snowplow_unified_base_events_this_run'), 'a', 'b') %}\n"
                "select 1\n");
  CHECK(project.lint("snowplow-internal-table") == Lines{});
}
