// The rules about Snowplow's tables and models on two targets.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include "rules/test_project.h"

using plowline::testing::Lines;
using plowline::testing::TestProject;

namespace {

constexpr const char* kSql = "select * from {{ ref('snowplow_unified_views_this_run') }}\n";

std::string tagged(std::string_view config) {
  return fmt::format(R"({{"config": {{"materialized": "incremental", "tags": ["snowplow_unified_incremental"]{}{}}}}})",
                     config.empty() ? "" : ", ", config);
}

// snowplow_unified with two custom models in `derived`, on that target.
TestProject shop_on(std::string_view target) {
  TestProject project;
  project.target(target);
  project.snowplow_unified();
  project.model("custom/one", kSql, tagged(R"("schema": "derived")"));
  project.model("custom/two", kSql, tagged(R"("schema": "derived")"));
  project.model("stg", "select 1\n");
  return project;
}

const std::vector<std::string> kTargetRules = {"snowplow-hard-coded-schema", "snowplow-schema-not-matching",
                                               "snowplow-target-conditional", "snowplow-generate-schema-name",
                                               "snowplow-manifest-shared"};

}  // namespace

TEST_CASE("production and itself, and staging beside production, have no findings") {
  for (const std::string& rule : kTargetRules) {
    CAPTURE(rule);
    CHECK(shop_on("prod").state(shop_on("prod")).lint(rule) == Lines{});
    CHECK(shop_on("staging").state(shop_on("prod")).lint(rule) == Lines{});
  }
}

TEST_CASE("snowplow-hard-coded-schema") {
  const std::string fixed = R"({"config": {"materialized": "incremental", "schema": "prod_derived",
      "tags": ["snowplow_unified_incremental"]}, "schema": "prod_derived"})";
  TestProject before = shop_on("prod");
  before.model("custom/fixed", kSql, fixed);
  TestProject now = shop_on("staging");
  now.model("custom/fixed", fmt::format("{{{{ config(schema='prod_derived') }}}}\n{}", kSql), fixed);
  now.model("custom/my_new_model", kSql, fixed);
  now.state(std::move(before));
  CHECK(now.lint("snowplow-hard-coded-schema") ==
        Lines{"models/custom/fixed.sql:1:11: error: fixed is shop.prod_derived.fixed here and in the state, although "
              "the target moves others from shop.prod_scratch to shop.staging_scratch: a run on this target, a "
              "backfill beside production above all, writes its window into production's table, while the manifest row "
              "of that run goes to shop.staging_snowplow_manifest.snowplow_unified_incremental_manifest, so that "
              "production's own row says what is not so any more",
              "models/custom/my_new_model.sql:1:1: error: my_new_model is new and lies in shop.prod_derived, among the "
              "state's tables, although the target moves others from shop.prod_scratch to shop.staging_scratch: its "
              "backfill beside production builds it in production itself, while the manifest row of that run goes to "
              "shop.staging_snowplow_manifest.snowplow_unified_incremental_manifest"});
  // One mistake, one finding.
  CHECK(now.lint("schema-hard-coded-schema") == Lines{});
}

TEST_CASE("snowplow-schema-not-matching") {
  constexpr const char* kRule = "snowplow-schema-not-matching";
  TestProject project = shop_on("staging");
  project.model("custom/my_new_model", kSql, tagged(""));
  CHECK(project.lint(kRule) ==
        Lines{"models/custom/my_new_model.sql:1:1: warn: my_new_model has no custom schema, while the other models "
              "with the tag snowplow_unified_incremental have derived: it is built in shop.staging and not beside one "
              "in shop.staging_derived, so the move into production takes it to another schema than theirs, or does "
              "not find it"});
  CHECK(project.lint("schema-custom-schema-missing") == Lines{});
  SUBCASE("with production at hand") {
    CHECK(project.state(shop_on("prod")).lint(kRule) ==
          Lines{"models/custom/my_new_model.sql:1:1: warn: my_new_model has no custom schema, while the other models "
                "with the tag snowplow_unified_incremental have derived: it is built in shop.staging and not beside "
                "one in shop.staging_derived (in the state, shop.prod_derived), so the move into production takes it "
                "to another schema than theirs, or does not find it"});
  }
  SUBCASE("not where production has it like that") {
    TestProject before = shop_on("prod");
    before.model("custom/my_new_model", kSql, tagged(""));
    CHECK(project.state(std::move(before)).lint(kRule) == Lines{});
  }
  SUBCASE("not where it is meant, not built piece by piece, or where the others disagree") {
    project.model("custom/my_new_model", fmt::format("{{{{ config(schema=none) }}}}\n{}", kSql), tagged(""));
    CHECK(project.lint(kRule) == Lines{});
    project.model("custom/my_new_model", kSql,
                  R"({"config": {"materialized": "table", "tags": ["snowplow_unified_incremental"]}})");
    CHECK(project.lint(kRule) == Lines{});
    project.model("custom/my_new_model", kSql, tagged(""));
    project.model("custom/two", kSql, tagged(R"("schema": "other")"));
    CHECK(project.lint(kRule) == Lines{});
  }
}

TEST_CASE("snowplow-target-conditional: models with the tag") {
  constexpr const char* kRule = "snowplow-target-conditional";
  TestProject project = shop_on("staging");
  project.model(
      "custom/a",
      fmt::format("{{{{ config(materialized=('incremental' if target.name == 'prod' else 'view')) }}}}\n{}", kSql),
      tagged(""));
  project.model("custom/b", kSql,
                R"({"config": {"materialized": "incremental", "schema": "custom_dev",
                    "tags": ["snowplow_unified_incremental"]},
                    "unrendered_config": {"schema": "{{ 'custom_dev' if target.name == 'dev' else 'custom_prod' }}",
                    "enabled": "{{ env_var('B') == '1' }}", "alias": "b_{{ target.schema }}"}})");
  // Not a model that the package counts, and nothing that asks for the target.
  project.model("c", "{{ config(alias=target.name) }}\nselect 1\n");
  project.model("custom/d", "{{ config(alias=var('x'), enabled=target.type == 'postgres') }}\n" + std::string(kSql),
                tagged(""));
  CHECK(
      project.lint(kRule) ==
      Lines{"models/custom/a.sql:1:11: warn: materialized of a depends on the target or the environment, "
            "('incremental' if target.name == 'prod' else 'view') (here incremental): what is backfilled on one target "
            "may be no incremental table on another, and cannot be moved there",
            "models/custom/b.sql:1:1: warn: alias of b depends on the target or the environment, b_{{ target.schema }} "
            "(here not set): is_run_with_new_events looks for the manifest row by the table's name, and finds it on "
            "one target only",
            "models/custom/b.sql:1:1: warn: enabled of b depends on the target or the environment, {{ env_var('B') == "
            "'1' }} (here true): where it is off the package counts fewer models, and a models_to_run made with this "
            "manifest names what is not there",
            "models/custom/b.sql:1:1: warn: schema of b depends on the target or the environment, {{ 'custom_dev' if "
            "target.name == 'dev' else 'custom_prod' }} (here custom_dev): tables lie in other places on each target, "
            "by another rule than the packages' own, and whatever moves them into production has to look both up"});
  CHECK(project.option(R"({"keys": ["enabled"]})").lint(kRule).size() == 1);
}

TEST_CASE("snowplow-target-conditional: configs of the package's folders") {
  TestProject project = shop_on("staging");
  project.file("dbt_project.yml", R"(name: shop
models:
  shop:
    +schema: "{{ target.name }}"
  snowplow_unified:
    +schema: "{{ var('x') }}"
    optional_modules:
      +enabled: "{{ target.name == 'prod' }}"
    base:
      manifest:
        +schema: "manifest_{{ env_var('STAGE') }}"
)");
  CHECK(project.lint("snowplow-target-conditional") ==
        Lines{"dbt_project.yml:8:7: warn: enabled for snowplow_unified's models depends on the target or the "
              "environment, {{ target.name == 'prod' }}: where it is off the package counts fewer models, and a "
              "models_to_run made with this manifest names what is not there",
              "dbt_project.yml:11:9: warn: schema for snowplow_unified's models depends on the target or the "
              "environment, manifest_{{ env_var('STAGE') }}: tables lie in other places on each target, by another "
              "rule than the packages' own, and whatever moves them into production has to look both up"});
}

TEST_CASE("snowplow-generate-schema-name") {
  constexpr const char* kRule = "snowplow-generate-schema-name";
  constexpr const char* kMacro = "{% macro generate_schema_name(name, node) %}{{ name }}{% endmacro %}\n";
  TestProject project = shop_on("staging");
  // dbt's own, and a package's
  project.macro("macro.dbt.generate_schema_name", kMacro);
  project.macro("macro.snowplow_utils.generate_schema_name", kMacro);
  CHECK(project.lint(kRule) == Lines{});
  project.macro("macro.shop.generate_schema_name", kMacro);
  CHECK(
      project.lint(kRule) ==
      Lines{
          "macros/generate_schema_name.sql:1:10: warn: the project has its own generate_schema_name: the schemas of "
          "Snowplow's manifest and derived tables do not follow dbt's <target schema>_<custom schema>, and may follow "
          "another rule on each target; snowplow_unified_incremental_manifest lies in shop.staging_snowplow_manifest "
          "here: take them from each target's manifest.json, never from the other's by exchanging a prefix"});
  CHECK(project.state(shop_on("prod")).lint(kRule) ==
        Lines{"macros/generate_schema_name.sql:1:10: warn: the project has its own generate_schema_name: the schemas "
              "of Snowplow's manifest and derived tables do not follow dbt's <target schema>_<custom schema>, and may "
              "follow another rule on each target; snowplow_unified_incremental_manifest lies in "
              "shop.staging_snowplow_manifest here and in shop.prod_snowplow_manifest in the state: take them from "
              "each target's manifest.json, never from the other's by exchanging a prefix"});
  TestProject without;
  without.macro("macro.shop.generate_schema_name", kMacro);
  CHECK(without.lint(kRule) == Lines{"skipped: needs a Snowplow package in the project"});
}

TEST_CASE("snowplow-manifest-shared") {
  constexpr const char* kRule = "snowplow-manifest-shared";
  constexpr const char* kManifest = "model.snowplow_unified.snowplow_unified_incremental_manifest";
  const auto shared = [](const char* target, std::initializer_list<std::string_view> models) {
    TestProject out = shop_on(target);
    out.model("stg_b", "select 1\n");
    out.file("dbt_project.yml", "name: shop\nmodels:\n  snowplow_unified:\n    base:\n      +schema: x\n");
    for (const std::string_view model : models) {
      out.add(model, R"({"config": {"materialized": "incremental", "schema": "fixed"}, "schema": "fixed"})");
    }
    return out;
  };
  const auto lines = [&](std::initializer_list<std::string_view> models) {
    return shared("staging", models).state(shared("prod", models)).lint(kRule);
  };
  CHECK(lines({kManifest, "model.snowplow_unified.snowplow_unified_sessions"}) ==
        Lines{"dbt_project.yml:3:3: error: snowplow_unified's manifest table is "
              "shop.fixed.snowplow_unified_incremental_manifest here and in the state, although the target moves "
              "others from shop.prod_scratch to shop.staging_scratch (and so is 1 other table of the package): each "
              "run on this target writes production's rows, so production goes on from where this target is and never "
              "processes what lies between"});
  CHECK(lines({"model.snowplow_unified.snowplow_unified_base_sessions_lifecycle_manifest"}) ==
        Lines{"dbt_project.yml:3:3: error: snowplow_unified_base_sessions_lifecycle_manifest of snowplow_unified is "
              "the same table here and in the state, although the target moves others from shop.prod_scratch to "
              "shop.staging_scratch: each run on this target changes what production knows of its sessions"});
  CHECK(lines({"model.snowplow_unified.snowplow_unified_events_this_run"}) ==
        Lines{"dbt_project.yml:3:3: error: snowplow_unified_events_this_run of snowplow_unified is the same table here "
              "and in the state, although the target moves others from shop.prod_scratch to shop.staging_scratch: two "
              "runs at a time replace each other's window, and write rows of the wrong one"});
  CHECK(lines({"model.snowplow_unified.snowplow_unified_sessions"}) ==
        Lines{"dbt_project.yml:3:3: error: snowplow_unified_sessions of snowplow_unified is the same table here and in "
              "the state, although the target moves others from shop.prod_scratch to shop.staging_scratch: each run on "
              "this target overwrites production's tables"});
  // All on one target.
  CHECK(shared("prod", {kManifest}).state(shared("prod", {kManifest})).lint(kRule) == Lines{});
}
