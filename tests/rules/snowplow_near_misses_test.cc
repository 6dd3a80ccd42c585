// Projects that look like a mistake and are right.
#include <doctest/doctest.h>

#include "rules/test_project.h"

using namespace plowline;
using testing::Lines;
using testing::TestProject;

namespace {

constexpr const char* kTagged = R"({"config": {"materialized": "table", "tags": ["snowplow_unified_incremental"]}})";
constexpr const char* kReader = "select * from {{ ref('snowplow_unified_views_this_run') }}\n";

}  // namespace

TEST_CASE("a tagged table, and an ephemeral model without the tag, are no tagged ephemeral models") {
  TestProject project;
  project.snowplow_unified();
  project.model("visits", kReader, kTagged);
  project.model("visits_part", "select 1\n", R"({"config": {"materialized": "ephemeral"}})");
  CHECK(project.lint("snowplow-tagged-ephemeral") == Lines{});
}

TEST_CASE("versions of a model that no package counts are no matter of Snowplow's") {
  TestProject project;
  project.snowplow_unified();
  project.model("visits", kReader, kTagged);
  project.add("model.shop.orders.v1", R"({"config": {"materialized": "table"}})");
  project.add("model.shop.orders.v2", R"({"config": {"materialized": "table"}})");
  CHECK(project.lint("snowplow-versioned-model") == Lines{});
}

TEST_CASE("one tag of a package beside tags of another kind") {
  TestProject project;
  project.snowplow_unified().snowplow_package("snowplow_media_player");
  project.model("visits", kReader,
                R"({"config": {"materialized": "table", "tags": ["snowplow_unified_incremental", "nightly"]}})");
  CHECK(project.lint("snowplow-multi-package-tags") == Lines{});
}

TEST_CASE("models of one name in packages that no tag concerns") {
  TestProject project;
  project.snowplow_unified();
  project.model("visits", kReader, kTagged);
  project.model("orders", "select 1\n");
  project.add("model.other.orders", "{}");
  CHECK(project.lint("snowplow-duplicate-name") == Lines{});
}

TEST_CASE("is_run_with_new_events in an incremental model is where it belongs") {
  TestProject project;
  project.snowplow_unified();
  project.model("visits",
                "select * from {{ ref('snowplow_unified_views_this_run') }} where {{ "
                "snowplow_utils.is_run_with_new_events('snowplow_unified') }}\n",
                R"({"config": {"materialized": "incremental", "unique_key": "view_id",
                    "tags": ["snowplow_unified_incremental"]}})");
  CHECK(project.lint("snowplow-is-run-with-new-events-not-incremental") == Lines{});
}

TEST_CASE("a config without Jinja does not depend on the target") {
  TestProject project;
  project.model("orders", "{{ config(materialized='table', schema='derived') }} select 1\n",
                R"({"config": {"materialized": "table", "schema": "derived"},
                    "unrendered_config": {"materialized": "table", "schema": "derived"}})");
  CHECK(project.lint("schema-target-dependent-config") == Lines{});
}
