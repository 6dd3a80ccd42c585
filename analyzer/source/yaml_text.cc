#include "source/yaml_text.h"

#include <algorithm>
#include <string>
#include <utility>

namespace plowline {
namespace {

constexpr bool is_blank(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

// Where the quoted text that begins at `at` ends: at its closing quote, or at the text's end.
std::size_t closing_quote(std::string_view text, std::size_t at) {
  const char quote = text[at];
  for (++at; at < text.size(); ++at) {
    if (text[at] == '\\' && quote == '"') {
      ++at;
    } else if (text[at] == quote) {
      if (quote == '"' || at + 1 >= text.size() || text[at + 1] != quote) return at;
      ++at;
    }
  }
  return text.size();
}

}  // namespace

std::optional<YamlText> YamlText::read(std::string_view text) {
  if (text.size() > kLargest) return std::nullopt;
  Result<PlacedValue> root = placed_value_from_yaml(text, {});
  if (!root) return std::nullopt;
  return YamlText(text, std::move(*root));
}

YamlText::YamlText(std::string_view text, PlacedValue root) : text_(text), lines_(text), root_(std::move(root)) {}

// (The reader counts columns in bytes.)
std::size_t YamlText::offset_of(const PlacedValue& value) const {
  if (value.position.line == 0 || value.position.line > lines_.count()) return text_.size();
  const auto line = static_cast<std::uint32_t>(value.position.line);
  std::size_t at = lines_.start(line) + static_cast<std::size_t>(std::max<std::uint64_t>(value.position.column, 1) - 1);
  at = std::min(at, lines_.start(line) + lines_.line(line).size());
  while (at < text_.size() && (text_[at] == '&' || text_[at] == '!')) {
    while (at < text_.size() && !is_blank(text_[at])) ++at;
    while (at < text_.size() && is_blank(text_[at])) ++at;
  }
  return at;
}

TextRange YamlText::range_of(const PlacedValue& value) const {
  if (value.position.line == 0) return {};
  const std::size_t at = offset_of(value);
  if (at >= text_.size()) return lines_.range(at, 0);
  const bool is_list_or_map = value.kind == PlacedValue::Kind::kList || value.kind == PlacedValue::Kind::kMap;
  if (is_list_or_map) return lines_.range(at, 1);
  if (text_[at] == '"' || text_[at] == '\'') return lines_.range(at + 1, closing_quote(text_, at) - at - 1);
  if (text_.substr(at).starts_with(value.text)) return lines_.range(at, value.text.size());
  // A boolean (`yes`), a block text, a text over several lines: to the end of the line, or to what ends it in a line.
  const std::string_view line = lines_.line(lines_.line_at(at));
  std::string_view rest = line.substr(std::min(at - lines_.start(lines_.line_at(at)), line.size()));
  for (const std::string_view end : {" #", ", ", "}", "]", ": "}) rest = rest.substr(0, rest.find(end));
  return lines_.range(at, rest.size());
}

LineSpan YamlText::lines_of_item(const PlacedValue& item) {
  if (item.position.line == 0) return {};
  const std::size_t at = offset_of(item);
  if (const auto known = known_.find(at); known != known_.end()) return known->second;
  const std::uint32_t line = lines_.line_at(std::min(at, text_.size()));
  LineSpan span{line, line};
  // (The position may be that of an anchor before the value.)
  std::size_t before = lines_.start(static_cast<std::uint32_t>(item.position.line)) + item.position.column - 1;
  before = std::min(before, at);
  while (before > 0 && is_blank(text_[before - 1])) --before;
  const bool has_dash = before > 0 && text_[before - 1] == '-';
  if (has_dash) span.first = lines_.line_at(before - 1);
  if (at < text_.size() && (text_[at] == '{' || text_[at] == '[')) {
    span.last = line_of_closing_bracket(at);
  } else if (has_dash) {
    const auto dash = static_cast<std::ptrdiff_t>(before - 1 - lines_.start(span.first));
    span.last = std::max(line, last_line_deeper_than(line, dash, Of::kItem));
  } else if (item.kind == PlacedValue::Kind::kMap && lines_.line(line).find_first_not_of(" \t") ==
                                                         at - lines_.start(line)) {  // `name: &anchor` and a map below
    span.last = last_line_deeper_than(line, static_cast<std::ptrdiff_t>(at - lines_.start(line)) - 1, Of::kItem);
  }
  known_.emplace(at, span);
  return span;
}

LineSpan YamlText::lines_of_key(const PlacedValue& key) const {
  if (key.position.line == 0) return {};
  const std::size_t at = offset_of(key);
  const std::uint32_t line = lines_.line_at(at);
  return {line, last_line_deeper_than(line, static_cast<std::ptrdiff_t>(at - lines_.start(line)), Of::kKey)};
}

std::uint32_t YamlText::last_line_deeper_than(std::uint32_t first, std::ptrdiff_t column, Of of) const {
  std::uint32_t last = first;
  for (std::uint32_t n = first + 1; n <= lines_.count(); ++n) {
    const std::string_view line = lines_.line(n);
    const std::size_t first_letter = line.find_first_not_of(" \t");
    if (first_letter == std::string_view::npos) continue;
    const auto indent = static_cast<std::ptrdiff_t>(first_letter);
    if (indent > column || (of == Of::kKey && indent == column && line[first_letter] == '-')) {
      last = n;
    } else if (line[first_letter] != '#') {
      break;
    }
  }
  return last;
}

std::uint32_t YamlText::line_of_closing_bracket(std::size_t offset) const {
  int depth = 0;
  for (std::size_t at = offset; at < text_.size(); ++at) {
    const char c = text_[at];
    const char before = at == 0 ? '\n' : text_[at - 1];
    if (c == '{' || c == '[') {
      ++depth;
    } else if (c == '}' || c == ']') {
      if (--depth == 0) return lines_.line_at(at);
    } else if ((c == '"' || c == '\'') && (is_blank(before) || std::string_view(",[{:").contains(before))) {
      at = closing_quote(text_, at);
    } else if (c == '#' && is_blank(before)) {
      at = std::min(text_.find('\n', at), text_.size());
    }
  }
  return lines_.count();
}

}  // namespace plowline
