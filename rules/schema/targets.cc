#include "rules/schema/targets.h"

#include <algorithm>

#include "rules/schema/written_config.h"

namespace plowline {
namespace {

// Fewer nodes of the root project than that say nothing by themselves: then those of packages count too.
constexpr std::size_t kEnough = 3;

bool is_naming_macro(std::string_view name) {
  constexpr std::string_view kDispatched = "__";
  if (const auto at = name.find(kDispatched); at != std::string_view::npos) name.remove_prefix(at + kDispatched.size());
  return name == "generate_schema_name" || name == "generate_database_name";
}

// dbt's own and its adapters' macros change with their versions, but not in what they do.
bool is_dbts_own(std::string_view package) {
  return package == "dbt" || package.starts_with("dbt_");
}

bool has_default_schema(const NodeConfig& config) {
  return config.schema.empty() && config.database.empty() && member_of(config.whole, "target_schema").empty();
}

bool is_most(std::size_t part, std::size_t whole) {
  return part * 2 > whole;
}

}  // namespace

Targets::Targets(const LintProject& project) : project_(project) {
  if (project.state() == nullptr) return;
  find_pairs(project);
  decide(project);
  if (!differ()) return;
  learn_changes();
  learn_companions();
}

void Targets::find_pairs(const LintProject& project) {
  const LintProject& state = *project.state();
  for (std::uint32_t i = 0; i < project.project().size(); ++i) {
    const NodeId id{i};
    const auto now = relation_of(project, id);
    if (!now) continue;
    const auto previous = project.in_state(id);
    if (!previous) continue;
    const auto before = relation_of(state, *previous);
    if (!before) continue;
    PlacedPair pair{id, *previous, *now, *before};
    if (!now->same_place(*before)) {
      pair.written_alike = plowline::written_alike(project, id, *previous, {"database", "schema", "target_schema"});
    }
    pairs_.push_back(pair);
  }
}

const PlacedPair* Targets::pair_of(NodeId id) const {
  const auto found =
      std::ranges::lower_bound(pairs_, index_of(id), {}, [](const PlacedPair& p) { return index_of(p.id); });
  return found != pairs_.end() && found->id == id ? &*found : nullptr;
}

bool Targets::naming_macros_changed(const LintProject& project) const {
  const LintProject& state = *project.state();
  const auto same = [&](const MacroRecord& macro, const LintProject& other) {
    const MacroRecord* its = other.macro(macro.unique_id);
    return its != nullptr && its->macro_sql.bytes == macro.macro_sql.bytes;
  };
  const auto changed = [&](const LintProject& in, const LintProject& other) {
    return std::ranges::any_of(in.project().macros(), [&](const MacroRecord& macro) {
      return is_naming_macro(macro.name) && !is_dbts_own(macro.package_name) && !same(macro, other);
    });
  };
  return changed(project, state) || changed(state, project);
}

void Targets::decide(const LintProject& project) {
  const auto counts = [&](const PlacedPair& pair) { return pair.written_alike; };
  const auto own = static_cast<std::size_t>(
      std::ranges::count_if(pairs_, [&](const PlacedPair& pair) { return counts(pair) && project.is_own(pair.id); }));
  std::size_t all = 0;
  std::size_t moved = 0;
  for (const PlacedPair& pair : pairs_) {
    if (!counts(pair) || (own >= kEnough && !project.is_own(pair.id))) continue;
    ++all;
    if (!pair.now.same_place(pair.before)) ++moved;
  }
  if (moved == 0) return;
  const bool most = is_most(moved, all);
  if (!most && !defaults_moved(project)) return;
  answer_ = naming_macros_changed(project) ? Answer::kUnknown : Answer::kDifferent;
}

bool Targets::defaults_moved(const LintProject& project) const {
  std::size_t all = 0;
  std::size_t moved = 0;
  for (const PlacedPair& pair : pairs_) {
    if (!pair.written_alike || !project.is_own(pair.id) || !has_default_schema(project.config(pair.id))) continue;
    ++all;
    if (!pair.now.same_place(pair.before)) ++moved;
  }
  return moved >= kEnough && is_most(moved, all);
}

void Targets::learn_changes() {
  std::size_t all = 0;
  std::size_t schemas = 0;
  std::size_t databases = 0;
  std::size_t names = 0;
  std::size_t most = 0;
  std::unordered_map<std::size_t, std::size_t> ways;
  for (const PlacedPair& pair : pairs_) {
    if (pair.now.same_place(pair.before)) continue;
    ++all;
    const bool fold = pair.now.folds && pair.before.folds;
    if (!same_name(pair.now.schema, pair.before.schema, fold)) ++schemas;
    if (!same_name(pair.now.database, pair.before.database, fold)) ++databases;
    if (!same_name(pair.now.name, pair.before.name, fold)) ++names;
    left_places_.insert(hash_of_place(pair.before));
    new_places_.insert(hash_of_place(pair.now));
    if (const std::size_t count = ++ways[hash_of_place(pair.before) * 31 + hash_of_place(pair.now)]; count > most) {
      most = count;
      typical_ = &pair;
    }
  }
  change_schemas_ = is_most(schemas, all);
  change_databases_ = is_most(databases, all);
  change_names_ = is_most(names, all);
}

// The earlier place together with the custom schema and database that the earlier manifest gives the node.
std::size_t Targets::origin_of(const PlacedPair& pair) const {
  const NodeConfig& config = project_.state()->config(pair.previous);
  const Relation custom{config.database, config.schema, {}, false};
  return hash_of_place(pair.before) * 31 + hash_of_place(custom);
}

void Targets::learn_companions() {
  for (const PlacedPair& pair : pairs_) {
    if (!pair.written_alike) continue;
    // Packages have naming rules of their own only where the root project gives them some: they are companions of each
    // other, and of the project's nodes where they lie in the same schema.
    std::vector<Went>& all = companions_[origin_of(pair)];
    const auto there = std::ranges::find_if(all, [&](const Went& went) { return went.pair->now.same_place(pair.now); });
    if (there == all.end()) {
      all.push_back({&pair, 1});
    } else {
      ++there->count;
    }
  }
}

const PlacedPair* Targets::companion_of(const PlacedPair& pair) const {
  const auto found = companions_.find(origin_of(pair));
  if (found == companions_.end()) return nullptr;
  std::size_t others = 0;
  const Went* most = nullptr;
  for (const Went& went : found->second) {
    // The node itself is none of the others.
    const bool counts_itself = pair.written_alike && went.pair->now.same_place(pair.now);
    const std::size_t count = went.count - (counts_itself ? 1 : 0);
    others += count;
    if (count > 0 && (most == nullptr || went.count > most->count)) most = &went;
  }
  if (most == nullptr || others < kEnough) return nullptr;
  const bool agree = most->count * 4 >= others * 3;
  return agree ? most->pair : nullptr;
}

bool Targets::belongs_to_state(const Relation& place) const {
  const std::size_t hash = hash_of_place(place);
  return left_places_.contains(hash) && !new_places_.contains(hash);
}

}  // namespace plowline
