// plowline backfill run as a user starts it: runs that reach the present.
#include <algorithm>
#include <doctest/doctest.h>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "stubbed_shop.h"

using namespace plowline::testing;
using namespace plowline::testing::stubbed;

TEST_CASE("backfill run: up to date after four runs") {
  const Shop shop;
  const Ran ran = shop.run();
  CAPTURE(ran.err);
  CHECK(ran.status == 0);
  CHECK(ran.out.starts_with("my_new_model: up to date after 4 runs\n"));
  CHECK(holds(ran.out, "1    succeeded  snowplow_unified  1 (no rows yet)  2025-01-01 00:00:00  2025-01-31 00:00:00"));
  CHECK(holds(ran.out, "4    succeeded  snowplow_unified  4 (standard)     2025-03-31 18:00:00  2025-04-20 10:00:00"));
  CHECK(holds(ran.out, "next: plowline backfill migrate my_new_model\n"));
  // Not a terminal: lines, no bar.
  CHECK(holds(ran.err, "info: run 2 of 4: snowplow_unified: state 4 (standard), 2025-01-30 18:00:00 to 2025-03-02"));
  CHECK(!holds(ran.err, "\r"));
  REQUIRE(shop.calls().size() == 4);
  const Json call = shop.calls()[3];
  CHECK(call["argv"].dump() ==
        Json({"run", "--target", "staging", "--select", "+my_new_model", "--vars",
              "{\"models_to_run\": \"my_new_model snowplow_media_player_base snowplow_unified_pv_engaged_time "
              "snowplow_unified_pv_scroll_depth snowplow_unified_views_this_run\"}",
              "--log-format", "json"})
            .dump());
  CHECK(call["environment"]["DBT_LOG_LEVEL"] == "info");
  // The logs are dbt's own bytes.
  CHECK(holds(read_text(shop.log("run_0004.jsonl")), "Standard incremental run"));
  CHECK(!fs::exists(shop.log("run_0001.stderr.txt")));
  CHECK(read_text(shop.log("lock")).empty());
}

TEST_CASE("backfill run: the JSON document of every end is what its schema says") {
  Shop shop;
  const Json planned = shop.document({"--dry-run"}, 0);
  CHECK(planned["status"] == "planned");
  CHECK(planned["expected_runs"] == 4);
  CHECK(planned["planned"][0]["windows"].size() == 4);
  CHECK(planned["planned"][0]["windows"][3]["reaches_now"] == true);
  CHECK(wrong_for_schema(planned) == "");
  CHECK(shop.calls().empty());
  CHECK(!fs::exists(shop.logs()));

  const Json some = shop.document({"--max-runs", "1"}, 1);
  CHECK(some["status"] == "max-runs");
  CHECK(wrong_for_schema(some) == "");
  const Json done = shop.document({}, 0);
  CHECK(done["status"] == "up-to-date");
  CHECK(results(done) == Words(4, "succeeded"));
  CHECK(done["runs"][3]["up_to_date"] == true);
  CHECK(wrong_for_schema(done) == "");
}

TEST_CASE("backfill run: --dry-run prints the command and every window") {
  const Shop shop;
  const Ran ran = shop.run({"--dry-run", "--backfill-limit-days", "60", "--", "--threads", "8"});
  CHECK(ran.status == 0);
  CHECK(holds(ran.out, "\"snowplow__backfill_limit_days\": 60}' --threads 8 --log-format json\n"));
  CHECK(holds(ran.out, "2    snowplow_unified  4 (standard)     2025-03-01 18:00:00  2025-04-20 10:00:00\n"));
  CHECK(shop.calls().empty());
}

TEST_CASE("backfill run: a failure at run 3") {
  Shop shop;
  shop.actions = {{"3", "fail"}};
  const Ran ran = shop.run();
  CHECK(ran.status == 1);
  CHECK(ran.out.starts_with("my_new_model: stopped (run-failed) after 2 runs that succeeded\n"));
  CHECK(holds(ran.out, "division by zero"));
  CHECK(holds(ran.err, "info: run 3 of 4: failed after"));
  CHECK(shop.calls().size() == 3);
  // What is corrected goes on with the same window.
  shop.actions = Json::object();
  const Json after = shop.document({}, 0);
  CHECK(results(after) == Words{"succeeded", "succeeded", "failed", "succeeded", "succeeded"});
  CHECK(after["runs"][3]["windows"] == after["runs"][2]["windows"]);
}

TEST_CASE("backfill run: a failure at run 3, with a retry") {
  Shop shop;
  shop.actions = {{"3", "fail"}};
  const Ran ran = shop.run({"--retries", "1", "--retry-wait", "0"});
  CHECK(ran.status == 0);
  CHECK(ran.out.starts_with("my_new_model: up to date after 4 runs\n"));
  CHECK(holds(ran.err, "info: retry 1 of 1 in 0 s"));
  CHECK(holds(ran.err, "info: run 3 of 4 (log 0004): succeeded"));
  CHECK(shop.calls().size() == 5);
}

TEST_CASE("backfill run: 284 runs") {
  Shop shop;
  shop.machine["start"] = "2023-01-01";
  shop.machine["limit_days"] = 1;
  shop.machine["now"] = "2023-10-11 10:11:12";
  const Json document = shop.document({"--start-date", "2023-01-01", "--backfill-limit-days", "1"}, 0);
  CHECK(document["expected_runs"] == 284);
  CHECK(document["runs"].size() == 284);
  CHECK(fs::exists(shop.log("run_0284.jsonl")));
}

TEST_CASE("backfill run: a line of ten megabytes") {
  Shop shop;
  shop.actions = {{"1", "long-line"}};
  CHECK(shop.document({}, 0)["runs"].size() == 4);
  CHECK(fs::file_size(shop.log("run_0001.jsonl")) > 10'000'000);
}

TEST_CASE("backfill run: the default folder is in dbt's target folder") {
  const Ran ran = run_plowline({"backfill", "run", "my_new_model", "--dry-run"}, {.directory = shop_dir()});
  CHECK(holds(ran.out, "logs: target/plowline/backfill/my_new_model\n"));
}

TEST_CASE("backfill run: a bar on a terminal, and dbt's lines with --verbose") {
  const Shop shop;
  // Runs its arguments with standard error on a terminal, and prints what came there.
  constexpr const char* kTerminal =
      "import os, pty, subprocess, sys\n"
      "ours, theirs = pty.openpty()\n"
      "child = subprocess.Popen(sys.argv[1:], stdout=subprocess.DEVNULL, stderr=theirs)\n"
      "os.close(theirs)\n"
      "while True:\n"
      "    try:\n"
      "        data = os.read(ours, 65536)\n"
      "    except OSError:\n"
      "        break\n"
      "    if not data:\n"
      "        break\n"
      "    sys.stdout.buffer.write(data)\n"
      "sys.exit(child.wait())\n";
  Words words{"python3", "-c", kTerminal, plowline_binary().string()};
  for (const std::string& word : shop.arguments({"--verbose"})) words.push_back(word);
  Surroundings around{.directory = shop_dir(), .environment = shop.environment()};
  around.environment.push_back("TERM=xterm");
  const Ran ran = run_clean(words, around);
  CHECK(ran.status == 0);
  CHECK(holds(ran.out, "\r\x1b[K[#####.....] run 3 of 4  2025-03-01 to 2025-04-01, state 4  "));
  // Nothing of the bar is left behind.
  CHECK(ran.out.rfind("\r\x1b[K[") < ran.out.rfind("\r\x1b[Kinfo"));
  CHECK(holds(ran.out, "dbt: Done. PASS=9 WARN=0 ERROR=0"));
}

TEST_CASE("backfill run: recordings of real runs") {
  const fs::path shared = shared_or_skip("recordings of Snowplow backfills");
  if (shared.empty()) return;
  const fs::path logs = shared / "corpus" / "snowplow_logs";
  const TemporaryFolder state;
  fs::create_symlink(logs / "A_prod_backfill" / "prod_manifest.before_merge.json", state.path() / "manifest.json");
  struct Recording {
    std::string folder;
    int status;
    std::string line;
  };
  for (const Recording& recording :
       {Recording{"B_staging_backfill", 0, "my_new_model: up to date after 4 runs"},
        Recording{"C_staging_without_models_to_run", 1, "my_new_model: stopped (stuck-state-2) after 3 runs"},
        Recording{"A_prod_backfill", 1, "my_new_model: stopped (writes-production) after 0 runs"},
        Recording{"H_two_packages", 1, "my_new_model: stopped (hook-failed) after 0 runs"}}) {
    const TemporaryFolder home;
    Words words{"backfill",
                "run",
                "my_new_model",
                "--manifest",
                (logs / "B_staging_backfill" / "staging_manifest.branch.json").string(),
                "--state",
                state.path().string(),
                "--target",
                "staging",
                "--start-date",
                "2026-05-05",
                "--backfill-limit-days",
                "60",
                "--now",
                "2026-11-21 02:33:00",
                "--dbt",
                (source_dir() / "tests" / "support" / "stub_dbt.py").string()};
    const Ran ran = run_plowline(words, {.directory = home.path(),
                                         .environment = {"STUB_DBT_HOME=" + home.path().string(),
                                                         "STUB_DBT_REPLAY=" + (logs / recording.folder).string()}});
    CAPTURE(ran.err);
    CHECK(ran.status == recording.status);
    CHECK(ran.out.starts_with(recording.line));
    // A manifest from elsewhere: the logs lie in a target folder here.
    CHECK(fs::exists(home.path() / "target" / "plowline" / "backfill" / "my_new_model" / "run_0001.jsonl"));
  }
}
