// dbt-project-evaluator: every one of its models is a rule here. What is set in
// dbt_project.yml (its variables, models that are switched off) and in the seed
// with exceptions becomes options, layers and `except`.
#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <optional>
#include <set>

#include "lint/taken_config.h"

namespace plowline {
namespace {

using Kind = PlacedValue::Kind;

constexpr std::string_view kPackage = "dbt_project_evaluator";

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
  int less = 0;
};
constexpr auto kNumbers = std::to_array<NumberVar>({
    {"documentation_coverage_target", "documentation-coverage", "target_pct"},
    {"test_coverage_target", "test-coverage", "target_pct"},
    {"models_fanout_threshold", "model-fanout", "max", 1},
    {"too_many_joins_threshold", "too-many-joins", "max", 1},
    {"chained_views_threshold", "chained-views", "max"},
});

// What concerns only how the evaluator itself runs.
constexpr auto kOwnVars =
    std::to_array<std::string_view>({"insert_batch_size", "max_depth_dag", "comment_chars", "token_costs"});

constexpr std::string_view kFolderSuffix = "_folder_name";
constexpr std::string_view kPrefixesSuffix = "_prefixes";

std::vector<std::string> texts_in(const PlacedValue& value) {
  std::vector<std::string> texts;
  if (value.kind != Kind::kList) texts.push_back(value.text);
  for (const PlacedValue& item : value.items) texts.push_back(item.text);
  return texts;
}

// The fields of a line of CSV.
std::vector<std::string> fields_of(std::string_view line) {
  std::vector<std::string> fields(1);
  bool quoted = false;
  for (std::size_t i = 0; i < line.size(); ++i) {
    const char c = line[i];
    if (c == '"' && quoted && i + 1 < line.size() && line[i + 1] == '"') {
      fields.back() += c;
      ++i;
    } else if (c == '"') {
      quoted = !quoted;
    } else if (c == ',' && !quoted) {
      fields.emplace_back();
    } else if (c != '\r') {
      fields.back() += c;
    }
  }
  return fields;
}

// A pattern of SQL's LIKE as a selector: `stg_%` is `stg_*`. Names are full of
// `_`, so that stands for itself. Tables of sources are called `source.table`
// there.
std::string selector_for(std::string pattern, bool of_source) {
  std::ranges::replace(pattern, '%', '*');
  return (of_source ? "source:" : "") + pattern;
}

class EvaluatorTaker {
 public:
  EvaluatorTaker(const PlacedValue& document, TakenConfig& taken) : document_(document), taken_(taken) {
    if (const PlacedValue* vars = document.get("vars")) {
      common_ = vars;
      own_ = vars->get(kPackage);
    }
  }

  void take(const std::string& exceptions) {
    for (const Mart& mart : kMarts) {
      if (is_off(mart)) continue;
      TakenEntry entry;
      entry.rule = mart.rule;
      entry.severity = "warn";
      entry.from = mart.model;
      taken_.entries.push_back(std::move(entry));
    }
    take_numbers();
    take_keys();
    take_layers();
    take_paths();
    report_others();
    take_exceptions(exceptions);
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

  // `models: dbt_project_evaluator: marts: dag: fct_x: +enabled: false`, at whatever level; the innermost counts.
  bool is_off(const Mart& mart) const {
    const PlacedValue* level = document_.get("models");
    bool off = false;
    for (const std::string_view name : {kPackage, std::string_view("marts"), mart.folder, mart.model}) {
      if (level == nullptr) break;
      level = level->get(name);
      if (level == nullptr) break;
      for (const std::string_view key : {"+enabled", "enabled"}) {
        if (const PlacedValue* enabled = level->get(key)) off = !enabled->truthy();
      }
    }
    return off;
  }

  void take_numbers() {
    for (const NumberVar& number : kNumbers) {
      const PlacedValue* value = var(number.name);
      if (value == nullptr) continue;
      const auto read = number_in(*value);
      if (!read) {
        untaken(std::string(number.name), "its value is no number that can be read here", value->position.line);
      } else if (TakenEntry* its = entry(number.rule)) {
        its->options.emplace_back(number.option, fmt::format("{}", static_cast<long>(*read) - number.less));
      }
    }
  }

  void take_keys() {
    TakenEntry* keys = entry("primary-key-tested");
    if (keys == nullptr) return;
    if (const PlacedValue* types = var("enforced_primary_key_node_types")) {
      keys->options.emplace_back("resource_types", yaml_list(texts_in(*types)));
    }
    const PlacedValue* sets = var("primary_key_test_macros");
    if (sets == nullptr) return;
    std::string text;
    for (std::size_t i = 0; i < sets->items.size(); ++i) {
      std::vector<std::string> names;
      for (std::string name : texts_in(sets->items[i])) names.push_back(test_name(std::move(name)));
      text += fmt::format("{}set_{}: {}", i == 0 ? "" : ", ", i + 1, yaml_list(names));
    }
    keys->options.emplace_back("sets", "{" + text + "}");
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
    std::vector<std::string> types;
    for (const LayerSetting& layer : default_layers()) types.push_back(layer.name);
    if (const PlacedValue* named = var("model_types")) {
      for (std::string& type : texts_in(*named)) {
        if (std::ranges::find(types, type) == types.end()) types.push_back(std::move(type));
      }
    }
    const LayerSettings defaults = default_layers();
    for (const std::string& type : types) {
      const PlacedValue* folder = var(type + std::string(kFolderSuffix));
      const PlacedValue* prefixes = var(type + std::string(kPrefixesSuffix));
      if (folder == nullptr && prefixes == nullptr) continue;
      LayerSetting layer{type, {}, {}};
      const auto known = std::ranges::find(defaults, type, &LayerSetting::name);
      if (known != defaults.end()) layer = *known;
      if (folder != nullptr) layer.folders = texts_in(*folder);
      if (prefixes != nullptr) layer.prefixes = texts_in(*prefixes);
      taken_.layers.push_back(std::move(layer));
    }
  }

  void take_paths() {
    const PlacedValue* paths = var("exclude_paths_from_project");
    if (paths == nullptr) return;
    for (const PlacedValue& path : paths->items) {
      const auto selectors = selectors_for_paths("^" + path.text);
      if (selectors.empty()) {
        untaken("exclude_paths_from_project: " + path.text, "no selector of dbt says this; write 'except' yourself",
                path.position.line);
      }
      taken_.except.insert(taken_.except.end(), selectors.begin(), selectors.end());
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
    std::size_t number = 0;
    while (!csv.empty()) {
      const std::size_t end = std::min(csv.find('\n'), csv.size());
      const std::vector<std::string> fields = fields_of(csv.substr(0, end));
      csv.remove_prefix(std::min(end + 1, csv.size()));
      ++number;
      if (number == 1 || fields.size() < 3 || fields[0].empty()) continue;
      take_exception(fields, number);
    }
  }

  void take_exception(const std::vector<std::string>& fields, std::size_t number) {
    const auto mart = std::ranges::find(kMarts, fields[0], &Mart::model);
    const std::string from =
        fmt::format("exception in line {} of the seed: {} {} {}", number, fields[0], fields[1], fields[2]);
    if (mart == kMarts.end()) {
      untaken(from, "the evaluator has no such model", 0);
      return;
    }
    TakenEntry* its = entry(mart->rule);
    if (its == nullptr) return;  // switched off
    if (mart->reported.empty() || fields[1] != mart->reported) {
      untaken(from,
              "the rule reports another node; silence the finding where it "
              "arises (meta, a comment) or with a baseline",
              0);
      return;
    }
    const bool of_source = mart->rule.starts_with("source-") || mart->rule == "unused-source";
    its->except.push_back(selector_for(fields[2], of_source));
  }

  const PlacedValue& document_;
  TakenConfig& taken_;
  const PlacedValue* common_ = nullptr;
  const PlacedValue* own_ = nullptr;
};

}  // namespace

void take_evaluator(const PlacedValue& document, const std::string& exceptions, TakenConfig& taken) {
  taken.linter = "dbt-project-evaluator";
  EvaluatorTaker(document, taken).take(exceptions);
}

}  // namespace plowline
