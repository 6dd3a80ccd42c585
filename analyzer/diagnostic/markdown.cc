#include "diagnostic/markdown.h"

#include <algorithm>
#include <cctype>
#include <fmt/format.h>

#include "diagnostic/error.h"

namespace plowline {
namespace {

constexpr std::string_view kNoWidth = "\xE2\x80\x8B";

std::size_t longest_run_of_backquotes(std::string_view text) {
  std::size_t longest = 0;
  std::size_t run = 0;
  for (const char c : text) longest = std::max(longest, run = c == '`' ? run + 1 : 0);
  return longest;
}

std::string as_markdown(char c) {
  switch (c) {
    case '&':
      return "&amp;";
    case '<':
      return "&lt;";
    case '>':
      return "&gt;";
    case '|':
      return "&#124;";  // in a cell, \\| after a backslash would not do
    case '`':
      return "&#96;";
    case '\\':
      return "&#92;";
    case '$':
      return "<span>$</span>";  // the way GitHub documents for a dollar that begins no formula
    default:
      return std::string_view("*_[]()~!#").find(c) == std::string_view::npos ? std::string(1, c)
                                                                             : std::string("\\") + c;
  }
}

bool is_word(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || static_cast<unsigned char>(c) >= 0x80;
}

bool ends_with_word(std::string_view text, std::string_view lower_case) {
  return text.size() >= lower_case.size() &&
         std::ranges::equal(text.substr(text.size() - lower_case.size()), lower_case,
                            [](unsigned char a, char b) { return std::tolower(a) == b; });
}

// Whether `left`, what follows `before`, would make a link, a mention or a reference of both: https://…, www.…; @name,
// #1, GH-1; GitLab's !1, ~label, %milestone, &epic, $snippet.
bool begins_a_link(std::string_view before, std::string_view left) {
  if (left.empty()) return false;
  const char last = before.back();
  if (last == ':') return left.starts_with("//");
  if (std::string_view("@#!~%&$").find(last) != std::string_view::npos)
    return is_word(left.front()) || left.front() == '"' || left.front() == '-';
  return (left.front() == '.' && ends_with_word(before, "www")) || (last == '-' && ends_with_word(before, "gh-"));
}

}  // namespace

std::string code_span(std::string_view text) {
  std::string shown = printable(text);
  if (shown.empty()) shown = " ";
  const std::string fence(longest_run_of_backquotes(shown) + 1, '`');
  const bool padded = shown.front() == '`' || shown.back() == '`' || shown.front() == ' ' || shown.back() == ' ';
  return fmt::format("{0}{1}{2}{1}{0}", fence, padded ? " " : "", shown);
}

std::string code_fence(std::string_view body) {
  return std::string(std::max<std::size_t>(3, longest_run_of_backquotes(body) + 1), '`');
}

std::string plain_markdown(std::string_view text) {
  const std::string shown = printable(text);
  std::string out;
  for (std::size_t i = 0; i < shown.size(); ++i) {
    out += as_markdown(shown[i]);
    if (begins_a_link(std::string_view(shown).substr(0, i + 1), std::string_view(shown).substr(i + 1))) out += kNoWidth;
  }
  return out;
}

}  // namespace plowline
