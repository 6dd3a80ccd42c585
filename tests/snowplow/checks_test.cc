#include "snowplow/checks.h"

#include "snowplow/small_manifest.h"

namespace plowline::testing {
namespace {

using Codes = std::vector<std::string>;

const std::string kTag = "snowplow_unified_incremental";
const std::string kViews = "model.snowplow_unified.snowplow_unified_views_this_run";
const std::string kDerived = "model.snowplow_unified.snowplow_unified_views";
const std::string kNew = "model.shop.my_new_model";

SmallManifest unified() {
  return SmallManifest().utils_that_raise().snowplow_package("snowplow_unified");
}

SmallManifest with_new_model(const SmallNode& node) {
  return unified().node(kNew, node);
}

// The new model with its lineage, as in `--select +my_new_model`.
Computed over_lineage(const SmallManifest& manifest, const ModelsToRunOptions& options = {}) {
  const Project project = build_project(manifest);
  Computed computed = compute(project, with_lineage(project, {kNew}), options);
  computed.run = {};  // its views end with the project
  return computed;
}

std::string value_over_lineage(const SmallManifest& manifest) {
  const Project project = build_project(manifest);
  return compute(project, with_lineage(project, {kNew})).run.value;
}

SmallNode clean() {
  return {.tags = {kTag}, .parents = {kViews}, .materialized = "incremental"};
}

}  // namespace

TEST_CASE("checks: a model that follows the rules is not talked about") {
  CHECK(over_lineage(with_new_model(clean())).codes().empty());
}

TEST_CASE("checks: an untagged reader of the current run") {
  const Computed computed = over_lineage(with_new_model({.parents = {kViews}, .materialized = "incremental"}));
  CHECK(computed.codes() == Codes{"untagged-this-run-reader"});
  const std::string text = computed.warning("untagged-this-run-reader");
  CHECK(contains(text, "my_new_model reads snowplow_unified_views_this_run of snowplow_unified's current run"));
  CHECK(contains(text, "add the tag snowplow_unified_incremental"));
  CHECK(contains(text, "model.shop.my_new_model (models/my_new_model.sql)"));
  // Views and tables read it too; ephemeral models and models that take only the limits do not.
  CHECK(over_lineage(with_new_model({.parents = {kViews}, .materialized = "view"})).codes() ==
        Codes{"untagged-this-run-reader"});
  CHECK(over_lineage(with_new_model({.parents = {kViews}, .materialized = "ephemeral"})).codes().empty());
  CHECK(over_lineage(with_new_model({.parents = {kViews},
                                     .materialized = "incremental",
                                     .macros = {"macro.snowplow_utils.return_limits_from_model"}}))
            .codes()
            .empty());
  CHECK(over_lineage(with_new_model({.parents = {kDerived}, .materialized = "incremental"})).codes().empty());
}

TEST_CASE("checks: an untagged model directly on the events leaves nothing to name") {
  const Computed computed =
      over_lineage(with_new_model({.parents = {"model.snowplow_unified.snowplow_unified_base_events_this_run"}}));
  CHECK(computed.codes() == Codes{"no-tagged-model-selected", "untagged-this-run-reader"});
  const std::string text = computed.warning("no-tagged-model-selected");
  CHECK(contains(text, "an empty one would mean all 2 tagged models"));
  CHECK(contains(text, "every run repeats the first window"));
}

TEST_CASE("checks: a misspelled tag, with the one that was meant") {
  SmallNode node = clean();
  node.tags = {"snowplow_unified_incremetal"};
  const Computed computed = over_lineage(with_new_model(node));
  CHECK(computed.codes() == Codes{"misspelled-tag"});
  CHECK(contains(computed.warning("misspelled-tag"), "write snowplow_unified_incremental instead"));
}

TEST_CASE("checks: a tag of a package that is not installed") {
  SmallNode node = clean();
  node.tags = {"snowplow_mobile_incremental"};
  const Computed computed = over_lineage(with_new_model(node));
  CHECK(computed.codes() == Codes{"unknown-package-tag"});
  CHECK(contains(computed.warning("unknown-package-tag"), "tags that count in this project: " + kTag));
}

TEST_CASE("checks: the tag of a package that rides on another one") {
  SmallManifest manifest;
  manifest.utils_that_match_all().snowplow_package("snowplow_web");
  manifest.node("model.snowplow_media_player.snowplow_media_player_base", {.tags = {"snowplow_web_incremental"}});
  manifest.node(kNew, {.tags = {"snowplow_media_player_incremental"},
                       .parents = {"model.snowplow_web.snowplow_web_views_this_run"}});
  const Computed computed = over_lineage(manifest);
  CHECK(contains(computed.warning("unknown-package-tag"), "use the tag snowplow_web_incremental"));
}

TEST_CASE("checks: the tag of another package than the one that is read") {
  SmallManifest manifest = unified().snowplow_package("snowplow_web");
  manifest.node(kNew, {.tags = {"snowplow_web_incremental"}, .parents = {kViews}, .materialized = "incremental"});
  const Computed computed = over_lineage(manifest);
  CHECK(computed.codes() == Codes{"wrong-package-tag"});
  CHECK(contains(computed.warning("wrong-package-tag"), "replace the tag by snowplow_unified_incremental"));
}

TEST_CASE("checks: a tag without anything of the package upstream") {
  const Computed computed = over_lineage(with_new_model({.tags = {kTag}, .materialized = "incremental"}));
  CHECK(computed.codes() == Codes{"tagged-without-lineage"});
}

TEST_CASE("checks: the tags of two packages") {
  SmallManifest manifest = unified().snowplow_package("snowplow_web");
  manifest.node(kNew, {.tags = {kTag, "snowplow_web_incremental"}, .parents = {kViews}, .materialized = "incremental"});
  const Computed computed = over_lineage(manifest);
  CHECK(computed.codes() == Codes{"several-package-tags"});
  CHECK(contains(computed.warning("several-package-tags"), "snowplow_unified_incremental, snowplow_web_incremental"));
  CHECK(value_over_lineage(manifest) == "my_new_model snowplow_unified_views_this_run");  // web is covered by it
}

TEST_CASE("checks: a tagged ephemeral model") {
  SmallNode node = clean();
  node.materialized = "ephemeral";
  const Computed computed = over_lineage(with_new_model(node));
  CHECK(computed.codes() == Codes{"tagged-ephemeral"});
  CHECK(contains(computed.warning("tagged-ephemeral"), "State 2"));
}

TEST_CASE("checks: versioned models are named without their version") {
  SmallManifest manifest = unified();
  SmallNode node = clean();
  node.version = 2;
  node.alias = "my_new_model_v2";
  manifest.node(kNew + ".v2", node);
  const Project one = build_project(manifest);
  const Computed computed = compute(one, with_lineage(one, {kNew + ".v2"}));
  CHECK(computed.run.value == "my_new_model snowplow_unified_views_this_run");
  CHECK(computed.codes() == Codes{"versioned-model"});
  CHECK(contains(computed.warning("versioned-model"), "my_new_model_v2"));
  // A second tagged version counts although it is not selected.
  manifest.node(kNew + ".v1", {.tags = {kTag}, .parents = {kViews}, .version = 1});
  const Project two = build_project(manifest);
  const Computed both = compute(two, with_lineage(two, {kNew + ".v2"}));
  CHECK(both.codes() == Codes{"several-tagged-versions"});
  CHECK(both.run.tokens.size() == 2);
  CHECK(contains(both.warning("several-tagged-versions"), "model.shop.my_new_model.v1"));
}

TEST_CASE("checks: an alias that is_run_with_new_events does not find") {
  SmallNode node = clean();
  node.alias = "view_facts";
  CHECK(over_lineage(with_new_model(node)).codes().empty());  // it does not ask
  node.macros = {"macro.snowplow_utils.is_run_with_new_events"};
  const Computed computed = over_lineage(with_new_model(node));
  CHECK(computed.codes() == Codes{"alias-differs"});
  CHECK(contains(computed.warning("alias-differs"), "view_facts"));
  CHECK(value_over_lineage(with_new_model(node)) == "my_new_model snowplow_unified_views_this_run");
  node.macros = {};  // dbt 2 does not list them
  node.raw_code = "select 1 where {{ snowplow_utils.is_run_with_new_events('snowplow_unified') }}";
  CHECK(over_lineage(with_new_model(node)).codes() == Codes{"alias-differs"});
  node.materialized = "table";  // there the macro always says yes
  CHECK(over_lineage(with_new_model(node)).codes().empty());
}

TEST_CASE("checks: one name in two dbt packages") {
  SmallManifest manifest = with_new_model(clean());
  manifest.node("model.other.my_new_model", clean());
  const Project project = build_project(manifest);
  const Computed computed = compute(project, with_lineage(project, {kNew}));
  CHECK(computed.codes() == Codes{"same-name-in-two-packages"});
  CHECK(contains(computed.warning("same-name-in-two-packages"), "other and shop"));
  CHECK(computed.run.tokens.size() == 2);  // each name once
  // A namesake without a tag matters only when it runs: the hook compares bare names.
  manifest.node("model.other.my_new_model");
  CHECK(over_lineage(manifest).codes().empty());
  const Project untagged = build_project(manifest);
  NodeSet both = with_lineage(untagged, {kNew});
  both.insert(id_of(untagged, "model.other.my_new_model"));
  CHECK(compute(untagged, both).codes() == Codes{"same-name-in-two-packages"});
}

TEST_CASE("checks: a name with a blank cannot be named") {
  SmallManifest manifest = unified();
  manifest.node("model.shop.my new model", clean());
  const Project project = build_project(manifest);
  const Computed computed = compute(project, with_lineage(project, {"model.shop.my new model"}));
  CHECK(computed.run.value == "snowplow_unified_views_this_run");
  CHECK(computed.codes() == Codes{"unusable-model-name"});
}

TEST_CASE("checks: before snowplow_utils 0.15.0 an untagged reader of the events stops the run where it is named") {
  SmallManifest manifest;
  manifest.utils_that_match_all().snowplow_package("snowplow_web");
  manifest.node("model.shop.raw", {.parents = {"model.snowplow_web.snowplow_web_base_events_this_run"}});
  manifest.node(kNew, {.tags = {"snowplow_web_incremental"}, .parents = {"model.shop.raw"}});
  CHECK(over_lineage(manifest).codes() == Codes{"untagged-this-run-reader"});
  const Computed all_names = over_lineage(manifest, {.all_names = true});
  CHECK(all_names.codes() == Codes{"untagged-this-run-reader", "untagged-name-stops-run"});
  CHECK(contains(all_names.warning("untagged-name-stops-run"), "leave --all-names out"));
  manifest.utils_that_raise();  // since then it looks for another table
  CHECK(over_lineage(manifest, {.all_names = true}).codes() == Codes{"untagged-this-run-reader"});
}

TEST_CASE("checks: since snowplow_utils 0.15.0 a second package stops the run over a home-made one's events") {
  SmallManifest manifest;
  manifest.utils_that_raise().snowplow_package("snowplow", "shop").snowplow_package("snowplow_unified");
  const Project project = build_project(manifest);
  const Computed computed = compute(project, with_lineage(project, {"model.shop.snowplow_views"}));
  CHECK(computed.codes() == Codes{"untagged-name-stops-run"});
  const std::string text = computed.warning("untagged-name-stops-run");
  CHECK(contains(text, "without the tag snowplow_unified_incremental"));
  CHECK(contains(text, "Untagged models referencing"));
}

TEST_CASE("checks: a model selected without its lineage") {
  const Project project = build_project(with_new_model(clean()));
  const Computed computed = compute(project, only(project, {kNew}));
  CHECK(computed.run.value == "my_new_model");
  CHECK(computed.codes() == Codes{"upstream-not-selected"});
  CHECK(contains(computed.warning("upstream-not-selected"), "put a + before the model"));
  CHECK(contains(computed.warning("upstream-not-selected"), "+my_new_model"));
  CHECK(contains(computed.warning("upstream-not-selected"), kViews));
}

TEST_CASE("checks: a tagged model of the lineage that is excluded") {
  const Project project = build_project(with_new_model(clean()));
  NodeSet selected = with_lineage(project, {kNew});
  selected.erase(id_of(project, kViews));
  const Computed computed = compute(project, selected);
  CHECK(computed.run.value == "my_new_model");
  CHECK(computed.codes() == Codes{"tagged-model-excluded"});
  CHECK(contains(computed.warning("tagged-model-excluded"), "snowplow_unified_views_this_run is upstream"));
}

TEST_CASE("checks: seeds that dbt run does not build") {
  SmallManifest manifest = with_new_model(clean());
  manifest.node("seed.snowplow_unified.dim_countries").node("seed.shop.unrelated");
  SmallNode views = {.tags = {kTag},
                     .parents = {"model.snowplow_unified.snowplow_unified_base_events_this_run",
                                 "seed.snowplow_unified.dim_countries"}};
  manifest.node(kViews, views);
  const Computed computed = over_lineage(manifest);
  CHECK(computed.codes() == Codes{"seeds-not-built"});
  CHECK(contains(computed.warning("seeds-not-built"), "dbt seed --select dim_countries"));
  CHECK(over_lineage(manifest, {.builds_seeds = true}).codes().empty());
  // A name that a shell could take for something else is not put into a command.
  manifest.node("seed.shop.a$(reboot)");
  views.parents.push_back("seed.shop.a$(reboot)");
  manifest.node(kViews, views);
  CHECK(!contains(over_lineage(manifest).warning("seeds-not-built"), "--select"));
}

TEST_CASE("checks: a package none of whose models is tagged fails every run") {
  SmallManifest manifest = with_new_model(clean()).snowplow_package("snowplow_normalize");
  const std::string normalize = "model.snowplow_normalize.snowplow_normalize";
  manifest.remove(normalize + "_views").remove(normalize + "_views_this_run");
  manifest.disabled(normalize + "_views", {.tags = {"snowplow_normalize_incremental"}});
  const Computed computed = over_lineage(manifest);
  CHECK(computed.codes() == Codes{"package-without-tagged-model"});
  const std::string text = computed.warning("package-without-tagged-model");
  CHECK(contains(text, "every dbt run of this project fails"));
  CHECK(contains(text, "models: snowplow_normalize: +enabled: false"));
  CHECK(contains(text, normalize + "_views (disabled)"));
}

TEST_CASE("checks: a package with no safe guard name") {
  SmallManifest manifest = with_new_model(clean()).snowplow_package("snowplow_web");
  manifest.remove("model.snowplow_web.snowplow_web_views");
  manifest.node("model.snowplow_web.snowplow_web_views_this_run",
                {.tags = {"snowplow_web_incremental", kTag},
                 .parents = {"model.snowplow_web.snowplow_web_base_events_this_run"}});
  const Computed computed = over_lineage(manifest);
  CHECK(computed.codes() == Codes{"no-guard-name"});
  CHECK(contains(computed.warning("no-guard-name"), "No enabled models identified."));
}

TEST_CASE("checks: a window of another package that nothing moves on") {
  SmallManifest manifest = unified().snowplow_package("snowplow_web");
  SmallNode node = clean();
  node.parents.push_back("model.snowplow_web.snowplow_web_base_events_this_run");
  manifest.node(kNew, node);
  const Computed computed = over_lineage(manifest);
  CHECK(computed.codes() == Codes{"window-without-tagged-model"});
  CHECK(contains(computed.warning("window-without-tagged-model"), "snowplow_web_incremental"));
}

TEST_CASE("checks: tagged models of a package without its hook") {
  SmallManifest manifest = with_new_model(clean());
  manifest.remove("operation.snowplow_unified.snowplow_unified-on-run-end-0");
  const Computed computed = over_lineage(manifest);
  CHECK(computed.codes() == Codes{"end-hook-missing"});
  SmallManifest own;
  own.utils_that_raise().snowplow_package("snowplow", "shop").remove("operation.shop.shop-on-run-end-0");
  own.node(kNew, {.tags = {"snowplow_incremental"}, .parents = {"model.shop.snowplow_views_this_run"}});
  CHECK(contains(over_lineage(own).warning("end-hook-missing"),
                 "{{ snowplow_utils.snowplow_incremental_post_hook('snowplow') }}"));
}

TEST_CASE("checks: limits that ignore the variable") {
  SmallManifest manifest;
  manifest.utils_that_raise().snowplow_package("snowplow", "shop");
  manifest.node("model.shop.snowplow_base_new_event_limits",
                {.parents = {"model.shop.snowplow_incremental_manifest"},
                 .macros = {"macro.snowplow_utils.get_enabled_snowplow_models"},
                 .raw_code = "{{ snowplow_utils.get_enabled_snowplow_models('snowplow', models_to_run=\"\") }}"});
  manifest.node(kNew, {.tags = {"snowplow_incremental"}, .parents = {"model.shop.snowplow_views_this_run"}});
  const Computed computed = over_lineage(manifest);
  CHECK(computed.codes() == Codes{"models-to-run-ignored"});
  CHECK(contains(computed.warning("models-to-run-ignored"), "all 3 models"));
}

TEST_CASE("checks: a hostile name cannot drive a terminal") {
  SmallManifest manifest = unified();
  manifest.node("model.shop.evil\nname", {.parents = {kViews}});
  const Project project = build_project(manifest);
  const Computed computed = compute(project, with_lineage(project, {"model.shop.evil\nname"}));
  for (const Warning& warning : computed.warnings) {
    CHECK(!contains(warning.message + warning.next_step, "evil\nname"));
  }
  CHECK(contains(computed.warning("untagged-this-run-reader"), "evil\\nname"));
}

TEST_CASE("checks: a list of names is short and says how many more") {
  CHECK(name_list(std::vector<std::string_view>{}).empty());
  CHECK(name_list(std::vector<std::string_view>{"a"}) == "a");
  CHECK(name_list(std::vector<std::string_view>{"a", "b"}) == "a and b");
  CHECK(name_list(std::vector<std::string_view>{"a", "b", "c", "d"}) == "a, b, c and d");
  CHECK(name_list(std::vector<std::string_view>{"a", "b", "c", "d", "e"}) == "a, b, c and 2 more");
}

}  // namespace plowline::testing
