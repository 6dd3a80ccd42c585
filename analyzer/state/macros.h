// Which macros changed, and which nodes that touches.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "diagnostic/error.h"
#include "project/project.h"

namespace plowline {

struct MacroChange {
  enum class Kind { kNew, kModified, kRemoved };
  Kind kind = Kind::kModified;
  std::string_view unique_id;
  const MacroRecord* now = nullptr;     // null where it was removed
  const MacroRecord* before = nullptr;  // null where it is new
};

class MacroChanges {
 public:
  // Compares the macros of two projects: changed text, new, or gone. Both must outlive this object. Cost: one pass over
  // both, and a walk from the changed ones. Errors: a macro's text that is not JSON.
  static Result<MacroChanges> between(const Project& now, const Project& before);

  // Sorted by unique_id.
  const std::vector<MacroChange>& changed() const { return changed_; }

  // Whether the node depends, however far, on a changed macro. An error where dbt, going depth first through what the
  // node depends on, comes before that to a macro that does not exist (`null` in the manifest, or an unknown
  // unique_id): it stops there with an error, but only where any macro changed at all, as it does not look otherwise.
  Result<bool> touches(const NodeRecord& node) const;

  // Places in changed() of all changed macros that the node depends on, however far, in ascending order. Macros that
  // do not exist are passed over. Cost: one walk.
  std::vector<std::uint32_t> all_touching(const NodeRecord& node) const;

  // Whether the node depends directly on a macro that does not exist.
  bool lacks_macro(const NodeRecord& node) const;

 private:
  struct Macro {
    const MacroRecord* record = nullptr;  // the current one; null where it was removed
    bool touched = false;                 // it changed, or depends on one that did
    bool leads_nowhere = false;           // it, or what it depends on, names a macro that does not exist
  };
  using Macros = std::unordered_map<std::string_view, Macro>;
  using Callers = std::unordered_map<std::string_view, std::vector<std::string_view>>;

  // Sets `flag` for the macros in `open` and for all that depend on them.
  void spread(std::vector<std::string_view> open, const Callers& callers, bool Macro::* flag);
  Result<bool> touches_before_missing(const NodeRecord& node) const;

  std::vector<MacroChange> changed_;
  Macros macros_;  // the current ones, and those removed
};

}  // namespace plowline
