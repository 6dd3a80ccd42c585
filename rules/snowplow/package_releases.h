// What the releases of Snowplow's packages need: which snowplow_utils, and which dbt that needs in turn.
//
// Taken from packages.yml and dbt_project.yml of the packages' tags. A release that is newer than those known here is
// taken to need what the newest known one needs, or more. Of snowplow_web and snowplow_mobile, which snowplow_unified
// replaced, no newer ones are expected.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "source/version_range.h"

namespace plowline {

// The ranges of snowplow_utils that the package's releases in that range ask for; one of them will be installed.
// Nothing where the package or some of these releases are not known (older than the table).
std::optional<std::vector<VersionRange>> utils_needed_by(std::string_view package, const VersionRange& releases);

// The oldest dbt that these versions of snowplow_utils run with; nothing where that cannot be told.
std::optional<Version> oldest_dbt_for_utils(const VersionRange& utils);

}  // namespace plowline
