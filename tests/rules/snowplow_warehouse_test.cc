// The rules about what only some warehouses do with Snowplow's models, and about names.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include "rules/test_project.h"

using plowline::testing::Lines;
using plowline::testing::TestProject;

namespace {

constexpr const char* kReads = "select * from {{ ref('snowplow_unified_views_this_run') }}\n";

TestProject shop_on(std::string_view adapter) {
  TestProject project;
  project.snowplow_unified().metadata(fmt::format(R"({{"adapter_type": "{}"}})", adapter));
  return project;
}

std::string tagged(std::string_view more, std::string_view materialized = "incremental") {
  return fmt::format(R"({{"config": {{"materialized": "{}", "tags": ["snowplow_unified_incremental"]{}}}}})",
                     materialized, more);
}

Lines partition_on(std::string_view adapter, std::string_view config, std::string_view materialized = "incremental") {
  TestProject project = shop_on(adapter);
  project.model("my_views",
                "{{ config(\n    materialized='incremental',\n    partition_by={'field': 'start_tstamp'}\n) }}\n" +
                    std::string(kReads),
                tagged(config, materialized));
  return project.lint("snowplow-bigquery-partition");
}

Lines catalog(std::string_view adapter, std::string_view vars, std::string_view run_results = "") {
  TestProject project = shop_on(adapter);
  project.file("dbt_project.yml", fmt::format("name: shop\nvars:\n{}", vars));
  if (!run_results.empty()) project.run_results(run_results);
  return project.lint("snowplow-databricks-catalog");
}

Lines name_of(std::string_view name, std::string_view adapter = "postgres", bool with_tag = true) {
  TestProject project = shop_on(adapter);
  std::string escaped;
  for (const char c : name) escaped += c == '\\' ? std::string("\\\\") : std::string(1, c);
  project.model("my_views", kReads,
                fmt::format(R"({{"name": "{}", "config": {{"materialized": "incremental", "tags": ["{}"]}}}})", escaped,
                            with_tag ? "snowplow_unified_incremental" : "other"));
  return project.lint("snowplow-unsafe-name");
}

}  // namespace

TEST_CASE("on BigQuery an incremental model that is merged without partitions is found") {
  CHECK(partition_on("bigquery", R"(, "unique_key": "view_id")") ==
        Lines{"models/my_views.sql:2:5: warn: my_views has no partition_by: each run's merge reads the whole table on "
              "BigQuery, and a backfill pays for that once per window"});
  // Clusters help only where the merge has a condition.
  CHECK(partition_on("bigquery", R"(, "unique_key": "view_id", "cluster_by": ["app_id"])").size() == 1);
}

TEST_CASE("on BigQuery partitions that the merge does not make use of are found") {
  CHECK(partition_on("bigquery", R"(, "unique_key": "view_id", "partition_by": {"field": "start_tstamp"})") ==
        Lines{"models/my_views.sql:3:5: warn: my_views is partitioned, but nothing limits its merge to some partitions "
              "(snowplow_optimize with upsert_date_key does): each run reads the whole table, and a backfill pays for "
              "that once per window"});
}

TEST_CASE("models that BigQuery need not read whole") {
  const std::string key = R"(, "unique_key": "view_id")";
  const std::string partitioned = key + R"(, "partition_by": {"field": "start_tstamp"})";
  CHECK(partition_on("bigquery", partitioned + R"(, "snowplow_optimize": true, "upsert_date_key": "start_tstamp")") ==
        Lines{});
  CHECK(partition_on("bigquery",
                     partitioned + R"(, "meta": {"snowplow_optimize": true, "upsert_date_key": "start_tstamp"})") ==
        Lines{});
  CHECK(partition_on("bigquery", partitioned + R"(, "incremental_predicates": ["x > 1"])") == Lines{});
  CHECK(partition_on("bigquery", partitioned + R"(, "snowplow_optimize": false)") == Lines{});
  CHECK(partition_on("bigquery", partitioned + R"(, "incremental_strategy": "insert_overwrite")") == Lines{});
  CHECK(partition_on("bigquery", key + R"(, "incremental_strategy": "insert_overwrite")") == Lines{});
  CHECK(partition_on("bigquery",
                     key + R"(, "cluster_by": ["day"], "snowplow_optimize": true, "upsert_date_key": "day")") ==
        Lines{});
  CHECK(partition_on("bigquery", "") == Lines{});  // rows are only added
  CHECK(partition_on("bigquery", key, "table") == Lines{});
  CHECK(partition_on("postgres", key) == Lines{});
  CHECK(partition_on("snowflake", key) == Lines{});
}

TEST_CASE("snowplow__database on Databricks has no effect") {
  CHECK(catalog("databricks", "  snowplow_unified:\n    snowplow__database: events\n") ==
        Lines{"dbt_project.yml:4:5: warn: snowplow__database (events) for snowplow_unified has no effect on "
              "Databricks, where snowplow_unified reads snowplow__databricks_catalog: that is not set, so the events "
              "are looked for in the catalog hive_metastore"});
  CHECK(catalog("databricks", "  snowplow__database: events\n").size() == 1);
  // The catalog is set for another package.
  CHECK(catalog("databricks",
                "  shop:\n    snowplow__databricks_catalog: events\n"
                "  snowplow_unified:\n    snowplow__database: events\n")
            .size() == 1);
}

TEST_CASE("snowplow__database that is right, or that says nothing") {
  const std::string set = "  snowplow_unified:\n    snowplow__database: events\n";
  CHECK(catalog("databricks", set + "    snowplow__databricks_catalog: events\n") == Lines{});
  CHECK(catalog("databricks", set + "  snowplow__databricks_catalog: events\n") == Lines{});
  CHECK(catalog("databricks", "  snowplow_unified:\n    snowplow__databricks_catalog: events\n") == Lines{});
  CHECK(catalog("databricks", "  snowplow_unified:\n    snowplow__database: hive_metastore\n") == Lines{});
  CHECK(catalog("databricks", "  snowplow_unified:\n    snowplow__database: \"{{ env_var('DB') }}\"\n") == Lines{});
  CHECK(catalog("databricks", "  snowplow_unified:\n    snowplow__database:\n") == Lines{});
  CHECK(catalog("databricks", "  shop:\n    snowplow__database: events\n") == Lines{});  // no package sees it
  CHECK(catalog("snowflake", set) == Lines{});
  CHECK(catalog("spark", set) == Lines{});
}

TEST_CASE("a source that lies in that catalog all the same") {
  TestProject project = shop_on("databricks");
  project.file("dbt_project.yml", "name: shop\nvars:\n  snowplow__database: events\n");
  project.add("source.snowplow_unified.atomic.events", R"({"database": "events"})");
  CHECK(project.lint("snowplow-databricks-catalog") == Lines{});
}

TEST_CASE("a partition column that a tagged model on Databricks does not give") {
  TestProject project = shop_on("databricks");
  const std::string config = R"(, "unique_key": "view_id", "partition_by": "start_tstamp_date")";
  const std::string from = "from {{ ref('snowplow_unified_views_this_run') }}\n";
  project.model("without", "select view_id, start_tstamp " + from, tagged(config));
  project.model("with", "select view_id, date(start_tstamp) as start_tstamp_date " + from, tagged(config));
  CHECK(project.lint("schema-partition-column-missing") ==
        Lines{"models/without.sql:1:1: error: partition_by of without names start_tstamp_date, which its query does "
              "not give: the warehouse refuses to create the table"});
}

TEST_CASE("names that the packages cannot work with") {
  CHECK(name_of("my views") ==
        Lines{"models/my_views.sql:1:1: error: `my views` has a blank in its name, and models_to_run is split at "
              "blanks: no value can name the model, so snowplow_unified does not count it in a run that is limited to "
              "some models and writes no row for it"});
  CHECK(name_of("user's_views") ==
        Lines{"models/my_views.sql:1:1: error: `user's_views` has a ' in its name, which ends the string where "
              "snowplow_unified asks its manifest for the models' rows by name: every run that counts the model fails "
              "with a syntax error"});
  CHECK(name_of("user's views").size() == 1);
  CHECK(name_of("my\\views", "bigquery").size() == 1);
}

TEST_CASE("names that look odd and are safe") {
  CHECK(name_of("my-views.v2") == Lines{});
  CHECK(name_of("MyViews") == Lines{});
  CHECK(name_of("my\\views") == Lines{});
  CHECK(name_of("my views", "postgres", false) == Lines{});  // not tagged: nobody looks for it
}
