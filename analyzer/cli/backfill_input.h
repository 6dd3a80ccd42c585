// What the subcommands of `plowline backfill` share: their flags, and the way from them to both sides of a backfill.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "artifact/instant.h"
#include "backfill/blue_green.h"
#include "backfill/settings.h"
#include "cli/command_line.h"
#include "cli/project_input.h"
#include "cli/selection_input.h"
#include "command/vars.h"
#include "diagnostic/error.h"
#include "snowplow/packages.h"
#include "source/project_yaml.h"

namespace plowline {

// --start-date, --backfill-limit-days, --lookback-hours, --vars: what the window is computed from, where it is not what
// dbt_project.yml says.
struct SettingFlags {
  std::string start_date;
  std::string backfill_limit_days;
  std::string lookback_hours;
  std::string vars;
};
std::vector<Flag> flags_of(SettingFlags& flags);
// As the variables of a dbt command. Errors: wrong values, values that disagree.
Result<DbtVars> vars_of(const SettingFlags& flags, Warnings& warnings);

// --now TIME: the time that a run is thought to begin at; a test and a look back need one that stands still.
Flag now_flag(std::string& text);
// The clock's where `text` is empty. Errors: no timestamp.
Result<Instant> now_of(const std::string& text);

// MODEL…, --state, --to and the project's flags: the branch's project and production's.
struct SidesFlags {
  ProjectFlags project;
  std::string state;
  std::vector<std::string> models;
  std::string to;
};
std::vector<Flag> flags_of(SidesFlags& flags);
Positional model_positional(SidesFlags& flags);

// The branch's project alone, with the models that the words name.
struct BranchSide {
  OpenSelector* open = nullptr;
  SnowplowPackages packages;
  ProjectYaml yaml;
  std::vector<NodeId> models;  // in the order of their ids

  const Project& project() const { return open->project(); }
};
// Both sides. Lives until the process ends, as OpenSelector does.
struct BothSides {
  BranchSide branch;
  SnowplowPackages production_packages;
  BlueGreen blue_green;

  const Project& production() const { return *branch.open->state()->manifest; }
};

// Reads the branch's project, and with --state production's. Errors: those of OpenSelector::open; a word that selects
// nothing, or something that is no model; no model named.
Result<BranchSide> open_branch(const SidesFlags& flags, Warnings& warnings);
// Errors: those of open_branch() and blue_green(); no --state.
Result<BothSides*> open_sides(const SidesFlags& flags, Warnings& warnings);

// The settings that a package's limits model sees. `package` is one of SnowplowPackages::all().
Result<BackfillSettings> settings_of(const BranchSide& branch, const DbtVars& vars, const SnowplowPackage& package);

}  // namespace plowline
