#include "snowplow/tags.h"

#include "snowplow/small_manifest.h"

namespace plowline::testing {

TEST_CASE("tags: a package's tag and back") {
  CHECK(tag_of("snowplow_unified") == "snowplow_unified_incremental");
  CHECK(package_of_tag("snowplow_web_incremental") == "snowplow_web");
  CHECK(package_of_tag("snowplow_incremental") == "snowplow");
  CHECK(!package_of_tag("snowplow__incremental_extra").has_value());
  CHECK(!package_of_tag("snowplowed_incremental").has_value());
  CHECK(!package_of_tag("my_incremental").has_value());
  CHECK(!package_of_tag("_incremental").has_value());
  CHECK(!package_of_tag("").has_value());
}

TEST_CASE("tags: only enabled models with exactly the tag count") {
  SmallManifest manifest;
  manifest.node("model.shop.yes", {.tags = {"daily", "snowplow_unified_incremental"}});
  manifest.node("model.shop.upper", {.tags = {"Snowplow_Unified_Incremental"}});
  manifest.node("seed.shop.seed", {.tags = {"snowplow_unified_incremental"}});
  const Project project = build_project(manifest);
  CHECK(is_tagged(project, id_of(project, "model.shop.yes"), "snowplow_unified"));
  CHECK(!is_tagged(project, id_of(project, "model.shop.yes"), "snowplow"));
  CHECK(!is_tagged(project, id_of(project, "model.shop.upper"), "snowplow_unified"));
  CHECK(!is_tagged(project, id_of(project, "seed.shop.seed"), "snowplow_unified"));
}

TEST_CASE("tags: what a misspelled tag was meant to be") {
  const std::vector<std::string_view> known = {"snowplow_unified_incremental", "snowplow_web_incremental"};
  CHECK(meant_tag("snowplow_unified_incremetal", known) == "snowplow_unified_incremental");
  CHECK(meant_tag("snowplow_wbe_incremental", known) == "snowplow_web_incremental");
  CHECK(meant_tag("Snowplow-Unified-Incremental", known) == "snowplow_unified_incremental");
  CHECK(meant_tag("snowplow_unifed_incrementl", known) == "snowplow_unified_incremental");
  CHECK(!meant_tag("snowplow_unifd_incremntl", known).has_value());  // three edits
  CHECK(!meant_tag("snowplow_mobile_incremental", known).has_value());
  CHECK(!meant_tag("snowplow_web_incremental", known).has_value());
  CHECK(!meant_tag("", known).has_value());
  CHECK(!meant_tag("daily", {}).has_value());
}

}  // namespace plowline::testing
