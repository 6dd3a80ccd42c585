// dbt's node selection over a Project.
//
//   Selector selector(project, {.project_folder = "."});
//   Result<Selection> selection = selector.select({.select = {"+my_model"}}, warnings);
//   selection->nodes.for_each(…);
//
// One Selector serves any number of selections over its project and keeps what they look up (SelectionIndex).
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "diagnostic/error.h"
#include "graph/node_set.h"
#include "project/project.h"
#include "selection/evaluate.h"
#include "selection/index.h"
#include "selection/named_selectors.h"
#include "selection/previous_state.h"
#include "selection/project_files.h"
#include "selection/request.h"

namespace plowline {

struct SelectionInputs {
  // dbt's project folder, for `path:`. Empty, or no folder: patterns are matched against the manifest's paths.
  std::filesystem::path project_folder;
  // The text of selectors.yml and its name in messages, where it is to be used instead of the manifest's selectors.
  struct SelectorsFile {
    std::string name;
    std::string text;
  };
  std::optional<SelectorsFile> selectors_yml;
  // For state:, result: and source_status:; may be null. Must outlive the Selector.
  const PreviousState* previous = nullptr;
};

struct Selection {
  NodeSet nodes;
  // The YAML selector that was used, by name or as the default; empty for none.
  std::string selector;
};

// Why one node is selected, seen from one criterion.
struct Reason {
  enum class Step {
    kMatched,          // the method's own match
    kAncestor,         // `+x`: upstream of `via`, which matched
    kDescendant,       // `x+`: downstream of `via`
    kChildrensParent,  // `@x`: upstream of `via`, which is downstream of a match
    kTest,             // indirect selection: a test of `via`
    kCompletedTest,    // a test of `via` that missed a parent until the criteria were put together
  };
  std::string criterion;  // as written
  Step step = Step::kMatched;
  std::optional<NodeId> via;  // nearest of several; none for kMatched
};

struct Explanation {
  NodeId node;
  std::vector<Reason> reasons;  // one per criterion that selected the node, in their order
};

class Selector {
 public:
  // Nothing is read yet but what every selection needs. The project must outlive the Selector.
  Selector(const Project& project, SelectionInputs inputs);

  // Errors are dbt's: an unknown method, a bad value, an unknown selector, state: without a state, … Warnings, in
  // dbt's order: `no-nodes-for-criterion` for each part between blanks that selects nothing, `no-nodes-selected` where
  // nothing is left at the end. What the first selection costs is mostly building indexes; see index.h.
  Result<Selection> select(const SelectionRequest& request, Warnings& warnings);

  // Selects once more, and says of each selected node why, in the order of ids. Cost: per criterion up to four walks.
  Result<std::vector<Explanation>> explain(const SelectionRequest& request);

  SelectionIndex& index() { return index_; }
  // The project's YAML selectors. Errors: see NamedSelectors; `warnings` get those of a selectors.yml, once.
  Result<NamedSelectors*> named_selectors(Warnings& warnings);

 private:
  struct Chosen {
    ExpressionPtr expression;
    std::string selector;
  };
  Result<Chosen> choose(const SelectionRequest& request, NamedSelectors& selectors) const;
  Result<Selection> evaluate(const SelectionRequest& request, Warnings& warnings, std::vector<CriterionTrace>* traces);

  const Project& project_;
  SelectionInputs inputs_;
  SelectionIndex index_;
  ProjectFiles files_;
  std::optional<NamedSelectors> selectors_;
};

}  // namespace plowline
