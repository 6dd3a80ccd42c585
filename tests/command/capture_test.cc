#include "command/capture.h"

#include <doctest/doctest.h>

#include "support/support.h"

using namespace plowline;

TEST_CASE("what a program prints and how it ends") {
  const testing::TemporaryFolder folder;
  const auto ran = capture({"sh", "-c", "pwd; echo wrong >&2; exit 3"}, folder.path());
  REQUIRE(ran);
  CHECK(ran->status == 3);
  CHECK(ran->out == folder.path().string() + "\n");
  CHECK(ran->err == "wrong\n");
}

TEST_CASE("much output on both sides at once is read whole") {
  const auto ran = capture({"sh", "-c", "head -c 300000 /dev/zero; head -c 300000 /dev/zero >&2"}, {});
  REQUIRE(ran);
  CHECK(ran->out.size() == 300000);
  CHECK(ran->err.size() == 300000);
}

TEST_CASE("arguments reach the program as they are, and standard input is empty") {
  const auto ran = capture({"printf", "%s|", "a b", "$(id)", "'", "-n"}, {});
  REQUIRE(ran);
  CHECK(ran->out == "a b|$(id)|'|-n|");
  const auto read = capture({"cat"}, {});
  REQUIRE(read);
  CHECK(read->out.empty());
}

TEST_CASE("a program that dies of a signal, and one that is not there") {
  const auto died = capture({"sh", "-c", "kill -TERM $$"}, {});
  REQUIRE(died);
  CHECK(died->status == 128 + 15);
  const auto missing = capture({"no-such-program-of-plowline"}, {});
  REQUIRE(!missing);
  CHECK(missing.error().reason.find("cannot start no-such-program-of-plowline") != std::string::npos);
}
