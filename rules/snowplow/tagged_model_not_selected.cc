#include <algorithm>
#include <fmt/format.h>

#include "lint/rule.h"
#include "rules/snowplow/job_selectors.h"
#include "snowplow/checks.h"

namespace plowline {
namespace {

struct TaggedModelNotSelectedOptions {
  std::vector<std::string> selectors;
};

// The selectors whose jobs are looked at for a package.
std::vector<std::string> selectors_for(const SnowplowPackage& package, const JobSelectors& jobs,
                                       const std::vector<std::string>& wanted) {
  if (!wanted.empty()) return wanted;
  std::vector<std::string> names{package.name};
  if (!jobs.default_name().empty() && jobs.default_name() != package.name) names.push_back(jobs.default_name());
  return names;
}

void check_job(const LintProject& project, const SnowplowPackage& package, const std::string& name,
               const NodeSet& nodes, Violations& violations) {
  std::vector<NodeId> left_out;
  for (const NodeId model : package.tagged_models) {
    if (!nodes.contains(model)) left_out.push_back(model);
  }
  // A selector that is about something else happens to run the window.
  if (left_out.empty() || left_out.size() == package.tagged_models.size()) return;
  violations.push_back(
      {.message = fmt::format("the selector {} runs {} but leaves out {}, which {} its tag: runs with it never move {} "
                              "manifest {} on, so the package stays in state 3 for ever (in state 2 without a row) and "
                              "processes no new events",
                              printable(name), printable(package.name), name_list(project.project(), left_out),
                              left_out.size() == 1 ? "carries" : "carry", left_out.size() == 1 ? "its" : "their",
                              left_out.size() == 1 ? "row" : "rows"),
       .at = Anchor::selectors_file(name),
       .key = name + "." + package.name});
}

Result<void> check(const LintProject& project, const RuleScope&, const TaggedModelNotSelectedOptions& options,
                   Violations& violations) {
  if (!project.snowplow().read_models_to_run()) return {};
  JobSelectors jobs(project);
  if (jobs.names().empty()) return {};
  for (const SnowplowPackage& package : project.snowplow().all()) {
    if (package.kind != SnowplowPackage::Kind::kIncremental || package.tagged_models.empty()) continue;
    for (const std::string& name : selectors_for(package, jobs, options.selectors)) {
      if (const auto nodes = jobs.job_of(name, package)) check_job(project, package, name, *nodes, violations);
    }
  }
  return {};
}

const RegisterRule<TaggedModelNotSelectedOptions> rule{
    {.name = "snowplow-tagged-model-not-selected",
     .subject = "snowplow",
     .summary = "a selector that runs a package without all of its tagged models",
     .what =
         "Finds models with a Snowplow package's tag that the project's own selector for the package's job leaves out: "
         "by an `exclude`, or because it does not select by the tag. Looked at are the selectors that are called like "
         "the package, and the default one, as far as they run the model that computes the package's window.",
     .why =
         "The package counts every enabled tagged model, whether a run selects it or not. The rows of those that do "
         "not "
         "run stay behind, and the next run's window begins at the oldest row and ends at the newest: nothing new is "
         "ever processed. To retire a model, disable it or take its tag away.",
     .example = R"(```yaml
selectors:
  - name: snowplow_unified
    definition:
      method: package
      value: snowplow_unified
```)",
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
         "snowplow_utils: `get_enabled_snowplow_models` and `get_run_limits` (states 2 and 3). A run that excluded a "
         "tagged model was followed by state 3 in every later one, with snowplow_unified 1.0.0 on dbt 1.11.",
     .severity = Severity::kError,
     .presets = kSnowplowPreset,
     .needs = kNeedsSnowplow},
    {option<&TaggedModelNotSelectedOptions::selectors>(
        "selectors",
        "The selectors of the packages' jobs; none: those that are called like a package, and the default "
        "one.")},
    check};

}  // namespace
}  // namespace plowline
