#include "rules/snowplow/new_events.h"

#include <algorithm>

namespace plowline {
namespace {

// The macro refers to the limits, so every caller has an edge to them, in manifests of dbt 2, too.
bool may_ask(const LintProject& project, NodeId model) {
  if (depends_on_utils_macro(project.node(model), kIsRunWithNewEvents)) return true;
  return std::ranges::any_of(project.project().parents(model), [&](NodeId parent) {
    return std::ranges::any_of(project.snowplow().all(),
                               [&](const SnowplowPackage& package) { return package.new_event_limits == parent; });
  });
}

// dbt 2 does not say which macros a model calls: a macro of the project that asks, and that the code names, will do.
bool names_asking_macro(const LintProject& project, NodeId model) {
  if (!project.node(model).depends_on.macros.empty()) return false;
  const std::vector<SqlText::Call> calls = project.sql(model).calls();
  return std::ranges::any_of(project.project().macros(), [&](const MacroRecord& macro) {
    return macro.package_name != "snowplow_utils" && std::ranges::any_of(calls, [&](const SqlText::Call& call) {
             return call.name.ends_with(macro.name) && project.code(macro).contains(kIsRunWithNewEvents);
           });
  });
}

NewEventsCall read_call(const SqlText::Call& call) {
  NewEventsCall out{std::nullopt, call.offset, call.length};
  if (call.arguments.size() != 1) return out;
  const SqlText::Argument& argument = call.arguments.front();
  if (!argument.literal || (!argument.name.empty() && argument.name != "package_name")) return out;
  out.package = argument.literal;
  if (argument.name.empty()) {
    out.offset = argument.offset;
    out.length = argument.length;
  }
  return out;
}

}  // namespace

Result<bool> asks_for_new_events(const LintProject& project, CallFinder& finder, NodeId model) {
  const Result<std::optional<MacroCall>> call = finder.find(model, kIsRunWithNewEvents);
  if (!call) return std::unexpected(call.error());
  return call->has_value() || names_asking_macro(project, model);
}

std::vector<NewEventsCall> new_events_calls(const LintProject& project, NodeId model) {
  std::vector<NewEventsCall> out;
  if (!may_ask(project, model)) return out;
  for (const SqlText::Call& call : project.sql(model).calls(kIsRunWithNewEvents)) out.push_back(read_call(call));
  return out;
}

}  // namespace plowline
