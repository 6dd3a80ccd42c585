// Snowplow's variables, as dbt_project.yml sets them and as code sees them.
//
// A variable under `vars: snowplow_unified:` is seen by nodes of that package only (its models and hooks), one directly
// under `vars:` by every node that has none of its own. What the project does not set has the value that the package's
// own dbt_project.yml gives it. `--vars` comes before all of these and is in no file. Where a value holds Jinja, what
// code sees is not known.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lint/finding.h"
#include "lint/lint_project.h"

namespace plowline {

inline constexpr std::string_view kVarPrefix = "snowplow__";
inline constexpr std::string_view kSessionTimestamp = "snowplow__session_timestamp";

// What the nodes of a package see of a variable.
struct VisibleVar {
  const PlacedValue* value;       // never null
  std::optional<ProjectVar> set;  // where the project sets it; nothing: it is the package's own default
};
std::optional<VisibleVar> visible_var(const LintProject& project, std::string_view name, std::string_view package);

// The settings in dbt_project.yml of variables that begin with `snowplow__`, or that have that name, in the order of
// the file: those that nodes of the root project or of a Snowplow package see.
std::vector<ProjectVar> snowplow_settings(const LintProject& project);
std::vector<ProjectVar> settings_of(const LintProject& project, std::string_view name);

// Where the prefix of Snowplow's variables next stands in a text; npos where it does not. Fast: for all code of a
// project.
std::size_t find_var_prefix(std::string_view text, std::size_t from = 0);

// Whether the last dbt command, as far as run_results.json tells of it, was given the variable by --vars.
bool given_to_last_run(const LintProject& project, std::string_view name);

// A text, as dbt's Jinja gets it: also a number in quotes.
bool is_text(const PlacedValue& value);
// Whether code that reads one or the other sees the same. Not for values with Jinja.
bool same_value(const PlacedValue& a, const PlacedValue& b);
// For messages: `30`, `'load_tstamp'` without quotes, `nothing` for null and empty texts, `a list`.
std::string value_words(const PlacedValue& value);

Anchor place_of(const ProjectVar& var);
// Tells settings apart in fingerprints: `snowplow_unified.snowplow__start_date`.
std::string key_of(const ProjectVar& var);
// Who sees it: ` for snowplow_unified`, or nothing where it is for all.
std::string scope_words(const ProjectVar& var);

}  // namespace plowline
