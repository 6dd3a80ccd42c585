// plowline backfill simulate, as the built program answers.
#include <algorithm>
#include <doctest/doctest.h>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "cli/program.h"
#include "support/json_schema.h"
#include "support/support.h"

using namespace plowline::testing;
using Json = nlohmann::json;

namespace {

using Words = std::vector<std::string>;

Ran simulate(Words words, const Surroundings& around = {}) {
  words.insert(words.begin(), {"backfill", "simulate"});
  return run_plowline(words, around);
}

const Words kBackfill{"--start-date", "2023-01-01", "--now", "2023-10-11 10:11:12"};

Words with(Words words, const Words& more) {
  words.insert(words.end(), more.begin(), more.end());
  return words;
}

Json document(const Words& words, int status, const Surroundings& around = {}) {
  const Ran ran = simulate(with(words, {"--format", "json"}), around);
  CAPTURE(words);
  CHECK(ran.status == status);
  REQUIRE(ran.out.ends_with("}\n"));
  CHECK(schema_complaints("backfill-simulate.schema.json", ran.out) == "");
  return Json::parse(ran.out);
}

// On standard input.
Surroundings typed(const std::string& input) {
  Surroundings around;
  around.input = input;
  return around;
}

const std::string kMerged =
    "model,last_success\n"
    "a,2023-10-11 08:50:00\n"
    "b,2023-10-11 08:50:00\n"
    "new,2023-10-11 09:09:53\n";

}  // namespace

TEST_CASE("the documents are what their schema says, whatever the end") {
  const Json fresh = document(kBackfill, 0);
  CHECK(fresh["end"] == "up-to-date");
  CHECK(fresh["run_count"] == 10);
  CHECK(fresh["next_step"].is_null());
  CHECK(fresh["input"]["models"] == Json({"my_new_model"}));
  CHECK(fresh["runs"][9]["reaches_now"] == true);
  CHECK(fresh["runs"][9]["rows"][0]["last_success"] == "2023-10-11 10:10:00");

  const Json gap = document(with(kBackfill, {"--gap", "2023-03-01..2023-04-09", "--event", "2023-09-01 00:00:00.5",
                                             "--event-step", "1h30m", "--run-takes", "12m"}),
                            1);
  CHECK(gap["end"] == "gap");
  CHECK(gap["input"]["events"]["gaps"][0]["before"] == "2023-04-09 00:00:00");
  CHECK(gap["input"]["events"]["step_seconds"] == 5400);
  CHECK(gap["input"]["events"]["extra"][0] == "2023-09-01 00:00:00.5");
  CHECK(gap["input"]["run_takes_seconds"] == 720);

  const Json none = document(with(kBackfill, {"--first-event", "2023-03-15"}), 1);
  CHECK(none["end"] == "no-events");
  CHECK(none["runs"][0]["latest_event"].is_null());
  CHECK(none["runs"][0]["rows"].empty());

  const Json unselected = document(with(kBackfill, {"--models", "a b c", "--selected", "a"}), 1);
  CHECK(unselected["end"] == "stuck-state-2");
  CHECK(unselected["input"]["selected"] == Json({"a"}));

  const Json few = document(with(kBackfill, {"--max-runs", "2"}), 1);
  CHECK(few["end"] == "max-runs");

  const Json future = document({"--start-date", "2024-01-01", "--now", "2023-10-11"}, 1);
  CHECK(future["runs"][0]["empty_window"] == true);

  const Json stuck = document(with(kBackfill, {"--rows", "-", "--event-step", "10m"}), 1, typed(kMerged));
  CHECK(stuck["end"] == "stuck-state-3");
  CHECK(stuck["input"]["rows"][2]["model"] == "new");

  const Json assumed = document(with(kBackfill, {"--rows", "-"}), 0, typed(kMerged));
  CHECK(assumed["warnings"][0]["code"] == "assumed-event-times");
  CHECK(assumed["input"]["events"]["extra"][1] == "2023-10-11 09:09:53");
}

TEST_CASE("the schema refuses what is not so") {
  const Json gap = document(with(kBackfill, {"--gap", "2023-03-01..2023-04-09", "--event", "2023-09-01"}), 1);
  // Of a number of days 7.5 is one, too.
  std::string gaps = schema_gaps("backfill-simulate.schema.json", gap.dump());
  for (const char* number : {"backfill_limit_days", "lookback_hours", "run_takes_seconds", "step_seconds"}) {
    const std::size_t at = gaps.find(number);
    REQUIRE(at != std::string::npos);
    const std::size_t line = gaps.rfind('\n', at) == std::string::npos ? 0 : gaps.rfind('\n', at) + 1;
    gaps.erase(line, gaps.find('\n', at) + 1 - line);
  }
  CHECK(gaps == "");
}

TEST_CASE("models come from the rows where none is named, and rows of others do not count") {
  const Json rows = document(with(kBackfill, {"--rows", "-", "-q"}), 0, typed(kMerged));
  CHECK(rows["input"]["models"] == Json({"a", "b", "new"}));
  const Json one = document(with(kBackfill, {"a", "--rows", "-"}), 0, typed(kMerged));
  CHECK(one["input"]["models"] == Json({"a"}));
  CHECK(one["runs"][0]["state"] == 4);
  CHECK(one["runs"][0]["rows"].size() == 3);
  const Ran text = simulate(with(kBackfill, {"a", "--rows", "-"}), typed(kMerged));
  CHECK(text.out.starts_with("1 model in run: a; rows of other models do not count: b, new\n"));
}

TEST_CASE("where most models have the latest time, nobody typed it") {
  const std::string behind =
      "model,last_success\na,2023-10-11 09:10:00.123\nb,2023-10-11 09:10:00.123\nnew,2023-10-01\n";
  const Ran ran = simulate(with(kBackfill, {"--rows", "-"}), typed(behind));
  CHECK(ran.status == 0);
  CHECK(ran.err == "");
  CHECK(ran.out.find("3 out of sync") != std::string::npos);
  // A row that lies in a described gap is no event.
  const Ran gap =
      simulate(with(kBackfill, {"--rows", "-", "--gap", "2023-10-11 09:00:00..2023-10-11 09:20:00"}), typed(behind));
  CHECK(gap.status == 1);
  CHECK(gap.out.find("(stuck-state-3)") != std::string::npos);
}

TEST_CASE("hundreds of runs stay readable, and all can be had") {
  const Words daily = with(kBackfill, {"--backfill-limit-days", "1"});
  const Ran some = simulate(daily);
  CHECK(some.status == 0);
  CHECK(std::count(some.out.begin(), some.out.end(), '\n') == 16);
  CHECK(some.out.find("\n...  276 more runs; --verbose lists them\n") != std::string::npos);
  CHECK(some.out.find("\nUp to date after 284 runs: ") != std::string::npos);
  const Ran all = simulate(with(daily, {"--verbose"}));
  CHECK(std::count(all.out.begin(), all.out.end(), '\n') == 16 + 276 - 1);
  CHECK(all.out.find("more runs") == std::string::npos);
}

TEST_CASE("hostile names do no harm") {
  const std::string rows =
      "model,last_success\n\"a\x1b[31m'; drop table x; --\",2023-10-11 09:09:53\nb,2023-10-11 08:50:00\n";
  const Ran ran = simulate(with(kBackfill, {"--rows", "-", "--event-step", "10m"}), typed(rows));
  CHECK(ran.status == 1);
  CHECK(ran.out.find('\x1b') == std::string::npos);
  CHECK(ran.out.find("update MANIFEST_TABLE") == std::string::npos);
  document(with(kBackfill, {"--rows", "-"}), 0, typed(rows));
  document(with(kBackfill, {"--rows", "-"}), 0, typed("model,last_success\n\xff\xfe,2023-10-11\n"));
}

TEST_CASE("the clock's time is taken where none is given, and the start date that packages fall back to") {
  const Json today = document({"--backfill-limit-days", "3000"}, 0);
  CHECK(today["input"]["start_date"] == "2020-01-01 00:00:00");
  CHECK(today["input"]["now"].get<std::string>() > "2024-01-01");
  CHECK(today["run_count"] == 1);
}
