#include <algorithm>
#include <fmt/format.h>
#include <set>
#include <utility>

#include "lint/rule.h"
#include "rules/naming/letter_case.h"

namespace plowline {
namespace {

struct SourceNameOptions {
  Pattern pattern;
  std::string letter_case = "auto";
  std::vector<std::string> names = {"table"};
};

Result<void> check(const LintProject& project, const RuleScope& scope, const SourceNameOptions& options,
                   Violations& violations) {
  const NameDemand demand(options.pattern, options.letter_case);
  if (demand.none()) return {};
  const auto asked = [&](std::string_view what) {
    return std::ranges::find(options.names, what) != options.names.end();
  };
  const bool tables = asked("table");
  const bool sources = asked("source");
  std::set<std::pair<std::string_view, std::string_view>> seen;  // sources, by package and name
  scope.for_each_enabled(ResourceType::kSource, [&](NodeId id) {
    const NodeRecord& node = project.node(id);
    if (sources && seen.emplace(node.package_name, node.source_name).second && !demand.met_by(node.source_name)) {
      violations.push_back({.node = id,
                            .message = fmt::format("the source name {} {}", printable(node.source_name),
                                                   demand.failure(node.source_name)),
                            .key = "source"});
    }
    if (tables && !demand.met_by(node.name)) {
      violations.push_back({.node = id,
                            .message = fmt::format("the table name {} of the source {} {}", printable(node.name),
                                                   printable(node.source_name), demand.failure(node.name)),
                            .key = "table"});
    }
  });
  return {};
}

const RegisterRule<SourceNameOptions> rule{
    {.name = "source-name",
     .subject = "naming",
     .summary = "the name of a source's table does not follow the convention",
     .what = "Holds the names of source tables, of the sources themselves where `names` asks for it, against a letter "
             "case (`snake_case`) or a pattern of your own. What the table is called in the database (`identifier`) is "
             "not looked at. A source is reported once, whatever number of tables it has.",
     .why = "The name is written in every `source()`. What a loader calls its tables can be anything, which is what "
            "`identifier` is for.",
     .example = R"(```yaml models/sources.yml
sources:
  - name: shop
    tables:
      - name: OrderItems
```)",
     .use_instead = R"(```yaml models/sources.yml
sources:
  - name: shop
    tables:
      - name: order_items
        identifier: OrderItems
```)",
     .basis = "dbt-bouncer: `check_source_names`, which looks at the tables' names; dbtective: `name_convention`.",
     .severity = Severity::kWarn,
     .presets = kOnRequest},
    {option<&SourceNameOptions::pattern>("pattern", "A regular expression that the whole name has to match."),
     option<&SourceNameOptions::letter_case>(
         "case", "The letter case of the name; `auto`: `snake_case`, or any where a pattern is given.",
         letter_cases_and_auto()),
     option<&SourceNameOptions::names>("names", "Whose names: of the tables, of the sources.", {"table", "source"})},
    check};

}  // namespace
}  // namespace plowline
