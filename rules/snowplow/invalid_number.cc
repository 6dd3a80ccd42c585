#include <array>
#include <fmt/format.h>

#include "lint/rule.h"
#include "rules/snowplow/package_vars.h"

namespace plowline {
namespace {

struct NumberVar {
  std::string_view name;
  bool is_negated;  // a macro writes `-var(…)`, which Jinja can do with numbers only
  std::string_view when_negative;
};
constexpr std::array<NumberVar, 5> kNumberVars = {{
    {"snowplow__lookback_window_hours", true,
     "each window begins after the last processed event, so events are skipped"},
    {"snowplow__upsert_lookback_days", true,
     "merges look for the old rows too late in the table, so updated rows become duplicates"},
    {"snowplow__session_lookback_days", true, "no earlier session is found, so sessions fall into pieces"},
    {"snowplow__max_session_days", true, "sessions end before they begin, so their events are dropped"},
    {"snowplow__days_late_allowed", false,
     "only events that were sent before they were created count, which is next to none"},
}};
// The only package in which a negative number means something: -1 switches the filter off.
constexpr std::string_view kLateFilterOff = "snowplow_normalize";

std::string mistake_in(const NumberVar& number_var, const ProjectVar& var) {
  const std::optional<double> number = number_in(*var.value);
  if (!number) {
    if (var.value->kind == PlacedValue::Kind::kNumber) return {};
    return "is no number: the statements that compute with it are no SQL, and the run ends with an error";
  }
  const bool switches_off = *number == -1 && (var.scope == kLateFilterOff || var.scope.empty());
  if (*number < 0 && !(switches_off && number_var.name == "snowplow__days_late_allowed")) {
    return fmt::format("is negative: {}", number_var.when_negative);
  }
  if (number_var.is_negated && is_text(*var.value)) {
    return "is a text, because it has quotes: snowplow_utils negates it, which Jinja refuses (bad operand type for "
           "unary "
           "-: 'str')";
  }
  return {};
}

Result<void> check(const LintProject& project, const RuleScope&, const NoOptions&, Violations& violations) {
  for (const NumberVar& number_var : kNumberVars) {
    for (const ProjectVar& var : settings_of(project, number_var.name)) {
      if (has_jinja(*var.value)) continue;
      const std::string mistake = mistake_in(number_var, var);
      if (mistake.empty()) continue;
      violations.push_back(
          {.message = fmt::format("{} ({}){} {}", number_var.name, value_words(*var.value), scope_words(var), mistake),
           .at = place_of(var),
           .key = key_of(var)});
    }
  }
  return {};
}

const RegisterRule<> rule{
    {.name = "snowplow-invalid-number",
     .subject = "snowplow",
     .summary = "a Snowplow variable for hours or days that is no such number",
     .what = "Finds values of `snowplow__lookback_window_hours`, `snowplow__upsert_lookback_days`, "
             "`snowplow__session_lookback_days`, `snowplow__max_session_days` and `snowplow__days_late_allowed` in "
             "dbt_project.yml that are no numbers, negative, or in quotes where the macros negate them. Values with "
             "Jinja are not looked at.",
     .why =
         "The macros write these variables into date arithmetic. A negative one turns a look back into a look forward, "
         "without any error. (`snowplow__days_late_allowed: -1` switches the filter off in snowplow_normalize, and "
         "nowhere else.)",
     .example = "```yaml\nvars:\n  snowplow_unified:\n    snowplow__lookback_window_hours: '6'\n```",
     .use_instead = "```yaml\nvars:\n  snowplow_unified:\n    snowplow__lookback_window_hours: 6\n```",
     .basis =
         "snowplow_utils: `get_run_limits`, `get_session_lookback_limit`, `return_base_new_event_limits`, "
         "`default__get_merge_sql` and the base macros; snowplow_normalize: `snowplow_normalize_base_events_this_run`.",
     .severity = Severity::kError,
     .presets = kSnowplowPreset,
     .needs = kNeedsSnowplow | kNeedsProjectFiles},
    check};

}  // namespace
}  // namespace plowline
