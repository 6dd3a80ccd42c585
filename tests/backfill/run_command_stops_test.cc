// plowline backfill run as a user starts it: what stops it, what it refuses, and how it goes on after.
#include <algorithm>
#include <chrono>
#include <csignal>
#include <doctest/doctest.h>
#include <fcntl.h>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <sys/file.h>
#include <thread>
#include <unistd.h>
#include <vector>

#include "stubbed_shop.h"

using namespace plowline::testing;
using namespace plowline::testing::stubbed;

TEST_CASE("backfill run: dbt is killed in run 2; the next start resumes") {
  Shop shop;
  shop.actions = {{"2", "die"}};
  const Json died = shop.document({}, 1);
  CHECK(died["problem"] == "run-failed");
  CHECK(died["reason"] == "dbt was killed by signal 9 before the end of its run");
  CHECK(died["runs"][1]["exit_status"] == 137);
  CHECK(wrong_for_schema(died) == "");
  CHECK(results(shop.document({}, 0)) == Words{"succeeded", "failed", "succeeded", "succeeded", "succeeded"});
}

TEST_CASE("backfill run: plowline itself is killed in run 2; its dbt is waited for, then it resumes") {
  Shop shop;
  shop.actions = {{"2", "hang"}};
  CHECK(run_and_signal(shop, SIGKILL, 1).status == 128 + SIGKILL);
  const Ran refused = shop.run();
  CHECK(refused.status == 2);
  CHECK(holds(refused.err, "has ended, but the dbt it started (process "));
  const Json lock = Json::parse(read_text(shop.log("lock")));
  const pid_t dbt = lock["dbt"];
  REQUIRE(dbt > 0);
  ::kill(dbt, SIGKILL);
  while (::kill(dbt, 0) == 0 && holds(read_text("/proc/" + std::to_string(dbt) + "/stat"), ") S"))
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  std::this_thread::sleep_for(std::chrono::milliseconds(100));
  const Ran resumed = shop.run();
  CAPTURE(resumed.out);
  CHECK(resumed.status == 0);
  CHECK(holds(resumed.err, "ended without giving its lock back: taken over"));
  CHECK(holds(resumed.err, "goes on after run 2"));
  CHECK(holds(resumed.out, "\n2    interrupted"));
  CHECK(holds(resumed.out, "\n5    succeeded "));
}

TEST_CASE("backfill run: Ctrl-C reaches dbt, and the state is kept") {
  Shop shop;
  shop.actions = {{"2", "hang"}};
  const Ran ran = run_and_signal(shop, SIGINT, 1);
  CAPTURE(ran.err);
  CHECK(ran.status == 130);
  CHECK(read_text(fs::path(shop.home()) / "signals") == "SIGINT\n");
  CHECK(holds(ran.err, "dbt is asked to end"));
  CHECK(ran.out.starts_with("my_new_model: stopped (interrupted) after 1 run that succeeded\n"));
  CHECK(holds(ran.out, "next: start it again: it goes on from here\n"));
  CHECK(results(shop.document({}, 0)) == Words{"succeeded", "interrupted", "succeeded", "succeeded", "succeeded"});
}

TEST_CASE("backfill run: SIGTERM is passed on as it is") {
  Shop shop;
  shop.actions = {{"1", "hang"}};
  CHECK(run_and_signal(shop, SIGTERM, 1).status == 128 + SIGTERM);
  CHECK(read_text(fs::path(shop.home()) / "signals") == "SIGTERM\n");
}

TEST_CASE("backfill run: stuck windows say why") {
  Shop gap;
  gap.machine["gaps"] = Json::array({Json::array({"2025-02-15 00:00:00", "2025-04-09 00:00:00"})});
  const Json stuck = gap.document({}, 1);
  CHECK(stuck["status"] == "no-progress");
  CHECK(stuck["problem"] == "gap");
  CHECK(holds(stuck["reason"], "no event lies between 2025-02-15 00:00:00 and 2025-03-17 00:00:00"));
  CHECK(stuck["runs"].size() == 4);
  CHECK(wrong_for_schema(stuck) == "");

  Shop unbuilt;
  unbuilt.machine["unbuilt"] = {"shop_sessions"};
  const Json state_2 = unbuilt.document({}, 1);
  CHECK(state_2["problem"] == "stuck-state-2");
  CHECK(state_2["runs"].size() == 3);

  Shop empty;
  empty.machine["first_event"] = "2025-03-15 00:00:00";
  const Json no_events = empty.document({}, 1);
  CHECK(no_events["problem"] == "no-events");
  CHECK(no_events["runs"].size() == 2);
}

TEST_CASE("backfill run: a hook that fails behind ERROR=0") {
  Shop shop;
  shop.actions = {{"2", "hook"}};
  const Json document = shop.document({"--retries", "5"}, 1);
  CHECK(document["problem"] == "hook-failed");
  CHECK(document["runs"].size() == 2);
  CHECK(holds(document["errors"].dump(), "No enabled models identified"));
}

TEST_CASE("backfill run: another one holds the lock") {
  const Shop shop;
  fs::create_directories(shop.logs());
  const int lock = ::open(shop.log("lock").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
  REQUIRE(::flock(lock, LOCK_EX) == 0);
  const Ran ran = shop.run();
  CHECK(ran.status == 2);
  CHECK(holds(ran.err, "another process holds"));
  CHECK(ran.out.empty());
  CHECK(shop.calls().empty());
  ::close(lock);
}

TEST_CASE("backfill run: other variables or another target are another backfill") {
  const Shop shop;
  CHECK(shop.run({"--max-runs", "1"}).status == 1);
  const Ran refused = shop.run({"--backfill-limit-days", "60"});
  CHECK(refused.status == 2);
  CHECK(holds(refused.err, "--vars was "));
  CHECK(holds(refused.err, "--restart"));
  CHECK(shop.calls().size() == 1);
  const Ran anew = shop.run({"--backfill-limit-days", "60", "--restart", "--max-runs", "1"});
  CHECK(anew.status == 1);
  CHECK(fs::exists(shop.log("earlier_1/run_0001.jsonl")));
  CHECK(fs::exists(shop.log("run_0001.jsonl")));
}

TEST_CASE("backfill run: dbt that cannot be followed") {
  Shop shop;
  for (const char* action : {"old", "silent", "text"}) {
    CAPTURE(action);
    shop.actions = {{std::to_string(shop.calls().size() + 1), action}};
    const Json document = shop.document({"--retries", "3"}, 1);
    CHECK(document["problem"] == "no-json-log");
    CHECK(holds(document["next_step"], "since 1.5"));
    CHECK(wrong_for_schema(document) == "");
  }
  CHECK(shop.calls().size() == 3);
  CHECK(holds(read_text(shop.log("run_0001.stderr.txt")), "unrecognized arguments"));
}

TEST_CASE("backfill run: dbt is not there") {
  const Shop shop;
  Words words = shop.arguments();
  words.back() = "/no/such/dbt";
  const Ran ran = run_plowline(words, {.directory = shop_dir(), .environment = shop.environment()});
  CHECK(ran.status == 2);
  CHECK(holds(ran.err, "/no/such/dbt does not exist"));
  CHECK(ran.out.empty());
  // No run was begun: nothing is to be resumed.
  CHECK(!fs::exists(shop.log("backfill.json")));
}

TEST_CASE("backfill run: production is refused") {
  const Shop shop;
  // The branch's own target is taken for production's: every table is the same.
  Words words = shop.arguments();
  *std::ranges::find(words, "production") = "target";
  const Surroundings around{.directory = shop_dir(), .environment = shop.environment()};
  const Ran refused = run_plowline(words, around);
  CHECK(refused.status == 2);
  CHECK(holds(refused.err,
              "production's manifest table shop.staging_snowplow_manifest.snowplow_unified_incremental_mani"));
  CHECK(holds(refused.err, "--allow-production"));
  CHECK(shop.calls().empty());
  words.push_back("--allow-production");
  CHECK(run_plowline(words, around).status == 0);
}

TEST_CASE("backfill run: a schema of production's is refused too") {
  const Shop shop;
  std::string text = read_text(shop_dir() / "production" / "manifest.json");
  for (std::size_t at = text.find("prod_derived"); at != std::string::npos; at = text.find("prod_derived", at))
    text.replace(at, 12, "STAGING_derived");
  const TemporaryFolder folder;
  folder.write("manifest.json", text);
  Words words = shop.arguments();
  *std::ranges::find(words, "production") = folder.path().string();
  const Ran refused = run_plowline(words, {.directory = shop_dir(), .environment = shop.environment()});
  CHECK(refused.status == 2);
  CHECK(holds(refused.err, "production's schema shop.staging_derived"));
}

TEST_CASE("backfill run: a run that turns out to be production's is stopped before it ends") {
  Shop shop;
  shop.machine["writes"] = "prod_derived";
  const Json document = shop.document({"--retries", "3"}, 1);
  CHECK(document["problem"] == "writes-production");
  CHECK(document["reason"] ==
        "the run began to write shop.prod_derived.my_new_model, which is production's: it was stopped");
  CHECK(document["runs"].size() == 1);
  CHECK(wrong_for_schema(document) == "");
  // As Ctrl-C does: dbt can end its queries.
  CHECK(read_text(fs::path(shop.home()) / "signals") == "SIGINT\n");
}

TEST_CASE("backfill run: without --state it says what it cannot know") {
  const Shop shop;
  Words words = shop.arguments({"--max-runs", "1"});
  words.erase(std::ranges::find(words, "--state"));
  words.erase(std::ranges::find(words, "production"));
  const Ran ran = run_plowline(words, {.directory = shop_dir(), .environment = shop.environment()});
  CHECK(ran.status == 1);
  CHECK(holds(ran.err, "[production-unknown]"));
}

TEST_CASE("backfill run: wrong usage") {
  const Shop shop;
  for (const Words& extra :
       std::vector<Words>{{"--log-format", "text"}, {"--log-level=debug"}, {"-q"}, {"--quiet"}, {"-dq"}, {"--help"}}) {
    Words words{"--"};
    words.insert(words.end(), extra.begin(), extra.end());
    const Ran ran = shop.run(words);
    CHECK(ran.status == 2);
    CHECK(holds(ran.err, "would change the log by which backfill run follows dbt"));
  }
  CHECK(shop.run({"--", "--debug", "-x"}).status == 0);
  CHECK(shop.run({"--max-runs", "0"}).status == 2);
  CHECK(shop.run({"--retries", "many"}).status == 2);
  CHECK(shop.run({"--", "--full-refresh"}).status == 2);
  CHECK(shop.run({"--vars", "snowplow__backfill_limit_days: none"}).status == 2);
  const Ran untagged = run_plowline({"backfill", "run", "stg_orders", "--dry-run"}, {.directory = shop_dir()});
  CHECK(untagged.status == 2);
  CHECK(holds(untagged.err, "no Snowplow package counts the model"));
}
