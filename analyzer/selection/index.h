// SelectionIndex: what the selection methods look up in a Project, made once per Project and kept.
//
// A method asks for the nodes that carry some text: a tag, a package, a file's name, a config's value. Each such
// question has a TextIndex, from the distinct texts to the nodes that carry them: an exact value is one look-up, a
// glob is matched once per distinct text and never per node. Indexes are built when a method first asks, in one pass
// over the nodes, so that one selection pays for what it uses and a thousand selections pay once.
//
// Not for use by two threads at a time.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "diagnostic/error.h"
#include "graph/node_set.h"
#include "project/project.h"
#include "selection/fnmatch.h"

namespace plowline {

class TextIndex {
 public:
  // The view is kept: the text must live as long as the index (that of a Project's records does).
  void add(std::string_view text, NodeId id);
  // For text that lives nowhere else: copied where it is new.
  void add_copy(std::string_view text, NodeId id);

  // Adds the nodes whose text the glob matches to `found`.
  void collect(const Glob& glob, NodeSet& found) const;
  void collect(std::string_view text, NodeSet& found) const;
  // ASCII letters in any case.
  void collect_any_case(std::string_view text, NodeSet& found) const;

 private:
  std::unordered_map<std::string_view, std::vector<NodeId>> nodes_;
  std::vector<std::unique_ptr<const std::string>> copies_;
};

// The values that one path of keys (`meta.owner`) has in the nodes' configs. A list counts as each of its members.
struct ConfigValues {
  TextIndex texts;
  TextIndex numbers;  // as number_text() writes them; only YAML selectors can compare with a number
  NodeSet is_true;    // 1 in a list too: Python's `True in [1]` holds
  NodeSet is_false;
  NodeSet is_null;
};

// A number as one text, however it is written (`1`, `1.0`, `1e0`).
std::string number_text(std::string_view number);

// fqns as dbt compares them. Sources are not in it.
struct FqnIndex {
  struct Entry {
    std::string_view joined;  // the parts, joined by dots
    NodeId id;
  };
  std::vector<Entry> entries;  // sorted by `joined`; a node stands here twice: with and without its package
  TextIndex leaves;            // the last part; of versioned models the one before it, which is the name
  TextIndex versioned_leaves;  // of versioned models: `name_vN`
  std::string text;            // what the entries view, in their order: a glob that scans them all reads it straight on
};

class SelectionIndex {
 public:
  // Cost: one pass over the nodes.
  explicit SelectionIndex(const Project& project);
  SelectionIndex(const SelectionIndex&) = delete;
  SelectionIndex& operator=(const SelectionIndex&) = delete;

  const Project& project() const { return project_; }

  // dbt's graph members: everything but what is disabled.
  const NodeSet& members() const { return members_; }
  // Members of that type.
  const NodeSet& of_type(ResourceType type) const { return by_type_[static_cast<std::size_t>(type)]; }
  // Members that dbt keeps under `nodes` in the manifest: models, seeds, snapshots, analyses, tests, operations.
  const NodeSet& manifest_nodes() const { return manifest_nodes_; }
  // All sources, disabled ones too, as dbt's buildable mode counts them.
  const NodeSet& all_sources() const { return all_sources_; }
  // Tests and unit tests: what indirect selection adds.
  const NodeSet& tests() const { return tests_; }
  // Nodes whose SQL is blank (seeds never are): only `dbt ls` and `dbt docs` keep them.
  const NodeSet& empty_nodes();

  const TextIndex& names();
  const TextIndex& packages();
  const TextIndex& source_names();
  const TextIndex& access();
  // The base name of the file and its stem.
  const TextIndex& file_names();
  // The file and every folder above it (`.` is the topmost), and the patch file.
  const TextIndex& paths();
  const FqnIndex& fqns();
  // Whether a literal fqn should be looked up in fqns(): it is there already, or this is asked more than a few times.
  // Building it costs as much as some ten passes over the nodes.
  bool fqn_index_pays();
  // What a pass over the nodes has found for a literal fqn: one command may select the same nodes several times, and
  // explain them. At most as many are kept as such passes pay.
  std::map<std::string, NodeSet, std::less<>>& scanned_fqns() { return scanned_fqns_; }
  Result<const TextIndex*> tags();
  // Generic tests by the test's own name (`not_null`), unit tests by theirs.
  Result<const TextIndex*> test_names();
  const NodeSet& generic_tests();
  Result<const ConfigValues*> config_values(const std::vector<std::string>& keys);

 private:
  template <typename Add>
  const TextIndex& lazily(std::optional<TextIndex>& index, Add add);

  const Project& project_;
  NodeSet members_;
  NodeSet manifest_nodes_;
  NodeSet tests_;
  NodeSet all_sources_;
  std::array<NodeSet, kResourceTypes> by_type_;
  std::optional<NodeSet> empty_nodes_;
  std::optional<NodeSet> generic_tests_;
  std::optional<TextIndex> names_;
  std::optional<TextIndex> packages_;
  std::optional<TextIndex> source_names_;
  std::optional<TextIndex> access_;
  std::optional<TextIndex> file_names_;
  std::optional<TextIndex> paths_;
  std::optional<TextIndex> tags_;
  std::optional<TextIndex> test_names_;
  std::map<std::string, NodeSet, std::less<>> scanned_fqns_;
  std::unique_ptr<FqnIndex> fqns_;
  int fqn_scans_ = 0;
  std::map<std::vector<std::string>, ConfigValues> config_values_;
};

// A path as Python's pathlib sees it: without `.` parts and doubled slashes; `.` for none.
std::string normal_path(std::string_view path);

}  // namespace plowline
