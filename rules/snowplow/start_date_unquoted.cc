#include <fmt/format.h>

#include "lint/rule.h"
#include "rules/snowplow/package_vars.h"
#include "rules/snowplow/start_dates.h"

namespace plowline {
namespace {

Result<void> check(const LintProject& project, const RuleScope&, const NoOptions&, Violations& violations) {
  for (const std::string_view name : kStartDates) {
    for (const ProjectVar& var : settings_of(project, name)) {
      if (var.value->kind != PlacedValue::Kind::kOther || !read_date(var.value->text).day) continue;
      violations.push_back({.message = fmt::format(
                                "{} ({}){} has no quotes, so YAML makes a date of it: Jinja that compares it with a "
                                "text fails, and what works with it in --vars, where it is a text, need not work here",
                                name, value_words(*var.value), scope_words(var)),
                            .at = place_of(var),
                            .key = key_of(var)});
    }
  }
  return {};
}

const RegisterRule<> rule{
    {.name = "snowplow-start-date-unquoted",
     .subject = "snowplow",
     .summary = "a start date without quotes",
     .what =
         "Finds dates without quotes as values of `snowplow__start_date` (and `snowplow__attribution_start_date`) in "
         "dbt_project.yml.",
     .why =
         "YAML reads a date without quotes as a date and not as a text. The packages write it into SQL, where the two "
         "look alike; models and macros of your own that compare or slice it do not work with a date.",
     .example = "```yaml\nvars:\n  snowplow_unified:\n    snowplow__start_date: 2024-01-01\n```",
     .use_instead = "```yaml\nvars:\n  snowplow_unified:\n    snowplow__start_date: '2024-01-01'\n```",
     .basis = "YAML 1.1's timestamps, which dbt's YAML reader (PyYAML) follows.",
     .severity = Severity::kWarn,
     .presets = kStrict,
     .needs = kNeedsSnowplow | kNeedsProjectFiles},
    check};

}  // namespace
}  // namespace plowline
