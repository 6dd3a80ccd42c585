#include <algorithm>
#include <array>
#include <filesystem>
#include <fmt/format.h>
#include <iterator>
#include <memory>
#include <optional>
#include <set>
#include <utility>

#include "artifact/manifest.h"
#include "cli/commands.h"
#include "cli/configured_projects.h"
#include "cli/console.h"
#include "cli/git_files.h"
#include "cli/print.h"
#include "lint/changed.h"
#include "output/freshness_report.h"
#include "project/freshness.h"

namespace plowline {
namespace {

namespace fs = std::filesystem;

struct FreshFlags {
  ProjectFlags project;
  std::string config;
  std::string format = "text";
  std::vector<std::string> files;  // positional
  bool staged = false;
};

// dbt makes something of files with these endings and of no others.
bool is_of_a_kind_that_dbt_reads(const fs::path& file) {
  constexpr std::array<std::string_view, 6> kEndings{".sql", ".py", ".csv", ".yml", ".yaml", ".md"};
  return std::ranges::find(kEndings, file.extension().string()) != kEndings.end();
}

// The files that count; nothing where all of them do.
Result<std::optional<std::vector<fs::path>>> counted_files(const FreshFlags& flags) {
  if (flags.files.empty() && !flags.staged) return std::nullopt;
  std::vector<fs::path> files(flags.files.begin(), flags.files.end());
  if (flags.staged) {
    auto staged = files_staged(flags.project.project_dir);
    if (!staged) return std::unexpected(std::move(staged.error()));
    std::ranges::move(*staged, std::back_inserter(files));
  }
  std::erase_if(files, [](const fs::path& file) { return !is_of_a_kind_that_dbt_reads(file); });
  return std::optional(std::move(files));
}

void keep_only(const std::set<std::string>& files, FileChanges& changes) {
  for (auto* paths : {&changes.changed, &changes.added, &changes.gone}) {
    std::erase_if(*paths, [&](const std::string& path) { return !files.contains(path); });
  }
}

// Nothing where none of the files that count is the project's. A project whose folder is known from the flags is then
// not even looked for: its manifest need not be there.
Result<std::optional<ProjectFreshness>> freshness_of(const ProjectFlags& flags,
                                                     const std::optional<std::vector<fs::path>>& files,
                                                     Warnings& warnings) {
  if (files && (files->empty() || (!flags.project_dir.empty() && files_below(flags.project_dir, *files).empty()))) {
    return std::nullopt;
  }
  auto location = locate_project(flags, warnings);
  if (!location) return std::unexpected(std::move(location.error()));
  const fs::path& folder = location->project_dir;
  if (files && !folder.empty() && files_below(folder, *files).empty()) return std::nullopt;
  auto manifest = read_manifest(location->manifest, warnings);
  if (!manifest) return std::unexpected(std::move(manifest.error()));
  const auto project = Project::build(std::move(*manifest), warnings);
  if (!project) return std::unexpected(project.error());
  FileChanges changes = compare_with_files(*project, *location);
  if (!changes.not_compared.empty()) {
    return input_error(location->manifest.string(), {},
                       "cannot be compared with the project's files: " + changes.not_compared,
                       "run it in the project's folder, or name that: --project-dir DIR");
  }
  if (files) keep_only(files_below(folder, *files), changes);
  return std::optional(ProjectFreshness{std::string(project->root_package()), from_here(location->manifest).string(),
                                        from_here(folder), std::move(changes)});
}

Result<std::vector<ProjectFreshness>> freshness_of_all(const FreshFlags& flags, Warnings& warnings) {
  const auto files = counted_files(flags);
  if (!files) return std::unexpected(files.error());
  const auto projects = configured_projects(flags.project, flags.config);
  if (!projects) return std::unexpected(projects.error());
  std::vector<ProjectFreshness> all;
  for (const ConfiguredProject& project : *projects) {
    auto freshness = freshness_of(project.flags, *files, warnings);
    if (!freshness) return std::unexpected(std::move(freshness.error()));
    if (*freshness) all.push_back(std::move(**freshness));
  }
  return all;
}

Result<ExitStatus> run_fresh(const FreshFlags& flags) {
  Warnings warnings;
  const auto projects = freshness_of_all(flags, warnings);
  print_warnings(warnings);
  if (!projects) return std::unexpected(projects.error());
  const std::string text = flags.format == "json" ? freshness_json(*projects, warnings) : freshness_text(*projects);
  if (auto printed = print_result(text); !printed) return std::unexpected(printed.error());
  bool stale = false;
  for (const ProjectFreshness& project : *projects) {
    if (!project.changes.any()) continue;
    stale = true;
    const std::string folder = project.folder.generic_string();
    const bool is_here = folder.empty() || folder == ".";
    print_info(printable(fmt::format("run `dbt parse`{}, then try again", is_here ? "" : " in " + folder)));
  }
  return stale ? ExitStatus::kFindings : ExitStatus::kOk;
}

std::vector<Flag> fresh_flags(FreshFlags& flags) {
  std::vector<Flag> all{
      {.names = {"--format"},
       .description = "one line per file, or a JSON document",
       .kind = ValueKind::kChoice,
       .value_name = "FORMAT",
       .choices = {"text", "json"},
       .default_value = "text",
       .target = &flags.format},
      {.names = {"--staged"},
       .description = "look at the files that git has staged, deleted ones too",
       .target = &flags.staged},
      config_flag(flags.config),
  };
  std::ranges::move(flags_of(flags.project), std::back_inserter(all));
  std::erase_if(all, [](const Flag& flag) { return flag.names.front() == "--require-fresh"; });  // it always is
  return all;
}

}  // namespace

CommandLine fresh_command() {
  auto flags = std::make_shared<FreshFlags>();
  CommandLine command{.name = "fresh", .description = "tell whether the manifest is older than the project's files"};
  command.about =
      "Compares the checksums in the manifest with the files: SQL, Python, seeds, macros and dbt_project.yml by their "
      "content, other YAML and Markdown by whether they are still there. Lists each file that changed, was added or is "
      "gone. Exit status: 0 fresh, 1 older than a file, 3 nothing can be compared.";
  command.flags = fresh_flags(*flags);
  command.positionals = {{.name = "FILE",
                          .description = "look at these files only; what means nothing to dbt is passed over",
                          .kind = ValueKind::kFile,
                          .repeated = true,
                          .target = &flags->files}};
  command.examples = {{"plowline fresh", "the whole project"},
                      {"plowline fresh models/orders.sql models/orders.yml", "as a pre-commit hook passes files"},
                      {"plowline fresh --staged", "what the next commit changes"}};
  command.run = [flags](const CommandLine&) { return run_fresh(*flags); };
  return command;
}

}  // namespace plowline
