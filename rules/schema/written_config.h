// Configs as they are written and as they resolve, in two manifests.
//
// `config` holds what dbt made of a node's configs for one target, `unrendered_config` what the user wrote. With
// another target the first may differ where the second does not: `materialized: "{{ 'table' if target.name == 'prod'
// else 'view' }}"` is no change that somebody made.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lint/lint_project.h"
#include "state/json_value.h"

namespace plowline {

// A config with another value than in the earlier manifest.
struct ConfigChange {
  std::optional<JsonText> before;  // nothing: not set, or null
  std::optional<JsonText> now;
};

// How a value reads in a message: a text without quotes, `not set` where there is none, else its JSON, cut to a length.
std::string shown(const std::optional<JsonText>& value);

// Whether the keys are written alike in both; texts in the SQL file's config() count. Where the manifests do not say
// what is written (before dbt 0.19), resolved values decide.
bool written_alike(const LintProject& project, NodeId id, NodeId previous, const std::vector<std::string_view>& keys);

// What is another value for `key` (a member of config) now. Nothing where it is the same, where one of the two
// manifests does not have the node enabled, where only the targets make the difference, and where the two are of
// different adapters.
std::optional<ConfigChange> config_change(const LintProject& project, NodeId id, std::string_view key);

// An index: the enabled nodes that both manifests hold and whose configs (columns) are not the same bytes. In the order
// of their ids. Few where a branch is compared with what it was made from.
struct DifferingNodes {
  explicit DifferingNodes(const LintProject& project);
  struct Pair {
    NodeId id;
    NodeId previous;
  };
  std::vector<Pair> configs;
  std::vector<Pair> columns;  // of models, seeds and snapshots; also where the code, contract or access differ
};

}  // namespace plowline
