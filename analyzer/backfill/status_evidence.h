// What is known of each package, gathered from logs, rows, limits, flags and project. For status.cc and its parts.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "backfill/status.h"
#include "backfill/window_end.h"

namespace plowline {

// A package's part of a run that computed a window.
struct SeenRun {
  const LoggedRun* run = nullptr;
  LoggedPackage part;
  bool processed = false;  // a model beyond the package's base models ran: rows could be written
};

// Both limits are known of every run that counts as seen.
ShownWindow window_of(const SeenRun& seen);

struct Evidence {
  std::string package;
  const LoggedRun* last_run = nullptr;  // of all packages
  std::optional<LoggedPackage> last;    // the package's part of it
  std::vector<SeenRun> seen;            // in order
  bool silent = false;                  // its window was computed, and the log does not have the lines that tell it
  bool has_rows = false;
  std::vector<ManifestRow> rows;
  std::optional<LimitsRow> limits;
  const KnownPackage* known = nullptr;
  // What models_to_run is, from the flag or the run's own command line; nothing: not known.
  std::optional<std::vector<std::string>> tokens;
  // The models in run, sorted. A name that two versions share stands twice, the second time as `models` has it with a
  // line feed behind it: run_limits() counts each name once, the packages count versions.
  std::vector<std::string> names;
  std::vector<std::string> models;

  RunSettings settings;
  bool start_known = false;
  bool limit_known = false;
  bool lookback_known = false;
  std::vector<std::string> notes;

  const SeenRun* last_seen() const { return seen.empty() ? nullptr : &seen.back(); }
  // The last run of all is the last that computed this package's window.
  bool seen_in_last_run() const { return !seen.empty() && seen.back().run == last_run; }
};

// Runs of other commands (`dbt ls`, `dbt test`, …) are left out of account.
bool is_model_run(const LoggedRun& run);

std::vector<Evidence> gather_evidence(const StatusInput& input);

// The models of the package that ran well in `run`: names as their rows would have them.
std::vector<std::string> tagged_models_that_ran(const Evidence& evidence, const LoggedRun& run);
// Models in run with fewer rows than they count for: none, or one for two versions. Sorted.
std::vector<std::string> models_without_row(const Evidence& evidence);

// Whether `model` (unique_id or printed name) is one of the package's own base models, which are never counted.
bool is_base_model(std::string_view model, std::string_view package);

// The text behind --vars in the command of a run, read; nothing where the log does not have the command.
struct LoggedVars {
  std::vector<std::string> models_to_run;  // empty: not set
  KnownSettings settings;
};
std::optional<LoggedVars> vars_of_run(const LoggedRun& run);

}  // namespace plowline
