#include "lint/checkpoint_hooks.h"

#include <algorithm>
#include <fmt/format.h>

#include "artifact/placed_value.h"
#include "lint/pattern.h"
#include "lint/taken_config.h"

namespace plowline {
namespace {

using As = CheckpointValue;

bool is_count(const std::string& text) {
  return !text.empty() && text.size() < 10 && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

// `unique=1`, `data=2` as a map.
std::optional<std::string> counts_text(const std::vector<std::string>& words) {
  std::string out;
  for (const std::string& word : words) {
    const std::size_t equals = word.find('=');
    if (equals == std::string::npos) return std::nullopt;
    const std::string count = word.substr(equals + 1);
    if (!is_count(count)) return std::nullopt;
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

}  // namespace

const std::vector<CheckpointHook>& checkpoint_hooks() {
  static const std::vector<CheckpointArgument> kMetaKeys{{"--meta-keys", "keys", As::kList, true},
                                                         {"--allow-extra-keys", "allow_extra", As::kTrue}};
  static const std::vector<std::pair<std::string, std::string>> kStrictKeys{{"allow_extra", "false"}};
  static const std::vector<CheckpointHook> kHooks{
      {"check-column-desc-are-same", "column-description-consistent", {{"--ignore", "ignore", As::kList}}},
      {"check-column-name-contract",
       "column-name-type-contract",
       {{"--pattern", "pattern", As::kPattern, true}, {"--dtypes", "types", As::kList, true}},
       {{"source", "catalog"}}},
      {"check-database-casing-consistency", "database-casing"},
      {"check-exposure-has-meta-keys", "exposure-meta-keys", kMetaKeys, kStrictKeys},
      {"check-macro-arguments-have-desc", "macro-argument-description"},
      {"check-macro-has-description", "macro-description"},
      {"check-macro-has-meta-keys", "macro-meta-keys", kMetaKeys, kStrictKeys},
      {"check-model-columns-have-desc", "model-column-description"},
      {"check-model-columns-have-meta-keys",
       "column-meta-keys",
       {{"--meta-keys", "keys", As::kList, true}, {"--allow-extra-keys", "allow_extra", As::kTrue}},
       kStrictKeys},
      {"check-model-has-all-columns", "model-columns-match-catalog"},
      {"check-model-has-columns-with-types", "required-columns", {{"--columns", "columns", As::kColumns, true}}},
      {"check-model-has-constraints", "model-constraints", {{"--constraints", "constraints", As::kConstraints, true}}},
      {"check-model-has-contract", "model-contract"},
      {"check-model-has-description", "model-description"},
      {"check-model-has-generic-constraints", "model-constraints", {{"--constraints", "types", As::kList, true}}},
      {"check-model-has-labels-keys",
       "model-labels-keys",
       {{"--labels-keys", "keys", As::kList, true}, {"--allow-extra-keys", "allow_extra", As::kTrue}},
       kStrictKeys},
      {"check-model-has-meta-keys", "model-meta-keys", kMetaKeys, kStrictKeys},
      {"check-model-has-properties-file", "model-has-properties-file"},
      {"check-model-has-tests", "model-min-tests", {{"--test-cnt", "min", As::kNumber}}},
      {"check-model-has-tests-by-group",
       "model-tests-by-group",
       {{"--tests", "groups", As::kGroup, true}, {"--test-cnt", "min", As::kNumber}}},
      {"check-model-has-tests-by-name", "model-tests-by-name", {{"--tests", "tests", As::kCounts, true}}},
      {"check-model-has-tests-by-type", "model-tests-by-type", {{"--tests", "tests", As::kCounts, true}}},
      {"check-model-materialization-by-childs",
       "materialization-by-children",
       {{"--threshold-childs", "threshold", As::kNumber}}},
      {"check-model-name-contract", "model-name", {{"--pattern", "pattern", As::kPattern, true}}},
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
      {"check-model-tags", "model-tags", {{"--tags", "allowed", As::kList, true}}},
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
       {{"--min-child-cnt", "min", As::kNumber}, {"--max-child-cnt", "max", As::kNumber}},
       {{"min", "0"}}},
      {"check-source-columns-have-desc", "source-column-description"},
      {"check-source-has-all-columns", "source-columns-match-catalog"},
      {"check-source-has-description", "source-description"},
      {"check-source-has-freshness",
       "source-freshness",
       {{"--freshness", "require", As::kRequire, true}},
       {{"need_loaded_at", "true"}}},
      {"check-source-has-labels-keys", "source-labels-keys", {{"--labels-keys", "keys", As::kList, true}}},
      {"check-source-has-loader", "source-loader"},
      {"check-source-has-meta-keys", "source-meta-keys", kMetaKeys, kStrictKeys},
      {"check-source-has-tests", "source-min-tests", {{"--test-cnt", "min", As::kNumber}}},
      {"check-source-has-tests-by-group",
       "source-tests-by-group",
       {{"--tests", "groups", As::kGroup, true}, {"--test-cnt", "min", As::kNumber}}},
      {"check-source-has-tests-by-name", "source-tests-by-name", {{"--tests", "tests", As::kCounts, true}}},
      {"check-source-has-tests-by-type", "source-tests-by-type", {{"--tests", "tests", As::kCounts, true}}},
      {"check-source-table-has-description", "source-table-description"},
      {"check-source-tags", "source-tags", {{"--tags", "allowed", As::kList, true}}},
      {"check-test-has-meta-keys", "test-meta-keys", kMetaKeys, kStrictKeys},
      {"check-test-tags", "test-tags", {{"--tags", "allowed", As::kList, true}}},
  };
  return kHooks;
}

std::optional<std::string> checkpoint_option(As as, const std::vector<std::string>& words) {
  if (as == As::kTrue) return "true";
  if (words.empty()) return std::nullopt;
  switch (as) {
    case As::kNumber:
      return is_count(words[0]) ? std::optional(words[0]) : std::nullopt;
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
      if (levels.empty()) return std::nullopt;
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

std::vector<TakenRule> rules_of_checkpoint() {
  std::vector<TakenRule> rules;
  for (const CheckpointHook& hook : checkpoint_hooks()) rules.push_back({hook.id, hook.rule});
  return rules;
}

}  // namespace plowline
