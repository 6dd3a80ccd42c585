#include "state/manifest_state.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <fmt/format.h>
#include <system_error>
#include <unordered_map>
#include <utility>

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

// `2024-01-02T03:04:05.678901+02:00` as microseconds since 1970 in UTC; nothing for other text. dbt always writes
// the same form, with `Z`, an offset, or none.
std::optional<std::int64_t> microseconds(std::string_view text) {
  std::array<int, 6> parts{};  // year, month, day, hour, minute, second
  constexpr std::string_view kBetween = "--T::";
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), parts[i]);
    if (error != std::errc()) return std::nullopt;
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
    if (i + 1 == parts.size()) break;
    if (text.empty() || (text.front() != kBetween[i] && !(i == 2 && text.front() == ' '))) return std::nullopt;
    text.remove_prefix(1);
  }
  std::int64_t fraction = 0;
  if (text.starts_with('.')) {
    std::int64_t unit = 100'000;
    for (text.remove_prefix(1); !text.empty() && text.front() >= '0' && text.front() <= '9'; text.remove_prefix(1)) {
      fraction += (text.front() - '0') * unit;
      unit /= 10;
    }
  }
  std::int64_t offset_minutes = 0;
  if (text.size() >= 6 && (text.front() == '+' || text.front() == '-')) {
    int hours = 0;
    int minutes = 0;
    std::from_chars(text.data() + 1, text.data() + 3, hours);
    std::from_chars(text.data() + 4, text.data() + 6, minutes);
    offset_minutes = (text.front() == '-' ? -1 : 1) * (hours * 60 + minutes);
  }
  using namespace std::chrono;
  const year_month_day date{year{parts[0]}, month{static_cast<unsigned>(parts[1])},
                            day{static_cast<unsigned>(parts[2])}};
  if (!date.ok()) return std::nullopt;
  const std::int64_t seconds =
      sys_days(date).time_since_epoch().count() * 86'400LL + parts[3] * 3'600LL + parts[4] * 60LL + parts[5];
  return (seconds - offset_minutes * 60) * 1'000'000 + fraction;
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

ManifestState::ManifestState(const Project& project, const StateArtifacts& artifacts, Warnings& warnings)
    : project_(project), artifacts_(artifacts), warnings_(warnings) {}

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
    if (aspect == "macros") {
      const auto macro = touching_macro(id);
      if (!macro) return std::unexpected(macro.error());
      if (!macro->empty()) found.insert(id);
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
    const auto changed = is_modified(NodeId{i});
    if (!changed) return std::unexpected(changed.error());
    if (*changed) found.insert(NodeId{i});
  }
  return found;
}

Result<bool> ManifestState::is_modified(NodeId id) const {
  const auto macro = touching_macro(id);
  if (!macro) return std::unexpected(macro.error());
  const NodeRecord& node = project_.node(id);
  const auto previous_id = previous(id);
  // dbt holds a new source, exposure, metric, … for unmodified, and a new model, test, seed, … for modified.
  if (!previous_id) return applies(node, Aspect::kBody) || !macro->empty();
  if (node.resource_type == ResourceType::kModel) {
    if (auto checked = check_contract(id, *previous_id); !checked) return std::unexpected(std::move(checked.error()));
  }
  if (!macro->empty()) return true;
  for (const Aspect aspect : aspects_of(node)) {
    const auto differences = compare({&project_, id, &*artifacts_.manifest, *previous_id}, aspect);
    if (!differences) return std::unexpected(differences.error());
    if (!differences->empty()) return true;
  }
  return false;
}

Result<std::string_view> ManifestState::touching_macro(NodeId id) const {
  if (!macros_) {
    auto changes = MacroChanges::between(project_, *artifacts_.manifest);
    if (!changes) return std::unexpected(std::move(changes.error()));
    macros_ = std::make_unique<MacroChanges>(std::move(*changes));
  }
  return macros_->touching(project_.node(id));
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

// Removed or disabled models with an enforced contract.
Result<void> ManifestState::check_removed() const {
  const Project& before = *artifacts_.manifest;
  for (std::uint32_t i = 0; i < before.size(); ++i) {
    const auto id = NodeId{i};
    const NodeRecord& node = before.node(id);
    if (node.resource_type != ResourceType::kModel || project_.find(node.unique_id)) continue;
    const bool disabled =
        std::ranges::find(project_.disabled(), node.unique_id, &NodeRecord::unique_id) != project_.disabled().end();
    const auto broken = broken_by_removal(before, id, disabled);
    if (!broken) return std::unexpected(broken.error());
    if (broken->empty()) continue;
    if (auto reported = report_breaking(node, {*broken}); !reported) return reported;
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
  std::unordered_map<std::string_view, std::optional<std::int64_t>> before;
  for (const NodeResult& result : artifacts_.sources->results) {
    if (!result.max_loaded_at.empty()) before.insert_or_assign(result.unique_id, microseconds(result.max_loaded_at));
  }
  for (const NodeResult& result : artifacts_.current_sources->results) {
    if (result.max_loaded_at.empty()) continue;
    const auto old = before.find(result.unique_id);
    const bool fresher = old == before.end() || microseconds(result.max_loaded_at) > old->second;
    const auto id = project_.find(result.unique_id);
    if (fresher && id) found.insert(*id);
  }
  return found;
}

}  // namespace plowline
