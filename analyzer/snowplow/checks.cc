#include "snowplow/checks.h"

#include <array>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "diagnostic/name_list.h"

namespace plowline {
namespace {

constexpr std::size_t kNamesShown = 3;

constexpr std::array kChecks = {
    &check_nothing_tagged, &check_untagged_readers,        &check_unknown_tags,     &check_wrong_package_tags,
    &check_several_tags,   &check_ephemeral_models,        &check_versioned_models, &check_aliases,
    &check_repeated_names, &check_unusable_names,          &check_names_that_stop,  &check_missing_upstream,
    &check_seeds,          &check_packages_without_models, &check_guards,           &check_windows_of_others,
    &check_end_hooks,      &check_ignored_variable,
};

}  // namespace

std::span<const Check> selection_checks() {
  return kChecks;
}

std::vector<NodeId> CheckInput::models() const {
  std::vector<NodeId> out;
  selected.for_each([&](NodeId id) {
    if (project.node(id).resource_type == ResourceType::kModel && project.enabled(id)) out.push_back(id);
  });
  return out;
}

std::string name_list(const std::vector<std::string_view>& names) {
  return name_list(names, kNamesShown);
}

std::string name_list(const Project& project, const std::vector<NodeId>& nodes) {
  std::vector<std::string_view> names;
  for (const NodeId node : nodes) names.push_back(project.node(node).name);
  return name_list(names);
}

std::vector<std::string> detail_lines(const Project& project, const std::vector<NodeId>& nodes) {
  std::vector<std::string> lines;
  for (const NodeId id : nodes) {
    const NodeRecord& node = project.node(id);
    lines.push_back(node.original_file_path.empty() ? std::string(node.unique_id)
                                                    : fmt::format("{} ({})", node.unique_id, node.original_file_path));
  }
  return lines;
}

std::string_view plural(std::size_t count, std::string_view one, std::string_view many) {
  return count == 1 ? one : many;
}

}  // namespace plowline
