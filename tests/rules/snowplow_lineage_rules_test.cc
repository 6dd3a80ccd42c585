// The rules about what stands upstream of tagged models: seeds, other packages, rows of one run.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include "rules/test_project.h"

using plowline::testing::Lines;
using plowline::testing::TestProject;

namespace {

constexpr const char* kAggregates = "snowplow-aggregates-above-session";
constexpr const char* kCross = "snowplow-cross-package-derived-read";
constexpr const char* kSeeds = "snowplow-seeds-not-built";

std::string tagged(std::string_view more = "", std::string_view materialized = "incremental",
                   std::string_view tag = "snowplow_unified_incremental") {
  return fmt::format(R"({{"config": {{"materialized": "{}", "tags": ["{}"]{}}}}})", materialized, tag, more);
}

Lines aggregate(std::string_view sql, const std::string& json = tagged(R"(, "unique_key": "day")")) {
  TestProject project;
  project.snowplow_unified();
  project.model("my_days", sql, json);
  return project.lint(kAggregates);
}

TestProject two_packages() {
  TestProject project;
  project.snowplow_unified().snowplow_package("snowplow_media_player");
  return project;
}

constexpr const char* kBoth =
    "select * from {{ ref('snowplow_unified_views_this_run') }}\n"
    "join {{ ref('snowplow_media_player_sessions') }} using (view_id)\n";

TestProject with_seeds() {
  TestProject project;
  project.snowplow_unified();
  project.file("packages.yml", "packages:\n  - package: snowplow/snowplow_unified\n    version: 1.0.0\n");
  project.add("seed.snowplow_unified.dim_country");
  project.add("seed.snowplow_unified.dim_language");
  project.add("seed.snowplow_unified.dim_unused");
  project.add("seed.shop.own");
  project.add("model.snowplow_unified.snowplow_unified_named_this_run", R"json({
      "raw_code": "select 1", "tags": ["snowplow_unified_incremental"],
      "config": {"materialized": "table", "tags": ["snowplow_unified_incremental"]},
      "depends_on": {"macros": [], "nodes": ["model.snowplow_unified.snowplow_unified_views_this_run",
          "seed.snowplow_unified.dim_country", "seed.snowplow_unified.dim_language"]}})json");
  return project;
}

}  // namespace

TEST_CASE("days counted from the current run are found") {
  CHECK(aggregate("select date(start_tstamp) as day, count(distinct session_identifier) as sessions\n"
                  "from {{ ref('snowplow_unified_views_this_run') }}\n"
                  "group by 1\n") ==
        Lines{"models/my_days.sql:3:1: warn: my_days groups rows of snowplow_unified's current run by date, without a "
              "session or view among its columns: a day that two runs touch keeps only what the later one has seen of "
              "it"});
  CHECK(aggregate("with days as (\n"
                  "  select date_trunc('day', start_tstamp) as day, platform, count(*) as views\n"
                  "  from {{ ref('snowplow_unified_events_this_run') }}\n"
                  "  GROUP  BY 1, 2\n"
                  ")\n"
                  "select day, platform, views from days\n",
                  tagged()) ==
        Lines{"models/my_days.sql:4:3: warn: my_days groups rows of snowplow_unified's current run by date, without a "
              "session or view among its columns: a day that two runs touch gets rows of both, which count what both "
              "have seen twice"});
}

TEST_CASE("aggregates that the current run is enough for, or that count the days anew") {
  const std::string from = "from {{ ref('snowplow_unified_views_this_run') }}\n";
  CHECK(aggregate("select session_identifier, date(start_tstamp) as day, count(*) as n " + from + "group by 1, 2") ==
        Lines{});
  CHECK(aggregate("select md5(session_identifier) as session_key, date(min(start_tstamp)) as day " + from +
                  "group by 1") == Lines{});
  CHECK(aggregate("select platform, count(*) as n " + from + "group by 1") == Lines{});  // makes no dates
  CHECK(aggregate("select date(start_tstamp) as day, platform " + from) == Lines{});     // groups nothing
  CHECK(aggregate("select date(start_tstamp) as day -- group by\n" + from) == Lines{});
  CHECK(aggregate("select *, date(start_tstamp) as day " + from + "group by all") == Lines{});  // columns not known
  CHECK(aggregate("select date(start_tstamp) as day, count(*) as n from {{ ref('snowplow_unified_views') }}\n"
                  "where start_tstamp > (select min(start_tstamp) " +
                  from + ")\ngroup by 1\n") == Lines{});
  CHECK(aggregate("select date(start_tstamp) as day, count(*) as n " + from +
                  "where start_tstamp > (select max(day) from {{ this }})\ngroup by 1\n") == Lines{});
  const std::string daily = "select date(start_tstamp) as day, count(*) as n " + from + "group by 1\n";
  CHECK(aggregate(daily).size() == 1);
  CHECK(aggregate(daily, tagged("", "table")) == Lines{});
  CHECK(aggregate("select date(start_tstamp) as day, count(*) as n from {{ ref('snowplow_unified_views') }}\n"
                  "group by 1\n") == Lines{});
}

TEST_CASE("a tagged model on the derived tables of another package") {
  TestProject project = two_packages();
  project.model("my_plays", kBoth, tagged());
  CHECK(
      project.lint(kCross) ==
      Lines{
          "models/my_plays.sql:2:6: warn: my_plays carries the tag snowplow_unified_incremental and is built on "
          "snowplow_media_player_sessions and snowplow_media_player_sessions_this_run of snowplow_media_player: a run "
          "of +my_plays computes snowplow_media_player's window too, so models_to_run must name models of both "
          "packages; without a name of snowplow_media_player's the run fails with \"No enabled models "
          "identified.\""});
}

TEST_CASE("another package's tables by a way of the project's own") {
  TestProject project = two_packages();
  project.model("plays", "select * from {{ ref('snowplow_media_player_sessions') }}\n",
                R"({"config": {"materialized": "view"}})");
  project.model("my_plays",
                "select * from {{ ref('snowplow_unified_views_this_run') }}\njoin {{ ref('plays') }} using (view_id)\n",
                tagged());
  const Lines found = project.lint(kCross);
  REQUIRE(found.size() == 1);
  CHECK(found[0].starts_with("models/my_plays.sql:2:6: "));
}

TEST_CASE("models that do not read another package's derived tables, or are other rules' matter") {
  TestProject project = two_packages();
  project.model("one", "select * from {{ ref('snowplow_unified_views_this_run') }}\n", tagged());
  project.model("untagged", kBoth, R"({"config": {"materialized": "table"}})");
  project.model("both_runs",
                "select * from {{ ref('snowplow_unified_views_this_run') }} join {{ "
                "ref('snowplow_media_player_sessions_this_run') }} using (view_id)\n",
                tagged());
  project.model("wrong_tag", "select * from {{ ref('snowplow_media_player_sessions') }}\n", tagged());
  CHECK(project.lint(kCross) == Lines{});
}

TEST_CASE("the seeds that tagged models are built on") {
  TestProject project = with_seeds();
  project.model("my_views", "select * from {{ ref('snowplow_unified_named_this_run') }}\n", tagged());
  project.model("my_others", "select * from {{ ref('my_views') }} join {{ ref('own') }} using (x)\n", tagged());
  project.model("my_plain", "select * from {{ ref('snowplow_unified_views_this_run') }}\n", tagged());
  CHECK(project.lint(kSeeds) ==
        Lines{"packages.yml:2:14: warn: my_others and my_views are built on 2 seeds of snowplow_unified, which dbt run "
              "does not build: a run in a schema without them fails; run first, with the same target, dbt seed "
              "--select dim_country dim_language"});
}

TEST_CASE("seeds that the catalog holds are built") {
  TestProject project = with_seeds();
  project.model("my_views", "select * from {{ ref('snowplow_unified_named_this_run') }}\n", tagged());
  project.catalog_table("seed.snowplow_unified.dim_country", {{"code", "text"}});
  CHECK(project.lint(kSeeds) ==
        Lines{"packages.yml:2:14: warn: my_views is built on a seed of snowplow_unified, which dbt run does not build: "
              "a run in a schema without it fails; run first, with the same target, dbt seed --select dim_language"});
  project.catalog_table("seed.snowplow_unified.dim_language", {{"code", "text"}});
  CHECK(project.lint(kSeeds) == Lines{});
}

TEST_CASE("models that need no package's seed") {
  TestProject project = with_seeds();
  project.model("my_plain", "select * from {{ ref('snowplow_unified_views_this_run') }}\n", tagged());
  project.model("my_own", "select * from {{ ref('my_plain') }} join {{ ref('own') }} using (x)\n", tagged());
  project.model("untagged", "select * from {{ ref('snowplow_unified_named_this_run') }}\n");
  CHECK(project.lint(kSeeds) == Lines{});
}
