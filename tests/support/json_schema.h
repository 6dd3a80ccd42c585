// Whether a JSON document that plowline printed is what its schema says, judged by python3-jsonschema.
#pragma once

#include <string>
#include <string_view>

namespace plowline::testing {

// What is wrong with the document (JSON text) by schemas/NAME, one complaint per line; empty where nothing is.
std::string schema_complaints(std::string_view schema_name, const std::string& document);

// The other way round, for a schema that could be too loose: each member is given another type, taken away, and each
// object gets one more member. The changes that the schema does not mind, one per line.
std::string schema_gaps(std::string_view schema_name, const std::string& document);

}  // namespace plowline::testing
