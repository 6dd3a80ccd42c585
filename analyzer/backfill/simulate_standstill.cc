#include <algorithm>
#include <cctype>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <map>
#include <set>
#include <string_view>
#include <utility>

#include "backfill/simulate_end.h"
#include "backfill/time_span.h"
#include "diagnostic/error.h"
#include "snowplow/checks.h"

namespace plowline {
namespace {

using Names = std::vector<std::string_view>;

// At least so many days reach over `span`: warehouses take whole days only.
std::int64_t days_over(std::chrono::microseconds span) {
  return std::max<std::int64_t>(std::chrono::ceil<std::chrono::days>(span).count(), 1);
}

// A name that can stand between quotes in any warehouse's SQL.
bool plain(std::string_view name) {
  return std::ranges::all_of(
      name, [](unsigned char c) { return c < 0x80 && (std::isalnum(c) != 0 || c == '_' || c == '-' || c == '.'); });
}

// The package as its last run left it.
class Standstill {
 public:
  Standstill(const SimulationInput& input, const Simulation& simulation)
      : input_(input),
        window_(simulation.runs.back().window),
        now_(input.now + input.run_takes * static_cast<std::int64_t>(simulation.runs.size() - 1)) {
    for (const std::string& model : moved_models(input)) moved_.insert(model);
    const std::set<std::string_view> in_run(input.models.begin(), input.models.end());
    for (const ManifestRow& row : simulation.runs.back().rows) {
      if (const auto model = in_run.find(row.model); model != in_run.end()) rows_.emplace(*model, row.last_success);
    }
    for (const auto& [model, time] : rows_) {
      smallest_ = std::min(smallest_, time);
      largest_ = std::max(largest_, time);
    }
  }

  EndWords words() const {
    if (moved_.empty()) return nothing_run();
    if (!doubled().empty()) return doubled_rows();
    switch (window_.state) {
      case RunState::kNoRows:
        return first_window();
      case RunState::kNewModel:
        return new_model();
      case RunState::kOutOfSync:
        return out_of_sync();
      case RunState::kStandard:
        break;
    }
    return window_.empty() ? row_in_future() : gap(input_.events.first_after(smallest_, now_));
  }

 private:
  EndWords nothing_run() const {
    return {SimulationEnd::kNothingRun,
            fmt::format("none of the models in run is run successfully: {}; no row is ever written, and {}",
                        idle_text(models_with([](std::size_t) { return true; })), repeats()),
            "select the models that are to be brought up to date"};
  }

  EndWords doubled_rows() const {
    const Names models = doubled();
    return {
        SimulationEnd::kStuckState2,
        fmt::format("{} {} more than one row in the manifest: the {} in every run (more than one row returned by a "
                    "subquery), {} rows are counted for {} models, and {}",
                    name_list(models), plural(models.size(), "has", "have"),
                    plural(models.size(), "model fails", "models fail"), rows_.size(), input_.models.size(), repeats()),
        fmt::format("leave one row of {}, the one with the earliest last_success", name_list(models))};
  }

  // State 1: no row, and none is written.
  EndWords first_window() const {
    const Instant start = input_.settings.start_date;
    if (window_.empty()) {
      return {SimulationEnd::kNoEvents,
              fmt::format("the start date {} lies after the time of the run, {}: the window ends before it begins, and "
                          "no row is written",
                          to_text(start), to_text(now_)),
              "set snowplow__start_date to the day of the first event"};
    }
    std::string reason = fmt::format(
        "no event lies in the first window, {}: no row is ever written, and every run repeats it", window_text());
    const auto next = input_.events.first_after(window_.upper_limit, now_);
    if (!next) {
      return {SimulationEnd::kNoEvents, std::move(reason),
              "no later event lies before now either: check which events this target reads and which ones its filters "
              "leave, or set an earlier snowplow__start_date"};
    }
    return {SimulationEnd::kNoEvents, std::move(reason), start_later_or_reach(*next)};
  }

  // A start date from which the first window reaches `event`: its day, as start dates are written, where that will do.
  std::string start_for(Instant event) const {
    const auto day = std::chrono::floor<std::chrono::days>(event);
    return day + input_.settings.backfill_limit >= event ? to_text(Instant(day)).substr(0, 10) : to_text(event);
  }

  std::string start_later_or_reach(Instant next) const {
    return fmt::format(
        "set snowplow__start_date to {}, where the first event lies, or snowplow__backfill_limit_days to {} or more "
        "for the first run",
        start_for(next), days_over(next - input_.settings.start_date));
  }

  EndWords new_model() const {
    const Names missing = models_with([](std::size_t rows) { return rows == 0; });
    Names idle;
    std::ranges::copy_if(missing, std::back_inserter(idle), [&](auto model) { return !moved_.contains(model); });
    if (!idle.empty()) {
      return {SimulationEnd::kStuckState2,
              fmt::format("{} never {} a row: {} {} counted for {} models, and {}", idle_text(idle),
                          plural(idle.size(), "gets", "get"), rows_.size(), plural(rows_.size(), "row is", "rows are"),
                          input_.models.size(), repeats()),
              run_or_leave_out(idle)};
    }
    if (missing.empty()) return counted_twice();
    return window_.empty() ? start_after_rows(missing) : nothing_for(missing);
  }

  // Every name has its row, and yet the numbers differ: a name stands in the list twice.
  EndWords counted_twice() const {
    Names twice;
    for (const std::string_view model : models_with([](std::size_t) { return true; })) {
      if (std::ranges::count(input_.models, model) > 1) twice.push_back(model);
    }
    return {SimulationEnd::kStuckState2,
            fmt::format("{} {} for more than one model, as the versions of a model share its name, but {} one row: {} "
                        "{} counted for {} models, and {}",
                        name_list(twice), plural(twice.size(), "stands", "stand"), plural(twice.size(), "has", "have"),
                        rows_.size(), plural(rows_.size(), "row is", "rows are"), input_.models.size(), repeats()),
            "let only one version of a model carry the package's tag, and disable the others"};
  }

  EndWords start_after_rows(const Names& missing) const {
    return {SimulationEnd::kStuckState2,
            fmt::format("the start date {} lies after every last_success, of which {} is the latest: the window ends "
                        "before it begins, so {} never {} a row",
                        to_text(input_.settings.start_date), to_text(largest_), name_list(missing),
                        plural(missing.size(), "gets", "get")),
            fmt::format("set snowplow__start_date to a day before {}", to_text(largest_))};
  }

  EndWords nothing_for(const Names& missing) const {
    const auto next = input_.events.first_after(window_.upper_limit, std::min(largest_, now_));
    return {SimulationEnd::kStuckState2,
            fmt::format("no event lies in the window {}, so {} never {} a row, and every run repeats it", window_text(),
                        name_list(missing), plural(missing.size(), "gets", "get")),
            next ? start_later_or_reach(*next)
                 : "set snowplow__start_date to an earlier day, before the latest event that the other models hold"};
  }

  EndWords out_of_sync() const {
    Names idle;
    for (const auto& [model, time] : rows_) {
      if (time == smallest_ && !moved_.contains(model)) idle.push_back(model);
    }
    if (!idle.empty()) {
      return {SimulationEnd::kStuckState3,
              fmt::format("{} {} at {} while others have reached {}: the package stays out of sync, and {}",
                          idle_text(idle), plural(idle.size(), "stays", "stay"), to_text(smallest_), to_text(largest_),
                          repeats()),
              run_or_leave_out(idle)};
    }
    const auto next = input_.events.first_after(smallest_, std::min(largest_, now_));
    return next ? gap(next) : no_such_event();
  }

  // The others reach the latest event before such a row, never the row itself.
  EndWords no_such_event() const {
    Names latest;
    Names ahead;
    for (const auto& [model, time] : rows_) {
      if (time == largest_) latest.push_back(model);
      if (time != smallest_) ahead.push_back(model);
    }
    const std::string also_later = largest_ > now_ ? fmt::format(" (it lies after now, {})", to_text(now_)) : "";
    return {SimulationEnd::kStuckState3,
            fmt::format("no event has the time {}{}, the last_success of {}: the other models stay at {}, the package "
                        "is never in sync again, and {}",
                        to_text(largest_), also_later, name_list(latest), to_text(smallest_), repeats()),
            set_back(ahead)};
  }

  std::string set_back(const Names& ahead) const {
    const std::string what =
        fmt::format("set the last_success of {} to that of the other models, {}", name_list(ahead), to_text(smallest_));
    constexpr std::size_t kMostNames = 8;
    if (ahead.size() > kMostNames || !std::ranges::all_of(ahead, plain)) return what;
    return fmt::format(
        "{}: update MANIFEST_TABLE set last_success = timestamp '{}' where model in ('{}') (an earlier time would do "
        "no harm, a later one that no event has would)",
        what, to_text(smallest_), fmt::join(ahead, "', '"));
  }

  // The window holds nothing newer than the rows it starts from. `next` is the event that it would have to reach.
  EndWords gap(std::optional<Instant> next) const {
    const auto limit = input_.settings.backfill_limit;
    const std::string limit_text = to_text(limit);
    if (limit <= std::chrono::microseconds::zero()) {
      return {SimulationEnd::kGap, fmt::format("a limit of {} lets no run get further: {}", limit_text, repeats()),
              "set snowplow__backfill_limit_days to 1 or more"};
    }
    if (!next) {
      return {SimulationEnd::kGap,
              fmt::format("no event lies between {}, the last_success of the models, and now, {}, which is longer than "
                          "the limit of {}: {}, and events that arrive now are not reached",
                          to_text(smallest_), to_text(now_ - smallest_), limit_text, repeats()),
              fmt::format(
                  "nothing waits yet; when events arrive, set snowplow__backfill_limit_days to {} or more for one run",
                  days_over(now_ - smallest_))};
    }
    std::string cure = fmt::format("set snowplow__backfill_limit_days to {} or more for one run, then back",
                                   days_over(*next - smallest_));
    if (started_without_rows()) {
      cure += fmt::format("; or, where what lies before the gap is not needed, begin anew with snowplow__start_date {}",
                          start_for(*next));
    }
    return {SimulationEnd::kGap,
            fmt::format("no event lies between {} and {}, {}, which is longer than the limit of {}: {}",
                        to_text(smallest_), to_text(*next), to_text(*next - smallest_), limit_text, repeats()),
            std::move(cure)};
  }

  EndWords row_in_future() const {
    return {SimulationEnd::kRowInFuture,
            fmt::format("the last_success of the models, {}, lies after the time of the run, {}: the window ends "
                        "before it begins, and no run processes anything",
                        to_text(smallest_), to_text(now_)),
            "set the rows to the time of the latest event that the models hold"};
  }

  // `a and b (not selected), c (ephemeral)`: models that no run brings forward, by what keeps them.
  std::string idle_text(const Names& models) const {
    std::map<std::string, Names> by_cause;
    for (const std::string_view model : models) {
      const auto known = input_.why_not_run.find(model);
      const bool unknown = known == input_.why_not_run.end() || known->second.empty();
      by_cause[rows_.count(model) > 1 ? "more than one row"
               : unknown              ? "not selected"
                                      : printable(known->second)]
          .push_back(model);
    }
    std::vector<std::string> parts;
    for (const auto& [cause, names] : by_cause) parts.push_back(fmt::format("{} ({})", name_list(names), cause));
    return fmt::format("{}", fmt::join(parts, ", "));
  }

  static std::string run_or_leave_out(const Names& idle) {
    const std::string_view them = plural(idle.size(), "it", "them");
    return fmt::format("run {} too, leave {} out of models_to_run, or disable {} (enabled: false)", name_list(idle),
                       them, them);
  }

  std::string window_text() const {
    return fmt::format("{} to {}", to_text(window_.lower_limit), to_text(window_.upper_limit));
  }
  std::string repeats() const { return fmt::format("every run repeats the window {}", window_text()); }

  bool started_without_rows() const {
    return std::ranges::none_of(
        input_.rows, [&](const ManifestRow& row) { return std::ranges::count(input_.models, row.model) > 0; });
  }

  // The models in run, each once, whose number of rows passes.
  template <typename Passes>
  Names models_with(Passes passes) const {
    Names names;
    for (const std::string_view model : std::set<std::string_view>(input_.models.begin(), input_.models.end())) {
      if (passes(rows_.count(model))) names.push_back(model);
    }
    return names;
  }
  Names doubled() const {
    return models_with([](std::size_t rows) { return rows > 1; });
  }

  const SimulationInput& input_;
  RunWindow window_;
  Instant now_;  // of the last run
  std::set<std::string, std::less<>> moved_;
  std::multimap<std::string_view, Instant> rows_;  // of the models in run
  Instant smallest_ = Instant::max();
  Instant largest_ = Instant::min();
};

}  // namespace

EndWords standstill_words(const SimulationInput& input, const Simulation& simulation) {
  return Standstill(input, simulation).words();
}

}  // namespace plowline
