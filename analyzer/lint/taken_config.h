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
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "artifact/placed_value.h"
#include "diagnostic/error.h"
#include "lint/config_init.h"
#include "lint/layers.h"
#include "lint/path_patterns.h"

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

// Reads the file of any of these linters; which it is shows in what it holds. `seen` are the projects that plowline.yml
// is for: patterns over paths are held against their files. Errors (status 2): a file that is none of them, or holds no
// check that plowline has a rule for. (status 3): cannot be read, no YAML.
Result<TakenConfig> take_config(const std::filesystem::path& file, const SeenProjects& seen = {});

// The plowline.yml: entries of one rule stand together, what was not taken is listed at the end. Same input, same
// bytes; it can be read without errors (a test does that).
std::string config_text(const TakenConfig& taken, const std::vector<SeenProject>& projects);

// --- one file for each linter
// ----------------------------------------------------------------------------------------

// `document` is the whole file. Its hooks that are no checks (dbt-run and the like) are listed as untaken. Paths in it
// are the repository's. Errors: a file of another shape.
Result<void> take_checkpoint(const PlacedValue& document, const PathPatterns& paths, TakenConfig& taken);
// Paths in it are the project's, as they are for the next.
Result<void> take_bouncer(const PlacedValue& document, const PathPatterns& paths, TakenConfig& taken);

// dbt_project_evaluator_exceptions.csv.
struct ExceptionsSeed {
  bool found = false;
  std::string text;
  std::string folders;  // where it was looked for
};
void take_evaluator(const PlacedValue& document, const ExceptionsSeed& exceptions, const PathPatterns& paths,
                    TakenConfig& taken);

// Which rules stand for what the other linter asks for: `check-model-has-tests`, `check_model_access`,
// `fct_root_models`, and the rule. One name may be there with several.
struct TakenRule {
  std::string_view name;
  std::string_view rule;
};
std::vector<TakenRule> rules_of_checkpoint();
std::vector<TakenRule> rules_of_bouncer();
std::vector<TakenRule> rules_of_evaluator();

// --- what they share
// -------------------------------------------------------------------------------------------------

// Narrows the entry to the files that any of the patterns matches, or to the others. Returns why where that cannot be
// done, and leaves the entry as it is then. Where no file is left, the entry is about another project, if any.
std::optional<PathsUnsaid> only_files(const PathPatterns& paths, const std::vector<PathPattern>& patterns,
                                      TakenEntry& entry);
std::optional<PathsUnsaid> without_files(const PathPatterns& paths, const std::vector<PathPattern>& patterns,
                                         TakenEntry& entry);

// A text and a list as YAML on one line.
std::string yaml_text(const std::string& text);
std::string yaml_list(const std::vector<std::string>& texts);

// The scalar, or those of the list. Nothing where a map or a list is among them.
std::optional<std::vector<std::string>> texts_in(const PlacedValue& value);

}  // namespace plowline
