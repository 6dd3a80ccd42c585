#include "lint/rule.h"

namespace plowline {
namespace {

// The engine itself reports these: only it knows, once all rules have run, which suppressions silenced something.
Result<void> check(const LintProject&, const RuleScope&, const NoOptions&, Violations&) {
  return {};
}

const RegisterRule<> rule{
    {.name = "unused-suppression",
     .subject = "suppressions",
     .summary = "a suppression that silences nothing",
     .what =
         "Finds `plowline: ignore …` comments and `meta: {plowline: {ignore: […]}}` entries that silence no finding "
         "of this run, name a rule that does not exist, or name none at all. A suppression of a rule that was not "
         "run is left alone.",
     .why =
         "A suppression that outlives its reason hides the next mistake of the same kind. One with a misspelled name "
         "never worked.",
     .example = "```sql\n-- plowline: ignore snowplow-tagged-ephemerall\nselect 1\n```",
     .use_instead = "```sql\nselect 1\n```",
     .basis = "plowline's own suppressions.",
     .severity = Severity::kWarn,
     .presets = kRecommended},
    check};

}  // namespace
}  // namespace plowline
