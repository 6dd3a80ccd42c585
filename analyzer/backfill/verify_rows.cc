// What manifest rows tell without a warehouse: see verify.h.
#include <algorithm>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <map>

#include "backfill/verify.h"
#include "diagnostic/name_list.h"

namespace plowline {
namespace {

using Times = std::multimap<std::string, Instant, std::less<>>;

Times times_of(std::span<const ManifestRow> rows) {
  Times times;
  for (const ManifestRow& row : rows) times.emplace(row.model, row.last_success);
  return times;
}

std::optional<Instant> latest_of(const Times& times, const std::vector<std::string>& models) {
  std::optional<Instant> latest;
  for (const std::string& model : models) {
    const auto [begin, end] = times.equal_range(model);
    for (auto it = begin; it != end; ++it) latest = latest ? std::max(*latest, it->second) : it->second;
  }
  return latest;
}

class Judge {
 public:
  Judge(const PackageTables& package, std::span<const ManifestRow> production,
        const std::optional<std::vector<ManifestRow>>& staging, const RunSettings& settings, Instant now)
      : package_(package),
        rows_(production.begin(), production.end()),
        times_(times_of(production)),
        settings_(settings),
        now_(now),
        models_(models_after_merge(package)) {
    if (staging) staging_ = times_of(*staging);
  }

  ManifestVerdict verdict() {
    verdict_.package = package_.package;
    if (models_.empty()) {
      verdict_.reason = "no model of the package counts in production";
      return std::move(verdict_);
    }
    count_rows();
    compare_staging();
    verdict_.next = run_limits(rows_, models_, settings_, now_);
    verdict_.in_sync = verdict_.next.state == RunState::kStandard && verdict_.missing.empty();
    imagine_record();
    say();
    return std::move(verdict_);
  }

 private:
  void count_rows() {
    for (const std::string& model : models_) {
      const std::size_t count = times_.count(model);
      if (count == 0) verdict_.missing.push_back(model);
      if (count > 1) verdict_.duplicated.push_back(model);
    }
    const auto own = latest_of(times_, package_.production_models);
    for (const std::string& model : package_.new_models) {
      const auto latest = latest_of(times_, {model});
      if (latest && own && *latest > *own) verdict_.ahead_of_production.push_back(model);
    }
  }

  void compare_staging() {
    if (!staging_) return;
    bool one_each = !package_.staging_models.empty();
    std::optional<Instant> common;
    for (const std::string& model : package_.staging_models) {
      if (staging_->count(model) != 1) {
        one_each = false;
        continue;
      }
      const Instant time = staging_->find(model)->second;
      if (common && *common != time) one_each = false;
      common = time;
    }
    verdict_.staging_in_sync = one_each;
    for (const std::string& model : package_.new_models) {
      const auto there = latest_of(times_, {model});
      const auto here = latest_of(*staging_, {model});
      if (there && here && *there > *here) verdict_.ahead_of_staging.push_back(model);
    }
  }

  // What `record` would insert: staging's time, but never one later than all of production's own.
  void imagine_record() {
    if (verdict_.missing.empty() || !staging_) return;
    const auto own = latest_of(times_, package_.production_models);
    std::vector<ManifestRow> rows = rows_;
    for (const std::string& model : verdict_.missing) {
      const auto here = latest_of(*staging_, {model});
      if (!here || !std::ranges::binary_search(package_.new_models, model)) return;
      rows.push_back({model, own ? std::min(*here, *own) : *here});
    }
    verdict_.next_after_record = run_limits(rows, models_, settings_, now_);
  }

  void wrong(std::string reason, std::string next_step) {
    verdict_.reason = std::move(reason);
    verdict_.next_step = std::move(next_step);
  }

  // The worst first.
  void say() {
    if (!verdict_.duplicated.empty()) {
      return wrong(
          fmt::format("{}: more than one row, and such a model fails in every run: production stays in state 2",
                      comma_list(verdict_.duplicated)),
          "delete all but one row of each, keeping the earliest");
    }
    if (verdict_.next.state == RunState::kNoRows) {
      return wrong("none of production's models has a row: the next run would begin at the start date",
                   "see whether these are the rows of production's manifest");
    }
    if (!verdict_.missing.empty()) return say_missing();
    if (!verdict_.ahead_of_production.empty()) {
      return wrong(fmt::format("{}: later than all of production's own rows, and where no event has that very time, "
                               "production stays in state 3 for ever",
                               comma_list(verdict_.ahead_of_production)),
                   "set the row back to production's own latest last_success, or to staging's where that is earlier");
    }
    if (!verdict_.ahead_of_staging.empty()) {
      return wrong(fmt::format("{}: later than in staging, and unless production has run since, the events in between "
                               "are never processed",
                               comma_list(verdict_.ahead_of_staging)),
                   "set the row back to staging's last_success: production catches up from there by itself");
    }
    verdict_.safe = true;
    verdict_.reason = verdict_.in_sync ? "every model has one row, and all are at the same time"
                                       : "every model has one row, and those that are behind catch up by themselves";
  }

  void say_missing() {
    std::vector<std::string> others;
    std::ranges::set_difference(verdict_.missing, package_.new_models, std::back_inserter(others));
    if (!others.empty()) {
      return wrong(
          fmt::format("{}: no row, though production counts it: the next run is in state 2", comma_list(others)),
          "run it in production, or switch it off, before the merge");
    }
    const std::string names = comma_list(verdict_.missing);
    if (!verdict_.next_after_record) {
      return wrong(
          fmt::format(
              "{}: no row yet: merged like this, production's next run is in state 2 and begins at the start date",
              names),
          staging_ ? "staging's manifest has no row of it either: process it there first"
                   : "run the SQL of `plowline backfill record` before the merge");
    }
    if (verdict_.staging_in_sync == false) {
      return wrong("staging's models are not in sync: the last run there has not processed all of them",
                   "run staging again until it is up to date (plowline backfill run)");
    }
    verdict_.safe = true;
    verdict_.reason = fmt::format("{}: not recorded yet", names);
    verdict_.next_step = "run the SQL of `plowline backfill record`, then merge";
  }

  const PackageTables& package_;
  std::vector<ManifestRow> rows_;
  Times times_;
  std::optional<Times> staging_;
  const RunSettings& settings_;
  Instant now_;
  std::vector<std::string> models_;
  ManifestVerdict verdict_;
};

}  // namespace

ManifestVerdict verify_rows(const PackageTables& package, std::span<const ManifestRow> production,
                            const std::optional<std::vector<ManifestRow>>& staging, const RunSettings& settings,
                            Instant now) {
  return Judge(package, production, staging, settings, now).verdict();
}

}  // namespace plowline
