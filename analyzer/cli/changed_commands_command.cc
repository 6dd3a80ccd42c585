#include <algorithm>
#include <filesystem>
#include <fmt/format.h>
#include <iterator>
#include <memory>
#include <set>
#include <system_error>
#include <utility>

#include "artifact/file.h"
#include "artifact/write_file.h"
#include "cli/commands.h"
#include "cli/configured_projects.h"
#include "cli/console.h"
#include "cli/git_files.h"
#include "cli/print.h"
#include "cli/run_input.h"
#include "lint/changed.h"
#include "plan/model_runs.h"
#include "plan/model_runs_json.h"
#include "plan/model_runs_text.h"

namespace plowline {
namespace {

namespace fs = std::filesystem;

struct ChangedFlags {
  RunFlags run;  // its selection holds --state alone
  std::string config;
  std::vector<std::string> files;  // positional
  std::string changed_since;
  bool staged = false;
  std::string format = "text";
  std::string write;  // --write FILE

  bool names_files() const { return !files.empty() || !changed_since.empty() || staged; }
};

// --- which models ----------------------------------------------------------------------------------------------------

Result<std::vector<fs::path>> changed_files(const ChangedFlags& flags, const fs::path& folder) {
  std::vector<fs::path> files(flags.files.begin(), flags.files.end());
  const auto add = [&](Result<std::vector<fs::path>> more) -> Result<void> {
    if (!more) return std::unexpected(std::move(more.error()));
    std::ranges::move(*more, std::back_inserter(files));
    return {};
  };
  if (!flags.changed_since.empty()) {
    if (auto added = add(files_changed_since(flags.changed_since, folder)); !added)
      return std::unexpected(added.error());
  }
  if (flags.staged) {
    if (auto added = add(files_staged(folder)); !added) return std::unexpected(added.error());
  }
  return files;
}

Result<NodeSet> modified_nodes(OpenSelector& open, Warnings& warnings) {
  SelectionRequest request;
  request.select = {"state:modified"};
  request.resource_types = {"model"};
  Warnings all;
  auto selected = open.selector().select(request, all);
  if (!selected) return std::unexpected(std::move(selected.error()));
  // That nothing changed is an answer like any other.
  std::erase_if(all, [](const Warning& warning) {
    return warning.code == "no-nodes-for-criterion" || warning.code == "no-nodes-selected";
  });
  std::ranges::move(all, std::back_inserter(warnings));
  return std::move(selected->nodes);
}

Result<NodeSet> changed_models(const ChangedFlags& flags, OpenSelector& open, Warnings& warnings) {
  const Project& project = open.project();
  NodeSet nodes(project.size());
  // A state that only DBT_STATE or plowline.yml names is not asked where files are named.
  if (open.state() != nullptr && (!flags.run.selection.state.empty() || !flags.names_files())) {
    auto modified = modified_nodes(open, warnings);
    if (!modified) return modified;
    nodes |= *modified;
  }
  if (flags.names_files()) {
    const auto files = changed_files(flags, open.location().project_dir);
    if (!files) return std::unexpected(files.error());
    nodes |= nodes_of_files(LintProject({.project = &project, .location = &open.location()}), *files);
  }
  NodeSet models(project.size());
  for (const NodeId id : nodes.ids()) {
    const NodeRecord& node = project.node(id);
    if (node.resource_type == ResourceType::kModel && node.package_name == project.root_package()) models.insert(id);
  }
  return models;
}

Result<void> add_runs(const ChangedFlags& flags, const ConfiguredProject& configured,
                      const std::vector<std::string>& extra, std::vector<ModelRun>& runs, Warnings& warnings) {
  RunFlags run = flags.run;
  run.project = configured.flags;
  if (run.selection.state.empty()) run.selection.state = configured.state.string();
  Warnings of_vars;
  const auto request = run_request(run, false, extra, of_vars);
  if (!request) return std::unexpected(request.error());
  const auto open = OpenSelector::open(run.project, run.selection, warnings);
  if (!open) return std::unexpected(open.error());
  if ((*open)->state() == nullptr && !flags.names_files()) {
    return usage_error("nothing says what changed", "give --state DIR, --changed-since GITREF, --staged, or the files");
  }
  const auto models = changed_models(flags, **open, warnings);
  if (!models) return std::unexpected(models.error());
  auto planned = plan_model_runs((*open)->project(), (*open)->selector(), *models, *request,
                                 from_here((*open)->location().project_dir));
  if (!planned) return std::unexpected(std::move(planned.error()));
  std::ranges::move(of_vars, std::back_inserter(warnings));
  std::ranges::move(*planned, std::back_inserter(runs));
  return {};
}

// --- what is made of them --------------------------------------------------------------------------------------------

// Whether the file is another now. It is not made for the sake of saying that no model changed.
Result<bool> keep_in_file(const std::string& file, const std::vector<ModelRun>& runs) {
  const std::string text = model_runs_markdown(runs);
  std::error_code error;
  if (!fs::exists(file, error)) {
    if (runs.empty()) return false;
  } else {
    const auto before = FileBytes::read(file);
    if (!before) return std::unexpected(before.error());
    if (before->text() == text) return false;
    if (!before->text().empty() && !before->text().starts_with(kModelRunsHeader)) {
      return std::unexpected(Error{ExitStatus::kUsage,
                                   file,
                                   {},
                                   "was not written by plowline changed-commands, so it is left as it is",
                                   "name another file, or remove this one"});
    }
  }
  if (auto written = write_file(file, text); !written) return std::unexpected(written.error());
  print_info(printable(fmt::format("wrote {}: stage it, so that the commit carries it", file)));
  return true;
}

// The warnings of several runs are mostly the same ones.
Warnings warnings_of(const std::vector<ModelRun>& runs) {
  Warnings warnings;
  std::set<std::pair<std::string, std::string>> seen;
  for (const ModelRun& run : runs) {
    for (const Warning& warning : run.warnings) {
      if (seen.emplace(warning.code, warning.message).second) warnings.push_back(warning);
    }
  }
  return warnings;
}

Result<std::string> result_text(const ChangedFlags& flags, const std::vector<ModelRun>& runs,
                                const Warnings& warnings) {
  if (flags.format == "json") return model_runs_json(runs, warnings);
  return model_runs_text(runs);
}

Result<ExitStatus> run_changed(const ChangedFlags& flags, const Options& options) {
  const auto projects = configured_projects(flags.run.project, flags.config);
  if (!projects) return std::unexpected(projects.error());
  Warnings warnings;
  std::vector<ModelRun> runs;
  for (const ConfiguredProject& project : *projects) {
    const auto added = add_runs(flags, project, options.after_dashes, runs, warnings);
    if (added) continue;
    print_warnings(warnings);
    return std::unexpected(added.error());
  }
  const Warnings of_runs = warnings_of(runs);
  print_warnings(warnings);
  print_warnings(of_runs);
  const auto text = result_text(flags, runs, warnings);
  if (!text) return std::unexpected(text.error());
  if (auto printed = print_result(*text); !printed) return std::unexpected(printed.error());
  bool passes = !flags.run.strict || (warnings.empty() && of_runs.empty());
  for (const ModelRun& run : runs) {
    if (run.error) passes = false;
  }
  if (!flags.write.empty()) {
    const auto changed = keep_in_file(flags.write, runs);
    if (!changed) return std::unexpected(changed.error());
    if (*changed) passes = false;
  }
  return passes ? ExitStatus::kOk : ExitStatus::kFindings;
}

std::vector<Flag> changed_flags(ChangedFlags& flags) {
  std::vector<Flag> all{
      {.names = {"--changed-since"},
       .description = "the models whose files changed since this commit or branch, uncommitted changes included",
       .kind = ValueKind::kText,
       .value_name = "GITREF",
       .target = &flags.changed_since},
      {.names = {"--staged"}, .description = "the models whose files git has staged", .target = &flags.staged},
      {.names = {"--write"},
       .description = "keep the commands in this Markdown file, too; status 1 where that changed it",
       .kind = ValueKind::kFile,
       .value_name = "FILE",
       .target = &flags.write},
      {.names = {"--format"},
       .description = "commands with comments, or a JSON document",
       .kind = ValueKind::kChoice,
       .value_name = "FORMAT",
       .choices = {"text", "json"},
       .default_value = "text",
       .target = &flags.format},
      config_flag(flags.config),
  };
  for (Flag& flag : flags_of(flags.run.selection)) {
    if (flag.names.front() != "--state") continue;
    flag.description = "the models that are new or modified against the artifacts in this folder";
    all.insert(all.begin(), std::move(flag));
  }
  std::ranges::move(invocation_flags_of(flags.run), std::back_inserter(all));
  return all;
}

}  // namespace

CommandLine changed_commands_command(const Options& options) {
  auto flags = std::make_shared<ChangedFlags>();
  CommandLine command{.name = "changed-commands",
                      .description = "print the dbt command of every model that is new or changed"};
  command.about =
      "For each of the project's own models that is new or changed: the command that runs it with everything upstream, "
      "and its models_to_run. Changed is what dbt takes for modified against --state, and what is defined or described "
      "in the files that are named, or that git names. What follows -- goes to dbt as it is. With --write the commands "
      "are also kept in a file, which is only written where it differs; where no model changed, a file that is there "
      "says so, and none is made. Exit status 1: the file was written, or a model has no command.";
  command.flags = changed_flags(*flags);
  command.positionals = {{.name = "FILE",
                          .description = "SQL, Python or YAML files; those that make no model are passed over",
                          .kind = ValueKind::kFile,
                          .repeated = true,
                          .target = &flags->files}};
  command.examples = {
      {"plowline changed-commands --state production --target staging", "what is new or modified against production"},
      {"plowline changed-commands --changed-since origin/main --write dbt-commands.md", "the models of a branch"},
      {"plowline changed-commands models/orders.sql", "one model, by its file"},
  };
  command.run = [flags, &options](const CommandLine&) { return run_changed(*flags, options); };
  return command;
}

}  // namespace plowline
