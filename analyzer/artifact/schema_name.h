// What an artifact says of itself: `https://schemas.getdbt.com/dbt/manifest/v12.json`.
#pragma once

#include <string>
#include <string_view>

namespace plowline {

struct SchemaName {
  std::string_view artifact;  // `manifest`, `catalog`, `run-results`, `sources`; empty where there is no schema
  int version = 0;            // the largest int where the number is larger
};

// `url` is metadata.dbt_schema_version; anything else gives an empty name.
SchemaName schema_name_from(std::string_view url);

// The name of the artifact of that schema, as dbt calls the file: `run-results` -> `run_results.json`. Printable.
std::string artifact_file_name(std::string_view schema_artifact);

}  // namespace plowline
