#include <fmt/format.h>

#include "lint/rule.h"
#include "rules/snowplow/package_vars.h"
#include "rules/snowplow/start_dates.h"

namespace plowline {
namespace {

std::string mistake_in(const LintProject& project, const PlacedValue& value) {
  using Kind = PlacedValue::Kind;
  const bool is_scalar = value.kind == Kind::kText || value.kind == Kind::kOther || value.kind == Kind::kNumber;
  const DateText date = is_scalar ? read_date(value.text) : DateText();
  if (!date.looks_like_date) {
    return "is not written as YYYY-MM-DD: a warehouse refuses it, or reads another date from it, and the first window "
           "begins there";
  }
  if (!date.day) return "is a day that no calendar has: every run ends with an error of the warehouse";
  if (*date.day > project.now()) {
    return "lies in the future: the first window ends (now) before it begins, so until then the package processes "
           "nothing and stays in state 1";
  }
  return {};
}

Result<void> check(const LintProject& project, const RuleScope&, const NoOptions&, Violations& violations) {
  for (const std::string_view name : kStartDates) {
    for (const ProjectVar& var : settings_of(project, name)) {
      if (has_jinja(*var.value)) continue;
      const std::string mistake = mistake_in(project, *var.value);
      if (mistake.empty()) continue;
      violations.push_back(
          {.message = fmt::format("{} ({}){} {}", name, value_words(*var.value), scope_words(var), mistake),
           .at = place_of(var),
           .key = key_of(var)});
    }
  }
  return {};
}

const RegisterRule<> rule{
    {.name = "snowplow-start-date",
     .subject = "snowplow",
     .summary = "a start date that is no date, or not yet",
     .what =
         "Finds values of `snowplow__start_date` (and `snowplow__attribution_start_date`) in dbt_project.yml that are "
         "not written as YYYY-MM-DD, that no calendar has, or that lie in the future. Values with Jinja are not "
         "looked at.",
     .why =
         "While a package's manifest table is empty, or has fewer rows than the package has models, each window begins "
         "at this date. From a future date on there is nothing to process, and no run says so.",
     .example = "```yaml\nvars:\n  snowplow_unified:\n    snowplow__start_date: '01/02/2024'\n```",
     .use_instead = "```yaml\nvars:\n  snowplow_unified:\n    snowplow__start_date: '2024-01-01'\n```",
     .basis = "snowplow_utils: `get_run_limits` casts the variable to a timestamp: the lower limit of states 1 and 2.",
     .severity = Severity::kError,
     .presets = kSnowplowPreset,
     .needs = kNeedsSnowplow | kNeedsProjectFiles},
    check};

}  // namespace
}  // namespace plowline
