// Two manifests of one project: were they compiled for one target or for two, and where does the other target put
// things?
//
// Nothing in a manifest names its target. But a target shows in the relations: with another one, nodes whose configs
// are written the same resolve to other schemas or databases; with the same one none does. So the targets differ
// where most nodes of the root project moved although nobody wrote another schema for them, or where most of those did
// that have no schema of their own (they lie in target.schema itself; a generate_schema_name that takes custom schemas
// as they are leaves all others where they were). Nodes that the root project has under another config do not count,
// and where the project's own generate_schema_name (or _database_name) is another macro than before nothing can be
// said: then the moves may be its work.
//
// From the nodes that moved it also follows where a node would be expected to go: to where the others went that lay in
// the same schema and have the same custom schema.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "lint/lint_project.h"
#include "rules/schema/relation.h"

namespace plowline {

// A node that both manifests hold, enabled, with a relation in each.
struct PlacedPair {
  NodeId id;
  NodeId previous;
  Relation now;
  Relation before;
  // Whether database and schema are written as before (in the YAML files and in config()).
  bool written_alike = true;
};

// An index (LintProject::index<Targets>()) of a project with a state. Cost: one pass over the nodes with a look-up for
// each, and one over the macros; configs are read where the targets differ.
class Targets {
 public:
  explicit Targets(const LintProject& project);

  enum class Answer : std::uint8_t { kSame, kDifferent, kUnknown };
  Answer answer() const { return answer_; }
  bool differ() const { return answer_ == Answer::kDifferent; }
  // What the other target changes for most of the nodes that moved; false unless differ().
  bool change_schemas() const { return change_schemas_; }
  bool change_databases() const { return change_databases_; }
  bool change_names() const { return change_names_; }

  // All pairs, in the order of their ids: seeds, models and snapshots of every package.
  const std::vector<PlacedPair>& pairs() const { return pairs_; }
  // That of the node; null where it has none.
  const PlacedPair* pair_of(NodeId id) const;

  // Where the nodes went that lay beside it: a pair that stands for them all. Null where there are fewer than three of
  // them, or where they do not agree; null unless differ().
  const PlacedPair* companion_of(const PlacedPair& pair) const;

  // One of the pairs that most of the nodes that moved went along with; null unless differ().
  const PlacedPair* typical() const { return typical_; }

  // Whether `place` is one that the state's target uses and this one does not: a table built there lies among
  // production's. False unless differ().
  bool belongs_to_state(const Relation& place) const;

 private:
  struct Went {
    const PlacedPair* pair;
    std::size_t count;
  };
  void find_pairs(const LintProject& project);
  bool naming_macros_changed(const LintProject& project) const;
  void decide(const LintProject& project);
  bool defaults_moved(const LintProject& project) const;
  void learn_changes();
  void learn_companions();
  std::size_t origin_of(const PlacedPair& pair) const;

  const LintProject& project_;
  Answer answer_ = Answer::kSame;
  bool change_schemas_ = false;
  bool change_databases_ = false;
  bool change_names_ = false;
  const PlacedPair* typical_ = nullptr;
  std::vector<PlacedPair> pairs_;
  std::unordered_map<std::size_t, std::vector<Went>> companions_;  // by where they came from
  std::unordered_set<std::size_t> left_places_;                    // of the state
  std::unordered_set<std::size_t> new_places_;                     // of this manifest
};

}  // namespace plowline
