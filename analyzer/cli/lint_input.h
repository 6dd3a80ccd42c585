// What `plowline lint` reads: the configuration, and each project with its artifacts.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "artifact/catalog.h"
#include "artifact/results.h"
#include "cli/command_line.h"
#include "cli/project_input.h"
#include "cli/selection_input.h"
#include "diagnostic/error.h"
#include "lint/config.h"
#include "lint/lint_project.h"

namespace plowline {

struct LintInputFlags {
  ProjectFlags project;
  SelectionFlags selection;
  std::string config;         // --config FILE
  std::string catalog;        // --catalog FILE
  std::string state_catalog;  // --state-catalog FILE
  std::vector<std::string> rules;
  // Not flags: for commands that look at a project as rules do.
  std::uint8_t needs = kManifestOnly;  // of Needs: what is read whether a rule needs it or not
  bool with_rules = true;              // false: no rule is to be run
};

// --config, --rule, --catalog, --state-catalog, and those of the project and the selection.
std::vector<Flag> flags_of(LintInputFlags& flags);

// The configuration that --config names or that is found upward; without one its defaults.
Result<LintConfig> lint_config(const LintInputFlags& flags);

// A project that is open for linting. Lives until the process ends, as OpenSelector does.
struct OpenLint {
  OpenSelector* open = nullptr;
  const ProjectEntry* entry = nullptr;  // into the configuration; null for the only project
  RuleSet rule_set;                     // holds what findings have views of
  std::vector<RuleChoice> rules;
  std::optional<Catalog> catalog;
  std::optional<Catalog> state_catalog;
  std::optional<Results> run_results;
  Location state_location;
  std::unique_ptr<LintProject> state;
  std::unique_ptr<LintProject> project;
};

// Opens every project of the configuration; flags that name a project's files want a configuration without `projects`.
// Catalog and run results are read only where a rule that runs needs them. Errors: those of OpenSelector::open(),
// read_catalog(), choose_rules().
Result<std::vector<OpenLint*>> open_projects(const LintInputFlags& flags, const LintConfig& config, Warnings& warnings);

// Rules of the user's own that could not be run, for commands that show findings beside something else: a warning
// (`rule-failed`) for each.
void warn_of_failed(const std::vector<FailedRule>& failed, Warnings& warnings);

}  // namespace plowline
