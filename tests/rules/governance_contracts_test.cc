// The rules about access, contracts, constraints, grants and versions.
#include <doctest/doctest.h>
#include <string>

#include "rules/test_project.h"

using plowline::testing::Lines;
using plowline::testing::TestProject;

namespace {

constexpr const char* kSql = "select 1 as id\n";

}  // namespace

TEST_CASE("model-access") {
  TestProject project;
  project.model("intermediate/int_orders", kSql, R"({"access": "public"})");
  project.model("intermediate/int_items", kSql, R"({"access": "private"})");
  project.model("intermediate/int_old", kSql);  // dbt before 1.5
  project.model("marts/fct_orders", kSql, R"({"access": "protected"})");
  project.model("marts/inner/fct_inner", kSql,
                R"({"access": "protected", "original_file_path": "models\\marts\\inner\\fct_inner.sql"})");
  project.model("martsy/other", kSql, R"({"access": "protected"})");
  SUBCASE("without options: intermediate models are not public") {
    CHECK(project.lint("model-access") ==
          Lines{"models/intermediate/int_orders.sql:1:1: warn: the access of int_orders is public, and models of "
                "intermediate are to be private or protected: other projects and teams may build on it"});
  }
  SUBCASE("folders, the innermost one first, before layers") {
    project.option(R"({"access": {"models/marts": "public", "models/marts/inner/": ["private", "protected"],
                                  "models/intermediate": ["public", "private"]}})");
    CHECK(
        project.lint("model-access") ==
        Lines{
            "models/marts/fct_orders.sql:1:1: warn: the access of fct_orders is protected, and models of models/marts "
            "are to be public: those who are meant to use it cannot refer to it"});
  }
  SUBCASE("layers, and a private model") {
    project.option(R"({"layers": {"intermediate": ["protected"], "marts": ["private"]}})");
    const Lines found = project.lint("model-access");
    REQUIRE(found.size() == 4);
    CHECK(found[0] ==
          "models/intermediate/int_items.sql:1:1: warn: the access of int_items is private, and models of intermediate "
          "are "
          "to be protected: those who are meant to use it cannot refer to it");
    CHECK(found[2] ==
          "models/marts/fct_orders.sql:1:1: warn: the access of fct_orders is protected, and models of marts are to be "
          "private: models outside of its group may build on it");
  }
  SUBCASE("a word that is no access") {
    CHECK(project.option(R"({"access": {"models": "pubic"}})").lint("model-access") ==
          Lines{"failed: model-access: 'pubic' in `access` is no access of a model\n"
                "  what may stand there: private, protected, public"});
  }
}

TEST_CASE("model-access: nothing where each place has what it asks for") {
  TestProject project;
  project.model("intermediate/int_items", kSql, R"({"access": "private"})");
  project.model("intermediate/int_orders", kSql, R"({"access": "protected"})");
  project.model("intermediate/int_old", kSql);  // dbt before 1.5
  project.model("intermediate/int_off", kSql, R"({"access": "public", "config": {"enabled": false}})");
  project.model("marts/fct_intermediate", kSql, R"({"access": "public"})");
  CHECK(project.lint("model-access") == Lines{});
  // `models/mart` is no folder of models/marts; a folder that is asked for nothing may have anything.
  project.option(R"({"access": {"models/mart": "private", "models/intermediate": ["private", "protected"],
                                "models/marts": []}})");
  CHECK(project.lint("model-access") == Lines{});
}

TEST_CASE("public-model-contract") {
  TestProject project;
  project.model("orders", kSql,
                R"({"access": "public", "contract": {"enforced": false}, "patch_path": "shop://models/o.yml"})");
  project.file("models/o.yml", "models:\n  - name: orders\n    access: public\n");
  project.model("items", kSql, R"({"access": "public", "contract": {"enforced": true}})");
  project.model("inner", kSql, R"({"access": "public", "config": {"contract": {"enforced": true}}})");
  project.model("hidden", kSql, R"({"access": "protected"})");
  project.model("off", kSql, R"({"access": "public", "config": {"enabled": false}})");
  project.add("model.shop.customers.v1", R"({"access": "public"})")
      .add("model.shop.customers.v2", R"({"access": "public"})");
  project.add("model.other.x", R"({"access": "public"})");
  const std::string message =
      " is public, and its contract is not enforced: a column that is renamed or gets another type is noticed by other "
      "teams' jobs first";
  CHECK(project.lint("public-model-contract") == Lines{"models/customers_v1.sql: warn: customers" + message,
                                                       "models/customers_v2.sql: warn: customers" + message,
                                                       "models/o.yml:3:5: warn: orders" + message});
  CHECK(TestProject().model("orders", kSql, R"({"access": "protected"})").lint("public-model-contract") == Lines{});
}

TEST_CASE("model-contract") {
  TestProject project;
  project.model("marts/orders", kSql, R"({"access": "public"})").model("staging/stg_orders", kSql);
  project.model("marts/items", kSql, R"({"config": {"contract": {"enforced": true}}})");
  project.model("marts/joined", kSql, R"({"config": {"materialized": "ephemeral"}})");
  project.model("marts/scores", "def model(dbt, session): pass\n", R"({"language": "python"})");
  const std::string message =
      " is not enforced: its columns and types are what its query happens to give, and change without a word";
  const std::string orders = "models/marts/orders.sql:1:1: warn: the contract of orders" + message;
  const std::string staging = "models/staging/stg_orders.sql:1:1: warn: the contract of stg_orders" + message;
  CHECK(project.lint("model-contract") == Lines{orders, staging});
  CHECK(project.option(R"({"paths": ["models/staging", "models/other"]})").lint("model-contract") == Lines{staging});
  CHECK(project.option(R"({"paths": [], "access": ["public"]})").lint("model-contract") == Lines{orders});
  CHECK(project.option(R"({"access": ["protected"]})").lint("model-contract") == Lines{staging});
  CHECK(project.option(R"({"access": ["private"]})").lint("model-contract") == Lines{});
}

TEST_CASE("model-constraints") {
  TestProject project;
  project.model("orders", kSql, R"({"config": {"materialized": "table"},
      "constraints": [{"type": "primary_key", "columns": ["id", "day"]}, {"type": "check", "expression": "total > 0"}],
      "columns": {"id": {"name": "id", "constraints": [{"type": "not_null"}]}, "day": {"name": "day", "constraints": []}}})");
  project.model("items", kSql, R"({"config": {"materialized": "incremental"}, "constraints": []})");
  project.model("shown", kSql);
  project.model("scores", "x\n", R"({"language": "python", "config": {"materialized": "table"}})");
  CHECK(project.lint("model-constraints") == Lines{});
  const std::string takes = ": the warehouse takes rows that break ";
  SUBCASE("types") {
    CHECK(project.option(R"({"types": ["primary_key", "not_null"]})").lint("model-constraints") ==
          Lines{"models/items.sql:1:1: warn: items does not have the constraints primary_key and not_null" + takes +
                "them"});
    CHECK(project.option(R"({"column_level": false})").lint("model-constraints").back() ==
          "models/orders.sql:1:1: warn: orders does not have the constraint not_null" + takes + "it");
  }
  SUBCASE("the very constraints") {
    project.option(R"({"constraints": {"primary_key": ["DAY", "id"], "not_null": ["id"], "check": ["total > 0"]}})");
    CHECK(project.lint("model-constraints") ==
          Lines{"models/items.sql:1:1: warn: items does not have the constraints check (total > 0), not_null (id) and "
                "primary_key (DAY, id)" +
                takes + "them"});
    project.option(R"({"constraints": {"primary_key": ["id"], "not_null": ["id", "day"], "check": ["total > 1"]}})");
    CHECK(project.lint("model-constraints").back() ==
          "models/orders.sql:1:1: warn: orders does not have the constraints check (total > 1), not_null (day) and "
          "primary_key (id)" +
              takes + "them");
  }
  SUBCASE("a type that there is not") {
    CHECK(project.option(R"({"constraints": {"pk": ["id"]}})")
              .lint("model-constraints")[0]
              .starts_with("failed: model-constraints: 'pk' in `constraints` is no type of constraint"));
  }
}

TEST_CASE("single-primary-key") {
  const auto lint = [](std::string_view json, std::string_view options = "{}") {
    TestProject project;
    project.model("orders", kSql, json).option(options);
    project.file("models/orders.yml", "models:\n  - name: orders\n    columns:\n      - name: id\n      - name: day\n");
    return project.lint("single-primary-key");
  };
  SUBCASE("at two columns") {
    CHECK(
        lint(R"({"patch_path": "shop://models/orders.yml", "columns": {
                     "id": {"name": "id", "constraints": [{"type": "not_null"}, {"type": "primary_key"}]},
                     "day": {"name": "day", "constraints": [{"type": "primary_key"}]}}})") ==
        Lines{
            "models/orders.yml:5:15: warn: orders has a primary key at each of the columns id and day: a table has one "
            "primary key, so that dbt or the warehouse refuses it; one key of several columns stands at the model"});
  }
  const char* at_model = R"({"patch_path": "shop://models/orders.yml", "contract": {"enforced": true},
      "columns": {"id": {"name": "id"}, "day": {"name": "day"}},
      "constraints": [{"type": "unique", "columns": ["day"]}, {"type": "primary_key", "columns": ["id"]}]})";
  SUBCASE("at the model, for one column") {
    CHECK(
        lint(at_model) ==
        Lines{
            "models/orders.yml:4:15: warn: the primary key of orders is the column id alone, and stands at the model: "
            "whoever reads the column's entry, or takes keys from there, does not see it"});
    CHECK(lint(at_model, R"({"single_column_at_column": false})") == Lines{});
  }
  SUBCASE("as it should be") {
    CHECK(lint(R"({"columns": {"id": {"name": "id", "constraints": [{"type": "primary_key"}]},
                               "day": {"name": "day", "constraints": [{"type": "not_null"}]}}})") == Lines{});
    CHECK(lint(R"({"contract": {"enforced": true},
                   "constraints": [{"type": "primary_key", "columns": ["id", "day"]}]})") == Lines{});
    CHECK(lint(R"({"columns": {"primary_key": {"name": "primary_key", "constraints": []}}})") == Lines{});
    // Without a contract dbt does nothing with it.
    CHECK(lint(R"({"constraints": [{"type": "primary_key", "columns": ["id"]}]})") == Lines{});
  }
}

TEST_CASE("model-grants") {
  TestProject project;
  project.model("orders", "{{ config(grants={'delete': ['a']}) }}\n",
                R"({"config": {"grants": {"delete": ["a"], "select": []}}})");
  project.model("items", kSql, R"({"config": {"grants": {"select": ["a"]}}})").model("bare", kSql);
  project.model("joined", kSql, R"({"config": {"materialized": "ephemeral"}})");
  CHECK(project.lint("model-grants") == Lines{});
  CHECK(
      project.option(R"({"pattern": "sel.*"})").lint("model-grants") ==
      Lines{
          "models/orders.sql:1:11: warn: orders grants delete, which does not match 'sel.*': more may be done with the "
          "table than is agreed upon"});
  CHECK(
      project.option(R"({"pattern": "", "required": ["select"]})").lint("model-grants") ==
      Lines{
          "models/bare.sql:1:1: warn: bare grants select to nobody: once dbt builds the table anew, only its owner can "
          "use it",
          "models/orders.sql:1:11: warn: orders grants select to nobody: once dbt builds the table anew, only its "
          "owner "
          "can use it"});
  CHECK(
      project.option(R"({"required": [], "min": 1, "max": 1})").lint("model-grants") ==
      Lines{
          "models/bare.sql:1:1: warn: bare grants 0 privileges, and at least 1 are asked for: those who are to use the "
          "table may not",
          "models/orders.sql:1:11: warn: orders grants 2 privileges, and at most 1 are allowed: who may do what is "
          "more "
          "than anybody keeps track of"});
}

TEST_CASE("model-version-pattern") {
  TestProject project;
  project.add("model.shop.orders.v1").add("model.shop.items.v2", R"({"version": "draft"})").model("bare", kSql);
  CHECK(project.lint("model-version-pattern") == Lines{});
  CHECK(
      project.option(R"({"pattern": "[0-9]+"})").lint("model-version-pattern") ==
      Lines{"models/items_v2.sql: warn: the version draft of items does not match '[0-9]+' as a whole: nobody can tell "
            "where it comes in the order of versions"});
}

TEST_CASE("model-latest-version") {
  TestProject project;
  const char* json = R"({"latest_version": 2, "patch_path": "shop://models/orders.yml"})";
  project.add("model.shop.orders.v1", json).add("model.shop.orders.v2", json).model("bare", kSql);
  SUBCASE("not written down") {
    project.file("models/orders.yml", "models:\n  - name: orders\n    versions:\n      - v: 1\n      - v: 2\n");
    CHECK(
        project.lint("model-latest-version") ==
        Lines{
            "models/orders.yml:4:12: warn: orders has versions, and its latest_version is not written down: dbt takes "
            "the greatest, so that the next version is everybody's the moment it is added"});
  }
  SUBCASE("written down, or not to be seen") {
    CHECK(project.lint("model-latest-version") == Lines{});  // no file
    project.file("models/orders.yml",
                 "models:\n  - name: orders\n    latest_version: 2\n    versions:\n      - v: 1\n");
    CHECK(project.lint("model-latest-version") == Lines{});
    CHECK(
        project.option(R"({"unversioned": true})").lint("model-latest-version") ==
        Lines{
            "models/bare.sql:1:1: warn: bare has no versions and so no latest_version: a change of it reaches all who "
            "read it at once"});
  }
}
