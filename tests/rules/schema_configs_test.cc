// The rules that compare what the configs say of tables that dbt keeps.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include "rules/test_project.h"

using plowline::testing::Lines;
using plowline::testing::TestProject;

namespace {

// One model `orders` with these members in its config, and the head of its SQL.
TestProject with(std::string_view config, std::string_view head = "") {
  TestProject project;
  project.model("orders", fmt::format("{}select 1 as id\n", head), fmt::format(R"({{"config": {{{}}}}})", config));
  return project;
}

// What the rule says where the earlier manifest has `before` and this one `now`.
Lines changed(std::string_view rule, std::string_view before, std::string_view now, std::string_view head = "") {
  return with(now, head).state(with(before)).lint(rule);
}

// The same for a model that snowplow_unified counts.
Lines changed_tagged(std::string_view rule, std::string_view before, std::string_view now) {
  const auto project = [](std::string_view config) {
    TestProject out;
    out.snowplow_unified();
    out.model("orders", "select 1 as id\n",
              fmt::format(R"({{"config": {{{}, "tags": ["snowplow_unified_incremental"]}}}})", config));
    return out;
  };
  return project(now).state(project(before)).lint(rule);
}

constexpr const char* kIncremental = R"("materialized": "incremental")";

std::string incremental(std::string_view more) {
  return fmt::format("{}, {}", kIncremental, more);
}

const std::vector<std::string> kConfigRules = {"schema-materialization-changed",  "schema-unique-key-changed",
                                               "schema-partitioning-changed",     "schema-clustering-changed",
                                               "schema-on-schema-change-changed", "schema-incremental-strategy-changed",
                                               "schema-contract-changed",         "schema-constraints-changed",
                                               "schema-access-changed",           "schema-version-changed"};

}  // namespace

TEST_CASE("the same configs have no findings, whatever else of them differs") {
  const std::string config =
      incremental(R"("unique_key": "id", "partition_by": {"field": "day"}, "cluster_by": ["id"])");
  const std::string same =
      incremental(R"("unique_key": ["id"], "partition_by": { "field" : "day" }, "cluster_by": ["id"],
                     "on_schema_change": "ignore", "incremental_strategy": null, "meta": {"a": 1}, "sort": null)");
  for (const std::string& rule : kConfigRules) {
    CAPTURE(rule);
    CHECK(changed(rule, config, config) == Lines{});
    CHECK(changed(rule, config, same) == Lines{});
  }
}

TEST_CASE("a new model, one that was disabled, and one that is disabled have nothing to be compared with") {
  for (const std::string& rule : kConfigRules) {
    CAPTURE(rule);
    CHECK(with(kIncremental).state(TestProject()).lint(rule) == Lines{});
    CHECK(changed(rule, R"("enabled": false, "materialized": "view")", kIncremental) == Lines{});
    CHECK(changed(rule, kIncremental, R"("enabled": false, "materialized": "view")") == Lines{});
  }
}

TEST_CASE("schema-materialization-changed says what the first run does") {
  constexpr const char* kRule = "schema-materialization-changed";
  const auto from_to = [&](std::string_view before, std::string_view now) {
    return changed(kRule, fmt::format(R"("materialized": "{}")", before), fmt::format(R"("materialized": "{}")", now),
                   fmt::format("{{{{ config(materialized='{}') }}}}\n", now));
  };
  CHECK(from_to("incremental", "table") ==
        Lines{"models/orders.sql:1:11: warn: orders was materialized as incremental and is table now: the first run "
              "replaces the table by what the query gives on that day: rows that only the table still holds are gone"});
  CHECK(from_to("incremental", "view") ==
        Lines{"models/orders.sql:1:11: warn: orders was materialized as incremental and is view now: the first run "
              "replaces the table by what the query gives on that day: rows that only the table still holds are gone, "
              "and every reader computes the query again"});
  CHECK(from_to("table", "incremental") ==
        Lines{"models/orders.sql:1:11: warn: orders was materialized as table and is incremental now: the first run "
              "adds to the table that is there and does not build it again: what the new code makes otherwise is right "
              "for new rows only, until --full-refresh"});
  CHECK(from_to("view", "incremental") ==
        Lines{"models/orders.sql:1:11: warn: orders was materialized as view and is incremental now: the first run "
              "drops the view and builds the whole table, over all of the history"});
  CHECK(from_to("table", "view") ==
        Lines{"models/orders.sql:1:11: warn: orders was materialized as table and is view now: the first run drops the "
              "table and creates a view: grants on it go with it where the config does not repeat them, and on some "
              "warehouses views that read it"});
  CHECK(
      from_to("table", "ephemeral") ==
      Lines{
          "models/orders.sql:1:11: warn: orders was materialized as table and is ephemeral now: dbt builds no relation "
          "for it any more: the old one stays behind, and those who read it outside of dbt see no new data"});
  CHECK(from_to("ephemeral", "table") == Lines{});
  CHECK(changed_tagged(kRule, kIncremental, R"("materialized": "table")") ==
        Lines{"models/orders.sql:1:1: warn: orders was materialized as incremental and is table now: a Snowplow "
              "package's model sees one window of events in each run, so after the first run the table holds that "
              "window and the history is gone"});
  // snowplow_utils' old name for it
  CHECK(from_to("snowplow_incremental", "incremental") == Lines{});
}

TEST_CASE("what only the target changes is no change") {
  const auto project = [](const char* target, const char* materialized) {
    TestProject out;
    out.target(target);
    for (const char* name : {"a", "b", "c"}) out.model(name, "select 1\n");
    // written in a YAML file
    out.model("d", "select 1\n",
              fmt::format(R"({{"config": {{"materialized": "{}"}}, "unrendered_config":
                  {{"materialized": "{{{{ 'table' if target.name == 'prod' else 'view' }}}}"}}}})",
                          materialized));
    // written in the SQL file, of which dbt keeps the resolved value
    out.model("e", "{{ config(materialized=('table' if target.name == 'prod' else 'view')) }}\nselect 1\n",
              fmt::format(R"({{"config": {{"materialized": "{0}"}}, "unrendered_config": {{"materialized": "{0}"}}}})",
                          materialized));
    return out;
  };
  CHECK(project("staging", "view").state(project("prod", "table")).lint("schema-materialization-changed") == Lines{});
  // On one target it is one.
  CHECK(project("prod", "view").state(project("prod", "table")).lint("schema-materialization-changed").size() == 2);
}

TEST_CASE("what somebody writes otherwise is a change on another target, too") {
  const auto project = [](const char* target, const char* materialized) {
    TestProject out;
    out.target(target);
    for (const char* name : {"a", "b", "c"}) out.model(name, "select 1\n");
    out.model("d", fmt::format("{{{{ config(materialized='{}') }}}}\nselect 1\n", materialized),
              fmt::format(R"({{"config": {{"materialized": "{0}"}}, "unrendered_config": {{"materialized": "{0}"}}}})",
                          materialized));
    return out;
  };
  CHECK(project("staging", "view").state(project("prod", "incremental")).lint("schema-materialization-changed") ==
        Lines{"models/d.sql:1:11: warn: d was materialized as incremental and is view now: the first run replaces the "
              "table by what the query gives on that day: rows that only the table still holds are gone, and every "
              "reader computes the query again"});
}

TEST_CASE("schema-unique-key-changed") {
  constexpr const char* kRule = "schema-unique-key-changed";
  const std::string id = incremental(R"("unique_key": "id")");
  const std::string both = incremental(R"("unique_key": ["id", "day"])");
  CHECK(changed(kRule, id, both, "{{ config(unique_key=['id', 'day']) }}\n") ==
        Lines{"models/orders.sql:1:11: warn: the unique_key of orders was id and is [\"id\",\"day\"]: the table that "
              "is there keeps the rows that the old key told apart, so the new one is not unique in it: merges fail, "
              "or leave duplicates, until --full-refresh"});
  CHECK(changed(kRule, id, kIncremental) ==
        Lines{"models/orders.sql:1:1: warn: the unique_key of orders was id and is not set: from now on every run "
              "appends its rows, also those that are there already"});
  CHECK(changed(kRule, kIncremental, id) ==
        Lines{"models/orders.sql:1:1: warn: the unique_key of orders was not set and is id: the rows that were "
              "appended so far are not merged with each other, and where two of them have one key a merge changes both "
              "or fails, until --full-refresh"});
  CHECK(changed_tagged(kRule, id, kIncremental) ==
        Lines{"models/orders.sql:1:1: warn: the unique_key of orders was id and is not set: from now on every run "
              "appends its rows, also those that are there already: each window that a Snowplow package repeats is in "
              "the table twice"});
  // A table is built anew each time; what becomes incremental is materialization-changed's.
  CHECK(changed(kRule, R"("materialized": "table")", R"("materialized": "table", "unique_key": "id")") == Lines{});
  CHECK(changed(kRule, R"("materialized": "table")", id) == Lines{});
}

TEST_CASE("schema-unique-key-changed: snapshots") {
  const auto project = [](const char* key) {
    TestProject out;
    out.add("snapshot.shop.orders_history",
            fmt::format(R"({{"config": {{"materialized": "snapshot", "unique_key": "{}"}}}})", key));
    return out;
  };
  CHECK(project("uuid").state(project("id")).lint("schema-unique-key-changed") ==
        Lines{"snapshots/orders_history.sql: warn: the unique_key of the snapshot orders_history was id and is uuid: "
              "dbt finds the rows of its history by it, so that none of the old ones is found: all rows are inserted "
              "as new ones, beside them"});
}

TEST_CASE("schema-partitioning-changed") {
  constexpr const char* kRule = "schema-partitioning-changed";
  const std::string by_day = incremental(R"("partition_by": {"field": "day", "data_type": "date"})");
  const std::string by_hour = incremental(R"("partition_by": {"field": "hour", "data_type": "timestamp"})");
  CHECK(changed(kRule, by_day, by_hour, "{{ config(partition_by={'field': 'hour'}) }}\n") ==
        Lines{"models/orders.sql:1:11: warn: the partitioning of orders was {\"field\":\"day\",\"data_type\":\"date\"} "
              "and is {\"field\":\"hour\",\"data_type\":\"timestamp\"}: dbt does not partition a table that is there "
              "anew, so it stays as it was until --full-refresh"});
  CHECK(
      changed(kRule, by_day, incremental(R"("incremental_strategy": "insert_overwrite")")) ==
      Lines{
          "models/orders.sql:1:1: warn: the partitioning of orders was {\"field\":\"day\",\"data_type\":\"date\"} and "
          "is not set: dbt does not partition a table that is there anew, so it stays as it was until --full-refresh; "
          "runs that overwrite partitions meet a table with others, and fail or replace the wrong rows"});
  CHECK(changed_tagged(kRule, by_day, by_hour) ==
        Lines{"models/orders.sql:1:1: warn: the partitioning of orders was {\"field\":\"day\",\"data_type\":\"date\"} "
              "and is {\"field\":\"hour\",\"data_type\":\"timestamp\"}: dbt does not partition a table that is there "
              "anew, so it stays as it was until --full-refresh, which for a model of a Snowplow package builds the "
              "current window's rows only: the rows before it have to be backfilled"});
  CHECK(changed(kRule, R"("materialized": "table")", R"("materialized": "table", "partition_by": "day")") == Lines{});
}

TEST_CASE("schema-clustering-changed") {
  constexpr const char* kRule = "schema-clustering-changed";
  CHECK(changed(kRule, incremental(R"("cluster_by": "a")"), incremental(R"("cluster_by": ["a", "b"])")) ==
        Lines{"models/orders.sql:1:1: warn: cluster_by of orders was a and is [\"a\",\"b\"]: dbt sets it when it "
              "creates a table, so the one that is there stays as it was until --full-refresh"});
  CHECK(changed(kRule, incremental(R"("sort": "a", "dist": "a")"), incremental(R"("sort": "a", "dist": "even")")) ==
        Lines{"models/orders.sql:1:1: warn: dist of orders was a and is even: dbt sets it when it creates a table, so "
              "the one that is there stays as it was until --full-refresh"});
  CHECK(changed(kRule, R"("materialized": "table")", R"("materialized": "table", "cluster_by": "a")") == Lines{});
}

TEST_CASE("schema-on-schema-change-changed") {
  constexpr const char* kRule = "schema-on-schema-change-changed";
  const auto on = [](std::string_view value) { return incremental(fmt::format(R"("on_schema_change": "{}")", value)); };
  CHECK(changed(kRule, on("append_new_columns"), on("sync_all_columns"),
                "{{ config(on_schema_change='sync_all_columns') }}\n") ==
        Lines{"models/orders.sql:1:11: warn: on_schema_change of orders was append_new_columns and is "
              "sync_all_columns: the next run drops from the table every column that the query does not give (any "
              "more), with the values of all rows"});
  CHECK(
      changed(kRule, on("append_new_columns"), kIncremental) ==
      Lines{"models/orders.sql:1:1: warn: on_schema_change of orders was append_new_columns and is ignore: columns "
            "that the query gains are left out of the table without a word, and a column that it loses fails the run"});
  CHECK(changed(kRule, kIncremental, on("append_new_columns")) ==
        Lines{"models/orders.sql:1:1: warn: on_schema_change of orders was ignore and is append_new_columns: columns "
              "that the query gains are added to the table, empty in all rows that are there, and none is dropped"});
  CHECK(changed(kRule, kIncremental, on("fail")) ==
        Lines{"models/orders.sql:1:1: warn: on_schema_change of orders was ignore and is fail: every run fails as long "
              "as the query's columns are not the table's"});
  CHECK(changed(kRule, on("ignore"), kIncremental) == Lines{});
}

TEST_CASE("schema-incremental-strategy-changed") {
  constexpr const char* kRule = "schema-incremental-strategy-changed";
  const auto by = [](std::string_view value) {
    return incremental(fmt::format(R"("incremental_strategy": "{}", "snowplow_optimize": true)", value));
  };
  CHECK(changed(kRule, by("merge"), by("append"), "{{ config(incremental_strategy='append') }}\n") ==
        Lines{"models/orders.sql:1:11: warn: incremental_strategy of orders was merge and is append: rows of a run "
              "that is repeated are added again, unique_key or not, and dbt leaves the rows that are there as the old "
              "one made them; snowplow_optimize has no effect with it"});
  CHECK(
      changed(kRule, by("merge"), by("insert_overwrite")) ==
      Lines{
          "models/orders.sql:1:1: warn: incremental_strategy of orders was merge and is insert_overwrite: every "
          "partition that a run touches is replaced as a whole: rows of it that the run does not select are gone, and "
          "dbt leaves the rows that are there as the old one made them; snowplow_optimize has no effect with it"});
  CHECK(changed(kRule, by("append"), by("merge")) ==
        Lines{"models/orders.sql:1:1: warn: incremental_strategy of orders was append and is merge: rows are matched "
              "with the table's by unique_key, also those that the old strategy left there twice, and dbt leaves the "
              "rows that are there as the old one made them"});
  CHECK(
      changed(kRule, by("append"), kIncremental) ==
      Lines{"models/orders.sql:1:1: warn: incremental_strategy of orders was append and is the adapter's default: new "
            "rows get into the table in another way, and dbt leaves the rows that are there as the old one made them"});
}

namespace {

TestProject contracted(std::string_view columns, std::string_view more = R"("contract": {"enforced": true})",
                       std::string_view materialized = "table") {
  TestProject project;
  project.model("orders", "select 1 as id\n",
                fmt::format(R"({{"config": {{"materialized": "{}", "contract": {{"enforced": true}}}},
                             "columns": {{{}}}, {}}})",
                            materialized, columns, more));
  return project;
}

constexpr const char* kId = R"("id": {"name": "id", "data_type": "integer"})";
constexpr const char* kIdText = R"("id": {"name": "id", "data_type": "text"})";
constexpr const char* kIdNotNull =
    R"("id": {"name": "id", "data_type": "integer", "constraints": [{"type": "not_null"}]})";

}  // namespace

TEST_CASE("schema-contract-changed") {
  constexpr const char* kRule = "schema-contract-changed";
  const auto contract = [](const char* checksum) {
    return fmt::format(R"("contract": {{"enforced": true, "checksum": "{}"}})", checksum);
  };
  CHECK(contracted(kIdText, contract("b")).state(contracted(kId, contract("a"))).lint(kRule) ==
        Lines{"models/orders.sql:1:1: error: the contract of orders is broken for those who rely on it: the column id "
              "changed its type from integer to text; dbt only warns, as the model has no versions"});
  CHECK(contracted(kId, R"("contract": {"enforced": false})").state(contracted(kId, contract("a"))).lint(kRule) ==
        Lines{"models/orders.sql:1:1: error: the contract of orders is broken for those who rely on it: the contract "
              "is no longer enforced; dbt only warns, as the model has no versions"});
  CHECK(contracted(kIdText, contract("b") + R"(, "version": 1, "latest_version": 1)")
            .state(contracted(kId, contract("a") + R"(, "version": 1, "latest_version": 1)"))
            .lint(kRule) == Lines{"models/orders.sql:1:1: error: the contract of orders is broken for those who rely "
                                  "on it: the column id changed its type from integer to text; dbt stops with an error "
                                  "at state:modified: this wants a new version"});
  // A column more breaks nobody, and neither does a contract that is new.
  CHECK(contracted(fmt::format(R"({}, "day": {{"name": "day", "data_type": "date"}})", kId), contract("b"))
            .state(contracted(kId, contract("a")))
            .lint(kRule) == Lines{});
  CHECK(contracted(kId, contract("a")).state(contracted(kId, R"("contract": {"enforced": false})")).lint(kRule) ==
        Lines{});
}

TEST_CASE("schema-contract-changed: a model that is gone, or disabled") {
  constexpr const char* kRule = "schema-contract-changed";
  constexpr const char* kContract = R"("contract": {"enforced": true})";
  // What follows the manifest's own path, which is a temporary one here.
  const auto said = [&](TestProject now) {
    const Lines lines = now.state(contracted(kId)).lint(kRule);
    REQUIRE(lines.size() == 1);
    return lines[0].substr(lines[0].find(": error: "));
  };
  CHECK(said(TestProject()) ==
        ": error: the contracted model model.shop.orders was deleted or renamed: who relies on its contract loses it, "
        "and "
        "its relation \"shop\".\"analytics\".\"orders\" is left behind, which nobody updates any more");
  TestProject disabled;
  disabled.disabled("model.shop.orders", R"({"contract": {"enforced": true}})");
  CHECK(said(std::move(disabled)) ==
        ": error: the contracted model model.shop.orders was disabled: who relies on its contract loses it, and its "
        "relation \"shop\".\"analytics\".\"orders\" is left behind, which nobody updates any more");
  // Past its date it may go, and without a contract any time.
  CHECK(TestProject()
            .state(contracted(kId, fmt::format(R"({}, "deprecation_date": "2025-01-01")", kContract)))
            .lint(kRule) == Lines{});
  CHECK(TestProject().state(contracted(kId, R"("contract": {"enforced": false})")).lint(kRule) == Lines{});
}

TEST_CASE("schema-constraints-changed") {
  constexpr const char* kRule = "schema-constraints-changed";
  constexpr const char* kContract = R"("contract": {"enforced": true})";
  const std::string with_key =
      fmt::format(R"({}, "constraints": [{{"type": "primary_key", "columns": ["id"]}}])", kContract);
  CHECK(contracted(kIdNotNull, kContract, "incremental").state(contracted(kId, kContract, "incremental")).lint(kRule) ==
        Lines{"models/orders.sql:1:1: warn: the constraints of orders changed (new: not_null on id): dbt puts them on "
              "a table when it creates it, so the one that is there keeps the old ones until --full-refresh"});
  CHECK(contracted(kIdNotNull, kContract, "incremental").state(contracted(kId, with_key, "incremental")).lint(kRule) ==
        Lines{"models/orders.sql:1:1: warn: the constraints of orders changed (new: not_null on id; gone: primary_key "
              "on id): dbt puts them on a table when it creates it, so the one that is there keeps the old ones until "
              "--full-refresh"});
  // A table is created anew each time.
  CHECK(contracted(kIdNotNull).state(contracted(kId)).lint(kRule) == Lines{});
  CHECK(contracted(kIdNotNull, kContract, "incremental")
            .state(contracted(kIdNotNull, kContract, "incremental"))
            .lint(kRule) == Lines{});
}

TEST_CASE("schema-access-changed") {
  const auto project = [](const char* access) {
    TestProject out;
    out.model("orders", "select 1\n", fmt::format(R"({{"access": {}}})", access));
    return out;
  };
  const auto from_to = [&](const char* before, const char* now) {
    return project(now).state(project(before)).lint("schema-access-changed");
  };
  CHECK(from_to("\"public\"", "\"protected\"") ==
        Lines{"models/orders.sql:1:1: warn: the access of orders was public and is protected: a ref from another "
              "project is an error when dbt parses that project"});
  CHECK(from_to("\"public\"", "null") ==
        Lines{"models/orders.sql:1:1: warn: the access of orders was public and is protected: a ref from another "
              "project is an error when dbt parses that project"});
  CHECK(from_to("\"protected\"", "\"private\"") ==
        Lines{"models/orders.sql:1:1: warn: the access of orders was protected and is private: a ref from another "
              "group, project or package is an error when dbt parses that"});
  CHECK(from_to("\"private\"", "\"public\"") == Lines{});
  CHECK(from_to("\"protected\"", "null") == Lines{});
}

TEST_CASE("schema-version-changed") {
  constexpr const char* kRule = "schema-version-changed";
  const auto project = [](std::initializer_list<int> versions, int latest, const char* more = "") {
    TestProject out;
    for (const int version : versions) {
      out.add(fmt::format("model.shop.orders.v{}", version),
              fmt::format(R"({{"version": {}, "latest_version": {}, "alias": "orders_v{}" {}}})", version, latest,
                          version, more));
    }
    return out;
  };
  TestProject now = project({1, 2}, 2);
  now.model("reader", "select * from {{ ref('orders') }}\n",
            R"({"depends_on": {"nodes": ["model.shop.orders.v2"], "macros": []},
                "refs": [{"name": "orders", "package": null, "version": null}]})");
  now.model("pinned", "select * from {{ ref('orders', v=2) }}\n",
            R"({"depends_on": {"nodes": ["model.shop.orders.v2"], "macros": []},
                "refs": [{"name": "orders", "package": null, "version": 2}]})");
  CHECK(now.state(project({1, 2}, 1)).lint(kRule) ==
        Lines{"models/orders_v2.sql: warn: the latest version of orders was 1 and is 2: a ref without a version (in "
              "reader) reads shop.analytics.orders_v2 from now on"});
  CHECK(project({2}, 2).state(project({1, 2}, 2)).lint(kRule) ==
        Lines{"models/orders_v2.sql: warn: version 1 of orders is gone: who asks for it, ref('orders', v=1), gets an "
              "error, and who reads shop.analytics.orders_v1 outside of dbt sees no new data"});
  CHECK(project({2}, 2).state(project({1, 2}, 2, R"(, "deprecation_date": "2025-01-01")")).lint(kRule) == Lines{});
  CHECK(project({1, 2, 3}, 2).state(project({1, 2}, 2)).lint(kRule) == Lines{});

  TestProject unversioned;
  unversioned.model("orders", "select 1\n");
  CHECK(project({1}, 1).state(std::move(unversioned)).lint(kRule) ==
        Lines{"models/orders_v1.sql: warn: orders has versions now, and its latest one is built as orders_v1 instead "
              "of orders: who reads the old name outside of dbt sees no new data"});
}
