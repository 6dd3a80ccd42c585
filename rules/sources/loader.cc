#include <fmt/format.h>

#include "lint/node_name.h"
#include "rules/sources/source_records.h"

namespace plowline {
namespace {

Result<void> check(const LintProject& project, const RuleScope& scope, const NoOptions&, Violations& violations) {
  scope.for_each_enabled(ResourceType::kSource, [&](NodeId id) {
    if (!loader_of(project, id).empty()) return;
    violations.push_back({.node = id,
                          .message = fmt::format("the source {} names no loader: who finds its data missing does not "
                                                 "know where to look",
                                                 readable_name(project, id)),
                          .at = Anchor::config("loader")});
  });
  return {};
}

const RegisterRule<> rule{
    {.name = "source-loader",
     .subject = "sources",
     .summary = "a source names no loader",
     .what = "Finds tables of sources without `loader`, at the table or at its source.",
     .why = "The loader is the one thing about a source that the warehouse does not show, and the first one that is "
            "asked for when data stops coming.",
     .example = R"(```yaml models/sources.yml
sources:
  - name: raw
    tables:
      - name: orders
```)",
     .use_instead = R"(```yaml models/sources.yml
sources:
  - name: raw
    loader: airbyte
    tables:
      - name: orders
```)",
     .basis = "dbt: `loader` of sources.",
     .severity = Severity::kWarn,
     .presets = kOnRequest},
    check};

}  // namespace
}  // namespace plowline
