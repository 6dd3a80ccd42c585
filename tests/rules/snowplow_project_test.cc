// Rules about how a project is set up for Snowplow's packages: hooks, dispatch, selectors.
#include <doctest/doctest.h>
#include <filesystem>
#include <fmt/format.h>

#include "rules/test_project.h"

using namespace plowline::testing;

namespace {

constexpr const char* kTagged =
    R"({"config": {"materialized": "incremental", "tags": ["snowplow_unified_incremental"]}})";

TestProject with_unified() {
  TestProject project;
  project.snowplow_unified();
  return project;
}

TestProject with_custom_models() {
  TestProject project = with_unified();
  project.model("shop_sessions", "select * from {{ ref('snowplow_unified_sessions_this_run') }}", kTagged);
  project.model("shop_views", "select * from {{ ref('snowplow_unified_views_this_run') }}", kTagged);
  return project;
}

// What dbt writes of a selector.
std::string union_of(std::string_view parts, std::string_view name, bool is_default = false) {
  return fmt::format(R"("{}": {{"name": "{}", "default": {}, "definition": {{"union": [{}]}}}})", name, name,
                     is_default, parts);
}
constexpr std::string_view kByPackage = R"({"method": "package", "value": "snowplow_unified"})";
constexpr std::string_view kByTag = R"({"method": "tag", "value": "snowplow_unified_incremental"})";

std::string selectors(const std::string& some) {
  return R"({"selectors": {)" + some + "}}";
}

}  // namespace

// ---- snowplow-tagged-model-not-selected -----------------------------------------------------------------------------

TEST_CASE("a package's selector that leaves tagged models out") {
  TestProject project = with_custom_models();
  project.file("selectors.yml", "selectors:\n  - name: snowplow_unified\n    definition: package:snowplow_unified\n");
  project.manifest(selectors(union_of(kByPackage, "snowplow_unified")));
  CHECK(
      project.lint("snowplow-tagged-model-not-selected") ==
      Lines{
          "selectors.yml:2:11: error: the selector snowplow_unified runs snowplow_unified but leaves out shop_sessions "
          "and shop_views, which carry its tag: runs with it never move their manifest rows on, so the package stays "
          "in state 3 for ever (in state 2 without a row) and processes no new events"});
  project.manifest(selectors(union_of(
      fmt::format(R"({}, {}, {{"exclude": [{{"method": "fqn", "value": "shop_views"}}]}})", kByPackage, kByTag),
      "snowplow_unified")));
  CHECK(
      project.lint("snowplow-tagged-model-not-selected") ==
      Lines{"selectors.yml:2:11: error: the selector snowplow_unified runs snowplow_unified but leaves out shop_views, "
            "which carries its tag: runs with it never move its manifest row on, so the package stays in state 3 for "
            "ever "
            "(in state 2 without a row) and processes no new events"});
}

TEST_CASE("selectors that leave nothing out, or are no job of the package") {
  const auto lint = [](const std::string& some, std::string_view options = "{}") {
    return with_custom_models().manifest(selectors(some)).option(options).lint("snowplow-tagged-model-not-selected");
  };
  const std::string both = fmt::format("{}, {}", kByPackage, kByTag);
  const std::string tests = union_of(kByPackage, "snowplow_unified_lean_tests");
  CHECK(lint(union_of(both, "snowplow_unified")) == Lines{});
  CHECK(lint(tests) == Lines{});
  CHECK(lint(union_of(R"({"method": "fqn", "value": "shop_views"})", "snowplow_unified")) == Lines{});
  CHECK(lint(union_of(R"({"method": "fqn", "value": "snowplow_unified_base_new_event_limits"})", "snowplow_unified")) ==
        Lines{});
  CHECK(lint("") == Lines{});
  // The default one is run by every `dbt run` without arguments; others are looked at on request.
  CHECK(lint(union_of(kByPackage, "nightly", true)).size() == 1);
  CHECK(lint(union_of(kByPackage, "nightly")) == Lines{});
  CHECK(lint(union_of(kByPackage, "nightly"), R"({"selectors": ["nightly"]})").size() == 1);
  // A selector that cannot be evaluated here is not judged.
  CHECK(lint(union_of(fmt::format(R"({}, {{"method": "state", "value": "modified"}})", kByPackage),
                      "snowplow_unified")) == Lines{});
}

TEST_CASE("without selectors in the manifest selectors.yml is read") {
  TestProject project = with_custom_models();
  project.file("selectors.yml",
               "selectors:\n  - name: snowplow_unified\n    definition:\n      method: package\n"
               "      value: snowplow_unified\n");
  CHECK(project.lint("snowplow-tagged-model-not-selected").size() == 1);
  project.file("selectors.yml",
               "selectors:\n  - name: snowplow_unified\n    definition: {method: nonsense, value: x}\n");
  CHECK(project.lint("snowplow-tagged-model-not-selected") == Lines{});
}

TEST_CASE("a disabled tagged model need not be selected") {
  TestProject project = with_unified();
  project.disabled("model.shop.shop_old", kTagged);
  project.manifest(selectors(union_of(kByPackage, "snowplow_unified")));
  CHECK(project.lint("snowplow-tagged-model-not-selected") == Lines{});
}

// ---- snowplow-selectors-missing -------------------------------------------------------------------------------------

TEST_CASE("no selector for a package") {
  const std::string message =
      "warn: no selector runs snowplow_unified: the one in the package does not count in this project, and a job that "
      "names the models itself leaves out the next one with the tag snowplow_unified_incremental, which stops the "
      "package";
  CHECK(with_unified().lint("snowplow-selectors-missing") == Lines{"dbt_project.yml:1:1: " + message});
  TestProject other = with_unified();
  other.file("selectors.yml", "selectors:\n  - name: reporting\n    definition: tag:reporting\n");
  CHECK(other.lint("snowplow-selectors-missing") == Lines{"selectors.yml:1:1: " + message});
  CHECK(with_unified().manifest(selectors(union_of(kByPackage, "nightly"))).lint("snowplow-selectors-missing") ==
        Lines{});
  CHECK(with_unified().manifest(selectors(union_of(kByTag, "snowplow_unified"))).lint("snowplow-selectors-missing") ==
        Lines{});
}

// ---- snowplow-optimize-config-place ---------------------------------------------------------------------------------

namespace {

TestProject with_optimized(std::string_view config, std::string_view metadata, bool utils_read_meta) {
  TestProject project = with_unified();
  if (utils_read_meta) {
    project.macro("macro.snowplow_utils.config_meta_get", "{% macro config_meta_get(key) %}{% endmacro %}");
  } else {
    project.file("dbt_packages/snowplow_utils/dbt_project.yml", "name: snowplow_utils\nversion: '0.17.4'\n");
  }
  project.metadata(metadata);
  project.model("shop_sessions",
                fmt::format("{{{{ config({}) }}}}\nselect * from {{{{ ref('snowplow_unified_sessions_this_run') }}}}\n",
                            "snowplow_optimize=true"),
                fmt::format(R"({{"config": {{"materialized": "incremental", {}}}}})", config));
  return project;
}

}  // namespace

TEST_CASE("optimize keys at the top where dbt wants none of packages") {
  const char* top = R"("snowplow_optimize": true, "upsert_date_key": "t")";
  const char* rule = "snowplow-optimize-config-place";
  const Lines found = {
      "models/shop_sessions.sql:1:11: warn: shop_sessions has snowplow_optimize and upsert_date_key at the top of its "
      "config, where dbt 1.10 and later allow no keys of packages (CustomKeyInConfigDeprecation in each run, and dbt 2 "
      "does "
      "not keep them): snowplow_utils reads meta, too"};
  CHECK(with_optimized(top, R"({"adapter_type": "snowflake"})", true).lint(rule) == found);
  CHECK(with_optimized(top, R"({"adapter_type": "postgres", "dbt_version": "2.0.0-beta.1"})", true).lint(rule) ==
        found);
  CHECK(with_optimized(top, R"({"adapter_type": "postgres"})", true).lint(rule) == Lines{});
  CHECK(with_optimized(top, R"({"adapter_type": "snowflake", "dbt_version": "1.9.4"})", true).lint(rule) == Lines{});
  CHECK(with_optimized(top, R"({"adapter_type": "snowflake"})", false).lint(rule) == Lines{});
  CHECK(with_optimized(R"("meta": {"snowplow_optimize": true, "upsert_date_key": "t"})",
                       R"({"adapter_type": "snowflake"})", true)
            .lint(rule) == Lines{});
}

TEST_CASE("optimize keys in meta where snowplow_utils does not look") {
  const char* meta = R"("meta": {"snowplow_optimize": true, "upsert_date_key": "t"})";
  const char* rule = "snowplow-optimize-config-place";
  CHECK(
      with_optimized(meta, "{}", false).lint(rule) ==
      Lines{
          "models/shop_sessions.sql:1:1: warn: shop_sessions has snowplow_optimize and upsert_date_key under meta, "
          "where "
          "snowplow_utils before 1.0.0 does not look: they have no effect, and each run merges into the whole table"});
  // Set in both places, it works with either; and without any version at hand nothing is known.
  CHECK(with_optimized(R"("snowplow_optimize": true, "upsert_date_key": "t",
                          "meta": {"snowplow_optimize": true, "upsert_date_key": "t"})",
                       "{}", false)
            .lint(rule) == Lines{});
  TestProject unknown = with_optimized(meta, "{}", false);
  std::filesystem::remove_all(unknown.folder() / "dbt_packages");
  CHECK(unknown.lint(rule) == Lines{});
}

// ---- snowplow-dispatch-missing --------------------------------------------------------------------------------------

TEST_CASE("dbt is not told to look into snowplow_utils") {
  const auto lint = [](std::string_view dispatch) {
    TestProject project = with_unified();
    project.file("dbt_project.yml", fmt::format("name: shop\nprofile: shop\n{}", dispatch));
    return project.lint("snowplow-dispatch-missing");
  };
  const std::string rest =
      ", so the merge of snowplow_utils is not used: snowplow_optimize has no effect, and each run scans the whole "
      "tables "
      "of 2 models";
  CHECK(lint("") == Lines{"dbt_project.yml:1:1: warn: dbt_project.yml has no dispatch for the namespace dbt" + rest});
  CHECK(lint("dispatch:\n  - macro_namespace: dbt_utils\n    search_order: [snowplow_utils, dbt_utils]\n") ==
        Lines{"dbt_project.yml:3:1: warn: dbt_project.yml has no dispatch for the namespace dbt" + rest});
  CHECK(lint("dispatch:\n  - macro_namespace: dbt\n    search_order: ['dbt', 'snowplow_utils']\n") ==
        Lines{"dbt_project.yml:3:1: warn: the dispatch of the namespace dbt names dbt before snowplow_utils" + rest});
  CHECK(lint("dispatch:\n  - macro_namespace: dbt\n    search_order: ['shop', 'dbt']\n") ==
        Lines{"dbt_project.yml:3:1: warn: the dispatch of the namespace dbt does not name snowplow_utils" + rest});
  CHECK(lint("dispatch:\n  - macro_namespace: dbt\n    search_order: ['shop', 'snowplow_utils', 'dbt']\n") == Lines{});
}

TEST_CASE("dispatch does not matter without optimized models, or with a merge of one's own") {
  TestProject own = with_unified();
  own.macro("macro.shop.default__get_merge_sql", "{% macro default__get_merge_sql() %}{% endmacro %}");
  CHECK(own.lint("snowplow-dispatch-missing") == Lines{});
  TestProject plain = with_unified();
  for (const char* model : {"views", "sessions"}) {
    plain.add(fmt::format("model.snowplow_unified.snowplow_unified_{}", model),
              R"({"config": {"materialized": "incremental", "tags": ["snowplow_unified_incremental"]}})");
  }
  CHECK(plain.lint("snowplow-dispatch-missing") == Lines{});
}

// ---- snowplow-hooks-missing -----------------------------------------------------------------------------------------

TEST_CASE("nobody writes the manifest of a package") {
  TestProject project;
  project.snowplow_unified();
  project.file("dbt_project.yml",
               "name: shop\nprofile: shop\nvars:\n  snowplow__start_date: '2024-01-01'\non-run-end: []\n");
  project.model("snowplow_base_new_event_limits",
                "{%- set models_in_run = snowplow_utils.get_enabled_snowplow_models('snowplow') -%}\nselect 1");
  project.model("shop_events", "select 1",
                R"({"config": {"materialized": "incremental", "tags": ["snowplow_incremental"]}})");
  CHECK(project.lint("snowplow-hooks-missing") ==
        Lines{"dbt_project.yml:5:1: error: no on-run-end hook calls snowplow_incremental_post_hook for snowplow: no "
              "manifest "
              "row is ever written, so every run repeats the window from 2024-01-01 on"});
  CHECK(TestProject(std::move(project)).metadata(R"({"dbt_version": "2.0.0-beta.1"})").lint("snowplow-hooks-missing") ==
        Lines{});
}

TEST_CASE("a published package without its hooks") {
  TestProject project = with_unified();
  project.file("packages.yml", "packages:\n  - package: snowplow/snowplow_unified\n    version: 1.0.0\n");
  project.add("operation.snowplow_unified.snowplow_unified-on-run-end-0", R"({"raw_code": "select 1"})");
  CHECK(
      project.lint("snowplow-hooks-missing") ==
      Lines{
          "packages.yml:2:14: error: no on-run-end hook calls snowplow_incremental_post_hook for snowplow_unified: no "
          "manifest row is ever written, so every run repeats the window 2020-01-01 to 2020-01-31"});
  CHECK(with_unified().lint("snowplow-hooks-missing") == Lines{});
}

// ---- snowplow-limits-ignore-models-to-run ---------------------------------------------------------------------------

TEST_CASE("a window that does not depend on models_to_run") {
  const auto lint = [](std::string_view arguments) {
    TestProject project = with_unified();
    project.model("snowplow_base_new_event_limits",
                  fmt::format("{{%- set models_in_run = snowplow_utils.get_enabled_snowplow_models({}) -%}}\nselect 1",
                              arguments));
    project.model("shop_events", "select 1", R"({"config": {"tags": ["snowplow_incremental"]}})");
    return project.lint("snowplow-limits-ignore-models-to-run");
  };
  const std::string message =
      "error: snowplow_base_new_event_limits hands an empty models_to_run to get_enabled_snowplow_models, so the "
      "variable "
      "has no effect: the window always depends on every model with the tag snowplow_incremental, and a backfill of "
      "one of "
      "them stays in state 2 for ever";
  const std::string at = "models/snowplow_base_new_event_limits.sql:1:";
  CHECK(lint("package_name='snowplow', models_to_run=\"\"") == Lines{at + "93: " + message});
  CHECK(lint("'snowplow', none, ''") == Lines{at + "86: " + message});
  CHECK(lint("'snowplow'") == Lines{});
  CHECK(lint("'snowplow', models_to_run=var('models_to_run', '')") == Lines{});
}

// ---- snowplow-package-without-models --------------------------------------------------------------------------------

TEST_CASE("a package with a hook and without models") {
  TestProject project = with_unified();
  project.snowplow_package("snowplow_media_player");
  CHECK(project.lint("snowplow-package-without-models") == Lines{});
  const char* untagged = R"({"config": {"materialized": "table", "tags": []}, "tags": []})";
  for (const char* model : {"sessions_this_run", "sessions"}) {
    project.add(fmt::format("model.snowplow_media_player.snowplow_media_player_{}", model), untagged);
  }
  project.file("packages.yml",
               "packages:\n  - package: snowplow/snowplow_unified\n    version: 1.0.0\n"
               "  - package: snowplow/snowplow_media_player\n    version: 1.0.0\n");
  const std::string rest =
      ": every dbt run of the project fails at snowplow_media_player's on-run-end hook (No enabled models "
      "identified.), and "
      "the hooks after it do not run";
  CHECK(project.lint("snowplow-package-without-models") ==
        Lines{"packages.yml:4:14: error: snowplow_media_player is installed, but no model carries the tag "
              "snowplow_media_player_incremental" +
              rest});
  // A config for the package is not what takes its models away.
  project.file("dbt_project.yml", "name: shop\nprofile: shop\nmodels:\n  snowplow_media_player:\n    +schema: media\n");
  CHECK(project.lint("snowplow-package-without-models").front().starts_with("packages.yml:4:14: error: "));
  project.disabled("model.snowplow_media_player.snowplow_media_player_plays",
                   R"({"config": {"tags": ["snowplow_media_player_incremental"]}})");
  project.file("dbt_project.yml",
               "name: shop\nprofile: shop\nmodels:\n  snowplow_media_player:\n    plays:\n      +enabled: false\n");
  CHECK(project.lint("snowplow-package-without-models") ==
        Lines{"dbt_project.yml:4:3: error: snowplow_media_player is installed, but all models with the tag "
              "snowplow_media_player_incremental are disabled" +
              rest});
}

TEST_CASE("before snowplow_utils 0.15.0 a package without models takes those of others") {
  TestProject project;
  project.snowplow_package("snowplow_web");
  for (const char* model : {"sessions_this_run", "sessions"}) {
    project.add(fmt::format("model.snowplow_web.snowplow_web_{}", model), R"({"config": {"tags": []}, "tags": []})");
  }
  project.macro("macro.snowplow_utils.get_enabled_snowplow_models",
                "{% macro get_enabled_snowplow_models(package_name) %}{{ return(enabled_models) }}{% endmacro %}");
  CHECK(project.lint("snowplow-package-without-models") ==
        Lines{"packages.yml: error: snowplow_web is installed, but no model carries the tag snowplow_web_incremental: "
              "snowplow_web's on-run-end hook writes manifest rows for every model that ran, of any package"});
  project.macro("macro.snowplow_utils.get_enabled_snowplow_models", "{% macro x() %}{% endmacro %}");
  CHECK(project.lint("snowplow-package-without-models") == Lines{});
}
