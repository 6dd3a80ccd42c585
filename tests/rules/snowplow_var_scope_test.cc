// Rules about who sees which value of Snowplow's variables.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include "rules/snowplow_settings.h"
#include "rules/test_project.h"

using namespace plowline::testing;

// ---- snowplow-session-timestamp-ignored -----------------------------------------------------------------------------

namespace {

TestProject with_media_hook(std::string_view vars, std::string_view argument) {
  constexpr std::string_view hook = "snowplow_incremental_post_hook";
  TestProject project;
  project.snowplow_package("snowplow_media_player");
  project.add(
      "operation.snowplow_media_player.snowplow_media_player-on-run-end-0",
      fmt::format(
          R"({{"raw_code": "{{{{ snowplow_utils.{}('snowplow_media_player', 'm', 'e'{}) }}}}", "tags": ["on-run-end"],
                              "depends_on": {{"nodes": [], "macros": ["macro.snowplow_utils.{}"]}}}})",
          hook, argument, hook));
  project.file("dbt_project.yml", fmt::format("name: shop\nprofile: shop\nvars:\n  snowplow_media_player:\n{}", vars));
  return project;
}

}  // namespace

TEST_CASE("a hook that reads another variable than the models") {
  const char* misspelled = ", var('snowplow__session_tstamp', 'collector_tstamp')";
  const char* rule = "snowplow-session-timestamp-ignored";
  CHECK(with_media_hook("    snowplow__session_timestamp: load_tstamp\n", misspelled).lint(rule) ==
        Lines{"dbt_project.yml:5:5: error: snowplow__session_timestamp is load_tstamp, but the on-run-end hook of "
              "snowplow_media_player writes the manifest by collector_tstamp (it reads snowplow__session_tstamp): the "
              "windows are cut by one timestamp and moved on by another, so events are skipped or processed twice"});
  CHECK(
      with_media_hook("    snowplow__session_timestamp: load_tstamp\n", ", session_timestamp='derived_tstamp'")
          .lint(rule) ==
      Lines{
          "dbt_project.yml:5:5: error: snowplow__session_timestamp is load_tstamp, but the on-run-end hook of "
          "snowplow_media_player writes the manifest by derived_tstamp: the windows are cut by one timestamp and moved "
          "on by another, so events are skipped or processed twice"});
  // Both set, the default, another hook, and what is not known.
  CHECK(with_media_hook("    snowplow__session_timestamp: load_tstamp\n    snowplow__session_tstamp: load_tstamp\n",
                        misspelled)
            .lint(rule) == Lines{});
  CHECK(with_media_hook("    snowplow__session_timestamp: collector_tstamp\n", misspelled).lint(rule) == Lines{});
  CHECK(with_media_hook("    snowplow__app_id: []\n", misspelled).lint(rule) == Lines{});
  CHECK(with_media_hook("    snowplow__session_timestamp: load_tstamp\n", ", var('snowplow__session_timestamp')")
            .lint(rule) == Lines{});
  CHECK(with_media_hook("    snowplow__session_timestamp: load_tstamp\n", "").lint(rule) == Lines{});
  CHECK(with_media_hook("    snowplow__session_timestamp: load_tstamp\n", ", var('a', 'b') ~ 'c'").lint(rule) ==
        Lines{});
  CHECK(with_media_hook("    snowplow__session_timestamp: \"{{ env_var('T') }}\"\n", misspelled).lint(rule) == Lines{});
}

TEST_CASE("what a package's own default and hook do is not the project's mistake") {
  TestProject project =
      with_media_hook("    snowplow__app_id: []\n", ", var('snowplow__session_tstamp', 'collector_tstamp')");
  project.file("dbt_packages/snowplow_media_player/dbt_project.yml",
               "name: snowplow_media_player\nvars:\n  snowplow_media_player:\n"
               "    snowplow__session_timestamp: load_tstamp\n");
  CHECK(project.lint("snowplow-session-timestamp-ignored") == Lines{});
}

// ---- snowplow-var-scope ---------------------------------------------------------------------------------------------

TEST_CASE("a variable of the package that the project's own nodes do not see") {
  TestProject project = with_unified_vars(
      "    snowplow__session_timestamp: load_tstamp\n    snowplow__app_id: ['web']\n    snowplow__max_session_days: "
      "5\n");
  add_sessions_model(project,
                     "{{ var('snowplow__session_timestamp') }} > 0 and {{ var('snowplow__app_id', []) }}\n"
                     "  and {{ var(\"snowplow__max_session_days\", 3) }} > {{ var('snowplow__session_timestamp') }}");
  CHECK(
      project.lint("snowplow-var-scope") ==
      Lines{
          "models/shop_sessions.sql:2:10: error: shop_sessions reads snowplow__session_timestamp without a default, "
          "but "
          "dbt_project.yml sets it for snowplow_unified only, and nodes of shop do not see that: unless --vars gives "
          "it, dbt cannot compile the node (Required var not found)",
          "models/shop_sessions.sql:3:10: error: shop_sessions reads snowplow__max_session_days as 3, its default "
          "there, while snowplow_unified works with 5: dbt_project.yml sets it for snowplow_unified only, and nodes of "
          "shop do not see that"});
}

TEST_CASE("variables that the project's own nodes see, or whose default is the same") {
  const char* reads =
      "{{ var('snowplow__session_timestamp') }} > {{ var('snowplow__max_session_days', 3) }} and "
      "{# {{ var('snowplow__lookback_window_hours') }} #} {{ my.var('snowplow__lookback_window_hours') }} and "
      "{{ var('snowplow__not_set_anywhere') }}";
  const char* package =
      "  snowplow_unified:\n    snowplow__session_timestamp: load_tstamp\n    snowplow__lookback_window_hours: 7\n"
      "    snowplow__max_session_days: 3\n";
  for (const char* own :
       {"  snowplow__session_timestamp: load_tstamp\n", "  shop:\n    snowplow__session_timestamp: x\n"}) {
    TestProject project = with_vars(fmt::format("{}{}", own, package));
    add_sessions_model(project, reads);
    CHECK(project.lint("snowplow-var-scope") == Lines{});
  }
  TestProject project = with_vars(package);
  add_sessions_model(project, reads);
  project.run_results(R"({"metadata": {"dbt_schema_version": "https://schemas.getdbt.com/dbt/run-results/v6.json"},
                          "results": [], "args": {"vars": {"snowplow__session_timestamp": "load_tstamp"}}})");
  CHECK(project.lint("snowplow-var-scope") == Lines{});
}

TEST_CASE("how far merges of the project's own models look back") {
  const auto lint = [](std::string_view vars, std::string_view more = "") {
    TestProject project = with_vars(vars);
    add_sessions_model(
        project, "1 = 1",
        fmt::format(R"("materialized": "incremental", "snowplow_optimize": true, "upsert_date_key": "t"{})", more));
    return project.lint("snowplow-var-scope");
  };
  CHECK(lint("  snowplow_unified:\n    snowplow__upsert_lookback_days: 90\n") ==
        Lines{"dbt_project.yml:6:5: error: snowplow__upsert_lookback_days is 90 for snowplow_unified only: optimized "
              "models "
              "of shop, such as shop_sessions, do not see that and look back 30 days, so older rows that are updated "
              "become "
              "duplicates"});
  CHECK(lint("  snowplow_unified:\n    snowplow__upsert_lookback_days: 30\n") == Lines{});
  CHECK(lint("  snowplow_unified:\n    snowplow__upsert_lookback_days: 10\n") == Lines{});
  CHECK(lint("  snowplow__upsert_lookback_days: 90\n") == Lines{});
  CHECK(lint("  snowplow_unified:\n    snowplow__upsert_lookback_days: 90\n", R"(, "disable_upsert_lookback": true)") ==
        Lines{});
}

// ---- snowplow-var-drift ---------------------------------------------------------------------------------------------

TEST_CASE("one variable, two values within a project") {
  const auto lint = [](std::string_view vars, std::string_view reads) {
    TestProject project = with_vars(vars);
    add_sessions_model(project, reads);
    return project.lint("snowplow-var-drift");
  };
  const char* two =
      "  snowplow__start_date: '2024-01-01'\n  snowplow_unified:\n    snowplow__start_date: '2023-01-01'\n";
  CHECK(lint(two, "t > '{{ var('snowplow__start_date') }}'") ==
        Lines{"dbt_project.yml:7:5: warn: snowplow__start_date is 2023-01-01 for snowplow_unified, but 2024-01-01 for "
              "nodes "
              "of shop, and shop_sessions reads it: the two work with different values of one variable"});
  CHECK(lint(two, "{{ var('snowplow__app_id', []) }}") == Lines{});
  CHECK(lint(two, "1 = 1") == Lines{});
  CHECK(lint("  snowplow__start_date: '2024-01-01'\n  snowplow_unified:\n    snowplow__start_date: 2024-01-01\n",
             "t > '{{ var('snowplow__start_date') }}'") == Lines{});
  CHECK(lint("  snowplow__start_date: '2024-01-01'\n", "t > '{{ var('snowplow__start_date') }}'") == Lines{});
  CHECK(lint("  snowplow__enable_cwv: true\n  snowplow_unified:\n    snowplow__enable_cwv: false\n",
             "{{ var('snowplow__enable_cwv') }}") == Lines{});
}

TEST_CASE("two packages with different timestamps, and a model on both") {
  const auto lint = [](std::string_view media_timestamp, bool on_both) {
    TestProject project =
        with_vars(fmt::format("  snowplow_unified:\n    snowplow__session_timestamp: collector_tstamp\n"
                              "  snowplow_media_player:\n    snowplow__session_timestamp: {}\n",
                              media_timestamp));
    project.snowplow_package("snowplow_media_player");
    project.model("plays_of_sessions", on_both ? "select * from {{ ref('snowplow_unified_sessions') }} join {{ "
                                                 "ref('snowplow_media_player_sessions') }}"
                                               : "select * from {{ ref('snowplow_unified_sessions') }}");
    return project.lint("snowplow-var-drift");
  };
  CHECK(
      lint("load_tstamp", true) ==
      Lines{"models/plays_of_sessions.sql:1:1: warn: plays_of_sessions reads tables of snowplow_media_player and "
            "snowplow_unified, whose snowplow__session_timestamp differs (load_tstamp and collector_tstamp): an event "
            "falls into another window of the one than of the other, so rows miss their counterparts"});
  CHECK(lint("load_tstamp", false) == Lines{});
  CHECK(lint("collector_tstamp", true) == Lines{});
}

TEST_CASE("one variable here and another in the state's project") {
  const auto lint = [](std::string_view now, std::string_view before) {
    TestProject project = with_unified_vars(now);
    project.state(with_unified_vars(before));
    return project.lint("snowplow-var-drift");
  };
  CHECK(
      lint("    snowplow__app_id: ['web', 'app']\n", "    snowplow__app_id: ['web']\n") ==
      Lines{"dbt_project.yml:6:5: warn: snowplow__app_id is [web, app] for snowplow_unified, but [web] in the state's "
            "project: what is built here does not fit what is there, and last_success of the two cannot be compared"});
  CHECK(lint("    snowplow__app_id: ['web']\n", "    snowplow__app_id:\n      - web\n") == Lines{});
  CHECK(lint("    snowplow__app_id: ['web']\n", "    snowplow__app_id: \"{{ env_var('A') }}\"\n") == Lines{});
  CHECK(lint("    snowplow__backfill_limit_days: 30\n", "    snowplow__backfill_limit_days: 60\n") == Lines{});
}
