// The rules that hold the project against catalog.json: columns, types, order, comments, relations, two warehouses.
#include <doctest/doctest.h>
#include <string>

#include "rules/test_project.h"

using plowline::testing::Lines;
using plowline::testing::TestProject;

namespace {

constexpr const char* kMissing = "schema-catalog-column-missing";
constexpr const char* kUndeclared = "schema-catalog-column-undeclared";
constexpr const char* kType = "schema-catalog-type-differs";
constexpr const char* kOrder = "schema-catalog-column-order";
constexpr const char* kComment = "schema-catalog-comment-differs";
constexpr const char* kRelationMissing = "schema-catalog-relation-missing";
constexpr const char* kKind = "schema-catalog-relation-kind";
constexpr const char* kColumnsDiffer = "schema-warehouse-columns-differ";
constexpr const char* kKindDiffers = "schema-warehouse-relation-kind-differs";

constexpr const char* kSql = "select 1 as order_id\n";

// A model `orders` with these columns declared, in a YAML file too.
TestProject orders(std::string_view columns_json, std::string_view columns_yaml,
                   std::string_view adapter = "postgres") {
  TestProject project;
  project.metadata(std::string(R"({"adapter_type": ")") + std::string(adapter) + "\"}");
  project.model("orders", kSql,
                R"({"config": {"materialized": "table"}, "patch_path": "shop://models/orders.yml", "columns": {)" +
                    std::string(columns_json) + "}}");
  project.file("models/orders.yml", "models:\n  - name: orders\n    columns:\n" + std::string(columns_yaml));
  return project;
}

TestProject two_columns(std::string_view adapter = "postgres") {
  return orders(R"("order_id": {"name": "order_id", "data_type": "int"}, "total": {"name": "total"})",
                "      - name: order_id\n        data_type: int\n      - name: total\n", adapter);
}

// One model, built as `materialized`.
TestProject built_as(std::string_view materialized, std::string_view sql = kSql) {
  TestProject project;
  project.model("orders", sql, R"({"config": {"materialized": ")" + std::string(materialized) + "\"}}");
  return project;
}

}  // namespace

TEST_CASE("schema-catalog-column-missing") {
  SUBCASE("a declared column that the table does not have") {
    TestProject project = two_columns();
    project.catalog_table("model.shop.orders", {{"order_id", "integer"}, {"amount", "integer"}});
    CHECK(
        project.lint(kMissing) ==
        Lines{"models/orders.yml:6:15: warn: the column total is declared, but shop.analytics.orders does not have it "
              "(catalog of 2025-06-01): a test on it or a query that names it fails [column total]"});
  }
  SUBCASE("Snowflake's upper case is the same column, in quotes it is not") {
    TestProject project = two_columns("snowflake");
    project.catalog_table("model.shop.orders", {{"ORDER_ID", "NUMBER"}, {"TOTAL", "NUMBER"}});
    CHECK(project.lint(kMissing) == Lines{});

    TestProject quoted =
        orders(R"("order_id": {"name": "order_id", "quote": true})", "      - name: order_id\n", "snowflake");
    quoted.catalog_table("model.shop.orders", {{"ORDER_ID", "NUMBER"}});
    CHECK(quoted.lint(kMissing).size() == 1);

    TestProject with_quotes =
        orders(R"("\"Order Id\"": {"name": "\"Order Id\""})", "      - name: '\"Order Id\"'\n", "snowflake");
    with_quotes.catalog_table("model.shop.orders", {{"Order Id", "NUMBER"}});
    CHECK(with_quotes.lint(kMissing) == Lines{});
  }
  SUBCASE("a table that the catalog does not have, or whose columns it does not know") {
    CHECK(two_columns().catalog(R"({"nodes": {}})").lint(kMissing) == Lines{});
    CHECK(two_columns().catalog_table("model.shop.orders", {}).lint(kMissing) == Lines{});
    CHECK(two_columns().lint(kMissing) == Lines{"skipped: needs a catalog.json: dbt docs generate, or --catalog FILE"});
  }
  SUBCASE("a field of a struct counts only where the catalog lists fields") {
    const auto project = [](const char* field) {
      TestProject made = orders(R"("address": {"name": "address"}, "address.city": {"name": "address.city"})",
                                "      - name: address\n      - name: address.city\n", "bigquery");
      made.catalog_table("model.shop.orders", {{"address", "STRUCT<city STRING>"}, {field, "STRING"}});
      return made;
    };
    CHECK(project("address.City").lint(kMissing) == Lines{});
    CHECK(project("address.town").lint(kMissing).size() == 1);
    CHECK(project("other").lint(kMissing) == Lines{});
  }
  SUBCASE("sources, seeds and snapshots too") {
    for (const char* id : {"source.shop.raw.orders", "seed.shop.countries", "snapshot.shop.history"}) {
      CAPTURE(id);
      TestProject project;
      project.add(id, R"({"columns": {"gone": {"name": "gone"}}})");
      project.catalog_table(id, {{"there", "integer"}});
      CHECK(project.lint(kMissing).size() == 1);
    }
  }
  SUBCASE("a model that changed since the state: the warehouse has not seen it yet") {
    const auto lint_against = [](const char* earlier_sql, bool earlier_has_it) {
      TestProject now = two_columns();
      now.catalog_table("model.shop.orders", {{"order_id", "integer"}});
      TestProject before;
      before.model("orders", earlier_sql,
                   earlier_has_it
                       ? R"({"config": {"materialized": "table"}, "columns": {)"
                         R"("order_id": {"name": "order_id", "data_type": "int"}, "total": {"name": "total"}}})"
                       : R"({"config": {"materialized": "table"}})");
      return now.state(std::move(before)).lint(kMissing).size();
    };
    CHECK(lint_against(kSql, true) == 1);
    CHECK(lint_against(kSql, false) == 0);
    CHECK(lint_against("select 2 as order_id\n", true) == 0);
  }
}

TEST_CASE("schema-catalog-column-undeclared") {
  TestProject project = two_columns();
  project.catalog_table("model.shop.orders",
                        {{"order_id", "integer"}, {"total", "numeric"}, {"currency", "text"}, {"rate", "numeric"}});
  CHECK(project.lint(kUndeclared) ==
        Lines{"models/orders.yml:2:11: warn: shop.analytics.orders has 2 columns that are not declared: currency and "
              "rate; nothing describes or tests them"});
  CHECK(two_columns()
            .catalog_table("model.shop.orders", {{"order_id", "integer"}, {"TOTAL", "text"}, {"total", "numeric"}})
            .lint(kUndeclared) ==
        Lines{"models/orders.yml:2:11: warn: shop.analytics.orders has a column that is not declared: TOTAL; nothing "
              "describes or tests it"});

  SUBCASE("all declared, or a field only") {
    CHECK(two_columns("snowflake")
              .catalog_table("model.shop.orders", {{"TOTAL", "NUMBER"}, {"ORDER_ID", "NUMBER"}})
              .lint(kUndeclared) == Lines{});
    CHECK(two_columns("bigquery")
              .catalog_table("model.shop.orders",
                             {{"order_id", "INT64"}, {"total", "STRUCT<a INT64>"}, {"total.a", "INT64"}})
              .lint(kUndeclared) == Lines{});
  }
  SUBCASE("a model without any declared column only on request") {
    const auto bare = [] {
      TestProject made = built_as("table");
      made.catalog_table("model.shop.orders", {{"order_id", "integer"}});
      return made;
    };
    CHECK(bare().lint(kUndeclared) == Lines{});
    CHECK(bare().option(R"({"without_columns": true})").lint(kUndeclared).size() == 1);
  }
}

TEST_CASE("schema-catalog-type-differs") {
  const auto typed = [](std::string_view declared, std::string_view actual, std::string_view adapter = "postgres") {
    TestProject project = orders(R"("total": {"name": "total", "data_type": ")" + std::string(declared) + "\"}",
                                 "      - name: total\n        data_type: x\n", adapter);
    project.catalog_table("model.shop.orders", {{"total", std::string(actual)}});
    return project;
  };
  CHECK(
      typed("varchar", "bigint").lint(kType) ==
      Lines{"models/orders.yml:4:15: warn: the column total is declared as varchar, but in shop.analytics.orders it is "
            "bigint: who relies on the declaration casts, compares or joins with the wrong type [column total]"});
  CHECK(typed("int", "integer").lint(kType) == Lines{});
  CHECK(typed("int", "NUMBER", "snowflake").lint(kType) == Lines{});
  CHECK(typed("int", "bigint").lint(kType).size() == 1);
  CHECK(typed("order_status", "text").lint(kType) == Lines{});          // a type of the user's own
  CHECK(typed("int", "varchar", "clickhouse").lint(kType) == Lines{});  // an unknown warehouse
  CHECK(typed("", "varchar").lint(kType) == Lines{});
  SUBCASE("lengths on request") {
    CHECK(typed("varchar(10)", "character varying(20)").lint(kType) == Lines{});
    CHECK(typed("varchar(10)", "character varying(20)").option(R"({"lengths": true})").lint(kType).size() == 1);
    CHECK(typed("varchar", "character varying(20)").option(R"({"lengths": true})").lint(kType) == Lines{});
  }
}

TEST_CASE("schema-catalog-column-order") {
  CHECK(
      two_columns().catalog_table("model.shop.orders", {{"total", "text"}, {"order_id", "integer"}}).lint(kOrder) ==
      Lines{"models/orders.yml:6:15: warn: total is declared behind order_id, but shop.analytics.orders has it before: "
            "who reads the declaration as the table's layout (copy, unload, insert without names) mixes columns up "
            "[column total]"});
  CHECK(two_columns()
            .catalog_table("model.shop.orders",
                           {{"new", "text"}, {"order_id", "integer"}, {"x", "text"}, {"total", "text"}})
            .lint(kOrder) == Lines{});
  CHECK(two_columns().catalog_table("model.shop.orders", {{"total", "text"}}).lint(kOrder) == Lines{});
}

TEST_CASE("schema-catalog-comment-differs") {
  const auto persisted = [](std::string_view persist, std::string_view comment, std::string_view column_comment) {
    TestProject project;
    project.model(
        "orders", kSql,
        R"({"description": "One \"row\" an order", "columns": {"id": {"name": "id", "description": "The key"}},)"
        R"("config": {"materialized": "table", "persist_docs": )" +
            std::string(persist) + "}}");
    project.catalog_table("model.shop.orders", {{"id", "integer", std::string(column_comment)}}, "BASE TABLE", comment);
    return project;
  };
  constexpr const char* kBoth = R"({"relation": true, "columns": true})";
  CHECK(persisted(kBoth, "old", "The key").lint(kComment) ==
        Lines{"models/orders.sql:1:1: warn: comments in shop.analytics.orders are not the descriptions here, although "
              "persist_docs writes them: the table; who looks into the warehouse reads something else until the next "
              "full build"});
  CHECK(persisted(kBoth, "old", "").lint(kComment) ==
        Lines{"models/orders.sql:1:1: warn: comments in shop.analytics.orders are not the descriptions here, although "
              "persist_docs writes them: the table and id; who looks into the warehouse reads something else until the "
              "next full build"});
  CHECK(persisted(kBoth, "One \"row\" an order\n", "The key").lint(kComment) == Lines{});
  CHECK(persisted(R"({"relation": true})", "One \"row\" an order", "old").lint(kComment) == Lines{});
  CHECK(persisted(R"({"columns": true})", "old", "The key").lint(kComment) == Lines{});
  CHECK(persisted("{}", "old", "old").lint(kComment) == Lines{});
}

TEST_CASE("schema-catalog-relation-missing") {
  const auto project = [] {
    TestProject made;
    for (const char* name : {"a", "b", "c", "d"})
      made.model(name, "select 1 as id\n", R"({"config": {"materialized": "table"}})");
    made.model("e", "select 1 as id\n", R"({"config": {"materialized": "ephemeral"}})");
    made.model("f", "select 1 as id\n", R"({"config": {"materialized": "a_package_of_its_own"}})");
    return made;
  };
  TestProject one_missing = project();
  for (const char* id : {"model.shop.a", "model.shop.b", "model.shop.c"})
    one_missing.catalog_table(id, {{"id", "int"}});
  CHECK(
      one_missing.lint(kRelationMissing) ==
      Lines{"models/d.sql:1:1: warn: model.shop.d is not in the warehouse (catalog of 2025-06-01): what reads it fails "
            "until it is built"});

  SUBCASE("a catalog of a selection says nothing about the rest") {
    CHECK(project()
              .catalog_table("model.shop.a", {{"id", "int"}})
              .catalog_table("model.shop.b", {{"id", "int"}})
              .lint(kRelationMissing) == Lines{});
  }
  SUBCASE("nor does one that dbt could not complete") {
    TestProject failed = project();
    for (const char* id : {"model.shop.a", "model.shop.b", "model.shop.c"}) failed.catalog_table(id, {{"id", "int"}});
    CHECK(failed.catalog(R"({"errors": ["no permission"]})").lint(kRelationMissing) == Lines{});
  }
  SUBCASE("sources by themselves") {
    TestProject sources;
    for (const char* id : {"source.shop.raw.a", "source.shop.raw.b", "source.shop.raw.c"}) sources.add(id);
    sources.add("source.shop.raw.events", R"({"identifier": "events_*"})");
    sources.model("m", "select 1 as id\n", R"({"config": {"materialized": "table"}})");
    for (const char* id : {"source.shop.raw.a", "source.shop.raw.b"}) sources.catalog_table(id, {{"id", "int"}});
    CHECK(sources.lint(kRelationMissing) == Lines{});  // two of four
    sources.catalog_table("source.shop.raw.events", {{"id", "int"}});
    const Lines lines = sources.lint(kRelationMissing);
    REQUIRE(lines.size() == 1);
    CHECK(
        lines[0].ends_with("source.shop.raw.c is not in the warehouse (catalog of 2025-06-01): models that read it "
                           "fail"));
  }
}

TEST_CASE("schema-catalog-relation-kind") {
  const auto lint = [](std::string_view materialized, std::string_view type) {
    return built_as(materialized).catalog_table("model.shop.orders", {{"order_id", "int"}}, type).lint(kKind);
  };
  CHECK(
      lint("incremental", "VIEW") ==
      Lines{"models/orders.sql:1:1: warn: orders is materialized as incremental, but shop.analytics.orders is a view: "
            "the next run drops the view and builds the whole table"});
  CHECK(lint("view", "BASE TABLE") ==
        Lines{"models/orders.sql:1:1: warn: orders is materialized as view, but shop.analytics.orders is a table: the "
              "next run drops the table with its grants and builds it anew"});
  CHECK(lint("table", "MATERIALIZED VIEW").size() == 1);
  CHECK(lint("table", "BASE TABLE") == Lines{});
  CHECK(lint("incremental", "table") == Lines{});
  CHECK(lint("view", "LATE BINDING VIEW") == Lines{});
  CHECK(lint("table", "EXTERNAL") == Lines{});  // Databricks: a table with a location_root
  CHECK(lint("materialized_view", "VIEW") == Lines{});
  CHECK(lint("table", "SOMETHING NEW") == Lines{});
  SUBCASE("a seed and a snapshot are tables; a source is what it is") {
    TestProject project;
    project.add("seed.shop.countries").add("snapshot.shop.history").add("source.shop.raw.orders");
    for (const char* id : {"seed.shop.countries", "snapshot.shop.history", "source.shop.raw.orders"})
      project.catalog_table(id, {{"id", "int"}}, "VIEW");
    CHECK(project.lint(kKind).size() == 2);
  }
  SUBCASE("a materialization that changed since the state") {
    TestProject now = built_as("table");
    now.catalog_table("model.shop.orders", {{"order_id", "int"}}, "VIEW");
    CHECK(now.state(built_as("view")).lint(kKind) == Lines{});
  }
}

TEST_CASE("schema-warehouse-columns-differ") {
  const auto with_table = [](std::vector<TestProject::CatalogColumn> columns, std::string_view schema) {
    TestProject project;
    project.target(schema);
    project.model("orders", kSql, R"({"config": {"materialized": "incremental"}})");
    project.catalog_table("model.shop.orders", std::move(columns));
    return project;
  };
  CHECK(
      with_table({{"id", "bigint"}, {"total", "integer"}, {"note", "text"}}, "staging")
          .state(with_table({{"id", "bigint"}, {"total", "numeric"}, {"currency", "text"}, {"rate", "text"}}, "prod"))
          .lint(kColumnsDiffer) ==
      Lines{
          "models/orders.sql:1:1: warn: shop.staging.orders has not the columns of shop.prod.orders: it lacks currency "
          "and rate, which readers lose when it takes the other's place, and which stay null where its rows are "
          "inserted; it has note in addition, which an insert into the other one cannot place; of another type: total "
          "(integer, there numeric); an insert casts them or fails"});
  CHECK(with_table({{"id", "bigint"}, {"name", "text"}}, "staging")
            .state(with_table({{"name", "character varying"}, {"id", "int8"}}, "prod"))
            .lint(kColumnsDiffer) == Lines{});
  SUBCASE("lengths, which may be switched off") {
    const auto lengths = [&](const char* options) {
      return with_table({{"name", "character varying(10)"}}, "staging")
          .state(with_table({{"name", "character varying(20)"}}, "prod"))
          .option(options)
          .lint(kColumnsDiffer)
          .size();
    };
    CHECK(lengths("{}") == 1);
    CHECK(lengths(R"({"lengths": false})") == 0);
  }
  SUBCASE("what only one of the two warehouses has") {
    CHECK(with_table({{"id", "bigint"}}, "staging").state(with_table({}, "prod")).lint(kColumnsDiffer) == Lines{});
    TestProject other = with_table({{"id", "text"}}, "prod");
    other.metadata(R"({"adapter_type": "snowflake"})");
    CHECK(with_table({{"id", "bigint"}}, "staging").state(std::move(other)).lint(kColumnsDiffer) == Lines{});
  }
}

TEST_CASE("schema-warehouse-relation-kind-differs") {
  const auto of_type = [](std::string_view schema, std::string_view type) {
    TestProject project;
    project.target(schema);
    project.model("orders", kSql, R"({"config": {"materialized": "table"}})");
    project.catalog_table("model.shop.orders", {{"id", "bigint"}}, type);
    return project;
  };
  CHECK(
      of_type("staging", "VIEW").state(of_type("prod", "BASE TABLE")).lint(kKindDiffers) ==
      Lines{
          "models/orders.sql:1:1: warn: shop.staging.orders is a view, and shop.prod.orders is a table: neither can be "
          "renamed into the other's place or have its rows inserted there as if it were one"});
  CHECK(of_type("staging", "table").state(of_type("prod", "BASE TABLE")).lint(kKindDiffers) == Lines{});
  CHECK(of_type("staging", "view").state(of_type("prod", "NEW KIND")).lint(kKindDiffers) == Lines{});
}
