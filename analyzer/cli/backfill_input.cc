#include "cli/backfill_input.h"

#include <algorithm>
#include <chrono>
#include <fmt/format.h>
#include <iterator>
#include <utility>

#include "cli/run_input.h"
#include "diagnostic/suggest.h"

namespace plowline {
namespace {

// The models that one word names: dbt's selection language, as long as nothing but models comes of it.
Result<NodeSet> models_named(OpenSelector& open, const std::string& word, Warnings& warnings) {
  if (word.find_first_of("+@") != std::string::npos) {
    return usage_error(fmt::format("'{}' names more than the new model", printable(word)),
                       "name the model alone; what it needs is found from the lineage");
  }
  SelectionRequest request;
  request.select = {word};
  request.resource_types = {"model"};
  Warnings selection_warnings;
  auto selection = open.selector().select(request, selection_warnings);
  if (!selection) return std::unexpected(std::move(selection.error()));
  if (!selection->nodes.empty()) {
    std::ranges::move(selection_warnings, std::back_inserter(warnings));
    return std::move(selection->nodes);
  }
  std::vector<std::string> names;
  for (std::uint32_t i = 0; i < open.project().size(); ++i) {
    const NodeRecord& node = open.project().node(NodeId{i});
    if (node.resource_type == ResourceType::kModel) names.emplace_back(node.name);
  }
  const auto near = nearest(word, names);
  return usage_error(fmt::format("no model of {} is called '{}'", open.project().manifest_file(), printable(word)),
                     near ? fmt::format("did you mean '{}'?", printable(*near))
                          : "after a change of the project, let dbt write the manifest again (dbt parse)");
}

Result<void> add_number(DbtVars& vars, std::string_view name, const std::string& text, std::string_view flag) {
  if (text.empty()) return {};
  auto value = resolve_plain(text);
  const bool number =
      value && (value->value.kind == YamlValue::Kind::kInteger || value->value.kind == YamlValue::Kind::kFloat);
  if (!number) return usage_error(fmt::format("{}: '{}' is no number", flag, printable(text)), "give one, such as 6");
  return vars.add(name, std::move(value->value), flag);
}

}  // namespace

std::vector<Flag> flags_of(SettingFlags& flags) {
  return {
      {.names = {"--start-date"},
       .description = "snowplow__start_date, where it is not what dbt_project.yml says",
       .kind = ValueKind::kText,
       .value_name = "YYYY-MM-DD",
       .target = &flags.start_date},
      {.names = {"--backfill-limit-days"},
       .description = "snowplow__backfill_limit_days: the days that one run processes",
       .kind = ValueKind::kText,
       .value_name = "DAYS",
       .target = &flags.backfill_limit_days},
      {.names = {"--lookback-hours"},
       .description = "snowplow__lookback_window_hours: how far each run looks back",
       .kind = ValueKind::kText,
       .value_name = "HOURS",
       .target = &flags.lookback_hours},
      {.names = {"--vars"},
       .description = "the variables of the dbt command, as dbt takes them",
       .kind = ValueKind::kText,
       .value_name = "YAML",
       .target = &flags.vars},
  };
}

Result<DbtVars> vars_of(const SettingFlags& flags, Warnings& warnings) {
  RunFlags run;
  run.start_date = flags.start_date;
  run.backfill_limit_days = flags.backfill_limit_days;
  run.vars = flags.vars;
  auto vars = vars_of(run, warnings);
  if (!vars) return vars;
  if (auto added = add_number(*vars, "snowplow__lookback_window_hours", flags.lookback_hours, "--lookback-hours");
      !added) {
    return std::unexpected(std::move(added.error()));
  }
  return vars;
}

Flag now_flag(std::string& text) {
  return {.names = {"--now"},
          .description = "the time that is taken for now, in UTC; default: the clock's",
          .kind = ValueKind::kText,
          .value_name = "TIME",
          .target = &text};
}

Result<Instant> now_of(const std::string& text) {
  if (text.empty()) return std::chrono::floor<std::chrono::microseconds>(std::chrono::system_clock::now());
  if (const auto instant = instant_from(text)) return *instant;
  return usage_error(fmt::format("--now: '{}' is no time", printable(text)),
                     "write it as 'YYYY-MM-DD HH:MM:SS', in UTC");
}

std::vector<Flag> flags_of(SidesFlags& flags) {
  std::vector<Flag> all{
      {.names = {"--state"},
       .description = "a folder with production's artifacts",
       .kind = ValueKind::kDirectory,
       .value_name = "DIR",
       .environment = "DBT_STATE",
       .target = &flags.state},
      {.names = {"--to"},
       .description = "the table in production, where plowline cannot tell it from the other models",
       .kind = ValueKind::kText,
       .value_name = "DATABASE.SCHEMA.NAME",
       .target = &flags.to},
  };
  std::ranges::move(flags_of(flags.project), std::back_inserter(all));
  return all;
}

Positional model_positional(SidesFlags& flags) {
  return {.name = "MODEL",
          .description = "the new model; several are backfilled together",
          .kind = ValueKind::kText,
          .required = true,
          .repeated = true,
          .target = &flags.models};
}

Result<BranchSide> open_branch(const SidesFlags& flags, Warnings& warnings) {
  SelectionFlags selection;
  selection.state = flags.state;
  const auto open = OpenSelector::open(flags.project, selection, warnings);
  if (!open) return std::unexpected(open.error());
  BranchSide branch;
  branch.open = *open;
  auto packages = SnowplowPackages::find(branch.project());
  if (!packages) return std::unexpected(std::move(packages.error()));
  branch.packages = std::move(*packages);
  branch.yaml = ProjectYaml::read((*open)->location().project_dir);
  NodeSet models(branch.project().size());
  for (const std::string& word : flags.models) {
    const auto named = models_named(**open, word, warnings);
    if (!named) return std::unexpected(named.error());
    models |= *named;
  }
  branch.models = models.ids();
  return branch;
}

Result<BothSides*> open_sides(const SidesFlags& flags, Warnings& warnings) {
  auto branch = open_branch(flags, warnings);
  if (!branch) return std::unexpected(std::move(branch.error()));
  const StateArtifacts* state = branch->open->state();
  if (state == nullptr || !state->manifest) {
    return usage_error("production's manifest.json is needed: it says where production keeps its tables",
                       "give the folder of production's artifacts: --state DIR");
  }
  auto packages = SnowplowPackages::find(*state->manifest);
  if (!packages) return std::unexpected(std::move(packages.error()));
  auto sides = std::make_unique<BothSides>();
  sides->branch = std::move(*branch);
  sides->production_packages = std::move(*packages);
  const BlueGreenInput input{.branch = sides->branch.project(),
                             .production = sides->production(),
                             .branch_packages = sides->branch.packages,
                             .production_packages = sides->production_packages,
                             .models = sides->branch.models,
                             .to = flags.to.empty() ? std::nullopt : std::optional(flags.to)};
  auto both = blue_green(input, warnings);
  if (!both) return std::unexpected(std::move(both.error()));
  sides->blue_green = std::move(*both);
  return sides.release();
}

Result<BackfillSettings> settings_of(const BranchSide& branch, const DbtVars& vars, const SnowplowPackage& package) {
  return backfill_settings(vars, branch.yaml, package.owner);
}

}  // namespace plowline
