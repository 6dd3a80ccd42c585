// The selection report: what is selected, why, and what it means. One value behind all of its formats.
//
// It puts together what the other folders answer: the selection and its reasons, the run plan, the comparison with an
// earlier manifest, the linter's findings, and the window that a Snowplow package's first run would have. Renderers
// (report_json.h, report_markdown.h, …) ask nothing of a Project: a SelectionReport is plain data and owns all of it.
// Its strings are the artifacts' own bytes; each renderer makes them harmless for its format. The same input gives the
// same report: there is no clock in it.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "backfill/settings.h"
#include "command/vars.h"
#include "diagnostic/error.h"
#include "graph/node_set.h"
#include "lint/finding.h"
#include "plan/run_plan.h"
#include "project/project.h"
#include "selection/select.h"
#include "source/project_yaml.h"

namespace plowline {

// A node that is named and no more.
struct NamedNode {
  std::string unique_id;
  std::string name;
};

// A test (or unit test) of a selected node.
struct ReportedTest {
  NamedNode test;
  bool selected = false;
};

// One thing in which a node differs from the earlier manifest, as state/diff.h words it.
struct ReportedChange {
  std::string aspect;  // `body`, `configs`, …
  std::string key;     // what differs: `raw_code`, `materialized`; empty where the aspect says it all
};

// How many nodes are downstream, selected or not, however far.
struct ImpactCounts {
  std::size_t models = 0;
  std::size_t exposures = 0;
  std::size_t metrics = 0;
};

struct ReportedNode {
  std::string unique_id;
  std::string name;
  std::string resource_type;  // dbt's word
  std::string package_name;
  std::string materialized;   // empty where the node has none
  std::string relation_name;  // likewise
  std::string original_file_path;
  std::string description;
  std::vector<std::string> tags;
  std::string owner;   // of an exposure, else of the node's group: `Ann <ann@example.com>`; empty where none is known
  std::string group;   // may be empty
  std::string access;  // of models
  bool runs = false;   // the dbt command works on it
  std::vector<std::string> reasons;     // one sentence per criterion that selected it
  std::vector<std::string> counted_by;  // the Snowplow packages whose tag it carries
  std::vector<ReportedTest> tests;      // in the order of ids
  // `new`, `modified` or `unchanged`; empty where there is nothing to compare with.
  std::string state;
  std::vector<ReportedChange> changes;      // of `modified`
  std::vector<std::string> changed_macros;  // unique_ids of those that it depends on; of `modified`
  std::vector<std::size_t> findings;        // places in SelectionReport::findings
  ImpactCounts downstream;
};

// The window of a Snowplow package's first run, which has no rows in its manifest: `start date` to `start date +
// limit`. That of a model that joins a package begins at the same time. It ends earlier where the run itself is earlier
// or where the package's other models have not come that far.
struct ReportedWindow {
  std::string package;
  std::vector<std::string> models;  // unique_ids of its models that are selected
  // Both as artifact/instant.h writes them; empty where `problem` says why the window cannot be known.
  std::string from;
  std::string to;
  std::string problem;
  std::vector<SettingSource> settings;
};

// What lies downstream of the selection without being selected, in the order of ids.
struct ReportedImpact {
  std::vector<NamedNode> models;
  std::vector<NamedNode> exposures;
  std::vector<NamedNode> metrics;
};

// The earlier manifest.
struct ReportedState {
  std::string manifest;
  std::string dbt_version;
  std::string generated_at;
};

struct SelectionReport {
  RunPlan plan;            // its command (which may be none) and its project; the nodes are below
  std::string git_commit;  // the commit that is checked out; empty where the project is in no git checkout
  std::optional<ReportedState> state;
  std::vector<ReportedNode> nodes;  // in dbt's order
  // Between selected nodes, as places in `nodes`: parent and child. Sorted.
  std::vector<std::pair<std::size_t, std::size_t>> edges;
  std::vector<Finding> findings;  // on selected nodes
  bool linted = false;            // false: nobody asked the linter
  std::vector<ReportedWindow> windows;
  ReportedImpact impact;
};

struct ReportCounts {
  std::vector<std::pair<std::string, std::size_t>> by_type;  // sorted by the type's word
  std::size_t nodes = 0;
  std::size_t run = 0;  // that the dbt command works on
  std::size_t tagged = 0;
  std::size_t added = 0;
  std::size_t modified = 0;
  std::size_t errors = 0;
  std::size_t warnings = 0;
};
ReportCounts counts_of(const SelectionReport& report);

// Whether it is a test or a unit test. Formats that draw a graph or show a short table leave these out.
bool is_test(const ReportedNode& node);

// What a report is made from. Everything pointed to must outlive the call.
struct ReportInput {
  const Project* project = nullptr;
  Selector* selector = nullptr;  // over the same Project
  SelectionRequest request;      // dbt_command is `ls`: all that is selected
  NodeSet nodes;                 // what it selects
  RunPlan plan;
  const Project* before = nullptr;               // the earlier manifest; may be null
  const ProjectYaml* yaml = nullptr;             // for the windows' settings
  const DbtVars* vars = nullptr;                 // those that the user gave
  std::optional<std::vector<Finding>> findings;  // those that are not on a selected node are left out
  std::string git_commit;
};

// Cost: what the selection costs once more for the reasons, a comparison per node with `before`, and a walk downstream
// from every selected node. Errors: a record that is not JSON; those of diff_of() and Selector::explain().
Result<SelectionReport> selection_report(ReportInput input, Warnings& warnings);

}  // namespace plowline
