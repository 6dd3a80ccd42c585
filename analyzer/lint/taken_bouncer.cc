// dbt-bouncer's configuration, dbt-bouncer.yml: its checks (bouncer_checks.h) as rules.
#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <optional>

#include "lint/bouncer_checks.h"
#include "lint/pattern.h"
#include "lint/taken_config.h"

namespace plowline {
namespace {

using Kind = PlacedValue::Kind;

// What every check may have; `description` is a text for its messages.
constexpr std::array<std::string_view, 8> kCommon{"name",     "description",     "include",      "exclude",
                                                  "severity", "materialization", "package_name", "index"};

// With these two a check needs more than one option to say the same.
constexpr std::string_view kTagsCheck = "check_model_has_tags";
constexpr std::string_view kTypesCheck = "check_model_has_tests_by_type";

std::vector<std::string> texts_in(const PlacedValue& value) {
  std::vector<std::string> texts;
  if (value.kind != Kind::kList) texts.push_back(value.text);
  for (const PlacedValue& item : value.items) texts.push_back(item.text);
  return texts;
}

class BouncerTaker {
 public:
  BouncerTaker(const PlacedValue& document, TakenConfig& taken) : taken_(taken) {
    if (const PlacedValue* severity = document.get("severity")) severity_ = severity->text;
    include_ = document.get("include");
    exclude_ = document.get("exclude");
  }

  void take(const PlacedValue& check) {
    const PlacedValue* name = check.get("name");
    if (name == nullptr) return;
    name_ = name->text;
    line_ = check.position.line;
    if (name_ == kTagsCheck) {
      take_tags(check);
      return;
    }
    if (name_ == kTypesCheck) {
      take_types(check);
      return;
    }
    bool known = false;
    for (const BouncerCheck& one : bouncer_checks()) {
      if (one.name != name_) continue;
      known = true;
      if (auto entry = entry_of(one, check)) add(check, *std::move(entry));
    }
    if (known) {
      report_unknown(check);
    } else {
      untaken(name_,
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
    out.severity = severity_;
    out.from = name_;
    out.line = line_;
    return out;
  }

  std::optional<TakenEntry> entry_of(const BouncerCheck& one, const PlacedValue& check) {
    TakenEntry out = entry(one.rule);
    for (const BouncerParameter& parameter : one.parameters) {
      const PlacedValue* value = check.get(parameter.name);
      if (value == nullptr || value->kind == Kind::kNull) {
        if (!parameter.by_default.empty()) out.options.emplace_back(parameter.option, parameter.by_default);
        continue;
      }
      const auto text = option_text(parameter, *value, check);
      if (!text) {
        untaken(fmt::format("{} {}: {}", name_, parameter.name, value->text),
                parameter.as == BouncerValue::kPattern || parameter.as == BouncerValue::kPatternList
                    ? "is no regular expression in RE2's syntax, which has no "
                      "look-ahead and no back references"
                    : "its value is not understood");
        return std::nullopt;
      }
      out.options.emplace_back(parameter.option, *text);
    }
    for (const auto& option : one.fixed) out.options.push_back(option);
    return out;
  }

  std::optional<std::string> option_text(const BouncerParameter& parameter, const PlacedValue& value,
                                         const PlacedValue& check) {
    const auto pattern = [&](const std::string& text) { return Pattern::compile(text).has_value(); };
    switch (parameter.as) {
      case BouncerValue::kNumber:
        return number_in(value) ? std::optional(value.text) : std::nullopt;
      case BouncerValue::kLessOne: {
        const auto number = number_in(value);
        return number && *number >= 1 ? std::optional(fmt::format("{}", static_cast<long>(*number) - 1)) : std::nullopt;
      }
      case BouncerValue::kText:
        return yaml_text(value.text);
      case BouncerValue::kPattern:
        return pattern(trimmed(value.text)) ? std::optional(yaml_text(from_start(trimmed(value.text)))) : std::nullopt;
      case BouncerValue::kPatternList:  // looked for anywhere
        return pattern(trimmed(value.text)) ? std::optional(yaml_list({trimmed(value.text)})) : std::nullopt;
      case BouncerValue::kList:
      case BouncerValue::kOneInList:
        return yaml_list(texts_in(value));
      case BouncerValue::kBool:
        return value.truthy() ? "true" : "false";
      case BouncerValue::kAnywhere:
        return fmt::format("{{models/: {}}}", yaml_list(texts_in(value)));
      case BouncerValue::kNames:
        return counts_text(value, check);
    }
    return std::nullopt;
  }

  static std::string counts_text(const PlacedValue& names, const PlacedValue& check) {
    const PlacedValue* least = check.get("min_number_of_tests");
    std::string out;
    for (const std::string& name : texts_in(names)) {
      out += fmt::format("{}{}: {}", out.empty() ? "" : ", ", yaml_text(name), least == nullptr ? "1" : least->text);
    }
    return "{" + out + "}";
  }

  // There a pattern has to match from the start, here the whole.
  static std::string from_start(const std::string& text) {
    return text.ends_with('$') && text.find('|') == std::string::npos ? text : "(?:" + text + ").*";
  }

  // A folded YAML text ends with a line feed.
  static std::string trimmed(std::string text) {
    while (!text.empty() && (text.back() == '\n' || text.back() == ' ')) text.pop_back();
    return text;
  }

  void take_tags(const PlacedValue& check) {
    const PlacedValue* tags = check.get("tags");
    const PlacedValue* criteria = check.get("criteria");
    TakenEntry out = entry("model-tags");
    out.options.emplace_back(criteria == nullptr ? "all" : criteria->text,
                             yaml_list(tags == nullptr ? std::vector<std::string>() : texts_in(*tags)));
    add(check, std::move(out));
  }

  void take_types(const PlacedValue& check) {
    std::string counts;
    for (const auto& [parameter, type] :
         {std::pair{"min_number_of_data_tests", "data"}, {"min_number_of_schema_tests", "schema"}}) {
      const PlacedValue* value = check.get(parameter);
      if (value != nullptr && number_in(*value))
        counts += fmt::format("{}{}: {}", counts.empty() ? "" : ", ", type, value->text);
    }
    TakenEntry out = entry("model-tests-by-type");
    out.options.emplace_back("tests", "{" + counts + "}");
    add(check, std::move(out));
  }

  void report_unknown(const PlacedValue& check) {
    for (const auto& [key, value] : check.members) {
      const auto knows = [&](const BouncerCheck& one) {
        return one.name == name_ &&
               std::ranges::find(one.parameters, key.text, &BouncerParameter::name) != one.parameters.end();
      };
      const bool counted = name_ == "check_model_has_tests_by_name" && key.text == "min_number_of_tests";
      const bool common = std::ranges::find(kCommon, key.text) != kCommon.end();
      if (common || counted || std::ranges::any_of(bouncer_checks(), knows)) continue;
      untaken(fmt::format("{} {}", name_, key.text), "plowline's rule has no such option");
    }
  }

  void add(const PlacedValue& check, TakenEntry out) {
    if (const PlacedValue* severity = check.get("severity")) out.severity = severity->text;
    if (out.severity != "warn") out.severity = "error";
    const PlacedValue* include = check.get("include");
    const PlacedValue* exclude = check.get("exclude");
    if (out.rule == "permitted-subdirectories") {
      folder_of(include, out);
    } else {
      add_paths("include", include != nullptr ? include : include_, out.where);
    }
    add_paths("exclude", exclude != nullptr ? exclude : exclude_, out.except);
    if (const PlacedValue* materialization = check.get("materialization")) only(materialization->text, out.where);
    if (const PlacedValue* package = check.get("package_name")) {
      untaken(fmt::format("{} package_name: {}", name_, package->text),
              "lint_packages says which packages are looked at");
    }
    taken_.entries.push_back(std::move(out));
  }

  // check_model_directories looks below the folder that `include` names.
  void folder_of(const PlacedValue* include, TakenEntry& out) {
    if (include == nullptr) return;
    const std::vector<std::string> paths = selectors_for_paths(include->text);
    if (paths.size() == 1) {
      out.options.emplace_back("root", yaml_text(paths[0].substr(std::string_view("path:").size())));
    } else {
      add_paths("include", include, out.where);
    }
  }

  void add_paths(const std::string& what, const PlacedValue* pattern, std::vector<std::string>& selectors) {
    if (pattern == nullptr || pattern->kind == Kind::kNull) return;
    std::vector<std::string> found = selectors_for_paths(pattern->text);
    if (found.empty()) {
      untaken(fmt::format("{} {}: {}", name_, what, pattern->text),
              "no selector of dbt says this; write 'where' or 'except' of the "
              "rule yourself");
    }
    std::ranges::move(found, std::back_inserter(selectors));
  }

  static void only(const std::string& materialized, std::vector<std::string>& where) {
    const std::string selector = "config.materialized:" + materialized;
    if (where.empty()) where.push_back(selector);
    for (std::string& one : where) {
      if (one != selector) one += "," + selector;
    }
  }

  TakenConfig& taken_;
  std::string severity_ = "error";
  const PlacedValue* include_ = nullptr;
  const PlacedValue* exclude_ = nullptr;
  std::string name_;
  std::size_t line_ = 0;
};

}  // namespace

void take_bouncer(const PlacedValue& document, TakenConfig& taken) {
  taken.linter = "dbt-bouncer";
  BouncerTaker taker(document, taken);
  for (const std::string_view section : {"manifest_checks", "catalog_checks", "run_results_checks"}) {
    const PlacedValue* list = document.get(section);
    if (list == nullptr) continue;
    for (const PlacedValue& check : list->items) taker.take(check);
  }
  if (const PlacedValue* custom = document.get("custom_checks_dir")) {
    taken.untaken.push_back({fmt::format("custom_checks_dir: {}", custom->text),
                             "checks in Python; a rule of one's own in SQL may do (sql_rules)", custom->position.line});
  }
}

}  // namespace plowline
