#include <algorithm>
#include <fmt/format.h>
#include <set>

#include "lint/rule.h"

namespace plowline {
namespace {

struct RecommendedPackagesOptions {
  std::vector<std::string> packages = {"dbt_utils", "dbt_expectations"};
};

// Packages with a macro in the manifest, and those that packages.yml asks for.
std::set<std::string, std::less<>> installed_packages(const LintProject& project) {
  std::set<std::string, std::less<>> names;
  for (const MacroRecord& macro : project.project().macros()) {
    if (names.find(macro.package_name) == names.end()) names.emplace(macro.package_name);
  }
  for (const RequiredPackage& package : project.yaml().required_packages()) {
    names.insert(package.name);
    // `https://github.com/owner/dbt-utils.git`
    std::string with_underscores = package.name;
    std::ranges::replace(with_underscores, '-', '_');
    names.insert(std::move(with_underscores));
  }
  return names;
}

Result<void> check(const LintProject& project, const RuleScope&, const RecommendedPackagesOptions& options,
                   Violations& violations) {
  const auto installed = installed_packages(project);
  for (const std::string& package : options.packages) {
    if (installed.contains(package)) continue;
    violations.push_back(
        {.message = fmt::format("the package {} is not installed: its tests have to be written by hand, "
                                "or are not written at all",
                                printable(package)),
         .at = Anchor::packages_file(package),
         .key = package});
  }
  return {};
}

const RegisterRule<RecommendedPackagesOptions> rule{
    {.name = "recommended-test-packages",
     .subject = "tests",
     .summary = "a recommended package of tests is not installed",
     .what = "Finds packages of `packages` of which the manifest has no macro and that packages.yml (or "
             "dependencies.yml) does not ask for.",
     .why = "dbt has four generic tests. Ranges, combinations of columns, patterns and recency are in packages that "
            "many others have debugged.",
     .example = R"(```yaml plowline.yml
rules:
  recommended-test-packages:
    packages: [dbt_utils]
```
```sql models/orders.sql
select 1 as order_id
```)",
     .use_instead = R"(```yaml plowline.yml
rules:
  recommended-test-packages:
    packages: [dbt_utils]
```
```yaml packages.yml
packages:
  - package: dbt-labs/dbt_utils
    version: 1.3.0
```
```sql models/orders.sql
select 1 as order_id
```)",
     .basis = "dbt's packages; the manifest lists the macros of each that is installed.",
     .severity = Severity::kWarn,
     .presets = kOnRequest},
    {option<&RecommendedPackagesOptions::packages>("packages",
                                                   "The packages' names, as their dbt_project.yml has them.")},
    check};

}  // namespace
}  // namespace plowline
