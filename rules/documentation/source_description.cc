#include <fmt/format.h>
#include <set>
#include <utility>

#include "lint/rule.h"
#include "rules/documentation/described.h"
#include "rules/sources/source_records.h"

namespace plowline {
namespace {

struct SourceDescriptionOptions {
  std::int64_t min_length = 1;
  std::vector<std::string> forbidden;
};

Result<void> check(const LintProject& project, const RuleScope& scope, const SourceDescriptionOptions& options,
                   Violations& violations) {
  const DescriptionDemand demand{options.min_length, options.forbidden};
  std::set<std::pair<std::string_view, std::string_view>> reported;  // package and source
  scope.for_each_enabled(ResourceType::kSource, [&](NodeId id) {
    const NodeRecord& node = project.node(id);
    // (Each table repeats the description of its source.)
    const auto fault = description_fault(description_text(source_entry(project, id).source_description), demand);
    if (!fault || !reported.insert({node.package_name, node.source_name}).second) return;
    violations.push_back(
        {.node = id,
         .message = fmt::format("the source {} {}: nobody can tell what system its tables come from and who loads them",
                                printable(node.source_name), *fault),
         .at = Anchor::properties(),
         .key = "source"});
  });
  return {};
}

const RegisterRule<SourceDescriptionOptions> rule{
    {.name = "source-description",
     .subject = "documentation",
     .summary = "a source has no description",
     .what = "Looks at the description of the entry under `sources:` that the enabled tables belong to. One finding "
             "for each source, at its first table; descriptions of tables are another rule's matter "
             "(source-table-description).",
     .why = "The description of a source is the one place for what is true of all its tables: the system they come "
            "from, how and how often they are loaded, whom to ask.",
     .example = R"(```yaml models/staging/_sources.yml
sources:
  - name: raw
    tables:
      - name: payments
        description: One row per attempt to pay.
```)",
     .use_instead = R"(```yaml models/staging/_sources.yml
sources:
  - name: raw
    description: The shop's database, copied every hour; ask the platform team.
    tables:
      - name: payments
        description: One row per attempt to pay.
```)",
     .basis = "The manifest's `source_description`; dbt-project-evaluator's fct_undocumented_sources.",
     .presets = kStrict},
    {option<&SourceDescriptionOptions::min_length>(
         "min_length", "The fewest characters that count as a description, blanks around it apart."),
     option<&SourceDescriptionOptions::forbidden>(
         "forbidden",
         "Phrases that show that it is none yet, `TODO` for example. They count as whole words, letter case apart.")},
    check};

}  // namespace
}  // namespace plowline
