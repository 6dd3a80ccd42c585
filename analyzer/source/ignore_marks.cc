#include <algorithm>
#include <string_view>

#include "source/ignore_comments.h"

namespace plowline {
namespace {

constexpr std::string_view kWord = "plowline:";
constexpr std::string_view kIgnore = "ignore";

constexpr bool is_blank(char c) {
  return c == ' ' || c == '\t' || c == '\r';
}

constexpr bool is_separator(char c) {
  return is_blank(c) || c == ',';
}

// What may stand before and behind the words of a comment.
constexpr bool is_sign(char c) {
  return is_blank(c) || c == '-' || c == '#' || c == '*' || c == '/' || c == '{';
}

std::string_view without_end(std::string_view line) {
  const auto trim = [&] {
    while (!line.empty() && is_blank(line.back())) line.remove_suffix(1);
  };
  trim();
  for (const std::string_view end : {"-#}", "+#}", "#}", "*/"}) {
    if (line.ends_with(end)) {
      line.remove_suffix(end.size());
      break;
    }
  }
  trim();
  return line;
}

// The names up to a reason; `used` is where that begins or the text ends.
std::vector<std::string> names_in(std::string_view text) {
  std::vector<std::string> names;
  for (std::size_t at = 0; at < text.size();) {
    if (is_separator(text[at])) {
      ++at;
      continue;
    }
    const std::size_t start = at;
    while (at < text.size() && !is_separator(text[at])) ++at;
    const std::string_view name = text.substr(start, at - start);
    if (name == "because" || name == "--" || name == "#") break;
    if (std::ranges::find(names, name) == names.end()) names.emplace_back(name);
  }
  return names;
}

std::optional<IgnoreMark> mark_in(std::string_view line) {
  std::size_t at = 0;
  while (at < line.size() && is_sign(line[at])) ++at;
  const std::size_t start = at;
  if (!line.substr(at).starts_with(kWord)) return std::nullopt;
  at += kWord.size();
  while (at < line.size() && is_blank(line[at])) ++at;
  if (!line.substr(at).starts_with(kIgnore)) return std::nullopt;
  at += kIgnore.size();
  if (at < line.size() && !is_separator(line[at]) && line[at] != ':') return std::nullopt;  // `ignored`, `ignore-file`
  if (at < line.size() && line[at] == ':') ++at;
  return IgnoreMark{start, line.size() - start, names_in(line.substr(at))};
}

}  // namespace

std::vector<IgnoreMark> ignore_marks(std::string_view comment) {
  std::vector<IgnoreMark> marks;
  const std::string_view content = without_end(comment);
  for (std::size_t start = 0; start < content.size();) {
    const std::size_t end = std::min(content.find('\n', start), content.size());
    std::string_view line = content.substr(start, end - start);
    while (!line.empty() && is_blank(line.back())) line.remove_suffix(1);
    if (auto mark = mark_in(line)) {
      mark->offset += start;
      marks.push_back(std::move(*mark));
    }
    start = end + 1;
  }
  return marks;
}

}  // namespace plowline
