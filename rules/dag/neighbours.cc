#include "rules/dag/neighbours.h"

#include <algorithm>
#include <span>

#include "diagnostic/name_list.h"

namespace plowline {
namespace {

std::vector<NodeId> of_types(const Project& graph, std::span<const NodeId> ids, TypesOfNodes types) {
  std::vector<NodeId> found;
  for (const NodeId id : ids) {
    if (types.has(graph.type(id)) && graph.enabled(id)) found.push_back(id);
  }
  return found;
}

// The literals of the call's positional arguments; empty where one of them is no literal.
std::vector<std::string_view> literals(const SqlText::Call& call) {
  std::vector<std::string_view> found;
  for (const SqlText::Argument& argument : call.arguments) {
    if (!argument.name.empty()) continue;
    if (!argument.literal) return {};
    found.push_back(*argument.literal);
  }
  return found;
}

bool names_version(const SqlText::Call& call, const NodeRecord& parent) {
  const SqlText::Argument* asked = call.keyword("v") != nullptr ? call.keyword("v") : call.keyword("version");
  const std::string version = scalar_of(parent.version);
  if (asked == nullptr) return version.empty() || version == scalar_of(parent.latest_version);
  return (asked->literal ? std::string_view(*asked->literal) : asked->text) == version;
}

}  // namespace

TypesOfNodes TypesOfNodes::of_words(const std::vector<std::string>& words) {
  TypesOfNodes types = {};
  for (const std::string& word : words) types.bits_ |= bit(resource_type_from(word));
  return types;
}

std::vector<NodeId> parents_of_types(const LintProject& project, NodeId id, TypesOfNodes types) {
  return of_types(project.project(), project.project().parents(id), types);
}

std::vector<NodeId> children_of_types(const LintProject& project, NodeId id, TypesOfNodes types) {
  return of_types(project.project(), project.project().children(id), types);
}

std::string spoken_names(const LintProject& project, const std::vector<NodeId>& ids) {
  constexpr std::size_t kMost = 4;
  std::vector<std::string> names;
  for (const NodeId id : ids) names.push_back(dotted_name(project.node(id)));
  return name_list(names, kMost);
}

Anchor place_of_reading(const LintProject& project, NodeId reader, NodeId parent) {
  const NodeRecord& its = project.node(reader);
  const NodeRecord& read = project.node(parent);
  if (its.raw_code.empty() || its.language == "python") return {};
  const bool is_source = read.resource_type == ResourceType::kSource;
  for (const SqlText::Call& call : project.sql(reader).calls(is_source ? "source" : "ref")) {
    const std::vector<std::string_view> names = literals(call);
    if (names.empty() || names.back() != read.name) continue;
    if (is_source ? names.size() == 2 && names.front() == read.source_name : names_version(call, read))
      return Anchor::code(call.offset, call.length);
  }
  return {};
}

bool in_layers(const LintProject& project, NodeId id, const std::vector<std::string>& layers) {
  return project.in_layers(id, layers);
}

}  // namespace plowline
