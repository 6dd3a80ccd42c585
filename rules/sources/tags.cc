#include <fmt/format.h>

#include "lint/node_name.h"
#include "rules/sources/source_records.h"
#include "rules/tests/required_tags.h"

namespace plowline {
namespace {

struct SourceTagsOptions {
  std::vector<std::string> required;
  std::string criteria = "all";
  std::vector<std::string> allowed;
};

Result<void> check(const LintProject& project, const RuleScope& scope, const SourceTagsOptions& options,
                   Violations& violations) {
  const TagDemand demand{.required = options.required, .criteria = options.criteria, .allowed = options.allowed};
  if (demand.empty()) return {};
  scope.for_each_enabled(ResourceType::kSource, [&](NodeId id) {
    check_tags(project, id, fmt::format("the source {}", readable_name(project, id)), demand, violations);
  });
  return {};
}

const RegisterRule<SourceTagsOptions> rule{
    {.name = "source-tags",
     .subject = "sources",
     .summary = "a source's tags are not those that were agreed upon",
     .what =
         "Looks at the tags of sources' tables, those of the source included: whether those in `required` are there, "
         "and whether there is one that is not in `allowed`. Does nothing until one of the two is given.",
     .why = "What is built from a source is selected by its tag, `tag:hourly+`. A misspelt tag is no error: the tables "
            "below it are just not built.",
     .example = R"(```yaml plowline.yml
rules:
  source-tags: {allowed: [hourly, nightly]}
```
```yaml models/sources.yml
sources:
  - name: raw
    tables:
      - name: orders
        config: {tags: [nihgtly]}
```)",
     .use_instead = R"(```yaml plowline.yml
rules:
  source-tags: {allowed: [hourly, nightly]}
```
```yaml models/sources.yml
sources:
  - name: raw
    tables:
      - name: orders
        config: {tags: [nightly]}
```)",
     .basis =
         "dbt: a table has the tags of its source and its own. dbt-checkpoint's `check-source-tags`, dbt-bouncer's "
         "`check_source_has_tags`.",
     .severity = Severity::kWarn,
     .presets = kOnRequest},
    {option<&SourceTagsOptions::required>("required", "Tags that have to be there."),
     option<&SourceTagsOptions::criteria>("criteria", "How many of those: all, any (at least one), or exactly one.",
                                          {"all", "any", "one"}),
     option<&SourceTagsOptions::allowed>("allowed", "The tags that may be there.")},
    check};

}  // namespace
}  // namespace plowline
