#include "snowplow/guard.h"

#include <algorithm>
#include <string_view>
#include <unordered_map>

namespace plowline {
namespace {

struct NameUse {
  std::size_t models = 0;  // enabled models of that name
  bool taken = false;      // one of them runs, or is counted by another package
};

// The hooks compare what ran with what is named by bare names: a namesake that runs, tagged or not, would be taken for
// the guard and get a row.
std::unordered_map<std::string_view, NameUse> name_uses(const Project& project, const SnowplowPackages& packages,
                                                        const SnowplowPackage& package, const NodeSet& selected) {
  std::unordered_map<std::string_view, NameUse> uses;
  for (std::size_t i = 0; i < project.size(); ++i) {
    const NodeId id{static_cast<std::uint32_t>(i)};
    const NodeRecord& node = project.node(id);
    if (node.resource_type != ResourceType::kModel || !project.enabled(id)) continue;
    NameUse& use = uses[node.name];
    ++use.models;
    const auto is_other = [&](const SnowplowPackage* other) { return other != &package; };
    if (selected.contains(id) || std::ranges::any_of(packages.tagging(project, id), is_other)) use.taken = true;
  }
  return uses;
}

struct Rank {
  bool not_unique;
  bool of_another_package;
  bool may_be_disabled;
  bool of_one_run;
  bool versioned;
  auto operator<=>(const Rank&) const = default;
};

Result<Rank> rank_of(const Project& project, const SnowplowPackage& package, NodeId candidate) {
  const NodeRecord& node = project.node(candidate);
  const Result<JsonText> unrendered = project.read(candidate, &NodeRecord::unrendered_config);
  if (!unrendered) return std::unexpected(unrendered.error());
  const Result<std::string> materialized = project.materialized(candidate);
  if (!materialized) return std::unexpected(materialized.error());
  Rank rank{};
  rank.of_another_package = node.package_name != package.owner;
  // dbt before 1.3 kept no unrendered_config for package settings; the packages' own optional parts lie in folders.
  rank.may_be_disabled =
      unrendered->get("enabled").has_value() || std::ranges::any_of(node.fqn, [](std::string_view part) {
        return part == "optional_modules" || part == "custom";
      });
  rank.of_one_run = !materialized->ends_with("incremental");
  rank.versioned = !node.version.empty();
  return rank;
}

}  // namespace

bool can_be_named(std::string_view name) {
  return !name.empty() && name.find(' ') == std::string_view::npos;
}

Result<std::optional<NodeId>> choose_guard(const Project& project, const SnowplowPackages& packages,
                                           const SnowplowPackage& package, const NodeSet& selected) {
  const std::unordered_map<std::string_view, NameUse> uses = name_uses(project, packages, package, selected);
  std::optional<NodeId> best;
  Rank best_rank{};
  for (const NodeId candidate : package.tagged_models) {
    const std::string_view name = project.node(candidate).name;
    const NameUse& use = uses.at(name);
    if (!can_be_named(name) || use.taken) continue;
    Result<Rank> rank = rank_of(project, package, candidate);
    if (!rank) return std::unexpected(rank.error());
    rank->not_unique = use.models > 1;
    if (best && !(*rank < best_rank)) continue;
    best = candidate;
    best_rank = *rank;
  }
  return best;
}

}  // namespace plowline
