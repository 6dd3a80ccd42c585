#include "rules/schema/column_changes.h"

#include <algorithm>
#include <iterator>
#include <optional>
#include <string_view>

#include "rules/schema/column_types.h"
#include "rules/schema/relation.h"
#include "rules/schema/sql_words.h"

namespace plowline {
namespace {

struct KnownColumn {
  std::string name;
  std::string type;  // may be empty
};
using KnownColumns = std::vector<KnownColumn>;

const KnownColumn* find(const KnownColumns& columns, std::string_view name) {
  const auto found =
      std::ranges::find_if(columns, [&](const KnownColumn& column) { return same_name(column.name, name, true); });
  return found == columns.end() ? nullptr : &*found;
}

KnownColumns declared(const LintProject& project, NodeId id) {
  KnownColumns out;
  for (const Column& column : project.columns(id)) {
    out.push_back({std::string(column.name), std::string(column.data_type)});
  }
  return out;
}

bool has_contract(const LintProject& project, NodeId id) {
  return truthy(member_of(project.node(id).contract, "enforced"));
}

// What the code itself selects; nothing where it is no SQL.
SqlWords::Output output_of(const LintProject& project, NodeId id) {
  const NodeRecord& node = project.node(id);
  if (node.resource_type == ResourceType::kSeed || node.language == "python") return {};
  SqlWords::Output raw = SqlWords::of_raw_code(project, id, id).output();
  if (raw.complete || node.compiled_code.empty()) return raw;
  SqlWords::Output compiled = SqlWords::of_compiled_code(project, id, id).output();
  return compiled.complete ? compiled : raw;
}

// Both sides' columns, as far as they can be compared: what stands in `before` and not in `now` is gone, and the other
// way round new.
struct BothColumns {
  KnownColumns before;
  KnownColumns now;
  bool all_before = true;  // there were no others
};

// With the types that are declared.
KnownColumns named(const SqlWords::Output& output, const KnownColumns& declared) {
  KnownColumns out;
  for (const std::string& name : output.names) {
    const KnownColumn* its = find(declared, name);
    out.push_back(its == nullptr ? KnownColumn{name, {}} : *its);
  }
  return out;
}

std::optional<BothColumns> columns_by_code(const LintProject& project, NodeId id, NodeId previous) {
  const LintProject& state = *project.state();
  if (project.node(id).raw_code.bytes == state.node(previous).raw_code.bytes) return std::nullopt;
  const SqlWords::Output now = output_of(project, id);
  if (!now.complete || now.names.empty()) return std::nullopt;
  const SqlWords::Output before = output_of(state, previous);
  return BothColumns{named(before, declared(state, previous)), named(now, declared(project, id)), before.complete};
}

std::optional<BothColumns> columns_by_catalogs(const LintProject& project, NodeId id, NodeId previous) {
  auto catalogs = columns_of_both_catalogs(project, id, previous);
  if (!catalogs) return std::nullopt;
  BothColumns both;
  for (auto& [name, type] : catalogs->before) both.before.push_back({std::move(name), std::move(type)});
  for (auto& [name, type] : catalogs->now) both.now.push_back({std::move(name), std::move(type)});
  return both;
}

std::optional<BothColumns> columns_by_project(const LintProject& project, NodeId id, NodeId previous) {
  const LintProject& state = *project.state();
  if (has_contract(project, id) && has_contract(state, previous)) {
    return BothColumns{declared(state, previous), declared(project, id)};
  }
  return columns_by_code(project, id, previous);
}

using Places = std::vector<std::size_t>;  // in a KnownColumns

Places only_in(const KnownColumns& columns, const KnownColumns& others) {
  Places out;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    if (find(others, columns[i].name) == nullptr) out.push_back(i);
  }
  return out;
}

// Whether the new column may be the one that is gone. With one of each it is enough that the types are the same, or
// that both stand in the same place and no types speak against it; with more both have to agree.
bool may_be_renamed(const LintProject& project, const BothColumns& both, std::size_t gone, std::size_t fresh,
                    bool only_pair) {
  const std::string& before = both.before[gone].type;
  const std::string& now = both.now[fresh].type;
  const bool typed = !before.empty() && !now.empty();
  if (typed && !may_be_one_type(project, before, now)) return false;
  return gone == fresh || (only_pair && typed && both.before.size() == both.now.size());
}

std::vector<ColumnChange> compared(const LintProject& project, const BothColumns& both) {
  std::vector<ColumnChange> changes;
  const Places gone = only_in(both.before, both.now);
  Places fresh = only_in(both.now, both.before);
  const bool only_pair = gone.size() == 1 && fresh.size() == 1;
  for (const std::size_t place : gone) {
    const KnownColumn& column = both.before[place];
    const auto renamed = std::ranges::find_if(
        fresh, [&](std::size_t other) { return may_be_renamed(project, both, place, other, only_pair); });
    if (renamed == fresh.end()) {
      changes.push_back({ColumnChange::Kind::kRemoved, column.name, {}, column.type, {}});
      continue;
    }
    const KnownColumn& now = both.now[*renamed];
    changes.push_back({ColumnChange::Kind::kRenamed, column.name, now.name, column.type, now.type});
    fresh.erase(renamed);
  }
  return changes;
}

// Of the columns that both have.
void add_retyped(const LintProject& project, const KnownColumns& before, const KnownColumns& now,
                 std::vector<ColumnChange>& changes) {
  for (const KnownColumn& column : before) {
    const KnownColumn* its = find(now, column.name);
    if (its == nullptr || column.type.empty() || its->type.empty() ||
        may_be_one_type(project, column.type, its->type)) {
      continue;
    }
    changes.push_back({ColumnChange::Kind::kRetyped, column.name, {}, column.type, its->type});
  }
}

// The warehouse may be behind the project, so what the project says counts besides what the catalogs say, once for each
// column.
std::vector<ColumnChange> changes_of(const LintProject& project, NodeId id, NodeId previous) {
  std::vector<ColumnChange> found;
  if (const auto both = columns_by_catalogs(project, id, previous)) {
    found = compared(project, *both);
    add_retyped(project, both->before, both->now, found);
  }
  if (const auto both = columns_by_project(project, id, previous)) {
    std::ranges::move(compared(project, *both), std::back_inserter(found));
  }
  add_retyped(project, declared(*project.state(), previous), declared(project, id), found);
  std::vector<ColumnChange> changes;
  for (ColumnChange& change : found) {
    const bool known = std::ranges::any_of(
        changes, [&](const ColumnChange& other) { return same_name(other.name, change.name, true); });
    if (!known) changes.push_back(std::move(change));
  }
  return changes;
}

bool may_differ(const LintProject& project, NodeId id, NodeId previous) {
  const NodeRecord& now = project.node(id);
  const NodeRecord& before = project.state()->node(previous);
  return now.columns.bytes != before.columns.bytes || now.raw_code.bytes != before.raw_code.bytes ||
         now.contract.bytes != before.contract.bytes || in_both_catalogs(project, id, previous);
}

}  // namespace

ColumnChanges::ColumnChanges(const LintProject& project) {
  if (project.state() == nullptr) return;
  const Project& state = project.state()->project();
  for (std::uint32_t i = 0; i < project.project().size(); ++i) {
    const NodeId id{i};
    const ResourceType type = project.node(id).resource_type;
    if (type != ResourceType::kModel && type != ResourceType::kSeed && type != ResourceType::kSnapshot) continue;
    const auto previous = project.in_state(id);
    if (!previous || !project.project().enabled(id) || !state.enabled(*previous)) continue;
    if (!may_differ(project, id, *previous)) continue;
    auto changes = changes_of(project, id, *previous);
    if (!changes.empty()) all_.push_back({id, *previous, std::move(changes)});
  }
}

}  // namespace plowline
