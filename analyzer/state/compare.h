// Two versions of a node compared as dbt compares them for `state:modified`.
//
// Which parts of a node count differs per resource type (dbt-core: contracts/graph/nodes.py, same_contents and what it
// calls): a model's code, configs, persisted descriptions, fqn, relation, latest version, access, deprecation date and
// contract; a source's relation, fqn, configs, quoting, freshness and external table; a generic test's modifiers and
// fqn; and so on. Each part is an Aspect. Configs and relations are compared as the user wrote them
// (`unrendered_config`), so that what only the target changes is no change. Spans of equal bytes are never parsed.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "diagnostic/error.h"
#include "project/project.h"

namespace plowline {

enum class Aspect : std::uint8_t {
  kBody,  // the code; a seed's checksum
  kConfigs,
  kPersistedDescriptions,  // descriptions, where persist_docs writes them into the warehouse
  kRelation,               // database, schema, alias (a source: identifier)
  kContract,
  kFqn,
  kReference,   // a model's latest version, access, deprecation date
  kDefinition,  // what else defines a node that is no model: an exposure's owner, a metric's type, …
};

// dbt's word where it has one (`body`, `configs`, `persisted_descriptions`, `relation`, `contract`), else ours.
std::string_view to_string(Aspect aspect);

struct Difference {
  Aspect aspect;
  std::string key;     // what differs: `raw_code`, `materialized`, `columns.id`
  std::string before;  // as JSON text; empty: not there
  std::string now;
};

// One node in two projects. Both must outlive it.
struct NodePair {
  const Project* project;
  NodeId id;
  const Project* previous;
  NodeId previous_id;

  const NodeRecord& now() const { return project->node(id); }
  const NodeRecord& before() const { return previous->node(previous_id); }
};

// The aspects that `state:modified` compares for that node, in dbt's order, the contract last.
std::span<const Aspect> aspects_of(const NodeRecord& node);

// Whether dbt's class for that node has a comparison of the aspect at all: a new node is `modified.ASPECT` where it
// has.
bool applies(const NodeRecord& node, Aspect aspect);

// What differs in one aspect; nothing where it is the same or does not apply. Errors: a record that is not JSON.
Result<std::vector<Difference>> compare(const NodePair& pair, Aspect aspect);

}  // namespace plowline
