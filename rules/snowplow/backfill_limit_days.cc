#include <cmath>
#include <fmt/format.h>

#include "lint/rule.h"
#include "rules/snowplow/package_vars.h"

namespace plowline {
namespace {

constexpr std::string_view kLimitDays = "snowplow__backfill_limit_days";

// What is wrong with the value and what follows; empty where nothing is.
std::string mistake_in(const PlacedValue& value) {
  const std::optional<double> days = number_in(value);
  if (!days) {
    // Other spellings of numbers (1_000, 0x1E) are Python's to read.
    if (value.kind == PlacedValue::Kind::kNumber) return {};
    return "is no number of days: the statement that computes the window is no SQL, and every run ends with an error";
  }
  if (*days < 0) return "is negative: each window ends before it begins, so no event is ever processed";
  if (*days == 0) return "is 0: each window ends where it begins, so the package never gets on";
  if (*days != std::floor(*days)) {
    return "is no whole number: warehouses refuse it in the date arithmetic of the window or cut it to whole days";
  }
  return {};
}

Result<void> check(const LintProject& project, const RuleScope&, const NoOptions&, Violations& violations) {
  for (const ProjectVar& var : settings_of(project, kLimitDays)) {
    if (has_jinja(*var.value)) continue;
    const std::string mistake = mistake_in(*var.value);
    if (mistake.empty()) continue;
    violations.push_back(
        {.message = fmt::format("{} ({}){} {}", kLimitDays, value_words(*var.value), scope_words(var), mistake),
         .at = place_of(var),
         .key = key_of(var)});
  }
  return {};
}

const RegisterRule<> rule{
    {.name = "snowplow-backfill-limit-days",
     .subject = "snowplow",
     .summary = "snowplow__backfill_limit_days that no window can have",
     .what = "Finds values of `snowplow__backfill_limit_days` in dbt_project.yml that are 0, negative, fractions or no "
             "numbers. Values with Jinja are not looked at.",
     .why = "Each run of a Snowplow package processes at most so many days: its window ends that many days after it "
            "begins, or now. With 0 the next run begins where this one did, without any error.",
     .example = "```yaml\nvars:\n  snowplow_unified:\n    snowplow__backfill_limit_days: 0\n```",
     .use_instead = "```yaml\nvars:\n  snowplow_unified:\n    snowplow__backfill_limit_days: 30\n```",
     .basis = "snowplow_utils: `get_run_limits` adds the variable to the window's start as days.",
     .severity = Severity::kError,
     .presets = kSnowplowPreset,
     .needs = kNeedsSnowplow | kNeedsProjectFiles},
    check};

}  // namespace
}  // namespace plowline
