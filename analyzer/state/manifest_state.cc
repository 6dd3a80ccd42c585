#include "state/manifest_state.h"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <system_error>
#include <unordered_map>
#include <utility>

#include "artifact/instant.h"
#include "artifact/manifest.h"
#include "diagnostic/suggest.h"
#include "state/compare.h"
#include "state/contract.h"

namespace plowline {
namespace {

namespace fs = std::filesystem;

constexpr std::array<std::string_view, 10> kValues{"new",
                                                   "old",
                                                   "modified",
                                                   "unmodified",
                                                   "modified.body",
                                                   "modified.configs",
                                                   "modified.persisted_descriptions",
                                                   "modified.relation",
                                                   "modified.macros",
                                                   "modified.contract"};

Result<std::optional<Results>> read_if_there(const fs::path& file) {
  std::error_code ignored;
  if (file.empty() || !fs::is_regular_file(file, ignored)) return std::nullopt;
  auto results = read_results(file);
  if (!results) return std::unexpected(std::move(results.error()));
  return std::optional(std::move(*results));
}

// A new model, test, seed, unit test, … is modified for dbt, too; a new source, exposure, metric, semantic model or
// saved query is not: its comparison with nothing says "the same".
bool is_modified_when_new(ResourceType type) {
  switch (type) {
    case ResourceType::kSource:
    case ResourceType::kExposure:
    case ResourceType::kMetric:
    case ResourceType::kSemanticModel:
    case ResourceType::kSavedQuery:
      return false;
    default:
      return true;
  }
}

std::unexpected<Error> missing(std::string_view what, std::string_view method) {
  return usage_error(fmt::format("the method '{}' needs {}", method, what),
                     "give the folder of an earlier run's artifacts: --state DIR");
}

}  // namespace

Result<StateArtifacts> read_state(const fs::path& state_dir, const fs::path& current_sources, Warnings& warnings) {
  std::error_code ignored;
  if (!fs::is_directory(state_dir, ignored)) {
    return usage_error(fmt::format("--state: there is no folder {}", printable(state_dir.string())),
                       "name a folder with the manifest.json of an earlier run");
  }
  StateArtifacts state;
  const fs::path manifest_file = state_dir / "manifest.json";
  if (fs::is_regular_file(manifest_file, ignored)) {
    auto manifest = read_manifest(manifest_file, warnings);
    if (!manifest) return std::unexpected(std::move(manifest.error()));
    auto project = Project::build(std::move(*manifest), warnings);
    if (!project) return std::unexpected(std::move(project.error()));
    state.manifest = std::move(*project);
  }
  const std::array<std::pair<fs::path, std::optional<Results>*>, 3> others{{
      {state_dir / "run_results.json", &state.run_results},
      {state_dir / "sources.json", &state.sources},
      {current_sources, &state.current_sources},
  }};
  for (const auto& [file, place] : others) {
    auto results = read_if_there(file);
    if (!results) return std::unexpected(std::move(results.error()));
    *place = std::move(*results);
  }
  return state;
}

ManifestState::ManifestState(const Project& project, const StateArtifacts& artifacts, Warnings& warnings,
                             std::chrono::system_clock::time_point now)
    : project_(project), artifacts_(artifacts), warnings_(warnings), now_(now) {}

std::optional<NodeId> ManifestState::previous(NodeId id) const {
  return artifacts_.manifest->find(project_.node(id).unique_id);
}

Result<NodeSet> ManifestState::state(std::string_view value) const {
  if (!artifacts_.manifest) return missing("a manifest.json to compare with", "state");
  if (std::ranges::find(kValues, value) == kValues.end()) {
    const std::vector<std::string> values(kValues.begin(), kValues.end());
    const auto near = nearest(value, values);
    return usage_error(fmt::format("'{}' is no value of the method 'state'{}", printable(value),
                                   near ? fmt::format(": did you mean '{}'?", *near) : ""),
                       fmt::format("one of: {}", fmt::join(values, ", ")));
  }
  if (const auto found = known_.find(value); found != known_.end()) return found->second;
  auto nodes = compute(value);
  if (nodes) known_.emplace(value, *nodes);
  return nodes;
}

Result<NodeSet> ManifestState::compute(std::string_view value) const {
  NodeSet found(project_.size());
  if (value == "new" || value == "old") {
    for (std::uint32_t i = 0; i < project_.size(); ++i) {
      if (previous(NodeId{i}).has_value() == (value == "old")) found.insert(NodeId{i});
    }
    return found;
  }
  if (value == "modified") return modified();
  if (value == "unmodified") {
    auto changed = state("modified");
    if (!changed) return changed;
    for (std::uint32_t i = 0; i < project_.size(); ++i) {
      if (!changed->contains(NodeId{i})) found.insert(NodeId{i});
    }
    return found;
  }
  return modified_in(value.substr(value.find('.') + 1));
}

// What dbt's state:modified.ASPECT looks at: nodes of a class that has the aspect; a new one counts.
Result<NodeSet> ManifestState::modified_in(std::string_view aspect) const {
  constexpr std::array<std::pair<std::string_view, Aspect>, 5> kAspects{
      {{"body", Aspect::kBody},
       {"configs", Aspect::kConfigs},
       {"persisted_descriptions", Aspect::kPersistedDescriptions},
       {"relation", Aspect::kRelation},
       {"contract", Aspect::kContract}}};
  NodeSet found(project_.size());
  if (aspect == "contract") {
    if (auto removed = check_removed(); !removed) return std::unexpected(std::move(removed.error()));
  }
  for (std::uint32_t i = 0; i < project_.size(); ++i) {
    const auto id = NodeId{i};
    if (!project_.enabled(id)) continue;
    if (aspect == "macros") {
      const auto touched = touched_by_macro(id);
      if (!touched) return std::unexpected(touched.error());
      if (*touched) found.insert(id);
      continue;
    }
    const Aspect wanted = std::ranges::find(kAspects, aspect, [](const auto& entry) { return entry.first; })->second;
    if (!applies(project_.node(id), wanted)) continue;
    const auto previous_id = previous(id);
    if (!previous_id) {
      found.insert(id);
      continue;
    }
    if (wanted == Aspect::kContract) {
      if (auto checked = check_contract(id, *previous_id); !checked) return std::unexpected(std::move(checked.error()));
    }
    const auto differences = compare({&project_, id, &*artifacts_.manifest, *previous_id}, wanted);
    if (!differences) return std::unexpected(differences.error());
    if (!differences->empty()) found.insert(id);
  }
  return found;
}

Result<NodeSet> ManifestState::modified() const {
  NodeSet found(project_.size());
  if (auto removed = check_removed(); !removed) return std::unexpected(std::move(removed.error()));
  for (std::uint32_t i = 0; i < project_.size(); ++i) {
    if (!project_.enabled(NodeId{i})) continue;
    const auto changed = is_modified(NodeId{i});
    if (!changed) return std::unexpected(changed.error());
    if (*changed) found.insert(NodeId{i});
  }
  return found;
}

Result<bool> ManifestState::is_modified(NodeId id) const {
  const NodeRecord& node = project_.node(id);
  const auto previous_id = previous(id);
  if (previous_id && node.resource_type == ResourceType::kModel) {
    if (auto checked = check_contract(id, *previous_id); !checked) return std::unexpected(std::move(checked.error()));
  }
  const auto touched = touched_by_macro(id);
  if (!touched || *touched) return touched;
  if (!previous_id) return is_modified_when_new(node.resource_type);
  for (const Aspect aspect : aspects_of(node)) {
    const auto differences = compare({&project_, id, &*artifacts_.manifest, *previous_id}, aspect);
    if (!differences) return std::unexpected(differences.error());
    if (!differences->empty()) return true;
  }
  return false;
}

Result<bool> ManifestState::touched_by_macro(NodeId id) const {
  if (!macros_) {
    auto changes = MacroChanges::between(project_, *artifacts_.manifest);
    if (!changes) return std::unexpected(std::move(changes.error()));
    macros_ = std::make_unique<MacroChanges>(std::move(*changes));
  }
  return macros_->touches(project_.node(id));
}

// A breaking change of a contract: for a versioned model dbt stops, otherwise it warns.
Result<void> ManifestState::check_contract(NodeId id, NodeId previous_id) const {
  const NodePair pair{&project_, id, &*artifacts_.manifest, previous_id};
  if (pair.now().contract.bytes == pair.before().contract.bytes) return {};
  if (pair.before().resource_type != ResourceType::kModel || pair.now().resource_type != ResourceType::kModel)
    return {};
  const auto change = compare_contracts(pair);
  if (!change) return std::unexpected(change.error());
  if (change->breaking.empty()) return {};
  return report_breaking(pair.now(), change->breaking);
}

Result<void> ManifestState::report_breaking(const NodeRecord& node, const std::vector<std::string>& changes) const {
  std::string reason =
      fmt::format("{} has breaking changes of its contract: {}", node.unique_id, fmt::join(changes, "; "));
  if (!node.version.empty()) {
    return usage_error(std::move(reason),
                       "keep the contract of this version, and make the change in a new version of the model");
  }
  if (warned_.insert(std::string(node.unique_id)).second) {
    warnings_.push_back({"breaking-contract-change", std::move(reason), "consider a version of the model for it", {}});
  }
  return {};
}

// Models with an enforced contract that were removed. Like dbt, a model that is disabled now is asked for what it is
// now, also where another node of that unique_id is enabled.
Result<void> ManifestState::check_removed() const {
  const Project& before = *artifacts_.manifest;
  std::unordered_map<std::string_view, const NodeRecord*> disabled;
  for (const NodeRecord& node : project_.disabled()) disabled.emplace(node.unique_id, &node);  // the first of several
  for (std::uint32_t i = 0; i < before.size(); ++i) {
    const NodeRecord& node = before.node(NodeId{i});
    if (node.resource_type != ResourceType::kModel) continue;
    const auto found = disabled.find(node.unique_id);
    const bool is_disabled = found != disabled.end();
    if (!is_disabled && project_.find(node.unique_id)) continue;
    const NodeRecord& removed = is_disabled ? *found->second : node;
    const auto broken =
        broken_by_removal(removed, is_disabled, is_disabled ? project_.manifest_file() : before.manifest_file(), now_);
    if (!broken) return std::unexpected(broken.error());
    if (broken->empty()) continue;
    if (auto reported = report_breaking(removed, {*broken}); !reported) return reported;
  }
  return {};
}

Result<NodeSet> ManifestState::result(std::string_view value) const {
  if (!artifacts_.run_results) return missing("the run_results.json of an earlier run", "result");
  NodeSet found(project_.size());
  for (const NodeResult& result : artifacts_.run_results->results) {
    if (result.status != value) continue;
    if (const auto id = project_.find(result.unique_id)) found.insert(*id);
  }
  return found;
}

Result<NodeSet> ManifestState::source_status(std::string_view value) const {
  if (!artifacts_.sources) return missing("the sources.json of an earlier run", "source_status");
  if (!artifacts_.current_sources) return missing("a current sources.json (dbt source freshness)", "source_status");
  NodeSet found(project_.size());
  if (value != "fresher") return found;  // dbt knows no other value, and finds nothing for it
  std::unordered_map<std::string_view, std::optional<Instant>> before;
  for (const NodeResult& result : artifacts_.sources->results) {
    if (!result.max_loaded_at.empty()) before.insert_or_assign(result.unique_id, instant_from(result.max_loaded_at));
  }
  for (const NodeResult& result : artifacts_.current_sources->results) {
    if (result.max_loaded_at.empty()) continue;
    const auto old = before.find(result.unique_id);
    const bool fresher = old == before.end() || instant_from(result.max_loaded_at) > old->second;
    const auto id = project_.find(result.unique_id);
    if (fresher && id) found.insert(*id);
  }
  return found;
}

}  // namespace plowline
