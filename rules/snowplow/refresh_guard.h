// What protects a package's manifest tables from --full-refresh, and where it is switched off.
//
// Their models take the config full_refresh from the package's allow_refresh macro: none on the target that
// snowplow__dev_target_name names, else the variable snowplow__allow_refresh. Later versions look at the variable only
// in runs with --full-refresh; earlier ones in all.
#pragma once

#include <string_view>
#include <vector>

#include "lint/lint_project.h"

namespace plowline {

inline constexpr std::string_view kAllowRefresh = "snowplow__allow_refresh";

// A package for which dbt_project.yml sets snowplow__allow_refresh to true.
struct PermanentRefresh {
  const SnowplowPackage* package;
  ProjectVar var;
  bool guarded;  // read in runs with --full-refresh only
};

// Packages whose macro the manifest does not hold are left out.
std::vector<PermanentRefresh> permanent_refreshes(const LintProject& project);

}  // namespace plowline
