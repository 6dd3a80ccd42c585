// What plowline diff finds, and how it is shown.
#include "state/diff.h"

#include "diagnostic/markdown.h"
#include "state/diff_json.h"
#include "state/diff_markdown.h"
#include "state/diff_text.h"
#include "state/diff_values.h"
#include "state/pairs.h"

namespace plowline {
namespace {

using testing::json;
using testing::record;

struct Compared {
  StateDiff diff;
  Warnings warnings;
};

Compared compared(const json& before, const json& now) {
  Compared out;
  const Project current = testing::project_of(now);
  const Project earlier = testing::project_of(before);
  auto diff = diff_of(current, earlier, {}, out.warnings, testing::today());
  REQUIRE_MESSAGE(diff.has_value(), (diff ? "" : to_text(diff.error())));
  out.diff = std::move(*diff);
  return out;  // the projects are gone: a StateDiff owns all it holds
}

StateDiff diff_after(const std::function<void(json& now)>& change) {
  const json before = testing::every_type();
  json now = before;
  change(now);
  return compared(before, now).diff;
}

bool contains(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

TEST_CASE("nothing differs") {
  const StateDiff diff = diff_after([](json&) {});
  CHECK(!diff.any());
  CHECK(diff_text(diff, {}).ends_with("\nno difference\n"));
  CHECK(contains(diff_markdown(diff), "### Changes to the dbt project: no difference"));
  CHECK(json::parse(diff_json(diff, {}))["any"] == false);
}

TEST_CASE("every reason with both values") {
  const StateDiff diff = diff_after([](json& now) {
    json& model = record(now, "model.shop.a");
    model["raw_code"] = "select 2\nfrom x\n";
    model["unrendered_config"] = {{"materialized", "view"}, {"meta", {{"a", {1, 2}}}}};
    model["access"] = "public";
    record(now, "macro.shop.inner")["macro_sql"] = "another";
  });
  REQUIRE(diff.modified.size() == 1);
  const ModifiedNode& model = diff.modified.front();
  CHECK(model.node.unique_id == "model.shop.a");
  REQUIRE(model.reasons.size() == 4);
  CHECK(model.reasons[0].aspect == "body");
  CHECK(model.reasons[0].before == "select 1");
  CHECK(model.reasons[0].now == "select 2\nfrom x\n");
  CHECK(model.reasons[1].key == "materialized");
  CHECK(model.reasons[1].before == "\"table\"");
  CHECK(model.reasons[2].key == "meta");
  CHECK(model.reasons[2].before.empty());
  CHECK(model.reasons[3].aspect == "reference");
  REQUIRE(diff.macros.size() == 1);
  CHECK(model.macros == std::vector<std::size_t>{0});
  CHECK(diff.macros[0].nodes == std::vector<std::string>{"model.shop.a"});

  const std::string text = diff_text(diff, {});
  CHECK(contains(text,
                 "    body: raw_code: 2 lines added, 1 removed\n      -select 1\n      +select 2\n      +from x\n"));
  CHECK(contains(text, "    configs: materialized: \"table\" -> \"view\"\n"));
  CHECK(contains(text, "    configs: meta: none -> {\"a\":[1,2]}\n"));
  CHECK(contains(text, "    reference: access: \"protected\" -> \"public\"\n"));
  CHECK(contains(text, "    macros: macro.shop.inner\n"));
  CHECK(contains(text, "    touches 1 node: model.shop.a\n"));
  CHECK(text.ends_with("\n1 modified, 1 macro changed\n"));

  const json document = json::parse(diff_json(diff, {}));
  CHECK(document["modified"][0]["reasons"][2]["now"] == json{{"a", {1, 2}}});
  CHECK(document["modified"][0]["reasons"][2]["before"].is_null());
  CHECK(document["modified"][0]["macros"] == json{"macro.shop.inner"});
  CHECK(document["macros"][0]["change"] == "modified");
}

TEST_CASE("new, disabled and removed nodes") {
  json before = testing::every_type();
  json now = before;
  before["nodes"].erase("model.shop.a");
  before["disabled"] = {{"model.shop.a", json::array({record(now, "model.shop.a")})}};
  now["disabled"] = {{"seed.shop.a", json::array({record(now, "seed.shop.a")})}};
  now["nodes"].erase("seed.shop.a");
  now["nodes"].erase("test.shop.generic");
  record(now, "snapshot.shop.a")["config"]["enabled"] = false;
  const StateDiff diff = compared(before, now).diff;
  REQUIRE(diff.added.size() == 1);
  CHECK(diff.added[0].was_disabled);
  REQUIRE(diff.disabled.size() == 2);
  CHECK(diff.disabled[0].node.unique_id == "seed.shop.a");
  CHECK(diff.disabled[1].node.unique_id == "snapshot.shop.a");
  REQUIRE(diff.removed.size() == 1);
  CHECK(diff.removed[0].node.unique_id == "test.shop.generic");
  CHECK(diff_text(diff, {}).ends_with("\n1 new, 2 disabled, 1 removed\n"));
}

TEST_CASE("a removed contract is said to break") {
  json before = testing::every_type();
  record(before, "model.shop.a")["contract"] = {{"enforced", true}, {"checksum", "aa"}};
  json now = before;
  now["nodes"].erase("model.shop.a");
  const StateDiff removed = compared(before, now).diff;
  CHECK(contains(diff_text(removed, {}), "breaks the contract: the contracted model model.shop.a was deleted"));

  now = before;
  record(now, "model.shop.a")["contract"] = {{"enforced", false}, {"checksum", nullptr}};
  const StateDiff lifted = compared(before, now).diff;
  CHECK(contains(diff_text(lifted, {}), "    breaks the contract: the contract is no longer enforced\n"));
  CHECK(contains(diff_text(lifted, {}), "    contract: enforced: true -> false\n"));
  // A versioned model too: where dbt stops with an error, the difference is shown all the same.
  record(before, "model.shop.a")["version"] = 1;
  record(now, "model.shop.a")["version"] = 1;
  CHECK(compared(before, now).diff.modified.size() == 1);
}

TEST_CASE("another relation, whatever the configs say") {
  const StateDiff moved = diff_after([](json& now) {
    json& model = record(now, "model.shop.a");
    model["schema"] = "prod";
    model["relation_name"] = "\"db\".\"prod\".\"a\"";
    record(now, "seed.shop.a")["database"] = "other";                 // no relation_name: an old manifest
    record(now, "analysis.shop.a")["schema"] = "prod";                // has no relation
    record(now, "test.shop.generic")["schema"] = "prod";              // neither
    record(now, "source.shop.raw.orders")["identifier"] = "orders2";  // modified as well
  });
  REQUIRE(moved.moved.size() == 3);
  CHECK(moved.moved[0].before.relation == "\"db\".\"dev\".\"a\"");
  CHECK(moved.moved[0].now.relation == "\"db\".\"prod\".\"a\"");
  CHECK(moved.moved[1].now.relation == "other.dev.a");
  CHECK(moved.moved[2].now.name == "orders2");
  REQUIRE(moved.modified.size() == 1);
  CHECK(moved.modified[0].node.unique_id == "source.shop.raw.orders");
  CHECK(diff_after([](json& now) {
          json& seed = record(now, "seed.shop.a");
          seed["config"]["materialized"] = "ephemeral";
          seed["schema"] = "prod";
        }).moved.empty());
}

TEST_CASE("many nodes that moved into one schema are one line") {
  json before = testing::empty_manifest();
  for (int i = 0; i < 10; ++i) {
    json model = testing::node("model", fmt::format("m{}", i));
    before["nodes"][model["unique_id"].get<std::string>()] = model;
  }
  json now = before;
  for (json& model : now["nodes"]) model["schema"] = "prod";
  now["nodes"]["model.shop.m3"]["alias"] = "renamed";
  const StateDiff diff = compared(before, now).diff;
  CHECK(diff.moved.size() == 10);
  const std::string text = diff_text(diff, {.names = 3});
  CHECK(contains(text, "  db.dev -> db.prod: 9 nodes: m0, m1, m2 and 6 more\n"));
  CHECK(contains(text, "  model.shop.m3: db.dev.m3 -> db.prod.renamed\n"));
  CHECK(contains(text, "Moved to another relation (10)\n"));
}

TEST_CASE("a macro that does not exist is a warning, not an end") {
  const json before = testing::every_type();
  json now = before;
  record(now, "model.shop.a")["depends_on"]["macros"] = {nullptr, "macro.shop.outer"};
  CHECK(compared(before, now).warnings.empty());
  record(now, "macro.shop.inner")["macro_sql"] = "another";
  const Compared result = compared(before, now);
  REQUIRE(result.warnings.size() == 1);
  CHECK(result.warnings[0].code == "missing-macro");
  CHECK(result.diff.modified.size() == 1);
}

// --- rendering -------------------------------------------------------------------------------------------------------

TEST_CASE("long values are cut, their size is told") {
  CHECK(short_value("") == "none");
  CHECK(short_value("\"é\"", 3) == "\"é\"");
  CHECK(short_value("\"ééé\"", 3) == "\"éé… (8 bytes)");
  CHECK(short_value(std::string(12'345, 'x'), 4) == "xxxx… (12,345 bytes)");
  CHECK(short_value("a\nb\x1b[31m") == "a\\nb\\x1b[31m");
  const std::string same(100, 'x');
  const ShortChange change = short_change(same + "1", same + "2", 72);
  CHECK(change.before == "…xxxxxxxxxxxx1");
  CHECK(change.now == "…xxxxxxxxxxxx2");
}

TEST_CASE("long code is cut") {
  const StateDiff diff = diff_after([](json& now) {
    std::string code;
    for (int i = 0; i < 100; ++i) code += fmt::format("line {}\n", i);
    record(now, "model.shop.a")["raw_code"] = code;
  });
  const std::string text = diff_text(diff, {.code_lines = 5});
  CHECK(contains(text, "+line 3\n      … 96 more lines\n"));
  CHECK(!contains(text, "+line 4\n"));
}

// What a pull request could put into a manifest to act on a terminal, a reader, or a comment.
TEST_CASE("hostile names stay what they are") {
  const std::string evil = "x`</details><img src=x onerror=alert(1)>|\n# head\n@team \x1b[2J``";
  const StateDiff diff = diff_after([&](json& now) {
    json& model = record(now, "model.shop.a");
    model["original_file_path"] = evil;
    model["raw_code"] = "```\n" + evil + "\n````";
    model["unrendered_config"][evil] = evil;
  });
  const std::string text = diff_text(diff, {});
  CHECK(text.find('\x1b') == std::string::npos);
  CHECK(!contains(text, "\n# head"));

  const std::string markdown = diff_markdown(diff);
  CHECK(markdown.find('\x1b') == std::string::npos);
  CHECK(!contains(markdown, "\n# head"));
  // Every piece of it stands inside of a span whose fence it does not hold.
  CHECK(contains(markdown, " in ``` x`</details>"));
  CHECK(contains(markdown, "    `````diff\n"));

  const json document = json::parse(diff_json(diff, {}));
  CHECK(document["modified"][0]["original_file_path"] == evil);
}

TEST_CASE("code spans") {
  CHECK(code_span("a") == "`a`");
  CHECK(code_span("a`b") == "``a`b``");
  CHECK(code_span("`a") == "`` `a ``");
  CHECK(code_span("a``b`c") == "```a``b`c```");
  CHECK(code_span("") == "`   `");
  CHECK(code_span("a\nb") == "`a\\nb`");
}

TEST_CASE("a comment has a length") {
  json before = testing::empty_manifest();
  json now = before;
  for (int i = 0; i < 3'000; ++i) {
    json model = testing::node("model", fmt::format("model_with_a_long_name_{}", i));
    now["nodes"][model["unique_id"].get<std::string>()] = model;
  }
  const std::string markdown = diff_markdown(compared(before, now).diff);
  CHECK(markdown.size() < 65'536);
  CHECK(contains(markdown, "#### New (3000)"));
  CHECK(contains(markdown, "- and "));
}

TEST_CASE("values that JSON does not know are shown as text") {
  json before = testing::every_type();
  json now = before;
  record(now, "model.shop.a")["unrendered_config"]["limit"] = 1;
  const Project earlier = testing::project_of(before);
  std::string text = now.dump();
  text.replace(text.find("\"limit\":1"), 9, "\"limit\":NaN");
  Warnings warnings;
  auto manifest = read_manifest(FileBytes::copy_of(text, "manifest.json"), warnings);
  REQUIRE(manifest.has_value());
  const auto current = Project::build(std::move(*manifest), warnings);
  const auto diff = diff_of(*current, earlier, {}, warnings, testing::today());
  REQUIRE(diff.has_value());
  CHECK(json::parse(diff_json(*diff, {}))["modified"][0]["reasons"][0]["now"] == "NaN");
}

}  // namespace
}  // namespace plowline
