#include "selection/select.h"

#include <doctest/doctest.h>
#include <string>

#include "selection/listing.h"
#include "selection/projects.h"
#include "support/support.h"

namespace plowline {
namespace {

using Names = std::vector<std::string>;

// a -> b -> c -> d, with a relationships test between a and c, a not_null test on b, a blank model.
nlohmann::json chain() {
  nlohmann::json manifest = testing::empty_manifest();
  testing::add_model(manifest, "a", {}, "staging");
  testing::add_model(manifest, "b", {"a"});
  testing::add_model(manifest, "c", {"b"});
  testing::add_model(manifest, "d", {"c"});
  testing::add_model(manifest, "blank", {})["raw_code"] = " \n";
  testing::add_test(manifest, "rel", "relationships", {"a", "c"});
  testing::add_test(manifest, "nn_b", "not_null", {"b"});
  manifest["sources"]["source.shop.raw.orders"] = {{"unique_id", "source.shop.raw.orders"},
                                                   {"resource_type", "source"},
                                                   {"name", "orders"},
                                                   {"source_name", "raw"},
                                                   {"package_name", "shop"},
                                                   {"fqn", {"shop", "raw", "orders"}},
                                                   {"original_file_path", "models/staging/_src.yml"},
                                                   {"config", {{"enabled", true}}}};
  return manifest;
}

Names select(SelectionRequest request, const nlohmann::json& manifest = chain()) {
  const Project project = testing::project_of(manifest);
  Selector selector(project, {});
  return testing::names_of(selector, request);
}

SelectionRequest asked(std::vector<std::string> criteria) {
  SelectionRequest request;
  request.select = std::move(criteria);
  return request;
}

TEST_CASE("each dbt command keeps its own kinds") {
  SelectionRequest request = asked({"+c"});
  CHECK(select(request) == Names{"a", "b", "c", "nn_b", "rel"});
  request.dbt_command = "run";
  CHECK(select(request) == Names{"a", "b", "c"});
  request.dbt_command = "test";
  CHECK(select(request) == Names{"nn_b", "rel"});
  request.dbt_command = "build";
  CHECK(select(request) == Names{"a", "b", "c", "nn_b", "rel"});
  request.exclude_resource_types = {"test"};
  CHECK(select(request) == Names{"a", "b", "c"});
  request.dbt_command = "bild";
  CHECK(select(request).at(0).starts_with("'bild' is no dbt command that selects nodes\n  did you mean 'build'?"));
}

TEST_CASE("a model with blank SQL is listed, but not run") {
  SelectionRequest request = asked({"blank"});
  CHECK(select(request) == Names{"blank"});
  request.dbt_command = "run";
  CHECK(select(request).empty());
}

TEST_CASE("--models means models only and stands alone") {
  SelectionRequest request;
  request.models = {"+c"};
  CHECK(select(request) == Names{"a", "b", "c"});
  request.select = {"a"};
  CHECK(select(request).at(0).starts_with("--models and --select exclude each other"));
  request.select = {};
  request.resource_types = {"seed"};
  CHECK(select(request).at(0).starts_with("--models and --resource-type exclude each other"));
}

TEST_CASE("resource types that dbt does not take") {
  SelectionRequest request;
  request.resource_types = {"modle"};
  CHECK(select(request).at(0).starts_with(
      "'modle' is not a valid resource type of --resource-type\n  did you mean 'model'?"));
  request.resource_types = {"MODEL"};
  CHECK(select(request).at(0).starts_with("'MODEL' is not a valid resource type"));
  request.resource_types = {};
  request.exclude_resource_types = {"default"};
  CHECK(select(request).at(0).starts_with("'default' is not a valid resource type of --exclude-resource-type"));
  CHECK(select(asked({"resource_type:view"})).at(0).starts_with("Invalid resource_type selector \"view\""));
}

TEST_CASE("bad values of known methods are errors") {
  CHECK(select(asked({"source:a.b.c.d"})).at(0).starts_with("Invalid source selector value \"a.b.c.d\""));
  CHECK(select(asked({"exposure:a.b.c"})).at(0).starts_with("Invalid exposure selector value \"a.b.c\""));
  CHECK(select(asked({"unit_test:a.b.c"})).at(0).starts_with("Invalid unit_test selector value \"a.b.c\""));
  CHECK(select(asked({"test_type:x"})).at(0).starts_with("Invalid test type selector x"));
  CHECK(select(asked({"version:newest"})).at(0).starts_with("Invalid version type selector newest"));
  CHECK(select(asked({"path:"})).at(0).starts_with("path: needs a pattern"));
  CHECK(select(asked({"path:/abs"})).at(0).starts_with("path:/abs: dbt takes paths relative"));
  CHECK(select(asked({"path:a**/b"})).at(0).starts_with("path:a**/b: '**' must be a whole part"));
  CHECK(select(asked({"path:."})).at(0).starts_with("path:.: dbt refuses the project's folder itself"));
}

TEST_CASE("without an earlier state its methods are errors, wherever they stand") {
  CHECK(select(asked({"state:modified"})).at(0) ==
        "Got a state selector method, but no comparison manifest\n"
        "  give the folder of an earlier manifest.json: --state DIR");
  CHECK(select(asked({"a,result:error"})).at(0).starts_with("No comparison run_results"));
  SelectionRequest request = asked({"a"});
  request.exclude = {"source_status:fresher"};
  CHECK(select(request).at(0).starts_with("No previous state comparison freshness results"));
}

class FixedState : public PreviousState {
 public:
  explicit FixedState(const Project& project) : project_(project) {}
  Result<NodeSet> state(std::string_view value) const override {
    if (value != "new") return usage_error("unknown");
    NodeSet nodes(project_.size());
    nodes.insert(*project_.find("model.shop.b"));
    return nodes;
  }
  Result<NodeSet> result(std::string_view) const override { return NodeSet(project_.size()); }
  Result<NodeSet> source_status(std::string_view) const override { return NodeSet(project_.size()); }

 private:
  const Project& project_;
};

TEST_CASE("with one, its answer is a set like any other method's") {
  const Project project = testing::project_of(chain());
  const FixedState state(project);
  Selector selector(project, {.project_folder = {}, .selectors_yml = {}, .previous = &state});
  SelectionRequest request = asked({"state:new+1"});
  request.indirect = IndirectSelection::kEmpty;
  CHECK(testing::names_of(selector, request) == Names{"b", "c", "nn_b"});
}

TEST_CASE("what matches nothing is said, in dbt's words and order") {
  const Project project = testing::project_of(chain());
  Selector selector(project, {});
  SelectionRequest request = asked({"nope  a,nope2"});
  request.exclude = {"nope3"};
  Warnings warnings;
  REQUIRE(selector.select(request, warnings).has_value());
  Names texts;
  for (const Warning& warning : warnings) texts.push_back(warning.code + ": " + warning.message);
  CHECK(texts == Names{"no-nodes-for-criterion: The selection criterion 'nope' does not match any enabled nodes",
                       "no-nodes-for-criterion: The selection criterion '' does not match any enabled nodes",
                       "no-nodes-for-criterion: The selection criterion 'a,nope2' does not match any enabled nodes",
                       "no-nodes-for-criterion: The selection criterion 'nope3' does not match any enabled nodes",
                       "no-nodes-selected: No nodes selected!"});
}

TEST_CASE("disabled nodes take no part, nor does a walk pass through them") {
  nlohmann::json manifest = chain();
  manifest["nodes"]["model.shop.b"]["config"]["enabled"] = false;
  CHECK(select(asked({"b"}), manifest).empty());
  CHECK(select(asked({"+c"}), manifest) == Names{"c", "rel"});
}

TEST_CASE("indirect selection, alone and after criteria are put together") {
  SelectionRequest request = asked({"a", "c"});
  CHECK(select(request) == Names{"a", "c", "rel"});
  request.indirect = IndirectSelection::kCautious;
  CHECK(select(request) == Names{"a", "c", "rel"});
  CHECK(select({.select = {"a"}, .indirect = IndirectSelection::kCautious}) == Names{"a"});
  // c's test needs a, which is upstream of c: buildable takes it.
  CHECK(select({.select = {"c"}, .indirect = IndirectSelection::kBuildable}) == Names{"c", "rel"});
  CHECK(select({.select = {"c"}, .indirect = IndirectSelection::kCautious}) == Names{"c"});
  CHECK(select({.select = {"c"}, .indirect = IndirectSelection::kEmpty}) == Names{"c"});
}

TEST_CASE("path: in the project's folder") {
  const testing::TemporaryFolder folder;
  folder.write("models/staging/a.sql", "");
  folder.write("models/marts/b.sql", "");
  folder.write("models/.hidden.sql", "");
  const Project project = testing::project_of(chain());
  Selector selector(project, {.project_folder = folder.path(), .selectors_yml = {}, .previous = nullptr});
  const auto models = [&](const std::string& criterion) {
    SelectionRequest request = asked({criterion});
    request.resource_types = {"model"};
    return testing::names_of(selector, request);
  };
  CHECK(models("path:models/staging") == Names{"a"});
  CHECK(models("./models//staging/") == Names{"a"});
  CHECK(models("path:models/**/b.sql") == Names{"b"});
  CHECK(models("path:models/m*") == Names{"b", "blank", "c", "d"});
  CHECK(models("path:**") == Names{"a", "b", "blank", "c", "d"});
  // c.sql is in the manifest, but not in the folder.
  CHECK(models("path:models/marts/c.sql").empty());
  CHECK(models("path:models/staging/a.sql/").empty());
  CHECK(models("path:models/../models/staging").empty());
}

TEST_CASE("path: without the folder looks at the manifest's paths") {
  const Project project = testing::project_of(chain());
  Selector selector(project, {.project_folder = "/does/not/exist", .selectors_yml = {}, .previous = nullptr});
  SelectionRequest request = asked({"models/staging/*.sql"});
  request.dbt_command = "run";
  CHECK(testing::names_of(selector, request) == Names{"a"});
  CHECK(testing::names_of(selector, asked({"models/staging/_src.yml"})) == Names{"orders"});
}

TEST_CASE("many ** in a deep tree stay cheap") {
  const testing::TemporaryFolder folder;
  std::string path = "a";
  for (int i = 0; i < 40; ++i) path += "/a";
  folder.write(path + "/x.sql", "");
  const Project project = testing::project_of(chain());
  Selector selector(project, {.project_folder = folder.path(), .selectors_yml = {}, .previous = nullptr});
  std::string pattern = "path:";
  for (int i = 0; i < 30; ++i) pattern += "**/a/";
  CHECK(testing::names_of(selector, asked({pattern + "nothing"})).empty());
}

std::string reasons_of(const std::string& criterion, const std::string& name, IndirectSelection indirect) {
  const Project project = testing::project_of(chain());
  Selector selector(project, {});
  SelectionRequest request = asked({criterion});
  request.indirect = indirect;
  const Result<std::vector<Explanation>> all = selector.explain(request);
  REQUIRE(all.has_value());
  std::string out;
  for (const Explanation& one : *all) {
    if (project.node(one.node).name != name) continue;
    for (const Reason& reason : one.reasons) {
      static const char* const kSteps[] = {"matched",          "ancestor", "descendant",
                                           "childrens-parent", "test",     "completed"};
      out += reason.criterion + " " + kSteps[static_cast<int>(reason.step)];
      if (reason.via) out += " " + std::string(project.node(*reason.via).name);
      out += "; ";
    }
  }
  return out;
}

TEST_CASE("explain says which criterion selected a node and by which step") {
  using enum IndirectSelection;
  CHECK(reasons_of("+c", "c", kEager) == "+c matched; ");
  CHECK(reasons_of("+c", "a", kEager) == "+c ancestor c; ");
  CHECK(reasons_of("b+", "d", kEager) == "b+ descendant b; ");
  CHECK(reasons_of("@c", "a", kEager) == "@c ancestor c; ");
  CHECK(reasons_of("@nn_b d,d", "d", kEager) == "d matched; d matched; ");
  CHECK(reasons_of("a", "rel", kEager) == "a test a; ");
  CHECK(reasons_of("a c", "rel", kCautious) == "a completed a; c completed c; ");
  CHECK(reasons_of("+c c+", "c", kEager) == "+c matched; c+ matched; ");
}

TEST_CASE("explain: @ reaches parents of children") {
  nlohmann::json manifest = testing::empty_manifest();
  testing::add_model(manifest, "a");
  testing::add_model(manifest, "other");
  testing::add_model(manifest, "child", {"a", "other"});
  const Project project = testing::project_of(manifest);
  Selector selector(project, {});
  const Result<std::vector<Explanation>> all = selector.explain(asked({"@a"}));
  REQUIRE(all.has_value());
  REQUIRE(all->size() == 3);
  const Reason& reason = all->at(2).reasons.at(0);
  CHECK(project.node(all->at(2).node).name == "other");
  CHECK(reason.step == Reason::Step::kChildrensParent);
  CHECK(project.node(reason.via.value()).name == "child");
}

TEST_CASE("json lines are written as Python writes them") {
  nlohmann::json manifest = testing::empty_manifest();
  nlohmann::json& model = testing::add_model(manifest, "a");
  model["description"] = "caf\u00e9 \U0001F600 \"q\" \\ / \x7F\t";
  model["config"]["meta"] = {{"x", nullptr}, {"y", {1, 2.5}}};
  const Project project = testing::project_of(manifest);
  const auto line = [&](std::vector<std::string> keys) {
    return listed(project, NodeId{0}, ListOutput::kJson, keys).value_or("error");
  };
  CHECK(line({"description"}) == R"({"description": "caf\u00e9 \ud83d\ude00 \"q\" \\ / \u007f\t"})");
  CHECK(line({"name", "config.meta.y", "config.meta.x", "nope", "config.nope.x", "name"}) ==
        R"({"name": "a", "config.meta.y": [1, 2.5]})");
  CHECK(line({}).find("original_file_path") != std::string::npos);
  CHECK(line({}).find("raw_code") == std::string::npos);
}

}  // namespace
}  // namespace plowline
