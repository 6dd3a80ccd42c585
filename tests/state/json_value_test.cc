// Values that different writers of JSON spell differently are the same values, and others are not.
#include "state/json_value.h"

#include "state/line_diff.h"
#include "state/pairs.h"
#include "state/same_record.h"

namespace plowline {
namespace {

// Texts with the padding that the parser needs behind them.
class Texts {
 public:
  JsonText operator()(std::string_view text) {
    files_.push_back(FileBytes::copy_of(text, "text"));
    const auto checked = check({files_.back().text()});
    REQUIRE_MESSAGE(checked.has_value(), text);
    return *checked;
  }

 private:
  std::vector<FileBytes> files_;
};

TEST_CASE("equal values") {
  Texts json;
  const auto same = [&](std::string_view a, std::string_view b) {
    const bool one = equal_values(json(a), json(b));
    CHECK(one == equal_values(json(b), json(a)));
    return one;
  };
  CHECK(same(R"({"a":1,"b":[true,null]})", R"({ "b" : [ true , null ], "a" : 1 })"));
  CHECK(same(R"("caf\u00e9")", R"("café")"));
  CHECK(same(R"({"caf\u00e9": "\/"})", R"({"café": "/"})"));
  CHECK(same("1", "1.0"));
  CHECK(same("100", "1e2"));
  CHECK(same("true", "1"));
  CHECK(same("0", "-0"));
  CHECK(same(R"({"a":1,"a":2})", R"({"a":2})"));
  CHECK(!same("9007199254740993", "9007199254740992"));
  CHECK(!same("true", "\"true\""));
  CHECK(!same("1", "\"1\""));
  CHECK(!same("null", "\"\""));
  CHECK(!same("[]", "{}"));
  CHECK(!same("[1,2]", "[2,1]"));
  CHECK(!same(R"({"a":1})", R"({"a":1,"b":null})"));
}

TEST_CASE("a member that is absent is the same as an empty one, null is not") {
  Texts json;
  for (const char* empty : {"null", "\"\"", "[]", "{}", R"({"count":null,"period":null})"})
    CHECK(equal_members(std::nullopt, json(empty)));
  for (const char* full : {"0", "false", "\"x\"", "[null]", R"({"a":false})"})
    CHECK(!equal_members(std::nullopt, json(full)));
  CHECK(!equal_members(json("null"), json("{}")));
  CHECK(!equal_members(json("null"), json("\"\"")));
  CHECK(equal_members(json(R"({"a":1})"), json(R"({"a":1,"b":null})")));
  CHECK(equal_members(json(R"([{"a":1}])"), json(R"([{"a":1,"b":[]}])")));
}

TEST_CASE("a manifest written by another writer is no change") {
  const testing::json manifest = testing::every_type();
  testing::json odd = manifest;
  odd["nodes"]["model.shop.a"]["unrendered_config"]["name"] = "café";
  const std::string plain = odd.dump();
  const std::string escaped = odd.dump(4, ' ', true);  // indented, only ASCII
  REQUIRE(plain != escaped);
  Warnings warnings;
  const auto read = [&](const std::string& text) {
    auto file = read_manifest(FileBytes::copy_of(text, "manifest.json"), warnings);
    REQUIRE(file.has_value());
    auto project = Project::build(std::move(*file), warnings);
    REQUIRE(project.has_value());
    return std::move(*project);
  };
  const Project now = read(plain);
  StateArtifacts artifacts;
  artifacts.manifest = read(escaped);
  const ManifestState state(now, artifacts, warnings);
  CHECK(state.state("modified")->empty());
}

TEST_CASE("records that are the same but for created_at") {
  CHECK(same_but_for_created_at(R"({"a": 1, "created_at": 1.5, "b": 2})", R"({"a": 1, "created_at": 17.25, "b": 2})"));
  CHECK(same_but_for_created_at(R"({"a":1,"created_at":1})", R"({"a":1,"created_at":12})"));
  CHECK(same_but_for_created_at("{}", "{}"));
  CHECK(!same_but_for_created_at(R"({"created_at": 1, "b": 2})", R"({"created_at": 2, "b": 3})"));
  CHECK(!same_but_for_created_at(R"({"meta": {"created_at": 1}})", R"({"meta": {"created_at": 2}})"));
  CHECK(!same_but_for_created_at(R"({"x\"created_at": 1})", R"({"x\"created_at": 2})"));
  CHECK(!same_but_for_created_at(R"({"x": "\"created_at\": 1"})", R"({"x": "\"created_at\": 2"})"));
  CHECK(!same_but_for_created_at(R"({"created_at": 1})", R"({"created_at": null})"));
  CHECK(!same_but_for_created_at(R"({"a": 1})", R"({"a": 2})"));
}

std::string text_of(const LineDiff& diff) {
  std::string out;
  for (const DiffLine& line : diff.lines) out += line.mark + std::string(line.text) + "|";
  return out;
}

TEST_CASE("texts by lines") {
  CHECK(text_of(line_diff("a\nb\nc\n", "a\nx\nc\n", 1)) == " a|-b|+x| c|");
  CHECK(text_of(line_diff("a\nb\nc\n", "a\nx\nc\n", 0)) == "-b|+x|");
  CHECK(text_of(line_diff("1\n2\n3\n4\n5\n6\n7\n", "0\n2\n3\n4\n5\n6\n8\n", 1)) == "-1|+0| 2|@| 6|-7|+8|");
  CHECK(text_of(line_diff("", "a\n", 1)) == "+a|");
  CHECK(text_of(line_diff("a\r\n", "a\n", 1)).empty());
  const LineDiff moved = line_diff("a\nb\nc\nd\n", "b\nc\nd\ne\n", 0);
  CHECK(moved.added == 1);
  CHECK(moved.removed == 1);
}

TEST_CASE("long texts by lines take no quadratic time or memory") {
  std::string before;
  std::string now;
  for (int i = 0; i < 50'000; ++i) {
    before += fmt::format("before {}\n", i);
    now += fmt::format("now {}\n", i);
  }
  const LineDiff diff = line_diff(before, now, 1);
  CHECK(diff.added == 50'000);
  CHECK(diff.removed == 50'000);
}

}  // namespace
}  // namespace plowline
