#include "artifact/locate.h"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <iterator>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

namespace plowline {
namespace {

namespace fs = std::filesystem;

constexpr const char* kProjectFile = "dbt_project.yml";
constexpr const char* kManifest = "manifest.json";
constexpr int kDepth = 2;                    // how many levels below the working directory are searched
constexpr std::size_t kMostFolders = 5'000;  // of them; a home directory must not make an error slow
constexpr std::size_t kMostCandidates = 10;  // named in a message

bool is_file(const fs::path& file) {
  std::error_code ignored;
  return fs::exists(file, ignored) && !fs::is_directory(file, ignored);
}

bool is_folder(const fs::path& folder) {
  std::error_code ignored;
  return fs::is_directory(folder, ignored);
}

// `folder / name`, without the `./` that a relative result would begin with.
fs::path in(const fs::path& folder, const fs::path& name) {
  return (folder / name).lexically_normal();
}

std::string shown(const fs::path& path) {
  return path.empty() ? "." : printable(path.generic_string());
}

// A path or text that somebody gave, and what they gave it with, for messages.
struct Given {
  fs::path path;
  std::string how;
};

std::optional<Given> from_environment(const Environment& environment, std::string_view what) {
  for (const std::string_view prefix : {"DBT_ENGINE_", "DBT_"}) {
    const std::string name = fmt::format("{}{}", prefix, what);
    if (const auto value = environment(name); value && !value->empty()) return Given{*value, name};
  }
  return std::nullopt;
}

// The working directory and every folder above it.
std::vector<fs::path> upward(const fs::path& working_directory) {
  std::error_code ignored;
  fs::path folder = fs::absolute(working_directory.empty() ? fs::path(".") : working_directory, ignored);
  folder = folder.lexically_normal();
  if (!folder.has_filename()) folder = folder.parent_path();  // what "x/." and "x/" become
  std::vector<fs::path> folders = {working_directory};
  while (folder.has_relative_path()) {
    folder = folder.parent_path();
    folders.push_back(folder);
  }
  return folders;
}

// What lies near, for messages.
class Neighbourhood {
 public:
  Neighbourhood(const fs::path& top, const Environment& environment) : top_(top), environment_(environment) {}

  // Lines for a next step; empty where nothing is near.
  std::string text() {
    search(top_, 1);
    std::ranges::sort(projects_);
    std::string out;
    for (std::size_t i = 0; i < std::min(projects_.size(), kMostCandidates); ++i) out += line(projects_[i]);
    if (projects_.size() > kMostCandidates) {
      out += fmt::format("\n    and {} more", projects_.size() - kMostCandidates);
    }
    if (!out.empty()) out = "\n  dbt projects near here:" + out;
    for (const fs::path& file : {in(top_, kManifest), in(in(top_, "target"), kManifest)}) {
      if (is_file(file)) out += fmt::format("\n  near here lies {}: --manifest reads it", shown(file));
    }
    return out;
  }

 private:
  void search(const fs::path& folder, int depth) {
    std::error_code error;
    for (fs::directory_iterator entry(folder.empty() ? fs::path(".") : folder,
                                      fs::directory_options::skip_permission_denied, error);
         !error && entry != fs::directory_iterator() && visited_ < kMostFolders; entry.increment(error)) {
      std::error_code ignored;
      const std::string name = entry->path().filename().string();
      if (entry->is_symlink(ignored) || !entry->is_directory(ignored) || is_uninteresting(name)) continue;
      ++visited_;
      const fs::path below = in(folder, name);
      if (is_file(below / kProjectFile)) projects_.push_back(below);
      if (depth < kDepth) search(below, depth + 1);
    }
  }

  static bool is_uninteresting(std::string_view name) {
    constexpr std::array kNames = {"dbt_packages", "dbt_modules", "node_modules", "target", "logs", "venv"};
    return name.starts_with('.') || std::ranges::find(kNames, name) != kNames.end();
  }

  std::string line(const fs::path& project) const {
    Warnings ignored;
    const auto file = read_dbt_project_file(project / kProjectFile, environment_, ignored);
    const fs::path target = file ? file->target_path.value_or("target") : "target";
    return fmt::format("\n    --project-dir {}{}", shown(project),
                       is_file(project / target / kManifest) ? "" : " (no manifest.json yet)");
  }

  fs::path top_;
  const Environment& environment_;
  std::vector<fs::path> projects_;
  std::size_t visited_ = 0;
};

class Locator {
 public:
  Locator(const LocateOptions& options, const Environment& environment, Warnings& warnings)
      : options_(options), environment_(environment), warnings_(warnings) {}

  Result<Location> locate() {
    if (!options_.manifest.empty() && !options_.target_path.empty()) {
      return usage_error("--manifest and --target-path both say where the manifest is", "give one of them");
    }
    auto found = options_.manifest.empty() ? by_project() : by_manifest();
    if (found && found->manifest != "-") {
      const fs::path folder = found->manifest.parent_path();
      found->catalog = folder / "catalog.json";
      found->run_results = folder / "run_results.json";
      found->sources = folder / "sources.json";
    }
    return found;
  }

 private:
  fs::path from_here(const fs::path& path) const {
    fs::path full = (options_.working_directory / path).lexically_normal();
    return full.has_filename() || !full.has_relative_path() ? full : full.parent_path();  // without a last slash
  }

  Result<Location> by_manifest() {
    Location location;
    location.manifest = options_.manifest == "-" ? options_.manifest : from_here(options_.manifest);
    if (auto usable = check_manifest(location.manifest); !usable) return std::unexpected(std::move(usable.error()));
    if (options_.project_dir.empty()) {
      project_around(location);
      return location;
    }
    auto project = project_folder();
    if (!project) return std::unexpected(std::move(project.error()));
    if (auto read = read_project(*std::move(project), location, warnings_); !read) {
      return std::unexpected(std::move(read.error()));
    }
    return location;
  }

  static Result<void> check_manifest(const fs::path& manifest) {
    if (manifest == "-") return {};
    if (is_folder(manifest)) {
      const fs::path inside = manifest / kManifest;
      return input_error(manifest.string(), {}, "is a folder, not a manifest.json",
                         is_file(inside) ? "name the file: --manifest " + shown(inside)
                                         : "name the manifest.json that dbt wrote into its target folder");
    }
    if (is_file(manifest)) return {};
    return input_error(manifest.string(), {}, "there is no such file",
                       "`dbt parse` writes manifest.json into the project's target folder");
  }

  // --manifest alone: the project above it, where the file lies in that project's target folder. A dbt_project.yml that
  // cannot be read is not needed here, and therefore no error.
  void project_around(Location& location) {
    if (location.manifest == "-") return;
    std::error_code ignored;
    const fs::path target = fs::absolute(location.manifest, ignored).lexically_normal().parent_path();
    const std::vector<fs::path> folders = upward(target);
    const auto project = std::ranges::find_if(folders, [](const fs::path& f) { return is_file(f / kProjectFile); });
    if (project == folders.end() || *project == target) return;
    Warnings warnings;
    Location around;
    if (!read_project(shorter(*project), around, warnings)) return;
    if (target != *project / "target" && target != in(*project, target_path(around).path)) return;
    std::ranges::move(warnings, std::back_inserter(warnings_));
    location.project_dir = std::move(around.project_dir);
    location.project_file = std::move(around.project_file);
  }

  // Relative where the path lies below the working directory.
  fs::path shorter(const fs::path& absolute) const {
    std::error_code ignored;
    const fs::path here = options_.working_directory.empty() ? fs::current_path(ignored) : fs::path();
    if (here.empty()) return absolute;
    fs::path relative = absolute.lexically_relative(here);
    return relative.empty() || *relative.begin() == ".." ? absolute : relative;
  }

  Result<Location> by_project() {
    Location location;
    auto project = project_folder();
    if (!project) return std::unexpected(std::move(project.error()));
    if (auto read = read_project(*std::move(project), location, warnings_); !read) {
      return std::unexpected(std::move(read.error()));
    }
    const Given target = target_path(location);
    location.manifest = in(in(location.project_dir, target.path), kManifest);
    if (is_file(location.manifest)) return location;
    return no_manifest(location, target);
  }

  std::unexpected<Error> no_manifest(const Location& location, const Given& target) const {
    const fs::path& project = location.project_dir;
    std::string next_step = project == "." ? "run `dbt parse`" : "run `dbt parse` in " + shown(project);
    next_step += ", or name the file with --manifest";
    const fs::path from_here_too = in(from_here(target.path), kManifest);
    if (from_here_too != location.manifest && is_file(from_here_too)) {
      next_step +=
          fmt::format("\n  {} exists, but a target path is relative to the project's folder", shown(from_here_too));
    }
    return input_error(location.manifest.string(), {},
                       fmt::format("there is no manifest.json (the target folder is {} {})",
                                   shown(in(project, target.path)), target.how),
                       next_step + near(project));
  }

  Result<fs::path> project_folder() const {
    if (!options_.project_dir.empty()) return checked({from_here(options_.project_dir), "--project-dir"});
    if (auto given = from_environment(environment_, "PROJECT_DIR")) {
      return checked({from_here(given->path), std::move(given->how)});
    }
    const std::vector<fs::path> folders = upward(options_.working_directory);
    const auto nearest = std::ranges::find_if(folders, [](const fs::path& f) { return is_file(f / kProjectFile); });
    if (nearest != folders.end()) return nearest->empty() ? fs::path(".") : *nearest;
    std::error_code ignored;
    std::string looked;
    for (const fs::path& folder : folders) {
      looked += (looked.empty() ? "" : ", ") + (folder.empty() ? fs::current_path(ignored) : folder).generic_string();
    }
    return input_error("", {}, "there is no dbt_project.yml in " + looked,
                       "run this inside a dbt project, or name one with --project-dir, or a manifest.json with "
                       "--manifest" +
                           near({}));
  }

  Result<fs::path> checked(const Given& project) const {
    if (is_file(project.path / kProjectFile)) return project.path;
    return usage_error(
        fmt::format("{}: {} {}", project.how, project.path.generic_string(),
                    is_folder(project.path) ? "holds no dbt_project.yml" : "is not a folder"),
        "name the folder that holds dbt_project.yml" + near(is_folder(project.path) ? project.path : fs::path()));
  }

  Result<void> read_project(fs::path folder, Location& location, Warnings& warnings) const {
    auto file = read_dbt_project_file(in(folder, kProjectFile), environment_, warnings);
    if (!file) return std::unexpected(std::move(file.error()));
    location.project_dir = std::move(folder);
    location.project_file = std::move(*file);
    return {};
  }

  Given target_path(const Location& location) const {
    if (!options_.target_path.empty()) return {options_.target_path, "by --target-path"};
    if (auto given = from_environment(environment_, "TARGET_PATH")) return Given{given->path, "by " + given->how};
    const auto& written = location.project_file->target_path;
    return written ? Given{*written, "by dbt_project.yml"} : Given{"target", "by default"};
  }

  // The projects below `folder`, and below the working directory where that is another one.
  std::string near(const fs::path& folder) const {
    const fs::path here = options_.working_directory;
    std::string text = Neighbourhood(here, environment_).text();
    if (text.empty() && !folder.empty()) text = Neighbourhood(folder, environment_).text();
    return text;
  }

  const LocateOptions& options_;
  const Environment& environment_;
  Warnings& warnings_;
};

}  // namespace

Result<Location> locate(const LocateOptions& options, const Environment& environment, Warnings& warnings) {
  return Locator(options, environment, warnings).locate();
}

}  // namespace plowline
