// The rules in rules/columns that hold the project against catalog.json.
#include <doctest/doctest.h>
#include <string>

#include "rules/test_project.h"

using plowline::testing::Lines;
using plowline::testing::TestProject;

namespace {

constexpr const char* kModels = "model-columns-match-catalog";
constexpr const char* kTypes = "column-data-type-matches-catalog";
constexpr const char* kComments = "description-matches-warehouse-comment";
constexpr const char* kCasing = "database-casing";

// A table `orders` with a column order_id declared, in a YAML file too.
TestProject orders(std::string_view adapter = "postgres", std::string_view config = R"({"materialized": "table"})") {
  TestProject project;
  project.metadata(std::string(R"({"adapter_type": ")") + std::string(adapter) + "\"}");
  project.model(
      "orders", "select 1 as order_id\n",
      R"({"patch_path": "shop://models/orders.yml", "columns": {"order_id": {"name": "order_id"}}, "config": )" +
          std::string(config) + "}");
  project.file("models/orders.yml", "models:\n  - name: orders\n    columns:\n      - name: order_id\n");
  return project;
}

// A model with one column of that type, declared, and of that type in the catalog.
Lines types(std::string_view declared, std::string_view actual, const char* options = "{}",
            std::string_view adapter = "postgres") {
  TestProject project;
  project.metadata(std::string(R"({"adapter_type": ")") + std::string(adapter) + "\"}");
  project.model("orders", "select 1 as a\n",
                R"({"columns": {"a": {"name": "a", "data_type": ")" + std::string(declared) + "\"}}}");
  project.catalog_table("model.shop.orders", {{"a", std::string(actual)}}, "VIEW");
  return project.option(options).lint(kTypes);
}

}  // namespace

TEST_CASE("model-columns-match-catalog") {
  const auto lint = [](TestProject project, const char* options = "{}") {
    return project.option(options).lint(kModels);
  };
  const std::string missing =
      "models/orders.yml:4:15: warn: the column order_id is declared, but shop.analytics.orders does not have it "
      "(catalog of 2025-06-01): a test on it or a query that names it fails [column order_id]";
  const std::string undeclared =
      "models/orders.yml:2:11: warn: shop.analytics.orders has a column that is not declared: amount; nothing "
      "describes "
      "or tests it";
  SUBCASE("both directions, or one of them") {
    const auto other = [] {
      TestProject project = orders();
      project.catalog_table("model.shop.orders", {{"amount", "integer"}});
      return project;
    };
    CHECK(lint(other()) == Lines{undeclared, missing});
    CHECK(lint(other(), R"({"direction": "not_in_catalog"})") == Lines{missing});
    CHECK(lint(other(), R"({"direction": "not_declared"})") == Lines{undeclared});
  }
  SUBCASE("the same columns") {
    TestProject project = orders();
    project.catalog_table("model.shop.orders", {{"order_id", "integer"}});
    CHECK(lint(std::move(project)) == Lines{});
  }
  SUBCASE("letter case counts where the warehouse or the option says so") {
    const auto upper = [](std::string_view adapter) {
      TestProject project = orders(adapter);
      project.catalog_table("model.shop.orders", {{"ORDER_ID", "NUMBER"}});
      return project;
    };
    CHECK(lint(upper("snowflake")) == Lines{});
    CHECK(lint(upper("postgres")).size() == 2);
    CHECK(lint(upper("snowflake"), R"({"case_sensitive": true})").size() == 2);
    TestProject exact = orders();
    exact.catalog_table("model.shop.orders", {{"order_id", "integer"}});
    CHECK(lint(std::move(exact), R"({"case_sensitive": true})") == Lines{});
  }
  SUBCASE("a model that declares nothing lacks all columns") {
    TestProject project;
    project.model("bare", "select 1 as id\n");
    project.catalog_table("model.shop.bare", {{"id", "integer"}}, "VIEW");
    CHECK(lint(std::move(project)) == Lines{"models/bare.sql:1:1: warn: shop.analytics.bare has a column that is not "
                                            "declared: id; nothing describes or tests it"});
  }
  SUBCASE("models that the catalog does not have, ephemeral and disabled ones: silent") {
    CHECK(orders().catalog(R"({"nodes": {}})").lint(kModels) == Lines{});
    TestProject ephemeral = orders("postgres", R"({"materialized": "ephemeral"})");
    ephemeral.catalog_table("model.shop.orders", {{"old", "integer"}});
    CHECK(lint(std::move(ephemeral)) == Lines{});
    TestProject disabled = orders("postgres", R"({"materialized": "table", "enabled": false})");
    disabled.catalog_table("model.shop.orders", {{"old", "integer"}});
    CHECK(lint(std::move(disabled)) == Lines{});
  }
  SUBCASE("a package's materialization leaves a table too") {
    TestProject project = orders("postgres", R"({"materialized": "insert_by_period"})");
    project.catalog_table("model.shop.orders", {{"old", "integer"}});
    CHECK(lint(std::move(project)).size() == 2);
  }
  SUBCASE("each version of a model has its own table") {
    TestProject project;
    for (const char* version : {"v1", "v2"}) {
      const std::string id = std::string("model.shop.orders.") + version;
      project.add(id, R"({"columns": {"id": {"name": "id"}}})");
      project.catalog_table(id, {{std::string(version) == "v1" ? "id" : "order_id", "integer"}}, "VIEW");
    }
    CHECK(lint(std::move(project)).size() == 2);
  }
  SUBCASE("other types of nodes are others' business") {
    TestProject project;
    project.add("source.shop.raw.orders", R"({"columns": {"gone": {"name": "gone"}}})");
    project.catalog_table("source.shop.raw.orders", {{"id", "integer"}});
    CHECK(lint(std::move(project)) == Lines{});
  }
}

TEST_CASE("source-columns-match-catalog, seed-columns-match-catalog") {
  struct Case {
    const char* rule;
    const char* id;
    const char* same;  // the other rule's type
  };
  for (const auto& [rule, id, other] :
       {Case{"source-columns-match-catalog", "source.shop.raw.orders", "seed.shop.orders"},
        Case{"seed-columns-match-catalog", "seed.shop.orders", "source.shop.raw.orders"}}) {
    CAPTURE(std::string(rule));
    TestProject project;
    project.add(id, R"({"columns": {"gone": {"name": "gone"}}})").catalog_table(id, {{"id", "integer"}});
    CHECK(project.lint(rule).size() == 2);
    TestProject same;
    same.add(id, R"({"columns": {"id": {"name": "id"}}})").catalog_table(id, {{"id", "integer"}});
    same.add(other, R"({"columns": {"gone": {"name": "gone"}}})").catalog_table(other, {{"id", "integer"}});
    CHECK(same.lint(rule) == Lines{});
    TestProject not_built;
    not_built.add(id, R"({"columns": {"gone": {"name": "gone"}}})").catalog(R"({"nodes": {}})");
    CHECK(not_built.lint(rule) == Lines{});
  }
}

TEST_CASE("column-data-type-matches-catalog") {
  CHECK(types("varchar", "integer") ==
        Lines{"models/orders.sql:1:1: warn: the column a is declared as varchar, but in shop.analytics.orders it is "
              "integer: who relies on the declaration casts, compares or joins with the wrong type [column a]"});
  CHECK(types("int", "integer") == Lines{});
  CHECK(types("mood", "happiness") == Lines{});  // nobody knows what these are
  SUBCASE("lengths") {
    CHECK(types("varchar(10)", "character varying(20)").size() == 1);
    CHECK(types("varchar(10)", "character varying(20)", R"({"prefix_only": true})") == Lines{});
    CHECK(types("varchar", "character varying(20)") == Lines{});
    CHECK(types("varchar(10)", "character varying") == Lines{});
    CHECK(types("timestamp(3)", "timestamp without time zone") == Lines{});
    CHECK(types("numeric(10,2)", "NUMERIC") == Lines{});
    CHECK(types("numeric(10,2)", "numeric(18,2)").size() == 1);
    CHECK(types("char(3)", "string", "{}", "databricks") == Lines{});
  }
  SUBCASE("spelling, where it is asked for") {
    CHECK(types("number", "NUMBER", "{}", "snowflake") == Lines{});
    CHECK(types("number", "NUMBER", R"({"case_insensitive": false})", "snowflake") ==
          Lines{"models/orders.sql:1:1: warn: the column a is declared as number, which shop.analytics.orders spells "
                "NUMBER: what compares the two texts takes them for different types [column a]"});
    CHECK(types("NUMBER", "NUMBER", R"({"case_insensitive": false})", "snowflake") == Lines{});
    CHECK(types("int", "NUMBER", R"({"case_insensitive": false})", "snowflake") == Lines{});
    CHECK(types("numeric(10, 2)", "numeric(10,2)") == Lines{});
    CHECK(types("numeric(10, 2)", "numeric(10,2)", R"({"ignore_whitespace": false})").size() == 1);
  }
}

TEST_CASE("column-order-matches-catalog") {
  const auto lint = [](std::vector<TestProject::CatalogColumn> columns) {
    TestProject project;
    project.model("orders", "select 1 as a, 2 as b\n", R"({"columns": {"a": {"name": "a"}, "b": {"name": "b"}}})");
    return project.catalog_table("model.shop.orders", std::move(columns), "VIEW").lint("column-order-matches-catalog");
  };
  CHECK(
      lint({{"b", "integer"}, {"a", "integer"}}) ==
      Lines{"models/orders.sql:1:1: warn: b is declared behind a, but shop.analytics.orders has it before: who reads "
            "the declaration as the table's layout (copy, unload, insert without names) mixes columns up [column b]"});
  CHECK(lint({{"a", "integer"}, {"new", "integer"}, {"b", "integer"}}) == Lines{});
}

TEST_CASE("description-matches-warehouse-comment") {
  const auto lint = [](const char* json, const char* column_comment, const char* comment, const char* options = "{}") {
    TestProject project;
    project.model("orders", "select 1 as a\n", json);
    project.catalog_table("model.shop.orders", {{"a", "integer", column_comment}}, "VIEW", comment);
    return project.option(options).lint(kComments);
  };
  const char* described =
      R"({"description": "One row per order", "columns": {"a": {"name": "a", "description": "The key"}}})";
  CHECK(lint(described, "A number", "Old orders") ==
        Lines{"models/orders.sql:1:1: warn: comments in shop.analytics.orders are not the descriptions here: the table "
              "and a; who looks into the warehouse and who reads the documentation learn different things"});
  CHECK(lint(described, "The key", " One row per order\n") == Lines{});
  SUBCASE("no comment counts only where persist_docs should have written it") {
    CHECK(lint(described, "", "") == Lines{});
    TestProject persisted;
    persisted.model("orders", "select 1 as a\n",
                    R"({"description": "One row per order",
                        "config": {"materialized": "table", "persist_docs": {"relation": true}}})");
    persisted.catalog_table("model.shop.orders", {{"a", "integer"}});
    CHECK(persisted.lint(kComments).size() == 1);
  }
  SUBCASE("a comment that nobody wrote down here") {
    CHECK(lint(R"({"columns": {"a": {"name": "a"}}})", "The key", "").size() == 1);
    CHECK(lint("{}", "The key", "") == Lines{});  // the column is not declared
  }
  SUBCASE("options") {
    CHECK(lint(described, "THE KEY", "").size() == 1);
    CHECK(lint(described, "THE KEY", "", R"({"case_insensitive": true})") == Lines{});
    CHECK(lint(described, "The key of the order", "").size() == 1);
    CHECK(lint(described, "The key of the order", "", R"({"prefix_only": true})") == Lines{});
  }
  SUBCASE("sources too") {
    TestProject project;
    project.add("source.shop.raw.orders", R"({"description": "Orders"})");
    project.catalog_table("source.shop.raw.orders", {{"id", "integer"}}, "BASE TABLE", "Order lines");
    CHECK(project.lint(kComments).size() == 1);
  }
}

TEST_CASE("relation-exists") {
  // As many sources as found plus missing.
  const auto lint = [](int found, int missing, const char* options = "{}") {
    TestProject project;
    project.catalog(R"({"nodes": {}})");
    for (int i = 0; i < found + missing; ++i) {
      const std::string id = "source.shop.raw.t" + std::to_string(i);
      project.add(id);
      if (i < found) project.catalog_table(id, {{"id", "integer"}});
    }
    return project.option(options).lint("relation-exists");
  };
  CHECK(lint(2, 1) == Lines{"models/schema.yml: warn: source.shop.raw.t2 is not in the warehouse (catalog of "
                            "2025-06-01): models that read it fail"});
  CHECK(lint(3, 0) == Lines{});
  CHECK(lint(1, 2) == Lines{});  // a catalog of a selection
  CHECK(lint(1, 2, R"({"min_found_pct": 10})").size() == 2);
  CHECK(lint(0, 1, R"({"min_found_pct": 0})") == Lines{});

  TestProject others;
  others.model("built", "select 1 as id\n").catalog_table("model.shop.built", {{"id", "integer"}}, "VIEW");
  others.model("ephemeral", "select 1 as id\n", R"({"config": {"materialized": "ephemeral"}})");
  others.model("off", "select 1 as id\n", R"({"config": {"enabled": false}})");
  CHECK(others.lint("relation-exists") == Lines{});
}

TEST_CASE("database-casing") {
  const auto relation = [](const char* id, const char* database, const char* schema) {
    return std::string("\"") + id + R"(": {"metadata": {"type": "BASE TABLE", "database": ")" + database +
           R"(", "schema": ")" + schema + R"(", "name": "T"}, "columns": {}})";
  };
  const auto lint = [](const std::string& tables) {
    TestProject project;
    project.model("orders", "select 1 as a\n").model("payments", "select 1 as a\n");
    project.model("visits", "select 1 as a\n").catalog("{\"nodes\": {" + tables + "}}");
    return project.lint(kCasing);
  };
  CHECK(
      lint(relation("model.shop.orders", "SHOP", "ANALYTICS")) ==
      Lines{"models/orders.sql:1:1: warn: orders lies in shop.analytics here, in SHOP.ANALYTICS in the warehouse: "
            "what compares the names letter by letter (access policies, catalogues, other tools) does not find them"});
  CHECK(lint(relation("model.shop.orders", "shop", "analytics")) == Lines{});
  CHECK(lint(relation("model.shop.orders", "elsewhere", "other")) == Lines{});  // another place, not another spelling
  SUBCASE("one finding for all nodes with the same two spellings") {
    const Lines lines = lint(relation("model.shop.orders", "shop", "Analytics") + "," +
                             relation("model.shop.payments", "shop", "Analytics") + "," +
                             relation("model.shop.visits", "SHOP", "analytics"));
    REQUIRE(lines.size() == 2);
    CHECK(lines[0].find("orders and 1 other lie in shop.analytics here, in shop.Analytics") != std::string::npos);
    CHECK(lines[1].find("visits lies in shop.analytics here, in SHOP.analytics") != std::string::npos);
  }
  SUBCASE("sources; a warehouse without databases") {
    TestProject project;
    project.add("source.shop.raw.orders", R"({"database": ""})");
    project.catalog(R"({"sources": {"source.shop.raw.orders": {"metadata":
        {"type": "TABLE", "schema": "RAW", "name": "orders"}, "columns": {}}}})");
    REQUIRE(project.lint(kCasing).size() == 1);
    CHECK(project.lint(kCasing)[0].find("lies in raw here, in RAW in the warehouse") != std::string::npos);
  }
}

TEST_CASE("seed-max-rows, seed-max-bytes") {
  const auto lint = [](const char* rule, const std::string& stats, const char* options) {
    TestProject project;
    project.add("seed.shop.countries");
    project.catalog(R"({"nodes": {"seed.shop.countries": {"metadata": {"type": "BASE TABLE", "schema": "analytics",
        "name": "countries"}, "columns": {}, "stats": )" +
                    stats + "}}}");
    return project.option(options).lint(rule);
  };
  const char* rows = "seed-max-rows";
  const char* bytes = "seed-max-bytes";
  const std::string big = R"({"row_count": {"value": 25000}, "bytes": {"value": 52428800.0}})";
  CHECK(lint(rows, big, R"({"max": 1000})") ==
        Lines{"seeds/countries.csv: warn: the seed countries has 25000 rows, more than 1000: every `dbt seed` loads "
              "them again, and their changes cannot be reviewed; data of that size belongs in a source"});
  CHECK(lint(bytes, big, R"({"max": 1000000})") ==
        Lines{"seeds/countries.csv: warn: the seed countries has 52428800 bytes, more than 1000000: every `dbt seed` "
              "loads them again, and their changes cannot be reviewed; data of that size belongs in a source"});
  CHECK(lint(rows, big, R"({"max": 25000})") == Lines{});
  CHECK(lint(rows, big, "{}") == Lines{});  // no limit is set
  CHECK(lint(bytes, big, "{}") == Lines{});
  SUBCASE("other warehouses' words") {
    CHECK(lint(rows, R"({"num_rows": {"value": "25000"}})", R"({"max": 1000})").size() == 1);
    CHECK(lint(bytes, R"({"size": {"value": 5000}})", R"({"max": 1000})").size() == 1);
    CHECK(lint(rows, R"({"records": {"value": 5000}})", R"({"max": 1000})") == Lines{});
    CHECK(lint(rows, R"({"records": {"value": 5000}})", R"({"max": 1000, "stat_keys": ["records"]})").size() == 1);
  }
  SUBCASE("a warehouse that tells nothing") {
    CHECK(lint(rows, R"({"has_stats": {"value": false}})", R"({"max": 1000})") == Lines{});
    CHECK(lint(rows, R"({"row_count": {"value": "many"}})", R"({"max": 1000})") == Lines{});
  }
}
