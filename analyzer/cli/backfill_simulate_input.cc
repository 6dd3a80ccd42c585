#include "cli/backfill_simulate_input.h"

#include <algorithm>
#include <charconv>
#include <fmt/format.h>
#include <iterator>
#include <map>
#include <optional>
#include <set>
#include <string_view>
#include <system_error>
#include <utility>

#include "artifact/file.h"
#include "backfill/manifest_rows.h"
#include "backfill/settings.h"
#include "backfill/time_span.h"
#include "cli/backfill_near_project.h"
#include "diagnostic/suggest.h"
#include "graph/walk.h"
#include "snowplow/models_to_run.h"

namespace plowline {
namespace {

constexpr std::size_t kMostRuns = 100'000;
// With as many runs as may be, time stays within what a timestamp can hold.
constexpr std::chrono::days kLongestRun{30};

Result<Instant> time_of(std::string_view flag, std::string_view text) {
  if (const auto time = instant_from(text)) return *time;
  return usage_error(fmt::format("{}: '{}' is no time", flag, printable(text)),
                     "write it as 'YYYY-MM-DD HH:MM:SS' or YYYY-MM-DD, in UTC");
}

Result<Instant> time_or(std::string_view flag, const std::string& text, Instant otherwise) {
  return text.empty() ? Result<Instant>(otherwise) : time_of(flag, text);
}

Result<std::chrono::microseconds> span_of(std::string_view flag, std::string_view text) {
  if (const auto span = span_from(text)) return *span;
  const bool digits = std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
  return usage_error(fmt::format("{}: '{}' {}", flag, printable(text), digits ? "has no unit" : "is no length of time"),
                     digits ? fmt::format("write {0}s, {0}m, {0}h or {0}d", printable(text.substr(0, 20)))
                            : "write it as 90s, 10m, 3h, 1d or 3h7m11s");
}

Result<std::vector<std::string>> names_of(std::string_view flag, std::string_view text) {
  std::vector<std::string> names;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find_first_of(" \t\r\n"), text.size());
    if (end > 0) names.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  const auto comma = std::ranges::find_if(names, [](const std::string& name) { return name.contains(','); });
  if (comma != names.end()) {
    return usage_error(fmt::format("{}: '{}' is one name to the packages", flag, printable(*comma)),
                       "separate names with blanks");
  }
  if (names.empty()) return usage_error(fmt::format("{} names no model", flag), "leave it out for its default");
  return names;
}

Result<std::vector<ManifestRow>> rows_of(const std::string& file) {
  if (file.empty()) return std::vector<ManifestRow>{};
  auto bytes = FileBytes::read(file);
  if (!bytes) {
    if (bytes.error().next_step.empty())
      bytes.error().next_step = "name a file with the rows of the manifest table, or - for standard input";
    return std::unexpected(std::move(bytes.error()));
  }
  return read_manifest_rows(*bytes);
}

Result<std::vector<std::string>> models_of(const SimulateFlags& flags, const std::vector<ManifestRow>& rows) {
  if (!flags.models.empty() && !flags.names.empty()) {
    return usage_error(fmt::format("'{}' and --models both name models", printable(flags.names.front())),
                       "give all names in one of the two places");
  }
  if (!flags.models.empty()) return names_of("--models", flags.models);
  if (!flags.names.empty()) return names_of("MODEL", fmt::format("{}", fmt::join(flags.names, " ")));
  std::set<std::string> models;
  for (const ManifestRow& row : rows) models.insert(row.model);
  if (models.empty()) models.insert("my_new_model");
  return std::vector<std::string>(models.begin(), models.end());
}

Result<std::vector<std::string>> selected_of(const SimulateFlags& flags, const std::vector<std::string>& models) {
  if (flags.selected.empty()) return models;
  auto selected = names_of("--selected", flags.selected);
  if (!selected) return selected;
  for (const std::string& name : *selected) {
    if (std::ranges::find(models, name) != models.end()) continue;
    const auto near = nearest(name, models);
    return usage_error(fmt::format("--selected: '{}' is none of the models in run", printable(name)),
                       near ? fmt::format("did you mean '{}'?", printable(*near))
                            : "name it among the models too; a model that is built without being in run has no row");
  }
  return selected;
}

Result<EventTimes::Gap> gap_of(std::string_view text) {
  const std::size_t dots = text.find("..");
  if (dots == std::string_view::npos) {
    return usage_error(fmt::format("--gap: '{}' is no gap", printable(text)),
                       "write the last event before it and the first one after it, as 2024-03-01..2024-04-09");
  }
  const auto after = time_of("--gap", text.substr(0, dots));
  if (!after) return std::unexpected(after.error());
  const auto before = time_of("--gap", text.substr(dots + 2));
  if (!before) return std::unexpected(before.error());
  if (*after >= *before) {
    return usage_error(fmt::format("--gap: {} does not lie before {}", to_text(*after), to_text(*before)),
                       "write the earlier time first");
  }
  return EventTimes::Gap{*after, *before};
}

// Without a description: from the start date, or from the first row where that is earlier, for as long as runs go on.
Result<EventTimes> events_of(const SimulateFlags& flags, const SimulationInput& input) {
  Instant first = input.settings.start_date;
  for (const ManifestRow& row : input.rows) first = std::min(first, row.last_success);
  const auto runs = static_cast<std::int64_t>(input.max_runs);
  const auto from = time_or("--first-event", flags.first_event, first);
  if (!from) return std::unexpected(from.error());
  const auto to = time_or("--last-event", flags.last_event, std::max(*from, input.now + input.run_takes * runs));
  if (!to) return std::unexpected(to.error());
  if (*from > *to && !flags.first_event.empty()) {
    return usage_error(fmt::format("--last-event {} lies before --first-event {}", to_text(*to), to_text(*from)),
                       "swap the two");
  }
  EventTimes events{.first = std::min(*from, *to), .last = *to, .gaps = {}, .extra = {}};
  if (!flags.event_step.empty()) {
    const auto step = span_of("--event-step", flags.event_step);
    if (!step) return std::unexpected(step.error());
    if (step->count() == 0)
      return usage_error("--event-step: events cannot come all at once", "give a step such as 10m");
    events.step = *step;
  }
  for (const std::string& text : flags.gaps) {
    const auto gap = gap_of(text);
    if (!gap) return std::unexpected(gap.error());
    events.gaps.push_back(*gap);
  }
  for (const std::string& text : flags.events) {
    const auto time = time_of("--event", text);
    if (!time) return std::unexpected(time.error());
    events.extra.push_back(*time);
  }
  std::ranges::sort(events.gaps, {}, &EventTimes::Gap::after);
  return events;
}

// The times of the rows are events where nothing speaks against it.
void add_events_of_rows(const SimulationInput& input, EventTimes& events) {
  for (const ManifestRow& row : input.rows) {
    const Instant time = row.last_success;
    const bool in_gap =
        std::ranges::any_of(events.gaps, [&](const auto& gap) { return gap.after < time && time < gap.before; });
    if (!in_gap && time <= std::min(events.last, input.now)) events.extra.push_back(time);
  }
}

Result<std::size_t> max_runs_of(const std::string& text) {
  if (text.empty()) return SimulationInput{}.max_runs;
  std::size_t runs = 0;
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), runs);
  if (failure == std::errc() && end == text.data() + text.size() && runs >= 1 && runs <= kMostRuns) return runs;
  return usage_error(fmt::format("--max-runs: '{}' is no number of runs", printable(text)),
                     fmt::format("give one from 1 to {}", kMostRuns));
}

Result<std::chrono::microseconds> run_takes_of(const std::string& text) {
  if (text.empty()) return std::chrono::microseconds::zero();
  auto span = span_of("--run-takes", text);
  if (span && *span > kLongestRun) {
    return usage_error(fmt::format("--run-takes: {} is longer than any run", to_text(*span)),
                       fmt::format("give at most {}", to_text(kLongestRun)));
  }
  return span;
}

// What the project knows of the simulation.
struct ProjectKnowledge {
  ProjectYaml yaml;
  std::string owner;                // the dbt package whose limits model it is; empty: none
  std::vector<std::string> models;  // in run; empty where MODEL… name nothing of the project
  std::map<std::string, std::string> why_not_run;
};

// The models that the words name, with all that they need; empty where one of them is no model of the project.
NodeSet lineage_of(const Project& project, const std::vector<std::string>& names) {
  NodeSet models(project.size());
  for (const std::string& name : names) {
    bool found = false;
    for (std::uint32_t i = 0; i < project.size(); ++i) {
      const NodeId id{i};
      if (project.node(id).resource_type != ResourceType::kModel || project.node(id).name != name) continue;
      models.insert(id);
      found = true;
    }
    if (!found) return NodeSet(project.size());
  }
  NodeSet lineage = ancestors(project, models);
  lineage |= models;
  return lineage;
}

Result<void> take_models(const NearProject& near, const PackageRun& run, ProjectKnowledge& known) {
  known.owner = near.packages.named(run.package)->owner;
  for (const NodeId id : run.models) {
    const std::string name(near.project.node(id).name);
    const auto materialized = near.project.materialized(id);
    if (!materialized) return std::unexpected(materialized.error());
    if (*materialized == "ephemeral") known.why_not_run[name] = "ephemeral";
    known.models.push_back(name);
  }
  std::ranges::sort(known.models);
  known.models.erase(std::ranges::unique(known.models).begin(), known.models.end());
  return {};
}

Result<ProjectKnowledge> knowledge_of(const SimulateFlags& flags, Warnings& warnings) {
  ProjectKnowledge known;
  const auto near = open_near_project(flags.project, false, warnings);
  if (!near) return std::unexpected(near.error());
  if (*near == nullptr) return known;
  known.yaml = (*near)->yaml;
  const NodeSet lineage = lineage_of((*near)->project, flags.names);
  Warnings of_the_run;
  const auto run = models_to_run((*near)->project, (*near)->packages, lineage, {}, of_the_run);
  if (!run) return std::unexpected(run.error());
  std::vector<const PackageRun*> counting;
  for (const PackageRun& package : run->packages) {
    if (!package.models.empty() && (flags.package.empty() || package.package == flags.package))
      counting.push_back(&package);
  }
  if (counting.size() > 1) {
    return usage_error(fmt::format("both {} and {} count models of this lineage, each by its own rows",
                                   printable(counting[0]->package), printable(counting[1]->package)),
                       "say which is meant: --package NAME");
  }
  if (counting.empty()) {
    if (const SnowplowPackage* package = (*near)->packages.named(flags.package)) known.owner = package->owner;
    return known;
  }
  if (auto taken = take_models(**near, *counting[0], known); !taken) return std::unexpected(std::move(taken.error()));
  return known;
}

Result<RunSettings> settings_of(const SettingFlags& flags, const ProjectKnowledge& known, Warnings& warnings) {
  const auto vars = vars_of(flags, warnings);
  if (!vars) return std::unexpected(vars.error());
  auto settings = backfill_settings(*vars, known.yaml, known.owner);
  if (!settings) return std::unexpected(std::move(settings.error()));
  return settings->run;
}

std::vector<Flag> event_flags(SimulateFlags& flags) {
  return {
      {.names = {"--first-event"},
       .description = "the time of the first event; default: the start date",
       .kind = ValueKind::kText,
       .value_name = "TIME",
       .target = &flags.first_event},
      {.names = {"--last-event"},
       .description = "the time of the last event; default: events go on",
       .kind = ValueKind::kText,
       .value_name = "TIME",
       .target = &flags.last_event},
      {.names = {"--event-step"},
       .description = "the time from one event to the next: 90s, 10m, 3h, 1d",
       .kind = ValueKind::kText,
       .value_name = "TIME",
       .default_value = "10m",
       .target = &flags.event_step},
      {.names = {"--gap"},
       .description = "no event lies between these two times",
       .kind = ValueKind::kText,
       .value_name = "FROM..TO",
       .repeatable = true,
       .target = &flags.gaps},
      {.names = {"--event"},
       .description = "an event at this time, besides those of every step",
       .kind = ValueKind::kText,
       .value_name = "TIME",
       .repeatable = true,
       .target = &flags.events},
  };
}

}  // namespace

std::vector<Flag> flags_of(SimulateFlags& flags) {
  std::vector<Flag> all{
      {.names = {"--models"},
       .description = "the models in run, separated by blanks as in models_to_run; default: those of --rows",
       .kind = ValueKind::kText,
       .value_name = "NAMES",
       .target = &flags.models},
      {.names = {"--selected"},
       .description = "those of them that dbt runs; default: all",
       .kind = ValueKind::kText,
       .value_name = "NAMES",
       .target = &flags.selected},
      {.names = {"--rows"},
       .description = "the rows of the incremental manifest, as CSV, JSON or a printed table (- for standard input)",
       .kind = ValueKind::kFile,
       .value_name = "FILE",
       .target = &flags.rows},
      now_flag(flags.now),
      {.names = {"--run-takes"},
       .description = "how much later each next run starts: 12m; default: all at the same time",
       .kind = ValueKind::kText,
       .value_name = "TIME",
       .target = &flags.run_takes},
      {.names = {"--max-runs"},
       .description = "end after so many runs",
       .kind = ValueKind::kText,
       .value_name = "COUNT",
       .default_value = "10000",
       .target = &flags.max_runs},
  };
  std::ranges::move(event_flags(flags), std::back_inserter(all));
  all.push_back({.names = {"--package"},
                 .description = "the Snowplow package, where the models belong to several",
                 .kind = ValueKind::kText,
                 .value_name = "NAME",
                 .target = &flags.package});
  std::ranges::move(flags_of(flags.settings), std::back_inserter(all));
  std::ranges::move(flags_of(flags.project), std::back_inserter(all));
  return all;
}

bool describes_events(const SimulateFlags& flags) {
  return !flags.first_event.empty() || !flags.event_step.empty() || !flags.events.empty();
}

Result<SimulationInput> simulation_input(const SimulateFlags& flags, Warnings& warnings) {
  SimulationInput input;
  const auto known = knowledge_of(flags, warnings);
  if (!known) return std::unexpected(known.error());
  const auto settings = settings_of(flags.settings, *known, warnings);
  if (!settings) return std::unexpected(settings.error());
  const auto now = now_of(flags.now);
  if (!now) return std::unexpected(now.error());
  const auto run_takes = run_takes_of(flags.run_takes);
  if (!run_takes) return std::unexpected(run_takes.error());
  const auto max_runs = max_runs_of(flags.max_runs);
  if (!max_runs) return std::unexpected(max_runs.error());
  input.settings = *settings;
  input.now = *now;
  input.run_takes = *run_takes;
  input.max_runs = *max_runs;
  auto rows = rows_of(flags.rows);
  if (!rows) return std::unexpected(std::move(rows.error()));
  input.rows = std::move(*rows);
  auto models = models_of(flags, input.rows);
  if (!models) return std::unexpected(std::move(models.error()));
  input.models = known->models.empty() ? std::move(*models) : known->models;
  auto selected = selected_of(flags, input.models);
  if (!selected) return std::unexpected(std::move(selected.error()));
  input.selected = std::move(*selected);
  for (const auto& [model, why] : known->why_not_run) {
    std::erase(input.selected, model);
    input.why_not_run.emplace(model, why);
  }
  auto events = events_of(flags, input);
  if (!events) return std::unexpected(std::move(events.error()));
  if (!describes_events(flags)) add_events_of_rows(input, *events);
  std::ranges::sort(events->extra);
  events->extra.erase(std::ranges::unique(events->extra).begin(), events->extra.end());
  input.events = std::move(*events);
  return input;
}

}  // namespace plowline
