// What the status makes of logs, rows, limits and a project: problems that no error tells, settings that are not
// given, and the command itself.
#include "backfill/status.h"

#include <chrono>
#include <doctest/doctest.h>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "backfill/status_json.h"
#include "backfill/status_text.h"
#include "support/support.h"

using namespace plowline;
using nlohmann::json;
using std::chrono::days;
using std::chrono::hours;

namespace {

Instant at(std::string_view text) {
  const auto instant = instant_from(text);
  REQUIRE(instant);
  return *instant;
}

constexpr std::string_view kP = "2026-11-20 22:25:21.482";  // the latest event
const Instant kNow = *instant_from("2026-11-21 03:00:00");

// A run of snowplow_unified, as its console text.
struct RunText {
  int state = 4;  // 0: no line
  std::string lower = "2026-11-20 16:25:21";
  std::string upper = "2026-11-21 02:00:00";  // empty: no line
  std::vector<std::string> models{"snowplow_unified_views", "my_new_model"};
  std::vector<std::string> before_end;  // further lines
  bool hook = true;
  std::string done = "Done. PASS=5 WARN=0 ERROR=0 SKIP=0 NO-OP=0 TOTAL=5";
  std::vector<std::string> after_end;
  std::string target = "prod";

  std::string text() const {
    constexpr const char* kLines[] = {"No data in manifest. Processing data from start_date",
                                      "New Snowplow incremental model. Backfilling",
                                      "Snowplow incremental models out of sync. Syncing", "Standard incremental run"};
    std::vector<std::string> lines{"Running with dbt=1.11.14", "Concurrency: 4 threads (target='" + target + "')"};
    const std::string limits = "sql table model s.snowplow_unified_base_new_event_limits  [";
    lines.push_back("1 of 9 START " + limits + "RUN]");
    if (state != 0) lines.push_back(std::string("10:00:00 + Snowplow: ") + kLines[state - 1]);
    if (!upper.empty())
      lines.push_back("10:00:00 + Snowplow: Processing data between '" + lower + "' and '" + upper +
                      "' (snowplow_unified)");
    lines.push_back("1 of 9 OK created " + limits + "SELECT 1 in 0.1s]");
    for (const std::string& model : models)
      lines.push_back("2 of 9 OK created sql incremental model s." + model + " ..... [INSERT 0 3 in 0.1s]");
    lines.insert(lines.end(), before_end.begin(), before_end.end());
    if (hook) lines.push_back("1 of 1 OK hook: snowplow_unified.on-run-end.0 ....... [OK in 0.03s]");
    if (!done.empty()) lines.push_back(done);
    lines.insert(lines.end(), after_end.begin(), after_end.end());
    std::string out;
    for (const std::string& line : lines) out += (line.starts_with('|') ? line.substr(1) : "10:00:00  " + line) + "\n";
    return out;
  }
};

// Everything that a status is made from.
struct Known {
  StatusInput input;

  Known() {
    input.now = kNow;
    input.settings = {at("2026-05-05"), days(60), hours(6)};
  }
  Known& log(const RunText& run) {
    auto runs = read_run_log(FileBytes::copy_of(run.text(), "log"));
    REQUIRE(runs);
    for (LoggedRun& one : *runs) input.runs.push_back(std::move(one));
    return *this;
  }
  Known& rows(const std::vector<std::pair<std::string, std::string_view>>& rows) {
    StatusInput::Rows& added = input.rows.emplace_back();
    added.package = "snowplow_unified";
    for (const auto& [model, last_success] : rows) added.rows.push_back({model, at(last_success)});
    return *this;
  }
  Known& project(const std::vector<std::string>& tagged) {
    KnownPackage package;
    package.package = "snowplow_unified";
    for (const std::string& name : tagged) package.tagged.push_back({name, "model.shop." + name, name, false});
    input.project = {package};
    return *this;
  }
  Known& models(const std::vector<std::string>& names) {
    input.models_to_run = names;
    return *this;
  }
  BackfillStatus all() const { return backfill_status(input); }
  PackageStatus one() const {
    const BackfillStatus status = all();
    REQUIRE(status.packages.size() == 1);
    CHECK(status.packages[0].package == "snowplow_unified");
    return status.packages[0];
  }
};

std::string problem_of(const PackageStatus& status) {
  if (!status.problem) {
    CHECK(status.message.empty());
    return {};
  }
  CHECK(!status.message.empty());
  CHECK(!status.next_step.empty());
  return std::string(to_string(*status.problem));
}

int number(const std::optional<RunState>& state) {
  return state ? static_cast<int>(*state) : 0;
}

bool contains(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

}  // namespace

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
