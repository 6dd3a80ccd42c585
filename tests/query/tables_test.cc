// What each table says of a project.
#include "query/tables.h"

#include <set>

#include "query/query_output.h"
#include "query_project.h"
#include "support/json_schema.h"
#include "support/support.h"

using namespace plowline;
using namespace plowline::testing;
using Lines = std::vector<std::string>;

TEST_CASE("nodes have their own columns, and what is long only by its name") {
  const QueryProject project(kShop);
  CHECK(project.rows("select count(*) from nodes") == Lines{"11"});
  CHECK(project.rows("select name, materialized, layer, is_own, description, fqn from nodes where name = 'orders' and "
                     "resource_type = 'model'") == Lines{"orders|incremental|other|1|One row per order.|shop.orders"});
  CHECK(project.rows("select layer from nodes where name = 'stg_orders'") == Lines{"staging"});
  CHECK(project.rows("select is_own, package_name from nodes where name = 'helper'") == Lines{"0|packaged"});
  CHECK(project.rows("select access, group_name, description from nodes where name = 'revenue'") ==
        Lines{"protected|money|-"});
  const auto star = project.run("select * from nodes limit 1");
  REQUIRE(star);
  CHECK(std::ranges::find(star->columns, "raw_code") == star->columns.end());
  CHECK(project.rows("select raw_code from nodes where unique_id = 'model.shop.orders'") ==
        Lines{"select 1\n  from stg_orders"});
  CHECK(project.rows(
            "select json_extract(record, '$.config.unique_key[1]'), json_extract(config, '$.materialized'), tags "
            "from nodes where unique_id = 'model.shop.orders'") == Lines{"day|incremental|[\"nightly\",\"finance\"]"});
}

TEST_CASE("edges have every pair with the shortest distance, from whichever end a query looks") {
  const QueryProject project(kShop);
  CHECK(project.rows("select child, depth from edges where parent = 'model.shop.stg_orders' and child like 'model%' "
                     "order by child") == Lines{"model.shop.orders|1", "model.shop.revenue|1"});
  CHECK(
      project.rows("select parent, depth from edges where child = 'exposure.shop.dashboard' order by depth, parent") ==
      Lines{"model.shop.revenue|1", "model.shop.orders|2", "model.shop.stg_orders|2", "source.shop.raw.orders|3"});
  CHECK(project.rows("select depth from edges where parent = 'source.shop.raw.orders' and child = "
                     "'exposure.shop.dashboard'") == Lines{"3"});
  CHECK(project.rows("select count(*) from edges where parent = 'nothing'") == Lines{"0"});
  CHECK(project.rows("select count(*) from edges where parent is null") == Lines{"0"});
}

TEST_CASE("a limit of depth gives the same rows as a filter that walks cannot use") {
  const QueryProject project(kShop);
  for (const std::string compared : {"= 1", "= 2", "<= 2", "< 2", "< 2.5", "<= 1.5", "= 1.5", "<= 0", "< -3", "<= 'a'",
                                     "<= '2'", "= null", "between 2 and 3", "in (1, 3)", "> 1"}) {
    CAPTURE(compared);
    // (Unary plus takes the column's affinity away, and the filter from the table.)
    CHECK(project.rows("select parent, child, depth from edges where depth " + compared + " order by 1, 2") ==
          project.rows("select parent, child, depth from edges where cast(+depth as integer) " + compared +
                       " order by 1, 2"));
  }
}

TEST_CASE("columns, configs, metas and tags have a row for each") {
  const QueryProject project(kShop);
  CHECK(project.rows("select name, position, data_type, description, tags, meta from columns where unique_id = "
                     "'model.shop.orders'") ==
        Lines{"id|1|bigint|The key.|[\"key\"]|{\"pii\":false}", "day|2|-|-|-|-"});
  CHECK(project.rows("select key, value, typeof(value) from configs where unique_id = 'model.shop.orders' and key in "
                     "('materialized', 'unique_key', 'enabled') order by key") ==
        Lines{"enabled|1|integer", "materialized|incremental|text", "unique_key|[\"id\",\"day\"]|text"});
  CHECK(project.rows("select column_name, key, value from metas where unique_id = 'model.shop.orders' order by 1, 2") ==
        Lines{"-|level|2", "-|owner|finance", "-|reviewed|1", "-|teams|[\"a\",\"b\"]", "id|pii|0"});
  CHECK(project.rows("select column_name, tag from tags order by 2") == Lines{"-|finance", "id|key", "-|nightly"});
}

TEST_CASE("what a column's config says counts as what stands beside it") {
  const QueryProject project(R"(
model.shop.a:
  columns:
    - {name: old, meta: {pii: true}, tags: [key]}
    - {name: new, config: {meta: {owner: me, note: "a \"b\""}, tags: [x]}}
    - {name: both, meta: {pii: true, owner: old}, tags: [x, y], config: {meta: {owner: new}, tags: [z, y]}}
    - {name: none, meta: {}, tags: [], config: {meta: {}, tags: []}}
)");
  CHECK(project.rows("select column_name, key, value from metas order by 1, 2") ==
        Lines{"both|owner|new", "both|pii|1", "new|note|a \"b\"", "new|owner|me", "old|pii|1"});
  CHECK(project.rows("select column_name, tag from tags order by 1, 2") ==
        Lines{"both|x", "both|y", "both|z", "new|x", "old|key"});
  CHECK(project.rows("select name, meta, tags from columns order by name") ==
        Lines{R"(both|{"owner":"new","pii":true}|["x","y","z"])", R"(new|{"owner":"me","note":"a \"b\""}|["x"])",
              "none|{}|[]", R"(old|{"pii":true}|["key"])"});
}

TEST_CASE("the metas of columns in a manifest of dbt 1.10") {
  const auto shared = shared_or_skip("the metas of columns in a manifest of dbt 1.10");
  if (shared.empty()) return;
  const auto file = shared / "corpus/manifests/PicnicSupermarket__dbt-score/tests/resources/manifest.json";
  Warnings warnings;
  auto manifest = read_manifest(file, warnings);
  REQUIRE(manifest);
  auto project = Project::build(*std::move(manifest), warnings);
  REQUIRE(project);
  const LintProject lint(LintInputs{.project = &*project});
  const auto result = run_query(
      {.sql = "select unique_id, column_name, key, value from metas where column_name is not null order by key"},
      {.project = &lint}, {});
  REQUIRE(result);
  const auto row = [](const char* key, const char* value) {
    return QueryRow{std::string("model.package.model1"), std::string("column_a"), std::string(key), std::string(value)};
  };
  CHECK(result->rows.size() == 2);
  CHECK(result->rows.front() == row("custom_property", "custom_value"));
  CHECK(result->rows.back() == row("info", "some info"));
}

TEST_CASE("what is disabled is no node, and has a table of its own") {
  const QueryProject project(R"(
model.shop.orders: {}
model.shop.old: {config: {enabled: false, materialized: table}, tags: [t], raw_code: "select 1\n"}
source.packaged.raw.gone: {config: {enabled: false}}
)",
                             "model.shop.old: {config: {enabled: false}}");
  CHECK(project.rows("select unique_id from nodes") == Lines{"model.shop.orders"});
  CHECK(
      project.rows("select unique_id, resource_type, name, package_name, is_own, original_file_path, materialized, fqn "
                   "from disabled order by 1") ==
      Lines{"model.shop.old|model|old|shop|1|models/old.sql|table|shop.old",
            "source.packaged.raw.gone|source|gone|packaged|0|models/_sources.yml|-|packaged.gone"});
  CHECK(project.rows("select raw_code, tags, json_extract(config, '$.materialized'), json_extract(record, '$.alias') "
                     "from disabled where name = 'old'") == Lines{"select 1\n|[\"t\"]|table|old"});
  CHECK(project.rows("select name from state.disabled") == Lines{"old"});
  CHECK(project.rows("select count(*) from disabled where unique_id = 'model.shop.orders'") == Lines{"0"});
}

TEST_CASE("tests know what they test") {
  const QueryProject project(kShop);
  CHECK(project.rows("select kind, test_name, attached_node, column_name, severity from tests order by kind") ==
        Lines{"generic|not_null|model.shop.orders|id|WARN", "singular|-|-|-|-", "unit|-|model.shop.orders|-|-"});
}

TEST_CASE("resources have their own tables") {
  const QueryProject project(kShop);
  CHECK(project.rows("select source_name, name, loader, freshness from sources order by name") ==
        Lines{"raw|events|-|-", R"(raw|orders|replication|{"warn_after":{"count":6,"period":"hour"}})"});
  CHECK(project.rows("select name, type, maturity, url, owner_name, owner_email from exposures") ==
        Lines{"dashboard|dashboard|high|https://example.com|Finance|f@example.com"});
  CHECK(project.rows("select name, label, type from metrics") == Lines{"income|Income|simple"});
  CHECK(project.rows("select name, owner_name, owner_email from groups") == Lines{"money|Money team|m@example.com"});
  CHECK(project.rows("select name, description, macro_sql from macros") ==
        Lines{"cents|Cents.|{% macro cents() %}{% endmacro %}"});
  CHECK(project.rows("select name from macros where unique_id = 'macro.shop.cents'") == Lines{"cents"});
}

TEST_CASE("the catalog and the run results are there where the artifacts are, and are missed where they are not") {
  QueryProject project(kShop);
  CHECK(project.error("select * from catalog_columns").find("the table catalog_columns needs a catalog.json") == 0);
  CHECK(project.error("select * from run_results").find("the table run_results needs a run_results.json") == 0);
  CHECK(project.error("select * from findings").find("the table findings cannot be read here") == 0);
  project.catalog(R"({"metadata": {"dbt_schema_version": "https://schemas.getdbt.com/dbt/catalog/v1.json"},
    "nodes": {"model.shop.orders": {"unique_id": "model.shop.orders", "stats": {},
      "metadata": {"type": "BASE TABLE", "schema": "analytics", "name": "orders", "comment": null, "owner": "me"},
      "columns": {"ID": {"name": "ID", "type": "bigint", "index": 1, "comment": null},
                  "DAY": {"name": "DAY", "type": "date", "index": 2, "comment": "x"}}}},
    "sources": {}, "errors": null})");
  CHECK(project.rows("select c.name, k.type from columns c join catalog_columns k on k.unique_id = c.unique_id and "
                     "lower(k.name) = lower(c.name) order by c.position") == Lines{"id|bigint", "day|date"});
  CHECK(project.rows("select name, type, owner from catalog_tables") == Lines{"orders|BASE TABLE|me"});
  const TemporaryFolder folder;
  project.run_results(folder.write("run_results.json", R"({"metadata": {}, "results": [
    {"unique_id": "model.shop.orders", "status": "error", "execution_time": 1.5, "failures": null,
     "message": "a \"quoted\" word"}], "elapsed_time": 1, "args": {}})"));
  CHECK(project.rows("select unique_id, status, execution_time, failures, message from run_results") ==
        Lines{"model.shop.orders|error|1.500000|-|a \"quoted\" word"});
}

TEST_CASE("the schema state is the earlier project") {
  const QueryProject project(kShop, "model.shop.orders: {description: Before.}\nmodel.shop.gone: {}\n");
  CHECK(project.rows("select unique_id from state.nodes except select unique_id from nodes") ==
        Lines{"model.shop.gone"});
  CHECK(project.rows("select n.description, s.description from nodes n join state.nodes s using (unique_id)") ==
        Lines{"One row per order.|Before."});
  CHECK(project.rows("select count(*) from state.edges") == Lines{"0"});
  const QueryProject alone(kShop);
  CHECK(alone.error("select * from state.nodes").find("the table state.nodes needs an earlier manifest") == 0);
}

TEST_CASE("a join by any column gives what a comparison of all rows gives") {
  const QueryProject project(kShop);
  for (const std::string join : {"a.name = b.alias", "a.package_name = b.package_name", "a.description = b.description",
                                 "a.unique_id = b.unique_id", "a.version = b.version", "b.name = upper(a.name)",
                                 "b.name = a.name collate nocase", "a.is_own = b.name"}) {
    CAPTURE(join);
    const std::string sql = "select a.unique_id, b.unique_id from nodes a join nodes b on ";
    std::string slow = join;
    slow.replace(slow.find(" = "), 3, " || '' = '' || ");
    CHECK(project.rows(sql + join + " order by 1, 2") == project.rows(sql + slow + " order by 1, 2"));
  }
  CHECK(project.rows("select count(*) from nodes n left join tests t on t.attached_node = n.unique_id") == Lines{"12"});
  CHECK(project.rows("select count(*) from nodes where name = 'orders' or alias = 'orders' or unique_id = "
                     "'model.shop.orders' or unique_id in ('model.shop.revenue', 'x')") == Lines{"3"});
  CHECK(
      project.rows("select count(*) from edges where parent = 'model.shop.orders' or child = 'model.shop.revenue'") ==
      project.rows("select count(*) from edges where +parent = 'model.shop.orders' or +child = 'model.shop.revenue'"));
}

TEST_CASE("--tables tells what there is, in every format the same, with a comment for each") {
  std::set<std::string_view> names;
  for (const Table* table : all_tables()) {
    CAPTURE(table->name());
    CHECK(names.insert(table->name()).second);
    CHECK(!table->comment().empty());
    CHECK((!table->comment().ends_with('.') || table->comment().ends_with("...")));
    CHECK(("\n" + tables_text()).find("\n" + std::string(table->name()) + ": ") != std::string::npos);
    std::set<std::string_view> columns;
    for (const ColumnInfo& column : table->columns()) {
      CAPTURE(column.name);
      CHECK(columns.insert(column.name).second);
      CHECK(!column.comment.empty());
      // A column can be asked for without quotes.
      CHECK(shape_of({.sql = "select " + std::string(column.name) + " from " + std::string(table->name())}));
      CHECK(shape_of({.sql = "select " + std::string(column.name) + " from state." + std::string(table->name())}));
    }
  }
  for (const char* table : {"nodes", "edges", "columns", "tests", "sources", "exposures", "metrics", "macros", "groups",
                            "configs", "metas", "tags", "catalog_columns", "run_results", "findings"}) {
    CHECK_MESSAGE(find_table(table) != nullptr, table);
  }
  CHECK(schema_complaints("query-tables.schema.json", tables_json()) == "");
}
