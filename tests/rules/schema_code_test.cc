// The rules about declarations and configs that name columns which the model's code does not give.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include "rules/test_project.h"

using plowline::testing::Lines;
using plowline::testing::TestProject;

namespace {

constexpr const char* kContract = "schema-contract-without-data-types";
constexpr const char* kTest = "schema-test-column-missing";
constexpr const char* kKey = "schema-unique-key-column-missing";
constexpr const char* kPartition = "schema-partition-column-missing";
constexpr const char* kDrops = "schema-on-schema-change-drops-columns";

constexpr const char* kIncremental = R"({"config": {"materialized": "incremental", "unique_key": "id"}})";

// A model `orders` with that SQL and a source and a model to read from.
TestProject orders(std::string_view sql, std::string_view json = "{}") {
  TestProject project;
  project.add("source.shop.raw.orders");
  project.model("stg", "select id, amount from {{ source('raw', 'orders') }}\n");
  project.model("orders", sql, json);
  return project;
}

// Whether a unique key `id` is said to be missing.
bool misses_id(std::string_view sql) {
  return !orders(sql, kIncremental).lint(kKey).empty();
}

TestProject tested(std::string_view sql, std::string_view test, std::string_view column, std::string_view json = "{}") {
  TestProject project = orders(sql, fmt::format(R"({{"columns": {{"{0}": {{"name": "{0}"}}}}}})", column));
  project.test(test, "model.shop.orders", column, json);
  return project;
}

}  // namespace

TEST_CASE("schema-contract-without-data-types") {
  const auto lint = [](std::string_view columns, std::string_view materialized, bool enforced = true) {
    return orders("select id, amount from {{ ref('stg') }}\n",
                  fmt::format(R"({{"config": {{"materialized": "{}", "contract": {{"enforced": {}}}}},
                                   "contract": {{"enforced": {}}}, "columns": {{{}}}}})",
                              materialized, enforced, enforced, columns))
        .lint(kContract);
  };
  constexpr const char* kTyped = R"("id": {"name": "id", "data_type": "int"})";
  constexpr const char* kUntyped = R"("id": {"name": "id", "data_type": "int"}, "amount": {"name": "amount"})";
  CHECK(
      lint(kUntyped, "table") ==
      Lines{"models/orders.sql:1:1: error: the contract of orders is enforced, but amount has no data_type: dbt stops "
            "with a contract error when it builds the model"});
  CHECK(lint("", "view") ==
        Lines{"models/orders.sql:1:1: error: the contract of orders is enforced, but it declares no columns: dbt stops "
              "with a contract error when it builds the model"});
  CHECK(lint(kTyped, "incremental") == Lines{});
  CHECK(lint(kUntyped, "table", false) == Lines{});
  CHECK(lint(kUntyped, "ephemeral") == Lines{});
  // BigQuery: a struct has the types of its fields.
  CHECK(lint(R"("a": {"name": "a"}, "a.city": {"name": "a.city", "data_type": "string"})", "table") == Lines{});
}

TEST_CASE("schema-test-column-missing: a test of a column that the select list does not have") {
  TestProject project = tested("select id as order_id, amount from {{ ref('stg') }}\n", "not_null", "id");
  project.test("unique", "model.shop.orders", "id");
  project.test("not_null", "model.shop.orders", "order_id");
  project.file("models/orders.yml",
               "models:\n  - name: orders\n    columns:\n      - name: id\n        tests: [not_null, unique]\n");
  project.model("unrelated", "select 1 as n\n");
  const Lines lines = project.lint(kTest);
  REQUIRE(lines.size() == 1);
  CHECK(
      lines[0].ends_with("error: the tests not_null and unique name the column id, which the query of orders does not "
                         "give: they end with a database error [column id]"));
}

TEST_CASE("schema-test-column-missing: lists of columns") {
  constexpr const char* kCombination =
      R"({"test_metadata": {"namespace": "dbt_utils", "kwargs": {"combination_of_columns": ["order_id", "day"]}}})";
  const auto lint = [](std::string_view sql) {
    TestProject project = orders(sql);
    project.test("unique_combination_of_columns", "model.shop.orders", "", kCombination);
    return project.lint(kTest);
  };
  CHECK(lint("select order_id, cast(t as date) as date_day from {{ ref('stg') }}\n") ==
        Lines{"models/orders.sql:1:1: error: the test unique_combination_of_columns names the column day, which the "
              "query of orders does not give: it ends with a database error [column day]"});
  CHECK(lint("select order_id, cast(t as date) as day from {{ ref('stg') }}\n") == Lines{});
}

TEST_CASE("schema-test-column-missing: silent where the column may be there") {
  const auto silent = [](std::string_view sql, std::string_view column = "id") {
    return tested(sql, "not_null", column).lint(kTest).empty();
  };
  CHECK(silent("select ID, amount from {{ ref('stg') }}\n"));
  CHECK(silent("select s.id, amount from {{ ref('stg') }} as s\n"));
  CHECK(silent("select *, 1 as n from {{ ref('stg') }}\n"));
  CHECK(silent("select order_id, {{ columns() }} from {{ ref('stg') }}\n"));
  CHECK(silent("{{ a_whole_query() }}\n"));
  CHECK(silent("{% if target.type == 'x' %} select 1 as n {% else %} select 1 as id {% endif %} from y\n"));
  CHECK(silent("{% set q %} select 1 as n from y {% endset %} {{ run(q) }}\n"));
  CHECK(silent("{{ head() }} select 1 as n from y\n"));
  CHECK(silent("select a::timestamp with time zone, b from {{ ref('stg') }}\n", "a"));
  CHECK(silent("select 1 as n union all select 2 as id\n"));
  // No plain name.
  CHECK(silent("select order_id from {{ ref('stg') }}\n", "lower(id)"));
  CHECK(silent("select address from {{ ref('stg') }}\n", "address.city"));
  // Tests that may do anything with their column.
  CHECK(tested("select order_id from {{ ref('stg') }}\n", "column_is_gone", "id").lint(kTest) == Lines{});
  TestProject quoted = orders("select order_id from {{ ref('stg') }}\n");
  CHECK(quoted.test("not_null", "model.shop.orders", "\"id\"").lint(kTest).size() == 1);
  CHECK_FALSE(silent("select order_id from {{ ref('stg') }} {% if is_incremental() %} where id > 1 {% endif %}\n"));
}

TEST_CASE("schema-unique-key-column-missing") {
  CHECK(
      orders("{{ config(materialized='incremental', unique_key='id') }}\nselect id as order_id from {{ ref('stg') }}\n",
             kIncremental)
          .lint(kKey) ==
      Lines{"models/orders.sql:1:39: error: unique_key of orders names id, which its query does not give: the first "
            "run creates the table, and every run after it ends with a database error"});
  CHECK_FALSE(misses_id("select id, amount from {{ ref('stg') }}\n"));
  CHECK_FALSE(misses_id("select * from {{ source('raw', 'orders') }}\n"));
  // Handed on: as the model upstream has it.
  CHECK_FALSE(misses_id("select * from {{ ref('stg') }}\n"));
  CHECK(misses_id("with s as (select id, amount from {{ ref('stg') }}) select amount from s\n"));
  // CTEs of one name: the query sees its own, and those around it.
  CHECK(
      misses_id("with a as (with final as (select id from x) select * from final), "
                "final as (select amount from a) select * from final\n"));
  CHECK_FALSE(
      misses_id("with a as (with final as (select amount from x) select * from final), "
                "final as (select id from a) select * from final\n"));
  CHECK(misses_id("with a as (select amount from x), final as (select * from a) select * from final\n"));
}

TEST_CASE("schema-unique-key-column-missing: through select *, keys of several columns, strategies without a key") {
  TestProject chain;
  chain.model("a", "select order_id, amount from x\n");
  chain.model("orders", "select * from {{ ref('a') }}\n",
              R"({"config": {"materialized": "incremental", "unique_key": ["order_id", "day"]}})");
  CHECK(chain.lint(kKey) ==
        Lines{"models/orders.sql:1:1: error: unique_key of orders names day, which its query does not give: the first "
              "run creates the table, and every run after it ends with a database error"});
  const auto lint = [](std::string_view config) {
    return orders("select order_id from {{ ref('stg') }}\n", fmt::format(R"({{"config": {{{}}}}})", config)).lint(kKey);
  };
  CHECK(lint(R"("materialized": "incremental", "unique_key": "order_id || day")") == Lines{});
  CHECK(lint(R"("materialized": "incremental", "unique_key": "id", "incremental_strategy": "append")") == Lines{});
  CHECK(lint(R"("materialized": "table", "unique_key": "id")") == Lines{});
  CHECK(lint(R"("materialized": "incremental", "unique_key": "id", "incremental_strategy": "merge")").size() == 1);
}

TEST_CASE("schema-unique-key-column-missing: the compiled code decides") {
  const auto lint = [](const char* compiled) {
    return orders("select {{ columns() }} from {{ ref('stg') }}\n",
                  fmt::format(R"({{"config": {{"materialized": "incremental", "unique_key": "id"}},
                                   "compiled_code": "{}"}})",
                              compiled))
        .lint(kKey)
        .size();
  };
  CHECK(lint("select order_id, amount from analytics.stg") == 1);
  CHECK(lint("select id, amount from analytics.stg") == 0);
}

TEST_CASE("schema-partition-column-missing") {
  const auto lint = [](std::string_view adapter, std::string_view config, std::string_view materialized = "table") {
    TestProject project = orders("select id, created_at as ordered_at from {{ ref('stg') }}\n",
                                 fmt::format(R"({{"config": {{"materialized": "{}", {}}}}})", materialized, config));
    project.metadata(fmt::format(R"({{"adapter_type": "{}"}})", adapter));
    return project.lint(kPartition);
  };
  CHECK(
      lint("bigquery", R"("partition_by": {"field": "created_at", "data_type": "timestamp"})") ==
      Lines{"models/orders.sql:1:1: error: partition_by of orders names created_at, which its query does not give: the "
            "warehouse refuses to create the table"});
  CHECK(lint("bigquery", R"("partition_by": {"field": "ordered_at"}, "cluster_by": ["id", "missing"])").size() == 1);
  CHECK(lint("bigquery", R"("partition_by": {"field": "ordered_at"}, "cluster_by": "id")") == Lines{});
  CHECK(lint("bigquery", R"("partition_by": {"field": "day", "time_ingestion_partitioning": true})") == Lines{});
  CHECK(lint("bigquery", R"("partition_by": {"field": "_PARTITIONTIME"})") == Lines{});
  CHECK(lint("snowflake", R"x("cluster_by": ["to_date(created_at)"])x") == Lines{});
  CHECK(lint("snowflake", R"("cluster_by": ["created_at"])").size() == 1);
  CHECK(lint("redshift", R"("sort": "created_at", "dist": "even")").size() == 1);
  CHECK(lint("redshift", R"("sort": ["id", "ordered_at"], "dist": "all")") == Lines{});
  // Not for views, and not where the adapter does not read the config.
  CHECK(lint("bigquery", R"("partition_by": {"field": "created_at"})", "view") == Lines{});
  CHECK(lint("postgres", R"("partition_by": {"field": "created_at"}, "cluster_by": "created_at")") == Lines{});
}

namespace {

Lines changed_columns(std::string_view before, std::string_view now, std::string_view config = "") {
  const auto project = [&](std::string_view sql) {
    return orders(sql, fmt::format(R"({{"config": {{"materialized": "incremental"{}}},
                                        "checksum": {{"name": "sha256", "checksum": "of {} bytes"}}}})",
                                   config, sql.size()));
  };
  return project(now).state(project(before)).lint(kDrops);
}

constexpr const char* kTwo = "select id, amount from {{ ref('stg') }}\n";
constexpr const char* kThree = "select id, amount, 'EUR' as currency from {{ ref('stg') }}\n";
constexpr const char* kOther = "select id, total from {{ ref('stg') }}\n";

}  // namespace

TEST_CASE("schema-on-schema-change-drops-columns: what becomes of the columns") {
  CHECK(changed_columns(kTwo, kThree) ==
        Lines{"models/orders.sql:1:1: warn: the query of orders gives other columns than in the state, and its "
              "on_schema_change is ignore (dbt's default): currency is left out of the table that is there, without a "
              "word, until --full-refresh"});
  CHECK(changed_columns(kTwo, kOther) ==
        Lines{"models/orders.sql:1:1: warn: the query of orders gives other columns than in the state, and its "
              "on_schema_change is ignore (dbt's default): the table that is there still has amount, and every run "
              "fails because the query does not until --full-refresh"});
  CHECK(changed_columns(kTwo, kThree, R"(, "on_schema_change": "fail")") ==
        Lines{"models/orders.sql:1:1: warn: the query of orders gives other columns than in the state, and its "
              "on_schema_change is fail: every run fails because of currency until --full-refresh"});
  CHECK(changed_columns(kThree, kTwo, R"(, "on_schema_change": "sync_all_columns")") ==
        Lines{"models/orders.sql:1:1: warn: the query of orders gives other columns than in the state, and its "
              "on_schema_change is sync_all_columns: the next run drops currency from the table, with the values of "
              "all rows"});
}

TEST_CASE("schema-on-schema-change-drops-columns: silent where the table follows, or nobody knows") {
  CHECK(changed_columns(kTwo, kThree, R"(, "on_schema_change": "append_new_columns")") == Lines{});
  CHECK(changed_columns(kTwo, kThree, R"(, "on_schema_change": "sync_all_columns")") == Lines{});
  CHECK(changed_columns(kTwo, kThree, R"(, "full_refresh": true)") == Lines{});
  CHECK(changed_columns(kTwo, "select amount, id from {{ ref('stg') }} where id > 0\n") == Lines{});
  CHECK(changed_columns(kTwo, "select *, 1 as n from {{ ref('stg') }}\n") == Lines{});
  CHECK(changed_columns("select *, 1 as n from {{ ref('stg') }}\n", kTwo) == Lines{});
  // Tables are built anew, and so is what was one in the state.
  const auto project = [](std::string_view sql, std::string_view materialized) {
    return orders(sql, fmt::format(R"({{"config": {{"materialized": "{}"}},
                                        "checksum": {{"name": "sha256", "checksum": "of {} bytes"}}}})",
                                   materialized, sql.size()));
  };
  CHECK(project(kThree, "table").state(project(kTwo, "table")).lint(kDrops) == Lines{});
  CHECK(project(kThree, "incremental").state(project(kTwo, "table")).lint(kDrops) == Lines{});
  CHECK(project(kThree, "incremental").state(project(kTwo, "incremental")).lint(kDrops).size() == 1);
}
