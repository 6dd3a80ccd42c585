// What the status makes of logs, rows and limits: windows, settings that are not given, text.
#include "backfill/status.h"

#include <chrono>
#include <doctest/doctest.h>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "backfill/status_json.h"
#include "backfill/status_known.h"
#include "backfill/status_text.h"

using namespace plowline;
using namespace plowline::testing::standing;
using nlohmann::json;
using std::chrono::days;
using std::chrono::hours;

TEST_CASE("rows alone: new models, models that are behind, the next run exactly") {
  const PackageStatus behind =
      Known().rows({{"my_new_model", "2026-07-03 22:28:54.482"}, {"snowplow_unified_views", kP}}).one();
  CHECK(number(behind.next.state) == 3);
  CHECK(to_text(*behind.next.lower_limit) == "2026-07-03 16:28:54.482");
  CHECK(to_text(*behind.next.upper_limit) == "2026-09-01 22:28:54.482");
  CHECK(behind.next.exact);
  CHECK(!behind.state);
  CHECK(!behind.lower_limit);
  CHECK(behind.up_to_date == false);
  CHECK(behind.runs_left == 4);
  REQUIRE(behind.out_of_sync.size() == 1);
  CHECK(behind.out_of_sync[0].model == "my_new_model");
  CHECK(behind.out_of_sync[0].lag == at(kP) - at("2026-07-03 22:28:54.482"));

  const PackageStatus fresh = Known()
                                  .project({"my_new_model", "snowplow_unified_views"})
                                  .rows({{"snowplow_unified_views", kP}, {"other", kP}})
                                  .one();
  CHECK(fresh.new_models == std::vector<std::string>{"my_new_model"});
  CHECK(number(fresh.next.state) == 2);
  CHECK(to_text(*fresh.next.upper_limit) == "2026-07-04 00:00:00");
  CHECK(fresh.models_in_run == 2);
  CHECK(problem_of(fresh).empty());

  const PackageStatus done = Known().rows({{"a", kP}, {"b", kP}}).one();
  CHECK(done.up_to_date == true);
  CHECK(done.runs_left == 0);
  CHECK(number(done.next.state) == 4);
  CHECK(done.next.reaches_now);
  CHECK(*done.next.upper_limit == kNow);

  Known late;
  late.rows({{"a", kP}}).input.now = at("2026-11-23");
  CHECK(late.one().up_to_date == false);
  CHECK(late.one().runs_left == 1);
  late.input.max_lag = days(3);
  CHECK(late.one().up_to_date == true);

  const PackageStatus empty = Known().rows({}).one();
  CHECK(number(empty.next.state) == 1);
  CHECK(to_text(*empty.next.upper_limit) == "2026-07-04 00:00:00");
  CHECK(empty.up_to_date == false);
  CHECK(empty.runs_left == 4);
}

TEST_CASE("what is not given is told by the log, else assumed and said") {
  Known rows;
  rows.rows({{"a", "2026-07-03 22:28:54.482"}}).input.settings = {};
  const PackageStatus assumed = rows.one();
  CHECK_FALSE(assumed.next.exact);
  REQUIRE(assumed.notes.size() == 1);
  CHECK(contains(assumed.notes[0], "30 days is assumed"));
  // A window that the limit cut shows it.
  const PackageStatus shown =
      rows.log({.state = 1, .lower = "2026-05-05 00:00:00", .upper = "2026-07-04 00:00:00"}).one();
  CHECK(shown.next.exact);
  CHECK(to_text(*shown.next.upper_limit) == "2026-09-01 22:28:54.482");
  CHECK(shown.runs_left == 3);
  // So does another lookback.
  Known other;
  other.log({.state = 4, .lower = "2026-07-03 12:00:00", .upper = "2026-08-03 00:00:00"}).input.settings = {};
  CHECK(other.one().up_to_date == false);
  CHECK(to_text(*other.one().next.lower_limit) == "2026-08-02 12:00:00");
}

TEST_CASE("a log alone: up to date is told by the width of the window") {
  CHECK(Known().log({}).one().up_to_date == true);
  CHECK(Known().log({}).one().runs_left == 0);
  const RunText full{.state = 4, .lower = "2026-07-03 16:28:54", .upper = "2026-09-01 22:28:54"};
  CHECK(Known().log(full).one().up_to_date == false);
  CHECK(Known().log(full).one().runs_left == 2);
  const RunText first{.state = 1, .lower = "2026-05-05 00:00:00", .upper = "2026-11-21 02:09:18"};
  Known whole;
  whole.log(first).input.settings.backfill_limit = days(365);
  CHECK(whole.one().up_to_date == true);
  whole.input.settings = {};
  CHECK(whole.one().up_to_date == true);
  CHECK(number(whole.one().next.state) == 4);
  // A limit of half days.
  Known half;
  half.log({.state = 4, .lower = "2026-07-03 16:28:54", .upper = "2026-07-04 10:28:54"}).input.settings.backfill_limit =
      hours(12);
  CHECK(half.one().up_to_date == false);
}

TEST_CASE("out of sync, and what follows") {
  const PackageStatus goes_on =
      Known().log({.state = 3, .lower = "2026-07-03 16:28:54", .upper = "2026-09-01 22:28:54"}).one();
  CHECK(number(goes_on.next.state) == 3);
  CHECK(goes_on.runs_left == 3);
  const PackageStatus ends =
      Known().log({.state = 3, .lower = "2026-10-31 12:51:56", .upper = "2026-11-20 22:25:21"}).one();
  CHECK(number(ends.next.state) == 4);
  CHECK(to_text(*ends.next.lower_limit) == "2026-11-20 16:25:21");
  CHECK(ends.up_to_date == false);
  CHECK(ends.runs_left == 1);
}

TEST_CASE("a run that only looks (--select the limits model) processes nothing") {
  RunText run;
  run.models = {};
  const PackageStatus status = Known().log(run).log(run).one();
  CHECK(status.up_to_date == false);
  CHECK(status.runs_left == 1);
  CHECK(problem_of(status).empty());
  CHECK(number(status.next.state) == 4);
  CHECK(status.next.lower_limit == status.lower_limit);
}

TEST_CASE("lines that are switched off, deleted rows and warnings do no harm") {
  RunText silent;
  silent.state = 0;
  silent.upper.clear();
  const PackageStatus status = Known().log(silent).one();
  CHECK(!status.state);
  CHECK(!status.up_to_date);
  CHECK(contains(status.notes.at(0), "has_log_enabled"));
  CHECK(Known().log(silent).all().succeeded == true);

  RunText noisy;
  noisy.before_end = {"10:00:00 + Snowplow: Deleted models  'my_new_model'  from the manifest",
                      "10:00:00 + Snowplow: None of the supplied models exist in the manifest",
                      "[WARNING]: Configuration paths exist in your dbt_project.yml file which do not apply",
                      "|There are 1 unused configuration paths:", "|- models.shop.gone"};
  CHECK(problem_of(Known().log(noisy).one()).empty());
  CHECK(Known().log(noisy).one().up_to_date == true);
}

TEST_CASE("logs that end early, other commands, runs that never began") {
  RunText cut;
  cut.hook = false;
  cut.done.clear();
  CHECK(problem_of(Known().log(cut).one()) == "run-unfinished");
  RunText interrupted = cut;
  interrupted.before_end = {"CANCEL query model.shop.a ..... [CANCEL]", "Exited because of keyboard interrupt"};
  CHECK(problem_of(Known().log(interrupted).one()) == "interrupted");

  Known failed;
  auto runs =
      read_run_log(FileBytes::copy_of("10:00:00  The YAML provided in the --vars argument is not valid.\n", "log"));
  REQUIRE(runs);
  failed.input.runs = *runs;
  const BackfillStatus status = failed.all();
  CHECK(status.packages.empty());
  CHECK(status.succeeded == false);
  REQUIRE(status.problem);
  CHECK(to_string(*status.problem) == "run-failed");
  CHECK(status.any_problem());

  Known listing;
  listing.log({});
  runs = read_run_log(
      FileBytes::copy_of("10:00:00  Running with dbt=1.11.14\n10:00:00  Found 3 models\nmy_new_model\n", "log"));
  REQUIRE(runs);
  listing.input.runs.push_back(runs->front());  // `dbt ls` after the run
  CHECK(listing.all().succeeded == true);
  CHECK(listing.one().up_to_date == true);
}

TEST_CASE("limits from the table are exact, and those of another run are not taken") {
  Known known;
  known.log({}).input.limits.push_back({{}, {at("2026-11-20 16:25:21.482"), at("2026-11-21 02:00:00.392485")}});
  CHECK(to_text(*known.one().lower_limit) == "2026-11-20 16:25:21.482");
  CHECK(to_text(*known.one().upper_limit) == "2026-11-21 02:00:00.392485");
  known.input.limits[0].limits.upper_limit = at("2026-10-01");
  CHECK(to_text(*known.one().lower_limit) == "2026-11-20 16:25:21");
  CHECK(known.one().notes.size() == 1);
}

TEST_CASE("rows find their package") {
  const auto package_of = [](Known known, const std::vector<std::string>& models) {
    StatusInput::Rows& rows = known.input.rows.emplace_back();
    for (const std::string& model : models) rows.rows.push_back({model, at(kP)});
    const BackfillStatus status = known.all();
    return status.packages.size() == 1 ? status.packages[0].package : "several";
  };
  CHECK(package_of(Known(), {"my_model", "snowplow_ecommerce_carts"}) == "snowplow_ecommerce");
  CHECK(package_of(Known(), {"my_model"}).empty());
  CHECK(package_of(Known().project({"my_model"}), {"my_model"}) == "snowplow_unified");
  CHECK(package_of(Known().log({}), {"my_model"}) == "snowplow_unified");
  CHECK(package_of(Known().log({}), {"snowplow_web_views"}) == "several");
}

TEST_CASE("hostile names stay words") {
  const BackfillStatus status = Known().rows({{"a\x1B[2J\n\"", kP}, {"b", "2026-01-01"}, {"a\x1B[2J\n\"", kP}}).all();
  const std::string text = status_text(status, true);
  CHECK(text.find('\x1B') == std::string::npos);
  CHECK(contains(text, "\\x1b[2J"));
  CHECK(json::parse(status_json(status, {}))["packages"][0]["duplicates"].size() == 1);
}

TEST_CASE("the text is short, and has the problem first") {
  CHECK(status_text(Known().log({}).all(), false) ==
        "snowplow_unified: up to date\n"
        "  last run   state 4 (standard), 2026-11-20 16:25:21 to 2026-11-21 02:00:00\n"
        "  next run   state 4 (standard), 2026-11-20 20:00:00 to the time of the run, by what is known\n"
        "the last run succeeded\n");
  const std::string stuck = status_text(
      Known().rows({{"my_new_model", "2026-07-03 22:28:54.482"}, {"snowplow_unified_views", kP}}).all(), false);
  CHECK(stuck ==
        "snowplow_unified: 4 runs left\n"
        "  next run   state 3 (out of sync), 2026-07-03 16:28:54.482 to 2026-09-01 22:28:54.482\n"
        "  behind     my_new_model by 139 days (2026-07-03 22:28:54.482)\n");
}
