#include <fmt/format.h>
#include <fmt/ranges.h>

#include "artifact/text_search.h"
#include "lint/rule.h"
#include "state/contract.h"

namespace plowline {
namespace {

bool may_be_enforced(const NodeRecord& node) {
  return node.resource_type == ResourceType::kModel && has_text(node.contract.bytes, "true");
}

std::string message_of(const LintProject& project, NodeId id, const std::vector<std::string>& breaking) {
  const NodeRecord& node = project.node(id);
  std::vector<std::string> reasons;
  for (const std::string& reason : breaking) reasons.push_back(printable(reason));
  return fmt::format("the contract of {} is broken for those who rely on it: {}; {}", printable(node.name),
                     fmt::join(reasons, "; "),
                     node.version.empty() ? "dbt only warns, as the model has no versions"
                                          : "dbt stops with an error at state:modified: this wants a new version");
}

// The record that dbt asks whether the model may go: the disabled one where there is one, else the earlier one.
const NodeRecord* disabled_record(const LintProject& project, std::string_view unique_id) {
  if (const auto id = project.project().find(unique_id)) return &project.node(*id);
  for (const NodeRecord& node : project.project().disabled()) {
    if (node.unique_id == unique_id) return &node;
  }
  return nullptr;
}

// Contracted models of the root project that are gone, or disabled now.
Result<void> check_removed(const LintProject& project, Violations& violations) {
  const Project& state = project.state()->project();
  for (std::uint32_t i = 0; i < state.size(); ++i) {
    const NodeId old{i};
    const NodeRecord& node = state.node(old);
    if (!may_be_enforced(node) || node.package_name != project.project().root_package() || !state.enabled(old))
      continue;
    const auto still = project.project().find(node.unique_id);
    if (still && project.project().enabled(*still)) continue;
    const NodeRecord* disabled = disabled_record(project, node.unique_id);
    auto broken = broken_by_removal(disabled != nullptr ? *disabled : node, disabled != nullptr,
                                    project.project().manifest_file(), project.now());
    if (!broken) return std::unexpected(std::move(broken.error()));
    if (broken->empty()) continue;
    violations.push_back({.message = fmt::format("{}: who relies on its contract loses it, and its relation {} is left "
                                                 "behind, which nobody updates any more",
                                                 printable(*broken), printable(node.relation_name)),
                          .at = Anchor::manifest(),
                          .key = std::string(node.unique_id)});
  }
  return {};
}

Result<void> check(const LintProject& project, const RuleScope& scope, const NoOptions&, Violations& violations) {
  const Project& state = project.state()->project();
  Result<void> result;
  scope.for_each(ResourceType::kModel, [&](NodeId id) {
    const auto previous = project.in_state(id);
    if (!result || !previous || !may_be_enforced(state.node(*previous))) return;
    if (!project.project().enabled(id) || !state.enabled(*previous)) return;
    auto change = compare_contracts({&project.project(), id, &state, *previous});
    if (!change) {
      result = std::unexpected(std::move(change.error()));
      return;
    }
    if (change->breaking.empty()) return;
    violations.push_back(
        {.node = id, .message = message_of(project, id, change->breaking), .at = Anchor::config("contract")});
  });
  return result ? check_removed(project, violations) : result;
}

const RegisterRule<> rule{
    {.name = "schema-contract-changed",
     .subject = "schema",
     .summary = "an enforced contract promises less than in the state",
     .what =
         "Compares enforced contracts with the earlier manifest (`--state`), as dbt does it: a contract that is not "
         "enforced any more, columns that are gone or have another type, constraints that the warehouse enforced and "
         "that are gone, a materialization that enforces none. So are contracted models "
         "that are gone or disabled before their deprecation date. What is only added breaks nobody.",
     .why =
         "A contract is what other teams and projects build on. dbt stops at a broken one for models with versions and "
         "warns for others, but only in runs that select by `state:modified`.",
     .example = R"(```yaml
# in production: total is an integer
models:
  - name: orders
    config: {contract: {enforced: true}}
    columns:
      - {name: total, data_type: text}
```)",
     .use_instead = R"(```yaml
models:
  - name: orders
    latest_version: 2
    config: {contract: {enforced: true}}
    versions:
      - v: 1
      - v: 2
```)",
     .basis = "dbt-core: `ModelNode.same_contract`.",
     .severity = Severity::kError,
     .presets = kRecommended,
     .needs = kNeedsState},
    check};

}  // namespace
}  // namespace plowline
