#include <algorithm>
#include <array>
#include <fmt/format.h>

#include "lint/node_name.h"
#include "lint/rule.h"
#include "rules/documentation/described.h"
#include "rules/governance/meta.h"
#include "rules/sources/source_records.h"

namespace plowline {
namespace {

struct SourcePropertiesOptions {
  std::vector<std::string> properties = {"description", "columns"};
};

// A property of a source's table: the option's word, what a message calls it, and whether the table has it.
struct SourceProperty {
  std::string_view word;
  std::string_view title;
  bool (*has)(const LintProject& project, NodeId id);
};

constexpr std::array<SourceProperty, 9> kProperties = {{
    {"columns", "columns", [](const LintProject& project, NodeId id) { return !project.columns(id).empty(); }},
    {"data_tests", "data tests", [](const LintProject& project, NodeId id) { return !project.tests_of(id).empty(); }},
    {"description", "description",
     [](const LintProject& project, NodeId id) { return has_description(project.node(id).description); }},
    {"freshness", "freshness",
     [](const LintProject& project, NodeId id) {
       const SourceFreshness freshness = freshness_of(project, id);
       return freshness.warns || freshness.errors;
     }},
    {"loaded_at_field", "loaded_at_field",
     [](const LintProject& project, NodeId id) { return freshness_of(project, id).has_loaded_at; }},
    {"loader", "loader", [](const LintProject& project, NodeId id) { return !loader_of(project, id).empty(); }},
    {"meta", "meta", [](const LintProject& project, NodeId id) { return !Meta::of(project, id).keys().empty(); }},
    {"source_description", "description of the source",
     [](const LintProject& project, NodeId id) {
       return has_description(source_entry(project, id).source_description);
     }},
    {"tags", "tags", [](const LintProject& project, NodeId id) { return !project.node(id).tags.empty(); }},
}};

Result<void> check(const LintProject& project, const RuleScope& scope, const SourcePropertiesOptions& options,
                   Violations& violations) {
  scope.for_each_enabled(ResourceType::kSource, [&](NodeId id) {
    std::vector<std::string> missing;
    for (const SourceProperty& property : kProperties) {
      const bool asked = std::ranges::find(options.properties, property.word) != options.properties.end();
      if (asked && !property.has(project, id)) missing.emplace_back(property.title);
    }
    if (missing.empty()) return;
    violations.push_back({.node = id,
                          .message = fmt::format("the properties of {} have no {}: this project asks for {} of every "
                                                 "table that it reads but does not build",
                                                 readable_name(project.node(id)), fmt::join(missing, ", no "),
                                                 missing.size() == 1 ? "that" : "them"),
                          .at = Anchor::properties(),
                          .key = "properties"});
  });
  return {};
}

const RegisterRule<SourcePropertiesOptions> rule{
    {.name = "source-has-properties",
     .subject = "properties",
     .summary = "the properties of a source's table are not complete",
     .what = "Looks whether the entry of every enabled source table has each of the listed `properties`. One finding "
             "for each table, with all that it lacks; rules for single properties (source-table-description, "
             "source-freshness, source-loader) say more.",
     .why = "A source's entry is all that a project knows of a table that somebody else fills. An entry of a name only "
            "is one that nobody has looked at since it was made.",
     .example = R"(```yaml models/staging/_sources.yml
sources:
  - name: raw
    tables:
      - name: payments
```)",
     .use_instead = R"(```yaml models/staging/_sources.yml
sources:
  - name: raw
    tables:
      - name: payments
        description: One row per attempt to pay.
        columns:
          - name: payment_id
```)",
     .basis = "The manifest's records of sources. In dbt-contracts the same name asks for an entry only, which every "
              "source has."},
    {option<&SourcePropertiesOptions::properties>("properties", "What every table's entry must have.",
                                                  {"columns", "data_tests", "description", "freshness",
                                                   "loaded_at_field", "loader", "meta", "source_description", "tags"})},
    check};

}  // namespace
}  // namespace plowline
