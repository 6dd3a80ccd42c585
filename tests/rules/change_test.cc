// The rules that tell a reviewer what a change reaches.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include "rules/change/query_change.h"
#include "rules/test_project.h"

using plowline::compare_queries;
using plowline::SqlText;
using plowline::testing::Lines;
using plowline::testing::TestProject;

namespace {

constexpr const char* kPublic = R"({"access": "public"})";

// A model `customers` that nothing in the project reads but, where it is given, `reader`.
TestProject customers(std::string_view sql, std::string_view json = kPublic, std::string_view reader = "") {
  TestProject project;
  project.model("stg", "select id, email, name from x\n");
  project.model("customers", sql, json);
  if (!reader.empty()) project.model("reader", reader);
  return project;
}

constexpr const char* kBefore = "select id, email, name from {{ ref('stg') }}\n";
constexpr const char* kRemoved = "select id, name from {{ ref('stg') }}\n";
constexpr const char* kRenamed = "select id, email as mail, name from {{ ref('stg') }}\n";

// `category: columns` of the change from one query to the other.
std::string change(std::string_view before, std::string_view now) {
  const auto found = compare_queries(SqlText(before), SqlText(now));
  std::string out(to_string(found.category));
  for (const std::string& column : found.columns) out += " " + column;
  return out;
}

}  // namespace

TEST_CASE("breaking-column-removed: of a public model that nobody here reads") {
  constexpr const char* kRule = "breaking-column-removed";
  CHECK(customers(kRemoved).state(customers(kBefore)).lint(kRule) ==
        Lines{"models/customers.sql:1:1: warn: the column email of the public model customers is gone: nobody in this "
              "project is seen to rely on it, but other projects may, and this one cannot know [column email]"});
  CHECK(customers(kBefore).state(customers(kBefore)).lint(kRule) == Lines{});
  CHECK(customers(kRenamed).state(customers(kBefore)).lint(kRule) == Lines{});
  // Not public, before or now.
  CHECK(customers(kRemoved, "{}").state(customers(kBefore, "{}")).lint(kRule) == Lines{});
  CHECK(customers(kRemoved).state(customers(kBefore, R"({"access": "protected"})")).lint(kRule) == Lines{});
}

TEST_CASE("breaking-column-removed: what another rule reports is left to it") {
  constexpr const char* kReader = "select id, email from {{ ref('customers') }}\n";
  const auto now = [&] { return customers(kRemoved, kPublic, kReader); };
  const auto before = [&] { return customers(kBefore, kPublic, kReader); };
  CHECK(now().state(before()).lint("breaking-column-removed") == Lines{});
  CHECK(now().state(before()).lint("schema-column-removed").size() == 1);
}

TEST_CASE("breaking-column-removed: fail_on asks for what somebody here relies on, or for all") {
  constexpr const char* kRule = "breaking-column-removed";
  constexpr const char* kReader = "select id, email from {{ ref('customers') }}\n";
  const auto lint = [&](const char* fail_on, const char* access, const char* reader) {
    return customers(kRemoved, access, reader)
        .state(customers(kBefore, access, reader))
        .option(fmt::format(R"({{"fail_on": "{}"}})", fail_on))
        .lint(kRule);
  };
  CHECK(lint("consumers", "{}", kReader) ==
        Lines{"models/customers.sql:1:1: warn: the column email of customers is gone: the model reader relies on it; "
              "change both together, or leave the column as it was [column email]"});
  CHECK(lint("consumers", kPublic, kReader).size() == 1);
  CHECK(lint("consumers", kPublic, "").size() == 1);
  CHECK(lint("consumers", "{}", "") == Lines{});
  CHECK(lint("public", "{}", kReader) == Lines{});
  CHECK(
      lint("any", "{}", "") ==
      Lines{"models/customers.sql:1:1: warn: the column email of customers is gone: nobody in this project is seen to "
            "rely on it [column email]"});
}

TEST_CASE("breaking-column-renamed and breaking-type-changed: fail_on") {
  constexpr const char* kReader = "select id, email from {{ ref('customers') }}\n";
  constexpr const char* kConsumers = R"({"fail_on": "consumers"})";
  const auto lint = [&](const char* rule, std::string_view sql, const char* type) {
    const auto project = [&](std::string_view code, const char* its_type) {
      return customers(code,
                       fmt::format(R"({{"columns": {{"email": {{"name": "email", "data_type": "{}"}}}}}})", its_type),
                       kReader);
    };
    return project(sql, type).state(project(kBefore, "text")).option(kConsumers).lint(rule);
  };
  CHECK(lint("breaking-column-renamed", kRenamed, "text").size() == 1);
  CHECK(lint("breaking-type-changed", kBefore, "integer").size() == 1);
  CHECK(lint("breaking-type-changed", kBefore, "text") == Lines{});
}

TEST_CASE("breaking-column-renamed") {
  constexpr const char* kRule = "breaking-column-renamed";
  CHECK(customers(kRenamed).state(customers(kBefore)).lint(kRule) ==
        Lines{"models/customers.sql:1:1: warn: the column email of the public model customers is called mail now: "
              "nobody in this project is seen to rely on it, but other projects may, and this one cannot know [column "
              "email]"});
  CHECK(customers(kRemoved).state(customers(kBefore)).lint(kRule) == Lines{});
}

TEST_CASE("breaking-type-changed") {
  constexpr const char* kRule = "breaking-type-changed";
  const auto typed = [](std::string_view type) {
    return customers(kBefore, fmt::format(R"({{"access": "public", "columns": {{"id": {{"name": "id", "data_type":
                                              "{}"}}}}}})",
                                          type));
  };
  CHECK(typed("text").state(typed("integer")).lint(kRule) ==
        Lines{"models/customers.sql:1:1: warn: the column id of the public model customers was integer and is text: "
              "nobody in this project is seen to rely on it, but other projects may, and this one cannot know [column "
              "id]"});
  CHECK(typed("int4").state(typed("integer")).lint(kRule) == Lines{});
}

TEST_CASE("breaking-test-target: one finding at each test") {
  constexpr const char* kRule = "breaking-test-target";
  const auto project = [](std::string_view sql) {
    TestProject out = customers(sql, R"({"columns": {"email": {"name": "email"}, "id": {"name": "id"}}})");
    out.test("not_null", "model.shop.customers", "email");
    out.test("unique", "model.shop.customers", "email");
    out.test("not_null", "model.shop.customers", "id");
    return out;
  };
  const Lines lines = project(kRenamed).state(project(kBefore)).lint(kRule);
  REQUIRE(lines.size() == 2);
  for (const std::string& line : lines) {
    CHECK(line.find("names the column email of customers, which is called mail now: it ends with an error") !=
          std::string::npos);
  }
  CHECK(project(kRemoved).state(project(kBefore)).lint(kRule).size() == 2);
  CHECK(project(kBefore).state(project(kBefore)).lint(kRule) == Lines{});
}

TEST_CASE("exposure-impacted") {
  constexpr const char* kRule = "exposure-impacted";
  const auto project = [](std::string_view stg, std::string_view other = "select 1 as n\n") {
    TestProject out;
    out.model("stg", stg, fmt::format(R"({{"checksum": {{"name": "sha256", "checksum": "{}"}}}})", stg.size()));
    out.model("orders", "select * from {{ ref('stg') }}\n");
    out.model("other", other, fmt::format(R"({{"checksum": {{"name": "sha256", "checksum": "{}"}}}})", other.size()));
    out.add("exposure.shop.weekly", R"({"depends_on": {"nodes": ["model.shop.orders"]}})");
    out.add("exposure.shop.daily", R"({"depends_on": {"nodes": ["model.shop.other"]}})");
    return out;
  };
  constexpr const char* kStg = "select 1 as id\n";
  const Lines lines = project("select 1 as id, 2 as n\n").state(project(kStg)).lint(kRule);
  REQUIRE(lines.size() == 1);
  CHECK(lines[0].find("warn: the exposure weekly shows data of stg, which changed: what its readers see may be another "
                      "thing from the next run on") != std::string::npos);
  CHECK(project(kStg).state(project(kStg)).lint(kRule) == Lines{});
}

TEST_CASE("deprecated-ref") {
  constexpr const char* kRule = "deprecated-ref";
  const auto project = [](std::string_view date, std::string_view reader_date = "null") {
    TestProject out;
    out.model("stg", "select 1 as id\n", fmt::format(R"({{"deprecation_date": {}}})", date));
    out.model("orders", "select *\nfrom {{ ref('stg') }}\n", fmt::format(R"({{"deprecation_date": {}}})", reader_date));
    out.test("unique", "model.shop.stg", "id");
    return out;
  };
  CHECK(
      project(R"("2024-12-31T00:00:00+00:00")").lint(kRule) ==
      Lines{"models/orders.sql:2:9: warn: orders reads stg, which is deprecated since 2024-12-31: when it is removed, "
            "as it may be any day, dbt cannot parse the project"});
  // The tests' day is 2025-06-01.
  CHECK(project(R"("2025-06-20T00:00:00+00:00")").lint(kRule) ==
        Lines{"models/orders.sql:2:9: warn: orders reads stg, which will be deprecated on 2025-06-20: when it is "
              "removed, as it may be from then on, dbt cannot parse the project"});
  CHECK(project(R"("2025-06-20T00:00:00+00:00")").option(R"({"days": 7})").lint(kRule) == Lines{});
  CHECK(project(R"("2025-12-31T00:00:00+00:00")").lint(kRule) == Lines{});
  CHECK(project("null").lint(kRule) == Lines{});
  // Who goes with it or before need not be told.
  CHECK(project(R"("2025-06-20T00:00:00+00:00")", R"("2025-06-20T00:00:00+00:00")").lint(kRule) == Lines{});
}

TEST_CASE("deprecated-ref: of several versions the one that is read") {
  TestProject project;
  project.add("model.shop.orders.v1",
              R"({"name": "orders", "version": 1, "latest_version": 2, "deprecation_date": "2024-12-31T00:00:00Z"})");
  project.add("model.shop.orders.v2", R"({"name": "orders", "version": 2, "latest_version": 2})");
  project.model("both", "select * from {{ ref('orders') }} join {{ ref('orders', v=1) }} using (id)\n",
                R"({"depends_on": {"nodes": ["model.shop.orders.v1", "model.shop.orders.v2"]}})");
  project.model("newest", "select * from {{ ref('orders') }}\n",
                R"({"depends_on": {"nodes": ["model.shop.orders.v2"]}})");
  CHECK(project.lint("deprecated-ref") ==
        Lines{"models/both.sql:1:43: warn: both reads orders v1, which is deprecated since 2024-12-31: when it is "
              "removed, as it may be any day, dbt cannot parse the project"});
}

TEST_CASE("coverage-not-lower") {
  constexpr const char* kRule = "coverage-not-lower";
  const auto project = [](bool described) {
    TestProject out;
    constexpr const char* kFull =
        R"({"description": "One row per order.", "columns": {"id": {"name": "id", "description": "The key."}}})";
    out.model("orders", "select 1 as id\n", kFull);
    out.model("refunds", "select 1 as id\n", described ? kFull : R"({"columns": {"id": {"name": "id"}}})");
    out.test("unique", "model.shop.orders", "id");
    if (described) out.test("unique", "model.shop.refunds", "id");
    // What packages do is no concern of this project.
    out.add("model.a_package.x", R"({"columns": {"id": {"name": "id"}}})");
    return out;
  };
  const Lines lines = project(false).state(project(true)).lint(kRule);
  REQUIRE(lines.size() == 4);
  CHECK(lines[0].find("warn: 50.00 % of the declared columns have a description (1 of 2), 100.00 % in the state (2 of "
                      "2): this change lowers the project's coverage") != std::string::npos);
  CHECK(project(false).state(project(true)).option(R"({"of": ["tested-models"]})").lint(kRule).size() == 1);
  CHECK(project(false).state(project(true)).option(R"({"tolerance": 50.0})").lint(kRule) == Lines{});
  CHECK(project(true).state(project(false)).lint(kRule) == Lines{});
  CHECK(project(false).state(project(false)).lint(kRule) == Lines{});
  SUBCASE("a description of blanks is none; letter case does not count; a singular test is one") {
    const auto one = [](const char* description, const char* column) {
      TestProject out;
      out.model("orders", "select 1 as id\n",
                fmt::format(R"({{"description": "{0}", "columns": {{"id": {{"name": "id", "description": "{0}"}}}}}})",
                            description));
      out.test("unique", "model.shop.orders", column);
      return out;
    };
    CHECK(one("  ", "id").state(one("The orders.", "id")).lint(kRule).size() == 2);
    CHECK(one("x", "ID").state(one("x", "id")).lint(kRule) == Lines{});
    TestProject singular;
    singular.model("orders", "select 1 as id\n");
    singular.add("test.shop.sums", R"({"depends_on": {"nodes": ["model.shop.orders"], "macros": []}})");
    CHECK(singular.state(one("x", "id")).option(R"({"of": ["tested-models"]})").lint(kRule) == Lines{});
  }
}

TEST_CASE("compare_queries: what is no change") {
  CHECK(change("select id from a", "-- the key\nSELECT id\nFROM a;") == "unchanged");
  CHECK(change("{{ config(tags=['x']) }} select id from a", "{{ config(tags=['y']) }} select id from a") ==
        "unchanged");
  CHECK(change("select id from {{ ref('a') }}", "select id from {{ref('a')}}") != "additive");
}

TEST_CASE("compare_queries: columns that are new") {
  CHECK(change("select id, n from a", "select id, n, lower(x) as y from a") == "additive y");
  CHECK(change("select id, n from a", "select id, z, n from a") == "additive z");
  CHECK(change("with s as (select id from {{ ref('a') }}) select * from s",
               "with s as (select id, y from {{ ref('a') }}) select * from s") == "additive y");
  CHECK(change("select *, 1 as n from a", "select *, 1 as n, 2 as m from a") == "additive m");
}

TEST_CASE("compare_queries: columns that differ") {
  CHECK(change("select id, a + b as n from t", "select id, a - b as n from t") == "column n");
  CHECK(change("select id, n from t", "select id from t") == "column n");
  CHECK(change("select id, n from t", "select id, m from t") == "column n");
  CHECK(change("select id, n from t", "select n, id from t") == "column");
  CHECK(change("with s as (select id, a as n from t) select id, n from s",
               "with s as (select id, b as n from t) select id, n from s") == "column n");
}

TEST_CASE("compare_queries: what rows there are") {
  CHECK(change("select id from t", "select id from t where id > 0") == "model-wide");
  CHECK(change("select id from {{ ref('a') }}", "select id from {{ ref('b') }}") == "model-wide");
  CHECK(change("select id from t", "select distinct id from t") == "model-wide");
  CHECK(change("select distinct id from t", "select distinct id, n from t") == "model-wide");
  CHECK(change("select a, count(*) as n from t group by 1", "select b as a, count(*) as n from t group by 1") ==
        "model-wide");
  // A column that rows are joined or filtered by further down.
  CHECK(change("with s as (select id, a as n from t) select id from s where n > 0",
               "with s as (select id, b as n from t) select id from s where n > 0") == "model-wide");
  CHECK(change("select id, x from t where d > '2024-01-01'", "select id, x from t where d > '2025-01-01'") ==
        "model-wide");
}

TEST_CASE("compare_queries: what the text does not tell") {
  CHECK(change("select id from a union all select id from b", "select id, n from a union all select id, n from b") ==
        "unknown");
  CHECK(change("select id, {{ columns('x') }} from t", "select id, {{ columns('y') }} from t") == "unknown");
  CHECK(change("select id {% if x %}, n {% endif %} from t", "select id {% if y %}, n {% endif %} from t") ==
        "unknown");
  CHECK(change("select id, * from t", "select id, t.* from t") == "unknown");
  CHECK(change("{% set x = 1 %} select id from t", "{% set x = 2 %} select id from t") == "unknown");
  CHECK(change("{{ query('a') }}", "{{ query('b') }}") == "unknown");
  // A union takes columns by their places.
  CHECK(change("with s as (select id from t), u as (select * from s union all select * from v) select * from u",
               "with s as (select id, n from t), u as (select * from s union all select * from v) select * from u") ==
        "unknown");
  CHECK(change("with s as (select id from t", "with s as (select n from t") == "unknown");
}

TEST_CASE("change-category") {
  const auto project = [](std::string_view sql) {
    TestProject out;
    out.model("orders", sql, fmt::format(R"({{"checksum": {{"name": "sha256", "checksum": "{}"}}}})", sql.size()));
    out.model("a", "select * from {{ ref('orders') }}\n");
    out.model("b", "select * from {{ ref('a') }}\n");
    return out;
  };
  constexpr const char* kRule = "change-category";
  constexpr const char* kSql = "select id, n from t\n";
  CHECK(
      project("select id, n, m from t\n").state(project(kSql)).lint(kRule) ==
      Lines{"models/orders.sql:1:1: warn: additive change: that of orders only adds m: the columns and rows that were "
            "there stay as they are"});
  CHECK(project("select id, 2 * n as n from t\n").state(project(kSql)).lint(kRule) ==
        Lines{"models/orders.sql:1:1: warn: column change: that of orders concerns n alone: the rows and the other "
              "columns stay as they are; 2 models are downstream"});
  CHECK(project("select id, n from t where n > 0\n").state(project(kSql)).lint(kRule) ==
        Lines{"models/orders.sql:1:1: warn: model-wide change: that of orders concerns which rows there are (what is "
              "read, joined, filtered or grouped): any column may have other values; 2 models are downstream"});
  CHECK(project("-- new\nselect id, n from t\n").state(project(kSql)).lint(kRule) == Lines{});
  CHECK(project("select id, n, m from t\n")
            .state(project(kSql))
            .option(R"({"categories": ["model-wide"]})")
            .lint(kRule) == Lines{});
}
