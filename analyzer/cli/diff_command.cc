#include <filesystem>
#include <fmt/format.h>
#include <limits>
#include <memory>
#include <utility>

#include "cli/commands.h"
#include "cli/console.h"
#include "cli/print.h"
#include "cli/project_input.h"
#include "cli/selection_input.h"
#include "state/diff.h"
#include "state/diff_json.h"
#include "state/diff_markdown.h"
#include "state/diff_text.h"

namespace plowline {
namespace {

struct DiffFlags {
  ProjectFlags project;
  SelectionFlags selection;
  std::vector<std::string> selectors;  // positional
  std::string format = "text";
  bool fail_on_change = false;
};

// The earlier project seen from itself: nothing in it is new, modified or fresher.
class NothingChanged final : public PreviousState {
 public:
  explicit NothingChanged(std::size_t size) : size_(size) {}
  Result<NodeSet> state(std::string_view) const override { return NodeSet(size_); }
  Result<NodeSet> result(std::string_view) const override { return NodeSet(size_); }
  Result<NodeSet> source_status(std::string_view) const override { return NodeSet(size_); }

 private:
  std::size_t size_;
};

Result<SelectionRequest> diff_request(const DiffFlags& flags) {
  auto request = request_of(flags.selection);
  if (!request) return request;
  request->select.insert(request->select.begin(), flags.selectors.begin(), flags.selectors.end());
  return request;
}

bool selects(const SelectionRequest& request) {
  return !request.select.empty() || !request.exclude.empty() || !request.selector.empty();
}

// What of the selection is gone: the same selection in the earlier project. Where that one cannot be asked (it has no
// such YAML selector, say) nothing of it is listed, and that is said.
NodeSet select_earlier(const Project& before, const SelectionRequest& request, Warnings& warnings) {
  const NothingChanged nothing(before.size());
  Selector selector(before, {.project_folder = {}, .selectors_yml = {}, .previous = &nothing});
  Warnings ignored;  // that a part of the selection was not there before is nothing to warn of
  auto selection = selector.select(request, ignored);
  if (selection) return std::move(selection->nodes);
  warnings.push_back({"earlier-selection",
                      "what was disabled or removed is not listed: the earlier manifest cannot be asked for this "
                      "selection: " +
                          selection.error().reason,
                      "run plowline diff without a selection to see it",
                      {}});
  return NodeSet(before.size());
}

Result<StateDiff> compare_selected(OpenSelector& open, const SelectionRequest& request, Warnings& warnings) {
  const Project& before = *open.state()->manifest;
  if (!selects(request)) return diff_of(open.project(), before, {}, warnings);
  const auto now = open.selector().select(request, warnings);
  if (!now) return std::unexpected(now.error());
  const NodeSet earlier = select_earlier(before, request, warnings);
  return diff_of(open.project(), before, {&now->nodes, &earlier}, warnings);
}

Result<StateDiff> diff_result(const DiffFlags& flags, Warnings& warnings) {
  const auto request = diff_request(flags);
  if (!request) return std::unexpected(request.error());
  const auto open = OpenSelector::open(flags.project, flags.selection, warnings);
  if (!open) return std::unexpected(open.error());
  const StateArtifacts* state = (*open)->state();
  if (state == nullptr) {
    return usage_error("plowline diff needs an earlier manifest to compare with",
                       "give the folder of one: --state DIR");
  }
  if (!state->manifest) {
    const std::filesystem::path folder = state_folder(flags.selection, (*open)->location());
    return input_error((folder / "manifest.json").string(), {}, "does not exist",
                       "--state names a folder with the manifest.json of an earlier run");
  }
  return compare_selected(**open, *request, warnings);
}

std::string rendered(const DiffFlags& flags, const Options& options, const StateDiff& diff, const Warnings& warnings) {
  if (flags.format == "json") return diff_json(diff, warnings);
  if (flags.format == "markdown") return diff_markdown(diff);
  constexpr std::size_t kAll = std::numeric_limits<std::size_t>::max();
  return diff_text(diff, options.verbose ? DiffTextOptions{.code_lines = kAll, .names = kAll} : DiffTextOptions{});
}

Result<ExitStatus> run_diff(const DiffFlags& flags, const Options& options) {
  Warnings warnings;
  const auto diff = diff_result(flags, warnings);
  print_warnings(warnings);
  if (!diff) return std::unexpected(diff.error());
  if (auto printed = print_result(rendered(flags, options, *diff, warnings)); !printed)
    return std::unexpected(printed.error());
  return flags.fail_on_change && diff->any() ? ExitStatus::kFindings : ExitStatus::kOk;
}

}  // namespace

CommandLine diff_command(const Options& options) {
  auto flags = std::make_shared<DiffFlags>();
  CommandLine command{.name = "diff", .description = "list what changed since an earlier manifest, and why"};
  command.about =
      "Compares as dbt does for 'state:modified', and says of each node what differs and both values. Also lists what "
      "was "
      "disabled or removed, what lies in another relation now, and the macros that changed with the nodes that they "
      "touch. With a selection, only its nodes count.";
  command.flags = {
      {.names = {"--format"},
       .description = "text, a JSON document, or Markdown for a comment on a pull request",
       .kind = ValueKind::kChoice,
       .value_name = "FORMAT",
       .choices = {"text", "json", "markdown"},
       .default_value = "text",
       .target = &flags->format},
      {.names = {"--fail-on-change"},
       .description = "end with status 1 where anything differs",
       .target = &flags->fail_on_change},
  };
  const std::vector<Flag> selection = flags_of(flags->selection);
  command.flags.insert(command.flags.end(), selection.begin(), selection.end());
  const std::vector<Flag> project = flags_of(flags->project);
  command.flags.insert(command.flags.end(), project.begin(), project.end());
  command.positionals = {{.name = "SELECTOR",
                          .description = "compare these nodes only, the same as --select",
                          .kind = ValueKind::kText,
                          .repeated = true,
                          .target = &flags->selectors}};
  command.examples = {{"plowline diff --state production", "everything that differs from production"},
                      {"plowline diff --state production --format markdown", "for a comment on a pull request"},
                      {"plowline diff +my_new_model --state production", "what changed upstream of one model"}};
  command.run = [flags, &options](const CommandLine&) { return run_diff(*flags, options); };
  return command;
}

}  // namespace plowline
