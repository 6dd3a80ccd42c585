// plowline.yml: which rules run, how severely, on which nodes, with which options.
//
//   presets: [recommended, snowplow]     # recommended, snowplow, strict, all; [] or none: no preset
//   lint_packages: false                 # true, or names: nodes of those dbt packages are looked at too
//   max_warnings: 0
//   except: "path:models/legacy"         # nodes that no rule looks at, in dbt's selection language
//   layers:                              # what models belong to which layer; see layers.h
//     staging: {prefixes: stg_, folders: staging}
//   baseline: .plowline-baseline.json    # paths are relative to this file
//   catalog: target/catalog.json
//   sql_rules: lint/                     # rules of one's own: .sql files, and folders of them
//   state: prod-artifacts                # a folder with an earlier manifest.json (and catalog.json)
//   rules:
//     snowplow: error                    # a subject: the severity of its rules
//     model-description:                 # a rule, with its options beside what every rule has
//       severity: warn                   # error, warn, on (the rule's own severity), off
//       where: "path:models/marts"       # a text, or a list of them: like several --select of dbt
//       except: "tag:legacy"
//       min_length: 20
//     model-access:                      # a list: the rule runs once for each, mostly on different nodes
//       - {where: "path:models/marts", access: {models/: public}}
//       - {where: "path:models/staging", access: {models/: private}}
//   projects:                            # where one repository holds several dbt projects
//     - path: shop
//       state: prod/shop
//       rules: {…}
//
// A rule's options stand beside `severity` and not under a key of their own: one level less to write, and no rule may
// have an option with one of those three names (a test sees to that).
//
// What counts where several entries speak of one rule:
//   severity, where   the nearest one: the rule's entry in the project, the rule's common entry, the subject's in the
//                     project, the subject's common one
//   options           each one by itself, the same way
//   a list            stands in a project for the whole list of the common entry; a common entry that is none goes on
//                     to count for each of its elements
//   except            all of them together: what any of them leaves out is left out
// A rule runs where a preset has it, where it has an entry of its own that does not say `off`, or where its subject is
// `on`. `error` and `warn` of a subject give that severity to those of its rules that run anyway; `off` switches them
// off, but for rules with an entry of their own.
//
// What is wrong in the file is an Error with status 2, line and column; nothing is taken for something else.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "diagnostic/error.h"
#include "lint/layers.h"
#include "lint/rule.h"

namespace plowline {

// ---- presets --------------------------------------------------------------------------------------------------------

// recommended, snowplow, strict, all.
std::span<const std::string_view> preset_names();
// One sentence for users; empty for an unknown name.
std::string_view preset_description(std::string_view preset);
// Whether the preset switches the rule on. `strict` has what `recommended` has.
bool preset_has(std::string_view preset, const RuleInfo& rule);

// ---- what the file says ---------------------------------------------------------------------------------------------

enum class RuleLevel : std::uint8_t {
  kOff,
  kOn,  // at the rule's own severity
  kWarn,
  kError,
};

// An entry of `rules:`.
struct RuleSetting {
  std::optional<RuleLevel> level;  // `severity`
  std::vector<std::string> where;  // empty: not written
  std::vector<std::string> except;
  std::map<std::string, OptionValue> options;  // of rules only; those that are written
};

struct RuleSettings {
  // By the rule's name; several where its entry is a list. Never an empty list.
  std::map<std::string, std::vector<RuleSetting>, std::less<>> rules;
  std::map<std::string, RuleSetting, std::less<>> subjects;  // by the subject's
};

// An entry of `projects:`. Paths that are not written are empty. All but target_path are relative to the working
// directory, as the file's own path is.
struct ProjectEntry {
  std::filesystem::path path;  // the folder with dbt_project.yml; empty only where `manifest` is given
  std::filesystem::path manifest;
  std::filesystem::path target_path;  // dbt's --target-path: relative to the project's folder
  std::filesystem::path catalog;
  std::filesystem::path state;
  std::filesystem::path state_catalog;
  std::vector<std::string> except;
  RuleSettings rules;
  Position position;  // of the entry in the file, for errors about what it names
};

struct LintConfig {
  std::filesystem::path file;  // empty: there is no file, and all is at its default
  std::optional<std::vector<std::string>>
      presets;  // nothing: recommended, and snowplow where such a package is installed
  LintedPackages packages;
  std::optional<std::int64_t> max_warnings;
  // As in ProjectEntry; catalog, state and state_catalog are empty where there are `projects`.
  std::filesystem::path baseline;
  std::filesystem::path catalog;
  std::filesystem::path state;
  std::filesystem::path state_catalog;
  std::vector<std::string> except;
  LayerSettings layers = default_layers();
  std::vector<std::filesystem::path> sql_rules;  // files and folders
  RuleSet rule_set;                              // the rules that there are, those of sql_rules too
  RuleSettings rules;
  std::vector<ProjectEntry> projects;  // in the file's order; empty: the one project around the working directory
};

// plowline.yml, plowline.yaml or .plowline.yml in `start` (empty: the working directory) or in the nearest folder above
// it that has one. The search ends at a folder with a .git, or at the root. Nothing where there is none. The path is
// as short as can be: `plowline.yml`, `../plowline.yml`. Errors: two of them in one folder.
Result<std::optional<std::filesystem::path>> find_lint_config(const std::filesystem::path& start = {});

// Reads the user's own rules from the files and folders of `sql_rules`.
using OwnRulesReader =
    std::function<Result<std::vector<std::shared_ptr<const Rule>>>(const std::vector<std::filesystem::path>& paths)>;

// Reads and checks the whole file; an empty one is fine. Without a reader there are no rules of the user's own. Errors
// (status 2, with line and column, and the nearest name where one is meant): no YAML, a key twice, an unknown key,
// rule, subject, preset or option, a value of the wrong type or out of range, a broken regular expression or selector,
// and a file that cannot be read.
Result<LintConfig> read_lint_config(const std::filesystem::path& file, const OwnRulesReader& own_rules = {});

// ---- what follows from it -------------------------------------------------------------------------------------------

struct RuleChoice {
  const Rule* rule = nullptr;
  std::shared_ptr<const ConfiguredRule> configured;
  Severity severity = Severity::kWarn;  // never kOff
  std::vector<std::string> where;       // several --select of dbt; empty: all nodes
  // Several --exclude: of the rule's entries and its subject's. LintConfig::except and ProjectEntry::except are for all
  // rules alike and stand there only.
  std::vector<std::string> except;
};

// The rules to run, sorted by name; one that has a list of entries stands there once for each. `project` is the entry
// whose settings count too, or null. With `only` (--rule: names of rules, or of subjects for all of theirs) just those,
// whatever presets and severities say: one that is switched off has its own severity then. Options, where and except
// hold all the same. Errors: an unknown name in `only`.
Result<std::vector<RuleChoice>> choose_rules(const LintConfig& config, const ProjectEntry* project, bool has_snowplow,
                                             const std::vector<std::string>& only = {});

// `name` as a rule, or an Error (status 2) with the nearest name there is. Valid as long as `rules`.
Result<const Rule*> rule_named(std::string_view name, const RuleSet& rules);

}  // namespace plowline
