// What changed between an earlier manifest and the current one, as a value that renderers print.
//
// The comparison is dbt's own (compare.h, macros.h): what stands in `modified` is what `state:modified` selects, except
// for new nodes, which stand in `added` alone. Three things go beyond it: what is gone, split into disabled and
// removed; nodes whose resolved relation is another one, whatever their configs say; and the changed macros, with the
// nodes that each of them touches. All strings are the result's own: no Project needs to outlive it.
#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <vector>

#include "diagnostic/error.h"
#include "graph/node_set.h"
#include "project/project.h"

namespace plowline {

struct DiffNode {
  std::string unique_id;
  std::string name;
  std::string resource_type;
  std::string package_name;
  std::string original_file_path;
  std::string relation;  // where it lies in the warehouse, as SQL writes it; empty where the node has none
};

struct NewNode {
  DiffNode node;
  bool was_disabled = false;  // the earlier manifest holds it among the disabled ones
};

// One thing in which a node differs.
struct DiffReason {
  std::string aspect;  // to_string(Aspect)
  std::string key;     // what differs: `raw_code`, `materialized`, `columns.id`
  // The two values as JSON text, empty where there is none; of code (`is_code`) the code itself.
  std::string before;
  std::string now;
  bool is_code = false;
};

struct ModifiedNode {
  DiffNode node;
  std::vector<DiffReason> reasons;    // empty where only macros changed
  std::vector<std::size_t> macros;    // places in StateDiff::macros of those that it depends on, however far
  std::vector<std::string> breaking;  // sentences: what breaks those who rely on its contract
};

// A node that is not there any more, or that is disabled now.
struct GoneNode {
  DiffNode node;         // as the earlier manifest has it
  std::string breaking;  // the sentence where it had an enforced contract, else empty
};

struct MovedNode {
  DiffNode node;
  // Both resolved: database, schema and name, and the whole as it is written in SQL.
  struct Place {
    std::string database;
    std::string schema;
    std::string name;
    std::string relation;
  };
  Place before;
  Place now;
};

struct ChangedMacro {
  enum class Change { kNew, kModified, kRemoved };
  std::string unique_id;
  Change change = Change::kModified;
  std::string original_file_path;
  std::string before;              // its text; empty where it is new
  std::string now;                 // empty where it was removed
  std::vector<std::string> nodes;  // unique_ids in `modified` that depend on it
};

struct DiffSide {
  std::string manifest;  // the file, as it was named or found
  std::string name;      // the root project
  std::string dbt_version;
  std::string generated_at;
};

struct StateDiff {
  DiffSide before;
  DiffSide now;
  // Each in the order of unique_ids.
  std::vector<NewNode> added;
  std::vector<ModifiedNode> modified;
  std::vector<GoneNode> disabled;
  std::vector<GoneNode> removed;
  std::vector<MovedNode> moved;
  std::vector<ChangedMacro> macros;

  // Whether anything differs.
  bool any() const;
};

// Which nodes count; null for all. Macros always count.
struct DiffScope {
  const NodeSet* now = nullptr;     // of the current project
  const NodeSet* before = nullptr;  // of the earlier one, for what is disabled or removed
};

// Cost: one comparison per node; records are parsed only where their bytes differ. `today` is what deprecation dates of
// removed models are compared with. Errors: a record that is not JSON. Warnings: `missing-macro`, where dbt itself
// would stop at state:modified because a node depends on a macro that does not exist.
Result<StateDiff> diff_of(const Project& now, const Project& before, const DiffScope& scope, Warnings& warnings,
                          std::chrono::system_clock::time_point today = std::chrono::system_clock::now());

}  // namespace plowline
