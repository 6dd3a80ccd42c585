// The value of models_to_run for a selection.
//
// models_to_run is one string; Snowplow's packages split it at single blanks and compare each piece with the models'
// bare names (`node.name`: no package, no version, no alias). A package then counts as its models of the run ("models
// in run") the enabled models that carry its tag and are named. From the manifest rows of exactly these it computes
// the run's window, and exactly these may get rows. So the names that matter, the effective ones, are those of the
// selected models with a tag. An empty string means every tagged model of the project.
//
// Guard names. The on-run-end hook of every installed package runs on every `dbt run`. Where models_to_run names none
// of a package's models, that hook fails with `No enabled models identified.` (and stops the hooks after it, so that
// their manifests are not written either); before snowplow_utils 0.15.0 it wrote rows for models of other packages
// instead. One name of a tagged, enabled model of that package cures both: since the model is not part of the run, the
// hook finds nothing to write.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "diagnostic/error.h"
#include "graph/node_set.h"
#include "project/project.h"
#include "snowplow/packages.h"

namespace plowline {

struct ModelsToRunOptions {
  // Name every selected model, not only the effective ones. The packages ignore the others.
  bool all_names = false;
  // The dbt command builds seeds too (`dbt build`).
  bool builds_seeds = false;
};

enum class NameOrigin : std::uint8_t {
  kTagged,    // a selected model that a package counts as its own
  kSelected,  // a selected model that no package counts; only with all_names
  kGuard,     // a model that is not selected, named for another package's hook
};

struct RunName {
  std::string_view name;  // a view into the Project
  NameOrigin origin;
  std::vector<NodeId> models;         // the models it stands for: the selected ones, or the guard
  std::vector<std::string> packages;  // whose models in run it belongs to (kTagged), or whose hook it is for (kGuard)
  std::string reason;                 // one sentence for people
};

// What the run means for one package.
struct PackageRun {
  std::string package;
  std::vector<NodeId> models;             // its models in run that are selected, in the order of their ids
  std::optional<std::string_view> guard;  // the name that keeps its hook from failing
  bool window_is_computed = false;        // its base_new_event_limits is selected
};

struct ModelsToRun {
  // False where no package of the project reads models_to_run: then it must not be set, and `statement` says why.
  bool applies = false;
  // One sentence: what the value is, or why there is none.
  std::string statement;
  // The value; empty where the variable is to be left out. Never contains two blanks in a row.
  std::string value;
  // The value's pieces, sorted, each once. Views into the Project.
  std::vector<std::string_view> tokens;
  std::vector<RunName> names;        // one per token, in that order
  std::vector<PackageRun> packages;  // those that read models_to_run, in hook order
  std::vector<std::string> notes;    // for -v: what is right as it is, but good to know
};

// Computes the value for `selected` (all nodes that dbt would select, of any resource type) and checks the selection
// against the packages' rules; `warnings` gets one entry per kind of mistake and package. Cost: a few passes over the
// nodes and a walk per package. Errors: a node whose code or config is not JSON.
Result<ModelsToRun> models_to_run(const Project& project, const SnowplowPackages& packages, const NodeSet& selected,
                                  const ModelsToRunOptions& options, Warnings& warnings);

}  // namespace plowline
