#include "snowplow/models_to_run.h"

#include "artifact/json.h"
#include "snowplow/small_manifest.h"
#include "support/support.h"

namespace plowline::testing {
namespace {

const std::string kNewModel = "model.shop.my_new_model";

// A root project with one custom model over one package.
SmallManifest shop() {
  SmallManifest manifest;
  manifest.utils_that_raise().snowplow_package("snowplow_unified");
  manifest.node(kNewModel, {.tags = {"snowplow_unified_incremental"},
                            .parents = {"model.snowplow_unified.snowplow_unified_views_this_run"},
                            .materialized = "incremental"});
  return manifest;
}

JsonText parsed(const std::string& text) {
  const Result<JsonText> json = check(RawJson{text});
  REQUIRE(json.has_value());
  return *json;
}

// The models that have rows in `package`'s manifest table after a step of a recorded scenario.
std::vector<std::string> recorded_rows(const JsonText& truth, std::string_view step, std::string_view package) {
  for (const JsonText& entry : truth.items()) {
    if (entry.get("n")->string() != step) continue;
    std::vector<std::string> rows;
    const JsonText manifest = *entry.get("manifest");
    const auto table = manifest.kind() == JsonText::Kind::kObject ? manifest.get(package) : manifest;
    for (const JsonText& row : table->items()) rows.push_back(*row.items().at(0).string());
    std::ranges::sort(rows);
    return rows;
  }
  FAIL("no such step: " << step);
  return {};
}

std::vector<std::string> tokens_of(const ModelsToRun& run) {
  return {run.tokens.begin(), run.tokens.end()};
}

}  // namespace

TEST_CASE("models_to_run: the value is the sorted names of the selected tagged models") {
  const Project project = build_project(shop());
  const Computed computed = compute(project, with_lineage(project, {kNewModel}));
  CHECK(computed.run.applies);
  CHECK(computed.run.value == "my_new_model snowplow_unified_views_this_run");
  CHECK(tokens_of(computed.run) == std::vector<std::string>{"my_new_model", "snowplow_unified_views_this_run"});
  CHECK(computed.codes().empty());
  const RunName* name = computed.name("my_new_model");
  REQUIRE(name != nullptr);
  CHECK(name->origin == NameOrigin::kTagged);
  CHECK(name->packages == std::vector<std::string>{"snowplow_unified"});
  CHECK(name->models == std::vector<NodeId>{id_of(project, kNewModel)});
  CHECK(contains(name->reason, "snowplow_unified_incremental"));
}

TEST_CASE("models_to_run: --all-names adds the other selected models, but no seed and no test") {
  SmallManifest manifest = shop();
  manifest.node("seed.snowplow_unified.dim_countries");
  manifest.node("test.shop.not_null_my_new_model", {.parents = {kNewModel}});
  const Project project = build_project(manifest);
  NodeSet selected = with_lineage(project, {kNewModel});
  selected.insert(id_of(project, "seed.snowplow_unified.dim_countries"));
  selected.insert(id_of(project, "test.shop.not_null_my_new_model"));
  const Computed computed = compute(project, selected, {.all_names = true});
  CHECK(computed.run.value ==
        "my_new_model snowplow_unified_base_events_this_run snowplow_unified_base_new_event_limits "
        "snowplow_unified_base_sessions_lifecycle_manifest snowplow_unified_incremental_manifest "
        "snowplow_unified_views_this_run");
  CHECK(computed.name("my_new_model")->origin == NameOrigin::kTagged);
  CHECK(computed.name("snowplow_unified_base_new_event_limits")->origin == NameOrigin::kSelected);
}

TEST_CASE("models_to_run: every other package with a hook gets a guard name") {
  SmallManifest manifest = shop();
  manifest.snowplow_package("snowplow_media_player").snowplow_package("snowplow_ecommerce");
  const Project project = build_project(manifest);
  const Computed computed = compute(project, with_lineage(project, {kNewModel}));
  CHECK(computed.run.value ==
        "my_new_model snowplow_ecommerce_views snowplow_media_player_views snowplow_unified_views_this_run");
  CHECK(computed.codes().empty());
  const RunName* guard = computed.name("snowplow_media_player_views");
  REQUIRE(guard != nullptr);
  CHECK(guard->origin == NameOrigin::kGuard);
  CHECK(guard->packages == std::vector<std::string>{"snowplow_media_player"});
  CHECK(contains(guard->reason, "No enabled models identified."));
  CHECK(contains(guard->reason, "not run"));
  CHECK(contains(computed.run.statement, "2 tagged models, and 2 guard names"));
  REQUIRE(computed.run.packages.size() == 3);
  CHECK(computed.run.packages[1].package == "snowplow_media_player");
  CHECK(computed.run.packages[1].guard == "snowplow_media_player_views");
  CHECK(computed.run.packages[1].models.empty());
  CHECK(!computed.run.packages[2].guard.has_value());
}

TEST_CASE("models_to_run: before snowplow_utils 0.15.0 a guard keeps foreign rows out, and is explained so") {
  SmallManifest manifest = shop();
  manifest.snowplow_package("snowplow_web").utils_that_match_all();
  const Project project = build_project(manifest);
  const Computed computed = compute(project, with_lineage(project, {kNewModel}));
  const RunName* guard = computed.name("snowplow_web_views");
  REQUIRE(guard != nullptr);
  CHECK(contains(guard->reason, "models of other packages"));
  CHECK(!contains(guard->reason, "No enabled models identified."));
}

TEST_CASE("models_to_run: where the version of snowplow_utils cannot be told, the guard says both") {
  SmallManifest manifest;
  manifest.snowplow_package("snowplow_unified").snowplow_package("snowplow_web");
  const Project project = build_project(manifest);
  const Computed computed = compute(project, with_lineage(project, {"model.snowplow_unified.snowplow_unified_views"}));
  const RunName* guard = computed.name("snowplow_web_views");
  REQUIRE(guard != nullptr);
  CHECK(contains(guard->reason, "0.15.0 and later"));
}

TEST_CASE("models_to_run: a selection over two packages needs no guard and is said in a note") {
  SmallManifest manifest = shop();
  manifest.snowplow_package("snowplow_media_player");
  const Project project = build_project(manifest);
  const Computed computed =
      compute(project, with_lineage(project, {kNewModel, "model.snowplow_media_player.snowplow_media_player_views"}));
  CHECK(
      computed.run.value ==
      "my_new_model snowplow_media_player_views snowplow_media_player_views_this_run snowplow_unified_views_this_run");
  CHECK(computed.codes().empty());
  REQUIRE(computed.run.notes.size() == 1);
  CHECK(contains(computed.run.notes[0], "snowplow_media_player and snowplow_unified"));
}

TEST_CASE("models_to_run: packages without a hook (attribution) get no guard") {
  SmallManifest manifest = shop();
  manifest.node("model.snowplow_attribution.snowplow_attribution_paths", {.materialized = "incremental"});
  const Project project = build_project(manifest);
  const Computed computed = compute(project, with_lineage(project, {kNewModel}));
  CHECK(computed.run.value == "my_new_model snowplow_unified_views_this_run");
}

TEST_CASE("models_to_run: the guard is the package's own lasting model that is not optional") {
  SmallManifest manifest = shop();
  manifest.snowplow_package("snowplow_media_player");
  const std::string tag = "snowplow_media_player_incremental";
  const std::string package = "model.snowplow_media_player.snowplow_media_player_";
  // Each of these comes first in the order of ids, and has something against it.
  manifest.node("model.a_root.aaa", {.tags = {tag}, .materialized = "incremental"});
  manifest.node(package + "a_optional", {.tags = {tag}, .materialized = "incremental", .has_enabled_setting = true});
  manifest.node(package + "b_of_the_run", {.tags = {tag}});
  manifest.node(package + "c_two_tags", {.tags = {tag, "snowplow_unified_incremental"}, .materialized = "incremental"});
  manifest.node(package + "d_twice", {.tags = {tag}, .materialized = "incremental"});
  manifest.node("model.shop.snowplow_media_player_d_twice",
                {.tags = {"snowplow_unified_incremental"}, .materialized = "incremental"});
  manifest.node(package + "d_untagged_runs", {.tags = {tag}, .materialized = "incremental"});
  manifest.node("model.shop.snowplow_media_player_d_untagged_runs");
  manifest.node(package + "d_untagged_namesake", {.tags = {tag}, .materialized = "incremental"});
  manifest.node("model.shop.snowplow_media_player_d_untagged_namesake");
  manifest.node(package + "e with blank", {.tags = {tag}, .materialized = "incremental"});
  manifest.node(package + "f_versioned.v1", {.tags = {tag}, .materialized = "incremental", .version = 1});
  const Project project = build_project(manifest);
  const std::vector<std::string> selected = {kNewModel, "model.shop.snowplow_media_player_d_untagged_runs"};
  const Computed computed = compute(project, with_lineage(project, selected));
  CHECK(computed.run.value == "my_new_model snowplow_media_player_views snowplow_unified_views_this_run");
  // Without the good one: a namesake that does not run and is not counted comes last, but comes.
  for (const char* name : {"views", "views_this_run", "a_optional", "b_of_the_run", "f_versioned.v1"}) {
    manifest.remove(package + name);
  }
  manifest.remove("model.a_root.aaa");
  const Project fewer = build_project(manifest);
  CHECK(compute(fewer, with_lineage(fewer, selected)).run.value ==
        "my_new_model snowplow_media_player_d_untagged_namesake snowplow_unified_views_this_run");
}

TEST_CASE("models_to_run: a package whose name is already there needs no second one") {
  SmallManifest manifest = shop();
  manifest.snowplow_package("snowplow_web");
  manifest.node("model.other.my_new_model", {.tags = {"snowplow_web_incremental"}});
  const Project project = build_project(manifest);
  const Computed computed = compute(project, with_lineage(project, {kNewModel}));
  CHECK(computed.run.value == "my_new_model snowplow_unified_views_this_run");
  CHECK(computed.codes() == std::vector<std::string>{"same-name-in-two-packages"});
}

TEST_CASE("models_to_run: without any tagged model the variable is left out") {
  SmallManifest manifest = shop();
  manifest.node("model.shop.customers");
  const Project project = build_project(manifest);
  const Computed computed = compute(project, only(project, {"model.shop.customers"}));
  CHECK(computed.run.applies);
  CHECK(computed.run.value.empty());
  CHECK(computed.run.names.empty());
  CHECK(contains(computed.run.statement, "left out"));
  CHECK(computed.codes().empty());  // it has nothing to do with Snowplow
}

TEST_CASE("models_to_run: a project without Snowplow packages says that it does not apply") {
  SmallManifest manifest;
  manifest.node("model.shop.customers");
  const Project project = build_project(manifest);
  const Computed computed = compute(project, only(project, {"model.shop.customers"}), {.all_names = true});
  CHECK(!computed.run.applies);
  CHECK(computed.run.value.empty());
  CHECK(contains(computed.run.statement, "no Snowplow package"));
  CHECK(computed.codes().empty());
}

TEST_CASE("models_to_run: a package that is switched off, and one that does not read the variable, are said") {
  SmallManifest off;
  off.node("model.shop.customers").macro("macro.snowplow_unified.config_check", "{% macro config_check() %}");
  const Project project = build_project(off);
  CHECK(contains(compute(project, only(project, {"model.shop.customers"})).run.statement,
                 "snowplow_unified is installed but switched off"));
  SmallManifest attribution;
  attribution.node("model.snowplow_attribution.snowplow_attribution_paths");
  const Project other = build_project(attribution);
  const Computed computed = compute(other, NodeSet(other.size()));
  CHECK(!computed.run.applies);
  CHECK(contains(computed.run.statement, "snowplow_attribution does not read it"));
}

TEST_CASE("models_to_run: home-made packages count their own models") {
  SmallManifest manifest;
  manifest.utils_that_raise().snowplow_package("snowplow", "shop");
  manifest.node("model.shop.sessions", {.tags = {"snowplow_incremental"},
                                        .parents = {"model.shop.snowplow_views_this_run"},
                                        .materialized = "incremental"});
  const Project project = build_project(manifest);
  const Computed computed = compute(project, with_lineage(project, {"model.shop.sessions"}));
  CHECK(computed.run.value == "sessions snowplow_views_this_run");
  CHECK(computed.codes().empty());
}

TEST_CASE("models_to_run: media_player before 0.6 is named for snowplow_web") {
  SmallManifest manifest;
  manifest.utils_that_match_all().snowplow_package("snowplow_web");
  manifest.node("model.snowplow_media_player.snowplow_media_player_base_this_run",
                {.tags = {"snowplow_web_incremental"}, .parents = {"model.snowplow_web.snowplow_web_views_this_run"}});
  const Project project = build_project(manifest);
  const Computed computed =
      compute(project, with_lineage(project, {"model.snowplow_media_player.snowplow_media_player_base_this_run"}));
  CHECK(computed.run.value == "snowplow_media_player_base_this_run snowplow_web_views_this_run");
  CHECK(computed.codes().empty());
  REQUIRE(computed.run.notes.size() == 1);
  CHECK(contains(computed.run.notes[0], "snowplow_media_player"));
}

TEST_CASE("models_to_run: the recorded backfill wrote rows for exactly these names") {
  const std::filesystem::path shared = shared_or_skip("recorded staging backfill");
  if (shared.empty()) return;
  const std::filesystem::path logs = shared / "corpus" / "snowplow_logs";
  const Project project = read_project(logs / "B_staging_backfill" / "staging_manifest.branch.json");
  const Computed computed = compute(project, with_lineage(project, {kNewModel}));
  const std::string truth = read_text(logs / "B_staging_backfill" / "truth.json");
  CHECK(tokens_of(computed.run) == recorded_rows(parsed(truth), "01", "unified"));
  // The command that was run named the same, in the same order.
  CHECK(contains(truth, "\\\"models_to_run\\\": \\\"" + computed.run.value + "\\\""));
  CHECK(computed.codes() == std::vector<std::string>{"seeds-not-built"});
  CHECK(contains(computed.warning("seeds-not-built"), "dbt seed --select snowplow_unified_dim_ga4_source_categories"));
}

TEST_CASE("models_to_run: the whole project gets the rows of the recorded production run") {
  const std::filesystem::path shared = shared_or_skip("recorded production backfill");
  if (shared.empty()) return;
  const std::filesystem::path logs = shared / "corpus" / "snowplow_logs";
  const Project project = read_project(logs / "A_prod_backfill" / "prod_manifest.before_merge.json");
  NodeSet all(project.size());
  for (std::size_t i = 0; i < project.size(); ++i) all.insert(NodeId{static_cast<std::uint32_t>(i)});
  const Computed computed = compute(project, all, {.builds_seeds = true});
  const std::string truth = read_text(logs / "A_prod_backfill" / "truth.json");
  CHECK(tokens_of(computed.run) == recorded_rows(parsed(truth), "01", "unified"));
  CHECK(computed.codes().empty());
}

TEST_CASE("models_to_run: custom models over the real unified package") {
  const std::filesystem::path shared = shared_or_skip("snowplow_unified demo");
  if (shared.empty()) return;
  const Project project = read_project(shared / "oracle" / "snowplow_unified_demo" / "target" / "manifest.json");
  const Computed goals = compute(project, with_lineage(project, {"model.snowplow_unified_demo.session_goals"}));
  CHECK(goals.run.value ==
        "session_goals snowplow_unified_pv_engaged_time snowplow_unified_pv_scroll_depth "
        "snowplow_unified_views_this_run");
  // On the events table itself nothing else is tagged.
  const Computed errors =
      compute(project, with_lineage(project, {"model.snowplow_unified.snowplow_unified_app_errors_this_run"}));
  CHECK(errors.run.value == "snowplow_unified_app_errors_this_run");
}

TEST_CASE("models_to_run: snowplow_web as dbt 1.0 and 0.18 wrote it") {
  const std::filesystem::path shared = shared_or_skip("snowplow-web manifests");
  if (shared.empty()) return;
  const std::filesystem::path docs = shared / "corpus" / "manifests" / "snowplow__dbt-snowplow-web";
  for (const char* folder : {"docs@b41150684b", "docs@e4b3872ba2"}) {
    CAPTURE(folder);
    const Project project = read_project(docs / folder / "manifest.json");
    const Computed computed = compute(project, with_lineage(project, {"model.snowplow_web.snowplow_web_user_mapping"}));
    CHECK(computed.run.value == "snowplow_web_user_mapping");
    const Computed views = compute(project, with_lineage(project, {"model.snowplow_web.snowplow_web_page_views"}));
    CHECK(contains(views.run.value, "snowplow_web_page_views snowplow_web_page_views_this_run"));
    CHECK(!contains(views.run.value, "snowplow_web_base"));
  }
}

TEST_CASE("models_to_run: the recorded run with a guard name is what plowline says for two packages") {
  const std::filesystem::path shared = shared_or_skip("recorded runs with two packages");
  if (shared.empty()) return;
  const std::string truth = read_text(shared / "corpus" / "snowplow_logs" / "H_two_packages" / "truth.json");
  // The recorded project in outline: the models that got rows when everything ran, with their packages' base models.
  SmallManifest manifest;
  manifest.utils_that_raise().snowplow_package("snowplow_unified").snowplow_package("snowplow_media_player");
  for (const char* package : {"snowplow_unified", "snowplow_media_player"}) {
    const std::string prefix = std::string("model.") + package + "." + package;
    manifest.remove(prefix + "_views").remove(prefix + "_views_this_run");
    for (const std::string& name : recorded_rows(parsed(truth), "08", std::string_view(package).substr(9))) {
      const bool own = name.starts_with(package);
      manifest.node(std::string("model.") + (own ? package : "shop") + "." + name,
                    {.tags = {std::string(package) + "_incremental"},
                     .parents = {prefix + "_base_events_this_run"},
                     .materialized = name.ends_with("_this_run") ? "table" : "incremental"});
    }
  }
  const Project project = build_project(manifest);
  const Computed computed = compute(project, with_lineage(project, {kNewModel}));
  CHECK(computed.run.value == "my_new_model snowplow_media_player_base");  // the guard of step 03
  CHECK(recorded_rows(parsed(truth), "01", "unified").empty());            // without it no row was written
  CHECK(!recorded_rows(parsed(truth), "03", "unified").empty());
  // Over the other package, a guard of unified's.
  const Computed media =
      compute(project, with_lineage(project, {"model.snowplow_media_player.snowplow_media_player_base"}));
  REQUIRE(media.run.names.size() == 2);
  CHECK(media.run.names[0].name == "snowplow_media_player_base");
  CHECK(media.run.names[1].origin == NameOrigin::kGuard);
  CHECK(media.run.names[1].packages == std::vector<std::string>{"snowplow_unified"});
}

}  // namespace plowline::testing
