#include "output/freshness_report.h"

#include <algorithm>
#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <string_view>
#include <utility>

#include "diagnostic/json_output.h"

namespace plowline {
namespace {

using Json = nlohmann::ordered_json;

// Calls `take(file, change)` for each file of a project, by kind of change and then by path.
template <typename Take>
void each_change(const ProjectFreshness& project, Take take) {
  const auto all = [&](const std::vector<std::string>& paths, std::string_view change) {
    for (const std::string& path : paths) take((project.folder / path).lexically_normal().generic_string(), change);
  };
  all(project.changes.changed, "changed");
  all(project.changes.added, "added");
  all(project.changes.gone, "gone");
}

bool is_fresh(const ProjectFreshness& project) {
  return !project.changes.any();
}

}  // namespace

std::string freshness_text(const std::vector<ProjectFreshness>& projects) {
  std::string out;
  for (const ProjectFreshness& project : projects) {
    each_change(project, [&](const std::string& file, std::string_view change) {
      out += fmt::format("{}: {} since {} was written\n", printable(file), change, printable(project.manifest));
    });
  }
  return out;
}

std::string freshness_json(const std::vector<ProjectFreshness>& projects, const Warnings& warnings) {
  Json list = Json::array();
  for (const ProjectFreshness& project : projects) {
    Json files = Json::array();
    each_change(project, [&](const std::string& file, std::string_view change) {
      files.push_back({{"file", file}, {"change", change}});
    });
    list.push_back({{"name", project.name},
                    {"manifest", project.manifest},
                    {"fresh", is_fresh(project)},
                    {"files", std::move(files)}});
  }
  return document_text(Json{{"fresh", std::ranges::all_of(projects, is_fresh)},
                            {"projects", std::move(list)},
                            {"warnings", warnings_json(warnings)}});
}

}  // namespace plowline
