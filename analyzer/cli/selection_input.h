// The flags that select nodes, as dbt has them, and the Selector they are for.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <utility>
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
  bool leave_state = false;  // not a flag: no state is read, whatever is named
};

// --select, --exclude, --selector, --indirect-selection, --state.
std::vector<Flag> flags_of(SelectionFlags& flags);

// The part of a SelectionRequest that the flags say. Errors: a word that --indirect-selection does not take.
Result<SelectionRequest> request_of(const SelectionFlags& flags);

// The folder that --state (or DBT_STATE) names, which dbt takes from the project's folder where it is relative; empty
// where there is none.
std::filesystem::path state_folder(const SelectionFlags& flags, const Location& location);

// A project with a Selector and all that one needs: the project's folder, selectors.yml where it is newer than the
// manifest (or the manifest has no selectors), the earlier state.
class OpenSelector {
 public:
  // Reads the project and, with --state, the earlier one, both at the same time. Warnings of the project come before
  // those of the state. `warnings` must outlive the OpenSelector. Errors: those of load_project() first, then those of
  // read_state().
  // What is opened lives until the process ends: to give a big project's memory back piece by piece would take longer
  // than to answer a question about it.
  static Result<OpenSelector*> open(const ProjectFlags& project, const SelectionFlags& selection, Warnings& warnings);
  const Project& project() const { return loaded_.project; }
  const Location& location() const { return loaded_.location; }
  Selector& selector() { return *selector_; }
  // The earlier state; null without --state.
  const StateArtifacts* state() const { return artifacts_ ? &*artifacts_ : nullptr; }

 private:
  explicit OpenSelector(LoadedProject loaded) : loaded_(std::move(loaded)) {}
  LoadedProject loaded_;
  std::optional<StateArtifacts> artifacts_;
  std::unique_ptr<ManifestState> state_;
  std::unique_ptr<Selector> selector_;
};

}  // namespace plowline
