#include <algorithm>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "graph/walk.h"
#include "snowplow/checks.h"
#include "snowplow/tags.h"

namespace plowline {
namespace {

NodeSet set_of(const Project& project, const std::vector<NodeId>& nodes) {
  NodeSet set(project.size());
  for (const NodeId node : nodes) set.insert(node);
  return set;
}

// Upstream models of the package's, or counted by it, that the run does not build.
struct Missing {
  std::vector<NodeId> tagged;
  std::vector<NodeId> untagged;

  std::vector<NodeId> all() const {
    std::vector<NodeId> out = tagged;
    out.insert(out.end(), untagged.begin(), untagged.end());
    std::ranges::sort(out);
    return out;
  }
};

Missing find_missing(const CheckInput& input, const SnowplowPackage& package, const NodeSet& upstream) {
  Missing missing;
  upstream.for_each([&](NodeId id) {
    const NodeRecord& node = input.project.node(id);
    if (input.selected.contains(id) || node.resource_type != ResourceType::kModel || !input.project.enabled(id)) return;
    if (has_tag(node, package.tag)) {
      missing.tagged.push_back(id);
    } else if (input.packages.owning(input.project, id) == &package) {
      missing.untagged.push_back(id);
    }
  });
  return missing;
}

Warning not_selected_warning(const CheckInput& input, const SnowplowPackage& package, const PackageRun& run,
                             const Missing& missing) {
  std::vector<std::string> selectors;
  for (const NodeId model : run.models) {
    if (input.packages.owning(input.project, model) == nullptr) {
      selectors.push_back(fmt::format("+{}", printable(input.project.node(model).name)));
    }
  }
  if (selectors.empty())
    selectors.push_back(fmt::format("+{}", printable(input.project.node(run.models.front()).name)));
  return {"upstream-not-selected",
          fmt::format("{} {} selected without {} upstream {} of {}: the run works on what an earlier run left in those "
                      "tables, and fails in a schema where there was none",
                      name_list(input.project, run.models), plural(run.models.size(), "is", "are"),
                      missing.all().size(), plural(missing.all().size(), "model", "models"), printable(package.name)),
          fmt::format("put a + before the model, so that its lineage runs with it: {}", fmt::join(selectors, " ")),
          detail_lines(input.project, missing.all())};
}

Warning excluded_warning(const CheckInput& input, const SnowplowPackage& package, const Missing& missing) {
  const std::size_t count = missing.tagged.size();
  return {
      "tagged-model-excluded",
      fmt::format("{} {} upstream of selected models and tagged {}, but not selected: what reads {} gets the rows "
                  "of an earlier run, and as long as {} left out, a run without models_to_run stays in State 2 or 3 "
                  "for ever",
                  name_list(input.project, missing.tagged), plural(count, "is", "are"), printable(package.tag),
                  plural(count, "it", "them"), plural(count, "it is", "they are")),
      "select the model too; to retire one, disable it instead (enabled: false)",
      detail_lines(input.project, missing.tagged)};
}

// Names that need no quotes in any shell and mean nothing to dbt's selectors.
bool is_plain(std::string_view name) {
  return !name.empty() && std::ranges::all_of(name, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
  });
}

std::string seed_command(const Project& project, const std::vector<NodeId>& seeds) {
  std::vector<std::string_view> names;
  for (const NodeId seed : seeds) names.push_back(project.node(seed).name);
  if (!std::ranges::all_of(names, is_plain)) return "build them first with dbt seed (-v lists them)";
  return fmt::format("where they are not there yet, run first, with the same target: dbt seed --select {}",
                     fmt::join(names, " "));
}

}  // namespace

Result<void> check_missing_upstream(const CheckInput& input, Warnings& warnings) {
  for (const PackageRun& run : input.result.packages) {
    if (run.models.empty()) continue;
    const SnowplowPackage& package = *input.packages.named(run.package);
    const NodeSet upstream = ancestors(input.project, set_of(input.project, run.models));
    const Missing missing = find_missing(input, package, upstream);
    const bool window_is_missing =
        package.new_event_limits && upstream.contains(*package.new_event_limits) && !run.window_is_computed;
    if (window_is_missing || !missing.untagged.empty()) {
      warnings.push_back(not_selected_warning(input, package, run, missing));
    } else if (!missing.tagged.empty()) {
      warnings.push_back(excluded_warning(input, package, missing));
    }
  }
  return {};
}

Result<void> check_seeds(const CheckInput& input, Warnings& warnings) {
  if (input.options.builds_seeds) return {};
  NodeSet seeds(input.project.size());
  for (const NodeId model : input.models()) {
    for (const NodeId parent : input.project.parents(model)) {
      if (input.project.node(parent).resource_type == ResourceType::kSeed) seeds.insert(parent);
    }
  }
  const std::vector<NodeId> found = seeds.ids();
  if (found.empty()) return {};
  warnings.push_back({"seeds-not-built",
                      fmt::format("the selected models read {} {} ({}), which dbt run does not build", found.size(),
                                  plural(found.size(), "seed", "seeds"), name_list(input.project, found)),
                      seed_command(input.project, found), detail_lines(input.project, found)});
  return {};
}

}  // namespace plowline
