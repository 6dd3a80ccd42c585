#include "backfill/blue_green.h"

#include <algorithm>
#include <fmt/format.h>
#include <iterator>
#include <map>
#include <utility>

#include "backfill/production_placement.h"
#include "graph/node_set.h"
#include "graph/walk.h"
#include "snowplow/models_to_run.h"

namespace plowline {
namespace {

class SideBuilder {
 public:
  SideBuilder(const BlueGreenInput& input, ProductionPlacement places, Warnings& warnings)
      : input_(input), places_(std::move(places)), warnings_(warnings), lineage_(input.branch.size()) {}

  Result<BlueGreen> build() {
    result_.adapter_type = input_.branch.metadata().adapter_type;
    if (auto checked = check_requested(); !checked) return std::unexpected(std::move(checked.error()));
    if (auto added = add_models(); !added) return std::unexpected(std::move(added.error()));
    if (auto added = add_packages(); !added) return std::unexpected(std::move(added.error()));
    sort_upstream_first();
    return std::move(result_);
  }

 private:
  Result<void> check_requested() {
    NodeSet start(input_.branch.size());
    for (const NodeId id : input_.models) {
      const NodeRecord& node = input_.branch.node(id);
      if (node.resource_type != ResourceType::kModel || !input_.branch.enabled(id)) {
        return usage_error(fmt::format("{} is no enabled model", printable(node.unique_id)),
                           "name the new model, as `plowline ls --resource-type model` lists it");
      }
      start.insert(id);
    }
    lineage_ = ancestors(input_.branch, start);
    lineage_ |= start;
    return {};
  }

  bool is_requested(NodeId id) const { return std::ranges::find(input_.models, id) != input_.models.end(); }

  std::optional<NodeId> in_production(NodeId id) const {
    const auto there = input_.production.find(input_.branch.node(id).unique_id);
    return there && input_.production.enabled(*there) ? there : std::nullopt;
  }

  // What is asked for, and what it needs that production lacks.
  Result<void> add_models() {
    Result<void> outcome;
    lineage_.for_each([&](NodeId id) {
      const NodeRecord& node = input_.branch.node(id);
      if (!outcome || node.resource_type != ResourceType::kModel || !input_.branch.enabled(id)) return;
      if (!is_requested(id) && in_production(id)) return;
      outcome = add_model(id);
    });
    return outcome;
  }

  Result<void> add_model(NodeId id) {
    const NodeRecord& node = input_.branch.node(id);
    NewModel model;
    model.id = id;
    model.unique_id = node.unique_id;
    model.name = node.name;
    model.requested = is_requested(id);
    for (const SnowplowPackage* package : input_.branch_packages.tagging(input_.branch, id))
      model.packages.push_back(package->name);
    auto config = table_config_of(input_.branch, id);
    if (!config) return std::unexpected(std::move(config.error()));
    model.config = std::move(*config);
    model.has_history = model.config.materialized == "incremental";
    if (!node.relation_name.empty()) {
      auto staging = relation(input_.branch, id);
      if (!staging) return std::unexpected(std::move(staging.error()));
      model.staging = std::move(*staging);
      if (auto placed = place(model); !placed) return placed;
    }
    result_.models.push_back(std::move(model));
    return {};
  }

  // A relation_name of a manifest that cannot be read is the manifest's fault: it names the node.
  static Result<TableName> relation(const Project& project, NodeId id) {
    auto table = table_name_from(project.node(id).relation_name);
    if (table) return table;
    Error error = std::move(table.error());
    error.file = project.manifest_file();
    error.position.path = fmt::format("$.nodes[\"{}\"].relation_name", printable(project.node(id).unique_id));
    return std::unexpected(std::move(error));
  }

  Result<void> place(NewModel& model) {
    if (const auto there = in_production(model.id); there && !input_.production.node(*there).relation_name.empty()) {
      auto production = relation(input_.production, *there);
      if (!production) return std::unexpected(std::move(production.error()));
      model.production = std::move(*production);
      model.placement = "production has the model";
      model.in_production = true;
      return {};
    }
    if (model.requested && input_.to) {
      auto production = table_name_from(*input_.to);
      if (!production) {
        return usage_error("--to: " + production.error().reason,
                           "write it as DATABASE.SCHEMA.NAME, quoted as SQL would have it");
      }
      model.production = std::move(*production);
      model.placement = "given by --to";
      return {};
    }
    auto answer = places_.of(model.id, model.staging);
    if (!answer) return std::unexpected(std::move(answer.error()));
    model.production = std::move(answer->table);
    model.placement = std::move(answer->how);
    if (!model.production && model.has_history) warn_of_unknown_place(model);
    return {};
  }

  void warn_of_unknown_place(const NewModel& model) {
    warnings_.push_back(
        {"production-place-unknown",
         fmt::format("where production will build {} is not known: {}", printable(model.name), model.placement),
         "say it with --to DATABASE.SCHEMA.NAME",
         {}});
  }

  Result<void> add_packages() {
    Warnings of_the_run;  // whoever plans the run itself tells them
    const auto run = models_to_run(input_.branch, input_.branch_packages, lineage_, {}, of_the_run);
    if (!run) return std::unexpected(run.error());
    for (const PackageRun& part : run->packages) {
      if (part.models.empty()) continue;
      auto tables = tables_of(part);
      if (!tables) return std::unexpected(std::move(tables.error()));
      result_.packages.push_back(std::move(*tables));
    }
    return {};
  }

  Result<PackageTables> tables_of(const PackageRun& part) {
    PackageTables tables;
    tables.package = part.package;
    tables.staging_models = names(input_.branch, part.models);
    const SnowplowPackage& here = *input_.branch_packages.named(part.package);
    const SnowplowPackage* there = input_.production_packages.named(part.package);
    if (there == nullptr || !there->incremental_manifest || !here.incremental_manifest) {
      return usage_error(
          fmt::format("{} has no incremental manifest in {}: there is nothing to record the new model in",
                      printable(part.package), here.incremental_manifest ? "production" : "staging"),
          "bring the package to production first, with a run of its own; then its new models");
    }
    auto staging = relation(input_.branch, *here.incremental_manifest);
    if (!staging) return std::unexpected(std::move(staging.error()));
    auto production = relation(input_.production, *there->incremental_manifest);
    if (!production) return std::unexpected(std::move(production.error()));
    tables.shared = *staging == *production;
    tables.staging_manifest = std::move(*staging);
    tables.production_manifest = std::move(*production);
    tables.production_models = names(input_.production, there->tagged_models);
    std::ranges::set_difference(names(input_.branch, here.tagged_models), tables.production_models,
                                std::back_inserter(tables.new_models));
    return tables;
  }

  // Sorted, each once: versions of one model share a name.
  static std::vector<std::string> names(const Project& project, const std::vector<NodeId>& models) {
    std::vector<std::string> all;
    for (const NodeId id : models) all.emplace_back(project.node(id).name);
    std::ranges::sort(all);
    const auto rest = std::ranges::unique(all);
    all.erase(rest.begin(), rest.end());
    return all;
  }

  // By the length of the longest way from a root of the lineage; then by unique_id.
  void sort_upstream_first() {
    std::map<std::size_t, std::size_t> depths;
    for (const NewModel& model : result_.models) depth_of(model.id, depths);
    std::ranges::stable_sort(result_.models, {}, [&](const NewModel& model) { return depths[index_of(model.id)]; });
  }

  std::size_t depth_of(NodeId id, std::map<std::size_t, std::size_t>& depths) const {
    if (const auto known = depths.find(index_of(id)); known != depths.end()) return known->second;
    std::size_t depth = 0;
    for (const NodeId parent : input_.branch.parents(id)) {
      const auto is_new = [&](const NewModel& model) { return model.id == parent; };
      if (std::ranges::any_of(result_.models, is_new)) depth = std::max(depth, depth_of(parent, depths) + 1);
    }
    return depths[index_of(id)] = depth;
  }

  const BlueGreenInput& input_;
  ProductionPlacement places_;
  Warnings& warnings_;
  NodeSet lineage_;
  BlueGreen result_;
};

}  // namespace

Result<BlueGreen> blue_green(const BlueGreenInput& input, Warnings& warnings) {
  if (input.to && input.models.size() != 1) {
    return usage_error("--to names one table, but several models are to be moved", "run it once per model");
  }
  auto places = ProductionPlacement::learn(input.branch, input.production);
  if (!places) return std::unexpected(std::move(places.error()));
  return SideBuilder(input, std::move(*places), warnings).build();
}

}  // namespace plowline
