// Where production would build a node that it does not have yet.
//
// Nothing in the artifacts says it, but the other nodes show it: what lies in the same schema of staging and is
// configured with the same custom schema and database goes to the same place in production. Where a node is the first
// of its custom schema, the rule behind the others' names does: dbt's own (`<target.schema>_<custom schema>`), or a
// generate_schema_name that takes a custom schema in production as it stands.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "backfill/table_name.h"
#include "diagnostic/error.h"
#include "project/project.h"

namespace plowline {

class ProductionPlacement {
 public:
  // Cost: one pass over the branch's nodes; the configs of those that production has too are read. Errors: a config
  // that is not JSON. Both projects must outlive this object.
  static Result<ProductionPlacement> learn(const Project& branch, const Project& production);

  struct Answer {
    std::optional<TableName> table;  // nothing: the others do not agree, or there are none
    std::string how;                 // one sentence, for people
  };
  // Of a node of the branch with a relation `staging`. Errors: a config that is not JSON.
  Result<Answer> of(NodeId node, const TableName& staging) const;

 private:
  // A node that both have.
  struct Pair {
    NodeId branch;
    TableName staging;
    TableName production;
    std::string custom_schema;  // as configured, the same on both sides; empty: none
    std::string custom_database;
  };
  struct Custom {
    std::string schema;
    std::string database;
  };
  static Result<Custom> custom_of(const Project& project, NodeId node);
  std::optional<Answer> as_companions(const TableName& staging, const Custom& custom) const;
  std::optional<Answer> by_rule(const TableName& staging, const Custom& custom) const;

  explicit ProductionPlacement(const Project& branch) : branch_(&branch) {}
  const Project* branch_;
  std::vector<Pair> pairs_;
};

}  // namespace plowline
