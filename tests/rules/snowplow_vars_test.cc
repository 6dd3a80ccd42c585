// Rules about the values of Snowplow's variables in dbt_project.yml.
#include <doctest/doctest.h>
#include <filesystem>
#include <fmt/format.h>

#include "rules/snowplow_settings.h"
#include "rules/test_project.h"

using namespace plowline::testing;

// ---- snowplow-backfill-limit-days -----------------------------------------------------------------------------------

TEST_CASE("a limit of 0, of less, of half a day, or of no number") {
  const auto lint = [](std::string_view value) {
    return with_unified_vars(fmt::format("    snowplow__backfill_limit_days: {}\n", value))
        .lint("snowplow-backfill-limit-days");
  };
  const std::string at = "dbt_project.yml:6:5: error: snowplow__backfill_limit_days ";
  CHECK(lint("0") == Lines{at + "(0) for snowplow_unified is 0: each window ends where it begins, so the package never "
                                "gets on"});
  CHECK(lint("'0'") == lint("0"));
  CHECK(lint("-30") == Lines{at + "(-30) for snowplow_unified is negative: each window ends before it begins, so no "
                                  "event is ever processed"});
  CHECK(lint("0.5") == Lines{at + "(0.5) for snowplow_unified is no whole number: warehouses refuse it in the date "
                                  "arithmetic of the window or cut it to whole days"});
  const std::string no_number =
      " for snowplow_unified is no number of days: the statement that computes the window is no SQL, and every run "
      "ends "
      "with an error";
  CHECK(lint("30 days") == Lines{at + "(30 days)" + no_number});
  CHECK(lint("[30]") == Lines{at + "([30])" + no_number});
  CHECK(lint("null") == Lines{at + "(nothing)" + no_number});
}

TEST_CASE("limits that are right") {
  for (const char* value : {"30", "'30'", "1", "365.0", "1_000", "\"{{ env_var('LIMIT', 0) }}\"",
                            "\"{{ snowplow_utils.get_value_by_target(dev_value=1, default_value=30) }}\""}) {
    CAPTURE(value);
    CHECK(with_unified_vars(fmt::format("    snowplow__backfill_limit_days: {}\n", value))
              .lint("snowplow-backfill-limit-days") == Lines{});
  }
  // For a package that is not there it means nothing; for all packages it does.
  CHECK(with_vars("  snowplow_web:\n    snowplow__backfill_limit_days: 0\n").lint("snowplow-backfill-limit-days") ==
        Lines{});
  CHECK(
      with_vars("  snowplow__backfill_limit_days: 0\n").lint("snowplow-backfill-limit-days") ==
      Lines{"dbt_project.yml:5:3: error: snowplow__backfill_limit_days (0) is 0: each window ends where it begins, so "
            "the package never gets on"});
}

TEST_CASE("rules about variables need a Snowplow package and the project's files") {
  TestProject project;
  project.file("dbt_project.yml", "name: shop\nprofile: shop\nvars: {snowplow__backfill_limit_days: 0}\n");
  CHECK(project.lint("snowplow-backfill-limit-days") == Lines{"skipped: needs a Snowplow package in the project"});
}

// ---- snowplow-invalid-number ----------------------------------------------------------------------------------------

TEST_CASE("hours and days that are negative, no numbers, or texts that a macro negates") {
  TestProject project = with_unified_vars(
      "    snowplow__lookback_window_hours: '6'\n"
      "    snowplow__upsert_lookback_days: -30\n"
      "    snowplow__session_lookback_days: two years\n"
      "    snowplow__max_session_days: -1\n"
      "    snowplow__days_late_allowed: -1\n");
  CHECK(
      project.lint("snowplow-invalid-number") ==
      Lines{
          "dbt_project.yml:6:5: error: snowplow__lookback_window_hours (6) for snowplow_unified is a text, because it "
          "has quotes: snowplow_utils negates it, which Jinja refuses (bad operand type for unary -: 'str')",
          "dbt_project.yml:7:5: error: snowplow__upsert_lookback_days (-30) for snowplow_unified is negative: merges "
          "look for the old rows too late in the table, so updated rows become duplicates",
          "dbt_project.yml:8:5: error: snowplow__session_lookback_days (two years) for snowplow_unified is no number: "
          "the statements that compute with it are no SQL, and the run ends with an error",
          "dbt_project.yml:9:5: error: snowplow__max_session_days (-1) for snowplow_unified is negative: sessions end "
          "before they begin, so their events are dropped",
          "dbt_project.yml:10:5: error: snowplow__days_late_allowed (-1) for snowplow_unified is negative: only "
          "events that were sent before they were created count, which is next to none"});
}

TEST_CASE("hours and days that are right") {
  TestProject project = with_vars(
      "  snowplow__days_late_allowed: -1\n"
      "  snowplow_unified:\n"
      "    snowplow__lookback_window_hours: 6\n"
      "    snowplow__upsert_lookback_days: 0\n"
      "    snowplow__session_lookback_days: \"{{ env_var('DAYS') }}\"\n"
      "    snowplow__max_session_days: 1.5\n"
      "    snowplow__days_late_allowed: '3'\n"
      "  snowplow_normalize:\n"
      "    snowplow__days_late_allowed: -1\n");
  project.snowplow_package("snowplow_normalize");
  CHECK(project.lint("snowplow-invalid-number") == Lines{});
}

// ---- snowplow-start-date, snowplow-start-date-unquoted
// ---------------------------------------------------------------

TEST_CASE("a start date that is no date, that no calendar has, or that is yet to come") {
  const auto lint = [](std::string_view value) {
    return with_unified_vars(fmt::format("    snowplow__start_date: {}\n", value)).lint("snowplow-start-date");
  };
  const std::string at = "dbt_project.yml:6:5: error: snowplow__start_date ";
  const std::string not_written =
      " for snowplow_unified is not written as YYYY-MM-DD: a warehouse refuses it, or reads another date from it, and "
      "the "
      "first window begins there";
  CHECK(lint("'01/02/2024'") == Lines{at + "(01/02/2024)" + not_written});
  CHECK(lint("20240101") == Lines{at + "(20240101)" + not_written});
  CHECK(lint("null") == Lines{at + "(nothing)" + not_written});
  CHECK(lint("'2023-02-29'") == Lines{at + "(2023-02-29) for snowplow_unified is a day that no calendar has: every run "
                                           "ends with an error of the warehouse"});
  const std::string future =
      " for snowplow_unified lies in the future: the first window ends (now) before it begins, so until then the "
      "package "
      "processes nothing and stays in state 1";
  CHECK(lint("'2025-06-02'") == Lines{at + "(2025-06-02)" + future});
  CHECK(lint("2205-01-01") == Lines{at + "(2205-01-01)" + future});
}

TEST_CASE("start dates that are right") {
  for (const char* value : {"'2024-01-01'", "2024-01-01", "'2025-06-01'", "'2024-02-29 12:00:00'", "'2024-1-5'",
                            "\"{{ env_var('START') }}\""}) {
    CAPTURE(value);
    CHECK(with_unified_vars(fmt::format("    snowplow__start_date: {}\n", value)).lint("snowplow-start-date") ==
          Lines{});
  }
  CHECK(with_unified_vars("    snowplow__start_date: '2025-06-02'\n").today("2025-06-02").lint("snowplow-start-date") ==
        Lines{});
}

TEST_CASE("a start date without quotes is a date and not a text") {
  CHECK(
      with_unified_vars("    snowplow__start_date: 2024-01-01\n").lint("snowplow-start-date-unquoted") ==
      Lines{
          "dbt_project.yml:6:5: warn: snowplow__start_date (2024-01-01) for snowplow_unified has no quotes, so YAML "
          "makes a date of it: Jinja that compares it with a text fails, and what works with it in --vars, where it is "
          "a text, need not work here"});
  CHECK(with_unified_vars("    snowplow__start_date: '2024-01-01'\n").lint("snowplow-start-date-unquoted") == Lines{});
}

// ---- snowplow-list-var ----------------------------------------------------------------------------------------------

TEST_CASE("a text where the package goes through a list") {
  TestProject project = with_unified_vars("    snowplow__app_id: web\n    snowplow__view_passthroughs: page_url\n");
  project.file("dbt_packages/snowplow_unified/dbt_project.yml",
               "name: snowplow_unified\nversion: '1.0.0'\nvars:\n  snowplow_unified:\n    snowplow__app_id: []\n"
               "    snowplow__view_passthroughs: []\n");
  CHECK(
      project.lint("snowplow-list-var") ==
      Lines{"dbt_project.yml:6:5: error: snowplow__app_id (web) for snowplow_unified is one text, but the package goes "
            "through a list: the filter lets only events through whose app_id is one of its letters",
            "dbt_project.yml:7:5: error: snowplow__view_passthroughs (page_url) for snowplow_unified is one text, but "
            "the package goes through a list: its letters are taken for entries, or the run fails where it adds them "
            "to others"});
}

TEST_CASE("lists, empty texts, Jinja, and texts where no list is taken") {
  TestProject project = with_unified_vars(
      "    snowplow__app_id: ['web']\n    snowplow__view_passthroughs: ''\n    snowplow__session_sql: "
      "e.domain_sessionid\n"
      "    snowplow__user_identifiers: \"{{ env_var('IDS') }}\"\n");
  project.file("dbt_packages/snowplow_unified/dbt_project.yml",
               "name: snowplow_unified\nvars:\n  snowplow_unified:\n    snowplow__view_passthroughs: []\n"
               "    snowplow__user_identifiers: []\n    snowplow__session_sql: ''\n");
  CHECK(project.lint("snowplow-list-var") == Lines{});
}

// ---- snowplow-run-vars-in-project -----------------------------------------------------------------------------------

TEST_CASE("models_to_run and models_to_remove for every run") {
  CHECK(
      with_vars("  models_to_run: shop_sessions\n  models_to_remove: [shop_sessions]\n")
          .lint("snowplow-run-vars-in-project") ==
      Lines{"dbt_project.yml:5:3: error: models_to_run (shop_sessions) is set for every run: only the models it names "
            "are counted, so the manifest rows of all others stay behind while the window moves on",
            "dbt_project.yml:6:3: error: models_to_remove ([shop_sessions]) is set for every run: each deletes the "
            "manifest rows of these models when it starts, so the package is in state 2 in all of them and begins at "
            "snowplow__start_date again"});
  CHECK(
      with_unified_vars("    models_to_run: [a, b]\n").lint("snowplow-run-vars-in-project") ==
      Lines{"dbt_project.yml:6:5: error: models_to_run ([a, b]) for snowplow_unified is no text: dbt cannot parse the "
            "project (snowplow_utils splits the variable at its blanks)"});
  CHECK(with_vars("  models_to_run: ''\n  models_to_remove: []\n").lint("snowplow-run-vars-in-project") == Lines{});
  CHECK(with_vars("  models_to_run: \"{{ env_var('MODELS', '') }}\"\n").lint("snowplow-run-vars-in-project") ==
        Lines{});
}

// ---- snowplow-allow-refresh, snowplow-allow-refresh-left-on
// ----------------------------------------------------------

TEST_CASE("snowplow__allow_refresh for every run") {
  const auto project = [](std::string_view value, std::string_view macro) {
    TestProject made = with_unified_vars(fmt::format("    snowplow__allow_refresh: {}\n", value));
    if (!macro.empty()) made.macro("macro.snowplow_unified.default__allow_refresh", macro);
    return made;
  };
  const char* unguarded =
      "{% macro default__allow_refresh() %}{{ return(var('snowplow__allow_refresh')) }}{% endmacro %}";
  const char* guarded =
      "{% macro default__allow_refresh() %}{% if flags.FULL_REFRESH == True %}{{ "
      "return(var('snowplow__allow_refresh')) }}"
      "{% endif %}{% endmacro %}";
  CHECK(
      project("true", unguarded).lint("snowplow-allow-refresh") ==
      Lines{
          "dbt_project.yml:6:5: error: snowplow__allow_refresh is true, and this version of snowplow_unified obeys it "
          "in every run, not only in those with --full-refresh: each run empties the manifest tables, so the package "
          "begins at snowplow__start_date again and never gets on"});
  CHECK(project("true", unguarded).lint("snowplow-allow-refresh-left-on") == Lines{});
  CHECK(project("true", guarded).lint("snowplow-allow-refresh") == Lines{});
  CHECK(
      project("true", guarded).lint("snowplow-allow-refresh-left-on") ==
      Lines{
          "dbt_project.yml:6:5: warn: snowplow__allow_refresh is true for every run: any `dbt run --full-refresh` that "
          "selects the manifest tables of snowplow_unified drops them, and the package processes everything since "
          "snowplow__start_date again"});
  for (const char* rule : {"snowplow-allow-refresh", "snowplow-allow-refresh-left-on"}) {
    CHECK(project("false", unguarded).lint(rule) == Lines{});
    CHECK(project("false", guarded).lint(rule) == Lines{});
    CHECK(project("\"{{ target.name == 'dev' }}\"", unguarded).lint(rule) == Lines{});
    CHECK(project("true", "").lint(rule) == Lines{});  // the manifest does not tell what the macro does
  }
}

// ---- snowplow-full-refresh-danger -----------------------------------------------------------------------------------

TEST_CASE("a tagged incremental model that is rebuilt in every run") {
  TestProject project = with_vars("  a: 1\n");
  project.model("shop_sessions",
                "{{ config(materialized='incremental', full_refresh=true) }}\n"
                "select * from {{ ref('snowplow_unified_sessions_this_run') }}\n",
                R"({"config": {"materialized": "incremental", "full_refresh": true,
                    "tags": ["snowplow_unified_incremental"]}})");
  // Rightly so: no rows of a window, no tag; or a table of the run.
  project.model("shop_this_run", "select * from {{ ref('snowplow_unified_views_this_run') }}\n",
                R"({"config": {"materialized": "table", "full_refresh": true,
                    "tags": ["snowplow_unified_incremental"]}})");
  project.model("daily", "{{ config(full_refresh=true) }}\nselect 1\n",
                R"({"config": {"materialized": "incremental", "full_refresh": true}})");
  project.model("shop_views", "select * from {{ ref('snowplow_unified_views_this_run') }}\n",
                R"({"config": {"materialized": "incremental", "full_refresh": false,
                    "tags": ["snowplow_unified_incremental"]}})");
  CHECK(project.lint("snowplow-full-refresh-danger") ==
        Lines{"models/shop_sessions.sql:1:39: error: shop_sessions has full_refresh: true, so dbt rebuilds it in every "
              "run, from the rows of that run's window alone: all earlier rows are lost"});
}

TEST_CASE("a development target with a production name") {
  const auto lint = [](std::string_view name, std::string_view options = "{}") {
    return with_unified_vars(fmt::format("    snowplow__dev_target_name: {}\n", name))
        .option(options)
        .lint("snowplow-full-refresh-danger");
  };
  CHECK(lint("Prod") ==
        Lines{"dbt_project.yml:6:5: error: snowplow__dev_target_name for snowplow_unified is Prod, which looks like "
              "production: on the target of that name nothing protects the manifest tables, and one `dbt run "
              "--full-refresh` drops them"});
  CHECK(lint("production_eu").size() == 1);
  CHECK(lint("dev") == Lines{});
  CHECK(lint("productivity") == Lines{});
  CHECK(lint("preprod") == Lines{});
  CHECK(lint("gold", R"({"production_targets": "gold"})").size() == 1);
}

// ---- snowplow-unknown-var -------------------------------------------------------------------------------------------

TEST_CASE("a variable that nothing reads") {
  TestProject project = with_unified_vars(
      "    snowplow__strat_date: '2024-01-01'\n"
      "    snowplow__start_date: '2024-01-01'\n"
      "    snowplow__enable_consent: true\n"
      "    snowplow__known_by_default: 1\n"
      "    snowplow__grant_schema_usage: false\n"
      "    snowplow__read_by_a_model: 1\n"
      "    not_snowplows: 1\n");
  project.macro(
      "macro.snowplow_utils.get_run_limits",
      "{% macro get_run_limits() %}{{ var('snowplow__start_date') }}{{ var('snowplow__grant_schemas', true) }}"
      "{{ var('snowplow__app_id') }}"
      "{% endmacro %}");
  project.file("dbt_packages/snowplow_unified/dbt_project.yml",
               "name: snowplow_unified\nvars:\n  snowplow_unified:\n    snowplow__app_id: []\n    "
               "snowplow__start_date: x\n    snowplow__known_by_default: 2\n"
               "    snowplow__grant_schema_usage: true\nmodels:\n  snowplow_unified:\n    consent:\n"
               "      +enabled: \"{{ var('snowplow__enable_consent', false) }}\"\n");
  add_sessions_model(project, "{{ var('snowplow__read_by_a_model') }}");
  CHECK(
      project.lint("snowplow-unknown-var") ==
      Lines{
          "dbt_project.yml:6:5: warn: nothing in the project or its packages reads snowplow__strat_date, so setting it "
          "has no effect (did you mean snowplow__start_date?)",
          "dbt_project.yml:10:5: warn: nothing in the project or its packages reads snowplow__grant_schema_usage, so "
          "setting it has no effect (did you mean snowplow__grant_schemas?)"});
}

TEST_CASE("where not all code is at hand, nothing is said of variables") {
  TestProject project;
  project.snowplow_package("snowplow_web");
  std::filesystem::remove_all(project.folder() / "dbt_packages");
  project.file("dbt_project.yml", "name: shop\nprofile: shop\nvars:\n  snowplow_web:\n    snowplow__strat_date: x\n");
  CHECK(project.lint("snowplow-unknown-var") == Lines{});

  TestProject stripped = with_unified_vars("    snowplow__strat_date: x\n");
  stripped.file("dbt_packages/snowplow_unified/dbt_project.yml",
                "name: snowplow_unified\nvars:\n  snowplow_unified:\n    snowplow__start_date: x\n");
  CHECK(stripped.lint("snowplow-unknown-var") == Lines{});
  stripped.macro("macro.shop.read", "{% macro read() %}{{ var('snowplow__start_date') }}{% endmacro %}");
  CHECK(stripped.lint("snowplow-unknown-var").size() == 1);

  TestProject dynamic = with_unified_vars("    snowplow__strat_date: x\n");
  dynamic.macro("macro.shop.read", "{% macro read(name) %}{{ var('snowplow__' ~ name) }}{% endmacro %}");
  CHECK(dynamic.lint("snowplow-unknown-var") == Lines{});
}

// ---- snowplow-license-not-accepted ----------------------------------------------------------------------------------

TEST_CASE("a licence that is not accepted") {
  const auto lint = [](std::string_view vars, bool checks = true, bool on_command_line = false) {
    TestProject project = with_vars(vars);
    if (checks) {
      project.macro("macro.snowplow_utils.license_check", "{% macro license_check(x) %}{% endmacro %}");
      project.add("operation.snowplow_unified.snowplow_unified-on-run-start-0",
                  R"({"raw_code": "{{ snowplow_utils.license_check(var('snowplow__license_accepted')) }}",
                      "tags": ["on-run-start"]})");
    }
    if (on_command_line) {
      project.run_results(R"({"metadata": {"dbt_schema_version": "https://schemas.getdbt.com/dbt/run-results/v6.json"},
                              "results": [], "args": {"vars": {"snowplow__license_accepted": true}}})");
    }
    return project.lint("snowplow-license-not-accepted");
  };
  const std::string rest =
      " for snowplow_unified, which checks it: unless --vars gives it, every run ends with an error before its first "
      "model";
  CHECK(lint("  a: 1\n") == Lines{"dbt_project.yml:4:1: warn: snowplow__license_accepted is not set" + rest});
  CHECK(lint("  snowplow_unified:\n    snowplow__license_accepted: false\n") ==
        Lines{"dbt_project.yml:6:5: warn: snowplow__license_accepted is false" + rest});
  CHECK(lint("  shop:\n    snowplow__license_accepted: true\n").size() == 1);
  CHECK(lint("  snowplow_unified:\n    snowplow__license_accepted: true\n") == Lines{});
  CHECK(lint("  snowplow__license_accepted: true\n") == Lines{});
  CHECK(lint("  snowplow__license_accepted: \"{{ env_var('L') }}\"\n") == Lines{});
  CHECK(lint("  a: 1\n", false) == Lines{});
  CHECK(lint("  a: 1\n", true, true) == Lines{});
}
