#include "command/process.h"

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <doctest/doctest.h>
#include <fcntl.h>
#include <functional>
#include <string>
#include <unistd.h>
#include <vector>

#include "command/line_splitter.h"
#include "support/support.h"

using namespace plowline;

namespace {

// What a shell script printed, line by line in the order in which it came, `!` before a line of standard error.
struct Followed {
  std::vector<std::string> lines;
  ProcessEnd end;
};

ProcessStart shell(const std::string& script) {
  return {.argv = {"sh", "-c", script}, .directory = {}, .environment = {}, .shared = {}};
}

// `on_line` hears each line while the script runs.
Followed follow(const ProcessStart& start, Interrupts* interrupts = nullptr,
                const std::function<void(const std::string&)>& on_line = {}) {
  Followed followed;
  const auto keep = [&](std::string line) {
    followed.lines.push_back(line);
    if (on_line) on_line(line);
  };
  LineSplitter out([&](std::string_view line) { keep(std::string(line)); });
  LineSplitter err([&](std::string_view line) { keep("!" + std::string(line)); });
  ProcessWatch watch;
  watch.interrupts = interrupts;
  watch.on_bytes = [&](Output output, std::string_view bytes) {
    (output == Output::kOut ? out : err).add(bytes);
    return true;
  };
  const auto end = run_process(start, watch);
  REQUIRE(end);
  out.end();
  err.end();
  followed.end = *end;
  return followed;
}

using Lines = std::vector<std::string>;

}  // namespace

TEST_CASE("a program is followed line by line, in its folder and with its environment") {
  const testing::TemporaryFolder folder;
  ProcessStart start = shell("pwd; echo \"$PLOWLINE_TEST|$HOME\"; echo wrong >&2; printf 'no line end'; exit 3");
  start.directory = folder.path();
  start.environment = {"PLOWLINE_TEST=a b", "HOME=elsewhere"};
  const Followed ran = follow(start);
  CHECK(ran.end.exit_status == 3);
  CHECK(ran.end.signal == 0);
  CHECK(ran.end.interrupted_by == 0);
  REQUIRE(ran.lines.size() == 4);
  CHECK(ran.lines[0] == folder.path().string());
  CHECK(std::ranges::count(ran.lines, "a b|elsewhere") == 1);
  CHECK(std::ranges::count(ran.lines, "!wrong") == 1);
  CHECK(std::ranges::count(ran.lines, "no line end") == 1);
}

TEST_CASE("a line comes when it is printed, not when the program ends") {
  const testing::TemporaryFolder folder;
  const std::string gate = (folder.path() / "gate").string();
  // The script goes on only after its first line was heard.
  const Followed ran = follow(shell("echo first; while [ ! -e " + gate + " ]; do sleep 0.02; done; echo second"),
                              nullptr, [&](const std::string& line) {
                                if (line == "first") folder.write("gate", "");
                              });
  CHECK(ran.lines == Lines{"first", "second"});
}

TEST_CASE("arguments are no shell text") {
  const Followed ran =
      follow({.argv = {"printf", "%s|", "a b", "$(id)", "'"}, .directory = {}, .environment = {}, .shared = {}});
  CHECK(ran.lines == Lines{"a b|$(id)|'|"});
}

TEST_CASE("why a program could not be started, or how it died") {
  ProcessWatch watch;
  const auto missing =
      run_process({.argv = {"no-such-program-of-plowline"}, .directory = {}, .environment = {}, .shared = {}}, watch);
  REQUIRE(!missing);
  CHECK(missing.error() == ENOENT);
  const auto nowhere =
      run_process({.argv = {"true"}, .directory = "/no/such/folder", .environment = {}, .shared = {}}, watch);
  REQUIRE(!nowhere);
  CHECK(nowhere.error() == ENOTDIR);
  const Followed died = follow(shell("kill -KILL $$"));
  CHECK(died.end.signal == SIGKILL);
  CHECK(died.end.status() == 128 + SIGKILL);
}

TEST_CASE("the first signal reaches the program, which ends as it likes") {
  Interrupts interrupts;
  const Followed ran = follow(shell("trap 'echo cleaning up; exit 7' INT; echo ready; while :; do sleep 0.02; done"),
                              &interrupts, [](const std::string& line) {
                                if (line == "ready") ::kill(::getpid(), SIGINT);
                              });
  CHECK(ran.lines == Lines{"ready", "cleaning up"});
  CHECK(ran.end.exit_status == 7);
  CHECK(ran.end.interrupted_by == SIGINT);
}

TEST_CASE("the second signal kills it, with what it started") {
  Interrupts interrupts;
  const Followed ran =
      follow(shell("trap 'echo no' TERM; sh -c \"trap '' TERM; sleep 60\" & echo ready; while :; do sleep 0.02; done"),
             &interrupts, [](const std::string& line) {
               if (line == "ready" || line == "no") ::kill(::getpid(), SIGTERM);
             });
  CHECK(ran.lines == Lines{"ready", "no"});
  CHECK(ran.end.signal == SIGKILL);
  CHECK(ran.end.interrupted_by == SIGTERM);
}

TEST_CASE("a signal that came before the program is passed on, and none is left over") {
  {
    Interrupts interrupts;
    ::kill(::getpid(), SIGINT);
    CHECK(interrupts.wait_for(std::chrono::milliseconds(0)));
    CHECK(interrupts.take() == SIGINT);
    CHECK(!interrupts.take());
    CHECK(!interrupts.wait_for(std::chrono::milliseconds(10)));
    ::kill(::getpid(), SIGINT);
  }
  // Still alive: what nobody took died with the Interrupts.
  const Followed after = follow(shell("echo fine"));
  CHECK(after.lines == Lines{"fine"});
}

TEST_CASE("a program that leaves another behind is over when it ends") {
  const Followed ran = follow(shell("sleep 30 & echo done"));
  CHECK(ran.lines == Lines{"done"});
  CHECK(ran.end.exit_status == 0);
}

TEST_CASE("a shared descriptor is open in the program, others are not") {
  const testing::TemporaryFolder folder;
  const int shared = ::open(folder.write("shared", "").c_str(), O_RDWR | O_CLOEXEC);
  const int own = ::open(folder.write("own", "").c_str(), O_RDWR | O_CLOEXEC);
  ProcessStart start = shell("for fd in " + std::to_string(shared) + " " + std::to_string(own) +
                             "; do [ -e /proc/self/fd/$fd ] && echo open || echo closed; done");
  start.shared = {shared};
  CHECK(follow(start).lines == Lines{"open", "closed"});
  ::close(shared);
  ::close(own);
}

TEST_CASE("lines: CRLF, empty lines, and one line of ten megabytes") {
  Lines lines;
  LineSplitter splitter([&](std::string_view line) { lines.emplace_back(line); });
  splitter.add("a\r");
  splitter.add("\nb\n\nc");
  splitter.end();
  CHECK(lines == Lines{"a", "b", "", "c"});
  const Followed ran = follow(shell("head -c 10000000 /dev/zero | tr '\\0' x; echo; echo next"));
  REQUIRE(ran.lines.size() == 2);
  CHECK(ran.lines[0].size() == 10'000'000);
  CHECK(ran.lines[1] == "next");
}

TEST_CASE("a line that would fill the memory is cut") {
  std::size_t longest = 0;
  LineSplitter splitter([&](std::string_view line) { longest = std::max(longest, line.size()); });
  const std::string piece(std::size_t{1} << 20, 'x');
  for (int i = 0; i < 70; ++i) splitter.add(piece);
  splitter.add("\nshort\n");
  CHECK(longest == LineSplitter::kLongestLine);
}
