#include "backfill/blue_green.h"

#include <doctest/doctest.h>
#include <optional>
#include <string>

#include "artifact/manifest.h"
#include "backfill/small_manifest.h"
#include "support/support.h"

namespace plowline {
namespace {

using testing::packages_of;
using testing::SmallManifest;

const std::string kEvents = "model.snowplow_unified.snowplow_unified_base_events_this_run";

// Both sides of a backfill of `names`.
struct Sides {
  Project branch;
  Project production;
  SnowplowPackages branch_packages = packages_of(branch);
  SnowplowPackages production_packages = packages_of(production);
  Warnings warnings;

  Result<BlueGreen> of(const std::vector<std::string>& names, std::optional<std::string> to = {}) {
    std::vector<NodeId> models;
    for (const std::string& name : names) {
      const auto id = branch.find("model.shop." + name);
      REQUIRE(id);
      models.push_back(*id);
    }
    return blue_green({branch, production, branch_packages, production_packages, models, std::move(to)}, warnings);
  }
};

SmallManifest with_orders(const std::string& target) {
  SmallManifest manifest(target);
  manifest.model("orders", "derived", true, {kEvents}).model("report", "", false, {"model.shop.orders"}, "table");
  return manifest;
}

TEST_CASE("the new model goes where its neighbours went") {
  Sides sides{with_orders("staging").model("my_new_model", "derived", true, {kEvents}).project(),
              with_orders("prod").project()};
  const auto both = sides.of({"my_new_model"});
  REQUIRE(both);
  REQUIRE(both->models.size() == 1);
  const NewModel& model = both->models[0];
  CHECK(model.requested);
  CHECK(model.has_history);
  CHECK_FALSE(model.in_production);
  CHECK(shown(model.staging) == "shop.staging_derived.my_new_model");
  REQUIRE(model.production);
  CHECK(shown(*model.production) == "shop.prod_derived.my_new_model");
  CHECK(model.placement == "what lies in shop.staging_derived goes to shop.prod_derived in production, as does orders");
  REQUIRE(both->packages.size() == 1);
  const PackageTables& package = both->packages[0];
  CHECK(package.package == "snowplow_unified");
  CHECK(shown(package.staging_manifest) == "shop.staging_snowplow_manifest.snowplow_unified_incremental_manifest");
  CHECK(shown(package.production_manifest) == "shop.prod_snowplow_manifest.snowplow_unified_incremental_manifest");
  CHECK_FALSE(package.shared);
  CHECK(package.staging_models == std::vector<std::string>{"my_new_model"});
  CHECK(package.new_models == std::vector<std::string>{"my_new_model"});
  CHECK(package.production_models == std::vector<std::string>{"orders"});
  CHECK(sides.warnings.empty());
}

TEST_CASE("the first model of a custom schema goes where the rule of the others' names sends it") {
  Sides sides{with_orders("staging").model("my_new_model", "fresh", true, {kEvents}).project(),
              with_orders("prod").project()};
  const auto both = sides.of({"my_new_model"});
  REQUIRE(both);
  REQUIRE(both->models[0].production);
  CHECK(shown(*both->models[0].production) == "shop.prod_fresh.my_new_model");
  CHECK(both->models[0].placement ==
        "by the rule that the schemas of the other models follow, shop.staging_fresh in staging is shop.prod_fresh in "
        "production");
}

TEST_CASE("where production takes custom schemas as they stand, staging's one schema says nothing by itself") {
  // generate_schema_name_for_env: everything in one schema in staging, custom schemas alone in production.
  const auto flat = [](SmallManifest manifest) {
    manifest.schema("orders", "staging").schema("report", "staging");
    return manifest;
  };
  SmallManifest production = with_orders("prod");
  production.schema("orders", "derived").schema("report", "prod");
  for (const char* name : {"snowplow_unified_incremental_manifest", "snowplow_unified_base_new_event_limits",
                           "snowplow_unified_base_events_this_run"}) {
    const std::string custom = std::string(name).ends_with("manifest") ? "snowplow_manifest" : "scratch";
    production.merge("model.snowplow_unified." + std::string(name),
                     {{"schema", custom}, {"relation_name", "\"shop\".\"" + custom + "\".\"" + name + "\""}});
  }
  SmallManifest branch = flat(with_orders("staging"));
  branch.model("as_orders", "derived", true, {kEvents}).schema("as_orders", "staging");
  branch.model("first_of_its_schema", "fresh", true, {kEvents}).schema("first_of_its_schema", "staging");
  Sides sides{branch.project(), production.project()};
  const auto both = sides.of({"as_orders", "first_of_its_schema"});
  REQUIRE(both);
  REQUIRE(both->models.size() == 2);
  REQUIRE(both->models[0].production);
  CHECK(shown(*both->models[0].production) == "shop.derived.as_orders");
  REQUIRE(both->models[1].production);
  CHECK(shown(*both->models[1].production) == "shop.fresh.first_of_its_schema");
}

TEST_CASE("where the others do not agree, nothing is guessed, and --to says it") {
  SmallManifest branch = with_orders("staging");
  branch.model("others", "derived", false).model("my_new_model", "derived", true, {kEvents});
  SmallManifest production = with_orders("prod");
  production.model("others", "derived", false).schema("others", "elsewhere");
  Sides sides{branch.project(), production.project()};
  const auto unknown = sides.of({"my_new_model"});
  REQUIRE(unknown);
  CHECK_FALSE(unknown->models[0].production);
  REQUIRE(sides.warnings.size() == 1);
  CHECK(sides.warnings[0].code == "production-place-unknown");
  const auto told = sides.of({"my_new_model"}, "shop.\"Prod\".my_new_model");
  REQUIRE(told);
  REQUIRE(told->models[0].production);
  CHECK(told->models[0].production->schema == NamePart{"Prod", true});
  const auto wrong = sides.of({"my_new_model"}, "my_new_model");
  REQUIRE_FALSE(wrong);
  CHECK(wrong.error().reason.starts_with("--to: 'my_new_model' is no name of a table"));
}

TEST_CASE("what the new model needs and production lacks comes along, upstream first") {
  SmallManifest branch = with_orders("staging");
  branch.model("a_last", "derived", true, {"model.shop.z_helper_this_run"})
      .model("z_helper_this_run", "derived", true, {kEvents}, "table")
      .model("unrelated", "derived", true, {kEvents});
  Sides sides{branch.project(), with_orders("prod").project()};
  const auto both = sides.of({"a_last"});
  REQUIRE(both);
  REQUIRE(both->models.size() == 2);
  CHECK(both->models[0].name == "z_helper_this_run");
  CHECK_FALSE(both->models[0].requested);
  CHECK_FALSE(both->models[0].has_history);
  CHECK(both->models[1].name == "a_last");
  const PackageTables& package = both->packages.at(0);
  CHECK(package.staging_models == std::vector<std::string>{"a_last", "z_helper_this_run"});
  // All of these will be counted after the merge.
  CHECK(package.new_models == std::vector<std::string>{"a_last", "unrelated", "z_helper_this_run"});
}

TEST_CASE("one manifest table on both sides is told") {
  Sides sides{with_orders("prod").model("my_new_model", "derived", true, {kEvents}).project(),
              with_orders("prod").project()};
  const auto both = sides.of({"my_new_model"});
  REQUIRE(both);
  CHECK(both->packages.at(0).shared);
}

TEST_CASE("a model that production has already keeps its place") {
  Sides sides{with_orders("staging").project(), with_orders("prod").schema("orders", "elsewhere").project()};
  const auto both = sides.of({"orders"});
  REQUIRE(both);
  CHECK(both->models[0].in_production);
  CHECK(shown(*both->models[0].production) == "shop.elsewhere.orders");
  CHECK(both->packages.at(0).new_models.empty());
}

TEST_CASE("what cannot be backfilled is an error") {
  SmallManifest branch = with_orders("staging");
  branch.model("broken", "derived", true, {kEvents}).merge("model.shop.broken", {{"relation_name", "\"shop\".\"open"}});
  branch.model("off", "derived", true, {kEvents}).merge("model.shop.off", {{"config", {{"enabled", false}}}});
  Sides sides{branch.project(), with_orders("prod").project()};
  const auto broken = sides.of({"broken"});
  REQUIRE_FALSE(broken);
  CHECK(broken.error().file == "manifest.json");
  CHECK(broken.error().position.path == "$.nodes[\"model.shop.broken\"].relation_name");
  const auto off = sides.of({"off"});
  REQUIRE_FALSE(off);
  CHECK(off.error().reason == "model.shop.off is no enabled model");
  const auto two = sides.of({"orders", "report"}, "shop.prod.orders");
  REQUIRE_FALSE(two);
  CHECK(two.error().reason == "--to names one table, but several models are to be moved");
}

TEST_CASE("a package that production does not have has nowhere to record the model") {
  SmallManifest production("prod");
  production.merge("model.snowplow_unified.snowplow_unified_incremental_manifest", {{"name", "renamed"}});
  Sides sides{with_orders("staging").model("my_new_model", "derived", true, {kEvents}).project(), production.project()};
  const auto both = sides.of({"my_new_model"});
  REQUIRE_FALSE(both);
  CHECK(both.error().reason ==
        "snowplow_unified has no incremental manifest in production: there is nothing to record the new model in");
}

TEST_CASE("the recorded project of the real packages") {
  const auto shared = testing::shared_or_skip("the recorded backfills");
  if (shared.empty()) return;
  const auto logs = shared / "corpus" / "snowplow_logs";
  Warnings warnings;
  const auto read = [&](const char* file) {
    auto manifest = read_manifest(logs / file, warnings);
    REQUIRE_MESSAGE(manifest, to_text(manifest.error()));
    auto project = Project::build(std::move(*manifest), warnings);
    REQUIRE(project);
    return std::move(*project);
  };
  Sides sides{read("B_staging_backfill/staging_manifest.branch.json"),
              read("A_prod_backfill/prod_manifest.before_merge.json")};
  const auto both = sides.of({"my_new_model"});
  REQUIRE(both);
  REQUIRE(both->models.size() == 1);
  REQUIRE(both->models[0].production);
  CHECK(shown(*both->models[0].production) == "shop.prod_derived.my_new_model");
  CHECK(both->packages.at(0).staging_models ==
        std::vector<std::string>{"my_new_model", "snowplow_unified_pv_engaged_time", "snowplow_unified_pv_scroll_depth",
                                 "snowplow_unified_views_this_run"});
  CHECK(both->packages.at(0).new_models == std::vector<std::string>{"my_new_model"});
  CHECK(both->packages.at(0).production_models.size() == 13);
}

}  // namespace
}  // namespace plowline
