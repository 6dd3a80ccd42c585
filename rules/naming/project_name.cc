#include <fmt/format.h>

#include "lint/rule.h"

namespace plowline {
namespace {

struct ProjectNameOptions {
  Pattern pattern;
};

Result<void> check(const LintProject& project, const RuleScope&, const ProjectNameOptions& options,
                   Violations& violations) {
  const std::string_view name = project.project().root_package();
  if (options.pattern.empty() || name.empty() || options.pattern.matches(name)) return {};
  violations.push_back(
      {.message = fmt::format("the project's name {} does not match '{}' as a whole: among the company's projects, "
                              "nobody can tell whose it is",
                              printable(name), printable(options.pattern.text())),
       .at = Anchor::project_file("name"),
       .key = "name"});
  return {};
}

const RegisterRule<ProjectNameOptions> rule{
    {.name = "project-name",
     .subject = "naming",
     .summary = "the dbt project's name does not match a pattern",
     .what = "Matches `name` in dbt_project.yml against `pattern`. Does nothing until that is set.",
     .why = "The name is a part of every unique_id, and of `ref()` from other projects. Once others refer to it, it "
            "stays as it is.",
     .example = R"(```yaml dbt_project.yml
name: my_new_project
version: '1.0'
profile: shop
```
```yaml plowline.yml
rules:
  project-name: {severity: warn, pattern: 'acme_.*'}
```)",
     .use_instead = R"(```yaml dbt_project.yml
name: acme_shop
version: '1.0'
profile: shop
```
```yaml plowline.yml
rules:
  project-name: {severity: warn, pattern: 'acme_.*'}
```)",
     .basis = "dbt-bouncer: `check_project_name`; dbt-doctor: `dbt-project-name`.",
     .severity = Severity::kWarn,
     .presets = kOnRequest},
    {option<&ProjectNameOptions::pattern>("pattern", "A regular expression that the whole name has to match.")},
    check};

}  // namespace
}  // namespace plowline
