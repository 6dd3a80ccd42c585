#include "rules/properties/folder_names.h"

#include <fmt/format.h>
#include <vector>

#include "rules/properties/file_paths.h"

namespace plowline {
namespace {

std::string short_name(const std::string& folder) {
  if (folder == "staging") return "stg";
  if (folder == "intermediate") return "int";
  return folder == "marts" ? "" : folder;
}

// `stg_crm` of `models/staging/crm`.
std::string short_path(std::string_view folder) {
  const std::vector<std::string> folders = folders_in(folder);
  std::string path;
  for (std::size_t i = 1; i < folders.size(); ++i) {
    const std::string part = short_name(folders[i]);
    if (!part.empty()) path += (path.empty() ? "" : "_") + part;
  }
  return path;
}

}  // namespace

bool is_name_by_folder(std::string_view file_name, std::string_view folder, std::string_view subject) {
  const std::string_view ending = file_name.ends_with(".yaml") ? ".yaml" : ".yml";
  const std::string tail = fmt::format("__{}{}", subject, ending);
  if (!file_name.starts_with('_') || !file_name.ends_with(tail)) return false;
  const std::vector<std::string> folders = folders_in(folder);
  const std::string last = folders.size() < 2 ? "" : folders.back();
  return file_name.find(short_path(folder)) != std::string_view::npos ||
         file_name.substr(1).starts_with(last + std::string(tail));
}

std::string name_by_folder(std::string_view folder, std::string_view subject) {
  const std::vector<std::string> folders = folders_in(folder);
  std::string path = short_path(folder);
  if (path.empty()) path = folders.empty() ? "project" : folders.back();
  return fmt::format("_{}__{}.yml", path, subject);
}

}  // namespace plowline
