#include <fmt/format.h>

#include "lint/rule.h"

namespace plowline {
namespace {

std::string_view effective(std::string_view access) {
  return access.empty() ? "protected" : access;  // dbt's default
}

int reach(std::string_view access) {
  if (access == "private") return 0;
  return access == "public" ? 2 : 1;
}

std::string_view consequence(std::string_view now) {
  return now == "private" ? "a ref from another group, project or package is an error when dbt parses that"
                          : "a ref from another project is an error when dbt parses that project";
}

Result<void> check(const LintProject& project, const RuleScope& scope, const NoOptions&, Violations& violations) {
  const LintProject& state = *project.state();
  scope.for_each(ResourceType::kModel, [&](NodeId id) {
    const std::string_view now = effective(project.node(id).access);
    if (now == "public" || !project.project().enabled(id)) return;
    const auto previous = project.in_state(id);
    if (!previous || !state.project().enabled(*previous)) return;
    const std::string_view before = effective(state.node(*previous).access);
    if (reach(now) >= reach(before)) return;
    violations.push_back(
        {.node = id,
         .message = fmt::format("the access of {} was {} and is {}: {}", printable(project.node(id).name),
                                printable(before), printable(now), consequence(now)),
         .at = Anchor::config("access")});
  });
  return {};
}

const RegisterRule<> rule{
    {.name = "schema-access-changed",
     .subject = "schema",
     .summary = "a model may be referred to by fewer than in the state",
     .what =
         "Compares `access` of models with the earlier manifest (`--state`) and finds those that became narrower: from "
         "public to protected or private, from protected to private.",
     .why =
         "Those who refer to the model from elsewhere are not in this manifest: their project stops to parse when it "
         "gets the new one.",
     .example = R"(```yaml
models:
  - name: orders
    config: {access: protected}   # public in production
```)",
     .use_instead = R"(```yaml
models:
  - name: orders
    deprecation_date: 2026-12-31  # tell its readers first
    config: {access: public}
```)",
     .basis = "dbt: model access; a model without it is protected.",
     .severity = Severity::kWarn,
     .presets = kRecommended,
     .needs = kNeedsState},
    check};

}  // namespace
}  // namespace plowline
