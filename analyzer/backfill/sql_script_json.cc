#include "backfill/sql_script_json.h"

#include <nlohmann/json.hpp>

#include "diagnostic/json_output.h"

namespace plowline {

nlohmann::ordered_json scripts_json(std::span<const SqlScript> scripts) {
  using Json = nlohmann::ordered_json;
  Json all = Json::array();
  for (const SqlScript& script : scripts) {
    Json statements = Json::array();
    for (const SqlStatement& statement : script.statements) {
      statements.push_back({{"what", statement.what}, {"sql", statement.sql}});
    }
    all.push_back({{"title", script.title}, {"notes", script.notes}, {"statements", std::move(statements)}});
  }
  return all;
}

std::string sql_document(std::string_view dialect, std::span<const SqlScript> scripts, const Warnings& warnings) {
  return document_text(
      {{"dialect", dialect}, {"scripts", scripts_json(scripts)}, {"warnings", warnings_json(warnings)}});
}

}  // namespace plowline
