// Calls of Snowplow's macros, as a manifest shows them.
//
// A manifest tells which macros a node calls (depends_on.macros), but with which arguments only stands in its Jinja
// text. What is looked for here are string literals in calls such as
//   {{ snowplow_utils.snowplow_incremental_post_hook('snowplow_web') }}
//   {{ snowplow_utils.get_enabled_snowplow_models(package_name="snowplow", models_to_run="") }}
// An argument that is an expression is not evaluated: it is reported as not readable.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "project/project.h"

namespace plowline {

struct MacroArgument {
  std::string name;                    // empty for a positional argument
  std::optional<std::string> literal;  // its text, where it is a string literal
};

// The arguments of the first call of `macro` in Jinja text; nothing where the text does not call it. `macro` is the
// bare name; a longer name that contains it is no match. Calls in Jinja comments do not count.
std::optional<std::vector<MacroArgument>> call_arguments(std::string_view jinja, std::string_view macro);

// The literal given as `name`, or else at `position` (from 0) among the positional arguments.
std::optional<std::string> literal_argument(const std::vector<MacroArgument>& arguments, std::string_view name,
                                            std::size_t position);

// The text of a macro; empty where the manifest has none.
std::string macro_text(const MacroRecord& macro);

// The macro of snowplow_utils with that name, or null.
const MacroRecord* find_utils_macro(const Project& project, std::string_view name);

// Whether depends_on.macros of `node` names `macro` of snowplow_utils. Wrappers are not looked through. dbt 2 leaves
// the list empty: then this is false.
bool depends_on_utils_macro(const NodeRecord& node, std::string_view macro);

// Whether `node` calls `macro` of snowplow_utils itself: by depends_on.macros or, failing that, by its text. Cost: the
// node's text is read where depends_on.macros does not name it. Errors: a node whose code is not JSON.
Result<bool> calls_utils_macro(const Project& project, NodeId node, std::string_view macro);

// A call that a node makes, itself or through macros.
struct MacroCall {
  // The Jinja text in which the call stands: the node's own or a wrapping macro's; empty where the manifest does not
  // hold it.
  std::string text;
};

// Finds calls of snowplow_utils' macros also where a macro of another package stands in between.
class CallFinder {
 public:
  explicit CallFinder(const Project& project) : project_(project) {}

  // Errors: a node whose code is not JSON.
  Result<std::optional<MacroCall>> find(NodeId node, std::string_view macro);

 private:
  const MacroRecord* find_macro(std::string_view unique_id);
  const MacroRecord* find_wrapper(StringList macros, std::string_view wanted);

  const Project& project_;
  std::unordered_map<std::string_view, const MacroRecord*> macros_;  // by unique_id; filled when first needed
};

}  // namespace plowline
