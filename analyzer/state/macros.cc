#include "state/macros.h"

#include <algorithm>
#include <fmt/format.h>
#include <utility>

namespace plowline {
namespace {

using MacrosById = std::unordered_map<std::string_view, const MacroRecord*>;

MacrosById by_id(const Project& project) {
  MacrosById out;
  out.reserve(project.macros().size());
  for (const MacroRecord& macro : project.macros()) out.insert_or_assign(macro.unique_id, &macro);
  return out;
}

Result<bool> same_text(const MacroRecord& a, const MacroRecord& b) {
  if (a.macro_sql.bytes == b.macro_sql.bytes) return true;
  const auto left = check(a.macro_sql);
  if (!left) return std::unexpected(left.error());
  const auto right = check(b.macro_sql);
  if (!right) return std::unexpected(right.error());
  return left->string() == right->string();
}

}  // namespace

Result<MacroChanges> MacroChanges::between(const Project& now, const Project& before) {
  MacroChanges changes;
  const MacrosById old_macros = by_id(before);
  const MacrosById new_macros = by_id(now);
  for (const auto& [id, macro] : new_macros) {
    const auto old = old_macros.find(id);
    if (old != old_macros.end()) {
      const auto same = same_text(*macro, *old->second);
      if (!same) return std::unexpected(same.error());
      if (*same) continue;
    }
    changes.changed_.push_back(id);
  }
  for (const auto& [id, macro] : old_macros) {
    if (!new_macros.contains(id)) changes.changed_.push_back(id);
  }
  std::ranges::sort(changes.changed_);

  // From the changed macros to those that call them.
  std::unordered_map<std::string_view, std::vector<std::string_view>> callers;
  for (const MacroRecord& macro : now.macros()) {
    for (const std::string_view called : macro.depends_on.macros) callers[called].push_back(macro.unique_id);
  }
  std::vector<std::string_view> open = changes.changed_;
  for (const std::string_view id : open) changes.touched_.emplace(id, id);
  while (!open.empty()) {
    const std::string_view id = open.back();
    open.pop_back();
    for (const std::string_view caller : callers[id]) {
      if (changes.touched_.emplace(caller, changes.touched_.at(id)).second) open.push_back(caller);
    }
  }
  return changes;
}

Result<std::string_view> MacroChanges::touching(const NodeRecord& node) const {
  if (!any()) return std::string_view();
  for (const std::string_view macro : node.depends_on.macros) {
    if (const auto found = touched_.find(macro); found != touched_.end()) return found->second;
    if (macro.empty()) {
      return usage_error(fmt::format("{} ({}) depends on a macro or test that does not exist", node.unique_id,
                                     node.original_file_path),
                         "a macro or generic test was removed but is still used: look for a typo, or run dbt deps");
    }
  }
  return std::string_view();
}

}  // namespace plowline
