// dbt-checkpoint's hooks in .pre-commit-config.yaml. What the arguments mean is
// from the hooks' own argument parsers.
#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <map>
#include <optional>
#include <span>

#include "lint/pattern.h"
#include "lint/taken_config.h"

namespace plowline {
namespace {

// How an argument's values become an option's value.
enum class As { kNumber, kText, kList, kCounts, kTrue, kGroup, kRequire, kColumns, kConstraints, kPattern };

struct Argument {
  std::string_view flag;
  std::string_view option;
  As as = As::kText;
};

struct Hook {
  std::string_view id;
  std::string_view rule;
  std::vector<Argument> arguments = {};
  // Options that hold whatever the arguments are.
  std::vector<std::pair<std::string, std::string>> fixed = {};
};

const std::vector<Hook>& hooks() {
  static const std::vector<Argument> kMetaKeys{{"--meta-keys", "keys", As::kList},
                                               {"--allow-extra-keys", "allow_extra", As::kTrue}};
  static const std::vector<std::pair<std::string, std::string>> kStrictKeys{{"allow_extra", "false"}};
  static const std::vector<Hook> kHooks{
      {"check-column-desc-are-same", "column-description-consistent", {{"--ignore", "ignore", As::kList}}},
      {"check-column-name-contract",
       "column-name-type-contract",
       {{"--pattern", "pattern", As::kPattern}, {"--dtypes", "types", As::kList}},
       {{"source", "catalog"}}},
      {"check-database-casing-consistency", "database-casing"},
      {"check-exposure-has-meta-keys", "exposure-meta-keys", kMetaKeys, kStrictKeys},
      {"check-macro-arguments-have-desc", "macro-argument-description"},
      {"check-macro-has-description", "macro-description"},
      {"check-macro-has-meta-keys", "macro-meta-keys", kMetaKeys, kStrictKeys},
      {"check-model-columns-have-desc", "model-column-description"},
      {"check-model-columns-have-meta-keys",
       "column-meta-keys",
       {{"--meta-keys", "keys", As::kList}, {"--allow-extra-keys", "allow_extra", As::kTrue}},
       kStrictKeys},
      {"check-model-has-all-columns", "model-columns-match-catalog"},
      {"check-model-has-columns-with-types", "required-columns", {{"--columns", "columns", As::kColumns}}},
      {"check-model-has-constraints", "model-constraints", {{"--constraints", "constraints", As::kConstraints}}},
      {"check-model-has-contract", "model-contract"},
      {"check-model-has-description", "model-description"},
      {"check-model-has-generic-constraints", "model-constraints", {{"--constraints", "types", As::kList}}},
      {"check-model-has-labels-keys",
       "model-labels-keys",
       {{"--labels-keys", "keys", As::kList}, {"--allow-extra-keys", "allow_extra", As::kTrue}},
       kStrictKeys},
      {"check-model-has-meta-keys", "model-meta-keys", kMetaKeys, kStrictKeys},
      {"check-model-has-properties-file", "model-has-properties-file"},
      {"check-model-has-tests", "model-min-tests", {{"--test-cnt", "min", As::kNumber}}},
      {"check-model-has-tests-by-group",
       "model-tests-by-group",
       {{"--tests", "groups", As::kGroup}, {"--test-cnt", "min", As::kNumber}}},
      {"check-model-has-tests-by-name", "model-tests-by-name", {{"--tests", "tests", As::kCounts}}},
      {"check-model-has-tests-by-type", "model-tests-by-type", {{"--tests", "tests", As::kCounts}}},
      {"check-model-materialization-by-childs",
       "materialization-by-children",
       {{"--threshold-childs", "threshold", As::kNumber}}},
      {"check-model-name-contract", "model-name", {{"--pattern", "pattern", As::kPattern}}},
      {"check-model-parents-database",
       "permitted-upstream",
       {{"--whitelist", "databases", As::kList}, {"--blacklist", "forbidden_databases", As::kList}}},
      {"check-model-parents-name-prefix",
       "permitted-upstream",
       {{"--whitelist", "name_prefixes", As::kList}, {"--blacklist", "forbidden_name_prefixes", As::kList}}},
      {"check-model-parents-schema",
       "permitted-upstream",
       {{"--whitelist", "schemas", As::kList}, {"--blacklist", "forbidden_schemas", As::kList}}},
      {"check-model-parents-and-childs",
       "parent-count",
       {{"--min-parent-cnt", "min", As::kNumber}, {"--max-parent-cnt", "max", As::kNumber}}},
      {"check-model-parents-and-childs",
       "child-count",
       {{"--min-child-cnt", "min", As::kNumber}, {"--max-child-cnt", "max", As::kNumber}}},
      {"check-model-tags", "model-tags", {{"--tags", "allowed", As::kList}}},
      {"check-script-has-no-table-name",
       "hard-coded-reference",
       {{"--ignore-dotless-table", "ignore_dotless", As::kTrue}},
       {{"ignore_dotless", "false"}}},
      {"check-script-ref-and-source", "ref-target-exists"},
      {"check-script-semicolon", "trailing-semicolon"},
      {"check-seed-has-meta-keys", "seed-meta-keys", kMetaKeys, kStrictKeys},
      {"check-snapshot-has-meta-keys", "snapshot-meta-keys", kMetaKeys, kStrictKeys},
      {"check-source-childs",
       "source-children-count",
       {{"--min-child-cnt", "min", As::kNumber}, {"--max-child-cnt", "max", As::kNumber}}},
      {"check-source-columns-have-desc", "source-column-description"},
      {"check-source-has-all-columns", "source-columns-match-catalog"},
      {"check-source-has-description", "source-description"},
      {"check-source-has-freshness", "source-freshness", {{"--freshness", "require", As::kRequire}}},
      {"check-source-has-labels-keys", "source-labels-keys", {{"--labels-keys", "keys", As::kList}}},
      {"check-source-has-loader", "source-loader"},
      {"check-source-has-meta-keys", "source-meta-keys", kMetaKeys, kStrictKeys},
      {"check-source-has-tests", "source-min-tests", {{"--test-cnt", "min", As::kNumber}}},
      {"check-source-has-tests-by-group",
       "source-tests-by-group",
       {{"--tests", "groups", As::kGroup}, {"--test-cnt", "min", As::kNumber}}},
      {"check-source-has-tests-by-name", "source-tests-by-name", {{"--tests", "tests", As::kCounts}}},
      {"check-source-has-tests-by-type", "source-tests-by-type", {{"--tests", "tests", As::kCounts}}},
      {"check-source-table-has-description", "source-table-description"},
      {"check-source-tags", "source-tags", {{"--tags", "allowed", As::kList}}},
      {"check-test-has-meta-keys", "test-meta-keys", kMetaKeys, kStrictKeys},
      {"check-test-tags", "test-tags", {{"--tags", "allowed", As::kList}}},
  };
  return kHooks;
}

// Flags that say where dbt's artifacts lie, or what the hook itself is to do:
// plowline finds these itself.
constexpr std::array<std::string_view, 5> kOwnFlags{"--manifest", "--catalog", "--config", "--is_test",
                                                    "--include-disabled"};

// What hooks that are no checks do.
std::string reason_of_other(std::string_view id) {
  if (id.starts_with("dbt-")) return "runs dbt; plowline reads the artifacts that dbt has written";
  if (id == "remove-script-semicolon" || id == "replace-script-table-names" || id == "unify-column-description") {
    return "changes files; the rule that finds the same is " +
           std::string(id == "remove-script-semicolon"      ? "trailing-semicolon"
                       : id == "replace-script-table-names" ? "hard-coded-reference"
                                                            : "column-description-consistent");
  }
  if (id.starts_with("generate-")) return "writes properties files";
  return "no rule of plowline is known for it";
}

using Values = std::map<std::string, std::vector<std::string>>;

// The flags with their values, as argparse reads them.
Values arguments_of(const PlacedValue* args) {
  Values values;
  if (args == nullptr || args->kind != PlacedValue::Kind::kList) return values;
  std::string flag;
  for (const PlacedValue& item : args->items) {
    const std::string& word = item.text;
    if (word == "--") break;
    if (word.starts_with("--")) {
      const std::size_t equals = word.find('=');
      flag = word.substr(0, equals);
      values[flag];
      if (equals != std::string::npos) values[flag].push_back(word.substr(equals + 1));
    } else if (!flag.empty()) {
      values[flag].push_back(word);
    }
  }
  return values;
}

// `unique=1`, `data=2` as a map.
std::optional<std::string> counts_text(const std::vector<std::string>& words) {
  std::string out;
  for (const std::string& word : words) {
    const std::size_t equals = word.find('=');
    if (equals == std::string::npos) return std::nullopt;
    const std::string count = word.substr(equals + 1);
    if (count.empty() || !std::ranges::all_of(count, [](char c) { return c >= '0' && c <= '9'; })) return std::nullopt;
    out += fmt::format("{}{}: {}", out.empty() ? "" : ", ", yaml_text(word.substr(0, equals)), count);
  }
  return "{" + out + "}";
}

// [{"name": "a", "type": "b"}] as a map of names to types.
std::optional<std::string> columns_text(const std::string& json) {
  const auto value = placed_value_from_yaml(json, {});
  if (!value || value->kind != PlacedValue::Kind::kList) return std::nullopt;
  std::string out;
  for (const PlacedValue& item : value->items) {
    const PlacedValue* name = item.get("name");
    const PlacedValue* type = item.get("type");
    if (name == nullptr) return std::nullopt;
    out += fmt::format("{}{}: {}", out.empty() ? "" : ", ", yaml_text(name->text),
                       yaml_text(type == nullptr ? "" : type->text));
  }
  return "{" + out + "}";
}

// [{"type": "primary_key", "columns": ["a"]}] as a map of types to columns, or
// to the expression.
std::optional<std::string> constraints_text(const std::string& json) {
  const auto value = placed_value_from_yaml(json, {});
  if (!value || value->kind != PlacedValue::Kind::kList) return std::nullopt;
  std::string out;
  for (const PlacedValue& item : value->items) {
    const PlacedValue* type = item.get("type");
    if (type == nullptr) return std::nullopt;
    std::vector<std::string> parts;
    if (const PlacedValue* columns = item.get("columns")) {
      for (const PlacedValue& column : columns->items) parts.push_back(column.text);
    }
    if (const PlacedValue* expression = item.get("expression")) parts.push_back(expression->text);
    out += fmt::format("{}{}: {}", out.empty() ? "" : ", ", yaml_text(type->text), yaml_list(parts));
  }
  return "{" + out + "}";
}

std::optional<std::string> option_text(As as, const std::vector<std::string>& words) {
  if (as == As::kTrue) return "true";
  if (words.empty()) return std::nullopt;
  switch (as) {
    case As::kNumber:
      return std::ranges::all_of(words[0], [](char c) { return c >= '0' && c <= '9'; }) ? std::optional(words[0])
                                                                                        : std::nullopt;
    case As::kList:
      return yaml_list(words);
    case As::kCounts:
      return counts_text(words);
    case As::kGroup:
      return "{tests: " + yaml_list(words) + "}";
    case As::kRequire: {
      const auto has = [&](std::string_view word) { return std::ranges::find(words, word) != words.end(); };
      std::vector<std::string> levels;
      if (has("warn_after")) levels.emplace_back("warn");
      if (has("error_after")) levels.emplace_back("error");
      return yaml_list(levels);
    }
    case As::kColumns:
      return columns_text(words[0]);
    // There a pattern has to match from the start, here the whole.
    case As::kPattern:
      return Pattern::compile(words[0]) ? std::optional(yaml_text("(?:" + words[0] + ").*")) : std::nullopt;
    case As::kConstraints:
      return constraints_text(words[0]);
    default:
      return yaml_text(words[0]);
  }
}

class HookTaker {
 public:
  explicit HookTaker(TakenConfig& taken) : taken_(taken) {}

  void take(const PlacedValue& hook) {
    const PlacedValue* id = hook.get("id");
    if (id == nullptr) return;
    id_ = id->text;
    line_ = id->position.line;
    const auto known = [&](const Hook& one) { return one.id == id_; };
    if (std::ranges::none_of(hooks(), known)) {
      untaken(id_, reason_of_other(id_));
      return;
    }
    const Values values = arguments_of(hook.get("args"));
    std::vector<TakenEntry> entries;
    for (const Hook& one : hooks()) {
      if (known(one)) entries.push_back(entry_of(one, values));
    }
    report_unknown(values);
    for (TakenEntry& entry : entries) {
      scope(hook, values, entry);
      // The one hook with two rules: of these, those that are asked for.
      if (entries.size() > 1 && entry.options.empty()) continue;
      taken_.entries.push_back(std::move(entry));
    }
  }

 private:
  void untaken(const std::string& from, std::string reason) {
    taken_.untaken.push_back({from, std::move(reason), line_});
  }

  TakenEntry entry_of(const Hook& hook, const Values& values) {
    TakenEntry entry;
    entry.rule = hook.rule;
    entry.severity = "error";
    entry.from = id_;
    entry.line = line_;
    for (const Argument& argument : hook.arguments) {
      const auto given = values.find(std::string(argument.flag));
      if (given == values.end()) continue;
      std::string name(argument.option);
      if (id_ == "check-model-tags" && name == "allowed") name = tags_option(values);
      if (const auto text = option_text(argument.as, given->second)) {
        entry.options.emplace_back(name, *text);
      } else {
        untaken(fmt::format("{} {}", id_, argument.flag), "its value is not understood");
      }
    }
    for (const auto& [name, value] : hook.fixed) {
      const auto same = [&](const auto& option) { return option.first == name; };
      if (std::ranges::none_of(entry.options, same)) entry.options.emplace_back(name, value);
    }
    return entry;
  }

  static std::string tags_option(const Values& values) {
    if (values.contains("--has-any-tags")) return "any";
    return values.contains("--has-all-tags") ? "all" : "allowed";
  }

  void report_unknown(const Values& values) {
    for (const auto& [flag, words] : values) {
      const auto knows = [&](const Hook& one) {
        return one.id == id_ && std::ranges::find(one.arguments, flag, &Argument::flag) != one.arguments.end();
      };
      const bool tags = id_ == "check-model-tags" && (flag == "--has-any-tags" || flag == "--has-all-tags");
      const bool own = std::ranges::find(kOwnFlags, flag) != kOwnFlags.end();
      if (tags || own || flag == "--exclude" || std::ranges::any_of(hooks(), knows)) continue;
      untaken(fmt::format("{} {}", id_, flag), "plowline's rule has no such option");
    }
  }

  // `files`, `exclude` and --exclude: regular expressions over paths.
  void scope(const PlacedValue& hook, const Values& values, TakenEntry& entry) {
    if (const PlacedValue* files = hook.get("files")) add_paths("files", files->text, entry.where);
    if (const PlacedValue* exclude = hook.get("exclude")) add_paths("exclude", exclude->text, entry.except);
    if (const auto exclude = values.find("--exclude"); exclude != values.end() && !exclude->second.empty()) {
      add_paths("--exclude", exclude->second.front(), entry.except);
    }
  }

  void add_paths(const std::string& what, const std::string& pattern, std::vector<std::string>& selectors) {
    const std::vector<std::string> found = selectors_for_paths(pattern);
    if (found.empty()) {
      untaken(fmt::format("{} {}: {}", id_, what, pattern),
              "no selector of dbt says this; write 'where' or 'except' of the "
              "rule yourself");
    }
    selectors.insert(selectors.end(), found.begin(), found.end());
  }

  TakenConfig& taken_;
  std::string id_;
  std::size_t line_ = 0;
};

}  // namespace

void take_checkpoint(const PlacedValue& document, TakenConfig& taken) {
  taken.linter = "dbt-checkpoint";
  HookTaker taker(taken);
  for (const PlacedValue& repo : document.get("repos")->items) {
    const PlacedValue* name = repo.get("repo");
    const PlacedValue* its_hooks = repo.get("hooks");
    const bool checkpoint = name != nullptr && (name->text.find("dbt-checkpoint") != std::string::npos ||
                                                name->text.find("pre-commit-dbt") != std::string::npos);
    if (!checkpoint || its_hooks == nullptr) continue;
    for (const PlacedValue& hook : its_hooks->items) taker.take(hook);
  }
}

}  // namespace plowline
