// The rules about code that changes the packages' tables, and about code that gives other rows in every run.
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

constexpr const char* kTagged =
    R"({"config": {"materialized": "incremental", "tags": ["snowplow_unified_incremental"], "unique_key": "id"}})";

}  // namespace

TEST_CASE("a hook and a statement that change a package's table are found") {
  TestProject project = unified_shop();
  project.model("cleans",
                "{{ config(post_hook=\"delete from {{ ref('snowplow_unified_views') }} where x\") }}\nselect 1\n",
                R"({"config": {"post-hook": [{"index": null, "transaction": true,
                    "sql": "delete from {{ ref('snowplow_unified_views') }} where x"}]}})");
  project.model("resets", "select 1;\nupdate prod_snowplow_manifest.snowplow_unified_incremental_manifest set x = 1\n");
  CHECK(
      project.lint("snowplow-modifies-package-table") ==
      Lines{"models/cleans.sql:1:11: error: the post_hook of cleans deletes from snowplow_unified_views, which belongs "
            "to snowplow_unified: snowplow_unified knows nothing of the change and writes the rows of every window "
            "that it processes anew, so the change is there for some rows and gone for others",
            "models/resets.sql:2:8: error: resets updates "
            "prod_snowplow_manifest.snowplow_unified_incremental_manifest, which belongs to snowplow_unified: "
            "snowplow_unified computes its window from these rows, so every run that changes them makes it repeat or "
            "skip events"});
}

TEST_CASE("an on-run-end of the project that deletes raw events is found, one that only looks is not") {
  TestProject project = unified_shop();
  project.add("operation.shop.shop-on-run-end-0",
              R"({"raw_code": "delete from atomic.events where x", "tags": ["on-run-end"], "index": 0})");
  project.add("operation.shop.shop-on-run-end-1",
              R"({"raw_code": "insert into a.b select 1 from atomic.events", "tags": ["on-run-end"], "index": 1})");
  const Lines found = project.lint("snowplow-modifies-package-table");
  REQUIRE(found.size() == 1);
  CHECK(
      found[0].ends_with("error: shop-on-run-end-0 deletes from atomic.events, which holds Snowplow's events: the raw "
                         "events are what every package starts from, and a window that is processed again no longer "
                         "gives the same rows"));
}

TEST_CASE("what changes no table of a package") {
  TestProject project = unified_shop();
  const auto hook = [](std::string_view sql) {
    return fmt::format(R"({{"config": {{"post-hook": [{{"index": null, "transaction": true, "sql": "{}"}}]}}}})", sql);
  };
  project.model("grants", "select 1\n", hook("grant select on {{ ref('snowplow_unified_views') }} to reporter"));
  project.model("own", "select 1\n",
                hook("delete from {{ this }} where id in (select id from {{ ref('snowplow_unified_views') }})"));
  project.model("own_by_name", "select 1\n", hook("insert into audit.log select * from x.snowplow_unified_views"));
  project.model("in_comment", "-- delete from x.snowplow_unified_views\nselect 1\n");
  project.model("in_string", "select 'delete from x.snowplow_unified_views' as note\n");
  project.model("reads", "select * from {{ ref('snowplow_unified_views') }}\n");
  CHECK(project.lint("snowplow-modifies-package-table") == Lines{});
}

TEST_CASE("a random key, a random value and a bound by the clock are found") {
  TestProject project = unified_shop();
  project.model("key", "select uuid_string() as id, x\nfrom {{ ref('snowplow_unified_views_this_run') }}\n", kTagged);
  project.model("value", "select id, random() as r\nfrom {{ ref('snowplow_unified_views_this_run') }}\n", kTagged);
  project.model("bound",
                "select id from {{ ref('snowplow_unified_views_this_run') }}\nwhere start_tstamp > current_date - 7\n",
                kTagged);
  CHECK(
      project.lint("snowplow-non-idempotent") ==
      Lines{"models/bound.sql:2:22: warn: bound leaves out rows that are old at the time of the run (current_date): a "
            "window that is backfilled or repeated later gives fewer rows than it gave, or none, and counts as done",
            "models/key.sql:1:8: warn: the unique_key id of key is a new uuid_string() in every run: rows of a window "
            "that is processed again (the last hours in every run, whole windows in states 2 and 3) match nothing and "
            "are all there twice",
            "models/value.sql:1:12: warn: value calls random(): rows of a window that is processed again (the last "
            "hours in every run, whole windows in states 2 and 3) get other values than before"});
}

TEST_CASE("a lower bound is one however it is written") {
  for (const char* condition :
       {"now() - interval '7 days' <= start_tstamp", "start_tstamp between current_date - 7 and '2030-01-01'",
        "x = 1 and start_tstamp >= dateadd(day, -7, current_timestamp())", "datediff(day, start_tstamp, getdate()) < 7",
        "start_tstamp > {{ dbt.dateadd('day', -7, dbt.current_timestamp()) }}",
        "x = 1 {% if is_incremental() %} and start_tstamp > current_date {% endif %}"}) {
    CAPTURE(condition);
    TestProject project = unified_shop();
    project.model("bound",
                  fmt::format("select id from {{{{ ref('snowplow_unified_views_this_run') }}}} where {}\n", condition),
                  kTagged);
    CHECK(project.lint("snowplow-non-idempotent").size() == 1);
  }
}

TEST_CASE("the time of the run as a column, as an upper bound, or in what may never run") {
  for (const char* code :
       {"select id, current_timestamp as loaded_at from t",
        "select id, {{ dbt.current_timestamp() }} as loaded_at from t",
        "select id from t where start_tstamp <= current_timestamp",
        "select id from t where current_date >= start_tstamp",
        "select id from t where start_tstamp between '2020-01-01' and current_date",
        "select id from t where start_tstamp > '2020-01-01' and start_tstamp < now()",
        "select id, case when start_tstamp > current_date - 7 then 1 end as recent from t",
        "select id from t join d on d.valid_to > current_timestamp",
        "select id from t where x = 1 {% if target.name == 'dev' %} and start_tstamp > current_date - 3 {% endif %}",
        "select id from t {% if not is_incremental() %} where start_tstamp > current_date - 3 {% endif %}",
        "select id from t {% if is_incremental() and var('x') %} where start_tstamp > current_date {% endif %}",
        "select id from t -- where start_tstamp > current_date\n", "select id from t where note > 'current_date'",
        "select id, x.random() as r from t", "select id, random(42) as r from t", "select random from t"}) {
    CAPTURE(code);
    TestProject project = unified_shop();
    project.model("fine",
                  fmt::format("with t as (select * from {{{{ ref('snowplow_unified_views_this_run') }}}}) {}\n", code),
                  kTagged);
    CHECK(project.lint("snowplow-non-idempotent") == Lines{});
  }
}

TEST_CASE("only tagged incremental models are processed window by window") {
  TestProject project = unified_shop();
  const char* sql = "select random() as id from {{ ref('snowplow_unified_views_this_run') }}\n";
  project.model("table", sql, R"({"config": {"materialized": "table", "tags": ["snowplow_unified_incremental"]}})");
  project.model("untagged", sql, R"({"config": {"materialized": "incremental"}})");
  CHECK(project.lint("snowplow-non-idempotent") == Lines{});
}
