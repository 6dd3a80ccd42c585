#include "backfill/simulate_text.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <cstdint>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <set>
#include <string_view>
#include <vector>

#include "backfill/time_span.h"
#include "diagnostic/error.h"
#include "diagnostic/name_list.h"
#include "snowplow/checks.h"

namespace plowline {
namespace {

constexpr std::size_t kFirstRuns = 5;
constexpr std::size_t kLastRuns = 3;
// Leaving out a run or two would save nothing.
constexpr std::size_t kAllRuns = kFirstRuns + kLastRuns + 2;

constexpr std::size_t kColumns = 6;
using Cells = std::array<std::string, kColumns>;
const Cells& header() {
  static const Cells kHeader{"run", "state", "lower_limit", "upper_limit", "latest event", "last_success"};
  return kHeader;
}

std::string models_line(const SimulationInput& input) {
  std::string out = fmt::format("{} {} in run: {}", input.models.size(), plural(input.models.size(), "model", "models"),
                                comma_list(input.models));
  const std::set<std::string_view> selected(input.selected.begin(), input.selected.end());
  const bool all = std::ranges::all_of(input.models, [&](const auto& model) { return selected.contains(model); });
  if (!all) out += "; selected: " + (input.selected.empty() ? std::string("none") : comma_list(input.selected));
  std::set<std::string> others;
  for (const ManifestRow& row : input.rows) {
    if (std::ranges::find(input.models, row.model) == input.models.end()) others.insert(row.model);
  }
  if (!others.empty()) out += "; rows of other models do not count: " + comma_list({others.begin(), others.end()});
  return out + "\n";
}

std::string settings_line(const SimulationInput& input) {
  std::string out =
      fmt::format("start date {}, limit {}, lookback {}, now {}", to_text(input.settings.start_date),
                  to_text(input.settings.backfill_limit), to_text(input.settings.lookback), to_text(input.now));
  if (input.run_takes > std::chrono::microseconds::zero())
    out += fmt::format(", each run {} later", to_text(input.run_takes));
  return out + "\n";
}

std::string events_line(const EventTimes& events, Instant last_now) {
  std::string out = fmt::format("an event every {} from {}", to_text(events.step), to_text(events.first));
  if (events.last < last_now) out += " to " + to_text(events.last);
  for (const EventTimes::Gap& gap : events.gaps)
    out += fmt::format(", none between {} and {}", to_text(gap.after), to_text(gap.before));
  constexpr std::size_t kListed = 3;
  if (events.extra.size() > kListed) out += fmt::format(", and at {} more times", events.extra.size());
  if (!events.extra.empty() && events.extra.size() <= kListed) {
    std::vector<std::string> times;
    for (const Instant time : events.extra) times.push_back(to_text(time));
    out += fmt::format(", and at {}", fmt::join(times, ", "));
  }
  return out + "\n";
}

// The rows of models in run: one time, or from the earliest to the latest.
std::string last_success(const std::set<std::string_view>& models, const std::vector<ManifestRow>& rows) {
  std::size_t count = 0;
  Instant earliest = Instant::max();
  Instant latest = Instant::min();
  for (const ManifestRow& row : rows) {
    if (!models.contains(row.model)) continue;
    ++count;
    earliest = std::min(earliest, row.last_success);
    latest = std::max(latest, row.last_success);
  }
  if (count == 0) return "no row";
  std::string out = to_text(earliest);
  if (earliest != latest) out += " to " + to_text(latest);
  if (count != models.size())
    out += fmt::format(" ({} {}, {} {})", count, plural(count, "row", "rows"), models.size(),
                       plural(models.size(), "model", "models"));
  return out;
}

Cells cells_of(const std::set<std::string_view>& models, std::size_t number, const SimulatedRun& run) {
  const std::string latest = run.latest_event     ? to_text(*run.latest_event)
                             : run.window.empty() ? "none (empty window)"
                                                  : "none";
  return {std::to_string(number),
          fmt::format("{} {}", static_cast<int>(run.window.state), to_string(run.window.state)),
          to_text(run.window.lower_limit),
          to_text(run.window.upper_limit) + (run.window.reaches_now ? " (now)" : ""),
          latest,
          last_success(models, run.rows)};
}

// The run's number is flushed right, the rest left; no blanks at the end.
std::string line_of(const Cells& cells, const std::array<std::size_t, kColumns>& widths) {
  std::string line = fmt::format("{:>{}}", cells[0], widths[0]);
  for (std::size_t i = 1; i < kColumns; ++i) line += fmt::format("  {:<{}}", cells[i], widths[i]);
  line.erase(line.find_last_not_of(' ') + 1);
  return line + "\n";
}

std::string runs_table(const SimulationInput& input, const Simulation& simulation, bool every_run) {
  const std::set<std::string_view> models(input.models.begin(), input.models.end());
  const std::size_t count = simulation.runs.size();
  const bool cut = !every_run && count > kAllRuns;
  std::vector<Cells> rows{header()};
  for (std::size_t i = 0; i < count; ++i) {
    if (cut && i == kFirstRuns) i = count - kLastRuns;
    rows.push_back(cells_of(models, i + 1, simulation.runs[i]));
  }
  std::array<std::size_t, kColumns> widths{};
  for (const Cells& cells : rows) {
    for (std::size_t i = 0; i < kColumns; ++i) widths[i] = std::max(widths[i], cells[i].size());
  }
  std::string out;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (cut && i == kFirstRuns + 1)
      out +=
          fmt::format("{:>{}}  {} more runs; --verbose lists them\n", "...", widths[0], count - kFirstRuns - kLastRuns);
    out += line_of(rows[i], widths);
  }
  return out;
}

std::string end_text(const Simulation& simulation) {
  std::string out = simulation.reason;
  const bool not_never = simulation.end == SimulationEnd::kUpToDate || simulation.end == SimulationEnd::kMaxRuns;
  if (not_never) {
    out.front() = static_cast<char>(std::toupper(static_cast<unsigned char>(out.front())));
  } else {
    out = fmt::format("Never up to date ({}): {}", to_string(simulation.end), out);
  }
  out += ".\n";
  if (!simulation.next_step.empty()) out += fmt::format("Next step: {}.\n", simulation.next_step);
  return out;
}

}  // namespace

std::string simulation_text(const SimulationInput& input, const Simulation& simulation, bool every_run) {
  if (simulation.runs.empty()) return end_text(simulation);
  const auto later = static_cast<std::int64_t>(simulation.runs.size() - 1);
  return models_line(input) + settings_line(input) + events_line(input.events, input.now + input.run_takes * later) +
         "\n" + runs_table(input, simulation, every_run) + "\n" + end_text(simulation);
}

}  // namespace plowline
