// The configuration of another dbt linter in plowline's terms: for teams that
// come from there.
//
// dbt-checkpoint's hooks stand in .pre-commit-config.yaml, dbt-bouncer's checks
// in dbt-bouncer.yml, dbt-project-evaluator's variables in dbt_project.yml and
// its exceptions in a seed beside that. Each of them becomes entries of
// `rules:` that ask for the same. What has no equal in plowline is listed with
// its reason: nothing is dropped without a word. (Which rule stands for what is
// told by other_linters.h for people; the tables here also say what becomes of
// the arguments.)
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "artifact/placed_value.h"
#include "diagnostic/error.h"
#include "lint/config_init.h"
#include "lint/layers.h"

namespace plowline {

struct TakenEntry {
  std::string rule;
  std::string severity;            // `error`, `warn`
  std::vector<std::string> where;  // dbt selectors; empty: everywhere
  std::vector<std::string> except;
  // Names, and values as YAML on one line.
  std::vector<std::pair<std::string, std::string>> options;
  std::string from;  // `check-model-has-tests`, as the other linter calls it
  std::size_t line = 0;
};

// A part that plowline has no equal for.
struct UntakenPart {
  std::string from;
  std::string reason;
  std::size_t line = 0;  // 0: of no one place
};

struct TakenConfig {
  std::string linter;  // `dbt-checkpoint`
  std::filesystem::path file;
  std::vector<TakenEntry> entries;  // in the file's order
  std::vector<UntakenPart> untaken;
  LayerSettings layers;             // those that differ from the default ones
  std::vector<std::string> except;  // nodes that no rule looks at
};

// Reads the file of any of these linters; which it is shows in what it holds.
// Errors (status 2): a file that is none of them. (status 3): cannot be read,
// no YAML.
Result<TakenConfig> take_config(const std::filesystem::path& file);

// The plowline.yml, for one project or several: entries of one rule stand together, what was not taken is
// listed at the end. Same input, same bytes; it can be read without errors (a
// test does that).
std::string config_text(const TakenConfig& taken, const std::vector<SeenProject>& projects);

// --- one file for each linter
// ----------------------------------------------------------------------------------------

// `document` is the whole file. Its hooks that are no checks (dbt-run and the
// like) are listed as untaken.
void take_checkpoint(const PlacedValue& document, TakenConfig& taken);
void take_bouncer(const PlacedValue& document, TakenConfig& taken);
// `exceptions`: the text of seeds/dbt_project_evaluator_exceptions.csv; empty
// where there is none.
void take_evaluator(const PlacedValue& document, const std::string& exceptions, TakenConfig& taken);

// --- what they share
// -------------------------------------------------------------------------------------------------

// dbt selectors for the files that a regular expression matches from the start
// of their path, where that can be said in dbt's language: `^models/marts`,
// `^models/a|^models/b/.*`, `^models/x.sql$`. Nothing where it cannot.
std::vector<std::string> selectors_for_paths(const std::string& pattern);

// A text and a list as YAML on one line.
std::string yaml_text(const std::string& text);
std::string yaml_list(const std::vector<std::string>& texts);

}  // namespace plowline
