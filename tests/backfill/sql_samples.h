// A backfill of one model with every layout that a config can have, for tests of the SQL of all dialects.
#pragma once

#include <string>
#include <vector>

#include "backfill/blue_green.h"
#include "backfill/dialect.h"

namespace plowline::testing {

inline TableName table_named(std::string database, std::string schema, std::string identifier, bool quoted = false) {
  TableName name;
  if (!database.empty()) name.database = NamePart{std::move(database), quoted};
  name.schema = {std::move(schema), quoted};
  name.identifier = {std::move(identifier), quoted};
  return name;
}

inline TableConfig full_config(const std::string& dialect) {
  TableConfig config;
  config.materialized = "incremental";
  config.unique_key = {"page_view_id"};
  config.upsert_date_key = "start_tstamp";
  config.description = "Page views, it's the new model";
  config.persists_relation_docs = true;
  config.persists_column_docs = true;
  config.columns = {{"page_view_id", false, "", "The key"}, {"start_tstamp", false, "", ""}};
  config.grants = {{"select", {"reporter", "Data Team"}}};
  if (dialect == "bigquery") {
    config.grants = {{"roles/bigquery.dataViewer", {"group:analysts@example.com"}}};
    config.partition_by = PartitionBy{.field = "start_tstamp", .data_type = "timestamp"};
    config.cluster_by = {"app_id"};
  } else if (dialect == "spark" || dialect == "databricks") {
    config.partition_columns = {"start_tstamp_date"};
    config.table_properties = {{"delta.autoOptimize.optimizeWrite", "true"}};
    config.file_format = dialect == "spark" ? "iceberg" : "delta";
    if (dialect == "spark") config.partition_columns = {"days(start_tstamp)", "app_id"};
  } else if (dialect == "snowflake") {
    config.cluster_by = {"to_date(start_tstamp)"};
  } else if (dialect == "redshift") {
    config.sort = {"start_tstamp"};
    config.dist = "page_view_id";
  } else {
    config.indexes = {{{"page_view_id"}, true, "btree"}};
  }
  return config;
}

inline NewModel sample_model(const std::string& dialect) {
  const std::string database = dialect == "spark" ? "" : "shop";
  const bool quoted = dialect != "snowflake";
  NewModel model;
  model.id = NodeId{0};
  model.unique_id = "model.shop.my_new_model";
  model.name = "my_new_model";
  model.packages = {"snowplow_unified"};
  model.requested = true;
  model.has_history = true;
  model.config = full_config(dialect);
  model.staging = table_named(database, "staging_derived", "my_new_model", quoted);
  model.production = table_named(database, "prod_derived", "my_new_model", quoted);
  model.placement = "given by --to";
  return model;
}

inline PackageTables sample_package(const std::string& dialect) {
  const std::string database = dialect == "spark" ? "" : "shop";
  const bool quoted = dialect != "snowflake";
  const std::string table = "snowplow_unified_incremental_manifest";
  PackageTables package;
  package.package = "snowplow_unified";
  package.staging_manifest = table_named(database, "staging_snowplow_manifest", table, quoted);
  package.production_manifest = table_named(database, "prod_snowplow_manifest", table, quoted);
  package.staging_models = {"my_new_model", "snowplow_unified_views_this_run"};
  package.new_models = {"my_new_model"};
  package.production_models = {"snowplow_unified_sessions", "snowplow_unified_views_this_run"};
  return package;
}

inline BlueGreen sample_sides(const std::string& dialect) {
  BlueGreen sides;
  sides.adapter_type = dialect;
  sides.models = {sample_model(dialect)};
  sides.packages = {sample_package(dialect)};
  return sides;
}

}  // namespace plowline::testing
