// What goes wrong in a backfill, with and without an error: each problem of status.h, and what only looks like it.
#include <doctest/doctest.h>
#include <string>
#include <vector>

#include "backfill/status.h"
#include "backfill/status_known.h"

using namespace plowline;
using namespace plowline::testing::standing;

TEST_CASE("a timestamp that no event has: state 3 for ever") {
  const RunText run{.state = 3, .lower = "2026-11-20 16:25:21", .upper = "2026-11-20 22:25:22"};
  // One run and the rows after it are enough; the row that is ahead was rounded up.
  const PackageStatus known =
      Known().log(run).rows({{"my_new_model", "2026-11-20 22:25:22"}, {"snowplow_unified_views", kP}}).one();
  CHECK(problem_of(known) == "stuck-state-3");
  CHECK(contains(known.message, "my_new_model: 2026-11-20 22:25:22"));
  CHECK(number(known.next.state) == 3);
  CHECK(!known.runs_left);
  CHECK(problem_of(Known().log(run).one()).empty());
  const PackageStatus twice = Known().log(run).log(run).one();
  CHECK(problem_of(twice) == "stuck-state-3");
  CHECK(number(twice.next.state) == 3);
  CHECK(to_text(*twice.next.upper_limit) == "2026-11-20 22:25:22");
  // An earlier one is harmless: one run out of sync, and the models meet.
  CHECK(problem_of(Known().log(run).rows({{"my_new_model", kP}, {"snowplow_unified_views", kP}}).one()).empty());
}

TEST_CASE("a row that stands twice") {
  const PackageStatus rows = Known().rows({{"my_new_model", kP}, {"my_new_model", kP}, {"b", kP}}).one();
  CHECK(problem_of(rows) == "duplicate-manifest-row");
  CHECK(rows.duplicates == std::vector<std::string>{"my_new_model"});
  CHECK(number(rows.next.state) == 2);
  CHECK(!rows.runs_left);
  // The model itself fails by it: dbt's words in its warehouse's.
  const RunText run{.state = 2,
                    .lower = "2026-05-05 00:00:00",
                    .upper = "2026-07-04 00:00:00",
                    .models = {"snowplow_unified_views"},
                    .before_end = {"9 of 9 ERROR creating sql incremental model s.my_new_model ... [ERROR in 0.1s]"},
                    .done = "Done. PASS=4 WARN=0 ERROR=1 SKIP=0 NO-OP=0 TOTAL=5",
                    .after_end = {}};
  RunText failed = run;
  failed.before_end.emplace_back("Failure in model my_new_model (models/my_new_model.sql)");
  failed.before_end.emplace_back("  Database Error in model my_new_model (models/my_new_model.sql)");
  failed.before_end.emplace_back("|  more than one row returned by a subquery used as an expression");
  const BackfillStatus status = Known().log(failed).all();
  CHECK(status.succeeded == false);
  CHECK(problem_of(status.packages.at(0)) == "duplicate-manifest-row");
  CHECK(number(status.packages[0].state) == 2);
  CHECK(number(status.packages[0].next.state) == 2);
  CHECK(problem_of(Known().log(run).one()) == "run-failed");
}

TEST_CASE("a gap in the events longer than the limit: the window stands still, and nothing warns") {
  const RunText run{.state = 4, .lower = "2026-07-03 16:28:54", .upper = "2026-09-01 22:28:54"};
  const PackageStatus twice = Known().log(run).log(run).one();
  CHECK(problem_of(twice) == "no-progress");
  CHECK(twice.next.lower_limit == twice.lower_limit);
  CHECK(twice.next.upper_limit == twice.upper_limit);
  // One run is enough where the rows are known: they lie where the window began.
  CHECK(problem_of(Known().log(run).rows({{"a", "2026-07-03 22:28:54.482"}}).one()) == "no-progress");
  CHECK(problem_of(Known().log(run).rows({{"a", "2026-09-01 20:40:25.482"}}).one()).empty());
  // Up to date, the same window again is nothing to speak of; nor is one of another target.
  CHECK(problem_of(Known().log({}).log({}).one()).empty());
  RunText staging = run;
  staging.target = "staging";
  CHECK(problem_of(Known().log(run).log(staging).one()).empty());
}

TEST_CASE("no event in the first window") {
  const RunText run{.state = 1, .lower = "2026-05-05 00:00:00", .upper = "2026-07-04 00:00:00"};
  CHECK(problem_of(Known().log(run).log(run).one()) == "no-events");
  CHECK(problem_of(Known().log(run).rows({}).one()) == "no-events");
  RunText warned = run;
  warned.before_end = {
      "Snowplow Warning: No data in \"d\".\"s\".\"snowplow_unified_base_events_this_run\" for date range from "
      "variables"};
  const PackageStatus status = Known().log(warned).one();
  CHECK(problem_of(status) == "no-events");
  CHECK(number(status.next.state) == 1);
  CHECK(problem_of(Known().log(run).one()).empty());
}

TEST_CASE("a counted model that is never run: state 2 for ever") {
  const RunText first{.state = 1, .lower = "2026-05-05 00:00:00", .upper = "2026-07-04 00:00:00"};
  const RunText second{.state = 2, .lower = "2026-05-05 00:00:00", .upper = "2026-07-03 22:28:54"};
  CHECK(problem_of(Known().log(first).log(second).one()) == "stuck-state-2");
  CHECK(problem_of(Known().log(second).log(second).one()) == "stuck-state-2");
  const std::vector<std::string> tagged{"my_new_model", "snowplow_unified_sessions", "snowplow_unified_views"};
  const auto rows = std::vector<std::pair<std::string, std::string_view>>{
      {"my_new_model", "2026-07-03 22:28:54.482"}, {"snowplow_unified_views", "2026-07-03 22:28:54.482"}};
  const PackageStatus known = Known().log(second).rows(rows).project(tagged).one();
  CHECK(problem_of(known) == "stuck-state-2");
  CHECK(contains(known.message, "snowplow_unified_sessions"));
  CHECK(known.new_models == std::vector<std::string>{"snowplow_unified_sessions"});
  // The rows after the first run tell it before it happens: the model is new, and the next run is in state 2.
  const PackageStatus before = Known().log(first).rows(rows).project(tagged).one();
  CHECK(problem_of(before).empty());
  CHECK(before.new_models == std::vector<std::string>{"snowplow_unified_sessions"});
  CHECK(number(before.next.state) == 2);
  CHECK(to_text(*before.next.upper_limit) == "2026-07-03 22:28:54.482");
  // models_to_run leaves it out: it is not counted.
  const PackageStatus named =
      Known().log(first).rows(rows).project(tagged).models({"my_new_model", "snowplow_unified_views", "word,"}).one();
  CHECK(named.new_models.empty());
  CHECK(number(named.next.state) == 4);
  // So does a run in state 4 that the rows and the project do not explain otherwise.
  const PackageStatus inferred = Known()
                                     .log({.state = 4, .lower = "2026-06-30 16:28:54", .upper = "2026-08-29 22:28:54"})
                                     .rows(rows)
                                     .project(tagged)
                                     .one();
  CHECK(inferred.new_models.empty());
  CHECK(number(inferred.next.state) == 4);
  CHECK(inferred.notes.size() == 1);
}

TEST_CASE("an ephemeral model with the tag, and two versions of a model, of which one is run") {
  Known ephemeral;
  ephemeral.project({"my_new_model", "helper"}).rows({{"my_new_model", kP}});
  ephemeral.input.project->front().tagged[1].ephemeral = true;
  CHECK(problem_of(ephemeral.one()) == "stuck-state-2");
  CHECK(number(ephemeral.one().next.state) == 2);

  Known versions;
  versions.project({"my_new_model", "my_new_model", "b"}).rows({{"my_new_model", kP}, {"b", kP}});
  CHECK(versions.one().models_in_run == 3);
  CHECK(versions.one().new_models == std::vector<std::string>{"my_new_model"});
  CHECK(problem_of(versions.one()) == "stuck-state-2");
  CHECK(number(versions.one().next.state) == 2);
  versions.input.rows.clear();
  versions.rows({{"my_new_model", kP}, {"my_new_model", kP}, {"b", kP}});  // both ran: two rows
  CHECK(problem_of(versions.one()).empty());
  CHECK(number(versions.one().next.state) == 4);
  versions.input.rows[0].rows.push_back({"my_new_model", at(kP)});
  CHECK(problem_of(versions.one()) == "duplicate-manifest-row");
}

TEST_CASE("a name that is misspelt among several is silent for dbt") {
  const RunText run{.state = 1, .lower = "2026-05-05 00:00:00", .upper = "2026-07-04 00:00:00"};
  const auto rows =
      std::vector<std::pair<std::string, std::string_view>>{{"snowplow_unified_views", "2026-07-03 22:28:54.482"}};
  const std::vector<std::string> tagged{"my_new_model", "snowplow_unified_views"};
  const std::vector<std::string> typo{"my_new_modell", "snowplow_unified_views", "not_null_my_new_model_id"};
  for (const Known& known :
       {Known().log(run).rows(rows).project(tagged), Known().log(run).rows(rows).project(tagged).models(typo),
        Known().log(run).rows(rows).models(typo), Known().log(run).project(tagged).models(typo),
        Known().log(run).models(typo)}) {
    const PackageStatus status = known.one();
    CHECK(problem_of(status) == "missing-manifest-row");
    CHECK(status.missing == std::vector<std::string>{"my_new_model"});
    CHECK(number(status.next.state) == 4);
  }
  CHECK(contains(Known().log(run).rows(rows).models(typo).one().next_step, "'my_new_modell': write 'my_new_model'"));
  // A model without the tag is none of the package's.
  CHECK(problem_of(Known().log(run).rows(rows).project({"snowplow_unified_views"}).one()).empty());
  CHECK(problem_of(Known().log(run).rows(rows).one()).empty());
}

TEST_CASE("the command line in logs/dbt.log tells models_to_run and the limit") {
  RunText text{.state = 1, .lower = "2026-05-05 00:00:00", .upper = "2026-07-04 00:00:00"};
  Known known;
  known.log(text).project({"my_new_model", "snowplow_unified_views"}).input.settings = {};
  known.input.runs[0].kind = LogKind::kDebug;
  known.input.runs[0].command =
      R"(dbt run --select +my_new_model --vars {"models_to_run": "my_new_modell snowplow_unified_views", "snowplow__backfill_limit_days": 45} --target prod)";
  const PackageStatus status = known.one();
  CHECK(problem_of(status) == "missing-manifest-row");
  CHECK(*status.next.upper_limit == at("2026-08-18"));
}

TEST_CASE("a hook that fails: whose manifest was written, and whose was not") {
  RunText run;
  run.hook = false;
  run.after_end = {
      "Encountered an error:", "|Compilation Error in operation snowplow_media_player-on-run-end-0 (./dbt_project.yml)",
      "|  No enabled models identified."};
  const BackfillStatus not_written = Known().log(run).all();
  CHECK(not_written.succeeded == false);
  REQUIRE(not_written.packages.size() == 2);
  CHECK(problem_of(not_written.packages[0]) == "hook-failed");
  CHECK(not_written.packages[0].manifest_written == false);
  CHECK(not_written.packages[0].up_to_date == false);
  CHECK(not_written.packages[0].next.lower_limit == not_written.packages[0].lower_limit);
  CHECK(contains(not_written.packages[0].message, "snowplow_unified's manifest was not written"));
  CHECK(contains(not_written.packages[0].next_step, "models_to_run"));
  CHECK(not_written.packages[1].package == "snowplow_media_player");

  run.hook = true;  // and the hook of a package that comes later fails
  run.after_end[1] = "|Compilation Error in operation snowplow_web-on-run-end-0 (./dbt_project.yml)";
  const BackfillStatus written = Known().log(run).all();
  CHECK(written.succeeded == false);
  CHECK(written.packages.at(0).manifest_written == true);
  CHECK(written.packages[0].up_to_date == true);
  CHECK(contains(written.packages[0].message, "snowplow_unified's manifest was written"));

  run.after_end[1] = "|Compilation Error in operation snowplow_unified-on-run-end-1 (./dbt_project.yml)";  // its second
  run.after_end[2] = "|  snowplow_unified.on-run-end.1 failed, error:";
  run.after_end.emplace_back("|   permission denied");
  const PackageStatus second = Known().log(run).one();
  CHECK(problem_of(second) == "hook-failed");
  CHECK(contains(second.message, "(permission denied)"));
  CHECK(contains(second.message, "snowplow_unified's manifest was written"));

  RunText none;
  none.hook = false;  // the package's hooks are not there at all
  CHECK(problem_of(Known().log(none).one()) == "hook-failed");
}

TEST_CASE("models that fail stay behind") {
  const std::vector<std::string> failed{
      "3 of 9 ERROR creating sql incremental model s.my_new_model ... [ERROR in 0.1s]"};
  const std::string done = "Done. PASS=4 WARN=0 ERROR=1 SKIP=0 NO-OP=0 TOTAL=5";
  RunText run{.models = {"snowplow_unified_views"}, .before_end = failed, .done = done};
  const PackageStatus out_of_sync = Known().log(run).one();
  CHECK(problem_of(out_of_sync) == "run-failed");
  CHECK(number(out_of_sync.next.state) == 3);
  CHECK(out_of_sync.up_to_date == false);
  run.state = 1;
  run.lower = "2026-05-05 00:00:00";
  run.upper = "2026-07-04 00:00:00";
  CHECK(number(Known().log(run).one().next.state) == 2);
  // A model that no package counts does not matter.
  CHECK(number(Known().log(run).project({"snowplow_unified_views"}).one().next.state) == 4);
}
