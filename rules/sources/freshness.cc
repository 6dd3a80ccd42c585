#include <algorithm>
#include <fmt/format.h>

#include "diagnostic/name_list.h"
#include "lint/node_name.h"
#include "lint/rule.h"
#include "rules/sources/source_records.h"

namespace plowline {
namespace {

struct SourceFreshnessOptions {
  std::vector<std::string> require;
  bool need_loaded_at = false;
};

// What is missing: `warn_after`, `error_after`, `loaded_at_field`.
std::vector<std::string> missing_parts(const SourceFreshness& freshness, const SourceFreshnessOptions& options) {
  std::vector<std::string> missing;
  const auto required = [&](std::string_view word) {
    return std::ranges::find(options.require, word) != options.require.end();
  };
  if (options.require.empty() && !freshness.warns && !freshness.errors) missing.emplace_back("freshness");
  if (required("warn") && !freshness.warns) missing.emplace_back("warn_after");
  if (required("error") && !freshness.errors) missing.emplace_back("error_after");
  if (options.need_loaded_at && !freshness.has_loaded_at) missing.emplace_back("loaded_at_field");
  return missing;
}

Result<void> check(const LintProject& project, const RuleScope& scope, const SourceFreshnessOptions& options,
                   Violations& violations) {
  scope.for_each_enabled(ResourceType::kSource, [&](NodeId id) {
    const SourceFreshness freshness = freshness_of(project, id);
    const std::vector<std::string> missing = missing_parts(freshness, options);
    if (missing.empty()) return;
    violations.push_back({.node = id,
                          .message = fmt::format("the source {} has no {}: nobody is told when its data stops coming, "
                                                 "and the models below go on with the old",
                                                 readable_name(project, id), name_list(missing, kEveryName)),
                          .at = Anchor::config("freshness")});
  });
  return {};
}

const RegisterRule<SourceFreshnessOptions> rule{
    {.name = "source-freshness",
     .subject = "sources",
     .summary = "a source has no freshness",
     .what = "Finds tables of sources for which `dbt source freshness` would check nothing: neither `warn_after` nor "
             "`error_after` has a count, at the table or at its source. `require` asks for one of them, or both; "
             "`need_loaded_at` asks for `loaded_at_field` (or `loaded_at_query`), which warehouses need that do not "
             "know when a table was changed.",
     .why = "A loader that stopped leaves no trace in dbt: every run succeeds, with the data of last Tuesday.",
     .example = R"(```yaml models/sources.yml
sources:
  - name: raw
    tables:
      - name: orders
```)",
     .use_instead = R"(```yaml models/sources.yml
sources:
  - name: raw
    tables:
      - name: orders
        config:
          loaded_at_field: loaded_at
          freshness:
            warn_after: {count: 12, period: hour}
            error_after: {count: 1, period: day}
```)",
     .basis = "dbt: freshness of sources; dbt-project-evaluator's `fct_sources_without_freshness`.",
     .severity = Severity::kWarn,
     .presets = kStrict},
    {option<&SourceFreshnessOptions::require>("require", "What has to be set; of nothing, one of the two will do.",
                                              {"warn", "error"}),
     option<&SourceFreshnessOptions::need_loaded_at>("need_loaded_at",
                                                     "`loaded_at_field` or `loaded_at_query` has to be set as well.")},
    check};

}  // namespace
}  // namespace plowline
