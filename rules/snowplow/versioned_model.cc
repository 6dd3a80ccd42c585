#include <fmt/format.h>
#include <map>
#include <utility>

#include "lint/rule.h"
#include "rules/snowplow/tagged_models.h"
#include "rules/snowplow/window.h"

namespace plowline {
namespace {

// Tagged models of one name, whether in the scope or not.
std::size_t versions_of(const LintProject& project, const NodeRecord& node, const SnowplowPackage& package) {
  std::size_t count = 0;
  for (const NodeId other : package.tagged_models) {
    const NodeRecord& record = project.node(other);
    if (record.name == node.name && record.package_name == node.package_name) ++count;
  }
  return count;
}

std::string several_message(const LintProject& project, const NodeRecord& node, const SnowplowPackage& package,
                            std::size_t versions) {
  return fmt::format(
      "{} has {} versions with the tag {}, which the manifest knows by one name: with one of them in the "
      "run {} {}; with all of them every run doubles their manifest rows",
      printable(node.name), versions, printable(package.tag), printable(package.name),
      state_two_words(project, package));
}

std::string single_message(const LintProject& project, NodeId model) {
  const NodeRecord& node = project.node(model);
  const std::string name = printable(node.name);
  std::string message = fmt::format(
      "{0} is a versioned model with a Snowplow tag: dbt ls calls it {0}.v{1}, a name that models_to_run does not "
      "match, "
      "so with that value the package does not count it and writes no manifest row for it",
      name, printable(scalar_of(node.version)));
  if (!node.alias.empty() && node.alias != node.name && is_incremental(project.config(model))) {
    message += fmt::format(
        "; and is_run_with_new_events looks for a row called {}, while the row is called {}, so in "
        "states 2 and 3 the model merges windows again that it already has",
        printable(node.alias), name);
  }
  return message;
}

Result<void> check(const LintProject& project, const RuleScope& scope, const NoOptions&, Violations& violations) {
  std::map<std::pair<std::string_view, std::string_view>, bool> said;
  for (const TaggedModel& model : tagged_models(project, scope)) {
    const NodeRecord& node = project.node(model.id);
    if (node.version.empty() || !said.emplace(std::pair(node.package_name, node.name), true).second) continue;
    const SnowplowPackage& package = *model.packages.front();
    const std::size_t versions = versions_of(project, node, package);
    violations.push_back({.node = model.id,
                          .message = versions > 1 ? several_message(project, node, package, versions)
                                                  : single_message(project, model.id),
                          .at = Anchor::properties(),
                          .key = "version"});
  }
  return {};
}

const RegisterRule<> rule{
    {.name = "snowplow-versioned-model",
     .subject = "snowplow",
     .summary = "a model with versions carries a Snowplow package's tag",
     .what = "Finds tagged models that have a version. Of several tagged versions of one model the first is reported.",
     .why =
         "The packages know nothing of versions: models_to_run and the manifest hold a model's name alone. Two tagged "
         "versions are two models with one row. Where one of them runs there are fewer rows than models, which is "
         "state 2, for ever; where both run the hook writes the row twice, and twice as many after each further "
         "run. Even a single version is called otherwise by `dbt ls`, and its table is by default called otherwise "
         "than its manifest row.",
     .example = R"(```yaml
models:
  - name: my_views
    latest_version: 2
    config:
      tags: [snowplow_unified_incremental]
    versions:
      - v: 1
      - v: 2
```)",
     .use_instead = R"(```yaml
models:
  - name: my_views_v2
    config:
      tags: [snowplow_unified_incremental]
```)",
     .basis =
         "snowplow_utils: `get_enabled_snowplow_models` and `snowplow_incremental_post_hook` use `node.name`. "
         "dbt-core: `search_name` of a versioned node is `name.vN`. Both cases seen with snowplow_unified 1.0.0 on "
         "dbt 1.11.",
     .severity = Severity::kError,
     .presets = kSnowplowPreset,
     .needs = kNeedsSnowplow},
    check};

}  // namespace
}  // namespace plowline
