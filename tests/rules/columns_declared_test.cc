// The rules in rules/columns about what is declared: required columns, types, meta, tags, personal data.
#include <doctest/doctest.h>
#include <string>

#include "rules/test_project.h"

using plowline::testing::Lines;
using plowline::testing::TestProject;

namespace {

// A model `customers` with these columns, in a YAML file too (one column a line from line 4 on, by name).
TestProject customers(const std::string& columns, const std::string& names = "email") {
  TestProject project;
  project.model("customers", "select 1 as email\n",
                R"({"patch_path": "shop://models/customers.yml", "columns": {)" + columns + "}}");
  project.file("models/customers.yml", "models:\n  - name: customers\n    columns:\n      - name: " + names + "\n");
  return project;
}

}  // namespace

TEST_CASE("required-columns") {
  const auto lint = [](TestProject project, const char* options) {
    return project.option(options).lint("required-columns");
  };
  const char* any = R"({"columns": {"loaded_at": ""}})";
  const char* typed = R"({"columns": {"loaded_at": "timestamp"}})";
  SUBCASE("what is declared") {
    CHECK(
        lint(customers(R"("email": {"name": "email"})"), any) ==
        Lines{"models/customers.yml:2:11: warn: the declaration of customers lacks loaded_at, which every model has to "
              "have: what relies on it everywhere fails here"});
    CHECK(lint(customers(R"("LOADED_AT": {"name": "LOADED_AT"})"), any) == Lines{});
    CHECK(
        lint(customers(R"("loaded_at": {"name": "loaded_at", "data_type": "text"})", "loaded_at"), typed) ==
        Lines{"models/customers.yml:4:15: warn: the column loaded_at is text in the declaration of customers, but has "
              "to be timestamp: what relies on it everywhere fails or compares wrongly here [column loaded_at]"});
    CHECK(lint(customers(R"("loaded_at": {"name": "loaded_at", "data_type": "timestamp"})"), typed) == Lines{});
    CHECK(lint(customers(R"("loaded_at": {"name": "loaded_at"})"), typed) == Lines{});  // no type is declared
    CHECK(lint(customers(R"("email": {"name": "email"})"), "{}") == Lines{});
  }
  SUBCASE("the warehouse knows better") {
    const auto table = [](std::vector<TestProject::CatalogColumn> columns) {
      TestProject project = customers(R"("email": {"name": "email"})");
      project.catalog_table("model.shop.customers", std::move(columns), "VIEW");
      return project;
    };
    CHECK(lint(table({{"loaded_at", "timestamp without time zone"}}), typed) == Lines{});
    CHECK(lint(table({{"loaded_at", "date"}}), typed).size() == 1);
    const Lines lacks = lint(table({{"email", "text"}}), typed);
    REQUIRE(lacks.size() == 1);
    CHECK(lacks[0].find("shop.analytics.customers lacks loaded_at") != std::string::npos);
  }
  SUBCASE("a model of which nothing is declared: its query, where that is plain") {
    const auto of = [&](const char* sql) {
      return lint(std::move(TestProject().add("source.shop.raw.orders").model("m", sql)), any).size();
    };
    CHECK(of("select 1 as id, now() as loaded_at\n") == 0);
    CHECK(of("select 1 as id\n") == 1);
    CHECK(of("select * from {{ source('raw', 'orders') }}\n") == 0);
    CHECK(of("{{ columns_of('orders') }}\n") == 0);
  }
  SUBCASE("layers, and disabled models") {
    TestProject project;
    project.model("staging/stg_orders", "select 1 as id\n").model("marts/fct_orders", "select 1 as id\n");
    project.model("marts/fct_old", "select 1 as id\n", R"({"config": {"enabled": false}})");
    CHECK(
        lint(std::move(project), R"({"columns": {"loaded_at": ""}, "layers": ["marts"]})") ==
        Lines{
            "models/marts/fct_orders.sql:1:1: warn: the query of fct_orders lacks loaded_at, which every model has to "
            "have: what relies on it everywhere fails here"});
  }
}

TEST_CASE("source-required-columns") {
  const auto lint = [](const char* json) {
    TestProject project;
    project.add("source.shop.raw.orders", json).model("m", "select 1 as id\n");
    return project.option(R"({"columns": {"_loaded_at": "timestamp", "_batch": ""}})").lint("source-required-columns");
  };
  CHECK(
      lint(R"({"columns": {"id": {"name": "id"}}})") ==
      Lines{"models/schema.yml: warn: the declaration of orders lacks _batch and _loaded_at, which every source has to "
            "have: what relies on them everywhere fails here"});
  CHECK(lint(R"({"columns": {"_batch": {"name": "_batch"}, "_loaded_at": {"name": "_loaded_at"}}})") == Lines{});
  CHECK(lint("{}") == Lines{});  // nobody knows its columns
}

TEST_CASE("column-data-type-declared and its like for sources and seeds") {
  const char* rule = "column-data-type-declared";
  const std::string columns = R"("a": {"name": "a", "data_type": "int"}, "b": {"name": "b"}, "c": {"name": "c"})";
  CHECK(customers(columns, "a\n      - name: b\n      - name: c").lint(rule) ==
        Lines{"models/customers.yml:5:15: warn: 2 of 3 declared columns of customers have no data_type: b and c; a "
              "contract, generated code and readers of the documentation lack them"});
  CHECK(customers(columns).option(R"({"min_coverage": 33})").lint(rule) == Lines{});
  CHECK(customers(columns).option(R"({"min_coverage": 34})").lint(rule).size() == 1);
  CHECK(customers(R"("a": {"name": "a", "data_type": "int"})").lint(rule) == Lines{});
  CHECK(customers("").lint(rule) == Lines{});
  // BigQuery: a struct has its type from its fields.
  CHECK(customers(R"("a": {"name": "a"}, "a.b": {"name": "a.b", "data_type": "string"})").lint(rule) == Lines{});

  struct Case {
    const char* rule;
    const char* id;
  };
  for (const auto& [other, id] : {Case{"source-column-data-type-declared", "source.shop.raw.t"},
                                  Case{"seed-column-data-type-declared", "seed.shop.t"}}) {
    CAPTURE(std::string(other));
    TestProject untyped;
    untyped.add(id, R"({"columns": {"a": {"name": "a"}}})");
    CHECK(untyped.lint(other).size() == 1);
    CHECK(untyped.lint(rule) == Lines{});
    TestProject typed;
    typed.add(id, R"({"columns": {"a": {"name": "a", "data_type": "int"}}})");
    CHECK(typed.lint(other) == Lines{});
  }
  TestProject seed;
  seed.add("seed.shop.t",
           R"json({"columns": {"a": {"name": "a"}}, "config": {"column_types": {"A": "varchar(3)"}}})json");
  CHECK(seed.lint("seed-column-data-type-declared") == Lines{});
}

TEST_CASE("column-meta-keys") {
  const auto lint = [](const std::string& meta, const char* options) {
    return customers(R"("email": {"name": "email", "meta": )" + meta + "}").option(options).lint("column-meta-keys");
  };
  const char* keys = R"({"keys": ["owner", "sensitivity.level"]})";
  CHECK(
      lint(R"({"owner": "data"})", keys) ==
      Lines{
          "models/customers.yml:4:15: warn: the column email of customers lacks the meta key sensitivity.level: what "
          "acts on it (policies, catalogues, selections) takes the column for another one than it is [column email]"});
  CHECK(lint(R"({"owner": "data", "sensitivity": {"level": 1}})", keys) == Lines{});
  CHECK(lint("{}", "{}") == Lines{});
  SUBCASE("other keys") {
    const std::string more = R"({"owner": "data", "sensitivity": {"level": 1}, "x": 1, "y": 2})";
    const Lines lines = lint(more, keys);
    REQUIRE(lines.size() == 1);
    CHECK(lines[0].find("has the meta keys x and y, which are not known") != std::string::npos);
    CHECK(lint(more, R"({"keys": ["owner"], "allow_extra": true})") == Lines{});
  }
  SUBCASE("plowline's own key is known") {
    const std::string own = R"({"owner": "a", "plowline": {"ignore": ["model-description"]}})";
    CHECK(lint(own, R"({"keys": ["owner"]})") == Lines{});
    CHECK(customers(R"("email": {"name": "email", "meta": )" + own + "}")
              .option(R"({"keys": ["owner"]})")
              .lint("column-meta-allowed") == Lines{});
  }
  SUBCASE("in the config of the column, too") {
    const auto column = [](const std::string& meta, const std::string& in_config) {
      return customers(R"("email": {"name": "email", "meta": )" + meta + R"(, "config": {"meta": )" + in_config + "}}")
          .option(R"({"keys": ["owner", "team"]})")
          .lint("column-meta-keys");
    };
    CHECK(column("{}", R"({"owner": "a", "team": 1})") == Lines{});
    CHECK(column(R"({"team": 1})", R"({"owner": "a"})") == Lines{});
    CHECK(column(R"({"team": 1, "owner": "a"})", R"({"team": 1, "owner": "a"})") == Lines{});
    CHECK(column(R"({"owner": "b"})", R"({"team": 1, "owner": "a"})") == Lines{});
    CHECK(column("{}", R"({"owner": "a"})").size() == 1);
    CHECK(column("{}", R"({"owner": "a", "team": 1, "x": 2})").size() == 1);
  }
  SUBCASE("some columns only") {
    CHECK(lint("{}", R"({"keys": ["owner"], "column_pattern": ".*_id"})") == Lines{});
    CHECK(lint("{}", R"({"keys": ["owner"], "column_pattern": "e.*"})").size() == 1);
  }
}

TEST_CASE("column-tags") {
  const auto lint = [](const std::string& tags, const char* options) {
    return customers(R"("email": {"name": "email", "tags": )" + tags + "}").option(options).lint("column-tags");
  };
  CHECK(
      lint(R"(["pi"])", R"({"required": ["pii"], "allowed": ["key"]})") ==
      Lines{
          "models/customers.yml:4:15: warn: the column email of customers lacks the tag pii, and has the tag pi, which "
          "is not known: what acts on it (policies, catalogues, selections) takes the column for another one than it "
          "is [column email]"});
  CHECK(lint(R"(["pii", "key"])", R"({"required": ["pii"], "allowed": ["key"]})") == Lines{});
  CHECK(lint("[]", R"({"allowed": ["key"]})") == Lines{});
  CHECK(lint(R"(["anything"])", "{}") == Lines{});
  CHECK(customers(R"("email": {"name": "email", "tags": ["key"], "config": {"tags": ["pii"]}})")
            .option(R"({"required": ["pii", "key"]})")
            .lint("column-tags") == Lines{});
}

TEST_CASE("column-meta-allowed") {
  const auto lint = [](const std::string& meta, const char* options) {
    return customers(R"("email": {"name": "email", "meta": )" + meta + "}").option(options).lint("column-meta-allowed");
  };
  const char* values = R"({"values": {"level": ["low", "high"], "pii": ["true"]}})";
  CHECK(
      lint(R"({"level": "hgih"})", values) ==
      Lines{"models/customers.yml:4:15: warn: the column email of customers has hgih for the meta key level, which "
            "allows low and high only: what acts on it (policies, catalogues, selections) takes the column for another "
            "one than it is [column email]"});
  CHECK(lint(R"({"level": "high", "other": 1})", values) == Lines{});
  CHECK(lint(R"({"level": ["high", "low"]})", values) == Lines{});
  CHECK(lint(R"({"level": ["high", "none"]})", values).size() == 1);
  CHECK(lint(R"({"pii": true})", values) == Lines{});
  CHECK(lint(R"({"level": "high", "other": 1})", R"({"keys": ["level"]})").size() == 1);
  CHECK(lint(R"({"level": "high"})", R"({"keys": ["level"]})") == Lines{});
  CHECK_MESSAGE(
      lint(R"({"level": "high", "team": "a"})", R"({"keys": ["team"], "values": {"level": ["high"]}})") == Lines{},
      "a key that has values is allowed");
  CHECK(lint(R"({"foo": {}})", R"({"keys": ["team"]})").size() == 1);
}

TEST_CASE("source-column-meta") {
  const auto lint = [](const std::string& column, const char* options) {
    TestProject project;
    project.add("source.shop.raw.t", R"({"columns": {"email": {"name": "email", )" + column + "}}}");
    return project.option(options).lint("source-column-meta");
  };
  CHECK(lint(R"("meta": {})", R"({"required": ["level"]})").size() == 1);
  CHECK(lint(R"("meta": {"level": 1})", R"({"required": ["level"]})") == Lines{});
  CHECK(lint(R"("meta": {"level": 1, "x": 1})", R"({"required": ["level"], "allowed": ["y"]})").size() == 1);
  CHECK(lint(R"("meta": {"level": 1, "y": 1})", R"({"required": ["level"], "allowed": ["y"]})") == Lines{});
  CHECK(lint(R"("meta": {"level": 3})", R"({"values": {"level": ["1", "2"]}})").size() == 1);
  CHECK(lint(R"("tags": [])", R"({"required_tags": ["pii"]})").size() == 1);
  CHECK(lint(R"("tags": ["pii"])", R"({"required_tags": ["pii"], "allowed_tags": ["key"]})") == Lines{});
  CHECK(lint(R"("tags": ["pi"])", R"({"allowed_tags": ["pii"]})") ==
        Lines{"models/schema.yml: warn: the column email of t has the tag pi, which is not known: what acts on it "
              "(policies, catalogues, selections) takes the column for another one than it is [column email]"});
}

TEST_CASE("pii-column-marked") {
  const auto lint = [](const std::string& column, const char* options = "{}") {
    return customers("\"email\": {" + column + "}").option(options).lint("pii-column-marked");
  };
  CHECK(
      lint(R"("name": "email")") ==
      Lines{
          "models/customers.yml:4:15: warn: the column email of customers looks like personal data, but its meta does "
          "not say pii: what masks, audits or deletes personal data passes it by [column email]"});
  for (const char* marked :
       {R"("name": "email", "meta": {"pii": true})", R"("name": "email", "meta": {"pii": false})",
        R"("name": "email", "tags": ["pii"])", R"("name": "email_sent_at")", R"("name": "product_name")",
        R"("name": "is_first_name_known")", R"("name": "has_iban")"}) {
    CAPTURE(std::string(marked));
    CHECK(lint(marked) == Lines{});
  }
  CHECK(lint(R"("name": "Customer_Phone_Number")").size() == 1);
  CHECK(lint(R"("name": "email", "meta": {"pii": true})", R"({"meta_key": "gdpr"})").size() == 1);
  CHECK(lint(R"("name": "has_iban")", R"({"exclude_pattern": "x"})").size() == 1);
  CHECK(lint(R"("name": "secret")", R"({"pattern": "sec.*"})").size() == 1);
  CHECK(lint(R"("name": "email")", R"({"applies_to": ["source"]})") == Lines{});
}

TEST_CASE("pii-propagation") {
  // raw.customers.email is marked; staging and a mart read it.
  const auto lint = [](const char* staging, const char* mart, const char* mart_json = "{}", const char* options = "{}",
                       const char* staging_json = "{}", const char* column = R"("tags": ["pii"])") {
    TestProject project;
    project.add("source.shop.raw.customers",
                std::string(R"({"columns": {"email": {"name": "email", )") + column + R"(}, "id": {"name": "id"}}})");
    project.model("staging/stg_customers", staging, staging_json).model("marts/dim_customers", mart, mart_json);
    return project.option(options).lint("pii-propagation");
  };
  const char* all = "select * from {{ source('raw', 'customers') }}\n";
  const char* named = "select id, email from {{ ref('stg_customers') }}\n";
  SUBCASE("through a model whose columns are not known") {
    CHECK(
        lint(all, named) ==
        Lines{"models/marts/dim_customers.sql:1:1: warn: the column email of dim_customers comes from raw.customers "
              "through stg_customers, where it is marked pii, and not masked here: the model is in the layer marts, so "
              "personal data can be read by all who read such models [column email]"});
  }
  SUBCASE("the ways of marking it") {
    for (const char* mark : {R"("meta": {"pii": true})", R"("meta": {"security_tag": "pii"})", R"("tags": ["PII"])",
                             R"("meta": {"classes": ["gdpr", "pii"]})"}) {
      CAPTURE(std::string(mark));
      CHECK(lint(all, named, "{}", "{}", "{}", mark).size() == 1);
    }
    CHECK(lint(all, named, "{}", "{}", "{}", R"("meta": {"pii": false})") == Lines{});
    CHECK(lint(all, named, "{}", R"({"tag": "secret"})") == Lines{});
  }
  SUBCASE("columns that do not arrive") {
    CHECK(lint(all, "select id from {{ ref('stg_customers') }}\n") == Lines{});
    CHECK(lint("select id from {{ source('raw', 'customers') }}\n",
               "select id, email from {{ ref('stg_customers') }}\n") == Lines{});
    CHECK(lint(all, "select id, count(email) as emails from {{ ref('stg_customers') }} group by 1\n") == Lines{});
  }
  SUBCASE("values that are hidden on the way") {
    for (const char* mart :
         {"select id, md5(email) as email from {{ ref('stg_customers') }}\n",
          "select id, sha2(lower(trim(email)), 256)  AS  \"email\" from {{ ref('stg_customers') }}\n",
          "select id, '***' as email from {{ ref('stg_customers') }}\n",
          "select id, cast(null as text) as email from {{ ref('stg_customers') }}\n",
          "select id, {{ dbt_utils.generate_surrogate_key(['email']) }} as email from "
          "{{ ref('stg_customers') }}\n"}) {
      CAPTURE(std::string(mart));
      CHECK(lint(all, mart) == Lines{});
    }
    CHECK(lint("select id, md5(email) as email from {{ source('raw', 'customers') }}\n", named) == Lines{});
    // Cleaned is not hidden, and the hash of another column hides that one.
    CHECK(lint("select id, lower(trim(email)) as email from {{ source('raw', 'customers') }}\n", named).size() == 1);
    CHECK(lint("select md5(id) as id, email as email from {{ source('raw', 'customers') }}\n", named).size() == 1);
  }
  SUBCASE("what is marked as masked") {
    CHECK(lint(all, named, R"({"columns": {"email": {"name": "email", "meta": {"masked": true}}}})") == Lines{});
    CHECK(lint(all, named, R"({"config": {"meta": {"masked": true}}})") == Lines{});
    CHECK(lint(all, named, "{}", "{}", R"({"config": {"meta": {"masked": true}}})") == Lines{});
    CHECK(lint(all, named, R"({"columns": {"email": {"name": "email", "meta": {"masked": false}}}})").size() == 1);
    CHECK(lint(all, named, R"({"columns": {"email": {"name": "email", "meta": {"hashed": true}}}})",
               R"({"masked_key": "hashed"})") == Lines{});
  }
  SUBCASE("layers and public models") {
    CHECK(lint(all, named, "{}", R"({"layers": ["staging"]})").empty());  // staging's own columns are not known
    CHECK(lint("select email from {{ source('raw', 'customers') }}\n", "select 1 as a\n", "{}",
               R"({"layers": ["staging"]})")
              .size() == 1);
    CHECK(lint("select email from {{ source('raw', 'customers') }}\n", "select 1 as a\n", "{}", R"({"layers": []})",
               R"({"access": "public"})")
              .size() == 1);
    CHECK(lint(all, named, R"({"config": {"enabled": false}})") == Lines{});
  }
  SUBCASE("a node that is marked as a whole, and a mark in the mart itself") {
    TestProject project;
    project.add("source.shop.raw.customers", R"({"tags": ["pii"]})");
    project.model("marts/dim_customers", "select 1 as n from {{ source('raw', 'customers') }}\n");
    project.model("marts/dim_staff", "select 1 as ssn\n", R"({"columns": {"ssn": {"name": "ssn", "tags": ["pii"]}}})");
    CHECK(
        project.lint("pii-propagation") ==
        Lines{
            "models/marts/dim_customers.sql:1:1: warn: what dim_customers holds comes from raw.customers, where it is "
            "marked pii, and not masked here: the model is in the layer marts, so personal data can be read by all "
            "who read such models",
            "models/marts/dim_staff.sql:1:1: warn: the column ssn of dim_staff is marked pii and not masked here: the "
            "model is in the layer marts, so personal data can be read by all who read such models [column ssn]"});
  }
}
