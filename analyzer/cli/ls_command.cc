#include <memory>
#include <sstream>
#include <utility>

#include "cli/commands.h"
#include "cli/console.h"
#include "cli/print.h"
#include "cli/project_input.h"
#include "cli/selection_input.h"
#include "selection/listing.h"

namespace plowline {
namespace {

struct LsFlags {
  ProjectFlags project;
  SelectionFlags selection;
  std::vector<std::string> selectors;  // positional
  std::vector<std::string> models;
  std::vector<std::string> resource_types;
  std::vector<std::string> exclude_resource_types;
  std::string output = "selector";
  std::vector<std::string> output_keys;
};

// dbt takes several keys as several words, and as one word with blanks.
std::vector<std::string> split_words(const std::vector<std::string>& values) {
  std::vector<std::string> words;
  for (const std::string& value : values) {
    std::istringstream stream(value);
    for (std::string word; stream >> word;) words.push_back(word);
  }
  return words;
}

Result<SelectionRequest> ls_request(const LsFlags& flags) {
  auto request = request_of(flags.selection);
  if (!request) return request;
  request->select.insert(request->select.begin(), flags.selectors.begin(), flags.selectors.end());
  request->models = flags.models;
  request->resource_types = split_words(flags.resource_types);
  request->exclude_resource_types = split_words(flags.exclude_resource_types);
  return request;
}

Result<std::string> ls_text(const LsFlags& flags, Warnings& warnings) {
  const auto output = list_output_from(flags.output);
  if (!output) return std::unexpected(output.error());
  const auto request = ls_request(flags);
  if (!request) return std::unexpected(request.error());
  const auto open = OpenSelector::open(flags.project, flags.selection, warnings);
  if (!open) return std::unexpected(open.error());
  const auto selection = (*open)->selector().select(*request, warnings);
  if (!selection) return std::unexpected(selection.error());
  const std::vector<std::string> keys = split_words(flags.output_keys);
  std::string text;
  for (const NodeId id : selection->nodes.ids()) {
    const auto line = listed((*open)->project(), id, *output, keys);
    if (!line) return std::unexpected(line.error());
    text += *line;
    text += '\n';
  }
  return text;
}

Result<ExitStatus> run_ls(const LsFlags& flags) {
  Warnings warnings;
  const auto text = ls_text(flags, warnings);
  print_warnings(warnings);
  if (!text) return std::unexpected(text.error());
  if (auto printed = print_result(*text); !printed) return std::unexpected(printed.error());
  return ExitStatus::kOk;
}

}  // namespace

CommandLine ls_command() {
  auto flags = std::make_shared<LsFlags>();
  CommandLine command{.name = "ls", .description = "list what a selection means, as 'dbt ls' does"};
  command.about =
      "The same flags, the same order and the same lines as 'dbt ls', without Python and without parsing the project.";
  command.flags = flags_of(flags->selection);
  const std::vector<Flag> own{
      {.names = {"--models", "--model", "-m"},
       .description = "select models only; not together with --select or --resource-type",
       .kind = ValueKind::kText,
       .value_name = "SELECTOR",
       .repeatable = true,
       .target = &flags->models},
      {.names = {"--resource-type", "--resource-types"},
       .description = "keep these kinds of nodes only",
       .kind = ValueKind::kText,
       .value_name = "TYPE",
       .repeatable = true,
       .target = &flags->resource_types},
      {.names = {"--exclude-resource-type", "--exclude-resource-types"},
       .description = "leave these kinds of nodes out",
       .kind = ValueKind::kText,
       .value_name = "TYPE",
       .repeatable = true,
       .target = &flags->exclude_resource_types},
      {.names = {"--output"},
       .description = "what to print of each node",
       .kind = ValueKind::kChoice,
       .value_name = "FORM",
       .choices = {"selector", "name", "path", "json"},
       .default_value = "selector",
       .target = &flags->output},
      {.names = {"--output-keys"},
       .description = "the keys of --output json; with dots for nested ones",
       .kind = ValueKind::kText,
       .value_name = "KEY",
       .repeatable = true,
       .target = &flags->output_keys},
  };
  command.flags.insert(command.flags.end(), own.begin(), own.end());
  const std::vector<Flag> project = flags_of(flags->project);
  command.flags.insert(command.flags.end(), project.begin(), project.end());
  command.positionals = {{.name = "SELECTOR",
                          .description = "nodes to select, the same as --select",
                          .kind = ValueKind::kText,
                          .repeated = true,
                          .target = &flags->selectors}};
  command.examples = {{"plowline ls +my_new_model --resource-type model", "the models upstream of one"},
                      {"plowline ls --select state:modified+ --state production", "what a change touches"}};
  command.run = [flags](const CommandLine&) { return run_ls(*flags); };
  return command;
}

}  // namespace plowline
