// One change to one node: exactly which of dbt's state: selectors see it.
#include "state/pairs.h"

namespace plowline {
namespace {

using testing::json;
using testing::seen;

TEST_CASE("a manifest against itself") {
  const json manifest = testing::every_type();
  const testing::Pair pair(manifest, manifest);
  CHECK(pair.ids("modified").empty());
  CHECK(pair.ids("new").empty());
  CHECK(pair.ids("old").size() == pair.project().size());
  CHECK(pair.ids("unmodified").size() == pair.project().size());
  for (const char* aspect : {"body", "configs", "persisted_descriptions", "relation", "macros", "contract"})
    CHECK(pair.ids(std::string("modified.") + aspect).empty());
}

TEST_CASE("code, per resource type") {
  const auto edit = [](json& node) { node["raw_code"] = "select 2"; };
  for (const char* id : {"model.shop.a", "snapshot.shop.a", "analysis.shop.a", "operation.shop.a", "test.shop.singular",
                         "function.shop.f"}) {
    CAPTURE(id);
    CHECK(seen(id, edit) == "modified body");
  }
  // dbt compares a generic test by modifiers and fqn; its body all the same where it is asked for alone.
  CHECK(seen("test.shop.generic", edit) == "body");
  CHECK(seen("seed.shop.a", edit) == "-");
}

TEST_CASE("a seed's checksum") {
  CHECK(seen("seed.shop.a", [](json& seed) { seed["checksum"]["checksum"] = "bb"; }) == "modified body");
  CHECK(seen("seed.shop.a", [](json& seed) { seed["checksum"]["name"] = "path"; }) == "modified body");
  CHECK(seen("model.shop.a", [](json& model) { model["checksum"]["checksum"] = "bb"; }) == "-");
  json none = testing::every_type();
  testing::record(none, "seed.shop.a")["checksum"] = {{"name", "none"}, {"checksum", ""}};
  CHECK(testing::Pair(none, none).seen("seed.shop.a") == "modified body");
}

TEST_CASE("configs are compared as they were written") {
  const auto unrendered = [](const char* key, const json& value) {
    return [key, value](json& node) { node["unrendered_config"][key] = value; };
  };
  for (const char* id : {"model.shop.a", "seed.shop.a", "snapshot.shop.a", "analysis.shop.a", "operation.shop.a",
                         "function.shop.f", "source.shop.raw.orders", "exposure.shop.board", "metric.shop.revenue"}) {
    CAPTURE(id);
    CHECK(seen(id, unrendered("materialized", "view")) == "modified configs");
    CHECK(seen(id, unrendered("meta", {{"owner", "ann"}})) == "modified configs");
    CHECK(seen(id, unrendered("my_own_key", nullptr)) == "modified configs");
    CHECK(seen(id, [](json& node) { node["config"]["materialized"] = "view"; }) == "-");
  }
  for (const char* id : {"test.shop.generic", "test.shop.singular"}) {
    CAPTURE(id);
    CHECK(seen(id, unrendered("severity", "warn")) == "modified configs");
    CHECK(seen(id, unrendered("store_failures_as", "view")) == "modified configs");
    CHECK(seen(id, unrendered("meta", {{"owner", "ann"}})) == "-");
  }
  // What other comparisons or none look at.
  CHECK(seen("model.shop.a", unrendered("tags", {"nightly"})) == "-");
  CHECK(seen("model.shop.a", unrendered("group", "finance")) == "-");
  CHECK(seen("metric.shop.revenue", unrendered("group", "finance")) == "-");
  CHECK(seen("source.shop.raw.orders", unrendered("tags", {"nightly"})) == "modified configs");
  CHECK(seen("unit_test.shop.checks", unrendered("meta", {{"owner", "ann"}})) == "-");
}

TEST_CASE("semantic models and saved queries are compared by the config itself") {
  for (const char* id : {"semantic_model.shop.orders", "saved_query.shop.weekly"}) {
    CAPTURE(id);
    CHECK(seen(id, [](json& node) { node["config"]["meta"]["owner"] = "ann"; }) == "modified configs");
    CHECK(seen(id, [](json& node) { node["unrendered_config"]["meta"] = "x"; }) == "-");
    // What an older manifest does not write has its default.
    CHECK(seen(id, [](json& node) { node["config"].erase("enabled"); }) == "-");
    CHECK(seen(id, [](json& node) { node["config"]["enabled"] = false; }) != "modified configs");
  }
  CHECK(seen("saved_query.shop.weekly", [](json& node) { node["config"].erase("cache"); }) == "-");
  CHECK(seen("saved_query.shop.weekly", [](json& node) { node["config"]["cache"]["enabled"] = true; }) ==
        "modified configs");
}

TEST_CASE("relations of nodes are compared as they were written, those of sources as they are") {
  for (const char* key : {"database", "schema", "alias"}) {
    CAPTURE(key);
    for (const char* id : {"model.shop.a", "seed.shop.a", "snapshot.shop.a", "test.shop.singular"}) {
      CAPTURE(id);
      CHECK(seen(id, [&](json& node) { node["unrendered_config"][key] = "other"; }) == "modified relation");
      CHECK(seen(id, [&](json& node) { node["unrendered_config"][key] = nullptr; }) == "-");
      CHECK(seen(id, [&](json& node) { node[key] = "other"; }) == "-");
    }
  }
  CHECK(seen("test.shop.generic", [](json& node) { node["unrendered_config"]["schema"] = "other"; }) == "relation");
  for (const char* key : {"database", "schema", "identifier"}) {
    CAPTURE(key);
    CHECK(seen("source.shop.raw.orders", [&](json& source) { source[key] = "other"; }) == "modified relation");
  }
}

TEST_CASE("descriptions count where they are persisted") {
  const auto with_docs = [](const json& docs, const std::string& id, const std::function<void(json&)>& change) {
    json before = testing::every_type();
    testing::record(before, id)["config"]["persist_docs"] = docs;
    json now = before;
    change(testing::record(now, id));
    return testing::Pair(before, now).seen(id);
  };
  const auto node = [](json& one) { one["description"] = "another"; };
  const auto column = [](json& one) { one["columns"]["id"]["description"] = "another"; };
  const auto more = [](json& one) { one["columns"]["x"] = {{"name", "x"}, {"description", ""}}; };
  const std::string persisted = "modified persisted_descriptions";
  CHECK(seen("model.shop.a", node) == "-");
  CHECK(with_docs({{"relation", true}}, "model.shop.a", node) == persisted);
  CHECK(with_docs({{"relation", true}}, "model.shop.a", column) == "-");
  CHECK(with_docs({{"columns", true}}, "model.shop.a", column) == persisted);
  CHECK(with_docs({{"columns", true}}, "model.shop.a", more) == persisted);
  CHECK(with_docs({{"columns", true}}, "model.shop.a", node) == "-");
  CHECK(with_docs({{"relation", false}, {"columns", false}}, "model.shop.a", node) == "-");
  CHECK(with_docs({{"relation", true}}, "seed.shop.a", node) == persisted);
  CHECK(with_docs({{"relation", true}}, "snapshot.shop.a", node) == persisted);
  CHECK(with_docs({{"relation", true}}, "test.shop.singular", node) == "-");  // a test's config has no persist_docs
  CHECK(with_docs({{"columns", true}}, "model.shop.a", [](json& one) { one["columns"]["id"]["data_type"] = "int"; }) ==
        "-");
}

TEST_CASE("fqn") {
  const auto move = [](json& node) { node["fqn"] = {"shop", "folder", "a"}; };
  for (const char* id : {"model.shop.a", "seed.shop.a", "test.shop.generic", "test.shop.singular",
                         "source.shop.raw.orders", "exposure.shop.board"}) {
    CAPTURE(id);
    CHECK(seen(id, move) == "modified");
  }
  for (const char* id : {"metric.shop.revenue", "semantic_model.shop.orders", "saved_query.shop.weekly"}) {
    CAPTURE(id);
    CHECK(seen(id, move) == "-");
  }
  CHECK(seen("model.shop.a", [](json& node) { node["original_file_path"] = "models/x/a.sql"; }) == "-");
}

TEST_CASE("what refs to a model depend on") {
  CHECK(seen("model.shop.a", [](json& model) { model["access"] = "public"; }) == "modified");
  CHECK(seen("model.shop.a", [](json& model) { model["latest_version"] = 2; }) == "modified");
  CHECK(seen("model.shop.a", [](json& model) { model["deprecation_date"] = "2030-01-01T00:00:00Z"; }) == "modified");
  CHECK(seen("model.shop.a", [](json& model) { model["version"] = 2; }) == "-");
  CHECK(seen("model.shop.a", [](json& model) { model["group"] = "finance"; }) == "-");
  CHECK(seen("model.shop.a", [](json& model) { model.erase("access"); }) == "-");  // dbt before 1.5
}

TEST_CASE("what defines nodes that are no models") {
  const auto set = [](const char* key, const json& value) { return [key, value](json& node) { node[key] = value; }; };
  for (const auto& [id, key, value] : std::initializer_list<std::tuple<const char*, const char*, json>>{
           {"source.shop.raw.orders", "quoting", {{"database", true}}},
           {"source.shop.raw.orders", "freshness", {{"warn_after", {{"count", 1}, {"period", "day"}}}}},
           {"source.shop.raw.orders", "freshness", {{"warn_after", {{"count", nullptr}, {"period", nullptr}}}}},
           {"source.shop.raw.orders", "loaded_at_field", "at"},
           {"source.shop.raw.orders", "external", {{"location", "s3://x"}}},
           {"exposure.shop.board", "type", "notebook"},
           {"exposure.shop.board", "owner", {{"name", "Bob"}}},
           {"exposure.shop.board", "maturity", "low"},
           {"exposure.shop.board", "url", "https://x"},
           {"exposure.shop.board", "description", "another"},
           {"exposure.shop.board", "label", "another"},
           {"exposure.shop.board", "depends_on", {{"nodes", {"model.shop.a"}}, {"macros", json::array()}}},
           {"metric.shop.revenue", "type", "ratio"},
           {"metric.shop.revenue", "description", "another"},
           {"metric.shop.revenue", "label", "another"},
           {"semantic_model.shop.orders", "model", "ref('b')"},
           {"semantic_model.shop.orders", "entities", json::array()},
           {"semantic_model.shop.orders", "measures", {{{"name", "m"}}}},
           {"semantic_model.shop.orders", "group", "finance"},
           {"saved_query.shop.weekly", "label", "another"},
           {"saved_query.shop.weekly", "tags", {"nightly"}},
           {"saved_query.shop.weekly", "exports", json::array()},
           {"function.shop.f", "arguments", json::array()},
           {"function.shop.f", "returns", {{"data_type", "text"}}},
           {"unit_test.shop.checks", "checksum", "bb"}}) {
    CAPTURE(id);
    CAPTURE(key);
    CHECK(seen(id, set(key, value)) == "modified");
  }
  for (const auto& [id, key, value] : std::initializer_list<std::tuple<const char*, const char*, json>>{
           {"source.shop.raw.orders", "description", "another"},
           {"source.shop.raw.orders", "tags", {"nightly"}},
           {"exposure.shop.board", "tags", {"nightly"}},
           {"metric.shop.revenue", "filter", "x > 1"},
           {"unit_test.shop.checks", "description", "another"},
           {"model.shop.a", "tags", {"nightly"}}}) {
    CAPTURE(id);
    CAPTURE(key);
    CHECK(seen(id, set(key, value)) == "-");
  }
}

TEST_CASE("a saved query's parameters and exports") {
  const char* id = "saved_query.shop.weekly";
  CHECK(seen(id, [](json& query) { query["query_params"]["metrics"] = {"cost"}; }) == "modified");
  CHECK(seen(id, [](json& query) { query["query_params"]["where"] = "x"; }) == "modified");
  CHECK(seen(id, [](json& query) { query["query_params"]["limit"] = 9; }) == "-");
  CHECK(seen(id, [](json& query) { query["exports"][0]["name"] = "out2"; }) == "modified");
  CHECK(seen(id, [](json& query) { query["exports"][0]["unrendered_config"]["alias"] = "v"; }) == "modified");
  CHECK(seen(id, [](json& query) { query["exports"][0]["unrendered_config"]["other"] = "y"; }) == "-");
}

TEST_CASE("the time of parsing is no change, but a created_at of somebody else's is") {
  CHECK(seen("exposure.shop.board", [](json& exposure) { exposure["created_at"] = 22.75; }) == "-");
  CHECK(seen("source.shop.raw.orders", [](json& source) { source["created_at"] = 22.75; }) == "-");
  json before = testing::every_type();
  testing::record(before, "exposure.shop.board")["owner"]["created_at"] = 1;
  json now = before;
  testing::record(now, "exposure.shop.board")["owner"]["created_at"] = 2;
  CHECK(testing::Pair(before, now).seen("exposure.shop.board") == "modified");
}

TEST_CASE("new nodes") {
  const json now = testing::every_type();
  json before = testing::empty_manifest();
  before["macros"] = now["macros"];
  const testing::Pair pair(before, now);
  CHECK(pair.ids("new").size() == pair.project().size());
  CHECK(pair.ids("old").empty());
  for (const char* id : {"model.shop.a", "seed.shop.a", "test.shop.generic", "function.shop.f", "operation.shop.a"}) {
    CAPTURE(id);
    CHECK(pair.seen(id) == "modified body configs persisted_descriptions relation contract");
  }
  CHECK(pair.seen("unit_test.shop.checks") == "modified");
  CHECK(pair.seen("source.shop.raw.orders") == "configs relation");  // for dbt a new source is not modified
  for (const char* id :
       {"exposure.shop.board", "metric.shop.revenue", "semantic_model.shop.orders", "saved_query.shop.weekly"}) {
    CAPTURE(id);
    CHECK(pair.seen(id) == "configs");
  }
}

TEST_CASE("an unknown value of state: is an error with the nearest one") {
  const json manifest = testing::every_type();
  const testing::Pair pair(manifest, manifest);
  const std::string error = pair.ids("modified.bodi").front();
  CHECK(error.find("did you mean 'modified.body'?") != std::string::npos);
  CHECK(pair.ids("").front().find("is no value of the method 'state'") != std::string::npos);
}

}  // namespace
}  // namespace plowline
