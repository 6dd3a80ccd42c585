#include <algorithm>
#include <fmt/format.h>

#include "lint/rule.h"
#include "rules/snowplow/job_selectors.h"

namespace plowline {
namespace {

bool has_selector(JobSelectors& jobs, const SnowplowPackage& package) {
  if (std::ranges::find(jobs.names(), package.name) != jobs.names().end()) return true;
  return std::ranges::any_of(jobs.names(),
                             [&](const std::string& name) { return jobs.job_of(name, package).has_value(); });
}

Result<void> check(const LintProject& project, const RuleScope&, const NoOptions&, Violations& violations) {
  if (!project.snowplow().read_models_to_run()) return {};
  JobSelectors jobs(project);
  for (const SnowplowPackage& package : project.snowplow().all()) {
    if (package.kind != SnowplowPackage::Kind::kIncremental || package.tagged_models.empty() ||
        package.owner == project.project().root_package() || has_selector(jobs, package)) {
      continue;
    }
    violations.push_back(
        {.message = fmt::format("no selector runs {}: the one in the package does not count in this project, and a job "
                                "that names the models itself leaves out the next one with the tag {}, which stops the "
                                "package",
                                printable(package.name), printable(package.tag)),
         .at = project.yaml().selectors_file() == nullptr ? Anchor::project_file("") : Anchor::selectors_file(""),
         .key = package.name});
  }
  return {};
}

const RegisterRule<> rule{
    {.name = "snowplow-selectors-missing",
     .subject = "snowplow",
     .summary = "no selector for a Snowplow package's job",
     .what =
         "Finds installed packages with tagged models for which the project has no YAML selector: neither one that is "
         "called like the package nor one that selects the model that computes its window.",
     .why = "dbt does not take selectors from packages, so `dbt run --selector snowplow_unified` needs a copy in the "
            "project's own selectors.yml. It selects by the package and by the tag, so that a new custom model becomes "
            "part of the job with its tag.",
     .example = "```sh\ndbt run --select snowplow_unified shop_sessions\n```",
     .use_instead = R"(```yaml
selectors:
  - name: snowplow_unified
    definition:
      union:
        - method: package
          value: snowplow_unified
        - method: tag
          value: snowplow_unified_incremental
```)",
     .basis =
         "Snowplow's documentation of the packages' operation; dbt-core reads the root project's selectors.yml only.",
     .severity = Severity::kWarn,
     .presets = kStrict,
     .needs = kNeedsSnowplow | kNeedsProjectFiles},
    check};

}  // namespace
}  // namespace plowline
