// `plowline backfill status` as it is typed: inputs, exit status, the JSON document, and a stand-in for dbt.
#include <algorithm>
#include <doctest/doctest.h>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "cli/program.h"

using namespace plowline::testing;
using nlohmann::json;
namespace fs = std::filesystem;

namespace {

constexpr const char* kConsole =
    "10:00:00  Running with dbt=1.11.14\n"
    "10:00:00  Concurrency: 4 threads (target='prod')\n"
    "10:00:00  1 of 2 START sql table model s.snowplow_unified_base_new_event_limits  [RUN]\n"
    "10:00:00  10:00:00 + Snowplow: Standard incremental run\n"
    "10:00:00  10:00:00 + Snowplow: Processing data between '2026-07-03 16:28:54' and '2026-09-01 22:28:54' "
    "(snowplow_unified)\n"
    "10:00:00  1 of 2 OK created sql table model s.snowplow_unified_base_new_event_limits  [SELECT 1 in 0.1s]\n"
    "10:00:00  2 of 2 OK created sql incremental model s.my_new_model .... [SELECT 1 in 0.1s]\n"
    "10:00:00  1 of 1 OK hook: snowplow_unified.on-run-end.0 ........ [OK in 0.1s]\n"
    "10:00:00  Done. PASS=3 WARN=0 ERROR=0 SKIP=0 NO-OP=0 TOTAL=3\n";
constexpr const char* kRows = "model,last_success\nmy_new_model,2026-09-01 20:40:25.482\n";

Ran status(const TemporaryFolder& folder, std::vector<std::string> arguments, const std::string& input = {}) {
  arguments.insert(arguments.begin(), {"backfill", "status"});
  return run_plowline(arguments, {.directory = folder.path(), .input = input});
}

// Says what the schema minds about each document.
constexpr const char* kJudge = R"(
import json, sys
from jsonschema import Draft202012Validator
schema = json.load(open(sys.argv[1]))
Draft202012Validator.check_schema(schema)
for document in json.load(sys.stdin):
    for error in Draft202012Validator(schema).iter_errors(document):
        print(list(error.absolute_path), error.message)
)";

std::string judged(const json& documents) {
  const std::string schema = (source_dir() / "schemas" / "backfill-status.schema.json").string();
  const Ran ran = run_clean({"python3", "-c", kJudge, schema}, {.directory = {}, .input = documents.dump()});
  return ran.status == 0 ? ran.out : ran.err;
}

}  // namespace

TEST_CASE("a log, rows, limits; from a file and from standard input") {
  const TemporaryFolder folder;
  (void)folder.write("run.txt", kConsole);
  (void)folder.write("rows.csv", kRows);
  (void)folder.write("limits.csv", "lower_limit,upper_limit\n2026-07-03 16:28:54.482,2026-09-01 22:28:54.482\n");
  const Ran log = status(folder, {"--log", "run.txt", "--now", "2026-11-21"});
  CHECK(log.status == 0);
  CHECK(log.err.empty());
  CHECK(log.out ==
        "snowplow_unified: 2 runs left\n"
        "  last run   state 4 (standard), 2026-07-03 16:28:54 to 2026-09-01 22:28:54\n"
        "  next run   state 4 (standard), 2026-09-01 16:28:54 to 2026-10-31 22:28:54, by what is known\n"
        "the last run succeeded\n");
  CHECK(status(folder, {"--log", "-", "--now", "2026-11-21"}, kConsole).out == log.out);
  const Ran rows = status(folder, {"--rows", "rows.csv", "--backfill-limit-days", "60", "--now", "2026-11-21"});
  CHECK(rows.status == 0);
  CHECK(rows.out ==
        "a package: 2 runs left\n"
        "  next run   state 4 (standard), 2026-09-01 14:40:25.482 to 2026-10-31 20:40:25.482\n");
  const Ran all = status(folder, {"--log", "run.txt", "--rows", "rows.csv", "--limits", "snowplow_unified=limits.csv",
                                  "--now", "2026-11-21", "--format", "json"});
  CHECK(all.status == 0);
  const json document = json::parse(all.out);
  CHECK(document["succeeded"] == true);
  const json& package = document["packages"].at(0);
  CHECK(package["package"] == "snowplow_unified");
  CHECK(package["state"] == 4);
  CHECK(package["lower_limit"] == "2026-07-03 16:28:54.482");
  CHECK(package["upper_limit"] == "2026-09-01 22:28:54.482");
  CHECK(package["up_to_date"] == false);
  CHECK(package["runs_left"] == 2);
  CHECK(package["problem"].is_null());
  CHECK(package["next"]["state"] == 4);
  CHECK(package["next"]["lower_limit"] == "2026-09-01 14:40:25.482");
  CHECK(package["next"]["upper_limit"] == "2026-10-31 20:40:25.482");
  CHECK(package["next"]["exact"] == true);
}

TEST_CASE("a problem, and a run that failed, end with status 1") {
  const TemporaryFolder folder;
  (void)folder.write("run.txt", kConsole);
  const Ran twice = status(folder, {"--log", "run.txt", "--log", "run.txt", "--now", "2026-11-21"});
  CHECK(twice.status == 1);
  CHECK(twice.out.starts_with("snowplow_unified: no-progress\n  problem    runs repeat one window"));
  (void)folder.write("failed.txt", "10:00:00  The YAML provided in the --vars argument is not valid.\n");
  const Ran failed = status(folder, {"--log", "failed.txt"});
  CHECK(failed.status == 1);
  CHECK(failed.out.starts_with("run-failed\n  problem    the run failed: The YAML provided"));
  (void)folder.write("twice.csv", "model,last_success\na,2026-09-01\na,2026-09-01\n");
  CHECK(status(folder, {"--rows", "twice.csv"}).status == 1);
}

TEST_CASE("wrong usage is 2, unreadable input is 3, and nothing is printed as a result") {
  const TemporaryFolder folder;
  (void)folder.write("rows.csv", kRows);
  (void)folder.write("words.txt", "hello\n");
  (void)folder.write("ls.txt", "10:00:00  Running with dbt=1.11.14\n10:00:00  Found 3 models\nmy_new_model\n");
  (void)folder.write("gone.csv", "ERROR:  relation \"s.snowplow_unified_incremental_manifest\" does not exist\n");
  const auto fails = [&](std::vector<std::string> arguments, int expected, const std::string& words) {
    const Ran ran = status(folder, std::move(arguments));
    INFO(ran.err);
    CHECK(ran.status == expected);
    CHECK(ran.out.empty());
    CHECK(ran.err.find(words) != std::string::npos);
  };
  fails({}, 2, "needs something to look at");
  fails({"--rows", "rows.csv", "--now", "soon"}, 2, "--now: 'soon' is no time");
  fails({"--rows", "rows.csv", "--max-lag", "long"}, 2, "--max-lag: 'long' is no number of hours");
  fails({"--rows", "rows.csv", "--backfill-limit-days", "0"}, 2, "--backfill-limit-days");
  fails({"--rows", "rows.csv", "--query"}, 2, "--query and --rows");
  fails({"--rows", "rows.csv", "--manifest", "nothing.json"}, 3, "nothing.json");
  fails({"--log", "words.txt"}, 3, "no line of it is dbt's");
  fails({"--log", "nothing.txt"}, 3, "nothing.txt");
  fails({"--log", "ls.txt"}, 3, "there is no dbt run in it");
  fails({"--rows", "gone.csv"}, 3, "the table does not exist");
  (void)folder.write("words.txt", "hello you\n");
  fails({"--rows", "words.txt"}, 3, "no manifest rows: no table with the columns model and last_success was found");
}

TEST_CASE("the project tells which models are new") {
  const TemporaryFolder folder;
  (void)folder.write("rows.csv", "model,last_success\nsnowplow_unified_views,2026-09-01 20:40:25.482\n");
  const Ran ran =
      run_plowline({"backfill", "status", "--rows", (folder.path() / "rows.csv").string(), "--format", "json"},
                   {.directory = shop_dir()});
  INFO(ran.err);
  const json package = json::parse(ran.out)["packages"].at(0);
  CHECK(package["package"] == "snowplow_unified");
  const auto news = package["new_models"].get<std::vector<std::string>>();
  CHECK(std::ranges::find(news, "my_new_model") != news.end());
  CHECK(std::ranges::find(news, "snowplow_unified_views") == news.end());
  CHECK(package["next"]["state"] == 2);
}

TEST_CASE("--query reads the rows through the user's own dbt, as data and without hooks") {
  const TemporaryFolder folder;
  const fs::path dbt =
      folder.write("bin/dbt",
                   "#!/bin/sh\n"
                   "printf '%s\\n' \"$@\" >> \"$RECORD\"\n"
                   "[ -z \"$FAIL\" ] || { echo \"$FAIL\"; exit 1; }\n"
                   "printf '%s\\n' '{\"info\": {\"name\": \"MainReportVersion\", \"level\": \"info\", "
                   "\"code\": \"A001\", \"msg\": \"Running with dbt=1.5.0\"}, \"data\": {}}'\n"
                   "printf '%s\\n' '{\"info\": {\"name\": \"ShowNode\", \"level\": \"info\", \"code\": "
                   "\"Q041\", \"msg\": \"x\"}, \"data\": {\"preview\": \"[{\\\"model\\\": "
                   "\\\"my_new_model\\\", \\\"last_success\\\": \\\"2026-09-01T20:40:25.482000\\\"}]\"}}'\n");
  fs::permissions(dbt, fs::perms::owner_all);
  const auto query = [&](const std::string& failure) {
    return run_plowline({"backfill", "status", "--query", "--dbt", dbt.string(), "--target", "staging", "--profile",
                         "p", "--models", "my_new_model", "--format", "json", "--now", "2026-11-21"},
                        {.directory = shop_dir(),
                         .input = {},
                         .environment = {"RECORD=" + (folder.path() / "record").string(), "FAIL=" + failure}});
  };
  const Ran ran = query("");
  INFO(ran.err);
  const json document = json::parse(ran.out);
  bool found = false;
  for (const json& package : document["packages"]) {
    if (package["package"] != "snowplow_unified") continue;
    found = true;
    CHECK(package["next"]["state"] == 4);
    CHECK(package["next"]["lower_limit"] == "2026-09-01 14:40:25.482");
    CHECK(package["new_models"].empty());
  }
  CHECK(found);
  const std::string record = read_text(folder.path() / "record");
  INFO(record);
  CHECK(record.find("show\n--inline\nselect model, last_success from {{ ref('snowplow_unified', "
                    "'snowplow_unified_incremental_manifest') }}\n--output\njson\n--limit\n-1\n") != std::string::npos);
  CHECK(record.find("--profile\np\n--target\nstaging\n") != std::string::npos);
  CHECK(record.starts_with("--log-format\njson\n"));

  const Ran failed = query("Runtime Error: no such profile");
  CHECK(failed.status == 3);
  CHECK(failed.out.empty());
  CHECK(failed.err.find("no such profile") != std::string::npos);
}

TEST_CASE("the JSON document is what its schema says") {
  const TemporaryFolder folder;
  (void)folder.write("run.txt", kConsole);
  (void)folder.write("rows.csv", kRows);
  (void)folder.write("behind.csv", "model,last_success\na,2026-09-01\nb,2026-08-01 00:00:00.123456\nb,2026-08-01\n");
  (void)folder.write("failed.txt", "10:00:00  The YAML provided in the --vars argument is not valid.\n");
  json documents = json::array();
  for (const std::vector<std::string>& arguments : std::vector<std::vector<std::string>>{
           {"--log", "run.txt"},
           {"--rows", "rows.csv"},
           {"--rows", "behind.csv"},
           {"--log", "failed.txt"},
           {"--log", "run.txt", "--log", "run.txt", "--rows", "rows.csv", "--models", "my_new_model other"},
       }) {
    std::vector<std::string> all = arguments;
    all.insert(all.end(), {"--format", "json"});
    documents.push_back(json::parse(status(folder, all).out));
  }
  CHECK(judged(documents) == "");
  documents[0]["packages"][0].erase("runs_left");
  documents[1]["packages"][0]["state"] = 5;
  documents[2]["packages"][0]["next"]["lower_limit"] = "soon";
  documents[3]["problem"] = "Something";
  documents[4]["surprise"] = 1;
  const std::string minded = judged(documents);
  for (const std::string word : {"runs_left", "5", "soon", "Something", "surprise"}) {
    INFO(word, " in ", minded);
    CHECK(minded.find(word) != std::string::npos);
  }
}
