#include "cli/lint_input.h"

#include <algorithm>
#include <fmt/format.h>
#include <iterator>
#include <system_error>
#include <utility>

#include "query/sql_rule.h"

namespace plowline {
namespace {

namespace fs = std::filesystem;

// Whether the snowplow preset is on by default: a Snowplow package is installed, or the macros that home-made ones use.
bool has_snowplow(const Project& project) {
  const auto is_snowplow = [](const auto& record) { return record.package_name.starts_with("snowplow_"); };
  if (std::ranges::any_of(project.macros(), is_snowplow)) return true;
  for (std::uint32_t i = 0; i < project.size(); ++i) {
    if (project.type(NodeId{i}) == ResourceType::kModel && is_snowplow(project.node(NodeId{i}))) return true;
  }
  return false;
}

bool needs(const LintInputFlags& flags, const std::vector<RuleChoice>& rules, unsigned what) {
  if ((flags.needs & what) != 0) return true;
  return std::ranges::any_of(rules, [&](const RuleChoice& choice) { return (choice.rule->info().needs & what) != 0; });
}

// The file that is named, else the one at its usual place where it exists; empty for none.
fs::path named_or_usual(const fs::path& named, const fs::path& usual) {
  if (!named.empty()) return named;
  std::error_code error;
  return !usual.empty() && fs::is_regular_file(usual, error) ? usual : fs::path();
}

Result<std::optional<Catalog>> optional_catalog(const fs::path& file, Warnings& warnings) {
  if (file.empty()) return std::nullopt;
  auto catalog = read_catalog(file, warnings);
  if (!catalog) return std::unexpected(std::move(catalog.error()));
  return std::optional(std::move(*catalog));
}

// The flags for one project of the configuration: what the command line says, else what the entry (or the file) does.
struct ProjectPaths {
  ProjectFlags project;
  SelectionFlags selection;
  fs::path catalog;
  fs::path state_catalog;
};

ProjectPaths paths_of(const LintInputFlags& flags, const LintConfig& config, const ProjectEntry* entry) {
  ProjectPaths paths{flags.project, flags.selection, flags.catalog, flags.state_catalog};
  const auto take = [](auto& path, const fs::path& configured) {
    if (path.empty()) path = configured.string();
  };
  take(paths.selection.state, entry != nullptr ? entry->state : config.state);
  take(paths.catalog, entry != nullptr ? entry->catalog : config.catalog);
  take(paths.state_catalog, entry != nullptr ? entry->state_catalog : config.state_catalog);
  if (entry == nullptr) return paths;
  paths.project.project_dir = entry->path.string();
  paths.project.manifest = entry->manifest.string();
  paths.project.target_path = entry->target_path.string();
  return paths;
}

Result<void> read_artifacts(const LintInputFlags& flags, OpenLint& lint, const ProjectPaths& paths,
                            Warnings& warnings) {
  const Location& location = lint.open->location();
  if (needs(flags, lint.rules, kNeedsCatalog | kNeedsStateCatalog | kUsesCatalog) || !paths.catalog.empty()) {
    auto catalog = optional_catalog(named_or_usual(paths.catalog, location.catalog), warnings);
    if (!catalog) return std::unexpected(std::move(catalog.error()));
    lint.catalog = std::move(*catalog);
  }
  const fs::path state = state_folder(paths.selection, location);
  if (!state.empty() && (needs(flags, lint.rules, kNeedsState | kNeedsStateCatalog) || !paths.state_catalog.empty())) {
    auto catalog = optional_catalog(named_or_usual(paths.state_catalog, state / "catalog.json"), warnings);
    if (!catalog) return std::unexpected(std::move(catalog.error()));
    lint.state_catalog = std::move(*catalog);
  }
  if (needs(flags, lint.rules, kNeedsRunResults)) {
    if (const fs::path file = named_or_usual({}, location.run_results); !file.empty()) {
      auto results = read_results(file);
      if (!results) return std::unexpected(std::move(results.error()));
      lint.run_results = std::move(*results);
    }
  }
  return {};
}

template <typename T>
const T* pointer_to(const std::optional<T>& value) {
  return value ? &*value : nullptr;
}

void make_lint_projects(OpenLint& lint, const ProjectPaths& paths, const LintConfig& config) {
  const StateArtifacts* state = lint.open->state();
  if (state != nullptr && state->manifest) {
    lint.state_location.manifest = state_folder(paths.selection, lint.open->location()) / "manifest.json";
    lint.state = std::make_unique<LintProject>(LintInputs{.project = &*state->manifest,
                                                          .location = &lint.state_location,
                                                          .catalog = pointer_to(lint.state_catalog),
                                                          .run_results = pointer_to(state->run_results),
                                                          .layers = &config.layers});
  }
  lint.project = std::make_unique<LintProject>(LintInputs{.project = &lint.open->project(),
                                                          .location = &lint.open->location(),
                                                          .catalog = pointer_to(lint.catalog),
                                                          .run_results = pointer_to(lint.run_results),
                                                          .layers = &config.layers,
                                                          .state = lint.state.get()});
}

Result<OpenLint*> open_project(const LintInputFlags& flags, const LintConfig& config, const ProjectEntry* entry,
                               Warnings& warnings) {
  const ProjectPaths paths = paths_of(flags, config, entry);
  auto lint = std::make_unique<OpenLint>();
  auto open = OpenSelector::open(paths.project, paths.selection, warnings);
  if (!open) return std::unexpected(std::move(open.error()));
  lint->open = *open;
  lint->entry = entry;
  lint->rule_set = config.rule_set;
  if (flags.with_rules) {
    auto rules = choose_rules(config, entry, has_snowplow(lint->open->project()), flags.rules);
    if (!rules) return std::unexpected(std::move(rules.error()));
    lint->rules = std::move(*rules);
  }
  if (auto read = read_artifacts(flags, *lint, paths, warnings); !read) return std::unexpected(std::move(read.error()));
  make_lint_projects(*lint, paths, config);
  return lint.release();
}

}  // namespace

std::vector<Flag> flags_of(LintInputFlags& flags) {
  std::vector<Flag> all{
      {.names = {"--config"},
       .description = "the configuration to use; default: the nearest plowline.yml upward",
       .kind = ValueKind::kFile,
       .value_name = "FILE",
       .target = &flags.config},
      {.names = {"--rule"},
       .description = "run only this rule, or a subject's rules, whatever the configuration switches on",
       .kind = ValueKind::kText,
       .value_name = "NAME",
       .repeatable = true,
       .target = &flags.rules},
      {.names = {"--catalog"},
       .description = "the catalog.json to compare with; default: the one beside the manifest",
       .kind = ValueKind::kFile,
       .value_name = "FILE",
       .target = &flags.catalog},
      {.names = {"--state-catalog"},
       .description = "the catalog.json of the earlier state; default: the one in its folder",
       .kind = ValueKind::kFile,
       .value_name = "FILE",
       .target = &flags.state_catalog},
  };
  std::ranges::move(flags_of(flags.project), std::back_inserter(all));
  std::ranges::move(flags_of(flags.selection), std::back_inserter(all));
  return all;
}

void warn_of_failed(const std::vector<FailedRule>& failed, Warnings& warnings) {
  for (const FailedRule& one : failed) {
    warnings.push_back({.code = "rule-failed",
                        .message = fmt::format("the rule {} cannot be run, so its findings are missing: {}", one.rule,
                                               one.error.reason),
                        .next_step = "'plowline lint' shows where it is wrong",
                        .detail = {}});
  }
}

Result<LintConfig> lint_config(const LintInputFlags& flags) {
  if (!flags.config.empty()) return read_lint_config(flags.config, read_sql_rules);
  const auto found = find_lint_config();
  if (!found) return std::unexpected(found.error());
  return *found ? read_lint_config(**found, read_sql_rules) : LintConfig();
}

Result<std::vector<OpenLint*>> open_projects(const LintInputFlags& flags, const LintConfig& config,
                                             Warnings& warnings) {
  std::vector<OpenLint*> projects;
  const bool names_project = !flags.project.manifest.empty() || !flags.project.project_dir.empty();
  if (config.projects.empty() || names_project) {
    auto project = open_project(flags, config, nullptr, warnings);
    if (!project) return std::unexpected(std::move(project.error()));
    projects.push_back(*project);
    return projects;
  }
  for (const ProjectEntry& entry : config.projects) {
    auto project = open_project(flags, config, &entry, warnings);
    if (!project) return std::unexpected(std::move(project.error()));
    projects.push_back(*project);
  }
  return projects;
}

}  // namespace plowline
