// What a run did, from each of dbt's three logs: states and windows, failures that hide, interleaved packages.
#include "backfill/run_log.h"

#include <chrono>
#include <doctest/doctest.h>
#include <string>
#include <vector>

#include "support/support.h"

using namespace plowline;

namespace {

std::vector<LoggedRun> runs_of(std::string_view text) {
  auto runs = read_run_log(FileBytes::copy_of(text, "log"));
  REQUIRE(runs);
  return std::move(*runs);
}

LoggedRun only_run(std::string_view text) {
  std::vector<LoggedRun> runs = runs_of(text);
  REQUIRE(runs.size() == 1);
  return std::move(runs.front());
}

// `shop_a 4 2026-01-01 00:00:00..2026-02-01 00:00:00 written`, packages separated by `; `.
std::string shown(const LoggedRun& run) {
  std::string out;
  for (const LoggedPackage& package : run.packages) {
    if (!out.empty()) out += "; ";
    out += package.package.empty() ? "?" : package.package;
    out += package.state ? " " + std::to_string(static_cast<int>(*package.state)) : " -";
    if (package.lower_limit) out += " " + to_text(*package.lower_limit) + ".." + to_text(*package.upper_limit);
    if (package.no_data) out += " no data";
    if (package.end_hooks_ok) out += " written";
  }
  return out;
}

// Console lines: each message gets dbt's stamp, but those that begin with `|`, which stand as they are.
std::string console(const std::vector<std::string>& messages, std::string_view stamp = "\x1B[0m10:00:00  ") {
  std::string out;
  for (const std::string& message : messages) {
    out += message.starts_with('|') ? message.substr(1) : std::string(stamp) + message;
    out += '\n';
  }
  return out;
}

const std::string kUnified = "scratch.snowplow_unified_base_new_event_limits";
const std::string kMedia = "scratch.snowplow_media_player_base_new_event_limits";

std::string start_of(const std::string& relation) {
  return "3 of 9 START sql table model " + relation + "  [RUN]";
}
std::string end_of(const std::string& relation) {
  return "3 of 9 OK created sql table model " + relation + "  [\x1B[32mSELECT 1\x1B[0m in 0.12s]";
}
std::string state_line(int state) {
  constexpr const char* kLines[] = {"No data in manifest. Processing data from start_date",
                                    "New Snowplow incremental model. Backfilling",
                                    "Snowplow incremental models out of sync. Syncing", "Standard incremental run"};
  return std::string("10:00:00 + Snowplow: ") + kLines[state - 1];
}
std::string window_line(const std::string& package, const std::string& lower = "2026-01-01",
                        const std::string& upper = "2026-02-01") {
  return "10:00:00 + Snowplow: Processing data between '" + lower + " 00:00:00' and '" + upper + " 00:00:00'" +
         (package.empty() ? "" : " (" + package + ")");
}
std::string hook_line(const std::string& name, const std::string& how = "OK") {
  return "1 of 2 " + how + " hook: " + name + " ........ [" + how + " in 0.03s]";
}

std::vector<std::string> header() {
  return {"Running with dbt=1.11.14", "Found 2 models, 1 operation", "", "Concurrency: 4 threads (target='prod')", ""};
}

std::vector<std::string> operator+(std::vector<std::string> a, const std::vector<std::string>& b) {
  a.insert(a.end(), b.begin(), b.end());
  return a;
}

std::vector<std::string> good_run(int state) {
  return header() +
         std::vector<std::string>{start_of(kUnified),
                                  state_line(state),
                                  window_line("snowplow_unified"),
                                  end_of(kUnified),
                                  "4 of 9 START sql incremental model derived.my_model ....... [RUN]",
                                  "4 of 9 OK created sql incremental model derived.my_model .. [SELECT 3 in 0.1s]",
                                  "",
                                  "1 of 1 START hook: snowplow_unified.on-run-end.0 ...... [RUN]",
                                  hook_line("snowplow_unified.on-run-end.0"),
                                  "",
                                  "Finished running 1 incremental model, 1 table model in 3.3 seconds.",
                                  "",
                                  "\x1B[32mCompleted successfully\x1B[0m",
                                  "",
                                  "Done. PASS=3 WARN=0 ERROR=0 SKIP=0 NO-OP=0 TOTAL=3"};
}

const std::vector<std::string> kHookError = {
    "",
    "\x1B[33mExited because of keyboard interrupt\x1B[0m",
    "",
    "Done. PASS=3 WARN=0 ERROR=0 SKIP=0 NO-OP=0 TOTAL=3",
    "",
    "Finished running 1 incremental model in 3.3 seconds.",
    "Encountered an error:",
    "|Compilation Error in operation snowplow_media_player-on-run-end-0 (./dbt_project.yml)",
    "|  No enabled models identified.",
    "|  ",
    "|  > called by operation snowplow_media_player-on-run-end-0 (./dbt_project.yml)"};

constexpr const char* kWritten = "snowplow_unified 4 2026-01-01 00:00:00..2026-02-01 00:00:00 written";

}  // namespace

TEST_CASE("the console tells state, window, target, models, and that the manifest was written") {
  for (int state = 1; state <= 4; ++state) {
    const LoggedRun run = only_run(console(good_run(state)));
    CHECK(run.kind == LogKind::kConsole);
    CHECK(run.dbt_version == "1.11.14");
    CHECK(run.target == "prod");
    CHECK(shown(run) == "snowplow_unified " + std::to_string(state) + std::string(kWritten).substr(18));
    CHECK(run.succeeded_models == std::vector<std::string>{"snowplow_unified_base_new_event_limits", "my_model"});
    CHECK(run.failures.empty());
    CHECK(run.errors.empty());
    CHECK(run.reached_end);
    CHECK(!run.interrupted);
    CHECK(run.succeeded);
  }
}

TEST_CASE("the wrappings of a console text change nothing") {
  for (const std::string_view stamp : {"10:00:00  ", "\x1B[0m10:00:00  ", "[0m10:00:00  ", "^[[0m10:00:00  ",
                                       "2026-11-21T02:11:02.1234567Z \x1B[0m10:00:00  "}) {
    INFO(std::string(stamp));
    CHECK(shown(only_run(console(good_run(4), stamp))) == kWritten);
  }
  std::string crlf;
  for (const char c : console(good_run(4))) crlf += c == '\n' ? std::string("\r\n") : std::string(1, c);
  CHECK(shown(only_run(crlf)) == kWritten);
  CHECK(shown(only_run("$ dbt run\nsome shell's words\n" + console(good_run(4)) + "$ exit\n")) == kWritten);
}

TEST_CASE("the debug log: threads tell the node, lines of its own level, several invocations in one file") {
  const auto line = [](std::string_view level, std::string_view thread, std::string_view text) {
    std::string out = "\x1B[0m10:00:00.123456 [";
    out += level;
    out.resize(out.size() + 5 - level.size(), ' ');
    out += "] [";
    out += thread;
    return out + "]: " + std::string(text) + "\n";
  };
  // The packages' lines are [debug] where snowplow__has_log_enabled is false.
  const std::string run_text =
      "\n\n============================== 10:00:00.100000 | 11112222-0000-0000-0000-000000000000 "
      "==============================\n" +
      line("info", "MainThread", "Running with dbt=1.11.14") +
      line(
          "debug", "MainThread",
          R"(running dbt with arguments {'target': 'prod', 'invocation_command': "dbt run --vars {'a': 1}", 'quiet': 'False'})") +
      line("info", "MainThread", "Concurrency: 4 threads (target='prod')") +
      line("debug", "Thread-1 (",
           "Began running node model.snowplow_media_player.snowplow_media_player_base_new_event_limits") +
      line("debug", "Thread-2 (", "Began running node model.snowplow_unified.snowplow_unified_base_new_event_limits") +
      line("info", "Thread-1 (", start_of(kMedia)) + line("info", "Thread-2 (", start_of(kUnified)) +
      line("debug", "Thread-2 (", state_line(2)) + line("debug", "Thread-1 (", state_line(4)) +
      line("debug", "Thread-1 (",
           "On model.snowplow_media_player: /* {\"app\": \"dbt\"} */\n  select 'Snowplow: Standard "
           "incremental run'\n10:00:00 + Snowplow: Standard incremental run") +
      line("debug", "Thread-1 (", window_line("snowplow_media_player")) +
      line("debug", "Thread-2 (", window_line("", "2026-01-02")) + line("info", "Thread-1 (", end_of(kMedia)) +
      line("info", "Thread-2 (", end_of(kUnified)) +
      line("debug", "Thread-2 (",
           "Finished running node model.snowplow_unified.snowplow_unified_base_new_event_limits") +
      line("info", "MainThread", hook_line("snowplow_media_player.on-run-end.0")) +
      line("info", "MainThread", hook_line("snowplow_unified.on-run-end.1")) +
      line("info", "MainThread", "Done. PASS=3 WARN=0 ERROR=0 SKIP=0 NO-OP=0 TOTAL=3") +
      line("debug", "MainThread", "Command `dbt run` succeeded at 10:00:09.000000 after 9.00 seconds");
  const std::vector<LoggedRun> runs = runs_of(run_text + run_text);
  REQUIRE(runs.size() == 2);
  CHECK(runs[0].kind == LogKind::kDebug);
  CHECK(runs[0].invocation_id == "11112222-0000-0000-0000-000000000000");
  CHECK(runs[0].command == "dbt run --vars {'a': 1}");
  CHECK(shown(runs[0]) ==
        "snowplow_media_player 4 2026-01-01 00:00:00..2026-02-01 00:00:00 written; "
        "snowplow_unified 2 2026-01-02 00:00:00..2026-02-01 00:00:00 written");
  CHECK(runs[0].succeeded_models ==
        std::vector<std::string>{"model.snowplow_media_player.snowplow_media_player_base_new_event_limits",
                                 "model.snowplow_unified.snowplow_unified_base_new_event_limits"});
  CHECK(runs[1].succeeded);
  const LoggedRun failed =
      only_run(line("info", "MainThread", "Running with dbt=1.11.14") +
               line("error", "MainThread", "Encountered an error:\nRuntime Error\n  no profile") +
               line("debug", "MainThread", "Command `dbt run` failed at 10:00:09 after 1 seconds"));
  CHECK(failed.errors == std::vector<std::string>{"Encountered an error:\nRuntime Error\n  no profile"});
  CHECK(!failed.succeeded);
}

TEST_CASE("JSON events tell node, time and invocation") {
  const auto event = [](std::string_view name, std::string_view message, std::string_view node = "",
                        std::string_view id = "i1", std::string_view level = "info") {
    return R"({"data": {"node_info": {"unique_id": ")" + std::string(node) + R"("}}, "info": {"name": ")" +
           std::string(name) + R"(", "level": ")" + std::string(level) + R"(", "invocation_id": ")" + std::string(id) +
           R"(", "ts": "2026-11-21T02:47:16.472277Z", "code": "X", "msg": ")" + std::string(message) + "\"}}\n";
  };
  const std::string unified = "model.snowplow_unified.snowplow_unified_base_new_event_limits";
  const std::string shop = "model.shop.snowplow_base_new_event_limits";
  const std::string text =
      event("MainReportVersion", "Running with dbt=1.9.1") + "not JSON\n{\"half\": \n" +
      event("LogStartLine", start_of(kUnified), unified) +
      event("LogStartLine", start_of("s.snowplow_base_new_event_limits"), shop) +
      event("JinjaLogInfo", state_line(3), shop) + event("JinjaLogInfo", state_line(4), unified) +
      event("JinjaLogInfo", window_line(""), shop) + event("JinjaLogInfo", window_line("snowplow_unified"), unified) +
      event("LogModelResult", "3 of 9 OK created sql table model s.x  [\\u001b[32mSELECT 1\\u001b[0m in 0.12s]",
            unified) +
      event("LogHookEndLine", hook_line("shop.on-run-end.0")) +
      event("LogHookEndLine", hook_line("snowplow_unified.on-run-end.1")) +
      event("StatsLine", "Done. PASS=2 WARN=0 ERROR=0 SKIP=0 TOTAL=2") +
      event("MainReportVersion", "Running with dbt=1.9.1", "", "i2") +
      event("MainEncounteredError",
            "Encountered an error:\\nCompilation Error in model snowplow_unified_base_new_event_limits "
            "(m.sql)\\n  'list object' has no attribute 'split'",
            "", "i2", "error");
  const std::vector<LoggedRun> runs = runs_of(text);
  REQUIRE(runs.size() == 2);
  CHECK(runs[0].kind == LogKind::kJson);
  CHECK(runs[0].invocation_id == "i1");
  REQUIRE(runs[0].started);
  CHECK(to_text(*runs[0].started) == "2026-11-21 02:47:16.472277");
  // The hook of a home-made package is the project's own.
  CHECK(shown(runs[0]) ==
        "snowplow_unified 4 2026-01-01 00:00:00..2026-02-01 00:00:00 written; "
        "snowplow 3 2026-01-01 00:00:00..2026-02-01 00:00:00 written");
  CHECK(runs[0].succeeded_models == std::vector<std::string>{unified});
  CHECK(runs[0].succeeded);
  CHECK(!runs[1].succeeded);
  CHECK(!runs[1].reached_end);
  REQUIRE(runs[1].errors.size() == 1);
  CHECK(runs[1].errors[0].ends_with("'list object' has no attribute 'split'"));
}

TEST_CASE("a hook that fails behind ERROR=0 is a failed run, and is no Ctrl-C") {
  std::vector<std::string> messages = good_run(4);
  messages.resize(messages.size() - 9);  // up to the models
  const LoggedRun run = only_run(console(messages + kHookError));
  CHECK(shown(run) == "snowplow_unified 4 2026-01-01 00:00:00..2026-02-01 00:00:00; snowplow_media_player -");
  CHECK(run.reached_end);
  CHECK(!run.interrupted);
  CHECK(!run.succeeded);
  REQUIRE(run.failures.size() == 1);
  CHECK(run.failures[0].name == "snowplow_media_player-on-run-end-0");
  CHECK(run.failures[0].message.find("No enabled models identified.") != std::string::npos);
  CHECK(run.errors.size() == 1);
}

TEST_CASE("an error whose time stamp is lost is one all the same") {
  const LoggedRun run = only_run(console(
      good_run(4) + std::vector<std::string>{"|Encountered an error:", "|Runtime Error", "|  Connection exception"}));
  CHECK(!run.succeeded);
  CHECK(run.errors == std::vector<std::string>{"Encountered an error:\nRuntime Error\n  Connection exception"});
}

TEST_CASE("a hook of another package wrote its manifest before the hook that failed") {
  std::vector<std::string> messages = good_run(4);
  messages.resize(messages.size() - 5);
  std::vector<std::string> error = kHookError;
  for (std::string& line : error) {
    const std::size_t at = line.find("snowplow_media_player");
    if (at != std::string::npos) line.replace(at, 21, "snowplow_xyz");
  }
  CHECK(shown(only_run(console(messages + error))) == std::string(kWritten) + "; snowplow_xyz -");
}

TEST_CASE("a run whose hooks did not run at all did not write its manifest") {
  std::vector<std::string> messages = good_run(4);
  std::erase_if(messages, [](const std::string& line) { return line.find(" hook: ") != std::string::npos; });
  const LoggedRun run = only_run(console(messages));
  CHECK(run.failures.empty());
  CHECK(!run.succeeded);
}

TEST_CASE("ERROR hook lines of newer versions, and the hooks that are skipped after them") {
  std::vector<std::string> messages = good_run(4);
  for (std::string& line : messages) {
    if (line == hook_line("snowplow_unified.on-run-end.0")) line = hook_line("snowplow_unified.on-run-end.0", "ERROR");
  }
  messages.push_back(hook_line("shop.on-run-end.1", "SKIP"));
  messages.push_back("Failure in operation snowplow_unified-on-run-end-0 (./dbt_project.yml)");
  messages.push_back("  snowplow_unified.on-run-end.0 failed, error:");
  messages.push_back("| permission denied");
  const LoggedRun run = only_run(console(messages));
  REQUIRE(run.failures.size() == 2);
  CHECK(run.failures[0].message.ends_with("failed, error:\n permission denied"));
  CHECK(run.failures[0].status == "error");
  CHECK(run.failures[1].status == "skipped");
  CHECK(!run.packages.at(0).end_hooks_ok);
  CHECK(!run.succeeded);
}

TEST_CASE("a model that fails: dbt's own words, and what was skipped") {
  const LoggedRun run = only_run(
      console(header() +
              std::vector<std::string>{
                  start_of(kUnified), state_line(2), window_line("snowplow_unified"), end_of(kUnified),
                  "4 of 9 ERROR creating sql incremental model derived.my_model ..... [\x1B[31mERROR\x1B[0m in 0.1s]",
                  "5 of 9 SKIP relation derived.other .......... [\x1B[33mSKIP\x1B[0m]", "",
                  hook_line("snowplow_unified.on-run-end.0"), "",
                  "\x1B[31mCompleted with 1 error, 0 partial successes, and 0 warnings:\x1B[0m", "",
                  "\x1B[31mFailure in model my_model (models/my_model.sql)\x1B[0m",
                  "  Database Error in model my_model (models/my_model.sql)",
                  "|  more than one row returned by a subquery used as an expression",
                  "|  compiled code at target/run/my_model.sql", "", "  compiled code at target/compiled/my_model.sql",
                  "", "Done. PASS=2 WARN=0 ERROR=1 SKIP=1 NO-OP=0 TOTAL=4"}));
  CHECK(run.reached_end);
  CHECK(!run.succeeded);
  REQUIRE(run.failures.size() == 2);
  CHECK(run.failures[0].name == "derived.my_model");
  CHECK(run.failures[0].message.find("more than one row returned") != std::string::npos);
  CHECK(run.failures[1].name == "derived.other");
  CHECK(run.failures[1].status == "skipped");
  REQUIRE(run.errors.size() == 1);
  CHECK(run.errors[0] ==
        "Failure in model my_model (models/my_model.sql)\nDatabase Error in model my_model (models/my_model.sql)\n"
        "  more than one row returned by a subquery used as an expression\n  compiled code at target/run/my_model.sql");
}

TEST_CASE("a log that ends early, and a run that was interrupted") {
  std::vector<std::string> messages = good_run(4);
  messages.resize(9);
  const LoggedRun cut = only_run(console(messages));
  CHECK(!cut.reached_end);
  CHECK(!cut.succeeded);
  CHECK(!cut.interrupted);
  const LoggedRun interrupted =
      only_run(console(messages + std::vector<std::string>{"CANCEL query model.shop.my_model ....... [CANCEL]", "",
                                                           "Exited because of keyboard interrupt", "",
                                                           "Done. PASS=1 WARN=0 ERROR=0 SKIP=0 NO-OP=0 TOTAL=1"}));
  CHECK(interrupted.interrupted);
  CHECK(!interrupted.succeeded);
}

TEST_CASE("what fails before anything runs") {
  const LoggedRun vars = only_run(
      "10:00:00  The YAML provided in the --vars argument is not valid.\n"
      "Usage: dbt run [OPTIONS]\nTry 'dbt run -h' for help.\n\n"
      "Error: Invalid value for '--vars': String 'x' is not valid YAML\n");
  CHECK(!vars.succeeded);
  REQUIRE(!vars.errors.empty());
  CHECK(vars.errors[0] == "The YAML provided in the --vars argument is not valid.");
}

TEST_CASE("two packages on the console: paired where the order of the lines leaves no other, else not at all") {
  const auto packages = [](const std::vector<std::string>& lines) {
    return shown(only_run(console(header() + lines)));
  };
  const std::string window = " 2026-01-01 00:00:00..2026-02-01 00:00:00";
  const std::string u = start_of(kUnified);
  const std::string m = start_of(kMedia);
  const std::string wu = window_line("snowplow_unified");
  const std::string wm = window_line("snowplow_media_player");
  // The first state comes before the other model starts.
  CHECK(packages({m, state_line(4), u, state_line(2), wm, wu}) ==
        "snowplow_media_player 4" + window + "; snowplow_unified 2" + window);
  // A window comes between the states.
  CHECK(packages({m, u, state_line(4), wm, state_line(2), wu}) ==
        "snowplow_media_player 4" + window + "; snowplow_unified 2" + window);
  CHECK(packages({m, u, state_line(4), wu, state_line(2), wm}) ==
        "snowplow_media_player 2" + window + "; snowplow_unified 4" + window);
  // Both are the same.
  CHECK(packages({m, u, state_line(4), state_line(4), wu, wm}) ==
        "snowplow_media_player 4" + window + "; snowplow_unified 4" + window);
  // Nothing tells.
  CHECK(packages({m, u, state_line(4), state_line(2), wu, wm}) ==
        "snowplow_media_player -" + window + "; snowplow_unified -" + window + "; ? 4; ? 2");
  // One fails: the state may have been its own.
  const std::string failed = "3 of 9 ERROR creating sql table model " + kMedia + "  [ERROR in 0.1s]";
  CHECK(packages({m, u, state_line(4), failed, state_line(2), wu}) ==
        "snowplow_media_player -; snowplow_unified -" + window + "; ? 4; ? 2");
  CHECK(packages({m, u, failed, state_line(2), wu}) == "snowplow_media_player -; snowplow_unified 2" + window);
}

TEST_CASE("packages that do not print their name: ecommerce, normalize") {
  const auto packages = [](const std::vector<std::string>& lines) {
    return shown(only_run(console(header() + lines)));
  };
  CHECK(packages({start_of("s.snowplow_ecommerce_base_new_event_limits"), state_line(4), window_line("")}) ==
        "snowplow_ecommerce 4 2026-01-01 00:00:00..2026-02-01 00:00:00");
  CHECK(packages({state_line(4), window_line("")}) == "? 4 2026-01-01 00:00:00..2026-02-01 00:00:00");
}

TEST_CASE("the warning that a window holds no events") {
  std::vector<std::string> messages = good_run(1);
  messages.insert(messages.begin() + 9,
                  {"Snowplow Warning: *************",
                   "[\x1B[33mWARNING\x1B[0m]: Snowplow Warning: No data in "
                   "\"db\".\"s\".\"snowplow_unified_base_events_this_run\" for date "
                   "range from variables, please modify your run variables to include data if this is not expected."});
  CHECK(only_run(console(messages)).packages.at(0).no_data);
  CHECK(!only_run(console(good_run(1))).packages.at(0).no_data);
}

TEST_CASE("a run can be followed line by line") {
  RunLogReader reader;
  CHECK(reader.current() == nullptr);
  reader.add_line("make: entering");
  CHECK(reader.current() == nullptr);
  std::size_t i = 0;
  const std::vector<std::string> messages = good_run(4);
  for (; i < 8; ++i) reader.add_line("10:00:00  " + messages[i]);
  REQUIRE(reader.current() != nullptr);
  CHECK(shown(*reader.current()) == "snowplow_unified 4 2026-01-01 00:00:00..2026-02-01 00:00:00");
  for (; i < messages.size(); ++i) reader.add_line("10:00:00  " + messages[i]);
  CHECK(reader.current()->reached_end);
  const auto runs = reader.finish();
  REQUIRE(runs.size() == 1);
  CHECK(runs[0].succeeded);
  CHECK(reader.current() == nullptr);
  CHECK(reader.finish().empty());
}

TEST_CASE("what is no log of dbt is an error") {
  for (const std::string_view text :
       {"", "hello\nworld\n", "{\"a\": 1}\n[1, 2]\n", "model,last_success\na,2026-01-01\n"}) {
    const auto runs = read_run_log(FileBytes::copy_of(text, "log"));
    REQUIRE(!runs);
    CHECK(runs.error().status == ExitStatus::kInput);
    CHECK(to_text(runs.error()).starts_with("log: "));
  }
}

TEST_CASE("a long log is one run, however much stands in it") {
  std::string text = console(header());
  const std::string line = "\x1B[0m10:00:00.123456 [debug] [Thread-1 (]: On model.shop.a: select 1\n   from x\n";
  while (text.size() < 20'000'000) text += line;
  CHECK(runs_of(text).size() == 1);
}
