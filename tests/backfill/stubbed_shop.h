// The sample shop with a stub in place of dbt (tests/support/stub_dbt.py), as `plowline backfill run` meets it.
#pragma once

#include <chrono>
#include <csignal>
#include <doctest/doctest.h>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "cli/program.h"
#include "command/process.h"
#include "support/support.h"

namespace plowline::testing::stubbed {

using Json = nlohmann::ordered_json;
namespace fs = std::filesystem;

using Words = std::vector<std::string>;

inline constexpr const char* kNow = "2025-04-20 10:00:00";
// The shop's start date and limit: four runs up to kNow.
inline const Json kMachine{{"start", "2025-01-01"},
                           {"limit_days", 30},
                           {"now", kNow},
                           {"models",
                            {"my_new_model", "snowplow_unified_pv_engaged_time", "snowplow_unified_pv_scroll_depth",
                             "snowplow_unified_views_this_run"}}};

// The shop with a stub for dbt, whose warehouse is empty at first.
class Shop {
 public:
  Json machine = kMachine;
  Json actions = Json::object();

  Words arguments(Words more = {}) const {
    Words words{"backfill",
                "run",
                "my_new_model",
                "--target",
                "staging",
                "--state",
                "production",
                "--now",
                machine["now"],
                "--log-dir",
                logs(),
                "--dbt",
                (source_dir() / "tests" / "support" / "stub_dbt.py").string()};
    words.insert(words.end(), more.begin(), more.end());
    return words;
  }
  Words environment() const {
    return {"STUB_DBT_HOME=" + home(), "STUB_DBT_MACHINE=" + machine.dump(), "STUB_DBT_ACTIONS=" + actions.dump()};
  }
  Ran run(Words more = {}) const {
    return run_plowline(arguments(std::move(more)), {.directory = shop_dir(), .environment = environment()});
  }
  Json document(Words more, int status) const {
    more.insert(more.begin(), {"--format", "json"});
    const Ran ran = run(std::move(more));
    CAPTURE(ran.err);
    CHECK(ran.status == status);
    return Json::parse(ran.out);
  }
  std::vector<Json> calls() const {
    std::vector<Json> calls;
    std::ifstream file(fs::path(home()) / "calls.jsonl");
    for (std::string line; std::getline(file, line);) calls.push_back(Json::parse(line));
    return calls;
  }
  std::string home() const { return home_.path().string(); }
  std::string logs() const { return (home_.path() / "logs").string(); }
  fs::path log(const std::string& name) const { return fs::path(logs()) / name; }

 private:
  TemporaryFolder home_;
};

inline std::string wrong_for_schema(const Json& document) {
  constexpr const char* kJudge =
      "import json, sys\n"
      "from jsonschema import Draft202012Validator as Validator\n"
      "schema = json.load(open(sys.argv[1]))\n"
      "Validator.check_schema(schema)\n"
      "for error in Validator(schema).iter_errors(json.load(sys.stdin)):\n"
      "    print(list(error.absolute_path), error.message)\n";
  const std::string schema = (source_dir() / "schemas" / "backfill-run.schema.json").string();
  const Ran ran = run_clean({"python3", "-c", kJudge, schema}, {.input = document.dump()});
  REQUIRE_MESSAGE(ran.status == 0, ran.err);
  return ran.out;
}

inline std::vector<std::string> results(const Json& document) {
  std::vector<std::string> all;
  for (const Json& run : document["runs"]) all.push_back(run["result"]);
  return all;
}

inline bool holds(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

// Starts plowline, and sends it the signal as soon as the stub hangs.
inline Ran run_and_signal(const Shop& shop, int signal, int times) {
  Words argv = shop.arguments();
  argv.insert(argv.begin(), plowline_binary().string());
  Ran ran;
  pid_t child = 0;
  int sent = 0;
  auto last = std::chrono::steady_clock::now();
  plowline::ProcessWatch watch;
  watch.on_bytes = [&](plowline::Output output, std::string_view bytes) {
    (output == plowline::Output::kOut ? ran.out : ran.err).append(bytes);
    return true;
  };
  watch.on_start = [&](pid_t started) { child = started; };
  watch.on_tick = [&] {
    const bool hangs = fs::exists(fs::path(shop.home()) / "hangs");
    const bool is_time = sent == 0 || std::chrono::steady_clock::now() - last > std::chrono::milliseconds(300);
    if (!hangs || sent == times || !is_time) return;
    ::kill(child, signal);
    ++sent;
    last = std::chrono::steady_clock::now();
  };
  const auto end = plowline::run_process(
      {.argv = argv, .directory = shop_dir(), .environment = shop.environment(), .shared = {}}, watch);
  REQUIRE(end);
  ran.status = end->status();
  return ran;
}

}  // namespace plowline::testing::stubbed
