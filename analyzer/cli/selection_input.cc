#include "cli/selection_input.h"

#include <algorithm>
#include <filesystem>
#include <future>
#include <iterator>
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
  const fs::path file = (loaded.location.project_dir / "selectors.yml").lexically_normal();
  std::error_code error;
  if (loaded.location.project_dir.empty() || !fs::is_regular_file(file, error)) return std::nullopt;
  const auto newer = is_newer(file, loaded);
  if (!newer) return std::unexpected(newer.error());
  if (!*newer) return std::nullopt;
  const auto bytes = FileBytes::read(file);
  if (!bytes) return std::unexpected(bytes.error());
  return SelectionInputs::SelectorsFile{bytes->name(), std::string(bytes->text())};
}

// An earlier state that is read on a thread of its own from the moment this object is made.
class StateReading {
 public:
  // An empty `folder`: nothing is read.
  StateReading(fs::path folder, fs::path current_sources) {
    if (folder.empty()) return;
    future_ = std::async(std::launch::async, [this, folder = std::move(folder), sources = std::move(current_sources)] {
      return read_state(folder, sources, warnings_);
    });
  }
  StateReading(const StateReading&) = delete;
  StateReading& operator=(const StateReading&) = delete;
  // (A future of std::async waits for its thread when it is destroyed.)

  // Waits for it. Nothing where nothing was to be read.
  Result<std::optional<StateArtifacts>> finish(Warnings& warnings) {
    if (!future_.valid()) return std::nullopt;
    auto artifacts = future_.get();
    std::ranges::move(warnings_, std::back_inserter(warnings));
    if (!artifacts) return std::unexpected(std::move(artifacts.error()));
    return std::optional(std::move(*artifacts));
  }

 private:
  Warnings warnings_;  // the thread's own
  std::future<Result<StateArtifacts>> future_;
};

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
       .may_be_empty = true,
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
  if (!indirect) {
    return usage_error("DBT_INDIRECT_SELECTION: " + indirect.error().reason, "correct the variable, or unset it");
  }
  request.indirect = *indirect;
  return request;
}

fs::path state_folder(const SelectionFlags& flags, const Location& location) {
  if (flags.leave_state) return {};
  fs::path folder = flags.state.empty() ? process_environment()("DBT_STATE").value_or("") : flags.state;
  std::error_code error;
  if (!folder.empty() && folder.is_relative() && !fs::is_directory(folder, error))
    folder = (location.project_dir / folder).lexically_normal();
  return folder;
}

Result<OpenSelector*> OpenSelector::open(const ProjectFlags& project, const SelectionFlags& selection,
                                         Warnings& warnings) {
  auto location = locate_project(project, warnings);
  if (!location) return std::unexpected(std::move(location.error()));
  StateReading reading(state_folder(selection, *location), location->sources);
  auto loaded = load_project(project, std::move(*location), warnings);
  if (!loaded) return std::unexpected(std::move(loaded.error()));
  std::unique_ptr<OpenSelector> open(new OpenSelector(std::move(*loaded)));
  auto artifacts = reading.finish(warnings);
  if (!artifacts) return std::unexpected(std::move(artifacts.error()));

  SelectionInputs inputs;
  inputs.project_folder = open->location().project_dir;
  auto selectors = selectors_file(open->loaded_);
  if (!selectors) return std::unexpected(std::move(selectors.error()));
  inputs.selectors_yml = std::move(*selectors);
  if (*artifacts) {
    open->artifacts_ = std::move(*artifacts);
    open->state_ = std::make_unique<ManifestState>(open->project(), *open->artifacts_, warnings);
    inputs.previous = open->state_.get();
  }
  open->selector_ = std::make_unique<Selector>(open->project(), std::move(inputs));
  return open.release();
}

}  // namespace plowline
