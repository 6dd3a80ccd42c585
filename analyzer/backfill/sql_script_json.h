// SQL scripts as JSON: what migrate, record and verify print with --format json.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <span>
#include <string>
#include <string_view>

#include "backfill/sql_script.h"
#include "diagnostic/error.h"

namespace plowline {

// [{"title", "notes", "statements": [{"what", "sql"}]}]
nlohmann::ordered_json scripts_json(std::span<const SqlScript> scripts);

// The document of schemas/backfill-sql.schema.json, without verdicts.
std::string sql_document(std::string_view dialect, std::span<const SqlScript> scripts, const Warnings& warnings);

}  // namespace plowline
