#include "lint/node_parts.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "lint/lint_project.h"
#include "support/support.h"

using namespace plowline;

namespace {

// A project of these nodes, as JSON members of `nodes`.
struct Loaded {
  explicit Loaded(std::string_view nodes) {
    Warnings warnings;
    const std::string text = fmt::format(
        R"({{"metadata": {{"dbt_schema_version": "https://schemas.getdbt.com/dbt/manifest/v12.json"}}, "nodes": {{{}}}}})",
        nodes);
    auto manifest = read_manifest(FileBytes::copy_of(text, "manifest.json"), warnings);
    REQUIRE_MESSAGE(manifest, (manifest ? "" : to_text(manifest.error())));
    auto built = Project::build(std::move(*manifest), warnings);
    REQUIRE(built);
    project.emplace(std::move(*built));
    lint.emplace(LintInputs{.project = &*project});
  }
  NodeId id(std::string_view unique_id) const {
    const auto found = project->find(unique_id);
    REQUIRE(found);
    return *found;
  }
  std::optional<Project> project;
  std::optional<LintProject> lint;
};

std::string model(std::string_view name, std::string_view members) {
  return fmt::format(
      R"("model.shop.{0}": {{"unique_id": "model.shop.{0}", "resource_type": "model", "package_name": "shop", "name": "{0}"{1}{2}}})",
      name, members.empty() ? "" : ", ", members);
}

}  // namespace

TEST_CASE("a config is read once, with Snowplow's keys wherever they stand") {
  const Loaded loaded(model("a", R"("config": {"materialized": "incremental", "unique_key": ["id", "day"],
    "upsert_date_key": "top", "meta": {"upsert_date_key": "in\tmeta", "snowplow_optimize": true}, "pre-hook": []})") +
                      "," +
                      model("b", R"("config": {"materialized": 3, "unique_key": "id", "upsert_date_key": "top"})") +
                      "," + model("c", ""));
  const NodeConfig& a = loaded.lint->config(loaded.id("model.shop.a"));
  CHECK(a.materialized == "incremental");
  CHECK(texts_of(a.unique_key) == std::vector<std::string>{"id", "day"});
  CHECK(scalar_of(upsert_date_key_of(a)) == "in\tmeta");
  CHECK(truthy(snowplow_optimize_of(a)));
  CHECK(&a == &loaded.lint->config(loaded.id("model.shop.a")));
  const NodeConfig& b = loaded.lint->config(loaded.id("model.shop.b"));
  CHECK(b.materialized.empty());
  CHECK(texts_of(b.unique_key) == std::vector<std::string>{"id"});
  CHECK(scalar_of(upsert_date_key_of(b)) == "top");
  CHECK_FALSE(truthy(snowplow_optimize_of(b)));
  CHECK(loaded.lint->config(loaded.id("model.shop.c")).materialized.empty());
}

TEST_CASE("columns keep their order, and are found in any letter case") {
  const Loaded loaded(model("a", R"("columns": {"z": {"name": "Z", "data_type": "int", "description": "a \"z\""},
    "a": {"name": "a", "data_type": null}, "unnamed": {"description": "x"}})"));
  const NodeId id = loaded.id("model.shop.a");
  const auto columns = loaded.lint->columns(id);
  REQUIRE(columns.size() == 3);
  CHECK(columns[0].name == "Z");
  CHECK(columns[0].description == "a \"z\"");
  CHECK(columns[1].data_type.empty());
  CHECK(columns[2].name == "unnamed");
  REQUIRE(loaded.lint->column(id, "z") != nullptr);
  CHECK(loaded.lint->column(id, "z")->data_type == "int");
  CHECK(loaded.lint->column(id, "other") == nullptr);
}

TEST_CASE("tests belong to the node that they are attached to, in old manifests too") {
  const auto test = [](std::string_view name, std::string_view members) {
    return fmt::format(
        R"(, "test.shop.{0}": {{"unique_id": "test.shop.{0}", "resource_type": "test", "package_name": "shop", "name": "{0}", {1}}})",
        name, members);
  };
  const std::string nodes =
      model("a", "") + "," + model("b", "") +
      test("t1", R"("attached_node": "model.shop.a", "column_name": "id", "test_metadata": {"name": "not_null",
        "kwargs": {"column_name": "id"}}, "depends_on": {"nodes": ["model.shop.a"]})") +
      test("t2", R"j("test_metadata": {"name": "relationships", "namespace": null, "kwargs": {"column_name": "b_id",
        "model": "{{ get_where_subquery(ref('b')) }}", "to": "ref('a')"
}
},
        "depends_on": {"nodes": ["model.shop.a", "model.shop.b"]})j") +
      test("t3", R"("raw_code": "select 1", "depends_on": {"nodes": ["model.shop.a"]})") +
      test("t4", R"("config": {"enabled": false}, "attached_node": "model.shop.a", "test_metadata": {"name": "unique"},
        "depends_on": {"nodes": ["model.shop.a"]})") +
      test("t5",
           R"("attached_node": "model.shop.b", "test_metadata": {"name": "equal_rowcount", "namespace": "dbt_utils",
        "kwargs": null}, "depends_on": {"nodes": ["model.shop.a", "model.shop.b"]})");
  const Loaded loaded(nodes);
  const auto of_a = loaded.lint->tests_of(loaded.id("model.shop.a"));
  REQUIRE(of_a.size() == 1);
  CHECK(of_a[0].name == "not_null");
  CHECK(of_a[0].column_name == "id");
  const auto of_b = loaded.lint->tests_of(loaded.id("model.shop.b"));
  REQUIRE(of_b.size() == 2);
  CHECK(of_b[0].name == "relationships");
  CHECK(of_b[0].column_name == "b_id");
  CHECK(scalar_of(member_of(of_b[0].kwargs, "to")) == "ref('a')");
  CHECK(of_b[1].name == "equal_rowcount");
  CHECK(of_b[1].package == "dbt_utils");
  CHECK(of_b[1].kwargs.empty());
}

TEST_CASE("code is unescaped; a broken record is kept as the run's error") {
  const Loaded loaded(model("a", R"("raw_code": "select '\u00e4'\nfrom x")") + "," +
                      model("b", R"("config": {"materialized": nothing})"));
  CHECK(loaded.lint->code(loaded.id("model.shop.a")) == "select 'ä'\nfrom x");
  CHECK_FALSE(loaded.lint->error());
  CHECK(loaded.lint->config(loaded.id("model.shop.b")).materialized.empty());
  REQUIRE(loaded.lint->error());
  CHECK(loaded.lint->error()->status == ExitStatus::kInput);
  CHECK(to_text(*loaded.lint->error()).find("model.shop.b") != std::string::npos);
}

TEST_CASE("what Python takes for true") {
  for (const char* text : {"true", "1", "\"x\"", "[0]", "{\"a\": 0}", "0.5"}) CHECK_MESSAGE(truthy({text}), text);
  for (const char* text : {"", "false", "0", "\"\"", "[]", "{}", "null", "0.0"})
    CHECK_FALSE_MESSAGE(truthy({text}), text);
}

TEST_CASE("columns that no dbt writes are the run's error") {
  for (const std::string_view columns : {R"({"a": {"name": ""}})", R"({"a": 3})", R"([{"description": "x"}])", "500"}) {
    CAPTURE(columns);
    const Loaded loaded(model("a", fmt::format(R"("columns": {})", columns)));
    CHECK(loaded.lint->columns(loaded.id("model.shop.a")).empty());
    REQUIRE(loaded.lint->error());
    CHECK(loaded.lint->error()->reason == "columns of model.shop.a cannot be read");
    CHECK(loaded.lint->error()->status == ExitStatus::kInput);
  }
  const Loaded listed(model("a", R"("columns": [{"name": "x"}, {"name": "y", "config": {"tags": ["t"]}}])"));
  const auto columns = listed.lint->columns(listed.id("model.shop.a"));
  REQUIRE(columns.size() == 2);
  CHECK(columns[1].name == "y");
  CHECK(texts_of(columns[1].tags) == std::vector<std::string>{"t"});
}
