// The rules about the tags by which Snowplow's packages know their models.
#include <doctest/doctest.h>

#include "rules/test_project.h"

using plowline::testing::Lines;
using plowline::testing::TestProject;

namespace {

// A project with a start date, so that messages can name the window.
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

constexpr const char* kIncremental = R"({"config": {"materialized": "incremental", "unique_key": "view_id"}})";
constexpr const char* kTagged = R"({"config": {"materialized": "incremental", "unique_key": "view_id",
                                               "tags": ["snowplow_unified_incremental"]}})";

}  // namespace

TEST_CASE("an untagged model that reads rows of a this-run table is found at its ref") {
  TestProject project = unified_shop();
  project.model("my_views",
                "{{ config(materialized='incremental') }}\n"
                "select * from {{ ref('snowplow_unified_views_this_run') }}\n",
                kIncremental);
  CHECK(
      project.lint("snowplow-untagged-this-run-reader") ==
      Lines{"models/my_views.sql:2:15: error: my_views reads snowplow_unified_views_this_run without the tag "
            "snowplow_unified_incremental: snowplow_unified keeps no manifest row for it and never enters states 2 and "
            "3 for it, so the windows that it misses, or that were run before it existed, are never made up"});
}

TEST_CASE("an untagged reader is found in every materialization, once for all tables that it reads") {
  TestProject project = unified_shop();
  project.model("as_table",
                "select * from {{ ref('snowplow_unified_views_this_run') }}\n"
                "join {{ ref('snowplow_unified_events_this_run') }} using (view_id)\n",
                R"({"config": {"materialized": "table"}})");
  const Lines lines = project.lint("snowplow-untagged-this-run-reader");
  REQUIRE(lines.size() == 1);
  CHECK(lines[0].find("as_table reads snowplow_unified_events_this_run and snowplow_unified_views_this_run without") !=
        std::string::npos);
}

TEST_CASE("an untagged reader through an ephemeral model is found, the ephemeral model is not") {
  TestProject project = unified_shop();
  project.model("views_between", "select * from {{ ref('snowplow_unified_views_this_run') }}\n",
                R"({"config": {"materialized": "ephemeral"}})");
  project.model("my_views", "select * from {{ ref('views_between') }}\n", kIncremental);
  const Lines lines = project.lint("snowplow-untagged-this-run-reader");
  REQUIRE(lines.size() == 1);
  CHECK(lines[0].starts_with("models/my_views.sql:1:15: error: my_views reads snowplow_unified_views_this_run "));
}

TEST_CASE("who is no untagged reader") {
  TestProject project = unified_shop();
  // Tagged.
  project.model("my_views", "select * from {{ ref('snowplow_unified_views_this_run') }}\n", kTagged);
  // A daily aggregate that reads derived tables, with the limits of the run.
  project.model("daily",
                "-- depends_on: {{ ref('snowplow_unified_events_this_run') }}\n"
                "select date(start_tstamp), count(*) from {{ ref('snowplow_unified_sessions') }}\n"
                "where {{ snowplow_utils.is_run_with_new_events('snowplow_unified') }} group by 1\n",
                kIncremental);
  project.model("daily_limited",
                "{% set limits = snowplow_utils.return_limits_from_model(ref('snowplow_unified_events_this_run'), "
                "'start_tstamp', 'start_tstamp') %}\n"
                "select date(start_tstamp), count(*) from {{ ref('snowplow_unified_sessions') }} group by 1\n",
                kIncremental);
  // A reader of a derived table, and of the user's own incremental model.
  project.model("by_country",
                "select * from {{ ref('snowplow_unified_views') }} join {{ ref('my_views') }} using (x)\n",
                R"({"config": {"materialized": "table"}})");
  // A table that is called alike but is no package's.
  project.model("orders_this_run", "select 1\n");
  project.model("orders", "select * from {{ ref('orders_this_run') }}\n", kIncremental);
  // With a misspelled tag: that is another rule's finding.
  project.model("misspelled", "select * from {{ ref('snowplow_unified_views_this_run') }}\n",
                R"({"config": {"materialized": "incremental", "tags": ["snowplow_unified_incremetal"]}})");
  CHECK(project.lint("snowplow-untagged-this-run-reader") == Lines{});
  // The packages' own tables of the run build on each other untagged.
  project.lint_packages();
  CHECK(project.lint("snowplow-untagged-this-run-reader") == Lines{});
}

TEST_CASE("a disabled reader is not looked at, and without a Snowplow package the rules are skipped") {
  TestProject project = unified_shop();
  project.model("my_views", "select * from {{ ref('snowplow_unified_views_this_run') }}\n",
                R"({"config": {"enabled": false, "materialized": "incremental"}})");
  CHECK(project.lint("snowplow-untagged-this-run-reader") == Lines{});
  CHECK(TestProject().lint("snowplow-untagged-this-run-reader") ==
        Lines{"skipped: needs a Snowplow package in the project"});
}

TEST_CASE("the tag of a package that the model does not read is found where it is written") {
  TestProject project = unified_shop();
  project.snowplow_package("snowplow_web");
  project.model("my_views",
                "{{ config(materialized='incremental', tags=['snowplow_web_incremental']) }}\n"
                "select * from {{ ref('snowplow_unified_views_this_run') }}\n",
                R"({"config": {"materialized": "incremental", "tags": ["snowplow_web_incremental"]}})");
  CHECK(project.lint("snowplow-wrong-package-tag") ==
        Lines{"models/my_views.sql:1:46: error: my_views carries the tag snowplow_web_incremental but is built from "
              "snowplow_unified's tables: snowplow_web counts it and takes its last_success from its own events, while "
              "snowplow_unified does not know it and never enters states 2 and 3 for it, so the windows that it misses "
              "are never made up; its tag is snowplow_unified_incremental"});
  CHECK(project.lint("snowplow-untagged-this-run-reader") == Lines{});
  CHECK(project.lint("snowplow-tagged-without-this-run") == Lines{});
}

TEST_CASE("a wrong tag is found through a view, and although is_run_with_new_events leads to the other package") {
  TestProject project = unified_shop();
  project.snowplow_package("snowplow_web");
  project.model("between", "select * from {{ ref('snowplow_unified_views_this_run') }}\n",
                R"({"config": {"materialized": "view", "tags": ["snowplow_unified_incremental"]}})");
  project.model("my_views", "select * from {{ ref('between') }}\n",
                R"({"config": {"materialized": "incremental", "tags": ["snowplow_web_incremental"]},
                    "depends_on": {"macros": ["macro.snowplow_utils.is_run_with_new_events"],
                                   "nodes": ["model.shop.between",
                                             "model.snowplow_web.snowplow_web_base_new_event_limits",
                                             "model.snowplow_web.snowplow_web_incremental_manifest"]}})");
  const Lines lines = project.lint("snowplow-wrong-package-tag");
  REQUIRE(lines.size() == 1);
  CHECK(lines[0].find("my_views carries the tag snowplow_web_incremental but is built from snowplow_unified's") !=
        std::string::npos);
}

TEST_CASE("the right tag, and other packages' derived tables beside it, are no wrong tag") {
  TestProject project = unified_shop();
  project.snowplow_package("snowplow_web");
  project.model("my_views",
                "select * from {{ ref('snowplow_unified_views_this_run') }} join {{ ref('snowplow_web_sessions') }}\n"
                "using (session_identifier)\n",
                kTagged);
  project.model("of_both", "select * from {{ ref('snowplow_unified_views_this_run') }}\n",
                R"({"config": {"tags": ["snowplow_unified_incremental", "snowplow_web_incremental"]}})");
  project.lint_packages();
  CHECK(project.lint("snowplow-wrong-package-tag") == Lines{});
}

TEST_CASE("a misspelled tag is found with what was meant") {
  TestProject project = unified_shop();
  project.model("my_views",
                "{{ config(materialized='incremental', tags=['snowplow_unified_incremetal']) }}\n"
                "select * from {{ ref('snowplow_unified_views_this_run') }}\n",
                R"({"config": {"materialized": "incremental", "tags": ["snowplow_unified_incremetal"]}})");
  CHECK(project.lint("snowplow-unknown-tag") ==
        Lines{"models/my_views.sql:1:46: error: the tag snowplow_unified_incremetal of my_views is no Snowplow "
              "package's tag, snowplow_unified_incremental was probably meant: no package counts the model or keeps a "
              "manifest row for it, so it is never backfilled (state 2) and the windows that it misses are never made "
              "up (state 3)"});
}

TEST_CASE("the tag of a package that is not installed is found, in dbt_project.yml too") {
  TestProject project = unified_shop();
  project.file("dbt_project.yml",
               "name: shop\n"
               "models:\n"
               "  shop:\n"
               "    custom:\n"
               "      +tags: snowplow_mobile_incremental\n");
  project.model("custom/my_views", "select 1\n",
                R"({"config": {"tags": ["snowplow_mobile_incremental"]}, "fqn": ["shop", "custom", "my_views"]})");
  project.model("custom/two", "select * from {{ ref('snowplow_unified_views_this_run') }}\n",
                R"({"config": {"tags": ["snowplow_unified_incremental", "Snowplow-Unified-Incremental"]}})");
  const Lines lines = project.lint("snowplow-unknown-tag");
  REQUIRE(lines.size() == 2);
  CHECK(
      lines[0] ==
      "dbt_project.yml:5:14: error: the tag snowplow_mobile_incremental of my_views speaks of snowplow_mobile, which "
      "has no window in this project (the tags that count: snowplow_unified_incremental): no package counts the model "
      "or keeps a manifest row for it, so it is never backfilled (state 2) and the windows that it misses are never "
      "made up (state 3)");
  CHECK(lines[1].ends_with("snowplow_unified_incremental was probably meant: the tag has no effect"));
}

TEST_CASE("tags that count, and tags that have nothing to do with Snowplow, are known") {
  TestProject project = unified_shop();
  project.model(
      "my_views", "select 1\n",
      R"({"config": {"tags": ["snowplow_unified_incremental", "incremental", "nightly", "snowplow", "this_run",
                                        "my_snowplow_incremental_models", "snowplow_unified"]}})");
  project.lint_packages();
  CHECK(project.lint("snowplow-unknown-tag") == Lines{});
}

TEST_CASE("the tags of two packages are found at the one that is too many") {
  TestProject project = unified_shop();
  project.snowplow_package("snowplow_media_player");
  project.model("my_views",
                "{{ config(tags=['snowplow_unified_incremental', 'snowplow_media_player_incremental']) }}\n"
                "select * from {{ ref('snowplow_unified_views_this_run') }}\n",
                R"({"config": {"tags": ["snowplow_unified_incremental", "snowplow_media_player_incremental"]}})");
  project.model("right", "select * from {{ ref('snowplow_unified_views_this_run') }}\n", kTagged);
  CHECK(
      project.lint("snowplow-multi-package-tags") ==
      Lines{
          "models/my_views.sql:1:50: warn: my_views carries the tags of 2 packages (snowplow_media_player_incremental "
          "and snowplow_unified_incremental): each keeps a manifest row for it, in windows that have nothing to do "
          "with each other, and until snowplow_media_player has one that package falls back to state 2 and repeats "
          "the window 2020-01-01 to 2020-01-31, for a model that does not read it"});
  CHECK(project.lint("snowplow-untagged-this-run-reader") == Lines{});
  CHECK(project.lint("snowplow-wrong-package-tag") == Lines{});
}

TEST_CASE("an incremental model from two packages' current runs is found at the second") {
  TestProject project = unified_shop();
  project.snowplow_package("snowplow_media_player");
  project.model("media_now", "select * from {{ ref('snowplow_media_player_sessions_this_run') }}\n",
                R"({"config": {"materialized": "view", "tags": ["snowplow_media_player_incremental"]}})");
  project.model("plays",
                "select * from {{ ref('snowplow_unified_views_this_run') }}\n"
                "join {{ ref('media_now') }} using (session_identifier)\n",
                kTagged);
  CHECK(
      project.lint("snowplow-two-package-ancestors") ==
      Lines{"models/plays.sql:2:6: error: plays is built from the current runs of snowplow_unified and "
            "snowplow_media_player (snowplow_unified_views_this_run and snowplow_media_player_sessions_this_run): each "
            "package has a window of its own and moves it alone, so rows meet only what the other happens to process "
            "in the same run, and what they miss stays missing"});
}

TEST_CASE("another package's derived table beside the current run is fine, and so is a table that is made anew") {
  TestProject project = unified_shop();
  project.snowplow_package("snowplow_media_player");
  project.model("plays",
                "select * from {{ ref('snowplow_unified_views_this_run') }}\n"
                "join {{ ref('snowplow_media_player_sessions') }} using (session_identifier)\n",
                kTagged);
  project.model("of_both",
                "select * from {{ ref('plays') }} join {{ ref('snowplow_media_player_sessions') }} using (x)\n",
                kIncremental);
  CHECK(project.lint("snowplow-two-package-ancestors") == Lines{});
}

TEST_CASE("a tagged model that reads no current run is found at its tag, with the window that it costs") {
  TestProject project = unified_shop();
  project.model("daily",
                "{{ config(materialized='table', tags=['snowplow_unified_incremental']) }}\n"
                "select date(start_tstamp), count(*) from {{ ref('snowplow_unified_sessions') }} group by 1\n",
                R"({"config": {"materialized": "table", "tags": ["snowplow_unified_incremental"]}})");
  CHECK(
      project.lint("snowplow-tagged-without-this-run") ==
      Lines{"models/daily.sql:1:40: warn: daily carries the tag snowplow_unified_incremental but reads no rows of "
            "snowplow_unified's current run: no window limits what it reads, yet snowplow_unified counts it, and until "
            "it has a manifest row snowplow_unified falls back to state 2 and repeats the window 2024-01-01 to "
            "2024-01-31 for all models"});
}

TEST_CASE("tagged models with the current run upstream, or with its limits, are right") {
  TestProject project = unified_shop();
  project.model("direct", "select * from {{ ref('snowplow_unified_views_this_run') }}\n", kTagged);
  project.model("helper", "select * from {{ ref('snowplow_unified_pv_engaged_time') }}\n",
                R"({"config": {"materialized": "table", "tags": ["snowplow_unified_incremental"]}})");
  project.model("through_helper", "select * from {{ ref('helper') }}\n", kTagged);
  project.model("limited",
                "{% set limits = snowplow_utils.return_limits_from_model(ref('snowplow_unified_events_this_run'), 'a', "
                "'b') %}\n"
                "select * from {{ ref('snowplow_unified_sessions') }}\n",
                kTagged);
  project.model("own_limits",
                "select * from {{ ref('snowplow_unified_sessions') }}\n"
                "where t > (select lower_limit from {{ ref('snowplow_unified_base_new_event_limits') }})\n",
                kTagged);
  project.model("untagged", "select * from {{ ref('snowplow_unified_sessions') }}\n", kIncremental);
  project.lint_packages();
  CHECK(project.lint("snowplow-tagged-without-this-run") == Lines{});
}

TEST_CASE("reading the limits by is_run_with_new_events alone does not make a model one of the run") {
  TestProject project = unified_shop();
  project.model("daily",
                "select * from {{ ref('snowplow_unified_sessions') }}\n"
                "where {{ snowplow_utils.is_run_with_new_events('snowplow_unified') }}\n",
                R"({"config": {"materialized": "incremental", "tags": ["snowplow_unified_incremental"]},
                    "depends_on": {"macros": ["macro.snowplow_utils.is_run_with_new_events"],
                                   "nodes": ["model.snowplow_unified.snowplow_unified_sessions",
                                             "model.snowplow_unified.snowplow_unified_base_new_event_limits"]}})");
  CHECK(project.lint("snowplow-tagged-without-this-run").size() == 1);
}

TEST_CASE("a tagged ephemeral model keeps its package in state 2, and the message names the window") {
  TestProject project = unified_shop();
  project.model("between",
                "{{ config(materialized='ephemeral', tags=['snowplow_unified_incremental']) }}\n"
                "select * from {{ ref('snowplow_unified_views_this_run') }}\n",
                R"({"config": {"materialized": "ephemeral", "tags": ["snowplow_unified_incremental"]}})");
  project.model("untagged", "select * from {{ ref('snowplow_unified_views_this_run') }}\n",
                R"({"config": {"materialized": "ephemeral"}})");
  project.model("built", "select * from {{ ref('snowplow_unified_views_this_run') }}\n",
                R"({"config": {"materialized": "view", "tags": ["snowplow_unified_incremental"]}})");
  CHECK(project.lint("snowplow-tagged-ephemeral") ==
        Lines{"models/between.sql:1:11: error: between is ephemeral and carries the tag snowplow_unified_incremental: "
              "snowplow_unified counts it, but what is not built gets no manifest row, so the package stays in state 2 "
              "for ever: every run repeats the window 2024-01-01 to 2024-01-31"});
}

TEST_CASE("which window a message names") {
  const auto message_end = [](std::string_view vars) {
    TestProject project;
    project.snowplow_unified().file("dbt_project.yml", "name: shop\n" + std::string(vars));
    project.model("between", "select * from {{ ref('snowplow_unified_views_this_run') }}\n",
                  R"({"config": {"materialized": "ephemeral", "tags": ["snowplow_unified_incremental"]}})");
    const Lines lines = project.lint("snowplow-tagged-ephemeral");
    REQUIRE(lines.size() == 1);
    const std::string before = "every run repeats ";
    return lines[0].substr(lines[0].find(before) + before.size());
  };
  // The package's own value comes before the one for all.
  CHECK(message_end("vars:\n  snowplow__start_date: '2023-05-05'\n  snowplow_unified:\n"
                    "    snowplow__start_date: '2024-02-01'\n    snowplow__backfill_limit_days: 28\n") ==
        "the window 2024-02-01 to 2024-02-29");
  CHECK(message_end("vars:\n  snowplow__start_date: 2023-12-31\n  snowplow__backfill_limit_days: '1'\n") ==
        "the window 2023-12-31 to 2024-01-01");
  // The packages' defaults; another package's value does not count.
  CHECK(message_end("vars:\n  snowplow_web:\n    snowplow__start_date: '2024-01-01'\n") ==
        "the window 2020-01-01 to 2020-01-31");
  CHECK(message_end("vars:\n  snowplow__start_date: '2024-01-01 00:00:00'\n") == "the window 2024-01-01 to 2024-01-31");
  // The end is not known: Jinja, a length that is none, a window that has not ended yet (it is 2025-06-01).
  CHECK(message_end("vars:\n  snowplow__start_date: '2024-01-01'\n  snowplow__backfill_limit_days: \"{{ x }}\"\n") ==
        "the window from 2024-01-01 on");
  CHECK(message_end("vars:\n  snowplow__start_date: '2024-01-01'\n  snowplow__backfill_limit_days: 0\n") ==
        "the window from 2024-01-01 on");
  CHECK(message_end("vars:\n  snowplow__start_date: '2024-01-01'\n  snowplow__backfill_limit_days: -30\n") ==
        "the window from 2024-01-01 on");
  CHECK(message_end("vars:\n  snowplow__start_date: '2024-01-01'\n  snowplow__backfill_limit_days: 99999999999\n") ==
        "the window from 2024-01-01 on");
  CHECK(message_end("vars:\n  snowplow__start_date: '2025-05-20'\n") == "the window from 2025-05-20 on");
  // The start is not known: Jinja, no date, a day that no calendar has, the future.
  for (const char* start : {"\"{{ env_var('X') }}\"", "'01.02.2024'", "'2023-02-29'", "'2024-13-01'", "'2024-1-01'",
                            "'20-24-01-0'", "'2024-01-01 06:00:00'", "'2026-01-01'", "''", "[2024-01-01]"}) {
    CAPTURE(start);
    CHECK(message_end(std::string("vars:\n  snowplow__start_date: ") + start + "\n") ==
          "the first window, from snowplow__start_date on");
  }
}

TEST_CASE("a home-made package's window is named where the project sets both variables") {
  TestProject project;
  project.snowplow_package("snowplow_private");
  project.model("between", "select * from {{ ref('snowplow_private_sessions_this_run') }}\n",
                R"({"config": {"materialized": "ephemeral", "tags": ["snowplow_private_incremental"]}})");
  CHECK(project.lint("snowplow-tagged-ephemeral").at(0).ends_with("the first window, from snowplow__start_date on"));
  project.file("dbt_project.yml",
               "name: shop\nvars:\n  snowplow__start_date: '2024-01-01'\n  snowplow__backfill_limit_days: 7\n");
  CHECK(project.lint("snowplow-tagged-ephemeral").at(0).ends_with("the window 2024-01-01 to 2024-01-08"));
}
