// The rules about columns' names: their form, their types, their synonyms.
#include <doctest/doctest.h>
#include <string>

#include "rules/test_project.h"

using plowline::testing::Lines;
using plowline::testing::TestProject;

namespace {

const std::string kStyle = ": where names are written in several ways, each one has to be looked up";

// A model `orders` that declares these columns; they stand in models/orders.yml, from line 4 on.
TestProject orders(std::string_view columns, std::string_view yaml = "", std::string_view adapter = "postgres") {
  TestProject project;
  project.metadata(R"({"adapter_type": ")" + std::string(adapter) + "\"}");
  project.model("orders", "select 1\n",
                R"({"patch_path": "shop://models/orders.yml", "columns": {)" + std::string(columns) + "}}");
  project.file("models/orders.yml", "models:\n  - name: orders\n    columns:\n" + std::string(yaml));
  return project;
}

// Where a finding on the artifacts points.
std::string manifest_of(const TestProject& project) {
  return (project.folder() / "target" / "manifest.json").generic_string();
}

}  // namespace

TEST_CASE("column-name") {
  TestProject project =
      orders(R"("id": {"name": "id"}, "orderId": {"name": "orderId"}, "address.zipCode": {"name": "address.zipCode"})",
             "      - name: id\n      - name: orderId\n      - name: address.zipCode\n");
  SUBCASE("declared columns, snake_case") {
    CHECK(project.lint("column-name") ==
          Lines{"models/orders.yml:5:15: warn: the column name orderId is not in snake_case" + kStyle +
                    " [column orderId]",
                "models/orders.yml:6:15: warn: the column name address.zipCode is not in snake_case" + kStyle +
                    " [column address.zipCode]"});
  }
  SUBCASE("a pattern; of a field, its own name") {
    CHECK(project.option(R"({"pattern": "id|orderId|zip.*"})").lint("column-name") == Lines{});
  }
  SUBCASE("a column in quotes") {
    CHECK(orders(R"("\"order_id\"": {"name": "\"order_id\""})").lint("column-name") == Lines{});
    CHECK(orders(R"("a.B": {"name": "a.b", "quote": true})").lint("column-name").size() == 1);
  }
  SUBCASE("the catalog's columns; Snowflake's capitals are nobody's choice") {
    TestProject snowflake = orders("", "", "snowflake");
    snowflake.catalog_table("model.shop.orders", {{"ORDER_ID", "NUMBER"}, {"orderId", "NUMBER"}});
    snowflake.option(R"({"source": "catalog"})");
    CHECK(snowflake.lint("column-name") ==
          Lines{"models/orders.yml:2:11: warn: the column name orderId is not in snake_case" + kStyle +
                " [column orderId]"});
    CHECK(snowflake.option(R"({"pattern": "[A-Z_]+|orderId"})").lint("column-name") == Lines{});

    TestProject postgres = orders("");
    postgres.catalog_table("model.shop.orders", {{"ORDER_ID", "integer"}, {"id", "integer"}});
    CHECK(postgres.option(R"({"source": "catalog"})").lint("column-name").size() == 1);
  }
  SUBCASE("no catalog is said, not passed over") {
    CHECK(project.option(R"({"source": "catalog"})").lint("column-name") ==
          Lines{manifest_of(project) +
                ": warn: the names of columns are to be read from catalog.json (`source: catalog`), "
                "and there is none: no column was checked"});
    CHECK(project.option(R"({"case": "any"})").lint("column-name") == Lines{});
  }
  SUBCASE("a table that is not in the catalog, a disabled model") {
    CHECK(project.option(R"({"source": "catalog"})").catalog("{}").lint("column-name") == Lines{});
    TestProject off;
    off.model("orders", "select 1\n", R"({"config": {"enabled": false}, "columns": {"orderId": {"name": "orderId"}}})");
    CHECK(off.lint("column-name") == Lines{});
  }
}

TEST_CASE("seed-column-name") {
  TestProject project;
  project.add("seed.shop.countries",
              R"({"columns": {"Country Code": {"name": "Country Code"}, "name": {"name": "name"}},
                                         "patch_path": "shop://seeds/seeds.yml"})");
  project.file("seeds/seeds.yml",
               "seeds:\n  - name: countries\n    columns:\n      - name: Country Code\n      - name: name\n");
  project.model("orders", "select 1\n", R"({"columns": {"orderId": {"name": "orderId"}}})");
  CHECK(project.lint("seed-column-name") ==
        Lines{"seeds/seeds.yml:4:15: warn: the column name Country Code is not in snake_case" + kStyle +
              " [column Country Code]"});
  CHECK(project.option(R"({"pattern": "[A-Za-z ]+"})").lint("seed-column-name") == Lines{});
}

TEST_CASE("column-name-type-contract") {
  SUBCASE("does nothing until both sides are given") {
    CHECK(orders("").lint("column-name-type-contract") == Lines{});
    CHECK(orders("").option(R"({"pattern": "is_.*"})").lint("column-name-type-contract") == Lines{});
  }
  const char* options = R"({"pattern": "(is|has)_.*", "types": ["boolean"]})";
  SUBCASE("both directions over the catalog, letter case apart") {
    TestProject project = orders("", "", "snowflake");
    project.catalog_table("model.shop.orders", {{"IS_ACTIVE", "TEXT"},
                                                {"active", "BOOLEAN"},
                                                {"HAS_ITEMS", "BOOLEAN"},
                                                {"this_is_fine", "TEXT"},
                                                {"TOTAL", "NUMBER"}});
    CHECK(
        project.option(options).lint("column-name-type-contract") ==
        Lines{"models/orders.yml:2:11: warn: the column IS_ACTIVE is TEXT, and its name promises boolean: a query that "
              "trusts the name fails or compares the wrong things [column IS_ACTIVE]",
              "models/orders.yml:2:11: warn: the column active is BOOLEAN, and its name does not match '(is|has)_.*': "
              "the name does not tell the type, as it does of other columns [column active]"});
    CHECK(project.option(R"({"direction": "name-to-type"})").lint("column-name-type-contract").size() == 1);
    CHECK(project.option(R"({"direction": "type-to-name"})").lint("column-name-type-contract").size() == 1);
    CHECK(
        project.option(R"({"type_pattern": "te.*", "direction": "name-to-type"})").lint("column-name-type-contract") ==
        Lines{});
  }
  SUBCASE("declared types; a column without one says nothing") {
    TestProject project =
        orders(R"j("is_paid": {"name": "is_paid", "data_type": "numeric(1,0)"}, "has_items": {"name": "has_items"})j",
               "      - name: is_paid\n      - name: has_items\n");
    project.option(options).option(R"({"source": "declared", "types": [], "type_pattern": "bool(ean)?"})");
    CHECK(project.lint("column-name-type-contract") ==
          Lines{"models/orders.yml:4:15: warn: the column is_paid is numeric(1,0), and its name promises a type like "
                "'bool(ean)?': a query that trusts the name fails or compares the wrong things [column is_paid]"});
    CHECK(project.option(R"({"type_pattern": "numeric.*"})").lint("column-name-type-contract") == Lines{});
  }
  SUBCASE("an ephemeral model is in no catalog; without a catalog that is said") {
    TestProject project;
    project.model("joined", "select 1\n", R"({"config": {"materialized": "ephemeral"}})");
    project.option(options);
    CHECK(project.lint("column-name-type-contract") ==
          Lines{manifest_of(project) +
                ": warn: the types of columns are to be read from catalog.json (`source: catalog`), "
                "and there is none: no column was checked"});
    CHECK(project.catalog("{}").lint("column-name-type-contract") == Lines{});
  }
}

TEST_CASE("column-canonical-name") {
  TestProject project = orders(
      R"("Cust_Id": {"name": "Cust_Id"}, "customer_id": {"name": "customer_id"}, "customer_key": {"name": "customer_key"},
         "created": {"name": "created"})",
      "      - name: Cust_Id\n      - name: customer_id\n      - name: customer_key\n      - name: created\n");
  CHECK(project.lint("column-canonical-name") == Lines{});
  project.option(
      R"({"canonical": "customer_id", "invalid": ["cust_id", "customer_*"], "exceptions": ["CUSTOMER_KEY"]})");
  const std::string cust_id =
      "models/orders.yml:4:15: warn: the column Cust_Id is called customer_id elsewhere: with two names for one thing, "
      "joins and searches miss half of it [column Cust_Id]";
  CHECK(project.lint("column-canonical-name") == Lines{cust_id});
  project.option(R"({"exceptions": [], "synonyms": {"created_at": ["created", "creat.d_at"]}})");
  const Lines found = project.lint("column-canonical-name");
  REQUIRE(found.size() == 3);
  CHECK(found[1].find("the column customer_key is called customer_id elsewhere") != std::string::npos);
  CHECK(found[2].find("the column created is called created_at elsewhere") != std::string::npos);
}
