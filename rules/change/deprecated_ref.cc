#include <algorithm>
#include <chrono>
#include <fmt/format.h>

#include "artifact/instant.h"
#include "rules/dag/neighbours.h"

namespace plowline {
namespace {

struct DeprecatedRefOptions {
  std::int64_t days = 30;
};

// When the model's deprecation date is; nothing where it has none.
std::optional<Instant> deprecation_of(const NodeRecord& node) {
  if (node.resource_type != ResourceType::kModel || node.deprecation_date.empty()) return std::nullopt;
  return instant_from(unescaped_text(node.deprecation_date));
}

bool reads_for_somebody(const NodeRecord& node) {
  switch (node.resource_type) {
    case ResourceType::kModel:
    case ResourceType::kSnapshot:
    case ResourceType::kAnalysis:
    case ResourceType::kExposure:
    case ResourceType::kSemanticModel:
      return true;
    default:
      return false;
  }
}

Result<void> check(const LintProject& project, const RuleScope& scope, const DeprecatedRefOptions& options,
                   Violations& violations) {
  const Instant now = std::chrono::floor<std::chrono::microseconds>(project.now());
  const Instant horizon = now + std::chrono::days(options.days);
  for (std::uint32_t i = 0; i < project.project().size(); ++i) {
    const NodeId model{i};
    const NodeRecord& node = project.node(model);
    const auto date = deprecation_of(node);
    if (!date || *date > horizon || !project.project().enabled(model)) continue;
    const std::string day = printable(unescaped_text(node.deprecation_date).substr(0, 10));
    const std::string version = node.version.empty() ? "" : " v" + printable(scalar_of(node.version));
    for (const NodeId reader : project.project().children(model)) {
      const NodeRecord& its = project.node(reader);
      if (!scope.contains(reader) || !reads_for_somebody(its) || !project.project().enabled(reader)) continue;
      const auto own = deprecation_of(its);
      if (own && *own <= std::max(now, *date)) continue;  // it goes first
      violations.push_back(
          {.node = reader,
           .message = fmt::format("{} reads {}{}, which {} deprecated {} {}: when it is removed, as it may be {}, dbt "
                                  "cannot parse the project",
                                  printable(its.name), printable(node.name), version, *date < now ? "is" : "will be",
                                  *date < now ? "since" : "on", day, *date < now ? "any day" : "from then on"),
           .at = place_of_reading(project, reader, model),
           .key = std::string(node.unique_id)});
    }
  }
  return {};
}

const RegisterRule<DeprecatedRefOptions> rule{
    {.name = "deprecated-ref",
     .subject = "change",
     .summary = "a node reads a model that is deprecated, or will be soon",
     .what = "Finds models, snapshots, analyses, exposures and semantic models that depend on a model whose "
             "`deprecation_date` is past or near. Readers that are to go before it are left out.",
     .why = "Past its deprecation date a model may be removed without notice: dbt does not even count it as a broken "
            "contract. Every ref to it is an error then, which stops dbt for the whole project.",
     .example = R"(```sql
select * from {{ ref('orders', v=1) }}   -- deprecation_date: 2024-12-31
```)",
     .use_instead = R"(```sql
select * from {{ ref('orders', v=2) }}
```)",
     .basis = "dbt-core: `check_for_model_deprecations` (warnings DeprecatedReference and "
              "UpcomingReferenceDeprecation).",
     .severity = Severity::kWarn,
     .presets = kRecommended},
    {[] {
      OptionSpec spec = option<&DeprecatedRefOptions::days>(
          "days", "How many days before its deprecation date a model counts; 0: only when it is past.");
      spec.minimum = 0;
      return spec;
    }()},
    check};

}  // namespace
}  // namespace plowline
