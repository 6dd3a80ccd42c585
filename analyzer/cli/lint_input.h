// What `plowline lint` reads: the configuration, and each project with its artifacts.
#pragma once

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
};

// --config, --rule, --catalog, --state-catalog, and those of the project and the selection.
std::vector<Flag> flags_of(LintInputFlags& flags);

// The configuration that --config names or that is found upward; without one its defaults.
Result<LintConfig> lint_config(const LintInputFlags& flags);

// A project that is open for linting. Lives until the process ends, as OpenSelector does.
struct OpenLint {
  OpenSelector* open = nullptr;
  const ProjectEntry* entry = nullptr;  // into the configuration; null for the only project
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

}  // namespace plowline
