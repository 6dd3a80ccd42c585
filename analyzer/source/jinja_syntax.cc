#include "source/jinja_syntax.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "artifact/json_syntax.h"

namespace plowline {
namespace {

constexpr int kBrokenTags = 4;

std::string_view first_word(std::string_view text) {
  std::size_t begin = 0;
  while (begin < text.size() && is_jinja_blank(text[begin])) ++begin;
  std::size_t end = begin;
  while (end < text.size() && is_name_byte(text[end])) ++end;
  return text.substr(begin, end - begin);
}

// Whether a `set` has no value of its own: {% set x %}…{% endset %}.
bool sets_a_block(std::string_view inside) {
  int depth = 0;
  for (std::size_t at = 0; at < inside.size();) {
    const char c = inside[at];
    if (c == '\'' || c == '"') {
      at = end_of_jinja_string(inside, at);
      continue;
    }
    if (c == '(' || c == '[' || c == '{') ++depth;
    if (c == ')' || c == ']' || c == '}') --depth;
    if (c == '=' && depth <= 0) return false;
    ++at;
  }
  return true;
}

std::optional<std::uint32_t> hexadecimal(std::string_view digits) {
  std::uint32_t value = 0;
  for (const char c : digits) {
    const char lower = static_cast<char>(c | 0x20);
    if (c >= '0' && c <= '9') {
      value = value * 16 + static_cast<std::uint32_t>(c - '0');
    } else if (lower >= 'a' && lower <= 'f') {
      value = value * 16 + static_cast<std::uint32_t>(lower - 'a' + 10);
    } else {
      return std::nullopt;
    }
  }
  return value;
}

// \xhh, \uhhhh, \Uhhhhhhhh at `at`, which is behind the backslash. The bytes it took; 0 where it is no such escape.
std::size_t append_code_point(std::string& out, std::string_view inside, std::size_t at) {
  const std::size_t digits = inside[at] == 'x' ? 2 : inside[at] == 'u' ? 4 : inside[at] == 'U' ? 8 : 0;
  if (digits == 0 || inside.size() - at - 1 < digits) return 0;
  const auto point = hexadecimal(inside.substr(at + 1, digits));
  if (!point || *point > 0x10FFFF) return 0;
  const bool surrogate = *point >= 0xD800 && *point <= 0xDFFF;
  append_utf8(out, surrogate ? 0xFFFD : *point);
  return digits + 1;
}

constexpr auto kEscapes = std::to_array<std::pair<char, std::string_view>>({{'\\', "\\"},
                                                                            {'\'', "'"},
                                                                            {'"', "\""},
                                                                            {'n', "\n"},
                                                                            {'t', "\t"},
                                                                            {'r', "\r"},
                                                                            {'a', "\a"},
                                                                            {'b', "\b"},
                                                                            {'f', "\f"},
                                                                            {'v', "\v"},
                                                                            {'\n', ""}});

}  // namespace

std::size_t end_of_jinja_string(std::string_view text, std::size_t at) {
  const char quote = text[at];
  for (++at; at < text.size(); ++at) {
    if (text[at] == quote) return at + 1;
    if (text[at] == '\\') ++at;
  }
  return text.size();
}

void append_jinja_string(std::string& out, std::string_view inside) {
  if (inside.empty()) return;
  std::size_t done = 0;
  for (std::size_t at = inside.find('\\'); at < inside.size() - 1; at = inside.find('\\', done)) {
    out.append(inside.substr(done, at - done));
    const auto* escape = std::ranges::find(kEscapes, inside[at + 1], &std::pair<char, std::string_view>::first);
    if (escape != kEscapes.end()) {
      out.append(escape->second);
      done = at + 2;
    } else if (const std::size_t taken = append_code_point(out, inside, at + 1)) {
      done = at + 1 + taken;
    } else {
      out.append(inside.substr(at, 2));
      done = at + 2;
    }
  }
  out.append(inside.substr(done));
}

// The offset behind `close` and its brace, outside of strings and brackets; npos where there is none.
std::size_t JinjaTags::balanced_end(std::size_t at, char close) const {
  int depth = 0;
  for (at += 2; at < text_.size();) {
    const char c = text_[at];
    if (c == close && depth == 0 && at + 1 < text_.size() && text_[at + 1] == '}') return at + 2;
    switch (c) {
      case '\'':
      case '"':
        at = end_of_jinja_string(text_, at);
        continue;
      case '(':
      case '[':
      case '{':
        ++depth;
        break;
      case ')':
      case ']':
      case '}':
        if (depth > 0) --depth;
        break;
      default:
        break;
    }
    ++at;
  }
  return std::string_view::npos;
}

std::size_t JinjaTags::end_of(std::size_t at) {
  const char sign = text_[at + 1];
  const auto behind = [&](std::string_view delimiter) {
    const std::size_t found = text_.find(delimiter, at + 2);
    return found == std::string_view::npos ? text_.size() : found + 2;
  };
  if (sign == '#') return behind("#}");
  const char close = sign == '{' ? '}' : '%';
  if (broken_ < kBrokenTags) {
    const std::size_t end = balanced_end(at, close);
    if (end != std::string_view::npos) return end;
    ++broken_;
  }
  return behind(sign == '{' ? "}}" : "%}");
}

std::string_view inside_of_tag(std::string_view tag) {
  const auto is_sign = [](char c) { return c == '-' || c == '+'; };
  const bool closed = tag.size() >= 4 && tag.back() == '}' && tag[tag.size() - 2] == (tag[1] == '{' ? '}' : tag[1]);
  tag.remove_prefix(2);
  if (closed) tag.remove_suffix(2);
  if (!tag.empty() && is_sign(tag.front())) tag.remove_prefix(1);
  if (closed && !tag.empty() && is_sign(tag.back())) tag.remove_suffix(1);
  return tag;
}

JinjaBranching block_of(std::string_view statement) {
  struct Keyword {
    std::string_view word;
    JinjaBranching block;
  };
  using enum JinjaBranching;
  // Jinja's own, and those that dbt adds.
  static constexpr auto kKeywords = std::to_array<Keyword>({{"if", kBranch},
                                                            {"for", kBranch},
                                                            {"else", kOtherwise},
                                                            {"elif", kOtherwise},
                                                            {"endif", kEndBranch},
                                                            {"endfor", kEndBranch},
                                                            {"call", kText},
                                                            {"endcall", kEndText},
                                                            {"endset", kEndText},
                                                            {"macro", kText},
                                                            {"endmacro", kEndText},
                                                            {"test", kText},
                                                            {"endtest", kEndText},
                                                            {"data_test", kText},
                                                            {"enddata_test", kEndText},
                                                            {"materialization", kText},
                                                            {"endmaterialization", kEndText},
                                                            {"snapshot", kText},
                                                            {"endsnapshot", kEndText},
                                                            {"docs", kText},
                                                            {"enddocs", kEndText},
                                                            {"raw", kRaw}});
  const std::string_view inside = inside_of_tag(statement);
  const std::string_view word = first_word(inside);
  if (word == "set") return sets_a_block(inside) ? kText : kNone;
  const auto* keyword = std::ranges::find(kKeywords, word, &Keyword::word);
  return keyword == kKeywords.end() ? kNone : keyword->block;
}

}  // namespace plowline
