// The parts of a node that rules ask for, parsed: config, columns, tests.
//
// All are views into the manifest or into the LintProject that hands them out. What is not text stays RawJson; the
// functions below read such values as dbt's users write them.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "artifact/json.h"
#include "diagnostic/error.h"
#include "project/project.h"

namespace plowline {

// A node's config as dbt resolved it. Text that the config does not have is empty.
struct NodeConfig {
  std::string_view materialized;
  std::string_view incremental_strategy;
  std::string_view on_schema_change;
  std::string_view database;
  std::string_view schema;
  std::string_view alias;
  std::string_view strategy;  // snapshots
  std::string_view updated_at;
  RawJson unique_key;  // text or a list
  RawJson partition_by;
  RawJson cluster_by;
  RawJson sort;
  RawJson dist;
  RawJson tags;
  RawJson meta;
  RawJson full_refresh;
  RawJson contract;
  RawJson grants;
  RawJson pre_hook;
  RawJson post_hook;
  RawJson persist_docs;
  RawJson freshness;
  RawJson event_time;
  // snowplow_utils: its own config keys stand at the top, or (since 1.0) under meta.
  RawJson snowplow_optimize;
  RawJson upsert_date_key;
  RawJson disable_upsert_lookback;
  struct Meta {
    RawJson snowplow_optimize;
    RawJson upsert_date_key;
    RawJson disable_upsert_lookback;
    RawJson plowline;  // {ignore: [rule]}
  } in_meta;
  RawJson whole;  // for what no member above holds: check(whole)->get("…")
};

struct Column {
  std::string_view name;
  std::string_view data_type;
  std::string_view description;  // unescaped
  RawJson quote;
  RawJson meta;
  RawJson tags;
  RawJson constraints;
};

// A generic test on a node.
struct AttachedTest {
  NodeId test;
  std::string_view name;         // `not_null`, `unique`, `accepted_values`, …
  std::string_view package;      // its namespace: `dbt_utils`; empty for dbt's own and the project's
  std::string_view column_name;  // empty for tests of the whole node
  RawJson kwargs;                // the test's arguments
};

// A text, or the texts of a list; others are left out. `unique_key: id` and `unique_key: [id, day]` alike.
std::vector<std::string> texts_of(RawJson value);
// The text, number or boolean as Python shows it; empty for null, lists and objects.
std::string scalar_of(RawJson value);
// What Python takes for true: no empty text, list or object, not 0, false or null.
bool truthy(RawJson value);
// The member of an object, or of objects within (`a`, `b`: value.a.b); an empty span where there is none.
RawJson member_of(RawJson object, std::string_view key);

// snowplow_utils' own settings, wherever they stand (utils 1.0 reads meta first, then the top level).
RawJson snowplow_optimize_of(const NodeConfig& config);
RawJson upsert_date_key_of(const NodeConfig& config);

// --- how LintProject reads them -----------------------------------------------------------------------------------

// Errors: a record that is not JSON or of a wrong shape, with file, node and byte. Strings with escapes go to `arena`.
Result<NodeConfig> read_node_config(const Project& project, NodeId id, Arena& arena);
Result<std::vector<Column>> read_columns(const Project& project, NodeId id, Arena& arena);

struct TestOfNode {
  NodeId node;
  AttachedTest test;
};
// The node that a generic test is attached to: dbt says it since 1.0 (`attached_node`); in older manifests it is the
// parent that the argument `model` names. Nothing where the node is not in the project.
Result<std::optional<TestOfNode>> read_attached_test(const Project& project, NodeId test, Arena& arena);

// A JSON string's text; empty for anything else.
std::string unescaped_text(RawJson value);

constexpr char ascii_lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

}  // namespace plowline
