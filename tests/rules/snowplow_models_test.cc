// The rules about how the models that Snowplow's packages count are built and called.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include "rules/test_project.h"

using plowline::testing::Lines;
using plowline::testing::TestProject;

namespace {

TestProject unified_shop() {
  TestProject project;
  project.snowplow_unified().file("dbt_project.yml",
                                  "name: shop\n"
                                  "vars:\n"
                                  "  snowplow_unified:\n"
                                  "    snowplow__start_date: '2024-01-01'\n"
                                  "    snowplow__backfill_limit_days: 30\n");
  return project;
}

// The JSON of a model with the config's members after `materialized` and the tag.
std::string tagged(std::string_view materialized, std::string_view more = "", std::string_view beside = "") {
  return fmt::format(R"({{"config": {{"materialized": "{}", "tags": ["snowplow_unified_incremental"]{}}}{}}})",
                     materialized, more, beside);
}

constexpr const char* kReads = "select * from {{ ref('snowplow_unified_views_this_run') }}\n";
constexpr const char* kReadsAndAsks =
    "select * from {{ ref('snowplow_unified_views_this_run') }}\n"
    "where {{ snowplow_utils.is_run_with_new_events('snowplow_unified') }}\n";

}  // namespace

TEST_CASE("a tagged incremental model that does not ask is_run_with_new_events is found") {
  TestProject project = unified_shop();
  project.model("my_views", kReads, tagged("incremental"));
  CHECK(
      project.lint("snowplow-missing-is-run-with-new-events") ==
      Lines{
          "models/my_views.sql:1:1: warn: my_views does not ask is_run_with_new_events('snowplow_unified'): while the "
          "package replays windows that this model has already (states 2 and 3), it merges them again, and rows that "
          "a later window completed are overwritten with what the old window knew"});
}

TEST_CASE("a call in a comment of Jinja is no call") {
  TestProject project = unified_shop();
  project.model("my_views",
                "select * from {{ ref('snowplow_unified_views_this_run') }}\n"
                "{# where {{ snowplow_utils.is_run_with_new_events('snowplow_unified') }} #}\n",
                tagged("incremental", "", R"(, "depends_on": {"macros": [],
                   "nodes": ["model.snowplow_unified.snowplow_unified_views_this_run"]})"));
  CHECK(project.lint("snowplow-missing-is-run-with-new-events").size() == 1);
}

TEST_CASE("who need not ask, or asks through a macro") {
  TestProject project = unified_shop();
  project.macro("macro.shop.only_new",
                "{% macro only_new() %}{{ snowplow_utils.is_run_with_new_events('snowplow_unified') }}{% endmacro %}",
                R"({"depends_on": {"macros": ["macro.snowplow_utils.is_run_with_new_events"]}})");
  project.model("asks", kReadsAndAsks, tagged("incremental"));
  project.model("asks_by_macro", std::string(kReads) + "where {{ shop.only_new() }}\n", tagged("incremental"));
  // dbt 2 does not list macros.
  project.model("asks_by_macro_in_dbt_2", std::string(kReads) + "where {{ only_new() }}\n",
                tagged("incremental", "", R"(, "depends_on": {"macros": [],
                   "nodes": ["model.snowplow_unified.snowplow_unified_views_this_run"]})"));
  project.model("as_table", kReads, tagged("table"));
  project.model("replaced", kReads, tagged("incremental", R"(, "incremental_strategy": "microbatch")"));
  project.model("untagged", kReads, R"({"config": {"materialized": "incremental"}})");
  project.model("in_python", kReads, tagged("incremental", "", R"(, "language": "python")"));
  // Not in the run at all: what is wrong with it is the tag.
  project.model("daily", "select * from {{ ref('snowplow_unified_sessions') }}\n", tagged("incremental"));
  project.lint_packages();
  CHECK(project.lint("snowplow-missing-is-run-with-new-events") == Lines{});
}

TEST_CASE("is_run_with_new_events of another package is found at its argument") {
  TestProject project = unified_shop();
  project.snowplow_package("snowplow_web");
  project.model("my_views",
                "select * from {{ ref('snowplow_unified_views_this_run') }}\n"
                "where {{ snowplow_utils.is_run_with_new_events('snowplow_web') }}\n",
                tagged("incremental"));
  CHECK(
      project.lint("snowplow-is-run-with-new-events-wrong-package") ==
      Lines{
          "models/my_views.sql:2:48: error: my_views asks is_run_with_new_events about snowplow_web, but its rows and "
          "its manifest row are snowplow_unified's: the answer is always yes, so in states 2 and 3 it merges windows "
          "again that it already has"});
}

TEST_CASE("is_run_with_new_events of a package that is not there is found, by keyword too, once") {
  TestProject project = unified_shop();
  project.model("my_views",
                "{% if is_incremental() %}\n"
                "-- {{ snowplow_utils.is_run_with_new_events(package_name='snowplow_mobile') }}\n"
                "{% endif %}\n"
                "select * from {{ ref('snowplow_unified_views_this_run') }}\n"
                "where {{ snowplow_utils.is_run_with_new_events('snowplow_mobile') }}\n",
                tagged("incremental"));
  const Lines lines = project.lint("snowplow-is-run-with-new-events-wrong-package");
  REQUIRE(lines.size() == 1);
  CHECK(lines[0].ends_with(
      "my_views asks is_run_with_new_events about snowplow_mobile, which has no window in this project: dbt finds no "
      "snowplow_mobile_base_new_event_limits and the model fails; it is a model of snowplow_unified"));
}

TEST_CASE("the right package, an expression, other tables and an untagged aggregate are not found") {
  TestProject project = unified_shop();
  project.snowplow_package("snowplow_web");
  project.model("right", kReadsAndAsks, tagged("incremental"));
  project.model("expression", std::string(kReads) + "where {{ snowplow_utils.is_run_with_new_events(var('p')) }}\n",
                tagged("incremental"));
  project.model(
      "other_tables",
      std::string(kReads) + "where {{ snowplow_utils.is_run_with_new_events('snowplow_web', 'my_limits') }}\n",
      tagged("incremental"));
  project.model("in_comment",
                std::string(kReads) + "{# {{ snowplow_utils.is_run_with_new_events('snowplow_web') }} #}\n",
                tagged("incremental"));
  project.model("daily",
                "select * from {{ ref('snowplow_unified_sessions') }}\n"
                "where {{ snowplow_utils.is_run_with_new_events('snowplow_web') }}\n",
                R"({"config": {"materialized": "incremental"}})");
  CHECK(project.lint("snowplow-is-run-with-new-events-wrong-package") == Lines{});
}

TEST_CASE("is_run_with_new_events outside of incremental models is found") {
  TestProject project = unified_shop();
  project.model("as_table", kReadsAndAsks, tagged("table"));
  project.model("as_model", kReadsAndAsks, tagged("incremental"));
  project.model("without", kReads, tagged("table"));
  CHECK(
      project.lint("snowplow-is-run-with-new-events-not-incremental") ==
      Lines{"models/as_table.sql:2:48: warn: as_table is materialized as table, where is_run_with_new_events is always "
            "true: the condition has no effect, and every run processes the whole window"});
}

TEST_CASE("an alias by which the manifest row is not found") {
  TestProject project = unified_shop();
  project.model("my_views",
                "{{ config(materialized='incremental', alias='view_facts') }}\n" + std::string(kReadsAndAsks),
                tagged("incremental", R"(, "alias": "view_facts")"));
  CHECK(project.lint("snowplow-alias-differs") ==
        Lines{"models/my_views.sql:1:39: warn: my_views has the alias view_facts: is_run_with_new_events looks for a "
              "manifest row called view_facts, but the row is called my_views, so the answer is always yes, and in "
              "states 2 and 3 the model merges windows again that it already has"});
}

TEST_CASE("aliases that do no harm") {
  TestProject project = unified_shop();
  project.model("same", kReadsAndAsks, tagged("incremental", R"(, "alias": "same")"));
  project.model("does_not_ask", kReads, tagged("incremental", R"(, "alias": "x")"));
  project.model("as_table", kReadsAndAsks, tagged("table", R"(, "alias": "y")"));
  project.model("untagged", kReadsAndAsks, R"({"config": {"materialized": "incremental", "alias": "z"}})");
  CHECK(project.lint("snowplow-alias-differs") == Lines{});
}

TEST_CASE("a versioned model with a tag") {
  TestProject project = unified_shop();
  project.file("models/views.yml",
               "models:\n"
               "  - name: my_views\n"
               "    versions:\n"
               "      - v: 2\n");
  project.model("my_views_v2", kReadsAndAsks,
                tagged("incremental", "", R"(, "unique_id": "model.shop.my_views.v2", "name": "my_views",
                       "version": 2, "alias": "my_views_v2", "patch_path": "shop://models/views.yml")"));
  const Lines lines = project.lint("snowplow-versioned-model");
  REQUIRE(lines.size() == 1);
  CHECK(
      lines[0] ==
      "models/views.yml:4:12: error: my_views is a versioned model with a Snowplow tag: dbt ls calls it my_views.v2, a "
      "name that models_to_run does not match, so with that value the package does not count it and writes no manifest "
      "row for it; and is_run_with_new_events looks for a row called my_views_v2, while the row is called my_views, so "
      "in states 2 and 3 the model merges windows again that it already has");
  CHECK(project.lint("snowplow-alias-differs") == Lines{});
}

TEST_CASE("several tagged versions are one finding, untagged versions are none") {
  TestProject project = unified_shop();
  for (const char* version : {"1", "2"}) {
    project.model(fmt::format("my_views_v{}", version), kReadsAndAsks,
                  tagged("incremental", "",
                         fmt::format(R"(, "unique_id": "model.shop.my_views.v{0}", "name": "my_views", "version": {0})",
                                     version)));
    project.model(
        fmt::format("others_v{}", version), kReads,
        fmt::format(R"({{"unique_id": "model.shop.others.v{0}", "name": "others", "version": {0}}})", version));
  }
  const Lines lines = project.lint("snowplow-versioned-model");
  REQUIRE(lines.size() == 1);
  CHECK(lines[0].ends_with(
      "my_views has 2 versions with the tag snowplow_unified_incremental, which the manifest knows by one name: with "
      "one "
      "of them in the run snowplow_unified stays in state 2 for ever: every run repeats the window 2024-01-01 to "
      "2024-01-31; with all of them every run doubles their manifest rows"));
}

TEST_CASE("a tagged model with the name of a tagged model of the package") {
  TestProject project = unified_shop();
  project.model("snowplow_unified_sessions", "select * from {{ ref('snowplow_unified_sessions_this_run') }}\n",
                tagged("incremental"));
  CHECK(
      project.lint("snowplow-duplicate-name") ==
      Lines{"models/snowplow_unified_sessions.sql:1:1: error: the name snowplow_unified_sessions belongs to models of "
            "several dbt packages (shop and snowplow_unified), which manifests and models_to_run cannot tell apart: "
            "with one of them in the run snowplow_unified stays in state 2 for ever: every run repeats the window "
            "2024-01-01 to 2024-01-31; with both every run doubles their manifest rows"});
}

TEST_CASE("a namesake that is not counted writes the row all the same; other resource types do not") {
  TestProject project = unified_shop();
  project.add("model.other.my_views");
  project.add("seed.other.checkout");
  project.model("my_views", kReads, tagged("incremental"));
  project.model("checkout", kReads, tagged("incremental"));
  const Lines lines = project.lint("snowplow-duplicate-name");
  REQUIRE(lines.size() == 1);
  CHECK(lines[0].ends_with(
      "the name my_views belongs to models of several dbt packages (other and shop), which manifests and models_to_run "
      "cannot tell apart: a run in which only one of them succeeds counts for the other, too, and a window that the "
      "other missed is never made up"));
}

TEST_CASE("a tagged incremental model without a unique_key appends") {
  TestProject project = unified_shop();
  project.model("my_views", kReadsAndAsks, tagged("incremental"));
  CHECK(
      project.lint("snowplow-missing-unique-key") ==
      Lines{"models/my_views.sql:1:1: error: my_views is incremental without a unique_key: snowplow_unified reads the "
            "last hours of the window before again in every run (snowplow__lookback_window_hours), and whole windows "
            "in states 2 and 3, and the model appends these rows each time"});
}

TEST_CASE("which unique_key is known to be right") {
  const auto hint = [](TestProject& project) {
    const Lines lines = project.lint("snowplow-missing-unique-key");
    REQUIRE(lines.size() == 1);
    const std::size_t start = lines[0].find(" (its tests and constraints say that ");
    return start == std::string::npos ? std::string() : lines[0].substr(start, lines[0].find(')') + 1 - start);
  };
  TestProject tested = unified_shop();
  tested.model("my_views", kReadsAndAsks, tagged("incremental"));
  CHECK(hint(tested) == "");
  tested.test("unique", "model.shop.my_views", "view_id");
  CHECK(hint(tested) == "");
  tested.test("not_null", "model.shop.my_views", "view_id").test("not_null", "model.shop.my_views", "user_id");
  CHECK(hint(tested) == " (its tests and constraints say that view_id identifies a row)");
  tested.test("unique", "model.shop.my_views", "user_id");
  CHECK(hint(tested) == "");  // two are: which of them, nobody has said

  TestProject filtered = unified_shop();
  filtered.model("my_views", kReadsAndAsks, tagged("incremental"));
  filtered.test("unique", "model.shop.my_views", "view_id", R"({"config": {"where": "view_id > ''"}})");
  filtered.test("not_null", "model.shop.my_views", "view_id");
  CHECK(hint(filtered) == "");

  TestProject declared = unified_shop();
  declared.model("my_views", kReadsAndAsks, tagged("incremental", "", R"(, "columns": {"view_id": {"name": "view_id",
                        "constraints": [{"type": "not_null"}, {"type": "primary_key"}]}})"));
  CHECK(hint(declared) == " (its tests and constraints say that view_id identifies a row)");

  TestProject constrained = unified_shop();
  constrained.model("my_views", kReadsAndAsks,
                    tagged("incremental", "", R"(, "constraints": [{"type": "primary_key", "columns": ["view_id"]}])"));
  CHECK(hint(constrained) == " (its tests and constraints say that view_id identifies a row)");
}

TEST_CASE("who needs no unique_key") {
  TestProject project = unified_shop();
  project.model("keyed", kReadsAndAsks, tagged("incremental", R"(, "unique_key": "view_id")"));
  project.model("keyed_twice", kReadsAndAsks, tagged("incremental", R"(, "unique_key": ["a", "b"])"));
  project.model("overwrites", kReadsAndAsks, tagged("incremental", R"(, "incremental_strategy": "insert_overwrite")"));
  project.model("as_table", kReads, tagged("table"));
  project.model("untagged", kReads, R"({"config": {"materialized": "incremental"}})");
  CHECK(project.lint("snowplow-missing-unique-key") == Lines{});
  project.model("empty_key", kReadsAndAsks, tagged("incremental", R"(, "unique_key": [])"));
  project.model("merges", kReadsAndAsks, tagged("incremental", R"(, "incremental_strategy": "merge")"));
  CHECK(project.lint("snowplow-missing-unique-key").size() == 2);
  // An adapter whose default strategy may replace partitions: only what is written out is known.
  project.metadata(R"({"adapter_type": "athena"})");
  CHECK(project.lint("snowplow-missing-unique-key").size() == 1);
}

TEST_CASE("snowplow_optimize without upsert_date_key, at the top of the config or under meta") {
  TestProject project = unified_shop();
  project.model("at_top", "{{ config(materialized='incremental', snowplow_optimize=true) }}\nselect 1\n",
                R"({"config": {"materialized": "incremental", "snowplow_optimize": true}})");
  project.model("in_meta", "{{ config(materialized='incremental', meta={'snowplow_optimize': true}) }}\nselect 1\n",
                R"({"config": {"materialized": "incremental", "meta": {"snowplow_optimize": true}}})");
  const std::string message =
      " has snowplow_optimize but no upsert_date_key, which the optimized merge requires: the first run creates the "
      "table, and every run after it ends with a compilation error";
  CHECK(project.lint("snowplow-optimize-without-date-key") ==
        Lines{"models/at_top.sql:1:39: error: at_top" + message, "models/in_meta.sql:1:39: error: in_meta" + message});
}

TEST_CASE("where snowplow_optimize has its key, or is off") {
  TestProject project = unified_shop();
  project.model("a", "select 1\n",
                R"({"config": {"materialized": "incremental", "snowplow_optimize": true, "upsert_date_key": "t"}})");
  project.model("b", "select 1\n",
                R"({"config": {"materialized": "incremental", "snowplow_optimize": true,
                               "meta": {"upsert_date_key": "t"}}})");
  project.model("c", "select 1\n", R"({"config": {"materialized": "incremental", "snowplow_optimize": false}})");
  project.model("d", "select 1\n", R"({"config": {"materialized": "table", "snowplow_optimize": true}})");
  project.lint_packages();
  CHECK(project.lint("snowplow-optimize-without-date-key") == Lines{});
}

namespace {

constexpr const char* kOptimized =
    R"({"config": {"materialized": "incremental", "snowplow_optimize": true, "upsert_date_key": "start_tstamp"}})";

Lines date_key_findings(std::string_view sql) {
  TestProject project = unified_shop();
  project.model("my_views", sql, kOptimized);
  return project.lint("snowplow-date-key-not-in-columns");
}

}  // namespace

TEST_CASE("an upsert_date_key that the query does not give") {
  CHECK(date_key_findings("{{ config(upsert_date_key='start_tstamp') }}\n"
                          "select view_id, started_at from {{ ref('snowplow_unified_views_this_run') }}\n"
                          "where {{ snowplow_utils.is_run_with_new_events('snowplow_unified') }}\n") ==
        Lines{"models/my_views.sql:1:11: warn: my_views has upsert_date_key start_tstamp, but its query gives no such "
              "column: the first run creates the table, and every run after it ends with a compilation error"});
  CHECK(date_key_findings("select count(*) as n, 2 * 3 as x from {{ ref('snowplow_unified_views') }}").size() == 1);
  CHECK(date_key_findings("select a from {{ this }} {% if is_incremental() %} where b {% endif %} -- start_tstamp")
            .size() == 1);
}

TEST_CASE("an upsert_date_key that the query gives, or may give") {
  for (const char* sql :
       {"select a, START_TSTAMP from t", "select a, b as \"start_tstamp\" from t", "select * from t",
        "select t.*, a from t", "select a, * from t", "select distinct * from t", "select a, {{ columns() }} from t",
        "select {% for c in columns %} {{ c }}, {% endfor %} a from t",
        "{% set key = 'start_tstamp' %} select a from t", "from t", "{{ my_macro() }}",
        "select a from t pivot (sum(x) for y in (1, 2))", "select top 10 * from t", "select * exclude (b) from t"}) {
    CAPTURE(sql);
    CHECK(date_key_findings(sql) == Lines{});
  }
}

TEST_CASE("a declared column, compiled code and upstream models tell whether the key is given") {
  TestProject project = unified_shop();
  const auto with = [](std::string_view more) {
    return fmt::format(
        R"({{"config": {{"materialized": "incremental", "snowplow_optimize": true, "upsert_date_key": "start_tstamp"}},
            {}}})",
        more);
  };
  project.model("declared", "select a from t\n", with(R"("columns": {"Start_Tstamp": {"name": "Start_Tstamp"}})"));
  project.model("compiled", "select {{ columns() }} from t\n",
                with(R"("compiled_code": "select start_tstamp from t")"));
  project.model("stg_named", "select start_tstamp from t\n");
  project.model("from_named", "select * from {{ ref('stg_named') }}\n", with(R"("description": "")"));
  project.model("stg_unknown", "select * from t\n");
  project.model("from_unknown", "select * from {{ ref('stg_unknown') }}\n", with(R"("description": "")"));
  CHECK(project.lint("snowplow-date-key-not-in-columns") == Lines{});

  project.model("compiled_without", "select {{ columns() }} from t\n",
                with(R"("compiled_code": "select a, b from t")"));
  project.model("stg_without", "select a, b from t\n");
  project.model("from_without", "select * from {{ ref('stg_without') }}\n", with(R"("description": "")"));
  const Lines lines = project.lint("snowplow-date-key-not-in-columns");
  REQUIRE(lines.size() == 2);
  CHECK(lines[0].starts_with("models/compiled_without.sql:1:1: warn: "));
  CHECK(lines[1].starts_with("models/from_without.sql:1:1: warn: "));
}

TEST_CASE("a star over a package's this-run table is looked up in what the package documents") {
  TestProject project = unified_shop();
  const auto package_table = [&](std::string_view columns) {
    project.add("model.snowplow_unified.snowplow_unified_views_this_run",
                fmt::format(R"({{"raw_code": "select {{{{ columns() }}}} from t", "columns": {},
                               "config": {{"materialized": "table", "tags": ["snowplow_unified_incremental"]}}}})",
                            columns));
  };
  package_table(R"({"view_id": {"name": "view_id"}})");  // not all of them
  project.model("my_views", kReadsAndAsks, kOptimized);
  CHECK(project.lint("snowplow-date-key-not-in-columns") == Lines{});
  package_table(R"({"start_tstamp": {"name": "start_tstamp"}})");
  CHECK(project.lint("snowplow-date-key-not-in-columns") == Lines{});
  package_table(R"({"view_id": {"name": "view_id"}, "derived_tstamp": {"name": "derived_tstamp"}})");
  CHECK(project.lint("snowplow-date-key-not-in-columns").size() == 1);
}

TEST_CASE("upsert_date_key where nothing reads it") {
  TestProject project = unified_shop();
  project.model("unoptimized", "{{ config(materialized='incremental', upsert_date_key='t') }}\nselect 1\n",
                R"({"config": {"materialized": "incremental", "upsert_date_key": "t"}})");
  project.model("as_table", "{{ config(materialized='table', meta={'upsert_date_key': 't'}) }}\nselect 1\n",
                R"({"config": {"materialized": "table", "meta": {"upsert_date_key": "t"}}})");
  project.model("optimized_table", "{{ config(materialized='table', snowplow_optimize=true) }}\nselect 1\n",
                R"({"config": {"materialized": "table", "snowplow_optimize": true}})");
  CHECK(
      project.lint("snowplow-date-key-without-optimize") ==
      Lines{"models/as_table.sql:1:33: warn: as_table has upsert_date_key but is materialized as table: only "
            "incremental models are merged, so it has no effect",
            "models/optimized_table.sql:1:33: warn: optimized_table has snowplow_optimize but is materialized as "
            "table: only incremental models are merged, so it has no effect",
            "models/unoptimized.sql:1:39: warn: unoptimized has upsert_date_key but not snowplow_optimize: the key has "
            "no effect, and every run scans the whole table to merge one window"});
}

TEST_CASE("upsert_date_key that is read") {
  TestProject project = unified_shop();
  project.model("a", "select 1\n", kOptimized);
  project.model(
      "b", "select 1\n",
      R"({"config": {"materialized": "incremental", "upsert_date_key": "t", "meta": {"snowplow_optimize": 1}}})");
  project.model("c", "select 1\n", R"({"config": {"materialized": "snowplow_incremental", "upsert_date_key": "t"}})");
  project.model("d", "select 1\n", R"({"config": {"materialized": "table", "snowplow_optimize": false}})");
  project.lint_packages();
  CHECK(project.lint("snowplow-date-key-without-optimize") == Lines{});
}

namespace {

constexpr const char* kOldModel =
    "{{ config(materialized='snowplow_incremental', "
    "partition_by=snowplow_utils.get_partition_by(bigquery_partition_by=none)) }}\n"
    "select cast(a as {{ snowplow_utils.type_string() }}) from {{ ref('snowplow_unified_views_this_run') }}\n";

}  // namespace

TEST_CASE("what snowplow_utils has removed, and what it only deprecates") {
  TestProject project = unified_shop();
  project.macro("macro.snowplow_utils.get_partition_by", "{% macro get_partition_by() %}{% endmacro %}");
  project.model("old", kOldModel, tagged("snowplow_incremental"));
  CHECK(
      project.lint("snowplow-deprecated-materialization") ==
      Lines{
          "models/old.sql:1:11: warn: old is materialized as snowplow_incremental, which this snowplow_utils does not "
          "have any more: dbt finds no such materialization and the model fails",
          "models/old.sql:1:61: warn: old calls snowplow_utils.get_partition_by, which is deprecated and will be "
          "removed from snowplow_utils: every run warns, and a later version fails; use get_value_by_target_type",
          "models/old.sql:2:21: warn: old calls snowplow_utils.type_string, which this snowplow_utils does not have "
          "any more: the model does not compile where dbt comes to that call; use dbt.type_string()"});
}

TEST_CASE("a snowplow_utils that still has the materialization deprecates it") {
  TestProject project = unified_shop();
  project.macro("macro.snowplow_utils.materialization_snowplow_incremental_default", "-- a materialization");
  project.model("old", "{{ config(materialized='snowplow_incremental') }}\n" + std::string(kReads),
                tagged("snowplow_incremental"));
  CHECK(project.lint("snowplow-deprecated-materialization") ==
        Lines{"models/old.sql:1:11: warn: old is materialized as snowplow_incremental, which snowplow_utils 0.15.0 "
              "removes: with the next upgrade dbt finds no such materialization and the model fails"});
}

TEST_CASE("with an older snowplow_utils the materialization and its macros are right, and macros of others always") {
  TestProject old = unified_shop();
  old.macro("macro.snowplow_utils.materialization_snowplow_incremental_default", "-- a materialization");
  old.macro("macro.snowplow_utils.type_string", "{% macro type_string() %}{% endmacro %}");
  old.macro("macro.snowplow_utils.get_partition_by", "{% macro get_partition_by() %}{% endmacro %}");
  old.model("old", kOldModel, tagged("snowplow_incremental"));
  CHECK(old.lint("snowplow-deprecated-materialization") == Lines{});

  TestProject recent = unified_shop();
  recent.macro("macro.dbt.type_string", "{% macro type_string() %}{% endmacro %}");
  recent.model("new",
               "select cast(a as {{ dbt.type_string() }}), get_partition_by from {{ ref('snowplow_unified_views') }}\n"
               "-- snowplow_utils.type_string is gone\n",
               tagged("incremental"));
  CHECK(recent.lint("snowplow-deprecated-materialization") == Lines{});
}
