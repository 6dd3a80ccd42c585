// The run plan: what must run for a selection, why, and the dbt command that runs it.
//
// It brings three things together that each know nothing of the others: the selection (dbt's rules), models_to_run
// (Snowplow's rules) and the invocation (the command line's rules). A RunPlan is plain data and owns all of it, so that
// it can be printed as text or JSON, or run, after the Project is gone.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "artifact/ls_models.h"
#include "command/invocation.h"
#include "diagnostic/error.h"
#include "graph/node_set.h"
#include "project/ls_nodes.h"
#include "project/project.h"
#include "selection/select.h"
#include "snowplow/models_to_run.h"

namespace plowline {

struct RunRequest {
  SelectionRequest selection;  // its dbt_command is taken from `invocation`
  // Everything of the command but what the plan fills in: the selection, and models_to_run among the vars.
  InvocationOptions invocation;
  bool all_names = false;
  bool explain = false;  // work out PlannedNode::reasons
  // A selection without anything that the command works on is no error: its plan has no nodes and no invocation.
  bool may_run_nothing = false;
};

struct PlannedNode {
  std::string unique_id;
  std::string name;
  std::string resource_type;
  std::string package_name;
  std::string materialized;             // empty where the node has none
  std::string relation_name;            // likewise
  std::vector<std::string> reasons;     // why it is selected, one sentence per criterion; only with explain
  std::vector<std::string> counted_by;  // the Snowplow packages that count it among their models of the run
};

// One name of models_to_run.
struct PlannedName {
  std::string name;
  std::string origin;               // `tagged`, `selected`, `guard`, `listed`: see schemas/command.schema.json
  std::vector<std::string> models;  // unique_ids
  std::vector<std::string> packages;
  std::string reason;
};

struct PlannedPackage {
  std::string package;
  std::vector<std::string> models;  // unique_ids
  std::optional<std::string> guard;
  bool window_is_computed = false;
};

struct PlannedModelsToRun {
  bool applies = false;
  std::string statement;
  std::string value;
  std::vector<PlannedName> names;
  std::vector<PlannedPackage> packages;
};

// Which manifest the plan was made from.
struct PlannedProject {
  std::string manifest;
  std::string name;
  std::string dbt_version;
  std::string adapter_type;
  std::string generated_at;
  int schema_version = 0;
};

struct RunPlan {
  std::optional<PlannedProject> project;  // none where there was no manifest
  std::vector<std::string> select;        // as they stand in the command
  std::vector<std::string> exclude;
  std::string selector;
  std::vector<PlannedNode> nodes;  // what dbt would run, in its order
  PlannedModelsToRun models_to_run;
  std::vector<std::string> notes;
  Invocation invocation;  // empty() where nothing runs (RunRequest::may_run_nothing)
};

// Nodes as selectors, in the order of ids: the name where no other node has it, else the whole fqn. Errors: a record
// whose JSON is broken.
Result<std::vector<std::string>> selectors_of(const Project& project, const NodeSet& nodes);

// Plans `request` over a project. Errors: those of the selection and of the invocation; a selection that holds nothing
// to run, which as models_to_run would mean all models (unless may_run_nothing); vars that disagree with what the plan
// sets.
Result<RunPlan> plan_run(const Project& project, Selector& selector, RunRequest request, Warnings& warnings);

// The same for the nodes that a `dbt ls` listed. Where the request has no selection of its own, the listed nodes that
// the command runs become its --select.
Result<RunPlan> plan_listed(const Project& project, const LsNodes& listed, RunRequest request, Warnings& warnings);

// The same without a manifest: names alone. All of them go into models_to_run, since nothing tells the tagged ones, and
// nothing can be said of other packages' hooks: a warning says both.
Result<RunPlan> plan_names(const std::vector<CertainName>& names, RunRequest request, Warnings& warnings);

}  // namespace plowline
