#include "rules/snowplow/refresh_guard.h"

#include <fmt/format.h>
#include <optional>

#include "rules/snowplow/package_vars.h"

namespace plowline {
namespace {

// Whether the package's macro looks at --full-refresh; nothing where it cannot be read.
std::optional<bool> is_guarded(const LintProject& project, const SnowplowPackage& package) {
  for (const std::string_view owner : {std::string_view(package.owner), std::string_view("snowplow_utils")}) {
    for (const std::string_view macro : {"default__allow_refresh", "allow_refresh"}) {
      const MacroRecord* record = project.macro(fmt::format("macro.{}.{}", owner, macro));
      if (record == nullptr) continue;
      const std::string_view text = project.code(*record);
      if (text.find("FULL_REFRESH") != std::string_view::npos) return true;
      if (text.find(kAllowRefresh) != std::string_view::npos) return false;
    }
  }
  return std::nullopt;
}

}  // namespace

std::vector<PermanentRefresh> permanent_refreshes(const LintProject& project) {
  std::vector<PermanentRefresh> found;
  for (const SnowplowPackage& package : project.snowplow().all()) {
    if (package.kind != SnowplowPackage::Kind::kIncremental) continue;
    auto var = project.yaml().var(kAllowRefresh, package.owner);
    if (!var || has_jinja(*var->value) || !var->value->truthy()) continue;
    if (const std::optional<bool> guarded = is_guarded(project, package)) {
      found.push_back({&package, *std::move(var), *guarded});
    }
  }
  return found;
}

}  // namespace plowline
