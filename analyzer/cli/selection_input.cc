#include "cli/selection_input.h"

#include <filesystem>
#include <system_error>
#include <utility>

namespace plowline {
namespace {

namespace fs = std::filesystem;

// Whether selectors.yml says more than the manifest: it was written later, or the manifest has none.
Result<bool> is_newer(const fs::path& selectors_yml, const LoadedProject& loaded) {
  const auto selectors = loaded.project.selectors();
  if (!selectors) return std::unexpected(selectors.error());
  if (selectors->members().empty()) return true;
  std::error_code error;
  const auto written = fs::last_write_time(selectors_yml, error);
  const auto manifest = fs::last_write_time(loaded.location.manifest, error);
  return !error && written > manifest;
}

Result<std::optional<SelectionInputs::SelectorsFile>> selectors_file(const LoadedProject& loaded) {
  const fs::path file = loaded.location.project_dir / "selectors.yml";
  std::error_code error;
  if (loaded.location.project_dir.empty() || !fs::is_regular_file(file, error)) return std::nullopt;
  const auto newer = is_newer(file, loaded);
  if (!newer) return std::unexpected(newer.error());
  if (!*newer) return std::nullopt;
  const auto bytes = FileBytes::read(file);
  if (!bytes) return std::unexpected(bytes.error());
  return SelectionInputs::SelectorsFile{bytes->name(), std::string(bytes->text())};
}

}  // namespace

std::vector<Flag> flags_of(SelectionFlags& flags) {
  return {
      {.names = {"--select", "-s"},
       .description = "nodes to select, in dbt's selection language",
       .kind = ValueKind::kText,
       .value_name = "SELECTOR",
       .repeatable = true,
       .target = &flags.select},
      {.names = {"--exclude"},
       .description = "nodes to leave out",
       .kind = ValueKind::kText,
       .value_name = "SELECTOR",
       .repeatable = true,
       .target = &flags.exclude},
      {.names = {"--selector"},
       .description = "a YAML selector of the project",
       .kind = ValueKind::kText,
       .value_name = "NAME",
       .target = &flags.selector},
      {.names = {"--indirect-selection"},
       .description = "which tests come along with the nodes they test",
       .kind = ValueKind::kChoice,
       .value_name = "MODE",
       .choices = {"eager", "cautious", "buildable", "empty"},
       .default_value = "eager",
       .environment = "DBT_INDIRECT_SELECTION",
       .target = &flags.indirect_selection},
      {.names = {"--state"},
       .description = "a folder with the artifacts of an earlier run, for state:, result: and source_status:",
       .kind = ValueKind::kDirectory,
       .value_name = "DIR",
       .environment = "DBT_STATE",
       .target = &flags.state},
  };
}

Result<SelectionRequest> request_of(const SelectionFlags& flags) {
  SelectionRequest request;
  request.select = flags.select;
  request.exclude = flags.exclude;
  request.selector = flags.selector;
  const std::string mode = flags.indirect_selection.empty()
                               ? process_environment()("DBT_INDIRECT_SELECTION").value_or("")
                               : flags.indirect_selection;
  if (mode.empty()) return request;
  auto indirect = indirect_selection_from(mode);
  if (!indirect) return std::unexpected(std::move(indirect.error()));
  request.indirect = *indirect;
  return request;
}

Result<std::unique_ptr<OpenSelector>> OpenSelector::open(const LoadedProject& loaded, const SelectionFlags& flags,
                                                         Warnings& warnings) {
  std::unique_ptr<OpenSelector> open(new OpenSelector);
  SelectionInputs inputs;
  inputs.project_folder = loaded.location.project_dir;
  auto selectors = selectors_file(loaded);
  if (!selectors) return std::unexpected(std::move(selectors.error()));
  inputs.selectors_yml = std::move(*selectors);
  const std::string state_dir = flags.state.empty() ? process_environment()("DBT_STATE").value_or("") : flags.state;
  if (!state_dir.empty()) {
    // dbt takes a relative folder from the project's.
    fs::path folder = state_dir;
    std::error_code error;
    if (folder.is_relative() && !fs::is_directory(folder, error)) folder = loaded.location.project_dir / folder;
    auto artifacts = read_state(folder, loaded.location.sources, warnings);
    if (!artifacts) return std::unexpected(std::move(artifacts.error()));
    open->artifacts_ = std::move(*artifacts);
    open->state_ = std::make_unique<ManifestState>(loaded.project, *open->artifacts_, warnings);
    inputs.previous = open->state_.get();
  }
  open->selector_ = std::make_unique<Selector>(loaded.project, std::move(inputs));
  return open;
}

}  // namespace plowline
