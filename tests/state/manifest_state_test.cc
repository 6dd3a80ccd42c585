// The folder of an earlier run: what may be missing, results, freshness, manifests of other dbt versions.
#include "state/pairs.h"
#include "support/support.h"

namespace plowline {
namespace {

using testing::json;

struct State {
  testing::TemporaryFolder folder;
  Warnings warnings;
  Project project = testing::project_of(testing::every_type());

  Result<StateArtifacts> read() {
    return read_state(folder.path() / "state", folder.path() / "target" / "sources.json", warnings);
  }
  // What METHOD:VALUE means; an error as its text.
  std::vector<std::string> ids(Result<NodeSet> (ManifestState::*method)(std::string_view) const,
                               std::string_view value) {
    const auto artifacts = read();
    if (!artifacts) return {to_text(artifacts.error())};
    const ManifestState state(project, *artifacts, warnings, testing::today());
    const auto found = (state.*method)(value);
    if (!found) return {to_text(found.error())};
    std::vector<std::string> out;
    for (const NodeId id : found->ids()) out.emplace_back(project.node(id).unique_id);
    return out;
  }
};

std::string sources_json(const std::string& loaded_at, const std::string& status = "pass") {
  json result{{"unique_id", "source.shop.raw.orders"}, {"status", status}};
  if (!loaded_at.empty()) result["max_loaded_at"] = loaded_at;
  return json{{"metadata", json::object()}, {"results", json::array({result})}}.dump();
}

bool starts(const std::vector<std::string>& texts, std::string_view part) {
  return texts.size() == 1 && texts.front().find(part) != std::string::npos;
}

TEST_CASE("what is missing is said when it is needed") {
  State state;
  CHECK(starts(state.ids(&ManifestState::state, "new"), "there is no folder"));
  state.folder.write("state/other.txt", "");
  CHECK(starts(state.ids(&ManifestState::state, "new"), "needs a manifest.json"));
  CHECK(starts(state.ids(&ManifestState::result, "error"), "needs the run_results.json"));
  CHECK(starts(state.ids(&ManifestState::source_status, "fresher"), "needs the sources.json of an earlier run"));
  state.folder.write("state/sources.json", sources_json("2024-01-01T00:00:00Z"));
  CHECK(starts(state.ids(&ManifestState::source_status, "fresher"), "needs a current sources.json"));
  state.folder.write("state/run_results.json", "{");
  CHECK(starts(state.ids(&ManifestState::state, "new"), "run_results.json: at"));
}

TEST_CASE("result: is the status of an earlier run") {
  State state;
  state.folder.write("state/run_results.json",
                     json{{"results", json::array({{{"unique_id", "model.shop.a"}, {"status", "error"}},
                                                   {{"unique_id", "seed.shop.a"}, {"status", "success"}},
                                                   {{"unique_id", "model.shop.gone"}, {"status", "error"}}})}}
                         .dump());
  CHECK(state.ids(&ManifestState::result, "error") == std::vector<std::string>{"model.shop.a"});
  CHECK(state.ids(&ManifestState::result, "success") == std::vector<std::string>{"seed.shop.a"});
  CHECK(state.ids(&ManifestState::result, "no_such_status").empty());
}

TEST_CASE("source_status:fresher compares two points in time") {
  const std::vector<std::string> source{"source.shop.raw.orders"};
  const auto fresher = [](const std::string& before, const std::string& now) {
    State state;
    state.folder.write("state/sources.json", sources_json(before));
    state.folder.write("target/sources.json", sources_json(now));
    return state.ids(&ManifestState::source_status, "fresher");
  };
  CHECK(fresher("2024-01-01T00:00:00Z", "2024-01-01T00:00:00.000001Z") == source);
  CHECK(fresher("2024-01-01T00:00:00Z", "2024-01-01T00:00:00Z").empty());
  CHECK(fresher("2024-01-01T00:00:00Z", "2024-01-01T01:00:00+02:00").empty());
  CHECK(fresher("2024-01-01T02:00:00+02:00", "2024-01-01T00:30:00Z") == source);
  CHECK(fresher("", "2024-01-01T00:00:00Z") == source);  // it had failed
  CHECK(fresher("2024-01-01T00:00:00Z", "").empty());    // it fails now
}

TEST_CASE("an earlier manifest of an old dbt") {
  const json now = testing::every_type();
  json before = now;
  before["metadata"] = {{"dbt_schema_version", "https://schemas.getdbt.com/dbt/manifest/v6.json"},
                        {"dbt_version", "1.2.0"},
                        {"adapter_type", "postgres"}};
  for (const char* kind : {"semantic_models", "saved_queries", "unit_tests", "functions"}) before.erase(kind);
  json& model = testing::record(before, "model.shop.a");
  model["raw_sql"] = model["raw_code"];
  for (const char* key : {"raw_code", "access", "contract", "version", "latest_version", "deprecation_date"})
    model.erase(key);
  const testing::Pair pair(before, now);
  CHECK(pair.seen("model.shop.a") == "-");
  CHECK(pair.seen("source.shop.raw.orders") == "-");
  CHECK(pair.ids("new") == std::vector<std::string>{"function.shop.f", "saved_query.shop.weekly",
                                                    "semantic_model.shop.orders", "unit_test.shop.checks"});

  // And a current project that an old dbt wrote against a newer state.
  const testing::Pair back(now, before);
  CHECK(back.seen("model.shop.a") == "-");
}

}  // namespace
}  // namespace plowline
