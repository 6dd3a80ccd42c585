// Queries as users type them: what is wrong with one, what it may do, and how long.
#include "query/query.h"

#include <chrono>
#include <fmt/format.h>

#include "lint/rule.h"
#include "query_project.h"
#include "support/support.h"

using namespace plowline;
using namespace plowline::testing;
using Lines = std::vector<std::string>;

TEST_CASE("an error in SQL has its place, its line with a mark, and the name that is meant") {
  const QueryProject project(kShop);
  CHECK(project.error("select nme from nodes") ==
        "query:1:8: no such column: nme: did you mean 'name'?\n"
        "  select nme from nodes\n"
        "         ^^^\n"
        "  'plowline query --tables' lists the tables and their columns");
  CHECK(project.error("select name\nfrom nods") ==
        "query:2:6: no such table: nods: did you mean 'nodes'?\n"
        "  from nods\n"
        "       ^^^^\n"
        "  'plowline query --tables' lists the tables and their columns");
  CHECK(project.error("-- é\n/* è */ select 'ü', frm x nodes") ==
        "query:2:27: near \"nodes\": syntax error\n"
        "  /* è */ select 'ü', frm x nodes\n"
        "                            ^^^^^");
  CHECK(project.error("select 1 +  \n") == "query:1:11: incomplete input\n  select 1 +  \n            ^");
  CHECK(project.error("select \"model\"").find("no such column: model: texts stand in 'single quotes'") !=
        std::string::npos);
  CHECK(project.error("").find("there is no SQL in the query") != std::string::npos);
  CHECK(project.error(" ; -- only a comment").find("there is no SQL in the query") != std::string::npos);
  CHECK(project.error("/* open").find("there is no SQL") != std::string::npos);
  CHECK(project.error("select 1; select 2").find("query:1:11: a second statement") == 0);
  CHECK(project.error("select :name").find("a parameter, :name") != std::string::npos);
  CHECK(project.error(std::string("select 1\0, 2", 12)).find("a zero byte") != std::string::npos);
  CHECK(project.rows("; select 1 ; -- the end\n ;") == Lines{"1"});
}

TEST_CASE("an error on the way names what went wrong, too") {
  const QueryProject project(kShop);
  CHECK(project.error("select name from nodes where name regexp '('").find("'(' is no regular expression") !=
        std::string::npos);
  CHECK(project.error("select json_extract('{', '$')").find("malformed JSON") != std::string::npos);
}

TEST_CASE("a query reads the tables and nothing else") {
  const QueryProject project(kShop);
  const TemporaryFolder folder;
  const std::string file = folder.write("secret.txt", "secret").string();
  const std::string database = (folder.path() / "new.db").string();
  for (const std::string& sql : {"attach '" + database + "' as x",
                                 std::string("detach state"),
                                 std::string("pragma table_info(nodes)"),
                                 std::string("pragma writable_schema = 1"),
                                 std::string("select * from pragma_database_list"),
                                 std::string("select load_extension('x')"),
                                 "select readfile('" + file + "')",
                                 "select writefile('" + database + "', 'x')",
                                 std::string("select fts3_tokenizer('simple')"),
                                 std::string("select json_patch('{}', '{}')"),
                                 "vacuum into '" + database + "'",
                                 std::string("create table x(a)"),
                                 std::string("create temp table x(a)"),
                                 std::string("create virtual table x using fts5(a)"),
                                 std::string("create view x as select 1"),
                                 std::string("drop table nodes"),
                                 std::string("insert into nodes(name) values ('x')"),
                                 std::string("update nodes set name = 'x'"),
                                 std::string("delete from nodes"),
                                 std::string("delete from sqlite_schema"),
                                 std::string("alter table nodes rename to x"),
                                 std::string("begin"),
                                 std::string("commit"),
                                 std::string("savepoint x"),
                                 std::string("reindex"),
                                 std::string("analyze"),
                                 std::string("vacuum"),
                                 std::string("select data from sqlite_dbpage"),
                                 std::string("select name from dbstat"),
                                 std::string("with x as (select 1) insert into nodes(name) select * from x")}) {
    CAPTURE(sql);
    const auto result = project.run(sql);
    REQUIRE(!result);
    CHECK(result.error().status == ExitStatus::kUsage);
    CHECK(!std::filesystem::exists(database));
  }
  CHECK(project.error("attach 'x' as y") == "query: a query only reads the project's tables: ATTACH is not allowed");
  for (const char* sql : {"create temp table x(a)", "create table x(a)", "select * from pragma_table_info('nodes')"}) {
    CHECK(project.error(sql).find("query: a query only reads the project's tables: making a table or opening one of "
                                  "SQLite's own is not allowed") == 0);
  }
  // What is left is a whole language.
  CHECK(project.rows("select value from json_each('[1, 2]')") == Lines{"1", "2"});
  CHECK(project.rows(
            "with recursive t(x) as (select 1 union all select x + 1 from t where x < 3) select sum(x) from t") ==
        Lines{"6"});
  CHECK(
      project.rows("select name, row_number() over (order by name) from nodes where resource_type = 'model' limit 1") ==
      Lines{"helper|1"});
  CHECK(project.rows("select name from nodes where name regexp '^stg_'") == Lines{"stg_orders"});
  CHECK(project.rows("select null regexp 'x', 'x' regexp null, 5 regexp '5'") == Lines{"-|-|1"});
}

TEST_CASE("a query that does not end is ended") {
  const QueryProject project(kShop);
  using namespace std::chrono_literals;
  const auto start = std::chrono::steady_clock::now();
  for (const char* sql :
       {"with recursive t(x) as (select 1 union all select x + 1 from t) select count(*) from t",
        "select count(*) from nodes a, nodes b, nodes c, nodes d, nodes e, nodes f, nodes g, nodes h, nodes i",
        "with recursive t(x) as (select 1 union all select x + 1 from t) select x from t where x < 0",
        // (A single step copies megabytes.)
        "with recursive t(x) as (select hex(zeroblob(4000000)) union all select lower(x) || '' from t) select count(*) "
        "from t where x = ''"}) {
    CHECK(project.error(sql, {.time = 100ms}) ==
          "query: the query took longer than 0.1 s\n  narrow it (edges: say the parent, the child or the depth), or "
          "allow it more time");
  }
  CHECK(std::chrono::steady_clock::now() - start < 30s);
}

TEST_CASE("a query that grows without end is ended") {
  const QueryProject project(kShop);
  CHECK(!project.run("select zeroblob(1000000000)"));
  CHECK(!project.run("select hex(zeroblob(100000000))"));
  CHECK(!project.run("select 'x' like '" + std::string(600, '%') + "'"));
  const auto many =
      project.run("with recursive t(x) as (select 1 union all select x + 1 from t) select x from t", {.rows = 10});
  REQUIRE(many);
  CHECK(many->rows.size() == 10);
  CHECK(many->truncated);
  const auto exact = project.run("select 1 union all select 2", {.rows = 2});
  REQUIRE(exact);
  CHECK(exact->rows.size() == 2);
  CHECK(!exact->truncated);
}

TEST_CASE("what a query needs is known before anything is read") {
  const auto shape = [](const std::string& sql) {
    const auto found = shape_of({.sql = sql});
    REQUIRE(found);
    return *found;
  };
  CHECK(shape("select name, 1 as one from nodes").columns == Lines{"name", "one"});
  CHECK(shape("select name from nodes").needs == kManifestOnly);
  CHECK(shape("select count(*) from catalog_columns").needs == kNeedsCatalog);
  CHECK(shape("select 1 from run_results").needs == kNeedsRunResults);
  CHECK(shape("select 1 from state.nodes").needs == kNeedsState);
  CHECK(shape("select 1 from state.catalog_tables").needs == (kNeedsState | kNeedsStateCatalog));
  CHECK(shape("select 1 where exists (select 1 from findings)").findings);
  CHECK(!shape("with findings as (select 1) select * from findings").findings);
}

TEST_CASE("findings are asked for once, and only where they are named") {
  const QueryProject project(kShop);
  int asked = 0;
  const std::vector<Finding> found{
      {.rule = "no-owner", .severity = Severity::kError, .unique_id = "model.shop.orders"}};
  const QueryInputs inputs{.project = &project.lint(), .findings = [&](const LintProject& whose) {
                             ++asked;
                             CHECK(&whose == &project.lint());
                             return Result<const std::vector<Finding>*>(&found);
                           }};
  REQUIRE(run_query({.sql = "select 1 from nodes"}, inputs, {}));
  CHECK(asked == 0);
  const auto result = run_query(
      {.sql = "select n.name, f.rule, f.severity, f.line from findings f join nodes n using (unique_id)"}, inputs, {});
  REQUIRE(result);
  REQUIRE(result->rows.size() == 1);
  CHECK(result->rows[0] ==
        QueryRow{std::string("orders"), std::string("no-owner"), std::string("error"), std::monostate()});
  CHECK(asked == 1);
}

TEST_CASE("hostile names stay values") {
  const QueryProject project(R"(
"model.shop.x'; drop table nodes; --": {name: "x'; drop table nodes; --", description: "\e[31mred\a"}
"model.shop.\"quoted\"": {columns: ["a\nb", "'", "\0"]}
)");
  CHECK(project.rows("select count(*) from nodes where unique_id = 'model.shop.x''; drop table nodes; --'") ==
        Lines{"1"});
  CHECK(project.rows("select count(*), count(distinct n.name) from columns c join nodes n using (unique_id)") ==
        Lines{"3|1"});
  CHECK(project.rows("select count(*) from edges") == Lines{"0"});
}
