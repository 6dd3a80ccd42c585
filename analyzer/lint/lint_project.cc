#include "lint/lint_project.h"

#include <algorithm>
#include <fmt/format.h>
#include <mutex>
#include <unordered_map>
#include <utility>

#include "lint/lazy_nodes.h"

namespace plowline {
namespace {

// A node's config with the strings of it that had escapes.
struct OwnedConfig {
  NodeConfig config;
  Arena arena;
};

struct OwnedColumns {
  std::vector<Column> columns;
  Arena arena;
};

struct OwnedSql {
  explicit OwnedSql(std::string_view code) : text(code) {}
  SqlText text;
};

struct OwnedTest {
  std::optional<TestOfNode> test;
  Arena arena;
};

// Whether the child is a generic test that is not attached to another of its parents, as far as its record tells
// without being parsed.
bool may_be_attached(const LintProject& project, NodeId child, NodeId id) {
  if (project.project().type(child) != ResourceType::kTest || !project.project().enabled(child)) return false;
  const NodeRecord& record = project.node(child);
  if (record.test_metadata.empty()) return false;
  return record.attached_node.empty() || record.attached_node == project.node(id).unique_id;
}

}  // namespace

struct LintProject::Lazy {
  explicit Lazy(std::size_t nodes)
      : configs(nodes), columns(nodes), attached(nodes), tests(nodes), codes(nodes), compiled(nodes), scanned(nodes) {}

  LazyNodes<OwnedConfig> configs;
  LazyNodes<OwnedColumns> columns;
  LazyNodes<OwnedTest> attached;
  LazyNodes<std::vector<AttachedTest>> tests;
  LazyNodes<std::string> codes;
  LazyNodes<std::string> compiled;
  LazyNodes<OwnedSql> scanned;

  std::once_flag macros_made;
  std::unordered_map<std::string_view, const MacroRecord*> macros;
  std::mutex macro_code_guard;
  std::unordered_map<const MacroRecord*, std::unique_ptr<const std::string>> macro_code;

  std::once_flag snowplow_made;
  std::optional<SnowplowPackages> snowplow;

  struct Index {
    std::once_flag made;
    std::shared_ptr<const void> value;
  };
  std::mutex indexes_guard;
  std::unordered_map<const void*, std::unique_ptr<Index>> indexes;

  std::once_flag yaml_made;
  ProjectYaml yaml;

  std::mutex error_guard;
  std::optional<Error> error;
};

LintProject::LintProject(LintInputs inputs) : inputs_(inputs), lazy_(std::make_unique<Lazy>(inputs.project->size())) {}

LintProject::~LintProject() = default;

std::optional<NodeId> LintProject::in_state(NodeId id) const {
  if (inputs_.state == nullptr) return std::nullopt;
  return inputs_.state->project().find(node(id).unique_id);
}

const Location& LintProject::location() const {
  static const Location kNowhere;
  return inputs_.location == nullptr ? kNowhere : *inputs_.location;
}

const NodeConfig& LintProject::config(NodeId id) const {
  return lazy_->configs
      .get(id,
           [&] {
             auto made = std::make_unique<OwnedConfig>();
             auto read = read_node_config(project(), id, made->arena);
             if (read) {
               made->config = *read;
             } else {
               keep_error(std::move(read.error()));
             }
             return made;
           })
      .config;
}

std::span<const Column> LintProject::columns(NodeId id) const {
  return lazy_->columns
      .get(id,
           [&] {
             auto made = std::make_unique<OwnedColumns>();
             auto read = read_columns(project(), id, made->arena);
             if (read) {
               made->columns = std::move(*read);
             } else {
               keep_error(std::move(read.error()));
             }
             return made;
           })
      .columns;
}

const Column* LintProject::column(NodeId id, std::string_view name) const {
  const auto same = [&](const Column& column) {
    return std::ranges::equal(column.name, name, [](char a, char b) { return ascii_lower(a) == ascii_lower(b); });
  };
  const auto all = columns(id);
  const auto found = std::ranges::find_if(all, same);
  return found == all.end() ? nullptr : &*found;
}

const std::optional<TestOfNode>& LintProject::attached(NodeId test) const {
  return lazy_->attached
      .get(test,
           [&] {
             auto made = std::make_unique<OwnedTest>();
             auto read = read_attached_test(project(), test, made->arena);
             if (read) {
               made->test = *read;
             } else {
               keep_error(std::move(read.error()));
             }
             return made;
           })
      .test;
}

std::span<const AttachedTest> LintProject::tests_of(NodeId id) const {
  return lazy_->tests.get(id, [&] {
    auto made = std::make_unique<std::vector<AttachedTest>>();
    for (const NodeId child : project().children(id)) {
      if (!may_be_attached(*this, child, id)) continue;
      const std::optional<TestOfNode>& test = attached(child);
      if (test && test->node == id) made->push_back(test->test);
    }
    return made;
  });
}

std::string_view LintProject::code(NodeId id) const {
  return lazy_->codes.get(id, [&] { return std::make_unique<std::string>(unescaped_text(node(id).raw_code)); });
}

std::string_view LintProject::compiled_code(NodeId id) const {
  return lazy_->compiled.get(id, [&] { return std::make_unique<std::string>(unescaped_text(node(id).compiled_code)); });
}

const SqlText& LintProject::sql(NodeId id) const {
  return lazy_->scanned.get(id, [&] { return std::make_unique<OwnedSql>(code(id)); }).text;
}

std::string_view LintProject::code(const MacroRecord& macro) const {
  const std::scoped_lock lock(lazy_->macro_code_guard);
  auto& kept = lazy_->macro_code[&macro];
  if (!kept) kept = std::make_unique<const std::string>(unescaped_text(macro.macro_sql));
  return *kept;
}

const MacroRecord* LintProject::macro(std::string_view unique_id) const {
  std::call_once(lazy_->macros_made, [&] {
    for (const MacroRecord& macro : project().macros()) lazy_->macros[macro.unique_id] = &macro;
  });
  const auto found = lazy_->macros.find(unique_id);
  return found == lazy_->macros.end() ? nullptr : found->second;
}

bool LintProject::calls(const NodeRecord& node, std::string_view macro_unique_id) {
  return std::ranges::find(node.depends_on.macros, macro_unique_id) != node.depends_on.macros.end();
}

const LayerSettings& LintProject::layers() const {
  static const LayerSettings kDefault = default_layers();
  return inputs_.layers == nullptr ? kDefault : *inputs_.layers;
}

std::string_view LintProject::layer(NodeId id) const {
  return layer_of(layers(), node(id).name, node(id).original_file_path);
}

bool LintProject::in_layers(NodeId id, std::span<const std::string> layers) const {
  return std::ranges::find(layers, layer(id)) != layers.end();
}

const SnowplowPackages& LintProject::snowplow() const {
  std::call_once(lazy_->snowplow_made, [&] {
    auto found = SnowplowPackages::find(project());
    if (!found) keep_error(std::move(found.error()));
    lazy_->snowplow = found ? std::move(*found) : SnowplowPackages();
  });
  return *lazy_->snowplow;
}

const void* LintProject::index_of_kind(const void* kind,
                                       std::shared_ptr<const void> (*make)(const LintProject&)) const {
  Lazy::Index* index = nullptr;
  {
    const std::scoped_lock lock(lazy_->indexes_guard);
    auto& kept = lazy_->indexes[kind];
    if (!kept) kept = std::make_unique<Lazy::Index>();
    index = kept.get();
  }
  std::call_once(index->made, [&] { index->value = make(*this); });
  return index->value.get();
}

const ProjectYaml& LintProject::yaml() const {
  std::call_once(lazy_->yaml_made, [&] { lazy_->yaml = ProjectYaml::read(folder()); });
  return lazy_->yaml;
}

std::optional<Error> LintProject::error() const {
  const std::scoped_lock lock(lazy_->error_guard);
  return lazy_->error;
}

void LintProject::keep_error(Error error) const {
  const std::scoped_lock lock(lazy_->error_guard);
  if (!lazy_->error) lazy_->error = std::move(error);
}

}  // namespace plowline
