#include "rules/properties/file_paths.h"

#include <algorithm>

#include "project/ls_lookup.h"

namespace plowline {
namespace {

bool is_slash(char c) {
  return c == '/' || c == '\\';
}

}  // namespace

std::string folder_of(std::string_view path) {
  std::string folder = with_slashes(path);
  const std::size_t end = folder.rfind('/');
  folder.resize(end == std::string::npos ? 0 : end);
  return folder;
}

std::string file_name_of(std::string_view path) {
  const std::size_t before = path.find_last_of("/\\");
  return std::string(before == std::string_view::npos ? path : path.substr(before + 1));
}

std::string_view without_ending(std::string_view file_name) {
  const std::size_t dot = file_name.rfind('.');
  return dot == std::string_view::npos || dot == 0 ? file_name : file_name.substr(0, dot);
}

std::vector<std::string> folders_in(std::string_view folder) {
  std::vector<std::string> folders;
  while (!folder.empty()) {
    const std::size_t end = folder.find('/');
    if (end != 0) folders.emplace_back(folder.substr(0, end));
    if (end == std::string_view::npos) break;
    folder.remove_prefix(end + 1);
  }
  return folders;
}

PropertiesPath properties_path(std::string_view patch_path) {
  const std::size_t mark = patch_path.find("://");
  if (mark == std::string_view::npos) return {"", with_slashes(patch_path)};
  return {std::string(patch_path.substr(0, mark)), with_slashes(patch_path.substr(mark + 3))};
}

std::string_view bare_folder(std::string_view folder) {
  if (folder == ".") return {};
  if (folder.size() >= 2 && folder[0] == '.' && is_slash(folder[1])) folder.remove_prefix(2);
  while (!folder.empty() && is_slash(folder.back())) folder.remove_suffix(1);
  return folder;
}

bool lies_below(std::string_view original_file_path, std::string_view folder) {
  const auto same = [](char a, char b) { return a == b || (is_slash(a) && is_slash(b)); };
  folder = bare_folder(folder);
  if (folder.empty()) return true;
  return original_file_path.size() > folder.size() && is_slash(original_file_path[folder.size()]) &&
         std::ranges::equal(original_file_path.substr(0, folder.size()), folder, same);
}

bool like_part_of(std::string_view folder, std::string_view name) {
  const auto same = [](char in_folder, char in_name) { return in_name == '_' || in_folder == in_name; };
  return std::search(folder.begin(), folder.end(), name.begin(), name.end(), same) != folder.end() || name.empty();
}

}  // namespace plowline
