// Contracts in two versions of a model: what is a change, what breaks, and where dbt stops.
#include "state/pairs.h"

namespace plowline {
namespace {

using testing::json;

json contracted(const std::string& checksum = "aa") {
  json manifest = testing::every_type();
  json& model = testing::record(manifest, "model.shop.a");
  model["contract"] = {{"enforced", true}, {"checksum", checksum}};
  model["columns"] = {{"id", {{"name", "id"}, {"data_type", "int"}, {"constraints", json::array()}}},
                      {"name", {{"name", "name"}, {"data_type", "varchar(10)"}, {"constraints", json::array()}}}};
  model["constraints"] = json::array();
  return manifest;
}

// What is said of one change to a contracted model whose checksum changes with it.
struct Said {
  std::string seen;
  std::string text;  // the warning, or the error
  bool is_error = false;
};

Said said_of(const json& before, const json& now) {
  const testing::Pair pair(before, now);
  Said said;
  said.seen = pair.seen("model.shop.a");
  const auto modified = pair.state().state("modified");
  said.is_error = !modified;
  if (!modified) said.text = to_text(modified.error());
  if (!pair.warnings().empty()) said.text = pair.warnings().front().message;
  CHECK(pair.warnings().size() <= 1);  // said once, however often it is asked
  return said;
}

Said said_of(const std::function<void(json&)>& change) {
  json now = contracted("bb");
  change(testing::record(now, "model.shop.a"));
  return said_of(contracted(), now);
}

bool contains(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

TEST_CASE("a contract that is new, or only adds, breaks nothing") {
  const Said enforced = said_of(testing::every_type(), contracted());
  CHECK(enforced.seen == "modified contract");
  CHECK(enforced.text.empty());
  const Said added = said_of([](json& model) { model["columns"]["more"] = {{"name", "more"}, {"data_type", "int"}}; });
  CHECK(added.seen == "modified contract");
  CHECK(added.text.empty());
  const Said wider = said_of([](json& model) { model["columns"]["name"]["data_type"] = "VARCHAR(20)"; });
  CHECK(wider.seen == "modified contract");
  CHECK(wider.text.empty());
  CHECK(said_of(contracted(), contracted()).seen == "-");
}

TEST_CASE("what breaks a contract is warned of") {
  const Said removed = said_of([](json& model) { model["columns"].erase("name"); });
  CHECK(removed.seen == "modified contract");
  CHECK(contains(removed.text, "the column name was removed"));
  const Said retyped = said_of([](json& model) { model["columns"]["id"]["data_type"] = "text"; });
  CHECK(contains(retyped.text, "the column id changed its type from int to text"));
  const Said lifted = said_of([](json& model) { model["contract"] = {{"enforced", false}, {"checksum", nullptr}}; });
  CHECK(lifted.seen == "modified contract");
  CHECK(contains(lifted.text, "no longer enforced"));
}

TEST_CASE("constraints count where the warehouse enforces them") {
  const auto removed = [](const std::string& adapter, const std::string& type, const std::string& materialized) {
    json before = contracted();
    before["metadata"]["adapter_type"] = adapter;
    json& model = testing::record(before, "model.shop.a");
    model["config"]["materialized"] = materialized;
    model["columns"]["id"]["constraints"] = json::array({{{"type", type}, {"name", nullptr}}});
    json now = before;
    testing::record(now, "model.shop.a")["columns"]["id"]["constraints"] = json::array();
    testing::record(now, "model.shop.a")["contract"]["checksum"] = "bb";
    return contains(said_of(before, now).text, "the enforced constraint " + type + " of the column id was removed");
  };
  CHECK(removed("postgres", "not_null", "table"));
  CHECK(removed("postgres", "primary_key", "incremental"));
  CHECK(!removed("postgres", "not_null", "view"));
  CHECK(removed("snowflake", "not_null", "table"));
  CHECK(!removed("snowflake", "primary_key", "table"));
  CHECK(removed("databricks", "check", "table"));
  CHECK(!removed("spark", "not_null", "table"));
}

TEST_CASE("a materialization without constraints breaks a contract that has some") {
  json before = contracted();
  testing::record(before, "model.shop.a")["constraints"] =
      json::array({{{"type", "check"}, {"expression", "id > 0"}, {"columns", json::array()}}});
  json now = before;
  testing::record(now, "model.shop.a")["contract"]["checksum"] = "bb";
  testing::record(now, "model.shop.a")["config"]["materialized"] = "view";
  CHECK(contains(said_of(before, now).text, "changed from table to view"));
  // Another form of the same constraint, as an older manifest writes it, is kept.
  now = before;
  testing::record(now, "model.shop.a")["contract"]["checksum"] = "bb";
  testing::record(now, "model.shop.a")["constraints"][0]["to"] = nullptr;
  CHECK(said_of(before, now).text.empty());
}

TEST_CASE("breaking a versioned model's contract is an error") {
  json before = contracted();
  testing::record(before, "model.shop.a")["version"] = 1;
  json now = before;
  testing::record(now, "model.shop.a")["contract"]["checksum"] = "bb";
  testing::record(now, "model.shop.a")["columns"].erase("id");
  const Said said = said_of(before, now);
  CHECK(said.is_error);
  CHECK(contains(said.text, "model.shop.a has breaking changes of its contract: the column id was removed"));
  CHECK(contains(testing::Pair(before, now).ids("modified.contract").front(), "breaking changes"));
  CHECK(contains(testing::Pair(before, now).ids("unmodified").front(), "breaking changes"));
  CHECK(testing::Pair(before, now).ids("modified.body").empty());
}

TEST_CASE("removing a contracted model") {
  const json before = contracted();
  json now = before;
  now["nodes"].erase("model.shop.a");
  CHECK(contains(said_of(before, now).text, "the contracted model model.shop.a was deleted or renamed"));

  json versioned = before;
  testing::record(versioned, "model.shop.a")["version"] = 1;
  CHECK(said_of(versioned, now).is_error);
  SUBCASE("past its deprecation date it may go") {
    testing::record(versioned, "model.shop.a")["deprecation_date"] = "2024-05-31T00:00:00+00:00";
    CHECK(!said_of(versioned, now).is_error);
    testing::record(versioned, "model.shop.a")["deprecation_date"] = "2024-06-02T00:00:00+00:00";
    CHECK(said_of(versioned, now).is_error);
  }
  SUBCASE("a model that is disabled is asked for its contract of now") {
    json disabled = testing::record(versioned, "model.shop.a");
    disabled["config"]["enabled"] = false;
    now["disabled"] = {{"model.shop.a", json::array({disabled})}};
    const Said said = said_of(versioned, now);
    CHECK(said.is_error);
    CHECK(contains(said.text, "was disabled"));
    now["disabled"]["model.shop.a"][0]["contract"]["enforced"] = false;
    CHECK(!said_of(versioned, now).is_error);
    // Also where another file defines it, enabled.
    now["disabled"]["model.shop.a"][0]["contract"]["enforced"] = true;
    now["nodes"]["model.shop.a"] = testing::record(versioned, "model.shop.a");
    CHECK(contains(said_of(versioned, now).text, "was disabled"));
  }
}

}  // namespace
}  // namespace plowline
