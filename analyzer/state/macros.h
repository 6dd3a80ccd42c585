// Which macros changed, and which nodes that touches.
#pragma once

#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "diagnostic/error.h"
#include "project/project.h"

namespace plowline {

class MacroChanges {
 public:
  // Compares the macros of two projects: changed text, new, or gone. Both must outlive this object. Cost: one pass over
  // both, and a walk from the changed ones.
  static Result<MacroChanges> between(const Project& now, const Project& before);

  // Whether any macro changed at all.
  bool any() const { return !changed_.empty(); }
  // unique_ids of the macros that changed, sorted.
  const std::vector<std::string_view>& changed() const { return changed_; }

  // Whether the node depends, however far, on a changed macro; the first such macro's unique_id, or nothing. An error
  // where it depends on a macro that does not exist, as in dbt (which only looks while no changed one was found).
  Result<std::string_view> touching(const NodeRecord& node) const;

 private:
  std::vector<std::string_view> changed_;
  // A macro that is changed or depends on a changed one -> that one.
  std::unordered_map<std::string_view, std::string_view> touched_;
};

}  // namespace plowline
