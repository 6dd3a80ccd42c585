// The flags that select nodes, as dbt has them, and the Selector they are for.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "cli/command_line.h"
#include "cli/project_input.h"
#include "diagnostic/error.h"
#include "selection/select.h"
#include "state/manifest_state.h"

namespace plowline {

struct SelectionFlags {
  std::vector<std::string> select;
  std::vector<std::string> exclude;
  std::string selector;
  std::string indirect_selection;
  std::string state;
};

// --select, --exclude, --selector, --indirect-selection, --state.
std::vector<Flag> flags_of(SelectionFlags& flags);

// The part of a SelectionRequest that the flags say. Errors: a word that --indirect-selection does not take.
Result<SelectionRequest> request_of(const SelectionFlags& flags);

// A Selector with all it needs: the project's folder, selectors.yml where it is newer than the manifest (or the
// manifest has no selectors), the earlier state. Everything given to open() must outlive it.
class OpenSelector {
 public:
  static Result<std::unique_ptr<OpenSelector>> open(const LoadedProject& loaded, const SelectionFlags& flags,
                                                    Warnings& warnings);
  Selector& selector() { return *selector_; }
  // The earlier state; null without --state.
  const StateArtifacts* state() const { return artifacts_ ? &*artifacts_ : nullptr; }

 private:
  OpenSelector() = default;
  std::optional<StateArtifacts> artifacts_;
  std::unique_ptr<ManifestState> state_;
  std::unique_ptr<Selector> selector_;
};

}  // namespace plowline
