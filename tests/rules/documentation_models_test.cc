// The rules about descriptions of models as a whole: their text, their share, what they agree with.
#include <doctest/doctest.h>

#include "rules/test_project.h"

using plowline::testing::Lines;
using plowline::testing::TestProject;

TEST_CASE("model-description-pattern: somewhere in the description") {
  constexpr const char* kRule = "model-description-pattern";
  const auto project = [](std::string_view description) {
    TestProject made;
    made.model("orders", "select 1 as id\n", R"({"description": ")" + std::string(description) + "\"}");
    return made;
  };
  CHECK(project("Orders.").lint(kRule) == Lines{});  // no pattern yet
  constexpr const char* kOption = R"({"pattern": "(?i)one row per"})";
  CHECK(project("Orders.").option(kOption).lint(kRule) ==
        Lines{"models/orders.sql:1:1: warn: the description of orders does not match `(?i)one row per`: it lacks what "
              "this project asks of every description"});
  CHECK(
      project("").option(kOption).lint(kRule) ==
      Lines{"models/orders.sql:1:1: warn: the description of orders is empty and so does not match `(?i)one row per`: "
            "it lacks what this project asks of every description"});
  CHECK(project("Orders:\\none row per order.").option(kOption).lint(kRule) == Lines{});
}

TEST_CASE("model-description-example-sql") {
  constexpr const char* kRule = "model-description-example-sql";
  const auto project = [](std::string_view description) {
    TestProject made;
    made.model("orders", "select 1 as id\n", R"({"description": ")" + std::string(description) + "\"}");
    return made;
  };
  CHECK(
      project("Orders, see `sql`.").lint(kRule) ==
      Lines{"models/orders.sql:1:1: warn: the description of orders has no ```sql block: readers have no query that is "
            "known to be right to begin with"});
  CHECK(project("Orders.\\n```sql\\nselect 1\\n```").lint(kRule) == Lines{});
  CHECK(project("Orders.\\n~~~~ SQL {.numbered}\\nselect 1\\n~~~~").lint(kRule) == Lines{});
  CHECK(project("Orders.\\n```sqlite\\nselect 1\\n```").lint(kRule).size() == 1);
  CHECK(project("Orders.\\n```python\\nx\\n```").lint(kRule).size() == 1);
  CHECK(project("Orders.\\n```python\\nx\\n```").option(R"({"language": "python"})").lint(kRule) == Lines{});
  CHECK(project("``").lint(kRule).size() == 1);
}

TEST_CASE("documentation-coverage: of the project and of its layers") {
  constexpr const char* kRule = "documentation-coverage";
  const auto project = [] {
    TestProject made;
    made.model("staging/stg_orders", "select 1 as id\n", R"({"description": "Orders."})");
    made.model("staging/stg_payments", "select 1 as id\n", R"({"description": "Payments."})");
    made.model("marts/orders", "select 1 as id\n");
    made.add("model.shop.off", R"({"config": {"enabled": false}})");
    made.add("model.other.theirs");
    return made;
  };
  CHECK(
      project().lint(kRule) ==
      Lines{"dbt_project.yml:1:1: warn: 66.67 % of the models have a description (2 of 3), where 100 % are asked for: "
            "what the others hold, their code alone tells"});
  CHECK(project().option(R"({"target_pct": 66.5})").lint(kRule) == Lines{});
  CHECK(
      project().option(R"({"target_pct": 50.0, "per_layer": true})").lint(kRule) ==
      Lines{"dbt_project.yml:1:1: warn: 0.00 % of the models of the layer marts have a description (0 of 1), where 50 "
            "% are asked for: what the others hold, their code alone tells"});
  CHECK(project().option(R"({"per_layer": true})").lint(kRule).size() == 2);
  CHECK(TestProject().lint(kRule) == Lines{});
}

TEST_CASE("column-documentation-coverage: of the project or of each model") {
  constexpr const char* kRule = "column-documentation-coverage";
  const auto project = [] {
    TestProject made;
    made.model("orders", "select 1 as id\n",
               R"({"columns": {"a": {"name": "a", "description": "A."}, "b": {"name": "b", "description": "B."}}})");
    made.model("payments", "select 1 as id\n",
               R"({"columns": {"a": {"name": "a", "description": "A."}, "b": {"name": "b"}}})");
    made.model("undeclared", "select 1 as id\n");
    return made;
  };
  CHECK(project().lint(kRule) ==
        Lines{"dbt_project.yml:1:1: warn: 75.00 % of the declared columns of the models have a description (3 of 4), "
              "where 100 % are asked for: whoever queries the others has to guess what is in them"});
  CHECK(project().option(R"({"target_pct": 75.0})").lint(kRule) == Lines{});
  CHECK(project().option(R"({"target_pct": 75.0, "per_model": true})").lint(kRule) ==
        Lines{"models/payments.sql:1:1: warn: 50.00 % of the declared columns of payments have a description (1 of 2), "
              "where 75 % are asked for: whoever queries the others has to guess what is in them"});
  CHECK(project().option(R"({"target_pct": 50.0, "per_model": true})").lint(kRule) == Lines{});
}

TEST_CASE("column-description-consistent: once for a name, at the one that differs") {
  constexpr const char* kRule = "column-description-consistent";
  const auto project = [](std::string_view a, std::string_view b, std::string_view c, std::string_view name = "id") {
    TestProject made;
    const auto columns = [](std::string_view column, std::string_view description) {
      return R"({"columns": {")" + std::string(column) + R"(": {"name": ")" + std::string(column) +
             R"(", "description": ")" + std::string(description) + R"("}}})";
    };
    made.model("a", "select 1 as id\n", columns("id", a));
    made.model("b", "select 1 as id\n", columns(name, b));
    made.model("c", "select 1 as id\n", columns("id", c));
    return made;
  };
  CHECK(project("The order.", "An order.", "The order.").lint(kRule) ==
        Lines{"models/b.sql:1:1: warn: the column id has 2 descriptions in 3 models; b differs from a: readers cannot "
              "tell whether it means the same in all [column id]"});
  CHECK(
      project("", "", "The order.").lint(kRule) ==
      Lines{"models/a.sql:1:1: warn: the column id has 1 description and 2 times none in 3 models; a lacks that of c: "
            "readers cannot tell whether it means the same in all [column id]"});
  CHECK(project("The order.", " The order.\\n", "The order.").lint(kRule) == Lines{});
  CHECK(project("", "", "").lint(kRule) == Lines{});
  CHECK(project("", "", "The order.").option(R"({"missing": false})").lint(kRule) == Lines{});
  CHECK(project("A.", "B.", "C.").option(R"({"ignore": ["id"]})").lint(kRule) == Lines{});
  // `ID` is another name, unless letter case does not count.
  CHECK(project("A.", "B.", "A.", "ID").lint(kRule) == Lines{});
  CHECK(project("A.", "B.", "A.", "ID").option(R"({"case_sensitive": false})").lint(kRule).size() == 1);
  CHECK(project("A.", "B.", "A.", "ID").option(R"({"case_sensitive": false, "ignore": ["Id"]})").lint(kRule) ==
        Lines{});
}

TEST_CASE("public-model-documented: description and columns") {
  constexpr const char* kRule = "public-model-documented";
  const auto project = [](std::string_view json) {
    TestProject made;
    made.model("orders", "select 1 as id\n", json);
    return made;
  };
  CHECK(
      project(R"({"access": "public"})").lint(kRule) ==
      Lines{
          "models/orders.sql:1:1: warn: orders is public, but has no description and declares no columns: other teams "
          "build on it without knowing what they may rely on"});
  CHECK(project(R"({"access": "public", "description": "Orders.", "columns": {"a": {"name": "a"},
                   "b": {"name": "b", "description": "B."}}})")
            .lint(kRule) ==
        Lines{"models/orders.sql:1:1: warn: orders is public, but does not describe its column a: other teams build on "
              "it without knowing what they may rely on"});
  CHECK(project(R"({"access": "public", "columns": {"a": {"name": "a"}, "b": {"name": "b"}}})").lint(kRule) ==
        Lines{"models/orders.sql:1:1: warn: orders is public, but has no description and does not describe 2 of its 2 "
              "columns (a and b): other teams build on it without knowing what they may rely on"});
  CHECK(project(R"({"access": "public", "description": "Orders.",
                   "columns": {"b": {"name": "b", "description": "B."}}})")
            .lint(kRule) == Lines{});
  CHECK(project(R"({"access": "protected"})").lint(kRule) == Lines{});
  CHECK(project("{}").lint(kRule) == Lines{});
}

TEST_CASE("stale-documented-column: names as the warehouse compares them") {
  constexpr const char* kRule = "stale-documented-column";
  const auto project = [](const char* adapter, std::string_view materialized = "table") {
    TestProject made;
    made.metadata(R"({"adapter_type": ")" + std::string(adapter) + "\"}");
    made.model("orders", "select 1 as id\n",
               R"({"config": {"materialized": ")" + std::string(materialized) +
                   R"("}, "columns": {"order_id": {"name": "order_id", "description": "The number."},
                      "amount": {"name": "amount"}}})");
    return made;
  };
  CHECK(project("snowflake").catalog_table("model.shop.orders", {{"ORDER_ID", "NUMBER"}}).lint(kRule) ==
        Lines{"models/orders.sql:1:1: warn: orders documents the column amount, which shop.analytics.orders no longer "
              "has (catalog of 2025-06-01): readers look for something that is not there [column amount]"});
  CHECK(project("snowflake")
            .catalog_table("model.shop.orders", {{"ORDER_ID", "NUMBER"}})
            .option(R"({"described_only": true})")
            .lint(kRule) == Lines{});
  CHECK(project("postgres").catalog_table("model.shop.orders", {{"id", "int"}}).lint(kRule).size() == 2);
  CHECK(project("postgres").catalog_table("model.shop.orders", {{"order_id", "int"}, {"amount", "int"}}).lint(kRule) ==
        Lines{});
  // Not in the catalog: ephemeral, or not built.
  CHECK(project("postgres", "ephemeral").catalog("{}").lint(kRule) == Lines{});
  CHECK(project("postgres").catalog("{}").lint(kRule) == Lines{});
  CHECK(project("postgres").lint(kRule).front().starts_with("skipped: needs a catalog.json"));
}
