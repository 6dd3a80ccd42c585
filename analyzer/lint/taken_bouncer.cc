// dbt-bouncer's configuration, dbt-bouncer.yml: its checks (bouncer_checks.h) as rules.
#include <algorithm>
#include <array>
#include <cmath>
#include <fmt/format.h>
#include <iterator>
#include <optional>
#include <sstream>

#include "lint/bouncer_checks.h"
#include "lint/pattern.h"
#include "lint/taken_config.h"

namespace plowline {
namespace {

using Kind = PlacedValue::Kind;

// What every check may have; `description` is a text for its messages.
constexpr std::array<std::string_view, 9> kCommon{
    "name", "code", "description", "include", "exclude", "severity", "materialization", "selector", "index"};
// What the file has besides checks.
constexpr std::array<std::string_view, 9> kTopLevel{"manifest_checks",   "catalog_checks", "run_results_checks",
                                                    "include",           "exclude",        "selector",
                                                    "dbt_artifacts_dir", "severity",       "custom_checks_dir"};
constexpr std::array<std::string_view, 3> kSections{"manifest_checks", "catalog_checks", "run_results_checks"};
constexpr std::array<std::string_view, 4> kMaterializations{"ephemeral", "incremental", "table", "view"};

// Parameters without a default; they are called the same in all checks. (`regexp_pattern` has one in one check.)
constexpr auto kRequired = std::to_array<std::string_view>({
    "access",
    "column_name_pattern",
    "file_name_pattern",
    "keys",
    "macro_name_pattern",
    "max_bytes",
    "max_execution_time_seconds",
    "max_gigabytes_billed",
    "max_row_count",
    "meta_key",
    "model_name_pattern",
    "permitted_materializations",
    "permitted_sub_directories",
    "privilege",
    "privilege_pattern",
    "project_name_pattern",
    "regexp_pattern",
    "required_constraint_types",
    "required_macros",
    "schema_name_pattern",
    "seed_column_name_pattern",
    "seed_name_pattern",
    "snapshot_name_pattern",
    "source_name_pattern",
    "tags",
    "test_name",
    "test_names",
    "upstream_path_pattern",
    "version_pattern",
});

// With these two a check needs more than one option to say the same.
constexpr std::string_view kTagsCheck = "check_model_has_tags";
constexpr std::string_view kTypesCheck = "check_model_has_tests_by_type";
constexpr std::string_view kNamesCheck = "check_model_has_tests_by_name";

constexpr std::string_view kNotTaken = "its value is not understood: the check is not taken";

bool is_pattern(BouncerValue as) {
  return as >= BouncerValue::kPattern;
}

bool is_required(std::string_view check, std::string_view parameter) {
  if (check == "check_test_has_where_config") return false;
  return std::ranges::find(kRequired, parameter) != kRequired.end();
}

// `{contact: [email, slack]}` is `contact.email` and `contact.slack`.
void add_keys(const PlacedValue& value, const std::string& above, std::vector<std::string>& keys) {
  if (value.kind == Kind::kList) {
    for (const PlacedValue& item : value.items) add_keys(item, above, keys);
  } else if (value.kind == Kind::kMap) {
    for (const auto& [key, below] : value.members) add_keys(below, above + key.text + ".", keys);
  } else {
    keys.push_back(above + value.text);
  }
}

// Nothing where one of several keys is enough and an entry stands for two: together they are one, and cannot be said.
std::optional<std::vector<std::string>> keys_in(const PlacedValue& value, bool all) {
  std::vector<std::string> keys;
  std::size_t entries = value.kind == Kind::kList ? value.items.size() : 1;
  add_keys(value, "", keys);
  const auto empty = [](const std::string& key) { return key.empty() || key.ends_with('.'); };
  if (std::ranges::any_of(keys, empty) || (!all && keys.size() != entries)) return std::nullopt;
  return keys;
}

// A folded YAML text ends with a line feed.
std::string trimmed(std::string text) {
  while (!text.empty() && (text.back() == '\n' || text.back() == ' ')) text.pop_back();
  const std::size_t begin = text.find_first_not_of("\n ");
  return begin == std::string::npos ? text : text.substr(begin);
}

// The pattern for the rule, where RE2 takes it.
std::optional<std::string> pattern_text(BouncerValue as, const std::string& text) {
  std::string pattern = text;
  switch (as) {
    case BouncerValue::kPattern: {
      // What ends with `$` is for the whole anyway.
      const bool whole = text.ends_with('$') && !text.ends_with("\\$") && text.find('|') == std::string::npos;
      if (!whole) pattern = "(?:" + text + ").*";
      break;
    }
    case BouncerValue::kFromStart:
      pattern = "\\A(?:" + text + ")";
      break;
    case BouncerValue::kTextFromStart:
    case BouncerValue::kTextsFromStart:
      pattern = "(?s)\\A(?:" + text + ")";
      break;
    default:
      break;
  }
  if (!Pattern::compile(text) || !Pattern::compile(pattern)) return std::nullopt;
  return as == BouncerValue::kTextsFromStart ? yaml_list({pattern}) : yaml_text(pattern);
}

std::optional<bool> bool_in(const PlacedValue& value) {
  if (value.kind == Kind::kBool) return value.truthy();
  if (value.text == "true" || value.text == "True") return true;
  return value.text == "false" || value.text == "False" ? std::optional(false) : std::nullopt;
}

std::optional<std::string> list_text(const PlacedValue& value) {
  const auto texts = texts_in(value);
  return texts && !texts->empty() ? std::optional(yaml_list(*texts)) : std::nullopt;
}

// A whole number that plowline reads, too.
std::optional<long> count_in(const PlacedValue& value) {
  constexpr double kMost = 1e9;
  const auto number = number_in(value);
  if (!number || *number != std::floor(*number) || *number < 0 || *number > kMost) return std::nullopt;
  return static_cast<long>(*number);
}

class BouncerTaker {
 public:
  BouncerTaker(const PlacedValue& document, const PathPatterns& paths, TakenConfig& taken)
      : paths_(paths),
        taken_(taken),
        severity_(document.get("severity")),
        include_(document.get("include")),
        exclude_(document.get("exclude")),
        selector_(document.get("selector")) {
    if (severity_ != nullptr && !severity_->truthy()) severity_ = nullptr;
  }

  void take(const PlacedValue& check) {
    line_ = check.position.line;
    // A code may stand under either key.
    const PlacedValue* name = check.get("name");
    if (name == nullptr) name = check.get("code");
    if (name == nullptr) return untaken("a check", "has neither name nor code");
    name_ = bouncer_check_name(name->text);
    from_ = name->text;
    if (name_ == kTagsCheck) return take_tags(check);
    if (name_ == kTypesCheck) return take_types(check);
    std::vector<TakenEntry> entries;
    bool known = false;
    for (const BouncerCheck& one : bouncer_checks()) {
      if (one.name != name_) continue;
      known = true;
      auto entry = entry_of(one, check);
      if (!entry) return;
      entries.push_back(*std::move(entry));
    }
    if (known) {
      report_unknown(check);
      add(check, std::move(entries));
    } else {
      untaken(from_,
              "no rule of plowline is known for it; a rule of one's own "
              "in SQL may do");
    }
  }

 private:
  void untaken(const std::string& from, std::string reason) {
    taken_.untaken.push_back({from, std::move(reason), line_});
  }

  TakenEntry entry(std::string_view rule) const {
    TakenEntry out;
    out.rule = rule;
    out.from = from_;
    out.line = line_;
    return out;
  }

  // Nothing where a parameter is not understood: without it the rule would be another check.
  std::optional<TakenEntry> entry_of(const BouncerCheck& one, const PlacedValue& check) {
    TakenEntry out = entry(one.rule);
    for (const BouncerParameter& parameter : one.parameters) {
      const PlacedValue* value = check.get(parameter.name);
      if (value == nullptr || value->kind == Kind::kNull) {
        if (is_required(name_, parameter.name)) {
          untaken(from_, fmt::format("lacks {}, without which it does not run", parameter.name));
          return std::nullopt;
        }
        if (!parameter.by_default.empty()) out.options.emplace_back(parameter.option, parameter.by_default);
        continue;
      }
      const auto text = option_text(parameter, *value, check);
      if (!text) {
        untaken(fmt::format("{} {}{}{}", from_, parameter.name, value->text.empty() ? "" : ": ", value->text),
                is_pattern(parameter.as) ? "is no regular expression in RE2's syntax, which has no "
                                           "look-ahead and no back references"
                                         : std::string(kNotTaken));
        return std::nullopt;
      }
      out.options.emplace_back(parameter.option, *text);
    }
    for (const auto& option : one.fixed) out.options.push_back(option);
    return out;
  }

  static std::optional<std::string> option_text(const BouncerParameter& parameter, const PlacedValue& value,
                                                const PlacedValue& check) {
    if (is_pattern(parameter.as)) {
      const bool scalar = value.kind != Kind::kList && value.kind != Kind::kMap;
      return scalar ? pattern_text(parameter.as, trimmed(value.text)) : std::nullopt;
    }
    switch (parameter.as) {
      case BouncerValue::kNumber: {
        const auto number = number_in(value);
        return number && *number >= 0 ? std::optional(fmt::format("{}", *number)) : std::nullopt;
      }
      case BouncerValue::kLessOne: {
        const auto number = count_in(value);
        return number && *number >= 1 ? std::optional(fmt::format("{}", *number - 1)) : std::nullopt;
      }
      case BouncerValue::kText:
        return value.kind == Kind::kText ? std::optional(yaml_text(value.text)) : std::nullopt;
      case BouncerValue::kList:
      case BouncerValue::kOneInList:
        return list_text(value);
      case BouncerValue::kKeys: {
        const PlacedValue* criteria = check.get("criteria");
        const auto keys = keys_in(value, criteria == nullptr || criteria->text == "all");
        return keys ? std::optional(yaml_list(*keys)) : std::nullopt;
      }
      case BouncerValue::kBool: {
        const auto truth = bool_in(value);
        return truth ? std::optional<std::string>(*truth ? "true" : "false") : std::nullopt;
      }
      case BouncerValue::kAnywhere: {
        const auto texts = list_text(value);
        return texts ? std::optional("{models/: " + *texts + "}") : std::nullopt;
      }
      case BouncerValue::kNames:
        return counts_text(value, check);
      default:
        return std::nullopt;
    }
  }

  static std::optional<std::string> counts_text(const PlacedValue& value, const PlacedValue& check) {
    const PlacedValue* least = check.get("min_number_of_tests");
    const auto count = least == nullptr ? std::optional(1L) : count_in(*least);
    const auto names = texts_in(value);
    if (!count || !names || names->empty()) return std::nullopt;
    std::string out;
    for (const std::string& name : *names) {
      out += fmt::format("{}{}: {}", out.empty() ? "" : ", ", yaml_text(name), *count);
    }
    return "{" + out + "}";
  }

  void take_tags(const PlacedValue& check) {
    const PlacedValue* tags = check.get("tags");
    const PlacedValue* criteria = check.get("criteria");
    const auto list = tags == nullptr ? std::nullopt : list_text(*tags);
    const std::string option = criteria == nullptr ? "all" : criteria->text;
    if (!list) return untaken(from_ + " tags", std::string(kNotTaken));
    if (option != "all" && option != "any" && option != "one") {
      return untaken(from_ + " criteria: " + option, std::string(kNotTaken));
    }
    TakenEntry out = entry("model-tags");
    out.options.emplace_back(option, *list);
    report_unknown(check, {"tags", "criteria"});
    add(check, {std::move(out)});
  }

  void take_types(const PlacedValue& check) {
    std::string counts;
    bool asked = false;
    for (const auto& [parameter, type] :
         {std::pair{"min_number_of_data_tests", "data"}, {"min_number_of_schema_tests", "schema"}}) {
      const PlacedValue* value = check.get(parameter);
      if (value == nullptr || value->kind == Kind::kNull) continue;
      const auto count = count_in(*value);
      if (!count) return untaken(fmt::format("{} {}: {}", from_, parameter, value->text), std::string(kNotTaken));
      asked |= *count > 0;
      counts += fmt::format("{}{}: {}", counts.empty() ? "" : ", ", type, *count);
    }
    if (!asked)
      return untaken(from_, "asks for no test: min_number_of_data_tests and min_number_of_schema_tests are 0");
    TakenEntry out = entry("model-tests-by-type");
    out.options.emplace_back("tests", "{" + counts + "}");
    report_unknown(check, {"min_number_of_data_tests", "min_number_of_schema_tests"});
    add(check, {std::move(out)});
  }

  void report_unknown(const PlacedValue& check, const std::vector<std::string_view>& known = {}) {
    for (const auto& [key, value] : check.members) {
      const auto knows = [&](const BouncerCheck& one) {
        return one.name == name_ &&
               std::ranges::find(one.parameters, key.text, &BouncerParameter::name) != one.parameters.end();
      };
      const bool counted = name_ == kNamesCheck && key.text == "min_number_of_tests";
      const bool common = std::ranges::find(kCommon, key.text) != kCommon.end();
      const bool own = std::ranges::find(known, key.text) != known.end();
      if (common || counted || own || std::ranges::any_of(bouncer_checks(), knows)) continue;
      untaken(fmt::format("{} {}", from_, key.text), "plowline's rule has no such option");
    }
  }

  // The file's own severity counts before that of a check.
  std::string severity_of(const PlacedValue& check) {
    const PlacedValue* severity = severity_ != nullptr ? severity_ : check.get("severity");
    if (severity == nullptr || severity->kind == Kind::kNull || severity->text == "error") return "error";
    if (severity->text == "warn") return "warn";
    untaken(fmt::format("{} severity: {}", from_, severity->text), "is neither error nor warn; error is taken");
    return "error";
  }

  void add(const PlacedValue& check, std::vector<TakenEntry> entries) {
    const std::string severity = severity_of(check);
    for (TakenEntry& out : entries) out.severity = severity;
    const PlacedValue* include = check.get("include");
    const PlacedValue* exclude = check.get("exclude");
    if (name_ == "check_model_directories") {
      for (TakenEntry& out : entries) folder_of(include, out);
    } else {
      narrow("include", is_given(include) ? include : include_, only_files, entries);
    }
    narrow("exclude", is_given(exclude) ? exclude : exclude_, without_files, entries);
    if (const PlacedValue* materialization = check.get("materialization")) only_materialized(*materialization, entries);
    const PlacedValue* selector = check.get("selector");
    if (selector == nullptr || !selector->truthy()) selector = selector_;
    if (selector != nullptr && selector->truthy()) only_selected(selector->text, entries);
    std::ranges::move(entries, std::back_inserter(taken_.entries));
  }

  // A check's own patterns stand in for those of the file; an empty one is none.
  static bool is_given(const PlacedValue* patterns) {
    return patterns != nullptr && (patterns->kind == Kind::kList ? !patterns->items.empty() : !patterns->text.empty());
  }

  // Matched from the start of the path; of several, one is enough.
  static std::vector<PathPattern> patterns_in(const PlacedValue& value) {
    std::vector<PathPattern> patterns;
    for (const std::string& text : texts_in(value).value_or(std::vector<std::string>())) {
      patterns.push_back({trimmed(text)});
    }
    return patterns;
  }

  // check_model_directories looks below the folder that `include` names.
  void folder_of(const PlacedValue* include, TakenEntry& out) {
    if (!is_given(include)) return untaken(from_, "lacks include: all folders of models are looked at");
    TakenEntry narrowed = out;
    const auto reason = only_files(paths_, patterns_in(*include), narrowed);
    const bool one = narrowed.where.size() == 1 && narrowed.where[0].find_first_of("*,") == std::string::npos;
    if (one) {
      out.options.emplace_back("root", yaml_text(narrowed.where[0].substr(std::string_view("path:").size())));
    } else {
      untaken(fmt::format("{} include: {}", from_, include->text),
              reason ? reason->reason : "is not one folder; give the rule its root yourself");
    }
  }

  template <typename Narrow>
  void narrow(const std::string& what, const PlacedValue* value, Narrow how, std::vector<TakenEntry>& entries) {
    if (!is_given(value)) return;
    const std::vector<PathPattern> patterns = patterns_in(*value);
    std::optional<PathsUnsaid> unsaid;
    if (patterns.empty()) unsaid = PathsUnsaid{"is no regular expression and no list of them"};
    for (TakenEntry& entry : entries) {
      if (auto one = how(paths_, patterns, entry)) unsaid = std::move(one);
    }
    if (!unsaid) return;
    std::string text;
    for (const PathPattern& pattern : patterns) text += (text.empty() ? "" : ", ") + pattern.text;
    untaken(fmt::format("{} {}: {}", from_, what, text),
            unsaid->reason + (unsaid->nothing_there ? ": the check is not taken" : ""));
    if (unsaid->nothing_there) entries.clear();
  }

  void only_materialized(const PlacedValue& materialization, std::vector<TakenEntry>& entries) {
    if (materialization.kind == Kind::kNull) return;
    if (std::ranges::find(kMaterializations, materialization.text) == kMaterializations.end()) {
      return untaken(fmt::format("{} materialization: {}", from_, materialization.text),
                     "is none that dbt-bouncer knows");
    }
    // There, it counts for models only.
    if (!name_.starts_with("check_model_") && !name_.starts_with("check_lineage_")) return;
    for (TakenEntry& entry : entries) {
      entry.where = in_both(entry.where, {"config.materialized:" + materialization.text});
    }
  }

  // dbt's language, or a part of it.
  void only_selected(const std::string& selector, std::vector<TakenEntry>& entries) {
    std::istringstream in(selector);
    const std::vector<std::string> parts{std::istream_iterator<std::string>(in), {}};
    for (TakenEntry& entry : entries) entry.where = in_both(entry.where, parts);
  }

  const PathPatterns& paths_;
  TakenConfig& taken_;
  const PlacedValue* severity_;
  const PlacedValue* include_;
  const PlacedValue* exclude_;
  const PlacedValue* selector_;
  std::string name_;  // the check's, of today
  std::string from_;  // as it is written
  std::size_t line_ = 0;
};

void report_top_level(const PlacedValue& document, TakenConfig& taken) {
  for (const auto& [key, value] : document.members) {
    const std::string from = fmt::format("{}{}{}", key.text, value.text.empty() ? "" : ": ", value.text);
    if (key.text == "custom_checks_dir") {
      taken.untaken.push_back(
          {from, "checks in Python; a rule of one's own in SQL may do (sql_rules)", value.position.line});
    } else if (key.text == "package_name" && value.truthy()) {
      taken.untaken.push_back({from, "lint_packages says which packages are looked at", value.position.line});
    } else if (key.text != "package_name" && std::ranges::find(kTopLevel, key.text) == kTopLevel.end()) {
      taken.untaken.push_back({from, "is no key that dbt-bouncer knows", key.position.line});
    }
  }
}

}  // namespace

Result<void> take_bouncer(const PlacedValue& document, const PathPatterns& paths, TakenConfig& taken) {
  taken.linter = "dbt-bouncer";
  BouncerTaker taker(document, paths, taken);
  for (const std::string_view section : kSections) {
    const PlacedValue* list = document.get(section);
    if (list == nullptr || list->kind == Kind::kNull) continue;
    if (list->kind != Kind::kList) {
      return std::unexpected(Error{ExitStatus::kUsage, "", list->position,
                                   fmt::format("{} is no list of checks", section),
                                   "name a file that dbt-bouncer can read"});
    }
    for (const PlacedValue& check : list->items) taker.take(check);
  }
  report_top_level(document, taken);
  return {};
}

std::vector<TakenRule> rules_of_bouncer() {
  std::vector<TakenRule> rules{{kTagsCheck, "model-tags"}, {kTypesCheck, "model-tests-by-type"}};
  for (const BouncerCheck& check : bouncer_checks()) rules.push_back({check.name, check.rule});
  return rules;
}

}  // namespace plowline
