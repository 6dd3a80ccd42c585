#include "rules/snowplow/job_selectors.h"

#include <algorithm>
#include <utility>

#include "artifact/file.h"

namespace plowline {
namespace {

bool manifest_has_selectors(const Project& project) {
  const Result<JsonText> selectors = project.selectors();
  return selectors && !selectors->members().empty();
}

SelectionInputs inputs_of(const LintProject& project) {
  SelectionInputs inputs{.project_folder = project.folder()};
  // (ProjectYaml has made sure that the file lies in the project's folder.)
  if (manifest_has_selectors(project.project()) || project.yaml().selectors_file() == nullptr) return inputs;
  const auto bytes = FileBytes::read(project.folder() / project.yaml().selectors_file()->file);
  if (bytes) inputs.selectors_yml = {project.yaml().selectors_file()->file, std::string(bytes->text())};
  return inputs;
}

}  // namespace

JobSelectors::JobSelectors(const LintProject& project) : selector_(project.project(), inputs_of(project)) {
  Warnings ignored;
  const Result<NamedSelectors*> named = selector_.named_selectors(ignored);
  if (!named) return;
  names_ = (*named)->names();
  default_name_ = (*named)->default_name();
}

std::optional<NodeSet> JobSelectors::nodes_of(const std::string& name) {
  if (std::ranges::find(names_, name) == names_.end()) return std::nullopt;
  Warnings ignored;
  SelectionRequest request;
  request.selector = name;
  request.indirect = IndirectSelection::kEmpty;
  Result<Selection> selection = selector_.select(request, ignored);
  return selection ? std::optional(std::move(selection->nodes)) : std::nullopt;
}

std::optional<NodeSet> JobSelectors::job_of(const std::string& name, const SnowplowPackage& package) {
  if (!package.new_event_limits) return std::nullopt;
  auto nodes = nodes_of(name);
  if (!nodes || !nodes->contains(*package.new_event_limits)) return std::nullopt;
  return nodes;
}

}  // namespace plowline
