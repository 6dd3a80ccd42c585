#include "lint/config_init.h"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <optional>
#include <system_error>
#include <utility>

#include "source/project_yaml.h"

namespace plowline {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kProjectFile = "dbt_project.yml";
// Below the working directory.
constexpr int kLevels = 3;
constexpr std::size_t kMostFolders = 10'000;

constexpr std::array<std::string_view, 6> kStateFolders{"production",           "prod",           "prod-artifacts",
                                                        "production-artifacts", "prod_artifacts", "state"};
// Folders that hold other people's projects, or none.
constexpr std::array<std::string_view, 7> kNotOurs{
    "dbt_packages", "dbt_modules", "dbt_internal_packages", "target", "node_modules", "site-packages", "venv"};

bool is_file(const fs::path& path) {
  std::error_code ignored;
  return fs::is_regular_file(path, ignored);
}

// The folders in `folder`, by name, sorted; links are not followed.
std::vector<std::string> folders_in(const fs::path& folder) {
  std::vector<std::string> names;
  std::error_code failed;
  for (fs::directory_iterator at(folder.empty() ? fs::path(".") : folder, failed), end; !failed && at != end;
       at.increment(failed)) {
    std::error_code ignored;
    if (at->is_directory(ignored) && !at->is_symlink(ignored)) names.push_back(at->path().filename().string());
  }
  std::ranges::sort(names);
  return names;
}

// What can stand in a selector and in YAML as it is.
bool is_plain_name(std::string_view name) {
  return !name.empty() && std::ranges::all_of(name, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
  });
}

bool asks_for_snowplow(const fs::path& project, const std::string& packages_folder) {
  const auto named = [](std::string_view name) { return name.find("snowplow") != std::string_view::npos; };
  return std::ranges::any_of(ProjectYaml::read(project).required_packages(),
                             [&](const RequiredPackage& package) { return named(package.source); }) ||
         std::ranges::any_of(folders_in(project / packages_folder), named);
}

class ProjectSearch {
 public:
  ProjectSearch(const Environment& environment, Warnings& warnings) : environment_(environment), warnings_(warnings) {}

  Result<SeenProjects> search(const fs::path& start) {
    SeenProjects seen;
    if (const auto around = folder_around(start)) {
      seen.folder = *around;
      if (auto project = look_at(seen.folder, {}); !add(seen, std::move(project))) return std::unexpected(*error_);
      return seen;
    }
    seen.folder = start;
    for (const fs::path& path : below(start, {}, kLevels)) {
      if (auto project = look_at(seen.folder, path); !add(seen, std::move(project))) return std::unexpected(*error_);
    }
    if (!seen.projects.empty()) return seen;
    std::error_code ignored;
    return input_error("", {},
                       fmt::format("there is no {} in {}, above it or {} levels below it", kProjectFile,
                                   (start.empty() ? fs::current_path(ignored) : start).generic_string(), kLevels),
                       "run this inside a dbt project, or in the folder that holds your projects");
  }

 private:
  // The nearest folder upward with a project, shown from where the user is.
  static std::optional<fs::path> folder_around(const fs::path& start) {
    std::error_code failed;
    fs::path real = fs::canonical(start.empty() ? fs::path(".") : start, failed);
    if (failed) return std::nullopt;
    for (fs::path shown = start;; shown = shown / "..") {
      if (is_file(real / kProjectFile)) return start.is_absolute() ? real : shown;
      std::error_code ignored;
      if (fs::exists(real / ".git", ignored) || real == real.parent_path()) return std::nullopt;
      real = real.parent_path();
    }
  }

  // Projects below `folder / path`, as paths from `folder`. Inside a project no other is looked for.
  std::vector<fs::path> below(const fs::path& folder, const fs::path& path, int levels) {
    std::vector<fs::path> found;
    if (levels == 0) return found;
    for (const std::string& name : folders_in(folder / path)) {
      if (name.starts_with('.') || std::ranges::find(kNotOurs, name) != kNotOurs.end()) continue;
      if (++folders_ > kMostFolders) return found;
      if (is_file(folder / path / name / kProjectFile)) {
        found.push_back(path / name);
        continue;
      }
      std::ranges::move(below(folder, path / name, levels - 1), std::back_inserter(found));
    }
    return found;
  }

  Result<SeenProject> look_at(const fs::path& folder, const fs::path& path) {
    const fs::path project = folder / path;
    const auto file = read_dbt_project_file(project / kProjectFile, environment_, warnings_);
    if (!file) return std::unexpected(file.error());
    const ProjectFolders folders = folders_of(*file, std::nullopt);
    SeenProject seen{.path = path, .name = file->name, .snowplow = asks_for_snowplow(project, folders.packages)};
    seen.state = state_of(folder, path);
    for (const std::string& models : folders.models) {
      for (const std::string& layer : folders_in(project / models)) {
        if (is_plain_name(models) && is_plain_name(layer)) seen.layers.push_back(models + "/" + layer);
      }
    }
    std::ranges::sort(seen.layers);
    return seen;
  }

  // In the project, or for several projects beside them: `prod-artifacts/shop`.
  static fs::path state_of(const fs::path& folder, const fs::path& path) {
    for (const std::string_view name : kStateFolders) {
      if (is_file(folder / path / name / "manifest.json")) return path / name;
      if (!path.empty() && is_file(folder / name / path / "manifest.json")) return name / path;
    }
    return {};
  }

  bool add(SeenProjects& seen, Result<SeenProject> project) {
    if (project) {
      seen.projects.push_back(*std::move(project));
    } else {
      error_ = std::move(project.error());
    }
    return !error_;
  }

  const Environment& environment_;
  Warnings& warnings_;
  std::size_t folders_ = 0;
  std::optional<Error> error_;
};

}  // namespace

Result<SeenProjects> look_for_projects(const fs::path& start, const Environment& environment, Warnings& warnings) {
  return ProjectSearch(environment, warnings).search(start);
}

}  // namespace plowline
