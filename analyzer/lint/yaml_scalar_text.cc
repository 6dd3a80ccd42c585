#include "lint/yaml_scalar_text.h"

#include <algorithm>

#include "artifact/placed_value.h"

namespace plowline {
namespace {

constexpr bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

// Only what no reader of YAML can take for anything else: a few signs, and words that are not `yes` or `null`.
bool can_be_plain(std::string_view text, YamlContext context) {
  if (text.empty() || !is_letter(text.front()) || text.back() == ' ') return false;
  const std::string_view signs = context == YamlContext::kFlow ? "._-/() <>" : "._-/() <>,";
  const bool is_simple =
      std::ranges::all_of(text, [&](char c) { return is_letter(c) || (c >= '0' && c <= '9') || signs.contains(c); });
  // (`y` and `n` are booleans for YAML 1.1, though not for dbt's reader.)
  if (!is_simple || text == "y" || text == "n" || text == "Y" || text == "N") return false;
  const auto read = placed_value_from_yaml(text, {});
  return read && read->kind == PlacedValue::Kind::kText && read->text == text;
}

}  // namespace

std::string yaml_scalar_text(std::string_view text, char quote, YamlContext context) {
  if (quote == '\0' && can_be_plain(text, context)) return std::string(text);
  const char mark = quote == '\0' ? '"' : quote;
  std::string out(1, mark);
  for (const char c : text) {
    if (mark == '\'' && c == '\'') out += '\'';
    if (mark == '"' && (c == '"' || c == '\\')) out += '\\';
    out += c;
  }
  return out += mark;
}

}  // namespace plowline
