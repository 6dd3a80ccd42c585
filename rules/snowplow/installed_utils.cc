#include "rules/snowplow/installed_utils.h"

#include "snowplow/macro_calls.h"

namespace plowline {

std::optional<Version> installed_utils(const LintProject& project) {
  const std::optional<std::string> version = project.yaml().installed_version("snowplow_utils");
  return version ? Version::parse(*version) : std::nullopt;
}

std::optional<bool> utils_read_meta(const LintProject& project) {
  // What the manifest was made with comes before what may have been installed since.
  if (find_utils_macro(project.project(), "config_meta_get") != nullptr) return true;
  if (const MacroRecord* merge = find_utils_macro(project.project(), "default__get_merge_sql")) {
    if (macro_text(*merge).find("config.get('snowplow_optimize'") != std::string::npos) return false;
  }
  const std::optional<Version> version = installed_utils(project);
  if (!version) return std::nullopt;
  return !(*version < Version{1, 0, 0, {}});
}

}  // namespace plowline
