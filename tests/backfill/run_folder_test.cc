#include "backfill/run_folder.h"

#include <csignal>
#include <doctest/doctest.h>
#include <filesystem>
#include <string>
#include <sys/wait.h>
#include <unistd.h>
#include <vector>

#include "backfill/run_lock.h"
#include "support/support.h"

using namespace plowline;
namespace fs = std::filesystem;

namespace {

Instant at(std::string_view text) {
  const auto instant = instant_from(text);
  REQUIRE(instant);
  return *instant;
}

DrivenRun some_run(std::size_t number, RunResult result) {
  DrivenRun run{.number = number, .result = result, .started = at("2026-11-21 02:33:38.5")};
  if (result == RunResult::kRunning) return run;
  run.finished = at("2026-11-21 02:34:03.000001");
  run.exit_status = result == RunResult::kSucceeded ? 0 : 1;
  run.windows = {{"snowplow_unified", RunState::kStandard, at("2026-07-03 16:28:54"), at("2026-09-01"), true, true},
                 {"snowplow_media_player", {}, at("2026-07-03"), at("2026-09-01"), false, false}};
  run.errors = {"Database Error in model \"x\"\n  a \\ b \x01"};
  return run;
}

const BackfillIdentity kIdentity{{"the model", "my_new_model"}, {"--target", "staging"}, {"--vars", "{\"a\": 1}"}};

RunFolder opened(const fs::path& folder, const BackfillIdentity& identity = kIdentity, bool restart = false) {
  auto opened = RunFolder::open(folder, identity, restart);
  REQUIRE_MESSAGE(opened, (opened ? "" : opened.error().reason));
  return std::move(*opened);
}

RunLock taken(const fs::path& file) {
  auto lock = RunLock::take(file, {.process = ::getpid(),
                                   .host = host_name(),
                                   .started = at("2026-11-21 02:33:38"),
                                   .what = "my_new_model",
                                   .dbt = 0});
  REQUIRE_MESSAGE(lock, (lock ? "" : lock.error().reason));
  return std::move(*lock);
}

std::string reason_of_refusal(const fs::path& file) {
  const auto lock =
      RunLock::take(file, {.process = ::getpid(), .host = host_name(), .started = {}, .what = "", .dbt = 0});
  REQUIRE(!lock);
  CHECK(lock.error().status == ExitStatus::kUsage);
  return lock.error().reason + " / " + lock.error().next_step;
}

// A process that takes the lock and does not give it back; with `dbt`, another one inherits it and outlives it.
struct Holder {
  pid_t process = -1;
  int ready = -1;

  Holder(const fs::path& file, bool dbt) {
    int ends[2];
    REQUIRE(::pipe(ends) == 0);
    process = ::fork();
    if (process == 0) {
      auto lock = RunLock::take(file, {.process = ::getpid(),
                                       .host = host_name(),
                                       .started = *instant_from("2026-11-21 02:33:38"),
                                       .what = "my_new_model",
                                       .dbt = 0});
      if (!lock) ::_exit(1);
      if (dbt) {
        const pid_t child = ::fork();
        if (child == 0) {
          ::setpgid(0, 0);
          for (;;) ::pause();
        }
        lock->dbt_is(child);
        if (::write(ends[1], &child, sizeof child) < 0) ::_exit(1);
        ::kill(::getpid(), SIGKILL);
      }
      const pid_t none = 0;
      if (::write(ends[1], &none, sizeof none) < 0) ::_exit(1);
      for (;;) ::pause();
    }
    REQUIRE(::read(ends[0], &ready, sizeof ready) == sizeof ready);
    ::close(ends[0]);
    ::close(ends[1]);
    if (dbt) ::waitpid(process, nullptr, 0);
  }
};

}  // namespace

TEST_CASE("what was kept is there for the next start") {
  const testing::TemporaryFolder temporary;
  const fs::path folder = temporary.path() / "target" / "a";
  RunFolder first = opened(folder);
  CHECK(first.runs().empty());
  CHECK(first.log_file(1) == folder / "run_0001.jsonl");
  REQUIRE(first.keep(some_run(1, RunResult::kRunning)));
  REQUIRE(first.keep(some_run(1, RunResult::kSucceeded)));
  REQUIRE(first.keep(some_run(2, RunResult::kFailed)));
  REQUIRE(first.keep(some_run(3, RunResult::kRunning)));
  // Nothing but the state file itself: it was replaced as a whole.
  CHECK(std::distance(fs::directory_iterator(folder), {}) == 1);

  const RunFolder second = opened(folder);
  REQUIRE(second.runs().size() == 3);
  CHECK(second.runs()[0] == some_run(1, RunResult::kSucceeded));
  CHECK(second.runs()[1] == some_run(2, RunResult::kFailed));
  // Its plowline ended without a word.
  CHECK(second.runs()[2].result == RunResult::kInterrupted);
}

TEST_CASE("another backfill cannot go on with these runs, and is told what differs") {
  const testing::TemporaryFolder folder;
  RunFolder first = opened(folder.path());
  REQUIRE(first.keep(some_run(1, RunResult::kSucceeded)));
  BackfillIdentity other = kIdentity;
  other[1].second = "prod";
  const auto refused = RunFolder::open(folder.path(), other, false);
  REQUIRE(!refused);
  CHECK(refused.error().status == ExitStatus::kUsage);
  CHECK(refused.error().reason.find("--target was staging, and is prod now") != std::string::npos);
  CHECK(refused.error().next_step.find("--restart") != std::string::npos);
  // Refused means untouched.
  CHECK(opened(folder.path()).runs().size() == 1);
}

TEST_CASE("--restart keeps the old logs in a folder of their own") {
  const testing::TemporaryFolder folder;
  RunFolder first = opened(folder.path());
  REQUIRE(first.keep(some_run(1, RunResult::kSucceeded)));
  folder.write("run_0001.jsonl", "old");
  folder.write("run_0001.stderr.txt", "old");
  folder.write("notes.txt", "the user's own");
  BackfillIdentity other = kIdentity;
  other[0].second = "another";
  RunFolder second = opened(folder.path(), other, true);
  CHECK(second.runs().empty());
  CHECK(testing::read_text(folder.path() / "earlier_1" / "run_0001.jsonl") == "old");
  CHECK(fs::exists(folder.path() / "earlier_1" / "run_0001.stderr.txt"));
  CHECK(fs::exists(folder.path() / "earlier_1" / "backfill.json"));
  CHECK(fs::exists(folder.path() / "notes.txt"));
  REQUIRE(second.keep(some_run(1, RunResult::kFailed)));
  opened(folder.path(), kIdentity, true);
  CHECK(fs::exists(folder.path() / "earlier_2" / "backfill.json"));
  // With nothing to move, no folder is made.
  opened(folder.path(), kIdentity, true);
  CHECK(!fs::exists(folder.path() / "earlier_3"));
}

TEST_CASE("a state file that is no state file") {
  const testing::TemporaryFolder folder;
  RunFolder whole = opened(folder.path());
  REQUIRE(whole.keep(some_run(1, RunResult::kSucceeded)));
  const std::string good = testing::read_text(folder.path() / "backfill.json");
  std::vector<std::string> broken{"", "{", "[]", "{}", "{\"version\": 2}", good.substr(0, good.size() / 2)};
  std::string twice = good;
  twice.replace(twice.find("\"number\": 1"), 11, "\"number\": 0");
  broken.push_back(twice);
  for (const std::string& text : broken) {
    CAPTURE(text);
    folder.write("backfill.json", text);
    const auto refused = RunFolder::open(folder.path(), kIdentity, false);
    REQUIRE(!refused);
    CHECK(refused.error().status == ExitStatus::kInput);
    CHECK(refused.error().next_step.find("--restart") != std::string::npos);
    CHECK(testing::read_text(folder.path() / "backfill.json") == text);
  }
  CHECK(opened(folder.path(), kIdentity, true).runs().empty());
}

TEST_CASE("a folder that cannot be one") {
  const testing::TemporaryFolder folder;
  const auto refused = RunFolder::open(folder.write("file", "") / "sub", kIdentity, false);
  REQUIRE(!refused);
  CHECK(refused.error().status == ExitStatus::kInput);
  CHECK(refused.error().next_step.find("--log-dir") != std::string::npos);
}

TEST_CASE("folders named by models, whatever these are called") {
  CHECK(folder_name({"my_new_model"}) == "my_new_model");
  CHECK(folder_name({"a", "b.v2"}) == "a+b.v2");
  CHECK(folder_name({"../../etc"}) == "%2E.%2F..%2Fetc");
  CHECK(folder_name({"a/b\n"}) == "a%2Fb%0A");
  CHECK(folder_name({std::string(500, 'x')}).size() == 200);
}

TEST_CASE("a lock keeps a second one out until it is given back") {
  const testing::TemporaryFolder folder;
  const fs::path file = folder.path() / "deep" / "lock";
  {
    RunLock lock = taken(file);
    CHECK(!lock.stale());
    lock.dbt_is(123);
    const std::string reason = reason_of_refusal(file);
    CHECK(reason.find("another plowline backfills my_new_model here: process " + std::to_string(::getpid())) == 0);
    CHECK(reason.find("since 2026-11-21 02:33:38 UTC") != std::string::npos);
  }
  CHECK(testing::read_text(file).empty());
  CHECK(!taken(file).stale());
}

TEST_CASE("the lock of a process that died is taken over") {
  const testing::TemporaryFolder folder;
  const fs::path file = folder.path() / "lock";
  const Holder holder(file, false);
  CHECK(reason_of_refusal(file).find("process " + std::to_string(holder.process)) != std::string::npos);
  ::kill(holder.process, SIGKILL);
  ::waitpid(holder.process, nullptr, 0);
  const RunLock lock = taken(file);
  REQUIRE(lock.stale());
  CHECK(lock.stale()->process == holder.process);
}

TEST_CASE("a dbt that outlives its plowline keeps the next one out") {
  const testing::TemporaryFolder folder;
  const fs::path file = folder.path() / "lock";
  const Holder holder(file, true);
  const std::string reason = reason_of_refusal(file);
  CHECK(reason.find("the dbt it started (process " + std::to_string(holder.ready) + ") still runs") !=
        std::string::npos);
  CHECK(reason.find("kill -INT " + std::to_string(holder.ready)) != std::string::npos);
  ::kill(holder.ready, SIGKILL);
  // It is nobody's child here: wait for the lock, which goes with it.
  for (int i = 0; i < 500; ++i) {
    auto lock = RunLock::take(file, {.process = ::getpid(), .host = host_name(), .started = {}, .what = "", .dbt = 0});
    if (lock) return;
    ::usleep(10'000);
  }
  FAIL("the lock was not given back");
}

TEST_CASE("a lock file with something else in it does no harm") {
  const testing::TemporaryFolder folder;
  const fs::path file = folder.write("lock", "hello");
  const RunLock lock = taken(file);
  CHECK(!lock.stale());
  const auto nowhere = RunLock::take("/proc/plowline/lock", {});
  REQUIRE(!nowhere);
  CHECK(nowhere.error().status == ExitStatus::kInput);
}
