#include "project/freshness.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <filesystem>
#include <fmt/format.h>
#include <initializer_list>
#include <optional>
#include <string_view>
#include <system_error>
#include <thread>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "artifact/dbt_ignore.h"
#include "project/file_checksum.h"

namespace plowline {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kTwoThreads = 200;  // files; for fewer, starting a thread costs more than it saves

// `path` relative to the project's folder in one spelling; nothing for one that leads out of it. Manifests written on
// Windows have `\`.
std::optional<std::string> inside_project(std::string_view path) {
  std::string text(path);
  if (!text.contains('/')) std::ranges::replace(text, '\\', '/');
  if (text.empty() || text[0] == '/' || (text.size() > 1 && text[1] == ':')) return std::nullopt;
  text = fs::path(text).lexically_normal().generic_string();
  while (text.ends_with('/')) text.pop_back();
  if (text == ".." || text.starts_with("../")) return std::nullopt;
  return text;
}

bool has_suffix(std::string_view name, std::string_view suffix) {  // in any case, as dbt looks for files
  return name.size() > suffix.size() &&
         std::ranges::equal(name.substr(name.size() - suffix.size()), suffix, [](char a, char b) {
           return (a >= 'A' && a <= 'Z' ? static_cast<char>(a - 'A' + 'a') : a) == b;
         });
}

bool is_yaml(std::string_view path) {
  return has_suffix(path, ".yml") || has_suffix(path, ".yaml");
}

// ---- One file -------------------------------------------------------------------------------------------------------

// A file of the root project that the manifest knows, and what is known of its content.
struct KnownFile {
  std::string path;
  std::vector<const NodeRecord*> nodes;    // with a checksum that can be compared
  std::vector<const MacroRecord*> macros;  // with their text
  bool has_content() const { return !nodes.empty() || !macros.empty(); }
};

enum class FileState : std::uint8_t { kPresent, kSame, kChanged, kGone };

// Compares files with what the manifest says. One per thread.
class FileComparer {
 public:
  explicit FileComparer(const fs::path& project_dir) : project_dir_(project_dir) {}

  FileState compare(const KnownFile& file) {
    const fs::path path = project_dir_ / file.path;
    std::error_code error;
    const fs::file_type type = fs::status(path, error).type();
    if (type == fs::file_type::not_found) return FileState::kGone;
    if (type != fs::file_type::regular || !file.has_content()) return FileState::kPresent;
    const auto bytes = FileBytes::read(path);
    if (!bytes) return FileState::kPresent;
    return nodes_agree(file, bytes->text()) && macros_agree(file, bytes->text()) ? FileState::kSame
                                                                                 : FileState::kChanged;
  }

 private:
  // One file's nodes are parsed together: if one has the file's checksum, the file is the one that was parsed.
  bool nodes_agree(const KnownFile& file, std::string_view text) {
    if (file.nodes.empty()) return true;
    std::vector<std::string_view> checksums;
    for (const NodeRecord* node : file.nodes) checksums.push_back(node->checksum.checksum);
    if (matcher_.matches(text, checksums)) return true;
    // dbt before 1.8 put nodes of another manifest in the place of this project's own under --defer.
    return std::ranges::any_of(file.nodes, [](const NodeRecord* node) {
      const auto whole = check(node->whole);
      const auto deferred = whole ? whole->get("deferred") : std::nullopt;
      return deferred && deferred->boolean().value_or(false);
    });
  }

  static bool macros_agree(const KnownFile& file, std::string_view text) {
    if (file.macros.empty()) return true;
    const std::string normal = with_single_blanks(text);
    return std::ranges::all_of(file.macros, [&](const MacroRecord* macro) {
      const auto parsed = check(macro->macro_sql);
      const auto written = parsed ? parsed->string() : std::nullopt;
      if (!written) return true;
      const std::string block = with_single_blanks(*written);
      return !block.starts_with("{%") || normal.contains(block);  // other texts are not dbt's
    });
  }

  const fs::path& project_dir_;
  ChecksumMatcher matcher_;
};

// ---- What the manifest knows ----------------------------------------------------------------------------------------

class KnownFiles {
 public:
  KnownFiles(const Project& project, std::string_view package) : package_(package) {
    const auto version = dbt_version_from(project.metadata().dbt_version);
    rust_engine_ = version && version->major >= 2;
    version_known_ = version.has_value();
    for (std::size_t i = 0; i < project.size(); ++i) add(project.node(static_cast<NodeId>(i)));
    for (const NodeRecord& node : project.disabled()) add(node);
    for (const MacroRecord& macro : project.macros()) {
      KnownFile* file = at(macro.package_name, macro.original_file_path);
      if (file != nullptr && !macro.macro_sql.empty()) file->macros.push_back(&macro);
    }
    for (const DocRecord& doc : project.docs()) at(doc.package_name, doc.original_file_path);
    for (const GroupRecord& group : project.groups()) at(group.package_name, group.original_file_path);
  }

  const std::vector<KnownFile>& files() const { return files_; }
  bool contains(const std::string& path) const { return places_.contains(path); }

 private:
  void add(const NodeRecord& node) {
    if (node.resource_type == ResourceType::kOther) return;  // inline queries and the like lie in no file
    KnownFile* file = at(node.package_name, node.original_file_path);
    if (file != nullptr && is_comparable(node)) file->nodes.push_back(&node);
  }

  bool is_comparable(const NodeRecord& node) const {
    if (node.checksum.name != "sha256") return false;
    switch (node.resource_type) {
      case ResourceType::kOperation:
        return version_known_ && !rust_engine_;
      case ResourceType::kSnapshot:
        return !rust_engine_ && !is_yaml(node.original_file_path);
      case ResourceType::kModel:
      case ResourceType::kSeed:
      case ResourceType::kAnalysis:
      case ResourceType::kTest:
      case ResourceType::kFunction:
        return !is_yaml(node.original_file_path);
      default:
        return false;
    }
  }

  // The file of that path, made where it is not known yet; null for other packages, for paths out of the project, and
  // for what is no file of a kind that dbt reads.
  KnownFile* at(std::string_view package_name, std::string_view path) {
    if (package_name != package_) return nullptr;
    auto inside = inside_project(path);
    constexpr std::array<std::string_view, 11> kSuffixes = {
        ".sql", ".yml", ".yaml", ".csv", ".py", ".md", ".js", ".sql.j2", ".sql.jinja", ".sql.jinja2", ".md.j2"};
    if (!inside || std::ranges::none_of(kSuffixes, [&](std::string_view s) { return has_suffix(*inside, s); })) {
      return nullptr;
    }
    const auto [place, is_new] = places_.try_emplace(*inside, files_.size());
    if (is_new) files_.push_back({*std::move(inside), {}, {}});
    return &files_[place->second];
  }

  std::string_view package_;
  bool rust_engine_ = false;
  bool version_known_ = false;
  std::vector<KnownFile> files_;
  std::unordered_map<std::string, std::size_t> places_;
};

// ---- Files that the manifest does not know --------------------------------------------------------------------------

// Whether dbt would find one of these blocks in the file: `{% macro`, `{%- test`, …, not in a comment.
bool has_block(std::string_view text, std::initializer_list<std::string_view> names) {
  while (true) {
    const std::size_t comment = std::min(text.find("{#"), text.size());
    const std::size_t block = std::min(text.find("{%"), text.size());
    if (comment < block) {
      const std::size_t end = text.find("#}", comment);
      if (end == std::string_view::npos) return false;
      text.remove_prefix(end + 2);
      continue;
    }
    if (block == text.size()) return false;
    text.remove_prefix(block + 2);
    if (text.starts_with('-') || text.starts_with('+')) text.remove_prefix(1);
    while (const std::size_t length = blank_length(text)) text.remove_prefix(length);
    for (const std::string_view name : names) {
      if (text.starts_with(name) && blank_length(text.substr(name.size())) != 0) return true;
    }
  }
}

class AddedFiles {
 public:
  AddedFiles(const KnownFiles& known, const Location& location, std::optional<DbtVersion> version)
      : known_(known), project_dir_(location.project_dir), ignore_(DbtIgnore::read(location.project_dir)) {
    const ProjectFolders folders = folders_of(*location.project_file, version);
    std::error_code ignored;
    const fs::path target = fs::absolute(location.manifest, ignored)
                                .parent_path()
                                .lexically_relative(fs::absolute(location.project_dir, ignored).lexically_normal());
    for (const std::string& folder :
         {std::string("target"), std::string("dbt_packages"), std::string("dbt_modules"), folders.packages,
          location.project_file->target_path.value_or("target"), target.generic_string()}) {
      if (auto inside = inside_project(folder)) excluded_.insert(*std::move(inside));
    }
    // What a dbt version does not read is no addition for it; of an unknown version only what all of them read.
    const bool python = version && *version >= DbtVersion{1, 3};
    search(folders.models, python ? Suffixes{".sql", ".py"} : Suffixes{".sql"}, &AddedFiles::has_text);
    search(folders.analyses, {".sql"}, &AddedFiles::has_text);
    search(folders.tests, {".sql"}, &AddedFiles::is_test);
    search(folders.seeds, {".csv"}, &AddedFiles::has_text);
    search(folders.snapshots, {".sql"}, &AddedFiles::has_snapshot);
    search(folders.macros, {".sql"}, &AddedFiles::has_macro);
    if (version && *version >= DbtVersion{1, 11}) {
      search(folders.functions, {".sql", ".py"}, &AddedFiles::has_text);
    }
  }

  std::vector<std::string> paths() const { return {added_.begin(), added_.end()}; }

 private:
  using Suffixes = std::vector<std::string_view>;
  // Whether dbt would make something of a file: its path below the searched folder, and its text.
  using Filter = bool (*)(std::string_view below, std::string_view text);

  static bool has_text(std::string_view, std::string_view text) { return !stripped(text).empty(); }
  static bool has_macro(std::string_view, std::string_view text) {
    return has_block(text, {"macro", "test", "data_test", "materialization"});
  }
  static bool has_snapshot(std::string_view, std::string_view text) { return has_block(text, {"snapshot"}); }
  static bool is_test(std::string_view below, std::string_view text) {
    if (below.starts_with("fixtures/")) return false;
    return below.starts_with("generic/") ? has_macro(below, text) : has_text(below, text);
  }

  void search(const std::vector<std::string>& folders, const Suffixes& suffixes, Filter filter) {
    for (const std::string& folder : folders) {
      const auto inside = inside_project(folder);
      if (!inside) continue;
      const std::string prefix = *inside == "." ? "" : *inside + "/";
      walk(prefix, prefix.size(), suffixes, filter);
    }
  }

  // `prefix`: the folder's path with a `/` at its end; its first `searched` bytes are the folder that was asked for.
  void walk(const std::string& prefix, std::size_t searched, const Suffixes& suffixes, Filter filter) {
    std::error_code error;
    for (fs::directory_iterator entry(project_dir_ / prefix, fs::directory_options::skip_permission_denied, error);
         !error && entry != fs::directory_iterator(); entry.increment(error)) {
      std::error_code ignored;
      const std::string name = entry->path().filename().string();
      if (name.starts_with('.')) continue;
      const std::string path = prefix + name;
      if (entry->is_directory(ignored)) {
        if (!entry->is_symlink(ignored) && !excluded_.contains(path)) walk(path + "/", searched, suffixes, filter);
      } else if (is_unknown(path, name, suffixes) && entry->is_regular_file(ignored)) {
        const auto bytes = FileBytes::read(entry->path());
        if (bytes && filter(std::string_view(path).substr(searched), bytes->text())) added_.insert(path);
      }
    }
  }

  bool is_unknown(const std::string& path, std::string_view name, const Suffixes& suffixes) const {
    if (name[0] == '#' || name[0] == '~') return false;  // editors' files, which dbt skips
    return std::ranges::any_of(suffixes, [&](std::string_view suffix) { return has_suffix(name, suffix); }) &&
           !known_.contains(path) && !ignore_.ignores(path);
  }

  const KnownFiles& known_;
  const fs::path& project_dir_;
  DbtIgnore ignore_;
  std::unordered_set<std::string> excluded_;
  std::unordered_set<std::string> added_;
};

// ---- All files ------------------------------------------------------------------------------------------------------

std::vector<FileState> compare_all(const std::vector<KnownFile>& files, const fs::path& project_dir) {
  std::vector<FileState> states(files.size());
  std::atomic<std::size_t> next = 0;
  const auto work = [&] {
    FileComparer comparer(project_dir);
    for (std::size_t i = next++; i < files.size(); i = next++) states[i] = comparer.compare(files[i]);
  };
  if (files.size() < kTwoThreads) {
    work();
    return states;
  }
  std::jthread helper(work);
  work();
  helper.join();
  return states;
}

FileChanges not_compared(std::string reason) {
  FileChanges changes;
  changes.not_compared = std::move(reason);
  return changes;
}

// "2 changed, 1 gone: models/a.sql, models/b.sql, models/c.sql".
std::string summary(const FileChanges& changes) {
  constexpr std::size_t kNamed = 3;
  std::string counts;
  std::vector<std::string_view> names;
  const auto add = [&](const std::vector<std::string>& paths, std::string_view word) {
    if (!paths.empty()) counts += fmt::format("{}{} {}", counts.empty() ? "" : ", ", paths.size(), word);
    names.insert(names.end(), paths.begin(), paths.end());
  };
  add(changes.changed, "changed");
  add(changes.added, "added");
  add(changes.gone, "gone");
  const std::size_t named = std::min(names.size(), kNamed);
  return fmt::format("{}: {}{}", counts, fmt::join(names.begin(), names.begin() + static_cast<long>(named), ", "),
                     names.size() > named ? ", …" : "");
}

}  // namespace

FileChanges compare_with_files(const Project& project, const Location& location) {
  if (!location.project_file) return not_compared("the project's folder is not known");
  const std::string& name = location.project_file->name;
  const std::string_view package = project.root_package().empty() ? name : project.root_package();
  if (package.empty()) return not_compared("the project's name is not known");
  if (!name.empty() && name != package) {
    return not_compared(fmt::format("the manifest is of the project {}, the files are of {}", package, name));
  }
  const KnownFiles known(project, package);
  const std::vector<FileState> states = compare_all(known.files(), location.project_dir);
  const auto count = [&](FileState state) { return static_cast<std::size_t>(std::ranges::count(states, state)); };
  const auto version = dbt_version_from(project.metadata().dbt_version);
  FileChanges changes;
  changes.compared = count(FileState::kSame) + count(FileState::kChanged);
  // The Rust engine's rules still move: where not one file fits, they are others than those known here.
  const bool known_rules = !version || version->major < 2 || count(FileState::kSame) != 0;
  std::size_t present = 0;
  for (std::size_t i = 0; i < states.size(); ++i) {
    const std::string& path = known.files()[i].path;
    if (states[i] == FileState::kGone) changes.gone.push_back(path);
    if (states[i] == FileState::kChanged && known_rules) changes.changed.push_back(path);
    if (states[i] != FileState::kGone && path != "dbt_project.yml") ++present;
  }
  if (present == 0 && !changes.gone.empty()) return not_compared("none of the manifest's files are there");
  changes.added = AddedFiles(known, location, version).paths();
  std::ranges::sort(changes.changed);
  std::ranges::sort(changes.added);
  std::ranges::sort(changes.gone);
  return changes;
}

Warning older_than_files_warning(const FileChanges& changes, const Location& location) {
  Warning warning{"manifest-older-than-files",
                  fmt::format("{} is older than the project's files: {}", location.manifest.string(), summary(changes)),
                  "run `dbt parse`, then try again",
                  {}};
  for (const std::string& path : changes.changed) warning.detail.push_back("changed " + path);
  for (const std::string& path : changes.added) warning.detail.push_back("added   " + path);
  for (const std::string& path : changes.gone) warning.detail.push_back("gone    " + path);
  return warning;
}

Error older_than_files_error(const FileChanges& changes, const Location& location) {
  return {ExitStatus::kInput,
          location.manifest.string(),
          {},
          "older than the project's files: " + summary(changes),
          "run `dbt parse`, then try again"};
}

}  // namespace plowline
