// Which nodes and macros a rule may look at.
//
// The engine makes it from the configuration (`where:`, `except:`, packages) and from what changed. A rule reports on
// what is in its scope only; for what it has to know it may look at the whole project.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "graph/node_set.h"
#include "project/project.h"

namespace plowline {

// Which dbt packages' nodes and macros are looked at besides the root project's.
struct LintedPackages {
  bool all = false;
  std::vector<std::string> names;

  bool has(std::string_view package) const { return all || std::ranges::find(names, package) != names.end(); }
};

using MacroSet = std::unordered_set<const MacroRecord*>;

// What is left besides nodes where not all of a project is looked at.
struct ScopeLimits {
  bool whole_project = true;
  const MacroSet* macros = nullptr;  // of the root project, only these; null: all
};

class RuleScope {
 public:
  // All must outlive the scope.
  RuleScope(const Project& project, const NodeSet& nodes, const LintedPackages& packages, ScopeLimits limits = {})
      : project_(project), nodes_(nodes), packages_(packages), limits_(limits) {}

  // False where some files or nodes are looked at only: what a rule says of the project as a whole (the share of its
  // models that have a test) does not count then, and need not be worked out.
  bool is_whole_project() const { return limits_.whole_project; }

  bool contains(NodeId id) const { return nodes_.contains(id); }
  const NodeSet& nodes() const { return nodes_; }

  // Visits the nodes of that type in the order of their ids.
  template <typename F>
  void for_each(ResourceType type, F&& visit) const {
    nodes_.for_each(project_.range_of(type), [&](NodeId id) {
      if (project_.type(id) == type) visit(id);
    });
  }

  // The same, without those that are disabled.
  template <typename F>
  void for_each_enabled(ResourceType type, F&& visit) const {
    for_each(type, [&](NodeId id) {
      if (project_.enabled(id)) visit(id);
    });
  }

  // Visits the macros in the manifest's order. (dbt's selection language cannot name a macro: `where:` and `except:` do
  // not concern them.)
  template <typename F>
  void for_each_macro(F&& visit) const {
    for (const MacroRecord& macro : project_.macros()) {
      const bool own = macro.package_name == project_.root_package();
      if (own ? limits_.macros == nullptr || limits_.macros->contains(&macro) : packages_.has(macro.package_name))
        visit(macro);
    }
  }

 private:
  const Project& project_;
  const NodeSet& nodes_;
  const LintedPackages& packages_;
  ScopeLimits limits_;
};

}  // namespace plowline
