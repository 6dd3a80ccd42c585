#include "lint/fix_files.h"

#include <algorithm>
#include <filesystem>
#include <map>
#include <vector>

#include "diagnostic/error.h"

namespace plowline {
namespace {

namespace fs = std::filesystem;

// In a file's name, what stands for the name of the node and of the folder: no file's name has them.
constexpr std::string_view kNodeName("\0n", 2);
constexpr std::string_view kFolderName("\0f", 2);

std::string_view folder_of(std::string_view path) {
  const std::size_t slash = path.rfind('/');
  return slash == std::string_view::npos ? std::string_view() : path.substr(0, slash);
}

std::string_view name_of(std::string_view path) {
  return path.substr(path.rfind('/') + 1);  // (npos + 1 is 0)
}

std::string replaced(std::string text, std::string_view old, std::string_view by) {
  const std::size_t at = old.empty() ? std::string::npos : text.find(old);
  return at == std::string::npos ? text : text.replace(at, old.size(), by);
}

// How a property file is named, seen from a node that it describes.
std::string pattern_of(std::string_view file, std::string_view node_name) {
  const std::string_view name = name_of(file);
  const std::string_view stem = name.substr(0, name.rfind('.'));
  const std::string_view ending = name.substr(stem.size());
  if (stem == node_name) return std::string(kNodeName) + std::string(ending);
  return replaced(std::string(name), name_of(folder_of(file)), kFolderName);
}

struct Votes {
  std::map<std::string, std::size_t> files;     // of the folder, by path; a file named after its node by kNodeName
  std::map<std::string, std::size_t> patterns;  // of the whole project
};

Votes votes_of(const LintProject& project, const Places& places, NodeId id) {
  const NodeRecord& node = project.node(id);
  const std::string path = places.path_of(id);
  Votes votes;
  for (std::size_t i = 0; i < project.project().size(); ++i) {
    const auto other = static_cast<NodeId>(i);
    const NodeRecord& record = project.node(other);
    if (record.resource_type != node.resource_type || !project.is_own(other) || record.patch_path.empty()) continue;
    const std::string file = places.properties_path_of(other);
    const std::string pattern = pattern_of(file, record.name);
    ++votes.patterns[pattern];
    if (folder_of(file) != folder_of(path)) continue;
    ++votes.files[pattern.starts_with(kNodeName) ? pattern : file];
  }
  return votes;
}

std::string most(const std::map<std::string, std::size_t>& votes) {
  const auto best = std::ranges::max_element(votes, {}, [](const auto& vote) { return vote.second; });
  return best == votes.end() ? std::string() : best->first;
}

// The property files of a folder, sorted.
std::vector<std::string> property_files_in(const LintProject& project, std::string_view folder) {
  std::vector<std::string> files;
  std::error_code error;
  fs::directory_iterator entries(project.folder() / folder, error);
  for (; !error && entries != fs::directory_iterator(); entries.increment(error)) {
    const std::string name = entries->path().filename().generic_string();
    if (!name.ends_with(".yml") && !name.ends_with(".yaml")) continue;
    files.push_back(folder.empty() ? name : std::string(folder) + "/" + name);
  }
  std::ranges::sort(files);
  return files;
}

}  // namespace

std::string_view section_of(ResourceType type) {
  switch (type) {
    case ResourceType::kModel:
      return "models";
    case ResourceType::kSeed:
      return "seeds";
    case ResourceType::kSnapshot:
      return "snapshots";
    default:
      return {};
  }
}

OrReason<std::string> properties_file_for(const LintProject& project, Places& places, NodeId id) {
  const NodeRecord& node = project.node(id);
  const std::string path = places.path_of(id);
  if (places.files().file(path) == nullptr) return std::unexpected("its file cannot be read");
  const std::string folder(folder_of(path));
  for (const std::string& file : property_files_in(project, folder)) {
    SourceFile* read = places.files().file(file);
    if (read == nullptr || places.find_entry(node, read->properties()) == nullptr) continue;
    return std::unexpected(printable(file) +
                           " describes it although the manifest does not know: let dbt parse the project again");
  }
  const Votes votes = votes_of(project, places, id);
  std::string chosen = most(votes.files);
  if (!chosen.empty() && !chosen.starts_with(kNodeName)) return chosen;
  if (chosen.empty()) chosen = most(votes.patterns);
  if (chosen.empty()) chosen = "_" + std::string(section_of(node.resource_type)) + ".yml";
  chosen = replaced(std::move(chosen), kNodeName, node.name);
  chosen = replaced(std::move(chosen), kFolderName, name_of(folder));
  if (chosen.contains('/') || printable(chosen) != chosen) return std::unexpected("no file can have its name");
  return folder.empty() ? chosen : folder + "/" + chosen;
}

}  // namespace plowline
