#include "backfill/record.h"

#include <algorithm>
#include <doctest/doctest.h>
#include <string>
#include <vector>

#include "artifact/instant.h"
#include "backfill/dialects.h"
#include "backfill/sql_samples.h"

namespace plowline {
namespace {

using testing::sample_sides;
using testing::table_named;

const std::string kLatest = "2023-10-11 09:10:00.5";

std::vector<ManifestRow> rows(std::initializer_list<std::pair<std::string, std::string>> all) {
  std::vector<ManifestRow> result;
  for (const auto& [model, time] : all) result.push_back({model, *instant_from(time)});
  return result;
}

// A retired model's row lies there too, later than all others.
std::vector<ManifestRow> production_rows() {
  return rows({{"snowplow_unified_sessions", kLatest},
               {"snowplow_unified_views_this_run", "2023-10-11 09:00:00"},
               {"retired", "2024-01-01"}});
}

std::vector<ManifestRow> staging_rows() {
  return rows({{"my_new_model", kLatest}, {"snowplow_unified_views_this_run", kLatest}, {"other", "2020-01-01"}});
}

struct Recorded {
  Warnings warnings;
  Result<std::vector<SqlScript>> scripts;

  explicit Recorded(const RecordOptions& options, const BlueGreen& sides = sample_sides("snowflake"),
                    const Dialect& dialect = snowflake_dialect())
      : scripts(record_scripts(sides, dialect, options, warnings)) {}

  std::string all() const {
    REQUIRE_MESSAGE(scripts, (scripts ? "" : scripts.error().reason));
    return to_text(*scripts);
  }
  std::string reason() const {
    REQUIRE_FALSE(scripts);
    return scripts.error().reason;
  }
  std::vector<std::string> codes() const {
    std::vector<std::string> found;
    for (const Warning& warning : warnings) found.push_back(warning.code);
    return found;
  }
};

RecordOptions at(const std::string& time) {
  RecordOptions options;
  options.timestamp = instant_from(time);
  options.production_rows = production_rows();
  options.staging_rows = staging_rows();
  return options;
}

bool has(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

using Codes = std::vector<std::string>;

TEST_CASE("one insert, which takes staging's time, capped, only where none is, only in sync") {
  const Recorded recorded({});
  const std::string text = recorded.all();
  const auto& statements = recorded.scripts->front().statements;
  CHECK(std::ranges::count_if(
            statements, [](const SqlStatement& statement) { return statement.sql.starts_with("insert into"); }) == 1);
  CHECK(
      has(text, "least(coalesce(staged.last_success, present.latest), coalesce(present.latest, staged.last_success))"));
  CHECK(has(text, "where not exists (select 1 from"));
  CHECK(has(text, "sync.found = 2 and sync.models = 2 and sync.earliest = sync.latest"));
  CHECK(has(text, "where model in ('snowplow_unified_sessions', 'snowplow_unified_views_this_run')\n) present"));
  CHECK(recorded.warnings.empty());
}

TEST_CASE("a production without models of its own sets no limit") {
  BlueGreen sides = sample_sides("snowflake");
  sides.packages[0].production_models.clear();
  const std::string text = Recorded({}, sides).all();
  CHECK(has(text, "where 1 = 0\n) present"));
  CHECK_FALSE(has(text, "in ()"));
}

TEST_CASE("the literal form reads nothing of staging, and is capped all the same") {
  const std::string text = Recorded(at(kLatest)).all();
  CHECK(has(text, "'2023-10-11 09:10:00.5'::timestamp_ntz"));
  CHECK(has(text, "least(coalesce(staged.last_success, present.latest)"));
  CHECK(has(text, "where not exists"));
  CHECK_FALSE(has(text, "staging_snowplow_manifest"));
}

TEST_CASE("a timestamp later than production's latest is refused; rows of retired models do not count") {
  CHECK(Recorded(at("2023-10-11 09:10:00.5")).codes() == Codes{});
  const Recorded later(at("2023-10-11 09:10:00.500001"));
  CHECK(
      later.reason() ==
      "--timestamp 2023-10-11 09:10:00.500001 is later than production's latest last_success, 2023-10-11 09:10:00.5 of "
      "snowplow_unified_sessions: production could never reach it and would stand still");
  CHECK(later.scripts.error().status == ExitStatus::kUsage);
  CHECK(later.scripts.error().next_step == "give --timestamp '2023-10-11 09:10:00.5', or an earlier time");
}

TEST_CASE("an earlier timestamp only warns") {
  const Recorded earlier(at("2023-10-11 09:10:00"));
  CHECK(has(earlier.all(), "insert into"));
  CHECK(earlier.codes() == Codes{"timestamp-before-production"});
}

TEST_CASE("a timestamp later than staging's would leave events out") {
  RecordOptions options = at("2023-10-11 09:05:00");
  options.staging_rows =
      rows({{"my_new_model", "2023-10-11 09:00:00"}, {"snowplow_unified_views_this_run", "2023-10-11 09:00:00"}});
  CHECK(
      Recorded(options).reason() ==
      "--timestamp 2023-10-11 09:05:00 is later than staging's last_success, 2023-10-11 09:00:00: what lies in between "
      "would never be processed");
}

TEST_CASE("a timestamp that nothing can be checked against is told") {
  RecordOptions options;
  options.timestamp = instant_from(kLatest);
  CHECK(Recorded(options).codes() == Codes{"timestamp-unchecked"});
  options.production_rows = rows({{"retired", kLatest}});
  CHECK(Recorded(options).codes() == Codes{"timestamp-unchecked"});
}

TEST_CASE("staging that is not in sync is refused, where its rows are known") {
  const auto refused = [](std::vector<ManifestRow> staging) {
    RecordOptions options;
    options.staging_rows = std::move(staging);
    const Recorded recorded(options);
    const std::string reason = recorded.reason();
    CHECK(recorded.scripts.error().status == ExitStatus::kFindings);
    return reason;
  };
  CHECK(refused(rows({{"my_new_model", "2023-01-01"}, {"snowplow_unified_views_this_run", "2023-01-02"}})) ==
        "staging is not in sync for snowplow_unified: my_new_model is at 2023-01-01 00:00:00, "
        "snowplow_unified_views_this_run at 2023-01-02 00:00:00");
  CHECK(refused(rows({{"my_new_model", "2023-01-01"}})) ==
        "staging is not in sync for snowplow_unified: snowplow_unified_views_this_run has no row");
  CHECK(refused({}) == "staging is not in sync for snowplow_unified: my_new_model has no row");
  CHECK(refused(rows({{"my_new_model", "2023-01-01"},
                      {"my_new_model", "2023-01-01"},
                      {"snowplow_unified_views_this_run", "2023-01-01"}})) ==
        "staging is not in sync for snowplow_unified: my_new_model has more than one row");
  RecordOptions options;
  options.staging_rows = staging_rows();
  CHECK(has(Recorded(options).all(), "insert into"));
}

TEST_CASE("a row that is there already is told") {
  RecordOptions options;
  options.production_rows = production_rows();
  options.production_rows->push_back({"my_new_model", *instant_from(kLatest)});
  CHECK(Recorded(options).codes() == Codes{"already-recorded"});
}

TEST_CASE("what else the branch adds is told and counted, and not recorded") {
  BlueGreen sides = sample_sides("snowflake");
  sides.packages[0].new_models = {"my_new_model", "unrelated"};
  const Recorded recorded({}, sides);
  CHECK(recorded.codes() == Codes{"new-models-not-staged"});
  const auto& statements = recorded.scripts->front().statements;
  const auto insert = std::ranges::find_if(
      statements, [](const SqlStatement& statement) { return statement.sql.starts_with("insert into"); });
  REQUIRE(insert != statements.end());
  CHECK_FALSE(has(insert->sql, "unrelated"));
  CHECK(has(statements.back().sql, "when count(*) <> 4 then 'state 2"));
  CHECK(recorded_models(sides.packages[0]) == std::vector<std::string>{"my_new_model"});
  CHECK(models_not_staged(sides.packages[0]) == std::vector<std::string>{"unrelated"});
}

TEST_CASE("nothing new, nothing to insert") {
  BlueGreen sides = sample_sides("snowflake");
  sides.packages[0].new_models.clear();
  const std::string text = Recorded({}, sides).all();
  CHECK(text.starts_with("-- snowplow_unified: nothing to record\n"));
  CHECK_FALSE(has(text, "insert"));
  sides.packages.clear();
  CHECK(Recorded({}, sides).all().starts_with("-- nothing to record\n"));
}

TEST_CASE("one manifest on both sides is refused") {
  BlueGreen sides = sample_sides("snowflake");
  sides.packages[0].staging_manifest = sides.packages[0].production_manifest;
  CHECK(has(Recorded({}, sides).reason(), "is the incremental manifest of staging and of production"));
  sides = sample_sides("snowflake");
  sides.packages[0].shared = true;
  CHECK(has(Recorded({}, sides).reason(), "is the incremental manifest of staging and of production"));
}

TEST_CASE("where no statement can read both databases, the time must be given") {
  BlueGreen sides = sample_sides("postgres");
  sides.packages[0].staging_manifest.database->text = "staging";
  const Recorded refused({}, sides, postgres_dialect());
  CHECK(refused.reason() ==
        "staging.staging_snowplow_manifest.snowplow_unified_incremental_manifest and "
        "shop.prod_snowplow_manifest.snowplow_unified_incremental_manifest lie in two databases, and no statement of "
        "postgres can read both");
  CHECK(has(refused.scripts.error().next_step, "--timestamp"));
  CHECK(has(Recorded(at(kLatest), sides, postgres_dialect()).all(), "timestamp '2023-10-11 09:10:00.5'"));
  sides = sample_sides("snowflake");
  sides.packages[0].staging_manifest.database->text = "staging";
  CHECK(has(Recorded({}, sides).all(), "from staging.staging_snowplow_manifest"));
}

TEST_CASE("two packages have a script each, and rows of one say nothing of the other") {
  BlueGreen sides = sample_sides("snowflake");
  PackageTables media = sides.packages[0];
  media.package = "snowplow_media_player";
  media.staging_models = {"my_media_model"};
  media.new_models = {"my_media_model"};
  media.production_models = {"snowplow_media_player_base"};
  sides.packages.push_back(media);
  RecordOptions options;
  options.staging_rows = staging_rows();
  const Recorded recorded(options, sides);
  REQUIRE(recorded.scripts);
  CHECK(recorded.scripts->size() == 2);
  CHECK(recorded.scripts->back().title.starts_with("snowplow_media_player: record my_media_model in"));
}

TEST_CASE("two scripts at one time cannot both insert, where the warehouse has locks") {
  for (const Dialect* dialect : {&postgres_dialect(), &redshift_dialect()}) {
    const Recorded recorded({}, sample_sides(std::string(dialect->name())), *dialect);
    const auto& statements = recorded.scripts->front().statements;
    const auto insert = std::ranges::find_if(
        statements, [](const SqlStatement& statement) { return statement.sql.starts_with("insert into"); });
    REQUIRE(insert != statements.end());
    CHECK((insert - 2)->sql == "begin");
    CHECK((insert - 1)->sql.starts_with("lock"));
    CHECK((insert + 1)->sql == "commit");
  }
}

}  // namespace
}  // namespace plowline
