#include "state/macros.h"

#include <algorithm>
#include <fmt/format.h>
#include <unordered_set>
#include <utility>

namespace plowline {
namespace {

std::unordered_map<std::string_view, const MacroRecord*> by_id(const Project& project) {
  std::unordered_map<std::string_view, const MacroRecord*> out;
  out.reserve(project.macros().size());
  for (const MacroRecord& macro : project.macros()) out.insert_or_assign(macro.unique_id, &macro);
  return out;
}

Result<JsonText> text_of(const MacroRecord& macro, const Project& project) {
  auto text = check(macro.macro_sql);
  if (text) return text;
  text.error().file = project.manifest_file();
  text.error().position.path = fmt::format("the record of {}", macro.unique_id);
  return text;
}

Result<bool> same_text(const MacroRecord& now, const Project& project, const MacroRecord& before,
                       const Project& previous) {
  if (now.macro_sql.bytes == before.macro_sql.bytes) return true;
  const auto left = text_of(now, project);
  if (!left) return std::unexpected(left.error());
  const auto right = text_of(before, previous);
  if (!right) return std::unexpected(right.error());
  return left->string() == right->string();
}

std::unexpected<Error> missing_macro(const NodeRecord& node, std::string_view macro) {
  return usage_error(fmt::format("{} ({}) depends on a macro or test that does not exist{}", node.unique_id,
                                 node.original_file_path, macro.empty() ? "" : fmt::format(": {}", macro)),
                     "a macro or generic test was removed but is still used: look for a typo, or run dbt deps");
}

}  // namespace

Result<MacroChanges> MacroChanges::between(const Project& now, const Project& before) {
  MacroChanges changes;
  const auto old_macros = by_id(before);
  const auto new_macros = by_id(now);
  for (const auto& [id, macro] : new_macros) {
    changes.macros_[id].record = macro;
    const auto old = old_macros.find(id);
    if (old == old_macros.end()) {
      changes.changed_.push_back({MacroChange::Kind::kNew, id, macro, nullptr});
      continue;
    }
    const auto same = same_text(*macro, now, *old->second, before);
    if (!same) return std::unexpected(same.error());
    if (!*same) changes.changed_.push_back({MacroChange::Kind::kModified, id, macro, old->second});
  }
  for (const auto& [id, macro] : old_macros) {
    if (!new_macros.contains(id)) changes.changed_.push_back({MacroChange::Kind::kRemoved, id, nullptr, macro});
  }
  if (changes.changed_.empty()) return changes;
  std::ranges::sort(changes.changed_, {}, &MacroChange::unique_id);

  Callers callers;
  for (const auto& [id, macro] : new_macros) {
    for (const std::string_view called : macro->depends_on.macros) callers[called].push_back(id);
  }
  std::vector<std::string_view> open;
  for (const MacroChange& change : changes.changed_) open.push_back(change.unique_id);
  changes.spread(std::move(open), callers, &Macro::touched);
  open.clear();
  for (const auto& [called, by] : callers) {
    if (!changes.macros_.contains(called) && !old_macros.contains(called))
      open.insert(open.end(), by.begin(), by.end());
  }
  changes.spread(std::move(open), callers, &Macro::leads_nowhere);
  return changes;
}

void MacroChanges::spread(std::vector<std::string_view> open, const Callers& callers, bool Macro::* flag) {
  while (!open.empty()) {
    const std::string_view id = open.back();
    open.pop_back();
    if (std::exchange(macros_[id].*flag, true)) continue;
    if (const auto found = callers.find(id); found != callers.end())
      open.insert(open.end(), found->second.begin(), found->second.end());
  }
}

Result<bool> MacroChanges::touches(const NodeRecord& node) const {
  if (changed_.empty()) return false;
  bool touched = false;
  for (const std::string_view id : node.depends_on.macros) {
    const auto macro = macros_.find(id);
    if (macro == macros_.end() || macro->second.leads_nowhere) return touches_before_missing(node);
    touched = touched || macro->second.touched;
  }
  return touched;
}

// dbt's own walk: depth first in the manifest's order, until a changed macro or one that does not exist.
Result<bool> MacroChanges::touches_before_missing(const NodeRecord& node) const {
  std::unordered_set<std::string_view> visited;
  std::vector<StringList> open{node.depends_on.macros};  // what is left to look at, per depth
  while (!open.empty()) {
    if (open.back().empty()) {
      open.pop_back();
      continue;
    }
    const std::string_view id = open.back().front();
    open.back() = open.back().subspan(1);
    if (!visited.insert(id).second) continue;
    const auto macro = macros_.find(id);
    if (macro == macros_.end()) return missing_macro(node, id);
    if (std::ranges::binary_search(changed_, id, {}, &MacroChange::unique_id)) return true;
    open.push_back(macro->second.record->depends_on.macros);
  }
  return false;
}

std::vector<std::uint32_t> MacroChanges::all_touching(const NodeRecord& node) const {
  std::vector<std::uint32_t> out;
  if (changed_.empty()) return out;
  std::unordered_set<std::string_view> visited;
  std::vector<std::string_view> open(node.depends_on.macros.begin(), node.depends_on.macros.end());
  while (!open.empty()) {
    const std::string_view id = open.back();
    open.pop_back();
    const auto macro = macros_.find(id);
    if (macro == macros_.end() || !macro->second.touched || !visited.insert(id).second) continue;
    const auto change = std::ranges::lower_bound(changed_, id, {}, &MacroChange::unique_id);
    if (change != changed_.end() && change->unique_id == id)
      out.push_back(static_cast<std::uint32_t>(change - changed_.begin()));
    if (macro->second.record == nullptr) continue;
    const StringList further = macro->second.record->depends_on.macros;
    open.insert(open.end(), further.begin(), further.end());
  }
  std::ranges::sort(out);
  return out;
}

bool MacroChanges::lacks_macro(const NodeRecord& node) const {
  return std::ranges::any_of(node.depends_on.macros, [this](std::string_view id) { return !macros_.contains(id); });
}

}  // namespace plowline
