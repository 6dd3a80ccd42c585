// The rules about columns that are gone, renamed or retyped, and whom they find to rely on them.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include "rules/test_project.h"

using plowline::testing::Lines;
using plowline::testing::TestProject;

namespace {

constexpr const char* kRemoved = "schema-column-removed";
constexpr const char* kRenamed = "schema-column-renamed";
constexpr const char* kRetyped = "schema-column-retyped";

// A model `stg` with that SQL, and what reads it.
TestProject project_of(std::string_view sql, std::string_view reader = "select id, email from {{ ref('stg') }}\n",
                       std::string_view json = "{}") {
  TestProject project;
  project.add("source.shop.raw.customers");
  project.model("stg", sql, json);
  project.model("reader", reader);
  return project;
}

constexpr const char* kBefore = "select id, email, name from {{ source('raw', 'customers') }}\n";
constexpr const char* kWithoutEmail = "select id, name from {{ source('raw', 'customers') }}\n";

Lines removed(std::string_view now, std::string_view reader = "select id, email from {{ ref('stg') }}\n",
              std::string_view before = kBefore) {
  return project_of(now, reader).state(project_of(before, reader)).lint(kRemoved);
}

// Whether the reader's code is taken to read the column `email` of `stg`.
bool reads_email(std::string_view reader) {
  return !removed(kWithoutEmail, reader).empty();
}

}  // namespace

TEST_CASE("schema-column-removed: gone from the select list, and read downstream") {
  CHECK(removed(kWithoutEmail) ==
        Lines{"models/stg.sql:1:1: error: the column email of stg is gone; the model reader relies on it: what still "
              "names it fails when it is built or run next [column email]"});
}

TEST_CASE("schema-column-removed: what the last select list gives") {
  CHECK(!removed("with s as (select id, email, name from {{ source('raw', 'customers') }}), final as (select id, name "
                 "from s) select * from final\n")
             .empty());
  CHECK(!removed("select id, name, lower(email) as mail, 1 as n from {{ source('raw', 'customers') }}\n").empty());
  CHECK(!removed("select id from (select id, email from {{ source('raw', 'customers') }}) as x\n").empty());
  CHECK(!removed("select c.id, c.name::text as name from {{ source('raw', 'customers') }} as c -- email\n").empty());
}

TEST_CASE("schema-column-removed: silent where the column may still be there") {
  CHECK(removed("select id, upper(email) as EMAIL from {{ source('raw', 'customers') }}\n") == Lines{});
  CHECK(removed("select * from {{ source('raw', 'customers') }}\n") == Lines{});
  CHECK(removed("select id, c.* from {{ source('raw', 'customers') }} as c\n") == Lines{});
  CHECK(removed("select id, {{ columns() }} from {{ source('raw', 'customers') }}\n") == Lines{});
  CHECK(removed("select id {% if true %}, email {% endif %} from {{ source('raw', 'customers') }}\n") == Lines{});
  CHECK(removed("with s as (select *, 1 as n from {{ source('raw', 'customers') }}) select * from s\n") == Lines{});
  CHECK(removed("select id, name, a + b from {{ source('raw', 'customers') }}\n") == Lines{});
  // Nobody knows whether it was there.
  CHECK(removed(kWithoutEmail, "select id, email from {{ ref('stg') }}\n",
                "select * from {{ source('raw', 'customers') }}\n") == Lines{});
}

TEST_CASE("schema-column-removed: a column that is only not described any more") {
  constexpr const char* kReader = "select id, email from {{ ref('stg') }}\n";
  TestProject now = project_of(kBefore, kReader, R"({"columns": {"id": {"name": "id"}}})");
  TestProject before =
      project_of(kBefore, kReader, R"({"columns": {"id": {"name": "id"}, "email": {"name": "email"}}})");
  CHECK(now.state(std::move(before)).lint(kRemoved) == Lines{});
}

TEST_CASE("schema-column-removed: with an enforced contract the declared columns are those of the table") {
  constexpr const char* kStar = "select * from {{ source('raw', 'customers') }}\n";
  const auto project = [&](const char* columns) {
    return project_of(kStar, "select id from {{ ref('stg') }}\n",
                      fmt::format(R"({{"contract": {{"enforced": true}}, "columns": {{{}}}}})", columns));
  };
  TestProject now = project(R"("id": {"name": "id", "data_type": "int"})");
  TestProject before =
      project(R"("id": {"name": "id", "data_type": "int"}, "email": {"name": "email", "data_type": "text"})");
  CHECK(now.state(std::move(before)).lint(kRemoved) ==
        Lines{"models/stg.sql:1:1: error: the column email of stg is gone; its enforced contract relies on it: what "
              "still names it fails when it is built or run next [column email]"});
}

TEST_CASE("schema-column-removed: nobody relies on it") {
  CHECK_FALSE(reads_email("select id from {{ ref('stg') }}\n"));
  TestProject now = project_of(kWithoutEmail, "select id from {{ ref('stg') }}\n");
  now.state(project_of(kBefore, "select id from {{ ref('stg') }}\n"));
  CHECK(now.option(R"({"without_consumers": true})").lint(kRemoved) ==
        Lines{"models/stg.sql:1:1: error: the column email of stg is gone [column email]"});
}

TEST_CASE("schema-column-removed: which models read a column") {
  CHECK(reads_email("select s.email from {{ ref('stg') }} as s\n"));
  CHECK(reads_email("with s as (select * from {{ ref('stg') }}) select s.EMAIL from s\n"));
  CHECK(reads_email("with s as (select * from {{ ref('stg') }}) select x.email from s x\n"));
  CHECK(reads_email("select \"email\" from {{ ref('stg') }}\n"));
  CHECK(reads_email("select lower(email) as email from {{ ref('stg') }}\n"));
  CHECK(reads_email("select {{ masked('email') }} from {{ ref('stg') }}\n"));
  // Comments, strings, parts of words, aliases, functions, other tables' columns.
  CHECK_FALSE(reads_email("select id /* email */ from {{ ref('stg') }} -- email\n"));
  CHECK_FALSE(reads_email("select id, 'email' as kind from {{ ref('stg') }}\n"));
  CHECK_FALSE(reads_email("select id, email_address, my_email from {{ ref('stg') }}\n"));
  CHECK_FALSE(reads_email("select id, upper(name) as email from {{ ref('stg') }}\n"));
  CHECK_FALSE(reads_email("select id, email(name) as e from {{ ref('stg') }}\n"));
  CHECK_FALSE(reads_email("select s.id, o.email from {{ ref('stg') }} s join others o on true\n"));
  CHECK_FALSE(reads_email("{# email #} select id from {{ ref('stg') }}\n"));
  CHECK_FALSE(reads_email("select {{ dbt_utils.star(from=ref('stg'), except=['email']) }} from {{ ref('stg') }}\n"));
}

TEST_CASE("schema-column-removed: a column that another table of the reader has as well") {
  const auto lines = [](std::string_view reader) {
    const auto project = [&](const char* sql) {
      TestProject out;
      out.add("source.shop.raw.customers");
      out.model("stg", sql);
      out.model("other", "select 1 as email\n", R"({"columns": {"email": {"name": "email"}}})");
      out.model("reader", reader);
      return out;
    };
    return project(kWithoutEmail).state(project(kBefore)).lint(kRemoved);
  };
  CHECK(
      lines("with a as (select id from {{ ref('stg') }}), b as (select email from {{ ref('other') }}) select * from a, "
            "b\n") == Lines{});
  CHECK(lines("select a.id, b.email from {{ ref('stg') }} a join {{ ref('other') }} b using (id)\n") == Lines{});
  CHECK(lines("select a.email from {{ ref('stg') }} a join {{ ref('other') }} b using (id)\n").size() == 1);
  CHECK(lines("select 1 from {{ ref('stg') }} a join {{ ref('other') }} b using (id, email)\n").size() == 1);
}

TEST_CASE("schema-column-removed: all kinds of consumers, by name") {
  const auto project = [](const char* sql) {
    TestProject out = project_of(sql, "select * from {{ ref('stg') }}\n");
    out.model("mart", "select id, email from {{ ref('reader') }}\n");  // through `select *`
    out.add("snapshot.shop.history", R"({"raw_code": "select * from {{ ref('stg') }}",
            "config": {"materialized": "snapshot", "unique_key": "id", "check_cols": ["email"]}})");
    out.test("unique", "model.shop.stg", "email", R"({"depends_on": {"nodes": ["model.shop.stg"], "macros": []}})");
    out.add("test.shop.no_empty", R"({"raw_code": "select 1 from {{ ref('stg') }} where email = ''"})");
    out.add("exposure.shop.mails", R"({"depends_on": {"nodes": ["model.shop.stg"], "macros": []}})");
    out.add("semantic_model.shop.people", R"x({"depends_on": {"nodes": ["model.shop.stg"], "macros": []},
            "entities": [{"name": "customer", "expr": "lower(email)"}]})x");
    out.add("unit_test.shop.mart.t", R"x({"depends_on": {"nodes": ["model.shop.reader"], "macros": []},
            "given": [{"input": "ref('stg')", "rows": [{"email": "a@b"}]}], "expect": {"rows": []}})x");
    return out;
  };
  CHECK(project(kWithoutEmail).state(project(kBefore)).lint(kRemoved) ==
        Lines{"models/stg.sql:1:1: error: the column email of stg is gone; the models mart and history, the tests "
              "no_empty and unique_stg_email, the unit test t, the exposure mails and the semantic model people rely "
              "on it: what still names it fails when it is built or run next [column email]"});
}

TEST_CASE("schema-column-removed: a relationships test of another model") {
  const auto project = [](const char* sql) {
    TestProject out = project_of(sql, "select id from {{ ref('stg') }}\n");
    out.test("relationships", "model.shop.reader", "id",
             R"x({"test_metadata": {"kwargs": {"to": "ref('stg')", "field": "email"}},
                 "depends_on": {"nodes": ["model.shop.stg", "model.shop.reader"], "macros": []}})x");
    return out;
  };
  CHECK(project(kWithoutEmail).state(project(kBefore)).lint(kRemoved).size() == 1);
}

TEST_CASE("schema-column-renamed") {
  const auto lines = [](std::string_view now, std::string_view rule) {
    return project_of(now).state(project_of(kBefore)).lint(rule);
  };
  constexpr const char* kMail = "select id, email as mail, name from {{ source('raw', 'customers') }}\n";
  CHECK(lines(kMail, kRenamed) ==
        Lines{"models/stg.sql:1:1: error: the column email of stg is called mail now; the model reader relies on it: "
              "what still names it fails when it is built or run next [column email]"});
  CHECK(lines(kMail, kRemoved) == Lines{});
  // Another column in another place is a new one.
  constexpr const char* kOther = "select id, name, 1 as rank, 2 as score from {{ source('raw', 'customers') }}\n";
  CHECK(lines(kOther, kRenamed) == Lines{});
  CHECK(lines(kOther, kRemoved).size() == 1);
}

TEST_CASE("schema-column-renamed: not where the types differ") {
  const auto project = [](const char* sql, const char* columns) {
    return project_of(sql, "select email from {{ ref('stg') }}\n", fmt::format(R"({{"columns": {{{}}}}})", columns));
  };
  constexpr const char* kNow = "select id, mail, name from {{ source('raw', 'customers') }}\n";
  const auto rule = [&](const char* type, const char* name) {
    return project(kNow, fmt::format(R"("mail": {{"name": "mail", "data_type": "{}"}})", type).c_str())
        .state(project(kBefore, R"("email": {"name": "email", "data_type": "text"})"))
        .lint(name);
  };
  CHECK(rule("text", kRenamed).size() == 1);
  CHECK(rule("integer", kRenamed) == Lines{});
  CHECK(rule("integer", kRemoved).size() == 1);
}

TEST_CASE("schema-column-retyped") {
  const auto project = [](const char* type) {
    return project_of(kBefore, "select email from {{ ref('stg') }}\n",
                      fmt::format(R"({{"columns": {{"email": {{"name": "email", "data_type": {}}}}}}})", type));
  };
  const auto from_to = [&](const char* before, const char* now) {
    return project(now).state(project(before)).lint(kRetyped);
  };
  CHECK(from_to("\"text\"", "\"integer\"") ==
        Lines{"models/stg.sql:1:1: error: the column email of stg was text and is integer; the model reader relies on "
              "it: joins, comparisons and casts of it may fail or mean something else [column email]"});
  CHECK(from_to("\"text\"", "null") == Lines{});
  CHECK(from_to("\"TEXT\"", "\"text\"") == Lines{});
  // Postgres' names of one type.
  CHECK(from_to("\"int8\"", "\"bigint\"") == Lines{});
}

TEST_CASE("changed columns: both projects' catalogs") {
  constexpr const char* kStar = "select * from {{ source('raw', 'customers') }}\n";
  const auto project = [&](std::vector<TestProject::CatalogColumn> columns) {
    TestProject out = project_of(kStar);
    if (!columns.empty()) out.catalog_table("model.shop.stg", std::move(columns));
    return out;
  };
  const auto both = [&](std::vector<TestProject::CatalogColumn> now, std::string_view rule) {
    return project(std::move(now)).state(project({{"id", "integer"}, {"email", "text"}})).lint(rule);
  };
  CHECK(both({{"id", "integer"}}, kRemoved).size() == 1);
  CHECK(both({{"id", "integer"}, {"mail", "text"}}, kRenamed).size() == 1);
  CHECK(both({{"id", "integer"}, {"mail", "date"}}, kRenamed) == Lines{});
  CHECK(both({{"id", "integer"}, {"email", "date"}}, kRetyped) ==
        Lines{"models/stg.sql:1:1: error: the column email of stg was text and is date; the model reader relies on it: "
              "joins, comparisons and casts of it may fail or mean something else [column email]"});
  // Snowflake's upper case, another name of the type, and a catalog without the table.
  CHECK(both({{"ID", "int4"}, {"EMAIL", "TEXT"}}, kRemoved) == Lines{});
  CHECK(both({{"ID", "int4"}, {"EMAIL", "TEXT"}}, kRetyped) == Lines{});
  CHECK(both({}, kRemoved) == Lines{});
}
