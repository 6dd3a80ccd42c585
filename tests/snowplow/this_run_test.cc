#include "snowplow/this_run.h"

#include "snowplow/small_manifest.h"

namespace plowline::testing {
namespace {

const std::string kViews = "model.snowplow_unified.snowplow_unified_views_this_run";
const std::string kDerived = "model.snowplow_unified.snowplow_unified_views";

SmallManifest unified() {
  return SmallManifest().snowplow_package("snowplow_unified");
}

std::vector<std::string> tables_read_by(const SmallManifest& manifest, const std::string& reader) {
  const Project project = build_project(manifest);
  const SnowplowPackages packages = find_packages(project);
  const auto reads = this_run_tables_read_by(project, packages, id_of(project, reader));
  REQUIRE(reads.has_value());
  std::vector<std::string> out;
  for (const ThisRunRead& read : *reads) {
    out.push_back(std::string(project.node(read.table).name) + (read.only_limits ? " (limits)" : ""));
  }
  return out;
}

using Names = std::vector<std::string>;

}  // namespace

TEST_CASE("this run: direct readers only, each table once") {
  const SmallManifest manifest = unified()
                                     .node("model.shop.a", {.parents = {kViews, kDerived}})
                                     .node("model.shop.b", {.parents = {"model.shop.a", kDerived}});
  CHECK(tables_read_by(manifest, "model.shop.a") == Names{"snowplow_unified_views_this_run"});
  CHECK(tables_read_by(manifest, "model.shop.b").empty());
}

TEST_CASE("this run: ephemeral models in between are looked through, unless they are tagged") {
  SmallManifest manifest = unified();
  manifest.node("model.shop.inlined", {.parents = {kViews}, .materialized = "ephemeral"});
  manifest.node("model.shop.reader", {.parents = {"model.shop.inlined", kViews}});
  CHECK(tables_read_by(manifest, "model.shop.reader") == Names{"snowplow_unified_views_this_run"});
  manifest.node("model.shop.reader", {.parents = {"model.shop.inlined"}});
  CHECK(tables_read_by(manifest, "model.shop.reader") == Names{"snowplow_unified_views_this_run"});
  manifest.node("model.shop.inlined",
                {.tags = {"snowplow_unified_incremental"}, .parents = {kViews}, .materialized = "ephemeral"});
  CHECK(tables_read_by(manifest, "model.shop.reader").empty());
}

TEST_CASE("this run: a user's own tagged _this_run table is one too, an untagged one is not") {
  SmallManifest manifest = unified();
  manifest.node("model.shop.carts_this_run", {.tags = {"snowplow_unified_incremental"}, .parents = {kViews}});
  manifest.node("model.shop.first_this_run", {.parents = {kDerived}});
  manifest.node("model.shop.reader", {.parents = {"model.shop.carts_this_run", "model.shop.first_this_run"}});
  CHECK(tables_read_by(manifest, "model.shop.reader") == Names{"carts_this_run"});
}

TEST_CASE("this run: a table that is read for the limits only") {
  const std::string limits = "snowplow_unified_views_this_run (limits)";
  SmallManifest manifest = unified();
  manifest.node("model.shop.daily", {.parents = {kViews},
                                     .raw_code = "  -- depends_on: {{ ref('snowplow_unified_views_this_run') }}\n"
                                                 "select 1 from {{ ref('snowplow_unified_views') }}"});
  CHECK(tables_read_by(manifest, "model.shop.daily") == Names{limits});
  manifest.node("model.shop.daily", {.parents = {kViews},
                                     .raw_code = "-- depends_on: {{ ref('snowplow_unified_views_this_run') }}\n"
                                                 "select 1 from {{ ref('snowplow_unified_views_this_run') }}"});
  CHECK(tables_read_by(manifest, "model.shop.daily") == Names{"snowplow_unified_views_this_run"});
  manifest.node("model.shop.daily", {.parents = {kViews},
                                     .macros = {"macro.snowplow_utils.return_limits_from_model"},
                                     .raw_code = "{{ return_limits(ref('snowplow_unified_views_this_run')) }}"});
  CHECK(tables_read_by(manifest, "model.shop.daily") == Names{limits});
}

TEST_CASE("this run: all readers of a project, the packages' own left out") {
  SmallManifest manifest = unified();
  manifest.node("model.shop.a", {.parents = {kViews}}).node("model.shop.b", {.parents = {kViews}});
  const Project project = build_project(manifest);
  const SnowplowPackages packages = find_packages(project);
  const auto readers = this_run_readers(project, packages);
  REQUIRE(readers.has_value());
  REQUIRE(readers->size() == 2);
  CHECK((*readers)[0].reader == id_of(project, "model.shop.a"));
  CHECK((*readers)[1].reader == id_of(project, "model.shop.b"));
  CHECK((*readers)[1].package->name == "snowplow_unified");
}

}  // namespace plowline::testing
