#include "lint/baseline.h"

#include <doctest/doctest.h>

#include "support/support.h"

using namespace plowline;

namespace {

// The numbers tell fingerprints apart; 0: no fingerprint.
Finding finding(std::string_view rule, std::string_view unique_id, std::uint8_t fingerprint, std::uint8_t content = 0) {
  Finding made;
  made.rule = rule;
  made.unique_id = unique_id;
  made.message = "a \"message\" with\nlines";
  made.fingerprint.bytes.back() = fingerprint;
  made.content_fingerprint.bytes.back() = content;
  return made;
}

Baseline reread(const Baseline& baseline) {
  const testing::TemporaryFolder folder;
  const auto read = read_baseline(folder.write("baseline.json", to_text(baseline)));
  REQUIRE_MESSAGE(read, (read ? "" : to_text(read.error())));
  return *read;
}

}  // namespace

TEST_CASE("a baseline is read back as it was written") {
  const Baseline baseline = baseline_of({finding("b", "model.x.b", 2, 102), finding("a", "model.x.a", 1)});
  REQUIRE(baseline.entries.size() == 2);
  CHECK(baseline.entries[0].rule == "a");
  CHECK(reread(baseline).entries == baseline.entries);
  CHECK(reread(Baseline()).entries.empty());
}

TEST_CASE("what is in the baseline is not new, whatever its place in the file") {
  const Baseline baseline = baseline_of({finding("a", "model.x.a", 1), finding("a", "model.x.b", 2)});
  Finding moved = finding("a", "model.x.a", 1);
  moved.range = {40, 2, 40, 9};
  const BaselineSplit split = split_by_baseline({moved, finding("a", "model.x.c", 3)}, baseline);
  REQUIRE(split.fresh.size() == 1);
  CHECK(split.fresh[0].unique_id == "model.x.c");
  CHECK(split.known.size() == 1);
  REQUIRE(split.fixed.size() == 1);
  CHECK(split.fixed[0].unique_id == "model.x.b");
}

TEST_CASE("a renamed model is found again by its code, once") {
  const Baseline baseline = baseline_of({finding("a", "model.x.old", 1, 7)});
  const BaselineSplit split =
      split_by_baseline({finding("a", "model.x.new", 2, 7), finding("a", "model.x.copy", 3, 7)}, baseline);
  REQUIRE(split.known.size() == 1);
  CHECK(split.known[0].unique_id == "model.x.new");
  REQUIRE(split.fresh.size() == 1);
  CHECK(split.fresh[0].unique_id == "model.x.copy");
  CHECK(split.fixed.empty());
}

TEST_CASE("an exact match comes before one by code") {
  const Baseline baseline = baseline_of({finding("a", "model.x.a", 1, 7)});
  const BaselineSplit split =
      split_by_baseline({finding("a", "model.x.copy", 2, 7), finding("a", "model.x.a", 1, 7)}, baseline);
  REQUIRE(split.known.size() == 1);
  CHECK(split.known[0].unique_id == "model.x.a");
}

TEST_CASE("a file that is no baseline is refused") {
  const testing::TemporaryFolder folder;
  const auto refused = [&](std::string_view text) {
    const auto read = read_baseline(folder.write("b.json", text));
    REQUIRE(!read);
    CHECK(read.error().status == ExitStatus::kInput);
    return to_text(read.error());
  };
  CHECK(refused("{}").find("is no baseline") != std::string::npos);
  CHECK(refused(R"({"plowline_baseline": 2, "findings": []})").find("another version") != std::string::npos);
  CHECK(refused(R"({"plowline_baseline": 1, "findings": 3})").find("findings") != std::string::npos);
  CHECK(refused("[]").find("expected a JSON object") != std::string::npos);
  CHECK(!read_baseline(folder.path() / "missing.json"));
}
