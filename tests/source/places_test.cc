#include "source/places.h"

#include <doctest/doctest.h>
#include <filesystem>
#include <map>
#include <set>

#include "small_project.h"
#include "source/generic_test_match.h"

using namespace plowline;
using plowline::testing::shared_or_skip;
using plowline::testing::SmallProject;
using plowline::testing::to_string;
using json = SmallProject::json;

namespace {

// A project of the usual kind.
struct Shop : SmallProject {
  Shop() {
    write("dbt_project.yml", R"(name: shop
version: '1'
on-run-start:
  - "select 1"
  - "{{ prepare() }}"
on-run-end: "select 2"
models:
  +persist_docs: {relation: true}
  shop:
    +tags: [everything]
    marts:
      +schema: marts
      orders:
        +schema: orders
  dbt_shop_utils:
    +schema: helpers
vars:
  shop:
    start.date: '2024-01-01'
    snowplow_unified:
      snowplow__start_date: '2023-01-01'
  "a.b":
    c: 1
dispatch:
  - macro_namespace: dbt
    search_order: [shop, dbt]
)");
    write("packages.yml", R"(packages:
  - package: snowplow/snowplow_unified
    version: [">=0.5.0"]
  - git: "https://example.com/dbt-helpers.git"
    revision: main
  - local: ../dbt_local
)");
    write("selectors.yml", "selectors:\n  - name: nightly\n    definition: 'tag:nightly'\n");
    write("models/schema.yml", R"(models:
  - name: orders
    description: Orders
    tags: [beside]
    config:
      tags: ['daily']
      meta: {owner: shop, plowline: {ignore: []}}
      unique_key: order_id
    columns:
      - name: Order_Id
        data_tests:
          - not_null
          - unique: {name: one_row_per_order}
          - accepted_values:
              arguments: {values: [1, 2]}
          - accepted_values:
              arguments: {values: [3, 4]}
              config: {severity: warn}
    data_tests:
      - dbt_utils.expression_is_true:
          expression: "a > 0"
  - name: customers
    columns: [{name: id}]
    versions:
      - v: 1
        config: {alias: old}
        columns:
          - include: all
          - name: legacy
      - v: 2
sources:
  - name: raw
    tags: [app]
    tables:
      - name: orders
      - name: customers
        tags: [pii]
        columns: [{name: id, tests: [unique]}]
unit_tests:
  - name: ut_orders
    model: orders
)");
    model("orders",
          "\n{{ config(materialized='table',\n          tags=['hourly', \"core\"]) }}\nselect *\nfrom {{ ref('x') }}\n",
          {{"patch_path", "shop://models/schema.yml"}, {"fqn", json::array({"shop", "marts", "orders"})}});
    for (const int version : {1, 2}) {
      const std::string name = "customers_v" + std::to_string(version);
      write("models/" + name + ".sql", "select 1 as id");
      json node = model("customers", "select 1 as id",
                        {{"original_file_path", "models/" + name + ".sql"},
                         {"patch_path", "shop://models\\schema.yml"},
                         {"version", version}});
      add("nodes", "model.shop.customers.v" + std::to_string(version), node, json::object());
    }
    manifest["nodes"].erase("model.shop.customers");
    source("raw", "customers", "models/schema.yml");
    generic_test("a", "orders", "Order_Id", "not_null", "models/schema.yml");
    generic_test("one_row_per_order", "orders", "\"Order_Id\"", "unique", "models/schema.yml");
    generic_test("b", "orders", "Order_Id", "accepted_values", "models/schema.yml", {{"values", json::array({3, 4})}});
    generic_test("c", "orders", "Order_Id", "accepted_values", "models/schema.yml", {{"values", json::array({1, 2})}});
    json& d = generic_test("d", "orders", "", "expression_is_true", "models/schema.yml", {{"expression", "a > 0"}});
    d["test_metadata"]["namespace"] = "dbt_utils";
    json& source_test = generic_test("e", "", "id", "unique", "models/schema.yml");
    source_test["attached_node"] = nullptr;
    source_test["depends_on"]["nodes"] = json::array({"source.shop.raw.customers"});
    add("unit_tests", "unit_test.shop.orders.ut_orders",
        {{"resource_type", "unit_test"},
         {"name", "ut_orders"},
         {"package_name", "shop"},
         {"original_file_path", "models/schema.yml"},
         {"fqn", json::array({"shop", "orders", "ut_orders"})}},
        json::object());
  }

  std::string node(const std::string& unique_id) { return to_string(places().node(id(unique_id))); }
  std::string config(const std::string& unique_id, std::string_view key) {
    return to_string(places().config(id(unique_id), key));
  }
  std::string tag(const std::string& unique_id, std::string_view tag) {
    return to_string(places().tag(id(unique_id), tag));
  }
};

std::string text_at(const std::filesystem::path& file, TextRange range) {
  const std::string text = plowline::testing::read_text(file);
  if (range.end_line != range.line) return {};
  return std::string(line_of(text, range.line).substr(range.column - 1, range.end_column - range.column));
}

}  // namespace

TEST_CASE("Places: nodes in files of their own and nodes in YAML") {
  Shop shop;
  shop.read();
  CHECK(shop.node("model.shop.orders") == "models/orders.sql:1:1-1");
  CHECK(shop.node("source.shop.raw.customers") == "models/schema.yml:36:15-24");
  CHECK(shop.node("unit_test.shop.orders.ut_orders") == "models/schema.yml:40:11-20");
  CHECK(shop.node("test.shop.a") == "models/schema.yml:12:13-21");
  CHECK(shop.node("test.shop.one_row_per_order") == "models/schema.yml:13:13-19");
  // Of two tests of one name, the one with these arguments.
  CHECK(shop.node("test.shop.c") == "models/schema.yml:14:13-28");
  CHECK(shop.node("test.shop.b") == "models/schema.yml:16:13-28");
  CHECK(shop.node("test.shop.d") == "models/schema.yml:20:9-37");
  CHECK(shop.node("test.shop.e") == "models/schema.yml:38:38-44");
}

TEST_CASE("Places: YAML entries and columns, also of versions") {
  Shop shop;
  shop.read();
  Places& places = shop.places();
  const auto properties = [&](const char* id) { return to_string(places.properties(shop.id(id))); };
  CHECK(properties("model.shop.orders") == "models/schema.yml:2:11-17");
  CHECK(properties("model.shop.customers.v1") == "models/schema.yml:25:12-13");
  CHECK(properties("model.shop.customers.v2") == "models/schema.yml:30:12-13");
  CHECK(properties("source.shop.raw.customers") == "models/schema.yml:36:15-24");
  const auto column = [&](const char* id, const char* name) { return to_string(places.column(shop.id(id), name)); };
  CHECK(column("model.shop.orders", "order_id") == "models/schema.yml:10:15-23");
  CHECK(column("model.shop.customers.v1", "LEGACY") == "models/schema.yml:29:19-25");
  CHECK(column("model.shop.customers.v1", "id") == "models/schema.yml:23:22-24");
  CHECK(column("model.shop.customers.v2", "legacy") == "models/schema.yml:30:12-13");
  CHECK(column("source.shop.raw.customers", "id") == "models/schema.yml:38:26-28");
  CHECK(column("model.shop.orders", "nowhere") == "models/schema.yml:2:11-17");
}

TEST_CASE("Places: configs and tags in the code, the YAML entry and dbt_project.yml") {
  Shop shop;
  shop.read();
  CHECK(shop.config("model.shop.orders", "materialized") == "models/orders.sql:2:11-23");
  CHECK(shop.config("model.shop.orders", "unique_key") == "models/schema.yml:8:7-17");
  CHECK(shop.config("model.shop.orders", "meta.owner") == "models/schema.yml:7:14-19");
  CHECK(shop.config("model.shop.orders", "schema") == "dbt_project.yml:14:9-16");
  CHECK(shop.config("model.shop.orders", "persist_docs") == "dbt_project.yml:8:3-16");
  CHECK(shop.config("model.shop.customers.v1", "alias") == "models/schema.yml:26:18-23");
  CHECK(shop.config("model.shop.customers.v2", "alias") == "models/schema.yml:30:12-13");
  CHECK(shop.config("source.shop.raw.customers", "tags") == "models/schema.yml:37:9-13");
  CHECK(shop.config("test.shop.b", "severity") == "models/schema.yml:18:24-32");
  CHECK(shop.config("test.shop.a", "severity") == "models/schema.yml:12:13-21");
  CHECK(shop.config("model.shop.orders", "nowhere") == "models/schema.yml:2:11-17");
  CHECK(shop.tag("model.shop.orders", "core") == "models/orders.sql:3:28-32");
  CHECK(shop.tag("model.shop.orders", "daily") == "models/schema.yml:6:15-20");
  CHECK(shop.tag("model.shop.orders", "beside") == "models/schema.yml:4:12-18");
  CHECK(shop.tag("model.shop.orders", "everything") == "dbt_project.yml:10:13-23");
  CHECK(shop.tag("source.shop.raw.customers", "app") == "models/schema.yml:33:12-15");
  CHECK(shop.tag("model.shop.orders", "nowhere") == "models/schema.yml:2:11-17");
}

TEST_CASE("Places: the config of a Python model") {
  SmallProject small;
  small.write("models/scores.py",
              "def model(dbt, session):\n    dbt.config(materialized='table',\n      tags=[\"ml\"])\n");
  small.model("scores", "def model(dbt, session):\n    dbt.config(materialized='table',\n      tags=[\"ml\"])\n",
              {{"original_file_path", "models/scores.py"}, {"language", "python"}});
  small.read();
  CHECK(to_string(small.places().config(small.id("model.shop.scores"), "materialized")) == "models/scores.py:2:16-28");
  CHECK(to_string(small.places().tag(small.id("model.shop.scores"), "ml")) == "models/scores.py:3:14-16");
}

TEST_CASE("Places: the project's own YAML files") {
  Shop shop;
  shop.add("nodes", "operation.shop.shop-on-run-start-1",
           {{"resource_type", "operation"},
            {"name", "shop-on-run-start-1"},
            {"package_name", "shop"},
            {"original_file_path", "./dbt_project.yml"},
            {"raw_code", "{{ prepare() }}"}},
           json::object());
  shop.add("nodes", "operation.shop.shop-on-run-end-0",
           {{"resource_type", "operation"},
            {"name", "shop-on-run-end-0"},
            {"package_name", "shop"},
            {"original_file_path", "./dbt_project.yml"},
            {"raw_code", "select 2"}},
           json::object());
  shop.read();
  Places& places = shop.places();
  CHECK(shop.node("operation.shop.shop-on-run-start-1") == "dbt_project.yml:5:6-21");
  CHECK(shop.node("operation.shop.shop-on-run-end-0") == "dbt_project.yml:6:14-22");
  const auto project_file = [&](const char* path) { return to_string(places.project_file(path)); };
  CHECK(project_file("vars.shop.start.date") == "dbt_project.yml:19:5-15");
  CHECK(project_file("vars.shop.snowplow_unified.snowplow__start_date") == "dbt_project.yml:21:7-27");
  CHECK(project_file("vars.a.b.c") == "dbt_project.yml:23:5-6");
  CHECK(project_file("vars.shop.missing") == "dbt_project.yml:18:3-7");
  CHECK(project_file("models.shop.tags") == "dbt_project.yml:10:5-10");
  CHECK(project_file("dispatch.0.search_order") == "dbt_project.yml:26:5-17");
  CHECK(project_file("missing.at.all") == "dbt_project.yml:1:1-1");
  CHECK(project_file("") == "dbt_project.yml:1:1-1");
  CHECK(to_string(places.packages_file("snowplow_unified")) == "packages.yml:2:14-39");
  CHECK(to_string(places.packages_file("dbt-helpers")) == "packages.yml:4:11-46");
  CHECK(to_string(places.packages_file("dbt_local")) == "packages.yml:6:12-24");
  CHECK(to_string(places.packages_file("other")) == "packages.yml:1:1-1");
  CHECK(to_string(places.selectors_file("nightly")) == "selectors.yml:2:11-18");
  CHECK(to_string(places.selectors_file("other")) == "selectors.yml:1:1-1");
  CHECK(to_string(places.manifest()) == "manifest.json");
}

TEST_CASE("Places: files of packages") {
  SmallProject small;
  small.write("dbt_project.yml", "name: shop\npackages-install-path: vendor/dbt\n");
  small.write("vendor/dbt/helpers/models/h.sql", "select 1");
  small.write("vendor/dbt/helpers/dbt_project.yml", "name: helpers\nmodels:\n  helpers:\n    +schema: x\n");
  small.write("models/own.yml", "sources:\n  - name: raw\n    overrides: helpers\n    tables: [{name: t}]\n");
  small.model(
      "h", "select 1",
      {{"package_name", "helpers"}, {"original_file_path", "models/h.sql"}, {"fqn", json::array({"helpers", "h"})}});
  small.read();
  const NodeId id = small.id("model.shop.h");
  CHECK(to_string(small.places().node(id)) == "vendor/dbt/helpers/models/h.sql:1:1-1");
  CHECK(to_string(small.places().config(id, "schema")) == "vendor/dbt/helpers/dbt_project.yml:4:5-12");
}

TEST_CASE("Places: nothing outside of the project's folder is read") {
  plowline::testing::TemporaryFolder outside;
  const auto secret = outside.write("secret.sql", "select 1");
  SmallProject small;
  std::filesystem::create_symlink(secret, small.path() / "link.sql");
  std::filesystem::create_directory_symlink(outside.path(), small.path() / "linked");
  std::filesystem::create_symlink(small.path() / "dbt_project.yml", small.path() / "inside.sql");
  std::filesystem::create_directory(small.path() / "folder.sql");
  const std::string up = std::filesystem::path(secret).lexically_relative(small.path()).generic_string();
  const std::vector<std::string> files = {
      up,           secret.generic_string(), "models/../" + up,      "link.sql",
      "folder.sql", "linked/secret.sql",     "C:\\secret.sql",       "models/gone.sql",
      "a\nb.sql",   "\"; rm -rf $(x)",       std::string("a\0b", 3), "\x1b[31m.sql"};
  for (std::size_t i = 0; i < files.size(); ++i) {
    small.model(fmt::format("m{}", i), "select 1",
                {{"original_file_path", files[i]}, {"patch_path", "shop://" + files[i]}});
  }
  small.model("ok", "name: shop", {{"original_file_path", "inside.sql"}});
  small.model("bad_package", "select 1", {{"original_file_path", "m.sql"}, {"package_name", "../.."}});
  small.read();
  for (std::size_t i = 0; i < files.size(); ++i) {
    CAPTURE(files[i]);
    const NodeId id = small.id(fmt::format("model.shop.m{}", i));
    CHECK(!small.places().node(id).range.known());
    CHECK(!small.places().properties(id).range.known());
    CHECK(!small.places().code(id, 0, 6).range.known());
    CHECK(!small.places().column(id, "x").range.known());
    CHECK(!small.places().files().contains(files[i], "select"));
  }
  CHECK(to_string(small.places().node(small.id("model.shop.m8"))) == "a\nb.sql");
  CHECK(to_string(small.places().node(small.id("model.shop.ok"))) == "inside.sql:1:1-1");
  CHECK(!small.places().node(small.id("model.shop.bad_package")).range.known());
}

TEST_CASE("Places: without the project's folder there are names of files") {
  Shop shop;
  shop.read(false);
  CHECK(shop.node("model.shop.orders") == "models/orders.sql");
  CHECK(shop.node("test.shop.a") == "models/schema.yml");
  CHECK(to_string(shop.places().column(shop.id("model.shop.orders"), "order_id")) == "models/schema.yml");
  CHECK(to_string(shop.places().code(shop.id("model.shop.orders"), 3, 6)) == "models/orders.sql");
  CHECK(to_string(shop.places().project_file("vars.x")) == "dbt_project.yml");
  CHECK(to_string(shop.places().packages_file("x")) == "packages.yml");
}

TEST_CASE("Places: names of files are relative to where the user is") {
  Shop shop;
  const Project& project = shop.read();
  const auto shown = [&](const std::filesystem::path& directory) {
    Places places(project, shop.location(), directory);
    return places.node(shop.id("model.shop.orders")).file;
  };
  CHECK(shown(shop.path().parent_path()) == shop.path().filename().generic_string() + "/models/orders.sql");
  CHECK(shown(shop.path()) == "models/orders.sql");
  CHECK(shown(shop.path() / "models") == (shop.path() / "models/orders.sql").generic_string());
}

TEST_CASE("Places: every node of a real project has a line") {
  const auto shared = shared_or_skip("the places of a real project");
  if (shared.empty()) return;
  const auto folder = shared / "oracle/big_features";
  Warnings warnings;
  auto read = read_manifest(folder / "target/manifest.json", warnings);
  if (!read) FAIL(to_text(read.error()));
  const auto project = Project::build(*std::move(read), warnings);
  REQUIRE(project);
  Location location;
  location.project_dir = folder / "project";
  location.project_file = *read_dbt_project_file(folder / "project/dbt_project.yml", process_environment(), warnings);
  Places places(*project, location, folder / "project");
  std::map<std::string, std::string> found;
  std::set<std::string> tests;  // no two at one place, but for versions
  for (std::size_t i = 0; i < project->size(); ++i) {
    const NodeId id = static_cast<NodeId>(i);
    if (project->node(id).package_name != "big_features") continue;
    CAPTURE(std::string(project->node(id).unique_id));
    const Place place = places.node(id);
    CHECK(place.range.known());
    CHECK(places.properties(id).range.known());
    const std::string text = text_at(folder / "project" / place.file, place.range);
    const GenericTest test = GenericTest::of(project->node(id));
    if (!test.name.empty()) {
      CHECK((text == test.name || text == test.full_name));
      CHECK(tests.insert(to_string(place) + " of " + std::string(project->node(id).attached_node)).second);
    } else if (place.file.ends_with(".yml") && place.file != "dbt_project.yml") {
      CHECK(text == project->node(id).name);
    }
    found[std::string(project->node(id).unique_id)] = to_string(place);
    if (!project->node(id).raw_code.empty() && !place.file.ends_with(".yml")) {
      CHECK(places.code(id, 0, 3).range.known());
    }
  }
  CHECK(found.size() > 70);
  CHECK(found["test.big_features.rel_orders_customers.c9c39c00e5"] == "models/staging/_staging.yml:25:13-26");
  CHECK(found["metric.big_features.n_orders"] == "models/marts/_semantic.yml:19:16-24");
  CHECK(found["source.big_features.crm.dotted.table"] == "models/staging/_sources.yml:42:15-27");
  CHECK(found["operation.big_features.big_features-on-run-end-0"] == "dbt_project.yml:17:6-48");
  CHECK(found["snapshot.big_features.customers_snapshot"] == "snapshots/customers_snapshot.yml:3:11-29");
  for (const MacroRecord& macro : project->macros()) {
    if (macro.package_name == "big_features") CHECK(places.macro(macro).range.known());
  }
  for (const GroupRecord& group : project->groups()) CHECK(places.group(group).range.column > 1);
}
