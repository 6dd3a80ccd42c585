#include <chrono>
#include <fmt/format.h>
#include <map>

#include "artifact/instant.h"
#include "lint/rule.h"
#include "rules/schema/relation.h"
#include "snowplow/checks.h"

namespace plowline {
namespace {

// A model's versions in one manifest.
struct Versions {
  std::vector<NodeId> nodes;
  std::string latest;            // latest_version
  std::optional<NodeId> newest;  // the node of that version
};
using ModelName = std::pair<std::string_view, std::string_view>;  // package and name
using VersionedModels = std::map<ModelName, Versions>;

VersionedModels versioned_models(const LintProject& project) {
  VersionedModels out;
  for (std::uint32_t i = 0; i < project.project().size(); ++i) {
    const NodeId id{i};
    const NodeRecord& node = project.node(id);
    if (node.resource_type != ResourceType::kModel || node.version.empty() || !project.project().enabled(id)) continue;
    Versions& versions = out[{node.package_name, node.name}];
    versions.nodes.push_back(id);
    const std::string latest = scalar_of(node.latest_version);
    if (versions.latest.empty()) versions.latest = latest;
    if (!latest.empty() && scalar_of(node.version) == latest) versions.newest = id;
  }
  return out;
}

std::string name_of(const LintProject& project, NodeId id) {
  return printable(project.node(id).name);
}

// Whether the node refers to the model without saying which version.
bool refers_to_latest(const NodeRecord& reader, std::string_view model) {
  const auto refs = plowline::check(reader.refs);
  if (!refs) return false;
  for (const JsonText& ref : refs->items()) {
    const auto name = ref.get("name");
    const auto version = ref.get("version");
    if (name && name->string().value_or("") == model && (!version || version->is_null())) return true;
  }
  return false;
}

std::string readers_of(const LintProject& project, NodeId latest) {
  std::vector<NodeId> readers;
  for (const NodeId child : project.project().children(latest)) {
    if (project.node(child).resource_type == ResourceType::kTest) continue;
    if (refers_to_latest(project.node(child), project.node(latest).name)) readers.push_back(child);
  }
  return readers.empty() ? std::string() : fmt::format(" (in {})", name_list(project.project(), readers));
}

// A model that is past its deprecation date may go.
bool is_deprecated(const LintProject& project, const LintProject& state, NodeId id) {
  const auto date = instant_from(unescaped_text(state.node(id).deprecation_date));
  return date && *date < project.now();
}

std::string relation_words(const LintProject& project, NodeId id) {
  const auto relation = relation_of(project, id);
  return relation ? shown(*relation) : std::string("no relation");
}

void check_latest(const LintProject& project, const Versions& now, const Versions& before, Violations& violations) {
  if (!now.newest || now.latest.empty() || before.latest.empty() || now.latest == before.latest) return;
  violations.push_back({.node = *now.newest,
                        .message = fmt::format(
                            "the latest version of {} was {} and is {}: a ref without a version{} reads {} from now on",
                            name_of(project, *now.newest), printable(before.latest), printable(now.latest),
                            readers_of(project, *now.newest), relation_words(project, *now.newest)),
                        .at = Anchor::properties(),
                        .key = "latest_version"});
}

void check_removed(const LintProject& project, NodeId at, const Versions& before, Violations& violations) {
  const LintProject& state = *project.state();
  for (const NodeId old : before.nodes) {
    const NodeRecord& node = state.node(old);
    const auto still = project.project().find(node.unique_id);
    if ((still && project.project().enabled(*still)) || is_deprecated(project, state, old)) continue;
    const std::string version = printable(scalar_of(node.version));
    violations.push_back({.node = at,
                          .message = fmt::format(
                              "version {0} of {1} is gone: who asks for it, ref('{1}', v={0}), gets an error, and who "
                              "reads {2} outside of dbt sees no new data",
                              version, printable(node.name), relation_words(state, old)),
                          .at = Anchor::properties(),
                          .key = "version " + version});
  }
}

// A model without versions that has some now: its unique_id is another, and mostly its relation too.
void check_first_versions(const LintProject& project, const ModelName& model, const Versions& now,
                          Violations& violations) {
  const LintProject& state = *project.state();
  const auto before = state.project().find(fmt::format("model.{}.{}", model.first, model.second));
  if (!before || !now.newest || !state.project().enabled(*before)) return;
  const auto was = relation_of(state, *before);
  const auto is = relation_of(project, *now.newest);
  if (!was || !is || was->name == is->name) return;
  violations.push_back(
      {.node = *now.newest,
       .message =
           fmt::format("{} has versions now, and its latest one is built as {} instead of {}: who reads the old name "
                       "outside of dbt sees no new data",
                       name_of(project, *now.newest), printable(is->name), printable(was->name)),
       .at = Anchor::properties(),
       .key = "versions"});
}

Result<void> check(const LintProject& project, const RuleScope& scope, const NoOptions&, Violations& violations) {
  const VersionedModels before = versioned_models(*project.state());
  for (const auto& [model, versions] : versioned_models(project)) {
    const NodeId at = versions.newest.value_or(versions.nodes.front());
    if (!scope.contains(at)) continue;
    const auto earlier = before.find(model);
    if (earlier == before.end()) {
      check_first_versions(project, model, versions, violations);
      continue;
    }
    check_latest(project, versions, earlier->second, violations);
    check_removed(project, at, earlier->second, violations);
  }
  return {};
}

const RegisterRule<> rule{
    {.name = "schema-version-changed",
     .subject = "schema",
     .summary = "a model's latest version is another one, or a version is gone",
     .what =
         "Compares the versions of models with the earlier manifest (`--state`): another `latest_version`, versions "
         "that "
         "are gone before their deprecation date, and a model that has versions now and is built under another name.",
     .why = "A ref without a version means the latest one: its readers get other columns without a change of theirs. A "
            "version that is gone breaks those who asked for it.",
     .example = R"(```yaml
models:
  - name: orders
    latest_version: 2
    versions:
      - v: 2       # production has version 1, too
```)",
     .use_instead = R"(```yaml
models:
  - name: orders
    latest_version: 1
    versions:
      - {v: 1, deprecation_date: 2026-12-31}
      - v: 2
```)",
     .basis = "dbt: model versions; a ref without `v` resolves to `latest_version`.",
     .severity = Severity::kWarn,
     .presets = kRecommended,
     .needs = kNeedsState},
    check};

}  // namespace
}  // namespace plowline
