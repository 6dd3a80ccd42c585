// A dbt project as lint rules see it: the Project, what belongs to it, and what rules look up again and again.
//
// Everything is read-only for rules. What takes work (configs, columns, code, tests by node, Snowplow's packages) is
// made when a first rule asks, once, whatever number of threads ask. A record that is broken gives an empty answer, and
// the first such Error is kept: the engine ends the run with it.
#pragma once

#include <chrono>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "artifact/catalog.h"
#include "artifact/locate.h"
#include "artifact/results.h"
#include "lint/layers.h"
#include "lint/node_parts.h"
#include "project/project.h"
#include "snowplow/packages.h"
#include "source/project_yaml.h"
#include "source/sql_text.h"

namespace plowline {

// What a LintProject is made of; all of it must outlive it. Null: not at hand.
struct LintInputs {
  const Project* project = nullptr;
  const Location* location = nullptr;
  const Catalog* catalog = nullptr;
  const Results* run_results = nullptr;
  const LayerSettings* layers = nullptr;     // null: default_layers()
  const class LintProject* state = nullptr;  // the earlier project (its catalog is --state-catalog)
  std::chrono::system_clock::time_point now = std::chrono::system_clock::now();
};

class LintProject {
 public:
  explicit LintProject(LintInputs inputs);
  ~LintProject();
  LintProject(const LintProject&) = delete;
  LintProject& operator=(const LintProject&) = delete;

  const Project& project() const { return *inputs_.project; }
  const NodeRecord& node(NodeId id) const { return project().node(id); }
  // Null where it is not at hand; a rule that says it needs it (RuleInfo::needs) is only run where it is.
  const Catalog* catalog() const { return inputs_.catalog; }
  const Results* run_results() const { return inputs_.run_results; }
  const LintProject* state() const { return inputs_.state; }
  // The same node in the earlier project: by unique_id. Nothing without a state.
  std::optional<NodeId> in_state(NodeId id) const;
  // Where the artifacts lie, and the project's files where they are at hand. Without a location all of it is empty.
  const Location& location() const;
  // The project's folder; empty where it is not known.
  const std::filesystem::path& folder() const { return location().project_dir; }
  std::chrono::system_clock::time_point now() const { return inputs_.now; }
  // A node of the root project (the user's own), not of a package.
  bool is_own(NodeId id) const { return node(id).package_name == project().root_package(); }

  // --- the parts of a node (node_parts.h) ---
  const NodeConfig& config(NodeId id) const;
  // The columns as declared, in their order; of models that are not declared, none.
  std::span<const Column> columns(NodeId id) const;
  // The column of that name, letter case apart; null where it is not declared.
  const Column* column(NodeId id, std::string_view name) const;
  // What a generic test is attached to, and its arguments; nothing where that is no node of the project. See
  // read_attached_test().
  const std::optional<TestOfNode>& attached(NodeId test) const;
  // Generic tests attached to the node (of any package), in the order of their ids. They are looked for among its
  // children: a generic test selects from the node that it is attached to.
  std::span<const AttachedTest> tests_of(NodeId id) const;
  // The raw code, unescaped; empty for seeds and the like.
  std::string_view code(NodeId id) const;
  // The compiled code; empty where the manifest has none.
  std::string_view compiled_code(NodeId id) const;
  // The raw code, scanned.
  const SqlText& sql(NodeId id) const;
  std::string_view code(const MacroRecord& macro) const;

  // A macro of that unique_id; null where there is none. O(1).
  const MacroRecord* macro(std::string_view unique_id) const;
  // Whether the node calls a macro of that unique_id, itself (depends_on.macros).
  static bool calls(const NodeRecord& node, std::string_view macro_unique_id);

  // The layer of a model (or snapshot, or analysis): `staging`, `marts`, …, or `other`. See layers.h.
  std::string_view layer(NodeId id) const;
  const LayerSettings& layers() const;
  // Whether `layers` has the layer of that node.
  bool in_layers(NodeId id, std::span<const std::string> layers) const;

  // --- Snowplow ---
  const SnowplowPackages& snowplow() const;

  // --- what several rules work out together ---
  // An Index, made of this project (`explicit Index(const LintProject&)`) when a first rule asks, and kept as long as
  // the project. One index may ask for another, but not in a circle.
  template <typename Index>
  const Index& index() const {
    static constexpr char kKey = 0;  // its address tells the types apart
    const auto make = [](const LintProject& project) -> std::shared_ptr<const void> {
      return std::make_shared<const Index>(project);
    };
    return *static_cast<const Index*>(index_of_kind(&kKey, make));
  }

  // --- the project's YAML files (source/project_yaml.h); nothing where there is no folder or no such file ---
  const ProjectYaml& yaml() const;

  // The first broken record that a rule came across.
  std::optional<Error> error() const;
  void keep_error(Error error) const;

 private:
  struct Lazy;
  const void* index_of_kind(const void* kind, std::shared_ptr<const void> (*make)(const LintProject&)) const;
  LintInputs inputs_;
  std::unique_ptr<Lazy> lazy_;
};

}  // namespace plowline
