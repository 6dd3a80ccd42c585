// The entries of `rules:` in plowline.yml.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "artifact/placed_value.h"
#include "diagnostic/error.h"
#include "lint/config.h"
#include "lint/config_value.h"

namespace plowline {

// The keys that an entry of a rule has besides the rule's own options; a subject's entry has these only.
inline constexpr std::string_view kSeverityKey = "severity";
inline constexpr std::string_view kWhereKey = "where";
inline constexpr std::string_view kExceptKey = "except";

// What `severity` may be: error, warn, on, off. (YAML 1.1 makes booleans of `on` and `off`, which are taken too.)
const std::vector<std::string>& level_names();

// For "did you mean".
std::vector<std::string> names_of_rules_and_subjects(const RuleSet& rules);

// The whole map; nothing written is an empty one. Errors: those of read_lint_config().
Result<RuleSettings> read_rule_settings(const ConfigValueReader& reader, const RuleSet& rules,
                                        const PlacedValue& value);

// One option's value, of the same alternative as the option's default.
Result<OptionValue> read_option(const ConfigValueReader& reader, const OptionSpec& option, const PlacedValue& value);

}  // namespace plowline
