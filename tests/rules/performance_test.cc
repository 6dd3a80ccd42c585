// The rules in rules/performance and rules/runs.
#include <doctest/doctest.h>
#include <string>

#include "rules/test_project.h"

using plowline::testing::Lines;
using plowline::testing::TestProject;

namespace {

constexpr const char* kView = R"({"config": {"materialized": "view"}})";
constexpr const char* kTable = R"({"config": {"materialized": "table"}})";
constexpr const char* kIncremental = R"({"config": {"materialized": "incremental"}})";

// Models m0, m1, …, each reading the one before; all views but the `table`th (where there is one).
TestProject chain(int length, int table = -1) {
  TestProject project;
  project.add("source.shop.raw.orders");
  for (int i = 0; i < length; ++i) {
    const std::string from = i == 0 ? "source('raw', 'orders')" : "ref('m" + std::to_string(i - 1) + "')";
    project.model("m" + std::to_string(i), "select 1 as id from {{ " + from + " }}\n", i == table ? kTable : kView);
  }
  return project;
}

}  // namespace

TEST_CASE("chained-views") {
  const char* rule = "chained-views";
  SUBCASE("more than five views above the model") {
    CHECK(
        chain(7).lint(rule) ==
        Lines{"models/m6.sql:1:1: warn: m6 reads 6 models in a row that keep no rows, more than 5 (m5, m4, m3, m2, m1, "
              "m0): every query of the last one computes them all, and the warehouse has to plan them as one"});
    CHECK(chain(6).lint(rule) == Lines{});
    CHECK(chain(8).lint(rule).size() == 2);
  }
  SUBCASE("a table ends the chain; what the model itself is makes no difference") {
    CHECK(chain(7, 2).lint(rule) == Lines{});
    CHECK(chain(7, 6).lint(rule).size() == 1);
  }
  SUBCASE("options") {
    CHECK(chain(3).option(R"({"max": 1})").lint(rule).size() == 1);
    CHECK(chain(7).option(R"({"materializations": ["ephemeral"]})").lint(rule) == Lines{});
  }
  SUBCASE("ephemeral models and those of packages are links; disabled ones and snapshots are not") {
    const auto with = [&](const char* id, const char* json) {
      TestProject project = chain(2);
      project.model("last", "select 1 as id\n",
                    std::string(R"({"depends_on": {"nodes": [")") + id + R"("], "macros": []}})");
      project.add(id, std::string(R"({"depends_on": {"nodes": ["model.shop.m1"]}, "config": )") + json + "}");
      return project.option(R"({"max": 2})").lint(rule).size();
    };
    CHECK(with("model.shop.e", R"({"materialized": "ephemeral"})") == 1);
    CHECK(with("model.other.v", R"({"materialized": "view"})") == 1);
    CHECK(with("model.shop.v.v2", R"({"materialized": "view"})") == 1);
    CHECK(with("model.shop.t", R"({"materialized": "table"})") == 0);
    CHECK(with("snapshot.shop.s", R"({"materialized": "snapshot"})") == 0);
    CHECK(with("model.shop.off", R"({"materialized": "view", "enabled": false})") == 0);
  }
  SUBCASE("the longest of several paths") {
    TestProject project = chain(6);
    project.model("last", "select 1 from {{ ref('m0') }} join {{ ref('m5') }}\n");
    CHECK(project.lint(rule).size() == 1);
  }
}

TEST_CASE("exposure-parent-materialization") {
  const auto lint = [](const char* parent, const char* config, const char* options = "{}") {
    TestProject project;
    project.add(parent, std::string(R"({"config": )") + config + "}");
    project.add("exposure.shop.board", std::string(R"({"depends_on": {"nodes": [")") + parent + "\"]}}");
    return project.option(options).lint("exposure-parent-materialization");
  };
  CHECK(lint("model.shop.m", R"({"materialized": "view"})") ==
        Lines{"models/schema.yml: warn: the exposure board depends on m, which is a view: each time it is opened the "
              "warehouse computes the whole query"});
  CHECK(lint("model.shop.m", R"({"materialized": "ephemeral"})") ==
        Lines{"models/schema.yml: warn: the exposure board depends on m, which is ephemeral: there is nothing in the "
              "warehouse that it could read"});
  CHECK(
      lint("source.shop.raw.t", "{}") ==
      Lines{"models/schema.yml: warn: the exposure board depends on raw.t, which is a source: it shows raw data, which "
            "no model has cleaned and no contract holds stable"});
  CHECK(lint("model.shop.m", R"({"materialized": "incremental"})") == Lines{});
  CHECK(lint("model.shop.m", R"({"materialized": "snowplow_incremental"})") == Lines{});
  CHECK(lint("seed.shop.m", "{}") == Lines{});
  CHECK(lint("model.shop.m", R"({"materialized": "view", "enabled": false})") == Lines{});
  SUBCASE("allowed") {
    CHECK(lint("model.shop.m", R"({"materialized": "view"})", R"({"allowed": ["view"]})") == Lines{});
    CHECK(lint("source.shop.raw.t", "{}", R"({"allowed": ["table", "source"]})") == Lines{});
    CHECK(lint("model.shop.m", R"({"materialized": "incremental"})", R"({"allowed": ["table"]})") ==
          Lines{"models/schema.yml: warn: the exposure board depends on m, which is materialized as incremental, which "
                "exposures should not read"});
  }
  SUBCASE("only what it depends on itself") {
    TestProject project;
    project.model("v", "select 1 as id\n", kView).model("t", "select 1 from {{ ref('v') }}\n", kTable);
    project.add("exposure.shop.board", R"({"depends_on": {"nodes": ["model.shop.t"]}})");
    CHECK(project.lint("exposure-parent-materialization") == Lines{});
  }
}

TEST_CASE("materialization-by-children") {
  const auto lint = [](const char* json, int children, const char* options = R"({"threshold": 2})") {
    TestProject project;
    project.model("base", "select 1 as id\n", json);
    for (int i = 0; i < children; ++i) {
      project.model("child" + std::to_string(i), "select 1 from {{ ref('base') }}\n",
                    R"({"config": {"materialized": "ephemeral"}})");
    }
    project.model("off", "select 1 from {{ ref('base') }}\n", R"({"config": {"enabled": false}})");
    project.add("exposure.shop.board", R"({"depends_on": {"nodes": ["model.shop.base"]}})");
    project.add("snapshot.shop.s", R"({"depends_on": {"nodes": ["model.shop.base"]}})");
    return project.option(options).lint("materialization-by-children");
  };
  CHECK(
      lint(kView, 3) ==
      Lines{
          "models/base.sql:1:1: warn: base is a view with 3 child models, more than 2: each of them computes its query "
          "again, which a table or an incremental model does once"});
  CHECK(
      lint(kIncremental, 1) ==
      Lines{
          "models/base.sql:1:1: warn: base is materialized as incremental, but has 1 child model: with no more than 2 "
          "of them a view would do, which stores nothing and needs no run"});
  CHECK(lint(kView, 2) == Lines{});
  CHECK(lint(kTable, 3) == Lines{});
  CHECK(lint(kTable, 5, "{}").size() == 1);
  CHECK(lint(kView, 5, "{}") == Lines{});
  CHECK(lint(kView, 6, "{}").size() == 1);
  CHECK(lint(R"({"config": {"materialized": "ephemeral"}})", 0) == Lines{});
  CHECK(lint(R"({"language": "python", "config": {"materialized": "table"}})", 0) == Lines{});
}

TEST_CASE("materialization-permitted") {
  const auto lint = [](const char* name, const char* json, const char* options = "{}") {
    TestProject project;
    project.model(name, "select 1 as id\n", json);
    return project.option(options).lint("materialization-permitted");
  };
  CHECK(
      lint("marts/fct_orders", kView) ==
      Lines{"models/marts/fct_orders.sql:1:1: warn: fct_orders is materialized as view, but models in the layer marts "
            "are table, incremental, materialized_view, dynamic_table: who builds on the layer expects its cost and "
            "freshness to be those of its other models"});
  CHECK(lint("marts/fct_orders", kTable) == Lines{});
  CHECK(lint("staging/stg_orders", kView) == Lines{});
  CHECK(lint("staging/stg_orders", kIncremental).size() == 1);
  CHECK(lint("things/orders", kIncremental) == Lines{});
  CHECK(lint("marts/fct_orders", R"({"config": {"materialized": "view", "enabled": false}})") == Lines{});
  SUBCASE("options: layers and folders, with either separator") {
    CHECK(lint("staging/stg_orders", kView, R"({"allowed": {"staging": "table"}})").size() == 1);
    CHECK(lint("marts/fct_orders", kView, R"({"allowed": {"staging": "table"}})") == Lines{});
    const char* folders =
        R"({"allowed": {"models/marts/": ["table"], "models/marts/live": ["view"], "marts": ["seed"]}})";
    CHECK(lint("marts/live/fct_orders", kView, folders) == Lines{});
    CHECK(lint("marts/fct_orders", kTable, folders) == Lines{});
    CHECK(lint("marts/lives/fct_orders", kView, folders).size() == 1);
    CHECK(lint("marts/live/fct_orders",
               R"({"original_file_path": "models\\marts\\live\\fct_orders.sql", "config": {"materialized": "view"}})",
               folders) == Lines{});
  }
}

TEST_CASE("incremental-unique-key") {
  const auto lint = [](const char* config, const char* options = "{}") {
    TestProject project;
    project.model("orders", "select 1 as id\n", std::string(R"({"config": )") + config + "}");
    return project.option(options).lint("incremental-unique-key");
  };
  CHECK(lint(R"({"materialized": "incremental"})") ==
        Lines{"models/orders.sql:1:1: warn: orders is incremental and "
              "has no unique_key: a run appends its rows, so what is "
              "read twice (a late row, a repeated run) is there twice; set unique_key, or a strategy that needs none"});
  CHECK(lint(R"({"materialized": "incremental", "unique_key": null, "incremental_strategy": "merge"})").size() == 1);
  CHECK(lint(R"({"materialized": "incremental", "unique_key": []})").size() == 1);
  CHECK(lint(R"({"materialized": "incremental", "unique_key": "id"})") == Lines{});
  CHECK(lint(R"({"materialized": "incremental", "unique_key": ["id", "day"]})") == Lines{});
  CHECK(lint(R"({"materialized": "incremental", "incremental_strategy": "insert_overwrite"})") == Lines{});
  CHECK(lint(R"({"materialized": "incremental", "incremental_strategy": "append"})") == Lines{});
  CHECK(lint(R"({"materialized": "incremental", "incremental_strategy": "replace_where"})") == Lines{});
  CHECK(lint(R"({"materialized": "incremental", "incremental_strategy": "dynamic_overwrite"})") == Lines{});
  CHECK(lint(R"({"materialized": "incremental", "incremental_strategy": "append"})", R"({"strategies_without": []})")
            .size() == 1);
  CHECK(lint(R"({"materialized": "table"})") == Lines{});
  CHECK(lint(R"({"materialized": "incremental", "enabled": false})") == Lines{});
}

TEST_CASE("unused-is-incremental") {
  const char* rule = "unused-is-incremental";
  const char* sql = "select 1 as id\n{% if is_incremental() %}\nwhere false\n{% endif %}\n";
  const auto lint = [&](const char* code, const char* json) {
    return TestProject().model("orders", code, json).lint(rule);
  };
  CHECK(
      lint(sql, kTable) ==
      Lines{
          "models/orders.sql:2:7: warn: orders is materialized as table, so is_incremental() is always false: the code "
          "for later runs is never used, and every run reads everything"});
  CHECK(lint("select 1 as id {{ 'x' if dbt.is_incremental() }} {{ 'y' if is_incremental() }}\n", kView).size() == 1);
  CHECK(lint(sql, kIncremental) == Lines{});
  CHECK(lint("select 1 as id -- {% if is_incremental() %}\n", kTable) == Lines{});
  CHECK(lint("select 1 as id {# is_incremental() #}\n", kTable) == Lines{});
  CHECK(lint("select '{{ my.is_incremental() }}' as id\n", kTable) == Lines{});
  CHECK(lint(sql, R"({"config": {"materialized": "table", "enabled": false}})") == Lines{});
  SUBCASE("another target may make it incremental") {
    const std::string config = "{{ config(materialized='incremental' if target.name == 'prod' else 'view') }}\n";
    CHECK(lint((config + sql).c_str(), kView) == Lines{});
    CHECK(lint(sql, R"({"config": {"materialized": "view"},
                        "unrendered_config": {"materialized": "{{ var('how', 'view') }}"}})") == Lines{});
    CHECK(lint(sql, R"({"config": {"materialized": "view"}, "unrendered_config": {"materialized": "view"}})").size() ==
          1);
  }
  SUBCASE("a macro of the user's own by that name") {
    TestProject project;
    project.macro("macro.shop.is_incremental", "{% macro is_incremental() %}{{ return(true) }}{% endmacro %}");
    CHECK(project.model("orders", sql, kTable).lint(rule) == Lines{});
  }
}

TEST_CASE("bigquery-partition-filter") {
  const auto lint = [](const std::string& config, const char* sql, const char* adapter = "bigquery") {
    TestProject project;
    project.metadata(std::string(R"({"adapter_type": ")") + adapter + "\"}");
    project.add("source.shop.raw.events").model("events", sql, R"({"config": {)" + config + "}}");
    return project.lint("bigquery-partition-filter");
  };
  const char* all = "select * from {{ source('raw', 'events') }}\n";
  const char* some = "select * from {{ source('raw', 'events') }} where day > current_date\n";
  const std::string table = R"("materialized": "table", "partition_by": {"field": "day"})";
  const std::string incremental = R"("materialized": "incremental", "partition_by": {"field": "day"})";
  CHECK(
      lint(table, all) ==
      Lines{
          "models/events.sql:1:1: warn: events is partitioned, but neither require_partition_filter nor cluster_by is "
          "set: a query without a condition on the partition reads and bills the whole table"});
  CHECK(lint(table + R"(, "require_partition_filter": true)", all) == Lines{});
  CHECK(lint(table + R"(, "cluster_by": ["user_id"])", all) == Lines{});
  const std::string clustered = incremental + R"(, "cluster_by": "user_id")";
  CHECK(
      lint(clustered, all) ==
      Lines{"models/events.sql:1:1: warn: events is incremental and partitioned, but its query has no condition: every "
            "run reads and bills all that lies upstream, and writes all partitions again"});
  CHECK(lint(clustered, some) == Lines{});
  CHECK(lint(clustered, "select * from {{ source('raw', 'events') }} {{ since_last_run('day') }}\n") == Lines{});
  CHECK(lint(clustered, "select current_date as day\n") == Lines{});
  CHECK(lint(clustered, "select * from {{ source('raw', 'events') }} -- where\n").size() == 1);
  CHECK(lint(R"("materialized": "table")", all) == Lines{});
  CHECK(lint(R"("materialized": "view", "partition_by": {"field": "day"})", all) == Lines{});
  CHECK(lint(table, all, "snowflake") == Lines{});
}

TEST_CASE("run-max-execution-time, run-max-bytes-billed") {
  const auto lint = [](const char* rule, const char* options) {
    TestProject project;
    project.model("orders", "select 1 as id\n").model("fast", "select 1 as id\n");
    project.add("test.shop.slow_test").add("model.other.theirs");
    project.run_results(R"({"results": [
      {"unique_id": "model.shop.orders", "status": "success", "execution_time": 90.25,
       "adapter_response": {"bytes_billed": 12500000000, "code": "SELECT"}},
      {"unique_id": "model.shop.fast", "status": "success", "execution_time": 1.5, "adapter_response": {}},
      {"unique_id": "test.shop.slow_test", "status": "pass", "execution_time": 100, "adapter_response": {"bytes_billed": 0}},
      {"unique_id": "model.other.theirs", "status": "success", "execution_time": 1000},
      {"unique_id": "model.shop.gone", "status": "success", "execution_time": 1000},
      {"unique_id": "model.shop.fast", "status": "skipped", "execution_time": null, "adapter_response": null}]})");
    return project.option(options).lint(rule);
  };
  const std::string slow =
      "models/orders.sql:1:1: warn: orders ran for 90.2 s in the last run, longer than 60 s: everything downstream of "
      "it "
      "waits that long, every time";
  const char* time = "run-max-execution-time";
  CHECK(lint(time, R"({"max": 60, "resource_types": ["model"]})") == Lines{slow});
  CHECK(lint(time, R"({"max": 60})").size() == 2);
  CHECK(lint(time, R"({"max": 1.4, "resource_types": ["model"]})").size() == 2);
  CHECK(lint(time, R"({"max": 100})") == Lines{});
  CHECK(lint(time, "{}") == Lines{});
  const char* bytes = "run-max-bytes-billed";
  CHECK(lint(bytes, R"({"max_gb": 10})") ==
        Lines{"models/orders.sql:1:1: warn: orders was billed 12.5 GB in the last run, "
              "more than 10 GB: every run costs that again"});
  CHECK(lint(bytes, R"({"max_gb": 12.5})") == Lines{});
  CHECK(lint(bytes, "{}") == Lines{});
  CHECK(TestProject().model("m", "select 1 as id\n").lint(time).size() == 1);  // skipped, and that is said
}
