// dbt-checkpoint's hooks, and the rules and options that their arguments become. What the arguments mean is from the
// hooks' own argument parsers.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace plowline {

// How an argument's values become an option's value.
enum class CheckpointValue : std::uint8_t {
  kNumber,
  kText,
  kList,
  kCounts,       // `unique=1 data=2`: a map
  kTrue,         // the flag alone
  kGroup,        // one group of tests
  kRequire,      // levels of freshness
  kColumns,      // JSON: names and types
  kConstraints,  // JSON: types, and columns or expressions
  kPattern,      // has to match from the start there, the whole here
};

struct CheckpointArgument {
  std::string_view flag;
  std::string_view option;
  CheckpointValue as = CheckpointValue::kText;
  bool required = false;  // without it the hook ends with a usage error
};

struct CheckpointHook {
  std::string_view id;
  std::string_view rule;
  std::vector<CheckpointArgument> arguments = {};
  // Options that hold whatever the arguments are.
  std::vector<std::pair<std::string, std::string>> fixed = {};
};

// All hooks that check something; one that is two rules here stands twice.
const std::vector<CheckpointHook>& checkpoint_hooks();

// The value of the option, as YAML; nothing where the words are not understood.
std::optional<std::string> checkpoint_option(CheckpointValue as, const std::vector<std::string>& words);

}  // namespace plowline
