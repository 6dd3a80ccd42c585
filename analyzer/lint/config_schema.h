// The JSON Schema of plowline.yml (draft 2020-12), made from the rules that are registered:
// schemas/plowline.schema.json, with which editors complete and check the file while it is written.
//
// The schema accepts what read_lint_config() accepts; what it cannot say (selectors and regular expressions that are
// none, a project twice) only the reader finds.
#pragma once

#include <string>

#include "lint/rule.h"

namespace plowline {

// The whole schema for the configurations that may name these rules, indented, with a line feed at the end.
std::string config_schema(const RuleSet& rules = {});

// Where the schema of this version is published; empty where the build knows no address (PLOWLINE_DOCS_URL).
std::string config_schema_url();

// The option's default as JSON text: `1`, `"view"`, `["TODO"]`.
std::string default_as_json(const OptionSpec& option);

}  // namespace plowline
