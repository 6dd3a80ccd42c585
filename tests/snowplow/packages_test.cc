#include "snowplow/packages.h"

#include "snowplow/small_manifest.h"
#include "support/support.h"

namespace plowline::testing {
namespace {

std::vector<std::string> names_of(const SnowplowPackages& packages) {
  std::vector<std::string> out;
  for (const SnowplowPackage& package : packages.all()) out.push_back(package.name);
  return out;
}

std::string unique_id(const Project& project, std::optional<NodeId> node) {
  return node ? std::string(project.node(*node).unique_id) : "none";
}

const SnowplowPackage& package_named(const SnowplowPackages& packages, std::string_view name) {
  const SnowplowPackage* package = packages.named(name);
  REQUIRE_MESSAGE(package != nullptr, name);
  return *package;
}

}  // namespace

TEST_CASE("packages: a package's tables, hook and models") {
  SmallManifest manifest;
  manifest.utils_that_raise().snowplow_package("snowplow_unified");
  manifest.node("model.shop.mine", {.tags = {"snowplow_unified_incremental"}});
  manifest.disabled("model.snowplow_unified.snowplow_unified_consent", {.tags = {"snowplow_unified_incremental"}});
  manifest.disabled("model.shop.mine", {.tags = {"snowplow_unified_incremental"}});  // another variant is enabled
  manifest.disabled("model.snowplow_unified.other", {.tags = {"daily"}});
  const Project project = build_project(manifest);
  const SnowplowPackages packages = find_packages(project);
  REQUIRE(names_of(packages) == std::vector<std::string>{"snowplow_unified"});
  const SnowplowPackage& unified = packages.all().front();
  CHECK(unified.kind == SnowplowPackage::Kind::kIncremental);
  CHECK(unified.owner == "snowplow_unified");
  CHECK(unified.tag == "snowplow_unified_incremental");
  CHECK(unique_id(project, unified.incremental_manifest) ==
        "model.snowplow_unified.snowplow_unified_incremental_manifest");
  CHECK(unique_id(project, unified.new_event_limits) ==
        "model.snowplow_unified.snowplow_unified_base_new_event_limits");
  CHECK(unique_id(project, unified.base_events_this_run) ==
        "model.snowplow_unified.snowplow_unified_base_events_this_run");
  CHECK(unified.calls_post_hook());
  CHECK(!unified.limits_ignore_models_to_run);
  CHECK(unified.tagged_models ==
        std::vector<NodeId>{id_of(project, "model.shop.mine"),
                            id_of(project, "model.snowplow_unified.snowplow_unified_views"),
                            id_of(project, "model.snowplow_unified.snowplow_unified_views_this_run")});
  CHECK(unified.disabled_models == std::vector<std::string_view>{"model.snowplow_unified.snowplow_unified_consent"});
  CHECK(packages.owning(project, *unified.new_event_limits) == &unified);
  CHECK(packages.owning(project, id_of(project, "model.shop.mine")) == nullptr);
}

TEST_CASE("packages: hooks run by package name, the root project last") {
  SmallManifest manifest("a_shop");
  manifest.snowplow_package("snowplow_web")
      .snowplow_package("snowplow_media_player")
      .snowplow_package("snowplow", "a_shop");
  const Project project = build_project(manifest);
  CHECK(names_of(find_packages(project)) ==
        std::vector<std::string>{"snowplow_media_player", "snowplow_web", "snowplow"});
}

TEST_CASE("packages: a private package is recognised by its hook, also the time-based one") {
  SmallManifest manifest;
  manifest.node("model.snowplow_identities.snowplow_identities_base_events_this_run");
  manifest.node("model.snowplow_identities.ids", {.tags = {"snowplow_identities_incremental"}});
  manifest.end_hook("snowplow_identities", 0,
                    "{{ snowplow_utils.snowplow_incremental_post_hook_t('snowplow_identities') }}",
                    {"model.snowplow_identities.snowplow_identities_base_events_this_run"},
                    {"macro.snowplow_utils.snowplow_incremental_post_hook_t"});
  const Project project = build_project(manifest);
  const SnowplowPackages packages = find_packages(project);
  const SnowplowPackage& package = package_named(packages, "snowplow_identities");
  CHECK(package.calls_post_hook());
  CHECK(package.tagged_models.size() == 1);
}

TEST_CASE("packages: a home-made package in the root project, with the macro's default name") {
  SmallManifest manifest;
  manifest.snowplow_package("snowplow", "shop");
  manifest.end_hook("shop", 0, "{{ snowplow_utils.snowplow_incremental_post_hook() }}",
                    {"model.shop.snowplow_base_events_this_run"});
  manifest.node("model.shop.customers");
  manifest.node("model.shop.snowplow_report");
  const Project project = build_project(manifest);
  const SnowplowPackages packages = find_packages(project);
  const SnowplowPackage& package = package_named(packages, "snowplow");
  CHECK(package.owner == "shop");
  CHECK(package.tag == "snowplow_incremental");
  CHECK(unique_id(project, package.base_events_this_run) == "model.shop.snowplow_base_events_this_run");
  CHECK(packages.owning(project, id_of(project, "model.shop.snowplow_base_sessions_lifecycle_manifest")) == &package);
  CHECK(packages.owning(project, id_of(project, "model.shop.customers")) == nullptr);
  CHECK(packages.owning(project, id_of(project, "model.shop.snowplow_report")) == nullptr);
}

TEST_CASE("packages: a hook whose argument is an expression is told by the events it reads") {
  SmallManifest manifest;
  manifest.snowplow_package("snowplow_ecommerce");
  manifest.end_hook("snowplow_ecommerce", 0, "{{ snowplow_utils.snowplow_incremental_post_hook(var('p')) }}",
                    {"model.snowplow_ecommerce.snowplow_ecommerce_base_events_this_run"});
  const Project project = build_project(manifest);
  const SnowplowPackages packages = find_packages(project);
  CHECK(names_of(packages) == std::vector<std::string>{"snowplow_ecommerce"});
  CHECK(packages.all().front().calls_post_hook());
}

TEST_CASE("packages: a package without its hook is found by its limits model, other hooks do not count") {
  SmallManifest manifest;
  manifest.snowplow_package("snowplow_unified").remove("operation.snowplow_unified.snowplow_unified-on-run-end-0");
  manifest.end_hook("snowplow_unified", 1, "{{ snowplow_utils.grant_usage() }}", {},
                    {"macro.snowplow_utils.grant_usage"});
  const Project project = build_project(manifest);
  const SnowplowPackages packages = find_packages(project);
  CHECK(!package_named(packages, "snowplow_unified").calls_post_hook());
}

TEST_CASE("packages: media_player before 0.6 rides on web, since then it stands alone") {
  SmallManifest old;
  old.snowplow_package("snowplow_web");
  old.node("model.snowplow_media_player.snowplow_media_player_base", {.tags = {"snowplow_web_incremental"}});
  const Project project = build_project(old);
  const SnowplowPackages packages = find_packages(project);
  const SnowplowPackage& media = package_named(packages, "snowplow_media_player");
  CHECK(media.kind == SnowplowPackage::Kind::kRidesOnOther);
  CHECK(media.tag == "snowplow_web_incremental");
  CHECK(!media.calls_post_hook());
  CHECK(packages.with_tag("snowplow_web_incremental")->name == "snowplow_web");
  CHECK(packages.tags() == std::vector<std::string_view>{"snowplow_web_incremental"});

  SmallManifest now;
  now.snowplow_package("snowplow_media_player");
  const Project newer = build_project(now);
  CHECK(package_named(find_packages(newer), "snowplow_media_player").kind == SnowplowPackage::Kind::kIncremental);
}

TEST_CASE("packages: everything is found without depends_on.macros, which dbt 2 leaves empty") {
  SmallManifest manifest;
  manifest.snowplow_package("acme", "shop");
  manifest.node("model.shop.acme_base_new_event_limits");
  manifest.end_hook("shop", 0, "{{ snowplow_utils.snowplow_incremental_post_hook('acme') }}", {}, {});
  const Project project = build_project(manifest);
  const SnowplowPackages packages = find_packages(project);
  const SnowplowPackage& package = package_named(packages, "acme");
  CHECK(package.tag == "acme_incremental");
  CHECK(package.calls_post_hook());
  CHECK(unique_id(project, package.new_event_limits) == "model.shop.acme_base_new_event_limits");
  CHECK(unique_id(project, package.base_events_this_run) == "model.shop.acme_base_events_this_run");
}

TEST_CASE("packages: attribution does not read models_to_run") {
  SmallManifest manifest;
  manifest.node("model.snowplow_attribution.snowplow_attribution_incremental_manifest");
  const Project project = build_project(manifest);
  const SnowplowPackages packages = find_packages(project);
  CHECK(package_named(packages, "snowplow_attribution").kind == SnowplowPackage::Kind::kOwnManifest);
  CHECK(!packages.read_models_to_run());
  CHECK(packages.tags().empty());
}

TEST_CASE("packages: a limits model that passes an empty models_to_run is known") {
  for (const char* call : {"get_enabled_snowplow_models('snowplow', models_to_run=\"\")",
                           "get_enabled_snowplow_models(package_name='snowplow', models_to_run = '')",
                           "get_enabled_snowplow_models('snowplow', none, '')"}) {
    CAPTURE(call);
    SmallManifest manifest;
    manifest.snowplow_package("snowplow", "shop");
    manifest.node("model.shop.snowplow_base_new_event_limits",
                  {.macros = {"macro.snowplow_utils.get_enabled_snowplow_models"},
                   .raw_code = std::string("{% set m = snowplow_utils.") + call + " %}"});
    const Project project = build_project(manifest);
    CHECK(package_named(find_packages(project), "snowplow").limits_ignore_models_to_run);
  }
}

TEST_CASE("packages: what an empty set of models does is read from the macro, or told from its neighbours") {
  const auto on_empty = [](SmallManifest manifest) {
    manifest.snowplow_package("snowplow_unified");
    const Project project = build_project(manifest);
    return find_packages(project).on_empty();
  };
  const std::string hashed = "-- sha256:423002e37234ad1a47dc34dfd3f00780fe259c75c7cc33e586380d87c367429b";
  const auto stripped = [&](const char* neighbour) {
    return SmallManifest().macro("macro.snowplow_utils.get_enabled_snowplow_models", hashed).macro(neighbour, hashed);
  };
  CHECK(on_empty(SmallManifest().utils_that_raise()) == EmptyModels::kRaises);
  CHECK(on_empty(SmallManifest().utils_that_match_all()) == EmptyModels::kMatchesAll);
  CHECK(on_empty(stripped("macro.snowplow_utils.base_create_snowplow_events_this_run")) == EmptyModels::kRaises);
  CHECK(on_empty(stripped("macro.snowplow_utils.snowplow_is_incremental")) == EmptyModels::kMatchesAll);
  CHECK(on_empty(stripped("macro.snowplow_utils.log_message")) == EmptyModels::kUnknown);
  CHECK(on_empty(SmallManifest()) == EmptyModels::kUnknown);
}

TEST_CASE("packages: the real unified package") {
  const std::filesystem::path shared = shared_or_skip("snowplow_unified manifests");
  if (shared.empty()) return;
  for (const char* file :
       {"corpus/snowplow_logs/A_prod_backfill/prod_manifest.before_merge.json",
        "corpus/snowplow_logs/B_staging_backfill/staging_manifest.branch.json",
        "corpus/snowplow_logs/B2_merge_prod_ahead/prod_manifest.after_merge.json",
        "oracle/snowplow_unified_demo/target/manifest.json", "oracle/snowplow_unified_demo/production/manifest.json"}) {
    CAPTURE(file);
    const Project project = read_project(shared / file);
    const SnowplowPackages packages = find_packages(project);
    REQUIRE(names_of(packages) == std::vector<std::string>{"snowplow_unified"});
    const SnowplowPackage& unified = packages.all().front();
    CHECK(unified.owner == "snowplow_unified");
    CHECK(unique_id(project, unified.incremental_manifest) ==
          "model.snowplow_unified.snowplow_unified_incremental_manifest");
    CHECK(unique_id(project, unified.new_event_limits) ==
          "model.snowplow_unified.snowplow_unified_base_new_event_limits");
    CHECK(unique_id(project, unified.base_events_this_run) ==
          "model.snowplow_unified.snowplow_unified_base_events_this_run");
    REQUIRE(unified.end_hooks.size() == 1);
    CHECK(unique_id(project, unified.end_hooks.front()) == "operation.snowplow_unified.snowplow_unified-on-run-end-0");
    CHECK(packages.on_empty() == EmptyModels::kRaises);
    for (const NodeId model : unified.tagged_models) CHECK(!contains(project.node(model).name, "_base_"));
  }
}

TEST_CASE("packages: snowplow_web 0.x, as a root project and as a dependency") {
  const std::filesystem::path shared = shared_or_skip("snowplow-web manifests");
  if (shared.empty()) return;
  const std::filesystem::path docs = shared / "corpus" / "manifests" / "snowplow__dbt-snowplow-web";
  for (const char* folder : {"docs@b41150684b", "docs@e4b3872ba2"}) {
    CAPTURE(folder);
    const Project project = read_project(docs / folder / "manifest.json");
    const SnowplowPackages packages = find_packages(project);
    REQUIRE(names_of(packages) == std::vector<std::string>{"snowplow_web"});
    const SnowplowPackage& web = packages.all().front();
    CHECK(web.calls_post_hook());
    CHECK(packages.on_empty() == EmptyModels::kMatchesAll);
    CHECK(unique_id(project, web.new_event_limits) == "model.snowplow_web.snowplow_web_base_new_event_limits");
    CHECK(packages.owning(project, id_of(project, "model.snowplow_web.snowplow_web_users")) == &web);
  }
}

TEST_CASE("packages: projects without Snowplow have none") {
  const std::filesystem::path shared = shared_or_skip("other projects' manifests");
  if (shared.empty()) return;
  for (const char* file :
       {"oracle/big_features/target/manifest.json", "corpus/manifests/fivetran__dbt_netsuite/docs/manifest.json",
        "corpus/manifests/dbt-labs__segment/docs@8e3a384ed4/manifest.json"}) {
    CAPTURE(file);
    const Project project = read_project(shared / file);
    CHECK(find_packages(project).all().empty());
  }
}

}  // namespace plowline::testing
