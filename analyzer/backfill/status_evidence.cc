#include "backfill/status_evidence.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <map>
#include <set>
#include <utility>

#include "artifact/console_text.h"
#include "backfill/run_log_words.h"
#include "backfill/status_prediction.h"

namespace plowline {
namespace {

constexpr std::array<std::string_view, 6> kPublished{"snowplow_unified",   "snowplow_web",
                                                     "snowplow_mobile",    "snowplow_media_player",
                                                     "snowplow_ecommerce", "snowplow_normalize"};

// A model beyond the base models of the package ran well; without a project whatever is of no other package counts.
bool processed_models(const LoggedRun& run, const Evidence& evidence) {
  if (evidence.known != nullptr) return !tagged_models_that_ran(evidence, run).empty();
  const auto is_others = [&](std::string_view model) {
    return std::ranges::any_of(run.packages, [&](const LoggedPackage& other) {
      return !other.package.empty() && other.package != evidence.package &&
             last_part(model).starts_with(other.package + "_");
    });
  };
  return std::ranges::any_of(run.succeeded_models, [&](const std::string& model) {
    return !is_base_model(model, evidence.package) && !is_others(model);
  });
}

using Duration = std::chrono::microseconds;

// A run tells that models_to_run was set, although its value is not known: in states 3 and 4 every model in run has a
// row, so a tagged model without one was not in it; and a tagged model that ran well and got no row was not, either.
bool models_to_run_is_set(const Evidence& evidence) {
  const SeenRun* seen = evidence.last_seen();
  if (seen == nullptr || !evidence.seen_in_last_run() || !seen->part.state || !advanced(*seen) || evidence.rows.empty())
    return false;
  if (seen->part.state == RunState::kStandard || seen->part.state == RunState::kOutOfSync) return true;
  return std::ranges::any_of(tagged_models_that_ran(evidence, *seen->run), [&](const std::string& model) {
    return std::ranges::find(evidence.rows, model, &ManifestRow::model) == evidence.rows.end();
  });
}

class Gatherer {
 public:
  // Runs of another target than the last one's write other tables.
  explicit Gatherer(const StatusInput& input) : input_(input) {
    for (const LoggedRun& run : input.runs) {
      if (is_model_run(run)) runs_.push_back(&run);
    }
    if (runs_.empty() || runs_.back()->target.empty()) return;
    const std::string& target = runs_.back()->target;
    std::erase_if(runs_, [&](const LoggedRun* run) { return !run->target.empty() && run->target != target; });
  }

  std::vector<Evidence> gather();

 private:
  Evidence& of(std::string_view package);
  void take_runs();
  void take_tables();
  void name_the_unnamed();
  void settle_settings(Evidence& evidence) const;
  void settle_models(Evidence& evidence) const;
  std::string package_of_rows(const std::vector<ManifestRow>& rows) const;
  std::string package_of_limits_row(const LimitsRow& limits) const;
  std::string only_package() const;
  const KnownPackage* known(std::string_view package) const;

  const StatusInput& input_;
  std::vector<const LoggedRun*> runs_;
  std::vector<Evidence> all_;
};

Evidence& Gatherer::of(std::string_view package) {
  const auto found = std::ranges::find(all_, package, &Evidence::package);
  if (found != all_.end()) return *found;
  Evidence& added = all_.emplace_back();
  added.package = package;
  added.known = known(package);
  return added;
}

const KnownPackage* Gatherer::known(std::string_view package) const {
  if (!input_.project) return nullptr;
  const auto found = std::ranges::find(*input_.project, package, &KnownPackage::package);
  return found == input_.project->end() ? nullptr : &*found;
}

// A package's name where only one comes into question: of the log's windows, else of the project.
std::string Gatherer::only_package() const {
  std::string name;
  for (const Evidence& evidence : all_) {
    if (evidence.package.empty()) continue;
    if (!name.empty()) return {};
    name = evidence.package;
  }
  if (name.empty() && input_.project && input_.project->size() == 1) name = input_.project->front().package;
  return name;
}

// In which a package counts if its window was computed, or its hook failed. One of which only the hook ran well (its
// models were not selected) has nothing to tell.
void Gatherer::take_runs() {
  for (const LoggedRun* run : runs_) {
    for (const LoggedPackage& part : run->packages) {
      const bool failed_hook = std::ranges::any_of(run->failures, [&](const LoggedNode& node) {
        const auto hook = hook_name(node.name);
        return hook && hook->end && hook->package == part.package;
      });
      const bool computed = std::ranges::any_of(run->succeeded_models, [&](const std::string& model) {
        return !part.package.empty() && package_of_limits(last_part(model)) == part.package;
      });
      if (!computed && !part.state && !part.upper_limit && !failed_hook && part.end_hooks_ok) continue;
      Evidence& evidence = of(part.package);
      evidence.silent = computed && !part.state && !part.upper_limit;
      if (!part.upper_limit) continue;
      evidence.seen.push_back({run, part, processed_models(*run, evidence)});
    }
    // A run that fails while dbt parses names the model that it failed at.
    for (const std::string& error : run->errors) {
      const std::size_t at = error.find(" in model ");
      if (at == std::string::npos) continue;
      const std::string_view rest = std::string_view(error).substr(at + std::string_view(" in model ").size());
      if (const auto package = package_of_limits(rest.substr(0, rest.find(' ')))) (void)of(*package);
    }
  }
}

std::string Gatherer::package_of_rows(const std::vector<ManifestRow>& rows) const {
  const auto most = [&](const auto& candidates, const auto& name_of, const auto& fits) {
    std::string best;
    std::size_t best_hits = 0;
    bool tie = false;
    for (const auto& candidate : candidates) {
      const auto hits = static_cast<std::size_t>(
          std::ranges::count_if(rows, [&](const ManifestRow& row) { return fits(candidate, row.model); }));
      if (hits > best_hits) best = name_of(candidate);
      tie = hits == best_hits ? tie || hits > 0 : hits > best_hits ? false : tie;
      best_hits = std::max(best_hits, hits);
    }
    return tie ? std::string() : best;
  };
  if (input_.project) {
    std::string name = most(
        *input_.project, [](const KnownPackage& package) { return package.package; },
        [](const KnownPackage& package, const std::string& model) {
          return std::ranges::find(package.tagged, model, &KnownPackage::Model::name) != package.tagged.end();
        });
    if (!name.empty()) return name;
  }
  std::set<std::string> names(kPublished.begin(), kPublished.end());
  for (const Evidence& evidence : all_) {
    if (!evidence.package.empty()) names.insert(evidence.package);
  }
  std::string name = most(
      names, [](const std::string& package) { return package; },
      [](const std::string& package, const std::string& model) { return model.starts_with(package + "_"); });
  return name.empty() ? only_package() : name;
}

std::string Gatherer::package_of_limits_row(const LimitsRow& limits) const {
  const Instant lower = std::chrono::floor<std::chrono::seconds>(limits.lower_limit);
  std::string name;
  for (const Evidence& evidence : all_) {
    const SeenRun* seen = evidence.last_seen();
    if (seen == nullptr || std::chrono::floor<std::chrono::seconds>(*seen->part.lower_limit) != lower) continue;
    if (!name.empty()) return only_package();
    name = evidence.package;
  }
  return name.empty() ? only_package() : name;
}

void Gatherer::take_tables() {
  for (const StatusInput::Rows& table : input_.rows) {
    Evidence& evidence = of(table.package.empty() ? package_of_rows(table.rows) : table.package);
    evidence.has_rows = true;
    evidence.rows.insert(evidence.rows.end(), table.rows.begin(), table.rows.end());
  }
  for (const StatusInput::Limits& table : input_.limits)
    of(table.package.empty() ? package_of_limits_row(table.limits) : table.package).limits = table.limits;
}

// What the log does not name belongs to the one package that there is; of several, to none.
void Gatherer::name_the_unnamed() {
  const auto unnamed = std::ranges::find(all_, std::string_view(), &Evidence::package);
  if (unnamed == all_.end()) return;
  const std::string name = only_package();
  if (all_.size() == 1) {
    unnamed->package = name;
    unnamed->known = known(name);
    return;
  }
  if (name.empty()) {
    if (unnamed->seen.empty() && !unnamed->has_rows && !unnamed->limits) all_.erase(unnamed);
    return;
  }
  const auto named = std::ranges::find(all_, name, &Evidence::package);
  if (named->seen.empty()) named->seen = std::move(unnamed->seen);
  if (!named->has_rows && unnamed->has_rows) {
    named->has_rows = true;
    named->rows = std::move(unnamed->rows);
  }
  if (!named->limits) named->limits = unnamed->limits;
  all_.erase(unnamed);
}

// The user's word, the run's own command line, the windows themselves, the project, and Snowplow's defaults.
void Gatherer::settle_settings(Evidence& evidence) const {
  std::vector<KnownSettings> sources{input_.settings};
  if (evidence.last_run != nullptr) {
    if (const auto vars = vars_of_run(*evidence.last_run)) sources.push_back(vars->settings);
  }
  KnownSettings project;
  if (evidence.known != nullptr) project = evidence.known->settings;
  const auto take = [](const std::vector<KnownSettings>& from, auto member, auto& value, bool& is_known) {
    for (const KnownSettings& settings : from) {
      if (is_known || !(settings.*member)) continue;
      value = *(settings.*member);
      is_known = true;
    }
  };
  RunSettings& settings = evidence.settings;
  settings.start_date = Instant(std::chrono::sys_days(std::chrono::year{2020} / 1 / 1));
  KnownSettings shown;
  for (const SeenRun& seen : evidence.seen) {
    if (const auto lookback = lookback_shown(window_of(seen))) shown.lookback = lookback;
  }
  take(sources, &KnownSettings::lookback, settings.lookback, evidence.lookback_known);
  take({shown, project}, &KnownSettings::lookback, settings.lookback, evidence.lookback_known);
  take(sources, &KnownSettings::start_date, settings.start_date, evidence.start_known);
  take(sources, &KnownSettings::backfill_limit, settings.backfill_limit, evidence.limit_known);
  for (const SeenRun& seen : evidence.seen) {
    const bool from_start = seen.part.state == RunState::kNoRows || seen.part.state == RunState::kNewModel;
    if (from_start) shown.start_date = seen.part.lower_limit;
    if (const auto limit = limit_shown(window_of(seen), settings.lookback)) shown.backfill_limit = limit;
  }
  take({shown, project}, &KnownSettings::start_date, settings.start_date, evidence.start_known);
  take({shown, project}, &KnownSettings::backfill_limit, settings.backfill_limit, evidence.limit_known);
  if (evidence.limit_known) return;
  // No window is longer than the limit.
  for (const SeenRun& seen : evidence.seen) {
    const bool looks_back = seen.part.state == RunState::kOutOfSync || seen.part.state == RunState::kStandard;
    const auto reach = *seen.part.upper_limit - *seen.part.lower_limit - (looks_back ? settings.lookback : Duration{});
    settings.backfill_limit = std::max<Duration>(settings.backfill_limit, std::chrono::ceil<std::chrono::days>(reach));
  }
}

// Models in run are the tagged models that models_to_run leaves. Without a project the rows have to tell: a name
// without a row may be a new model, or a word that the packages pass over.
void Gatherer::settle_models(Evidence& evidence) const {
  evidence.tokens = input_.models_to_run;
  if (!evidence.tokens && evidence.last_run != nullptr) {
    if (auto vars = vars_of_run(*evidence.last_run)) evidence.tokens = std::move(vars->models_to_run);
  }
  const auto named = [&](const std::string& model) {
    return !evidence.tokens || evidence.tokens->empty() ||
           std::ranges::find(*evidence.tokens, model) != evidence.tokens->end();
  };
  const auto has_row = [&](const std::string& model) {
    return std::ranges::find(evidence.rows, model, &ManifestRow::model) != evidence.rows.end();
  };
  std::vector<std::string>& models = evidence.models;
  if (evidence.known != nullptr) {
    const bool restricted = !evidence.tokens && evidence.has_rows && models_to_run_is_set(evidence);
    bool left_out = false;
    for (const KnownPackage::Model& model : evidence.known->tagged) {
      if (!named(model.name)) continue;
      if (restricted && !has_row(model.name)) {
        left_out = true;
        continue;
      }
      models.push_back(model.name);
    }
    if (left_out)
      evidence.notes.emplace_back(
          "the last run shows that models_to_run leaves out tagged models of the project: it is taken to name those "
          "with a row (--models says it)");
  } else if (evidence.has_rows) {
    std::vector<std::string> without;
    for (const ManifestRow& row : evidence.rows) {
      if (named(row.model) && std::ranges::find(models, row.model) == models.end()) models.push_back(row.model);
    }
    if (evidence.tokens) {
      for (const std::string& token : *evidence.tokens) {
        if (!has_row(token)) (models.empty() ? models : without).push_back(token);
      }
    }
    if (!without.empty())
      evidence.notes.push_back(fmt::format(
          "no row for: {} (not counted: without a project it cannot be told whether the packages count them)",
          printable(fmt::format("{}", fmt::join(without, ", ")))));
  }
  std::ranges::sort(models);
  evidence.names = models;
  std::size_t times = 0;
  for (std::size_t i = 1; i < models.size(); ++i) {  // versions of one model
    times = evidence.names[i] == evidence.names[i - 1] ? times + 1 : 0;
    models[i].append(times, '\n');
  }
}

std::vector<Evidence> Gatherer::gather() {
  take_runs();
  take_tables();
  name_the_unnamed();
  for (Evidence& evidence : all_) {
    if (!runs_.empty()) {
      evidence.last_run = runs_.back();
      const auto part = std::ranges::find(runs_.back()->packages, evidence.package, &LoggedPackage::package);
      if (part != runs_.back()->packages.end()) evidence.last = *part;
    }
    settle_settings(evidence);
    settle_models(evidence);
  }
  return std::move(all_);
}

}  // namespace

ShownWindow window_of(const SeenRun& seen) {
  return {seen.part.state, *seen.part.lower_limit, *seen.part.upper_limit};
}

std::vector<Evidence> gather_evidence(const StatusInput& input) {
  return Gatherer(input).gather();
}

bool is_model_run(const LoggedRun& run) {
  constexpr std::array<std::string_view, 3> kCommands{"run", "build", "retry"};
  const std::vector<std::string_view> words = words_of(run.command);
  if (words.size() > 1) {
    // Global flags may stand before the command.
    return std::ranges::any_of(
        words, [&](std::string_view word) { return std::ranges::find(kCommands, word) != kCommands.end(); });
  }
  const bool ran_models =
      std::ranges::any_of(run.packages, [](const LoggedPackage& part) { return part.state || part.upper_limit; });
  return ran_models || !run.succeeded_models.empty() || !run.failures.empty() || !run.errors.empty() ||
         (run.target.empty() ? run.reached_end : true);
}

bool is_base_model(std::string_view model, std::string_view package) {
  const std::string_view name = last_part(model);
  if (package.empty() || !name.starts_with(package)) return false;
  const std::string_view rest = name.substr(package.size());
  return rest.starts_with("_base_") || rest == "_incremental_manifest" || rest == "_events_this_run";
}

std::vector<std::string> models_without_row(const Evidence& evidence) {
  std::map<std::string_view, std::size_t> rows;
  for (const ManifestRow& row : evidence.rows) ++rows[row.model];
  std::vector<std::string> without;
  for (const std::string& name : evidence.names) {
    if (rows[name] > 0) {
      --rows[name];
    } else if (without.empty() || without.back() != name) {
      without.push_back(name);
    }
  }
  return without;
}

std::vector<std::string> tagged_models_that_ran(const Evidence& evidence, const LoggedRun& run) {
  std::vector<std::string> names;
  if (evidence.known == nullptr) return names;
  for (const KnownPackage::Model& model : evidence.known->tagged) {
    const bool ran = std::ranges::any_of(run.succeeded_models, [&](const std::string& logged) {
      return logged.starts_with("model.") ? logged == model.unique_id : logged == model.alias;
    });
    if (ran && !model.ephemeral) names.push_back(model.name);
  }
  std::ranges::sort(names);
  names.erase(std::unique(names.begin(), names.end()), names.end());
  return names;
}

}  // namespace plowline
