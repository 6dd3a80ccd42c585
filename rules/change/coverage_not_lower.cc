#include <algorithm>
#include <array>
#include <fmt/format.h>

#include "rules/change/model_coverage.h"
#include "rules/documentation/described.h"

namespace plowline {
namespace {

struct CoverageOptions {
  std::vector<std::string> of = {"model-descriptions", "column-descriptions", "tested-models", "tested-columns"};
  double tolerance = 0.0;
};

struct Measure {
  std::string_view name;   // the option's word
  std::string_view words;  // `of the models have a description`
};

constexpr std::array<Measure, 4> kMeasures = {{{"model-descriptions", "of the models have a description"},
                                               {"column-descriptions", "of the declared columns have a description"},
                                               {"tested-models", "of the models have a test"},
                                               {"tested-columns", "of the declared columns have a test"}}};
using Coverages = std::array<CoveredShare, kMeasures.size()>;

void measure(const LintProject& project, NodeId model, Coverages& coverages) {
  coverages[0].count(has_description(project.node(model).description));
  coverages[1] += described_columns(project, model);
  coverages[2].count(is_tested(project, model));
  coverages[3] += tested_columns(project, model, "declared");
}

Result<void> check(const LintProject& project, const RuleScope& scope, const CoverageOptions& options,
                   Violations& violations) {
  if (!scope.is_whole_project()) return {};
  Coverages now;
  scope.for_each_enabled(ResourceType::kModel, [&](NodeId id) { measure(project, id, now); });
  Coverages before;
  for_each_earlier_model(project, scope, [&](NodeId id) { measure(*project.state(), id, before); });
  for (std::size_t i = 0; i < kMeasures.size(); ++i) {
    if (std::ranges::find(options.of, kMeasures[i].name) == options.of.end()) continue;
    if (now[i].all == 0 || before[i].all == 0) continue;
    if (now[i].percent() + options.tolerance >= before[i].percent()) continue;
    violations.push_back(
        {.message = fmt::format("{:.2f} % {} ({} of {}), {:.2f} % in the state ({} of {}): this change lowers the "
                                "project's coverage",
                                now[i].percent(), kMeasures[i].words, now[i].covered, now[i].all, before[i].percent(),
                                before[i].covered, before[i].all),
         .at = Anchor::manifest(),
         .key = std::string(kMeasures[i].name)});
  }
  return {};
}

const RegisterRule<CoverageOptions> rule{
    {.name = "coverage-not-lower",
     .subject = "change",
     .summary = "fewer of the models or columns are described or tested than in the state",
     .what = "Counts how many of the models that are looked at, and of their declared columns, have a description and "
             "how many have a test, as documentation-coverage, test-coverage and column-test-coverage do, and compares "
             "the shares with those of the earlier manifest (`--state`). One finding for each share that went down.",
     .why = "A fixed target is either out of reach or long reached. That no change makes it worse is a rule that every "
            "project can begin with.",
     .example = R"(```yaml
models:
  - name: refunds   # new, without a description or a test
```)",
     .use_instead = R"(```yaml
models:
  - name: refunds
    description: One row per refund that was paid out.
    columns:
      - {name: refund_id, description: The payment provider's number., data_tests: [unique, not_null]}
```)",
     .basis = "The manifest: descriptions, and data tests by the model that they are of.",
     .severity = Severity::kWarn,
     .presets = kStrict,
     .needs = kNeedsState},
    {option<&CoverageOptions::of>("of", "Which shares count.",
                                  {"model-descriptions", "column-descriptions", "tested-models", "tested-columns"}),
     option<&CoverageOptions::tolerance>("tolerance", "By how many points of a hundred a share may go down.")},
    check};

}  // namespace
}  // namespace plowline
