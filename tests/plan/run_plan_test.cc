#include "plan/run_plan.h"

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include "plan/run_plan_json.h"
#include "plan/run_plan_text.h"
#include "snowplow/small_manifest.h"

namespace plowline::testing {
namespace {

using Words = std::vector<std::string>;
using Json = nlohmann::json;

const std::string kTag = "snowplow_unified_incremental";
const std::string kViews = "model.snowplow_unified.snowplow_unified_views_this_run";
const std::string kNew = "model.shop.my_new_model";

SmallManifest shop() {
  return SmallManifest()
      .utils_that_raise()
      .snowplow_package("snowplow_unified")
      .node(kNew, {.tags = {kTag}, .parents = {kViews}, .materialized = "incremental"})
      .node("model.shop.report", {.parents = {kNew}});
}

RunRequest request_for(const Words& select, const std::string& command = "run") {
  RunRequest request;
  request.selection.select = select;
  request.invocation.subcommand = command;
  return request;
}

struct Planned {
  Result<RunPlan> plan;
  Warnings warnings;

  Words codes() const {
    Words out;
    for (const Warning& warning : warnings) out.push_back(warning.code);
    return out;
  }
  Words argv() const { return plan->invocation.argv(VarsStyle::kJson).value(); }
};

Planned planned(const Project& project, RunRequest request) {
  Selector selector(project, {});
  Warnings warnings;
  auto plan = plan_run(project, selector, std::move(request), warnings);
  return {std::move(plan), std::move(warnings)};
}

}  // namespace

TEST_CASE("plan: nodes, value and command belong together") {
  const Project project = build_project(shop());
  const Planned run = planned(project, request_for({"+my_new_model"}));
  REQUIRE(run.plan.has_value());
  CHECK(run.warnings.empty());
  CHECK(run.plan->nodes.size() == 6);
  CHECK(run.plan->models_to_run.value == "my_new_model snowplow_unified_views_this_run");
  CHECK(run.argv() == Words{"dbt", "run", "--select", "+my_new_model", "--vars",
                            R"({"models_to_run": "my_new_model snowplow_unified_views_this_run"})"});
  CHECK(run.plan->project->name == "shop");
  CHECK(run.plan->nodes.front().reasons.empty());  // nobody asked
  RunRequest asked = request_for({"+my_new_model"});
  asked.explain = true;
  const Planned explained = planned(project, std::move(asked));
  REQUIRE(explained.plan.has_value());
  CHECK(explained.plan->nodes.front().reasons == Words{"+my_new_model matches it"});
  CHECK(explained.plan->nodes.front().counted_by == Words{"snowplow_unified"});
}

TEST_CASE("plan: a plan outlives its project") {
  Result<RunPlan> plan;
  {
    const Project project = build_project(shop());
    plan = planned(project, request_for({"+my_new_model"})).plan;
  }
  REQUIRE(plan.has_value());
  CHECK(plan->nodes.front().unique_id == kNew);
  CHECK(contains(explanation_text(*plan), "my_new_model"));
}

TEST_CASE("plan: nothing to run is an error with the nearest name, said once") {
  const Project project = build_project(shop());
  const Planned run = planned(project, request_for({"+my_new_modl"}));
  REQUIRE(!run.plan.has_value());
  CHECK(run.plan.error().status == ExitStatus::kUsage);
  CHECK(run.plan.error().next_step == "did you mean 'my_new_model'?");
  CHECK(run.codes() == Words{"no-nodes-for-criterion"});
  // What is selected but nothing that the command works on.
  CHECK(contains(planned(project, request_for({"my_new_model"}, "seed")).plan.error().reason, "'dbt seed'"));
}

TEST_CASE("plan: dbt test of a selection has the variables of its dbt run, and none of its warnings") {
  SmallManifest manifest = shop();
  manifest.node("test.shop.unique_my_new_model", {.parents = {kNew}});
  const Project project = build_project(manifest);
  const Planned run = planned(project, request_for({"my_new_model"}));
  const Planned test = planned(project, request_for({"my_new_model"}, "test"));
  REQUIRE(run.plan.has_value());
  REQUIRE(test.plan.has_value());
  CHECK(run.codes() == Words{"upstream-not-selected"});
  CHECK(test.codes().empty());
  CHECK(test.plan->models_to_run.value == run.plan->models_to_run.value);
  CHECK(test.plan->nodes.size() == 1);
  CHECK(test.argv()[1] == "test");
}

TEST_CASE("plan: variables of the user's own are kept, and may not contradict") {
  const Project project = build_project(shop());
  RunRequest agrees = request_for({"my_new_model"});
  REQUIRE(agrees.invocation.vars.add("models_to_run", YamlValue::string("my_new_model"), "--vars").has_value());
  REQUIRE(agrees.invocation.vars.add("mine", YamlValue::integer(1), "--vars").has_value());
  CHECK(planned(project, std::move(agrees)).argv().back() == R"({"models_to_run": "my_new_model", "mine": 1})");
  RunRequest contradicts = request_for({"my_new_model"});
  REQUIRE(contradicts.invocation.vars.add("models_to_run", YamlValue::string("report"), "--vars").has_value());
  const Planned run = planned(project, std::move(contradicts));
  REQUIRE(!run.plan.has_value());
  CHECK(contains(run.plan.error().reason, "models_to_run is set twice"));
}

TEST_CASE("plan: without a tagged model the variable is left out") {
  const Project project = build_project(shop());
  const Planned run = planned(project, request_for({"report"}));
  CHECK(run.argv() == Words{"dbt", "run", "--select", "report"});
  CHECK(run.plan->models_to_run.applies);
  CHECK(contains(run.plan->models_to_run.statement, "left out"));
}

TEST_CASE("plan: listed nodes become selectors, by their name where that is enough") {
  SmallManifest manifest = shop();
  manifest.node("model.blog.report");
  const Project project = build_project(manifest);
  LsNodes listed;
  listed.nodes = {id_of(project, kNew), id_of(project, "model.shop.report")};
  Warnings warnings;
  const auto plan = plan_listed(project, listed, request_for({}), warnings);
  REQUIRE(plan.has_value());
  CHECK(plan->select == Words{"my_new_model", "shop.report"});
  CHECK(plan->models_to_run.value == "my_new_model");
  // A selection of the user's own stays what dbt is told.
  CHECK(plan_listed(project, listed, request_for({"+my_new_model"}), warnings)->select == Words{"+my_new_model"});
  listed.nodes.clear();
  CHECK(!plan_listed(project, listed, request_for({}), warnings).has_value());
}

TEST_CASE("plan: names without a manifest are sorted, each once, with a warning") {
  Warnings warnings;
  const auto plan = plan_names({{"b", true, 1}, {"a", true, 2}, {"b", true, 3}}, request_for({}), warnings);
  REQUIRE(plan.has_value());
  CHECK(plan->models_to_run.value == "a b");
  CHECK(plan->select == Words{"a", "b"});
  REQUIRE(warnings.size() == 1);
  CHECK(warnings[0].code == "no-manifest");
  CHECK(Json::parse(run_plan_json(*plan, Shell::kPosix, warnings).value())["project"].is_null());
  CHECK(!plan_names({}, request_for({}), warnings).has_value());
}

TEST_CASE("plan: the table's columns are as wide as what people see, and names cannot break it") {
  SmallManifest manifest = shop();
  manifest.node("model.shop.größe_naïve", {.parents = {kNew}});
  manifest.node("model.shop.bad\nname", {.parents = {kNew}});
  const Project project = build_project(manifest);
  const Planned run = planned(project, request_for({"my_new_model+"}));
  REQUIRE(run.plan.has_value());
  const std::string text = explanation_text(*run.plan);
  CHECK(contains(text, "\nbad\\nname     model  shop     table         -                 -         -\n"));
  CHECK(contains(text, "\ngröße_naïve   model  shop     table         -                 -         -\n"));
  CHECK(text.starts_with("NODE          TYPE   PACKAGE  MATERIALIZED  COUNTED BY        RELATION  WHY\n"));
}

TEST_CASE("plan: the JSON document renders the command for the shell that is asked for") {
  const Project project = build_project(shop());
  const Planned run = planned(project, request_for({"+my_new_model"}));
  const Json posix = Json::parse(run_plan_json(*run.plan, Shell::kPosix, run.warnings).value());
  const Json cmd = Json::parse(run_plan_json(*run.plan, Shell::kCmd, run.warnings).value());
  CHECK(posix["command"]["shell"] == "posix");
  CHECK(contains(posix["command"]["line"].get<std::string>(), "'{\"models_to_run\": "));
  CHECK(contains(cmd["command"]["line"].get<std::string>(), "\"{models_to_run: '"));
  CHECK(posix["command"]["argv"] == Json(run.argv()));
  CHECK(posix["nodes"] == cmd["nodes"]);
}

}  // namespace plowline::testing
