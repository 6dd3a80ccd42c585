#include <algorithm>
#include <fmt/format.h>

#include "lint/rule.h"
#include "rules/snowplow/new_events.h"
#include "rules/snowplow/run_rows.h"
#include "rules/snowplow/tagged_models.h"

namespace plowline {
namespace {

// The packages that the argument may name: those whose rows the model reads, else those whose tag it carries.
Result<std::vector<const SnowplowPackage*>> right_packages(const LintProject& project, NodeId model) {
  const Result<std::vector<RunRows>> rows = run_rows_of(project, model);
  if (!rows) return std::unexpected(rows.error());
  std::vector<const SnowplowPackage*> out;
  for (const RunRows& read : *rows) out.push_back(read.package);
  return out.empty() ? project.snowplow().tagging(project.project(), model) : out;
}

std::string message_of(const LintProject& project, NodeId model, const std::string& given,
                       const std::vector<const SnowplowPackage*>& right) {
  const std::string name = printable(project.node(model).name);
  const SnowplowPackage* other = project.snowplow().named(given);
  if (other == nullptr || other->kind != SnowplowPackage::Kind::kIncremental) {
    return fmt::format(
        "{} asks is_run_with_new_events about {}, which has no window in this project: dbt finds no {} "
        "and the model fails; it is a model of {}",
        name, printable(given), printable(given + "_base_new_event_limits"), package_names(right));
  }
  return fmt::format(
      "{} asks is_run_with_new_events about {}, but its rows and its manifest row are {}'s: the answer is "
      "always yes, so in states 2 and 3 it merges windows again that it already has",
      name, printable(given), package_names(right));
}

Result<void> check_model(const LintProject& project, NodeId model, Violations& violations) {
  const std::vector<NewEventsCall> calls = new_events_calls(project, model);
  if (calls.empty()) return {};
  const Result<std::vector<const SnowplowPackage*>> right = right_packages(project, model);
  if (!right) return std::unexpected(right.error());
  if (right->empty()) return {};
  for (const NewEventsCall& call : calls) {
    if (!call.package || std::ranges::find(*right, *call.package, &SnowplowPackage::name) != right->end()) continue;
    violations.push_back({.node = model,
                          .message = message_of(project, model, *call.package, *right),
                          .at = Anchor::code(call.offset, call.length),
                          .key = *call.package});
    return {};  // a second call says the same
  }
  return {};
}

Result<void> check(const LintProject& project, const RuleScope& scope, const NoOptions&, Violations& violations) {
  Result<void> done;
  scope.for_each(ResourceType::kModel, [&](NodeId model) {
    if (!done || !project.project().enabled(model) || is_package_node(project, model)) return;
    done = check_model(project, model, violations);
  });
  return done;
}

const RegisterRule<> rule{
    {.name = "snowplow-is-run-with-new-events-wrong-package",
     .subject = "snowplow",
     .summary = "is_run_with_new_events is asked about another package than the model's own",
     .what = "Finds calls of `snowplow_utils.is_run_with_new_events` whose literal argument is not the package whose "
             "`_this_run` tables the model reads (or, where it reads none, whose tag it carries). Calls that name the "
             "tables themselves are left alone.",
     .why = "The macro compares the upper limit of that package's window with the model's row in that package's "
            "manifest. In another package's manifest the model has no row, and no row means yes: the model processes "
            "every window, also those that it already has, and overwrites rows that were complete.",
     .example = R"(```sql
select * from {{ ref('snowplow_unified_views_this_run') }}
where {{ snowplow_utils.is_run_with_new_events('snowplow_web') }}
```)",
     .use_instead = R"(```sql
select * from {{ ref('snowplow_unified_views_this_run') }}
where {{ snowplow_utils.is_run_with_new_events('snowplow_unified') }}
```)",
     .basis = "snowplow_utils: `is_run_with_new_events` refers to `<package_name>_base_new_event_limits` and "
              "`<package_name>_incremental_manifest`.",
     .severity = Severity::kError,
     .presets = kSnowplowPreset,
     .needs = kNeedsSnowplow},
    check};

}  // namespace
}  // namespace plowline
