#include "source/source_files.h"

#include <algorithm>
#include <system_error>
#include <utility>

#include "artifact/file.h"
#include "artifact/text_search.h"

namespace plowline {
namespace {

namespace fs = std::filesystem;

std::string with_slashes(std::string_view path) {
  std::string text(path);
  if (!text.contains('/')) std::ranges::replace(text, '\\', '/');
  return text;
}

// Whether a path with slashes stays below the folder that it is relative to.
bool stays_inside(std::string_view path) {
  if (path.empty() || path[0] == '/' || (path.size() > 1 && path[1] == ':')) return false;
  return !path.contains('\0') && path != ".." && !path.starts_with("../");
}

// Without `.` and `..` in it as far as that goes.
std::string plain(std::string path) {
  const bool is_plain = !path.contains("./") && !path.contains("//") && !path.ends_with('.') && !path.ends_with('/');
  if (is_plain) return path;
  std::string text = fs::path(path).lexically_normal().generic_string();
  while (text.ends_with('/') && text.size() > 1) text.pop_back();
  return text;
}

std::string with_plain_line_ends(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    const std::size_t at = text.find("\r\n");
    out.append(text.substr(0, at));
    if (at == std::string_view::npos) break;
    text.remove_prefix(at + 1);
  }
  return out;
}

fs::path full_path(const fs::path& path) {
  std::error_code error;
  fs::path out = fs::absolute(path.empty() ? fs::path(".") : path, error).lexically_normal();
  return error ? path : out;
}

// The project's folder for the user: relative to where he stands if it lies below, or if he named it so.
std::string folder_for_user(const fs::path& folder, const fs::path& working_directory) {
  const fs::path relative = full_path(folder).lexically_relative(full_path(working_directory));
  const bool below = !relative.empty() && *relative.begin() != "..";
  std::string text =
      (below || (folder.is_relative() && !relative.empty()) ? relative : full_path(folder)).generic_string();
  if (text == "." || text == "./") return "";
  return text.ends_with('/') ? text : text + "/";
}

}  // namespace

const PropertyFile& SourceFile::properties() {
  if (!properties_) properties_ = PropertyFile::read(text_);
  return *properties_;
}

const std::vector<JinjaBlock>& SourceFile::blocks() {
  if (!blocks_) blocks_ = jinja_blocks(text_);
  return *blocks_;
}

SourceFiles::SourceFiles(const Project& project, const Location& location, fs::path working_directory)
    : folders_{.root_package = project.root_package(), .folder = location.project_dir} {
  if (location.project_file) {
    const auto version = dbt_version_from(project.metadata().dbt_version);
    folders_.packages = with_slashes(folders_of(*location.project_file, version).packages);
  }
  if (folders_.folder.empty()) return;
  folders_.shown = folder_for_user(folders_.folder, working_directory);
  std::error_code error;
  folders_.real = fs::canonical(folders_.folder, error);
  if (error) folders_.real.clear();
}

std::string SourceFiles::path_of(std::string_view package, std::string_view original_file_path) const {
  std::string path = with_slashes(original_file_path);
  if (path.empty()) return path;
  if (stays_inside(path)) path = plain(std::move(path));
  if (!stays_inside(path) || package == folders_.root_package) return path;
  // A package's name is a folder's name; any other is not dbt's.
  if (package.empty() || package == "." || package == ".." || package.contains('/') || package.contains('\\'))
    return path;
  return plain(folders_.packages + "/" + std::string(package) + "/" + path);
}

std::string SourceFiles::path_of_patch(std::string_view package, std::string_view patch_path) const {
  const std::size_t scheme = patch_path.find("://");
  if (scheme == std::string_view::npos) return path_of(package, patch_path);
  return path_of(patch_path.substr(0, scheme), patch_path.substr(scheme + 3));
}

std::string SourceFiles::shown(std::string_view path) const {
  return stays_inside(path) ? folders_.shown + std::string(path) : std::string(path);
}

bool SourceFiles::leads_inside(const fs::path& folder) {
  const auto [known, is_new] = inside_.try_emplace(folder.native(), false);
  if (!is_new) return known->second;
  std::error_code error;
  const fs::path real = fs::canonical(folder, error);
  if (error) return false;
  const auto [end, rest] = std::ranges::mismatch(folders_.real, real);
  return known->second = end == folders_.real.end();
}

bool SourceFiles::may_read(const std::string& path) {
  if (!any() || !stays_inside(path)) return false;
  const fs::path full = folders_.folder / path;
  std::error_code error;
  const fs::file_type type = fs::symlink_status(full, error).type();
  if (type == fs::file_type::symlink) {
    const fs::path real = fs::canonical(full, error);
    if (error || !fs::is_regular_file(real, error) || !leads_inside(real.parent_path())) return false;
  } else if (type != fs::file_type::regular || !leads_inside(full.parent_path())) {
    return false;
  }
  const std::uintmax_t size = fs::file_size(full, error);
  return !error && size <= kLargest;
}

std::unique_ptr<SourceFile> SourceFiles::read(const std::string& path, std::string_view containing) {
  if (!may_read(path)) return nullptr;
  const auto bytes = FileBytes::read(folders_.folder / path);
  if (!bytes || !has_text(bytes->text(), containing)) return nullptr;
  return std::make_unique<SourceFile>(with_plain_line_ends(bytes->text()));
}

SourceFile* SourceFiles::file(const std::string& path) {
  if (!any()) return nullptr;
  const auto known = files_.find(path);
  if (known != files_.end()) return known->second.get();
  return files_.emplace(path, read(path, {})).first->second.get();
}

bool SourceFiles::contains(const std::string& path, std::string_view text) {
  const auto known = files_.find(path);
  if (known != files_.end()) return known->second != nullptr && has_text(known->second->text(), text);
  auto read_file = read(path, text);
  if (!read_file) return false;
  files_.emplace(path, std::move(read_file));
  return true;
}

}  // namespace plowline
