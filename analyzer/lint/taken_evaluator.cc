// dbt-project-evaluator: every one of its models is a rule here. What is set in
// dbt_project.yml (its variables, models that are switched off) and in the seed
// with exceptions becomes options, layers and `except`.
#include <algorithm>
#include <array>
#include <cmath>
#include <fmt/format.h>
#include <initializer_list>
#include <optional>

#include "lint/taken_config.h"

namespace plowline {
namespace {

using Kind = PlacedValue::Kind;

constexpr std::string_view kPackage = "dbt_project_evaluator";
constexpr std::string_view kSeed = "dbt_project_evaluator_exceptions";
// One is the new name of the other.
constexpr std::array<std::string_view, 2> kTestTrees{"data_tests", "tests"};
constexpr double kMostCounted = 1e9;

struct Mart {
  std::string_view model;
  std::string_view folder;  // below models/marts
  std::string_view rule;
  std::string_view reported;  // the column with the node that the rule reports;
                              // empty: it reports no one node
};

constexpr auto kMarts = std::to_array<Mart>({
    {"fct_chained_views_dependencies", "performance", "chained-views", "child"},
    {"fct_direct_join_to_source", "dag", "direct-join-to-source", "child"},
    {"fct_documentation_coverage", "documentation", "documentation-coverage", ""},
    {"fct_duplicate_sources", "dag", "duplicate-source", ""},
    {"fct_exposure_parents_materializations", "performance", "exposure-parent-materialization", "exposure_name"},
    {"fct_exposures_dependent_on_private_models", "governance", "exposure-public-parents", "exposure_name"},
    {"fct_hard_coded_references", "dag", "hard-coded-reference", "model"},
    {"fct_marts_or_intermediate_dependent_on_source", "dag", "layer-depends-on-source", "child"},
    {"fct_missing_primary_key_tests", "tests", "primary-key-tested", "resource_name"},
    {"fct_model_directories", "structure", "model-directory", "resource_name"},
    {"fct_model_fanout", "dag", "model-fanout", "parent"},
    {"fct_model_naming_conventions", "structure", "model-name", "resource_name"},
    {"fct_multiple_sources_joined", "dag", "multiple-sources-joined", "child"},
    {"fct_public_models_without_contract", "governance", "public-model-contract", "resource_name"},
    {"fct_rejoining_of_upstream_concepts", "dag", "rejoining-upstream-concepts", "child"},
    {"fct_root_models", "dag", "root-model", "child"},
    {"fct_source_directories", "structure", "source-properties-location", "resource_name"},
    {"fct_source_fanout", "dag", "source-fanout", "parent"},
    {"fct_sources_without_freshness", "tests", "source-freshness", "resource_name"},
    {"fct_staging_dependent_on_marts_or_intermediate", "dag", "staging-depends-on-downstream", "child"},
    {"fct_staging_dependent_on_staging", "dag", "staging-depends-on-staging", "child"},
    {"fct_test_coverage", "tests", "test-coverage", ""},
    {"fct_test_directories", "structure", "properties-colocated", "model_name"},
    {"fct_too_many_joins", "dag", "too-many-joins", "resource_name"},
    {"fct_undocumented_models", "documentation", "model-description", "resource_name"},
    {"fct_undocumented_public_models", "governance", "public-model-documented", "resource_name"},
    {"fct_undocumented_source_tables", "documentation", "source-table-description", "resource_name"},
    {"fct_undocumented_sources", "documentation", "source-description", "source_name"},
    {"fct_unused_sources", "dag", "unused-source", "parent"},
});

// Variables that are numbers. The evaluator's thresholds for fan-out and joins
// are the first value that is too many.
struct NumberVar {
  std::string_view name;
  std::string_view rule;
  std::string_view option;
  bool share = false;  // in per cent, with decimals
  int less = 0;
};
constexpr auto kNumbers = std::to_array<NumberVar>({
    {"documentation_coverage_target", "documentation-coverage", "target_pct", true},
    {"test_coverage_target", "test-coverage", "target_pct", true},
    {"models_fanout_threshold", "model-fanout", "max", false, 1},
    {"too_many_joins_threshold", "too-many-joins", "max", false, 1},
    {"chained_views_threshold", "chained-views", "max"},
});

// What concerns only how the evaluator itself runs.
constexpr auto kOwnVars =
    std::to_array<std::string_view>({"insert_batch_size", "max_depth_dag", "comment_chars", "token_costs"});

constexpr std::string_view kFolderSuffix = "_folder_name";
constexpr std::string_view kPrefixesSuffix = "_prefixes";

// The records of a CSV text.
std::vector<std::vector<std::string>> records_of(std::string_view text) {
  constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
  if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
  std::vector<std::vector<std::string>> records{{""}};
  bool quoted = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    std::vector<std::string>& fields = records.back();
    if (c == '"' && quoted && i + 1 < text.size() && text[i + 1] == '"') {
      fields.back() += c;
      ++i;
    } else if (c == '"') {
      quoted = !quoted;
    } else if (c == ',' && !quoted) {
      fields.emplace_back();
    } else if (c == '\n' && !quoted) {
      records.push_back({""});
    } else if (c != '\r') {
      fields.back() += c;
    }
  }
  return records;
}

// A pattern of SQL's LIKE as a glob: `stg_%` is `stg_*`. Names are full of `_`, so that stands for itself. Nothing
// where dbt's selection language would read more than a name.
std::optional<std::string> glob_for(std::string pattern) {
  const auto is_plain = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-' ||
           c == '.' || c == '%';
  };
  if (pattern.empty() || !std::ranges::all_of(pattern, is_plain)) return std::nullopt;
  std::ranges::replace(pattern, '%', '*');
  return pattern;
}

// The evaluator calls the table of a source `source.table`, and a LIKE pattern without a dot may match across it.
std::vector<std::string> source_selectors(const std::string& glob) {
  if (glob.find('.') != std::string::npos) return {"source:" + glob};
  std::vector<std::string> selectors;
  for (std::size_t at = glob.find('*'); at != std::string::npos; at = glob.find('*', at + 1)) {
    selectors.push_back("source:" + glob.substr(0, at) + "*.*" + glob.substr(at + 1));
  }
  return selectors;
}

// `orders.v2` is the second version of a model.
bool is_version(const std::string& glob) {
  const std::size_t dot = glob.rfind(".v");
  return dot != std::string::npos && dot + 2 < glob.size() &&
         std::ranges::all_of(glob.substr(dot + 2), [](char c) { return c >= '0' && c <= '9'; });
}

// What the rule reports there, in dbt's selection language. None: the evaluator's own pattern matches nothing either.
std::vector<std::string> selectors_for(const Mart& mart, const std::string& glob) {
  if (mart.reported == "exposure_name") return {"exposure:" + glob};
  if (mart.reported == "source_name") return {"source:" + glob};
  if (mart.rule.starts_with("source-") || mart.rule == "unused-source") return source_selectors(glob);
  // Of all kinds that the variable names.
  if (mart.rule == "primary-key-tested" && glob.find('.') != std::string::npos && !is_version(glob)) {
    return source_selectors(glob);
  }
  // A glob over a model's fqn begins with its folders; over its file, it is one over its name.
  const bool is_glob = glob.find('*') != std::string::npos && glob.find('.') == std::string::npos;
  return {is_glob ? "file:" + glob : glob};
}

class EvaluatorTaker {
 public:
  EvaluatorTaker(const PlacedValue& document, const PathPatterns& paths, TakenConfig& taken)
      : document_(document), paths_(paths), taken_(taken) {
    if (const PlacedValue* vars = document.get("vars")) {
      common_ = vars;
      own_ = vars->get(kPackage);
    }
  }

  void take(const ExceptionsSeed& exceptions) {
    for (const Mart& mart : kMarts) {
      if (is_off(mart)) continue;
      TakenEntry entry;
      entry.rule = mart.rule;
      entry.severity = severity_of(mart);
      entry.from = mart.model;
      taken_.entries.push_back(std::move(entry));
    }
    for (const std::string_view tree : {"models", "data_tests", "tests"}) report_configs(tree);
    take_numbers();
    take_keys();
    take_layers();
    take_paths();
    report_others();
    take_exceptions(exceptions.text);
    if (!exceptions.found && replaces_seed()) {
      untaken(std::string(kSeed), "is in none of the seed paths: " + exceptions.folders, 0);
    }
  }

 private:
  const PlacedValue* var(std::string_view name) const {
    const PlacedValue* value = own_ == nullptr ? nullptr : own_->get(name);
    return value != nullptr || common_ == nullptr ? value : common_->get(name);
  }

  TakenEntry* entry(std::string_view rule) {
    const auto found = std::ranges::find(taken_.entries, rule, &TakenEntry::rule);
    return found == taken_.entries.end() ? nullptr : &*found;
  }

  void untaken(std::string from, std::string reason, std::size_t line) {
    taken_.untaken.push_back({std::move(from), std::move(reason), line});
  }

  // The value that a config has for what lies at `path` below the package, as dbt_project.yml says it: that of the
  // innermost level counts. Jinja counts as not written (report_configs lists it).
  const PlacedValue* config_of(std::string_view tree, std::string_view config,
                               std::initializer_list<std::string_view> path) const {
    const PlacedValue* level = document_.get(tree);
    if (level != nullptr) level = level->get(kPackage);
    const PlacedValue* found = nullptr;
    const auto look = [&] {
      for (const std::string& key : {"+" + std::string(config), std::string(config)}) {
        const PlacedValue* value = level == nullptr ? nullptr : level->get(key);
        if (value != nullptr && !has_jinja(*value)) found = value;
      }
    };
    look();
    for (const std::string_view name : path) {
      if (level != nullptr) level = level->get(name);
      look();
    }
    return found;
  }

  // Switched off is what has no model, and what has no test: then nobody is told.
  bool is_off(const Mart& mart) const {
    const PlacedValue* model = config_of("models", "enabled", {"marts", mart.folder, mart.model});
    if (model != nullptr && !model->truthy()) return true;
    return std::ranges::any_of(kTestTrees, [&](std::string_view tree) {
      const PlacedValue* test = config_of(tree, "enabled", {"marts", mart.folder, test_of(mart)});
      return test != nullptr && !test->truthy();
    });
  }

  std::string severity_of(const Mart& mart) const {
    for (const std::string_view tree : kTestTrees) {
      const PlacedValue* severity = config_of(tree, "severity", {"marts", mart.folder, test_of(mart)});
      if (severity == nullptr) continue;
      if (is_severity(severity->text)) return lower(severity->text);
    }
    return "warn";
  }

  // What is configured below the package and says nothing that a rule could be told.
  void report_configs(std::string_view tree) {
    const PlacedValue* level = document_.get(tree);
    if (level != nullptr) level = level->get(kPackage);
    if (level != nullptr) report_level(tree, std::string(tree) + ": " + std::string(kPackage), *level, {});
  }

  void report_level(std::string_view tree, const std::string& at, const PlacedValue& level,
                    const std::vector<std::string>& path) {
    for (const auto& [key, value] : level.members) {
      const std::string name = key.text.starts_with('+') ? key.text.substr(1) : key.text;
      const std::string from = at + ": " + key.text;
      if (name == "enabled" || (tree != "models" && name == "severity")) {
        if (has_jinja(value)) {
          untaken(from, "Jinja is not worked out here; set the severity of the rules yourself", value.position.line);
        } else if (!is_place(tree, path)) {
          untaken(from, "no rule stands for what lies there", key.position.line);
        } else if (name == "severity" && !is_severity(value.text)) {
          untaken(from + ": " + value.text, "is neither error nor warn", key.position.line);
        }
      } else if (value.kind == Kind::kMap && !key.text.starts_with('+')) {
        std::vector<std::string> below = path;
        below.push_back(key.text);
        report_level(tree, from, value, below);
      }
    }
  }

  static bool is_severity(const std::string& text) { return lower(text) == "error" || lower(text) == "warn"; }

  // dbt takes a severity in any case.
  static std::string lower(std::string text) {
    for (char& c : text) {
      if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    }
    return text;
  }

  // Whether a rule's model or test lies there.
  static bool is_place(std::string_view tree, const std::vector<std::string>& path) {
    return std::ranges::any_of(kMarts, [&](const Mart& mart) {
      const std::array<std::string, 3> its{"marts", std::string(mart.folder),
                                           tree == "models" ? std::string(mart.model) : test_of(mart)};
      return path.size() <= its.size() && std::equal(path.begin(), path.end(), its.begin());
    });
  }

  // What dbt calls the test of a model there.
  static std::string test_of(const Mart& mart) {
    if (mart.model == "fct_documentation_coverage") return "valid_documentation_coverage";
    if (mart.model == "fct_test_coverage") return "valid_test_coverage";
    return fmt::format("is_empty_{}_", mart.model);
  }

  // Whether the package's own, empty seed is switched off, as it must be for a seed of the project's own.
  bool replaces_seed() const {
    const PlacedValue* level = document_.get("seeds");
    for (const std::string_view name : {kPackage, kSeed}) {
      if (level != nullptr) level = level->get(name);
    }
    if (level == nullptr) return false;
    const PlacedValue* enabled = level->get("+enabled");
    if (enabled == nullptr) enabled = level->get("enabled");
    return enabled != nullptr && !enabled->truthy();
  }

  void take_numbers() {
    for (const NumberVar& number : kNumbers) {
      const PlacedValue* value = var(number.name);
      if (value == nullptr) continue;
      const auto read = number_in(*value);
      if (!read || (!number.share && (*read != std::floor(*read) || *read < number.less || *read > kMostCounted))) {
        untaken(std::string(number.name), "its value is no number that can be read here", value->position.line);
      } else if (TakenEntry* its = entry(number.rule)) {
        its->options.emplace_back(number.option, fmt::format("{}", *read - number.less));
      }
    }
  }

  void take_keys() {
    TakenEntry* keys = entry("primary-key-tested");
    if (keys == nullptr) return;
    if (const auto types = texts_of("enforced_primary_key_node_types")) {
      keys->options.emplace_back("resource_types", yaml_list(*types));
    }
    const PlacedValue* sets = var("primary_key_test_macros");
    if (sets == nullptr) return;
    std::string text;
    for (std::size_t i = 0; i < sets->items.size(); ++i) {
      const auto macros = texts_in(sets->items[i]);
      if (!macros) return untaken("primary_key_test_macros", "is no list of lists", sets->position.line);
      std::vector<std::string> names;
      for (const std::string& macro : *macros) names.push_back(test_name(macro));
      text += fmt::format("{}set_{}: {}", i == 0 ? "" : ", ", i + 1, yaml_list(names));
    }
    if (text.empty()) return untaken("primary_key_test_macros", "is no list of lists", sets->position.line);
    keys->options.emplace_back("sets", "{" + text + "}");
  }

  // A variable that is a text or a list of them; anything else is listed.
  std::optional<std::vector<std::string>> texts_of(const std::string& name) {
    const PlacedValue* value = var(name);
    if (value == nullptr || value->kind == Kind::kNull) return std::nullopt;
    auto texts = has_jinja(*value) ? std::nullopt : texts_in(*value);
    if (!texts) untaken(name, "its value is not understood", value->position.line);
    return texts;
  }

  // `dbt.test_unique` is `unique`, `dbt_utils.test_x` is `dbt_utils.x`.
  static std::string test_name(std::string macro) {
    const std::size_t dot = macro.find('.');
    std::string package = dot == std::string::npos ? "" : macro.substr(0, dot + 1);
    std::string name = dot == std::string::npos ? macro : macro.substr(dot + 1);
    if (name.starts_with("test_")) name.erase(0, 5);
    return package == "dbt." ? name : package + name;
  }

  void take_layers() {
    const LayerSettings defaults = default_layers();
    std::vector<std::string> types;
    for (const LayerSetting& layer : defaults) types.push_back(layer.name);
    const auto named = texts_of("model_types");
    for (const std::string& type : named.value_or(types)) {
      if (std::ranges::find(types, type) == types.end()) types.push_back(type);
    }
    for (const std::string& type : types) {
      LayerSetting layer{type, {}, {}};
      const auto known = std::ranges::find(defaults, type, &LayerSetting::name);
      const bool used = !named || std::ranges::find(*named, type) != named->end();
      if (used && known != defaults.end()) layer = *known;
      const auto folders = used ? texts_of(type + std::string(kFolderSuffix)) : std::nullopt;
      const auto prefixes = used ? texts_of(type + std::string(kPrefixesSuffix)) : std::nullopt;
      if (used && !folders && !prefixes && known != defaults.end()) continue;
      if (folders) layer.folders = *folders;
      if (prefixes) layer.prefixes = *prefixes;
      // A type that is taken away keeps its name and has no models.
      taken_.layers.push_back(std::move(layer));
    }
  }

  // Looked for anywhere in a path, in any case of letters.
  void take_paths() {
    const PlacedValue* paths = var("exclude_paths_from_project");
    if (paths == nullptr) return;
    for (const PlacedValue& path : paths->items) {
      auto found = paths_.selectors_for({{path.text, true, true, true}});
      if (found && found->everything) found = std::unexpected(PathsUnsaid{"leaves nothing to look at"});
      if (!found) {
        untaken("exclude_paths_from_project: " + path.text, found.error().reason, path.position.line);
      } else {
        std::ranges::move(found->selectors, std::back_inserter(taken_.except));
      }
    }
    if (paths->items.empty() && paths->truthy()) {
      untaken("exclude_paths_from_project", "its value is not understood", paths->position.line);
    }
  }

  void report_others() {
    if (const PlacedValue* packages = var("exclude_packages")) {
      untaken("exclude_packages",
              "plowline looks at the project's own nodes; lint_packages names "
              "the packages that it looks at too",
              packages->position.line);
    }
    if (own_ == nullptr) return;
    for (const auto& [key, value] : own_->members) {
      const bool number = std::ranges::find(kNumbers, key.text, &NumberVar::name) != kNumbers.end();
      const bool own = std::ranges::find(kOwnVars, key.text) != kOwnVars.end();
      const bool layer =
          key.text == "model_types" || key.text.ends_with(kFolderSuffix) || key.text.ends_with(kPrefixesSuffix);
      const bool other = key.text.starts_with("exclude_p") || key.text == "primary_key_test_macros" ||
                         key.text == "enforced_primary_key_node_types";
      if (!number && !own && !layer && !other) untaken(key.text, "is no variable of the evaluator", key.position.line);
    }
  }

  void take_exceptions(std::string_view csv) {
    const auto records = records_of(csv);
    for (std::size_t i = 1; i < records.size(); ++i) {
      std::vector<std::string> fields;
      for (const std::string_view column : {"fct_name", "column_name", "id_to_exclude"}) {
        const auto at = static_cast<std::size_t>(std::ranges::find(records[0], column) - records[0].begin());
        fields.push_back(at < records[i].size() ? records[i][at] : "");
      }
      if (!fields[0].empty()) take_exception(fields, i);
    }
  }

  void take_exception(const std::vector<std::string>& fields, std::size_t number) {
    const auto mart = std::ranges::find(kMarts, fields[0], &Mart::model);
    const std::string from = fmt::format("exception {} of the seed: {} {} {}", number, fields[0], fields[1], fields[2]);
    if (mart == kMarts.end()) return untaken(from, "the evaluator has no such model", 0);
    TakenEntry* its = entry(mart->rule);
    if (its == nullptr) return;  // switched off
    if (mart->reported.empty() || fields[1] != mart->reported) {
      return untaken(from,
                     "the rule reports another node; silence the finding where it "
                     "arises (meta, a comment) or with a baseline",
                     0);
    }
    const auto glob = glob_for(fields[2]);
    if (!glob) return untaken(from, "is no name that dbt's selection language can hold", 0);
    std::vector<std::string> selectors = selectors_for(*mart, *glob);
    if (selectors.empty()) return untaken(from, "the evaluator calls the table of a source source.table", 0);
    std::ranges::move(selectors, std::back_inserter(its->except));
  }

  const PlacedValue& document_;
  const PathPatterns& paths_;
  TakenConfig& taken_;
  const PlacedValue* common_ = nullptr;
  const PlacedValue* own_ = nullptr;
};

}  // namespace

void take_evaluator(const PlacedValue& document, const ExceptionsSeed& exceptions, const PathPatterns& paths,
                    TakenConfig& taken) {
  taken.linter = "dbt-project-evaluator";
  EvaluatorTaker(document, paths, taken).take(exceptions);
}

std::vector<TakenRule> rules_of_evaluator() {
  std::vector<TakenRule> rules;
  for (const Mart& mart : kMarts) rules.push_back({mart.model, mart.rule});
  return rules;
}

}  // namespace plowline
