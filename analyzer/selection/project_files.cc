#include "selection/project_files.h"

#include <algorithm>
#include <fmt/format.h>
#include <system_error>
#include <utility>

#include "selection/fnmatch.h"
#include "selection/index.h"

namespace plowline {
namespace {

namespace fs = std::filesystem;

struct Pattern {
  std::vector<std::string> parts;
  bool folders_only = false;  // it ends in a slash
};

Result<Pattern> parse(std::string_view text) {
  if (text.empty()) return usage_error("path: needs a pattern", "for example path:models/staging");
  if (text.front() == '/') {
    return usage_error(fmt::format("path:{}: dbt takes paths relative to the project's folder only", text),
                       "leave out what stands before the project's folder: path:models/staging");
  }
  Pattern pattern;
  pattern.folders_only = text.back() == '/';
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('/', at), text.size());
    const std::string_view part = text.substr(at, end - at);
    at = end + 1;
    if (part.empty() || part == ".") continue;
    if (part != "**" && part.find("**") != std::string_view::npos) {
      return usage_error(fmt::format("path:{}: '**' must be a whole part of the path", text),
                         "use '*' inside a part: path:models/**/fct_*.sql");
    }
    // Twice `**` is the same as once.
    if (part != "**" || pattern.parts.empty() || pattern.parts.back() != "**") pattern.parts.emplace_back(part);
  }
  if (pattern.parts.empty()) {
    return usage_error(fmt::format("path:{}: dbt refuses the project's folder itself", text),
                       "leave --select out to select everything, or name a folder: path:models");
  }
  return pattern;
}

std::string joined(const std::string& folder, const std::string& name) {
  return folder == "." ? name : folder + "/" + name;
}

}  // namespace

struct ProjectFiles::Search {
  Pattern pattern;
  std::vector<Glob> globs;  // one per part
  std::vector<std::string> found;
  std::set<std::pair<const Folder*, std::size_t>> seen;  // keeps many `**` from visiting a folder again and again

  bool last(std::size_t part) const { return part + 1 == pattern.parts.size(); }
};

ProjectFiles ProjectFiles::in_folder(fs::path root) {
  ProjectFiles files;
  files.root_ = std::move(root);
  return files;
}

ProjectFiles ProjectFiles::of_manifest(const Project& project) {
  ProjectFiles files;
  files.project_ = &project;
  return files;
}

void ProjectFiles::add_files_of_manifest() {
  const Project& project = *std::exchange(project_, nullptr);
  top_->read = true;
  const auto ours = [&](std::string_view package) {
    return project.root_package().empty() || package == project.root_package();
  };
  for (std::uint32_t i = 0; i < project.size(); ++i) {
    const NodeRecord& node = project.node(NodeId{i});
    if (!ours(node.package_name)) continue;
    add_file(node.original_file_path);
    const std::size_t scheme = node.patch_path.find("://");
    if (scheme != std::string_view::npos && ours(node.patch_path.substr(0, scheme))) {
      add_file(node.patch_path.substr(scheme + 3));
    }
  }
  for (const MacroRecord& macro : project.macros()) {
    if (ours(macro.package_name)) add_file(macro.original_file_path);
  }
  for (const DocRecord& doc : project.docs()) {
    if (ours(doc.package_name)) add_file(doc.original_file_path);
  }
}

void ProjectFiles::add_file(std::string_view path) {
  const std::string normal = normal_path(path);
  if (normal == "." || normal.front() == '/') return;
  Folder* folder = top_.get();
  for (std::size_t at = 0; at < normal.size();) {
    const std::size_t end = std::min(normal.find('/', at), normal.size());
    Entry& entry = folder->entries[normal.substr(at, end - at)];
    at = end + 1;
    if (at >= normal.size()) return;
    if (!entry.folder) {
      entry.folder = std::make_unique<Folder>();
      entry.folder->read = true;
    }
    folder = entry.folder.get();
  }
}

void ProjectFiles::read(Folder& folder, const std::string& path) const {
  if (folder.read) return;
  folder.read = true;
  std::error_code error;
  for (fs::directory_iterator at(root_ / path, error); !error && at != fs::directory_iterator(); at.increment(error)) {
    std::error_code ignored;
    Entry& entry = folder.entries[at->path().filename().string()];
    entry.is_link = at->is_symlink(ignored);
    if (at->is_directory(ignored)) entry.folder = std::make_unique<Folder>();
  }
}

void ProjectFiles::search(Search& search, Folder& folder, const std::string& path, std::size_t part) const {
  if (!search.seen.emplace(&folder, part).second) return;
  read(folder, path);
  const bool last = search.last(part);
  if (search.pattern.parts[part] == "**") {
    if (last) {
      search.found.push_back(path);
    } else {
      this->search(search, folder, path, part + 1);
    }
    for (auto& [name, entry] : folder.entries) {
      if (entry.folder && !entry.is_link) this->search(search, *entry.folder, joined(path, name), part);
    }
    return;
  }
  const Glob& glob = search.globs[part];
  const auto visit = [&](const std::string& name, Entry& entry) {
    if (!last && entry.folder) this->search(search, *entry.folder, joined(path, name), part + 1);
    if (last && (entry.folder || !search.pattern.folders_only)) search.found.push_back(joined(path, name));
  };
  if (glob.literal()) {
    if (const auto at = folder.entries.find(glob.pattern()); at != folder.entries.end()) visit(at->first, at->second);
    return;
  }
  for (auto& [name, entry] : folder.entries) {
    if (glob.matches(name)) visit(name, entry);
  }
}

Result<std::vector<std::string>> ProjectFiles::glob(std::string_view pattern) {
  if (project_ != nullptr) add_files_of_manifest();
  Result<Pattern> parsed = parse(pattern);
  if (!parsed) return std::unexpected(std::move(parsed.error()));
  Search search{std::move(*parsed), {}, {}, {}};
  for (const std::string& part : search.pattern.parts) {
    // dbt compares what it found as it is written, with the `..` in it: that equals no node's path.
    if (part == "..") return std::vector<std::string>{};
    search.globs.emplace_back(part);
  }
  this->search(search, *top_, ".", 0);
  return std::move(search.found);
}

}  // namespace plowline
