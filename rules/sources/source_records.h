// What the manifest says of a source's table, beyond what every node has.
//
// Sources are few, so their records are read where a rule asks. The wording has moved with dbt's versions: since
// 1.10 `freshness`, `loaded_at_field` and others stand in `config` as well; either place counts.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "lint/rule.h"

namespace plowline {

// What the record itself says of the table; as the manifest has it.
struct SourceEntry {
  RawJson freshness;
  RawJson loaded_at_field;
  RawJson loaded_at_query;
  RawJson loader;
  RawJson source_description;  // of the entry under `sources:`; each of its tables repeats it
};
// Cost: one pass over the record, past everything else in it.
SourceEntry source_entry(const LintProject& project, NodeId id);

struct SourceFreshness {
  bool warns = false;          // warn_after has a count
  bool errors = false;         // error_after has one
  bool has_loaded_at = false;  // loaded_at_field or loaded_at_query
};
SourceFreshness freshness_of(const LintProject& project, NodeId id);

// The loader; empty where none is named.
std::string loader_of(const LintProject& project, NodeId id);

// The enabled models that read it, in the order of their ids.
std::vector<NodeId> models_reading(const LintProject& project, NodeId source);

}  // namespace plowline
