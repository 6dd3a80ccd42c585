// Changed macros, and what depends on them through how many others ever.
#include "state/macros.h"

#include "state/pairs.h"

namespace plowline {
namespace {

using testing::json;

void edit(json& manifest, const std::string& macro) {
  testing::record(manifest, "macro.shop." + macro)["macro_sql"] = "another";
}

std::string touched(const std::function<void(json& before, json& now)>& change) {
  json before = testing::every_type();
  json now = before;
  change(before, now);
  return testing::Pair(before, now).seen("model.shop.a");
}

TEST_CASE("a macro that changed, is new, or is gone, touches what depends on it") {
  for (const char* macro : {"outer", "middle", "inner"}) {
    CAPTURE(macro);
    CHECK(touched([&](json&, json& now) { edit(now, macro); }) == "modified macros");
  }
  CHECK(touched([](json&, json& now) { edit(now, "unused"); }) == "-");
  CHECK(touched([](json& before, json&) { before["macros"].erase("macro.shop.inner"); }) == "modified macros");
  CHECK(touched([](json&, json& now) { now["macros"].erase("macro.shop.inner"); }) == "modified macros");
}

TEST_CASE("macros that call one another in a circle") {
  const auto circle = [](json& manifest) {
    testing::record(manifest, "macro.shop.inner")["depends_on"]["macros"] = {"macro.shop.outer"};
  };
  CHECK(touched([&](json& before, json& now) {
          circle(before);
          circle(now);
        }) == "-");
  CHECK(touched([&](json& before, json& now) {
          circle(before);
          circle(now);
          edit(now, "middle");
        }) == "modified macros");
}

TEST_CASE("what else a macro's record says is no change") {
  CHECK(touched([](json&, json& now) {
          json& macro = testing::record(now, "macro.shop.inner");
          macro["description"] = "another";
          macro["original_file_path"] = "macros/moved.sql";
        }) == "-");
}

// A macro or generic test that was removed and is still used: dbt writes null.
TEST_CASE("a macro that does not exist stops the comparison, where a macro changed at all") {
  json before = testing::every_type();
  json now = before;
  json& macros = testing::record(now, "model.shop.a")["depends_on"]["macros"];
  const auto modified = [&] { return testing::Pair(before, now).ids("modified"); };
  macros = {nullptr, "macro.shop.outer"};
  CHECK(modified().empty());

  edit(now, "unused");
  CHECK(modified().front().find("model.shop.a (models/a.sql) depends on a macro or test that does not exist") !=
        std::string::npos);
  CHECK(testing::Pair(before, now).ids("modified.macros").front().find("does not exist") != std::string::npos);
  CHECK(testing::Pair(before, now).ids("modified.body").empty());
  CHECK(testing::Pair(before, now).ids("new").empty());

  SUBCASE("not where a changed macro comes first") {
    edit(now, "inner");
    macros = {"macro.shop.outer", nullptr};
    CHECK(modified() == std::vector<std::string>{"model.shop.a"});
    macros = {nullptr, "macro.shop.outer"};
    CHECK(modified().front().find("does not exist") != std::string::npos);
  }
  SUBCASE("also where a macro lacks it, and by name") {
    macros = {"macro.shop.outer"};
    testing::record(now, "macro.shop.middle")["depends_on"]["macros"] = {"macro.shop.nowhere", "macro.shop.inner"};
    CHECK(modified().front().find("does not exist: macro.shop.nowhere") != std::string::npos);
  }
}

TEST_CASE("all macros that touch a node") {
  const json before = testing::every_type();
  json now = before;
  edit(now, "inner");
  edit(now, "middle");
  edit(now, "unused");
  const testing::Pair pair(before, now);
  const auto changes = MacroChanges::between(pair.project(), pair.previous());
  REQUIRE(changes.has_value());
  std::vector<std::string> ids;
  for (const std::uint32_t i : changes->all_touching(pair.project().node(*pair.project().find("model.shop.a"))))
    ids.emplace_back(changes->changed()[i].unique_id);
  CHECK(ids == std::vector<std::string>{"macro.shop.inner", "macro.shop.middle"});
}

}  // namespace
}  // namespace plowline
