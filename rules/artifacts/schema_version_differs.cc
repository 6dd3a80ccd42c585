#include <fmt/format.h>

#include "lint/rule.h"
#include "source/version_range.h"

namespace plowline {
namespace {

// `dbt 1.10.4 (manifest v12)`.
std::string shown(const Project& project) {
  const std::string_view version = project.metadata().dbt_version;
  return fmt::format("dbt {} (manifest v{})", version.empty() ? "of an unknown version" : printable(version),
                     project.schema_version());
}

bool comparable(const Project& now, const Project& before) {
  if (now.schema_version() != before.schema_version()) return false;
  const auto a = Version::parse(now.metadata().dbt_version);
  const auto b = Version::parse(before.metadata().dbt_version);
  return !a || !b || (a->major == b->major && a->minor == b->minor);
}

Result<void> check(const LintProject& project, const RuleScope&, const NoOptions&, Violations& violations) {
  const Project& now = project.project();
  const Project& before = project.state()->project();
  if (comparable(now, before)) return {};
  violations.push_back(
      {.message = fmt::format("the state {} is of {}, and this manifest of {}: macros and configs of dbt's own differ "
                              "too, so that nodes count as modified that nobody changed",
                              printable(before.manifest_file()), shown(before), shown(now)),
       .at = Anchor::manifest(),
       .key = "version"});
  return {};
}

const RegisterRule<> rule{
    {.name = "artifacts-schema-version-differs",
     .subject = "artifacts",
     .summary = "the state is of another minor version of dbt",
     .what = "Compares the dbt versions of the manifest and of the earlier manifest (`--state`) by major and minor "
             "number, and the versions of the manifests' schemas.",
     .why = "A manifest holds dbt's own macros and configs. Those that another version of dbt words differently, or "
            "adds, make a node modified: `state:modified` selects half of the project after an upgrade, and what the "
            "branch changed is lost in it.",
     .example = R"(```sh
# production runs dbt 1.9, this environment has dbt 1.11
plowline lint --state production-artifacts
```)",
     .use_instead = R"(```sh
pip install 'dbt-core~=1.9.0'
dbt parse && plowline lint --state production-artifacts
```)",
     .basis = "dbt-core: `state:modified` compares every macro that a node depends on, those of dbt's own packages "
              "included, and every config of the node.",
     .severity = Severity::kWarn,
     .presets = kStrict,
     .needs = kNeedsState},
    check};

}  // namespace
}  // namespace plowline
