#include <fmt/format.h>

#include "lint/rule.h"

namespace plowline {
namespace {

Result<void> check(const LintProject& project, const RuleScope&, const NoOptions&, Violations& violations) {
  const std::string_view now = project.project().root_package();
  const std::string_view before = project.state()->project().root_package();
  if (now.empty() || before.empty() || now == before) return {};
  violations.push_back({.message = fmt::format(
                            "the state {} is of the project {}, and this one is {}: all of its nodes count as new, so "
                            "nothing is compared",
                            printable(project.state()->project().manifest_file()), printable(before), printable(now)),
                        .at = Anchor::manifest(),
                        .key = "project"});
  return {};
}

const RegisterRule<> rule{
    {.name = "artifacts-state-of-other-project",
     .subject = "artifacts",
     .summary = "the state is the manifest of another project",
     .what = "Compares the root projects' names of the manifest and of the earlier manifest (`--state`).",
     .why = "A node's unique_id has the project's name in it. With the manifest of another project no node is found in "
            "the state: `state:modified` selects everything, and rules that compare find nothing to compare, which "
            "looks as if nothing were wrong.",
     .example = R"(```sh
plowline lint --state ../other_project/target
```)",
     .use_instead = R"(```sh
plowline lint --state production-artifacts
```)",
     .basis = "dbt: unique_ids begin with the resource type and the package's name; `metadata.project_name` since 1.6.",
     .severity = Severity::kError,
     .presets = kRecommended,
     .needs = kNeedsState},
    check};

}  // namespace
}  // namespace plowline
