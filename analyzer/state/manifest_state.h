// An earlier state of the project, for `state:`, `result:` and `source_status:`.
//
// dbt's --state names a folder with the artifacts of an earlier run. ManifestState compares the current Project with
// the one in that folder, node by node, when a selector first asks, and keeps the answers.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "artifact/results.h"
#include "diagnostic/error.h"
#include "project/project.h"
#include "selection/previous_state.h"
#include "state/macros.h"

namespace plowline {

// What lies in the folders; each part may be absent, as for dbt.
struct StateArtifacts {
  std::optional<Project> manifest;
  std::optional<Results> run_results;
  std::optional<Results> sources;          // of the earlier run
  std::optional<Results> current_sources;  // of the current target folder
};

// Reads `state_dir`, and `current_sources` (a file) where it exists. Errors: the folder is not there, or one of its
// files cannot be read.
Result<StateArtifacts> read_state(const std::filesystem::path& state_dir, const std::filesystem::path& current_sources,
                                  Warnings& warnings);

class ManifestState final : public PreviousState {
 public:
  // `project`, `artifacts` and `warnings` must outlive this object. Breaking changes of contracts go to `warnings`,
  // once. `now` is what deprecation dates are compared with: past it a contracted model may be removed.
  ManifestState(const Project& project, const StateArtifacts& artifacts, Warnings& warnings,
                std::chrono::system_clock::time_point now = std::chrono::system_clock::now());

  Result<NodeSet> state(std::string_view value) const override;
  Result<NodeSet> result(std::string_view value) const override;
  Result<NodeSet> source_status(std::string_view value) const override;

 private:
  // The nodes that one sub-selector means; `old` and `unmodified` by complement.
  Result<NodeSet> compute(std::string_view value) const;
  Result<NodeSet> modified() const;
  Result<NodeSet> modified_in(std::string_view aspect) const;
  Result<bool> is_modified(NodeId id) const;
  Result<bool> touched_by_macro(NodeId id) const;
  Result<void> check_contract(NodeId id, NodeId previous_id) const;
  Result<void> check_removed() const;
  Result<void> report_breaking(const NodeRecord& node, const std::vector<std::string>& changes) const;
  std::optional<NodeId> previous(NodeId id) const;

  const Project& project_;
  const StateArtifacts& artifacts_;
  Warnings& warnings_;
  std::chrono::system_clock::time_point now_;
  mutable std::unique_ptr<MacroChanges> macros_;  // compared when first asked for
  mutable std::map<std::string, NodeSet, std::less<>> known_;
  mutable std::set<std::string> warned_;
};

}  // namespace plowline
