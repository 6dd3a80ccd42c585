#include "lint/changed.h"

#include <algorithm>
#include <array>
#include <system_error>
#include <unordered_set>

namespace plowline {
namespace {

namespace fs = std::filesystem;

constexpr std::array<std::string_view, 4> kTouchEverything{"dbt_project.yml", "packages.yml", "dependencies.yml",
                                                           "package-lock.yml"};

// Without symbolic links as far as the path exists.
fs::path resolved(const fs::path& path) {
  std::error_code error;
  fs::path absolute = fs::absolute(path, error);
  fs::path canonical = fs::weakly_canonical(absolute, error);
  return error ? absolute.lexically_normal() : canonical;
}

constexpr std::string_view kHere = "./";

bool is_plain(std::string_view path) {
  return !path.starts_with('.') && !path.contains('\\');
}

// `models\x.yml` (dbt on Windows) and `./dbt_project.yml` as the files above are written.
std::string plain_path(std::string_view path) {
  std::string plain(path);
  std::ranges::replace(plain, '\\', '/');
  if (plain.starts_with(kHere)) plain.erase(0, kHere.size());
  return plain;
}

// `package://models/x.yml` -> `models/x.yml`.
std::string_view without_package(std::string_view patch_path) {
  const std::size_t scheme = patch_path.find("://");
  return scheme == std::string_view::npos ? patch_path : patch_path.substr(scheme + 3);
}

class ScopeOfFiles {
 public:
  ScopeOfFiles(const LintProject& project, ChangedScope& scope) : project_(project), scope_(scope) {
    for (const std::string& file : scope.files) {
      given_.insert(file);
      lengths_.insert(file.size());
    }
  }

  void add_nodes_of_files() {
    for (std::size_t i = 0; i < project_.project().size(); ++i) {
      const NodeId id = static_cast<NodeId>(i);
      const NodeRecord& node = project_.node(id);
      const bool concerned = given(node.original_file_path) || given(without_package(node.patch_path));
      if (concerned && project_.is_own(id)) scope_.nodes.insert(id);
    }
  }

  void add_tests() {
    const std::vector<NodeId> ids = scope_.nodes.ids();
    for (const NodeId id : ids) {
      // (Every test that reads the node: cheaper than to find out on which of its parents each one stands.)
      for (const NodeId child : project_.project().children(id)) {
        if (project_.project().type(child) == ResourceType::kTest) scope_.nodes.insert(child);
      }
    }
  }

  void add_macros() {
    const auto own = project_.project().root_package();
    for (const MacroRecord& macro : project_.project().macros()) {
      const bool changed = given(macro.original_file_path) || given(without_package(macro.patch_path));
      if (macro.package_name == own && changed) scope_.macros.insert(&macro);
    }
  }

  void add_callers_of_macros() {
    std::unordered_set<std::string_view> touched;
    for (const MacroRecord* macro : scope_.macros) touched.insert(macro->unique_id);
    if (touched.empty()) return;
    const auto calls_touched = [&](const DependsOn& depends_on) {
      return std::ranges::any_of(depends_on.macros, [&](std::string_view id) { return touched.contains(id); });
    };
    for (std::size_t before = 0; before != touched.size();) {
      before = touched.size();
      for (const MacroRecord& macro : project_.project().macros()) {
        if (calls_touched(macro.depends_on)) touched.insert(macro.unique_id);
      }
    }
    for (std::size_t i = 0; i < project_.project().size(); ++i) {
      const NodeId id = static_cast<NodeId>(i);
      if (calls_touched(project_.node(id).depends_on)) scope_.nodes.insert(id);
    }
  }

  // dbt lists under `doc_blocks` the unique_ids of the blocks that a description takes.
  void add_nodes_with_docs() {
    std::vector<std::string> blocks;
    for (const DocRecord& doc : project_.project().docs()) {
      if (doc.package_name == project_.project().root_package() && given(doc.original_file_path)) {
        blocks.push_back("\"" + std::string(doc.unique_id) + "\"");
      }
    }
    if (blocks.empty()) return;
    for (std::size_t i = 0; i < project_.project().size(); ++i) {
      const NodeId id = static_cast<NodeId>(i);
      const std::string_view record = project_.node(id).whole.bytes;
      const auto has = [&](const std::string& block) { return record.find(block) != std::string_view::npos; };
      if (std::ranges::any_of(blocks, has)) scope_.nodes.insert(id);
    }
  }

 private:
  // (The length comes first: the texts of most paths need not be fetched from all over the manifest.)
  bool given(std::string_view path) const {
    if (path.empty() || !(lengths_.contains(path.size()) || lengths_.contains(path.size() - kHere.size())))
      return false;
    return is_plain(path) ? given_.contains(path) : given_.contains(plain_path(path));
  }

  const LintProject& project_;
  ChangedScope& scope_;
  std::unordered_set<std::string_view> given_;  // scope_.files
  std::unordered_set<std::size_t> lengths_;     // of these
};

Result<void> add_selected_by_selectors(Selector& selector, ChangedScope& scope, Warnings& warnings) {
  const auto named = selector.named_selectors(warnings);
  if (!named) return std::unexpected(named.error());
  for (const std::string& name : (*named)->names()) {
    Warnings ignored;  // that a selector selects nothing is not the linter's business here
    SelectionRequest request;
    request.selector = name;
    request.resource_types = {"all"};
    auto selected = selector.select(request, ignored);
    if (!selected) return std::unexpected(std::move(selected.error()));
    scope.nodes |= selected->nodes;
  }
  return {};
}

}  // namespace

std::set<std::string> files_below(const fs::path& folder, const std::vector<fs::path>& files) {
  std::set<std::string> below;
  const fs::path root = resolved(folder.empty() ? "." : folder);
  for (const fs::path& file : files) {
    const fs::path relative = resolved(file).lexically_relative(root);
    if (relative.empty() || *relative.begin() == "..") continue;
    below.insert(relative.generic_string());
  }
  return below;
}

NodeSet nodes_of_files(const LintProject& project, const std::vector<fs::path>& files) {
  ChangedScope scope{NodeSet(project.project().size()), files_below(project.folder(), files), {}, false};
  if (!scope.files.empty()) ScopeOfFiles(project, scope).add_nodes_of_files();
  return std::move(scope.nodes);
}

Result<ChangedScope> changed_scope(const LintProject& project, Selector& selector, const std::vector<fs::path>& files,
                                   Warnings& warnings) {
  ChangedScope scope{NodeSet(project.project().size()), files_below(project.folder(), files), {}, false};
  if (scope.files.empty()) return scope;
  scope.everything = std::ranges::any_of(
      kTouchEverything, [&](std::string_view file) { return scope.files.contains(std::string(file)); });
  if (scope.everything) {
    for (std::size_t i = 0; i < project.project().size(); ++i) scope.nodes.insert(static_cast<NodeId>(i));
    return scope;
  }
  ScopeOfFiles of_files(project, scope);
  of_files.add_nodes_of_files();
  of_files.add_macros();
  of_files.add_callers_of_macros();
  of_files.add_nodes_with_docs();
  of_files.add_tests();
  if (scope.files.contains("selectors.yml")) {
    if (auto added = add_selected_by_selectors(selector, scope, warnings); !added) {
      return std::unexpected(std::move(added.error()));
    }
  }
  return scope;
}

}  // namespace plowline
