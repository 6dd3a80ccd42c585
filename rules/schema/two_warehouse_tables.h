// A node's table in this project's warehouse and in the earlier project's: the staging table of a blue-green backfill
// and the production table that it is to replace.
#pragma once

#include <vector>

#include "artifact/catalog.h"
#include "lint/lint_project.h"
#include "lint/rule_scope.h"

namespace plowline {

struct TwoTables {
  NodeId id;
  const CatalogTable* now;     // never null
  const CatalogTable* before;  // never null
};

// Enabled models, seeds and snapshots of the scope that both catalogs have. Nothing where the two projects run on
// different adapters.
std::vector<TwoTables> tables_of_both(const LintProject& project, const RuleScope& scope);

}  // namespace plowline
