#include "state/diff.h"

#include <algorithm>
#include <fmt/format.h>
#include <optional>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "state/compare.h"
#include "state/contract.h"
#include "state/macros.h"

namespace plowline {
namespace {

using DisabledById = std::unordered_map<std::string_view, const NodeRecord*>;

DisabledById disabled_by_id(const Project& project) {
  DisabledById out;
  for (const NodeRecord& node : project.disabled()) out.emplace(node.unique_id, &node);  // the first of several
  return out;
}

DiffSide side_of(const Project& project) {
  return {project.manifest_file(), std::string(project.root_package()), std::string(project.metadata().dbt_version),
          std::string(project.metadata().generated_at)};
}

bool has_a_place(ResourceType type) {
  return type == ResourceType::kModel || type == ResourceType::kSeed || type == ResourceType::kSnapshot ||
         type == ResourceType::kSource;
}

// Where the node lies in the warehouse; nothing where it does not: it is ephemeral, or of a kind without a relation.
Result<std::optional<MovedNode::Place>> place_of(const Project& project, NodeId id) {
  const NodeRecord& node = project.node(id);
  const std::string_view name = node.resource_type == ResourceType::kSource ? node.identifier : node.alias;
  MovedNode::Place place{std::string(node.database), std::string(node.schema),
                         std::string(name.empty() ? node.name : name), std::string(node.relation_name)};
  if (!place.relation.empty()) return place;
  // Manifests before v4 have no relation_name.
  if (!has_a_place(node.resource_type)) return std::nullopt;
  const auto materialized = project.materialized(id);
  if (!materialized) return std::unexpected(materialized.error());
  if (*materialized == "ephemeral") return std::nullopt;
  for (const std::string* part : {&place.database, &place.schema, &place.name}) {
    if (!part->empty()) place.relation += (place.relation.empty() ? "" : ".") + *part;
  }
  return place;
}

bool same_place(const NodeRecord& now, const NodeRecord& before, const MovedNode::Place& is,
                const MovedNode::Place& was) {
  if (!now.relation_name.empty() && !before.relation_name.empty()) return now.relation_name == before.relation_name;
  return is.database == was.database && is.schema == was.schema && is.name == was.name;
}

// Collects a StateDiff, step by step, in the order of the functions.
class Differ {
 public:
  Differ(const Project& now, const Project& before, const DiffScope& scope, MacroChanges macros,
         std::chrono::system_clock::time_point today)
      : now_(now),
        before_(before),
        scope_(scope),
        macros_(std::move(macros)),
        today_(today),
        disabled_now_(disabled_by_id(now)),
        disabled_before_(disabled_by_id(before)) {
    diff_.now = side_of(now);
    diff_.before = side_of(before);
  }

  Result<StateDiff> run(Warnings& warnings) {
    if (auto listed = list_macros(); !listed) return std::unexpected(std::move(listed.error()));
    for (std::uint32_t i = 0; i < now_.size(); ++i) {
      if (auto visited = visit(NodeId{i}); !visited) return std::unexpected(std::move(visited.error()));
    }
    for (std::uint32_t i = 0; i < before_.size(); ++i) {
      if (auto visited = visit_earlier(NodeId{i}); !visited) return std::unexpected(std::move(visited.error()));
    }
    std::ranges::sort(diff_.disabled, {},
                      [](const GoneNode& gone) -> const std::string& { return gone.node.unique_id; });
    warn_of_missing_macros(warnings);
    return std::move(diff_);
  }

 private:
  Result<DiffNode> node_of(const Project& project, NodeId id) const {
    const NodeRecord& node = project.node(id);
    auto place = place_of(project, id);
    if (!place) return std::unexpected(std::move(place.error()));
    return DiffNode{std::string(node.unique_id),          std::string(node.name),
                    std::string(node.resource_word),      std::string(node.package_name),
                    std::string(node.original_file_path), *place ? std::move((*place)->relation) : std::string()};
  }

  Result<void> list_macros() {
    constexpr std::pair<MacroChange::Kind, ChangedMacro::Change> kKinds[]{
        {MacroChange::Kind::kNew, ChangedMacro::Change::kNew},
        {MacroChange::Kind::kModified, ChangedMacro::Change::kModified},
        {MacroChange::Kind::kRemoved, ChangedMacro::Change::kRemoved}};
    const auto text = [](const MacroRecord* macro, const Project& project) -> Result<std::string> {
      if (macro == nullptr) return std::string();
      auto parsed = check(macro->macro_sql);
      if (parsed) return parsed->string().value_or("");
      parsed.error().file = project.manifest_file();
      return std::unexpected(std::move(parsed.error()));
    };
    for (const MacroChange& change : macros_.changed()) {
      auto before = text(change.before, before_);
      if (!before) return std::unexpected(std::move(before.error()));
      auto now = text(change.now, now_);
      if (!now) return std::unexpected(std::move(now.error()));
      ChangedMacro macro{
          std::string(change.unique_id), ChangedMacro::Change::kModified, {}, std::move(*before), std::move(*now), {}};
      for (const auto& [kind, word] : kKinds) {
        if (kind == change.kind) macro.change = word;
      }
      macro.original_file_path = (change.now != nullptr ? change.now : change.before)->original_file_path;
      diff_.macros.push_back(std::move(macro));
    }
    return {};
  }

  Result<void> visit(NodeId id) {
    if (scope_.now != nullptr && !scope_.now->contains(id)) return {};
    const NodeRecord& record = now_.node(id);
    const auto previous = before_.find(record.unique_id);
    if (!now_.enabled(id)) {
      return previous && before_.enabled(*previous) ? add_gone(*previous, diff_.disabled, &record) : Result<void>();
    }
    if (!previous) {
      auto node = node_of(now_, id);
      if (!node) return std::unexpected(std::move(node.error()));
      diff_.added.push_back({std::move(*node), disabled_before_.contains(record.unique_id)});
      return {};
    }
    const NodePair pair{&now_, id, &before_, *previous};
    if (auto compared = add_modified(pair); !compared) return compared;
    return add_moved(pair);
  }

  Result<void> visit_earlier(NodeId id) {
    if (scope_.before != nullptr && !scope_.before->contains(id)) return {};
    const NodeRecord& record = before_.node(id);
    if (!before_.enabled(id) || now_.find(record.unique_id)) return {};
    const auto disabled = disabled_now_.find(record.unique_id);
    if (disabled != disabled_now_.end()) return add_gone(id, diff_.disabled, disabled->second);
    return add_gone(id, diff_.removed, nullptr);
  }

  Result<void> add_gone(NodeId id, std::vector<GoneNode>& list, const NodeRecord* disabled) {
    auto node = node_of(before_, id);
    if (!node) return std::unexpected(std::move(node.error()));
    GoneNode gone{std::move(*node), {}};
    if (before_.node(id).resource_type == ResourceType::kModel) {
      auto broken = broken_by_removal(disabled != nullptr ? *disabled : before_.node(id), disabled != nullptr,
                                      (disabled != nullptr ? now_ : before_).manifest_file(), today_);
      if (!broken) return std::unexpected(std::move(broken.error()));
      gone.breaking = std::move(*broken);
    }
    list.push_back(std::move(gone));
    return {};
  }

  Result<void> add_modified(const NodePair& pair) {
    ModifiedNode modified;
    for (const Aspect aspect : aspects_of(pair.now())) {
      auto differences = compare(pair, aspect);
      if (!differences) return std::unexpected(std::move(differences.error()));
      for (Difference& difference : *differences) {
        auto reason = reason_of(pair, std::move(difference));
        if (!reason) return std::unexpected(std::move(reason.error()));
        modified.reasons.push_back(std::move(*reason));
      }
      if (aspect != Aspect::kContract || differences->empty()) continue;
      auto change = compare_contracts(pair);
      if (!change) return std::unexpected(std::move(change.error()));
      modified.breaking = std::move(change->breaking);
    }
    for (const std::uint32_t macro : macros_.all_touching(pair.now())) modified.macros.push_back(macro);
    if (macros_.lacks_macro(pair.now())) missing_.emplace_back(pair.now().unique_id);
    if (modified.reasons.empty() && modified.macros.empty()) return {};
    auto node = node_of(now_, pair.id);
    if (!node) return std::unexpected(std::move(node.error()));
    modified.node = std::move(*node);
    for (const std::size_t macro : modified.macros) diff_.macros[macro].nodes.push_back(modified.node.unique_id);
    diff_.modified.push_back(std::move(modified));
    return {};
  }

  static Result<DiffReason> reason_of(const NodePair& pair, Difference difference) {
    DiffReason reason{std::string(to_string(difference.aspect)), std::move(difference.key),
                      std::move(difference.before), std::move(difference.now), false};
    if (reason.key != "raw_code") return reason;
    const auto now = pair.project->read(pair.id, &NodeRecord::raw_code);
    if (!now) return std::unexpected(now.error());
    const auto before = pair.previous->read(pair.previous_id, &NodeRecord::raw_code);
    if (!before) return std::unexpected(before.error());
    reason.now = now->string().value_or("");
    reason.before = before->string().value_or("");
    reason.is_code = true;
    return reason;
  }

  Result<void> add_moved(const NodePair& pair) {
    const NodeRecord& now = pair.now();
    const NodeRecord& before = pair.before();
    if (now.relation_name == before.relation_name && !now.relation_name.empty()) return {};
    auto is = place_of(now_, pair.id);
    if (!is) return std::unexpected(std::move(is.error()));
    auto was = place_of(before_, pair.previous_id);
    if (!was) return std::unexpected(std::move(was.error()));
    if (!*is || !*was || same_place(now, before, **is, **was)) return {};
    auto node = node_of(now_, pair.id);
    if (!node) return std::unexpected(std::move(node.error()));
    diff_.moved.push_back({std::move(*node), std::move(**was), std::move(**is)});
    return {};
  }

  void warn_of_missing_macros(Warnings& warnings) {
    if (missing_.empty() || diff_.macros.empty()) return;
    Warning warning{"missing-macro", "",
                    "look for a typo, or run dbt deps; until then use state:modified.body and alike",
                    std::move(missing_)};
    warning.message = fmt::format(
        "{} node(s) depend on a macro or test that does not exist, first {}: dbt stops at state:modified with an error",
        warning.detail.size(), warning.detail.front());
    warnings.push_back(std::move(warning));
  }

  const Project& now_;
  const Project& before_;
  const DiffScope& scope_;
  const MacroChanges macros_;
  const std::chrono::system_clock::time_point today_;
  const DisabledById disabled_now_;
  const DisabledById disabled_before_;
  std::vector<std::string> missing_;
  StateDiff diff_;
};

}  // namespace

bool StateDiff::any() const {
  return !added.empty() || !modified.empty() || !disabled.empty() || !removed.empty() || !moved.empty() ||
         !macros.empty();
}

Result<StateDiff> diff_of(const Project& now, const Project& before, const DiffScope& scope, Warnings& warnings,
                          std::chrono::system_clock::time_point today) {
  auto macros = MacroChanges::between(now, before);
  if (!macros) return std::unexpected(std::move(macros.error()));
  return Differ(now, before, scope, std::move(*macros), today).run(warnings);
}

}  // namespace plowline
