// Which snowplow_utils a project has installed, as far as its files and its manifest tell.
#pragma once

#include <optional>

#include "lint/lint_project.h"
#include "source/version_range.h"

namespace plowline {

// Nothing where neither the packages' folder nor package-lock.yml says it.
std::optional<Version> installed_utils(const LintProject& project);

// Whether it reads snowplow_optimize and the like from a config's meta: 1.0.0 and later do, and nothing else but the
// top of the config is read before. Nothing where that cannot be told.
std::optional<bool> utils_read_meta(const LintProject& project);

}  // namespace plowline
