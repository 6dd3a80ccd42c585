#include "artifact/ls_models.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <fmt/format.h>
#include <optional>
#include <string_view>
#include <unordered_set>
#include <utility>

namespace plowline {
namespace {

constexpr std::string_view kNextStep =
    "give the project's manifest.json with --manifest, or list with: "
    "dbt --quiet ls --output json --output-keys unique_id resource_type name";

std::unexpected<Error> no_proof(const LsText& text, const LsRow& row, std::string_view why) {
  constexpr std::size_t kShown = 120;
  const std::string_view shown = row.token.text.substr(0, kShown);
  return input_error(text.file(), {.path = {}, .offset = {}, .line = row.token.line, .column = 1},
                     fmt::format("`{}{}`: {}", shown, shown.size() < row.token.text.size() ? "…" : "", why),
                     std::string(kNextStep));
}

std::string_view after_last_dot(std::string_view text) {
  return text.substr(text.rfind('.') + 1);
}

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

// `source:`, `unit_test:` …: what dbt puts before selectors of nodes that are no models.
bool has_type(std::string_view text) {
  constexpr std::array<std::string_view, 6> kTypes{
      "source:", "exposure:", "metric:", "saved_query:", "semantic_model:", "unit_test:"};
  return std::ranges::any_of(kTypes, [&](std::string_view type) { return text.starts_with(type); });
}

bool is_path(std::string_view text) {
  return text.find_first_of("/\\") != std::string_view::npos;
}

bool has_blank(std::string_view text) {
  return text.find_first_of(" \t") != std::string_view::npos;
}

// Words that no name, selector or path of dbt's rows looks like.
bool is_odd(std::string_view word) {
  return word.find_first_of(",;\"'`()[]{}<>=!?*|") != std::string_view::npos || word.ends_with('.') ||
         word.ends_with(':') || word.starts_with('.') || word.starts_with('-');
}

// Every row without JSON has dots, and one is unmistakable.
bool are_selectors(const LsText& text) {
  bool unmistakable = false;
  for (const LsRow& row : text.rows()) {
    if (row.json) continue;
    for (const std::string_view word : words_of(row.token.text)) {
      const auto dots = std::ranges::count(word, '.');
      if (dots == 0 || is_odd(word) || is_path(word)) return false;
      unmistakable = unmistakable || dots >= 2 || has_type(word);
    }
  }
  return unmistakable;
}

using Names = std::vector<CertainName>;

// A JSON row: adds the name of a model, nothing for other types.
std::optional<std::string_view> why_json_is_no_proof(const LsRow& row, Names& names) {
  constexpr std::string_view kModel = "model.";
  const std::string_view unique_id = row.json->get("unique_id");
  const std::string_view type = row.json->get("resource_type");
  if (unique_id.empty() && type.empty()) return "the row has neither `unique_id` nor `resource_type`";
  if (type.empty() ? !unique_id.starts_with(kModel) : type != "model") return std::nullopt;
  std::string_view name = row.json->get("name");
  if (name.empty()) {
    const std::size_t package_end = unique_id.find('.', kModel.size());
    if (!unique_id.starts_with(kModel) || package_end == std::string_view::npos) return "the row has no `name`";
    name = unique_id.substr(package_end + 1);
    if (name.find('.') != std::string_view::npos) {
      return "the row has no `name`, and its unique_id ends in a version or in a name with a dot";
    }
  }
  names.push_back({std::string(name), true, row.token.line});
  return std::nullopt;
}

std::optional<std::string_view> why_word_is_no_proof(std::string_view word, const LsRow& row, bool selectors,
                                                     Names& names) {
  if (is_path(word)) return "a path does not say which nodes it holds, nor what they are called";
  if (is_odd(word)) return "this is neither a line of dbt's log nor a row of dbt ls";
  const std::string_view last = after_last_dot(word);
  if (selectors) {
    if (has_type(word)) return std::nullopt;
    if (last.size() > 1 && last[0] == 'v' && std::ranges::all_of(last.substr(1), is_digit)) {
      return "this can be a version of a model, or a model of that name";
    }
    names.push_back({std::string(last), false, row.token.line});
    return std::nullopt;
  }
  if (!row.listed) {
    return "this can be a name, or a word that something printed: no `Found …` line of dbt stands before it, or a "
           "warning's text does";
  }
  if (last.size() != word.size()) return "this can be a table of a source, a version of a model, or a selector";
  names.push_back({std::string(word), false, row.token.line});
  return std::nullopt;
}

std::optional<std::string_view> why_no_proof(const LsRow& row, bool selectors, Names& names) {
  if (row.json) return why_json_is_no_proof(row, names);
  const bool one = row.source != LsRow::Source::kWords;
  // A folded listing is proof as selectors; names on a line of their own could be a sentence.
  if (one && !selectors && has_blank(row.token.text)) return "this is neither a line of dbt's log nor a row of dbt ls";
  for (const std::string_view word : words_of(row.token.text)) {
    if (const auto why = why_word_is_no_proof(word, row, selectors, names)) return why;
  }
  return std::nullopt;
}

}  // namespace

Result<std::vector<CertainName>> certain_models(const LsText& text) {
  if (std::optional<Error> error = why_no_listing(text)) return std::unexpected(std::move(*error));
  const bool selectors = are_selectors(text);
  Names names;
  for (const LsRow& row : text.rows()) {
    if (const auto why = why_no_proof(row, selectors, names)) return no_proof(text, row, *why);
  }
  std::unordered_set<std::string_view> seen;
  Names once;
  for (const CertainName& name : names) {
    if (seen.insert(name.name).second) once.push_back(name);
  }
  return once;
}

}  // namespace plowline
