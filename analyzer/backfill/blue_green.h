// The two sides of a backfill: where a new model and its package's manifest table lie in staging and in production.
//
// Staging's side comes from the branch's manifest, as dbt compiled it for the staging target. Production's manifest
// does not know the new model yet, so where production will build it follows from the nodes that both manifests hold:
// those whose database and schema are written the same went somewhere, and the new model goes where they went (custom
// schemas and generate_schema_name included). Where these do not agree, or there are none, it is an error rather than a
// guess:
// `--to` says it then.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "backfill/table_config.h"
#include "backfill/table_name.h"
#include "diagnostic/error.h"
#include "project/project.h"
#include "snowplow/packages.h"

namespace plowline {

// A model that production lacks.
struct NewModel {
  NodeId id;  // in the branch's project
  std::string unique_id;
  std::string name;                   // what its manifest row is called
  std::vector<std::string> packages;  // that count it: those whose tag it carries
  bool requested = false;             // named by the user; else upstream of one that is
  // Whether its table holds history and must be moved: incremental models. Views, `_this_run` tables and ephemeral
  // models are built anew by every run.
  bool has_history = false;
  TableConfig config;
  TableName staging;
  std::optional<TableName> production;  // nothing: it is not known where, and `placement` says why
  std::string placement;                // how production's place was found, one sentence
  // Production has such a node already: not a new model, but one that is built anew.
  bool in_production = false;
};

// A package whose manifest gets rows.
struct PackageTables {
  std::string package;
  TableName staging_manifest;
  TableName production_manifest;
  std::vector<std::string> staging_models;     // models in run of the backfill
  std::vector<std::string> new_models;         // the names whose rows production lacks: to be recorded, sorted
  std::vector<std::string> production_models;  // those that production's manifest counts today, sorted
  // The same table on both sides: a backfill would write into production's manifest.
  bool shared = false;
};

struct BlueGreen {
  std::string adapter_type;
  std::vector<NewModel> models;         // upstream before downstream
  std::vector<PackageTables> packages;  // in hook order; those with new or requested models
};

struct BlueGreenInput {
  const Project& branch;
  const Project& production;
  const SnowplowPackages& branch_packages;
  const SnowplowPackages& production_packages;
  std::vector<NodeId> models;     // requested, in the branch
  std::optional<std::string> to;  // --to: the production relation of the one requested model
};

// Errors (exit status 2): a requested node that is no enabled model; a package of the branch that production lacks; a
// relation_name that cannot be read. Warnings (`production-place-unknown`).
Result<BlueGreen> blue_green(const BlueGreenInput& input, Warnings& warnings);

}  // namespace plowline
