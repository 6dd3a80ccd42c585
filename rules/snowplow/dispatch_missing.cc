#include <algorithm>
#include <fmt/format.h>

#include "lint/rule.h"
#include "rules/snowplow/tagged_models.h"
#include "snowplow/macro_calls.h"

namespace plowline {
namespace {

constexpr std::string_view kNamespace = "dbt";
constexpr std::string_view kUtils = "snowplow_utils";

// The models of any package that are to be merged by snowplow_utils.
std::size_t optimized_models(const LintProject& project) {
  std::size_t count = 0;
  for (const SnowplowPackage& package : project.snowplow().all()) {
    for (const NodeId model : package.tagged_models) {
      const NodeConfig& config = project.config(model);
      if (is_incremental(config) && truthy(snowplow_optimize_of(config))) ++count;
    }
  }
  return count;
}

// A project that has a merge of its own decides itself what that calls.
bool has_own_merge(const LintProject& project) {
  return std::ranges::any_of(project.project().macros(), [&](const MacroRecord& macro) {
    return macro.package_name == project.project().root_package() &&
           (macro.name.ends_with("get_merge_sql") || macro.name.ends_with("get_delete_insert_merge_sql"));
  });
}

std::string mistake_in(const std::optional<std::vector<std::string>>& order) {
  if (!order) return "dbt_project.yml has no dispatch for the namespace dbt";
  const auto utils = std::ranges::find(*order, kUtils);
  if (utils == order->end()) return "the dispatch of the namespace dbt does not name snowplow_utils";
  if (std::ranges::find(order->begin(), utils, kNamespace) != utils)
    return "the dispatch of the namespace dbt names dbt before snowplow_utils";
  return {};
}

Result<void> check(const LintProject& project, const RuleScope&, const NoOptions&, Violations& violations) {
  if (find_utils_macro(project.project(), "default__get_merge_sql") == nullptr) return {};
  const std::string mistake = mistake_in(project.yaml().dispatch_order(kNamespace));
  if (mistake.empty() || has_own_merge(project)) return {};
  const std::size_t count = optimized_models(project);
  if (count == 0) return {};
  violations.push_back(
      {.message = fmt::format("{}, so the merge of snowplow_utils is not used: snowplow_optimize has no "
                              "effect, and each run scans the whole tables of {} {}",
                              mistake, count, count == 1 ? "model" : "models"),
       .at = Anchor::project_file("dispatch"),
       .key = "dispatch"});
  return {};
}

const RegisterRule<> rule{
    {.name = "snowplow-dispatch-missing",
     .subject = "snowplow",
     .summary = "snowplow_optimize without the dispatch that it needs",
     .what = "Finds projects in which models have `snowplow_optimize` but whose dbt_project.yml does not have dbt look "
             "into "
             "snowplow_utils before its own macros. Projects with a merge macro of their own are left alone.",
     .why =
         "The optimized merge is an override of dbt's merge macros, and dbt takes overrides from packages only where "
         "the "
         "root project says so: what a package says in its own dbt_project.yml does not count. Without it everything "
         "works, and costs the scan of each whole table in each run.",
     .example = "```yaml\nname: shop\n```",
     .use_instead = R"(```yaml
name: shop
dispatch:
  - macro_namespace: dbt
    search_order: ['snowplow_utils', 'dbt']
```)",
     .basis = "snowplow_utils: `default__get_merge_sql` and `default__get_delete_insert_merge_sql` (since 0.14.0); "
              "dbt-core: config/runtime.py, get_macro_search_order.",
     .severity = Severity::kWarn,
     .presets = kSnowplowPreset,
     .needs = kNeedsSnowplow | kNeedsProjectFiles},
    check};

}  // namespace
}  // namespace plowline
