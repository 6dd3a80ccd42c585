#include "artifact/dbt_ignore.h"

#include <system_error>
#include <utility>

#include "artifact/file.h"

namespace plowline {
namespace {

constexpr std::string_view kBlanks = " \t\r\n\f\v";

std::string_view trimmed(std::string_view text) {
  const std::size_t first = text.find_first_not_of(kBlanks);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kBlanks) - first + 1);
}

// `[abc]`, `[a-z]`, `[!…]`, `[^…]` at the beginning of `pattern`: whether `c` is in it, and how long it is. Length 0:
// it does not end, so that `[` stands for itself.
struct Bracket {
  bool contains = false;
  std::size_t length = 0;
};

Bracket match_bracket(std::string_view pattern, char c) {
  std::size_t i = 1;
  const bool negated = i < pattern.size() && (pattern[i] == '!' || pattern[i] == '^');
  if (negated) ++i;
  bool found = false;
  for (bool first = true; i < pattern.size(); first = false) {
    if (pattern[i] == ']' && !first) return {found != negated, i + 1};
    if (pattern[i] == '\\' && i + 1 < pattern.size()) ++i;
    const char low = pattern[i++];
    char high = low;
    if (i + 1 < pattern.size() && pattern[i] == '-' && pattern[i + 1] != ']') {
      high = pattern[i + 1];
      i += 2;
    }
    found = found || (low <= c && c <= high);
  }
  return {};
}

// How many characters of `pattern` stand for the one character `c`; 0: they do not.
std::size_t match_one(std::string_view pattern, char c) {
  if (pattern.empty()) return 0;
  if (pattern[0] == '?') return 1;
  if (pattern[0] == '[') {
    const Bracket bracket = match_bracket(pattern, c);
    if (bracket.length != 0) return bracket.contains ? bracket.length : 0;
  }
  if (pattern[0] == '\\' && pattern.size() > 1) return pattern[1] == c ? 2 : 0;
  return pattern[0] == c ? 1 : 0;
}

// One segment of a path. `*` is tried shortest first and only the last one is ever extended, which is enough and keeps
// a hostile pattern from costing more than pattern * text.
bool match_segment(std::string_view pattern, std::string_view text) {
  std::size_t p = 0;
  std::size_t t = 0;
  std::size_t star = std::string_view::npos;
  std::size_t resume = 0;
  while (t < text.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      resume = t;
    } else if (const std::size_t used = match_one(pattern.substr(p), text[t]); used != 0) {
      p += used;
      ++t;
    } else if (star != std::string_view::npos) {
      p = star + 1;
      t = ++resume;
    } else {
      return false;
    }
  }
  return pattern.substr(p).find_first_not_of('*') == std::string_view::npos;
}

// Whether the pattern matches the path or a folder above it. `**` is treated as `*` is in match_segment.
bool match_path(const std::vector<std::string>& pattern, const std::vector<std::string_view>& path) {
  std::size_t p = 0;
  std::size_t t = 0;
  std::size_t star = std::string_view::npos;
  std::size_t resume = 0;
  while (t < path.size()) {
    if (p == pattern.size()) return true;  // the rest lies below what matched
    if (pattern[p] == "**") {
      star = p++;
      resume = t;
      if (p == pattern.size()) return true;
    } else if (match_segment(pattern[p], path[t])) {
      ++p;
      ++t;
    } else if (star != std::string_view::npos) {
      p = star + 1;
      t = ++resume;
    } else {
      return false;
    }
  }
  return p == pattern.size();
}

std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  while (true) {
    const std::size_t end = text.find(separator);
    parts.push_back(text.substr(0, end));
    if (end == std::string_view::npos) return parts;
    text.remove_prefix(end + 1);
  }
}

// The segments that match_path takes; none for a pattern that matches nothing.
std::vector<std::string> segments_of(std::string_view pattern) {
  const bool folder_only = pattern.ends_with('/');
  if (folder_only) pattern.remove_suffix(1);
  if (pattern.empty()) return {};
  std::vector<std::string> segments;
  if (!pattern.contains('/')) segments.emplace_back("**");  // at any depth
  if (pattern.starts_with('/')) pattern.remove_prefix(1);
  for (const std::string_view segment : split(pattern, '/')) {
    if (segment == "**" && !segments.empty() && segments.back() == "**") continue;
    segments.emplace_back(segment);
  }
  // Something lies below a folder: only that can match, as no folder's own path is ever asked for.
  if (folder_only && segments.back() != "**") segments.emplace_back("**");
  return segments;
}

}  // namespace

DbtIgnore::DbtIgnore(std::string_view text) {
  for (std::string_view line : split(text, '\n')) {
    line = trimmed(line);
    if (line.empty() || line.starts_with('#')) continue;
    Pattern pattern;
    pattern.negated = line.starts_with('!');
    if (pattern.negated) line.remove_prefix(1);
    pattern.segments = segments_of(line);
    if (!pattern.segments.empty()) patterns_.push_back(std::move(pattern));
  }
}

DbtIgnore DbtIgnore::read(const std::filesystem::path& project_dir) {
  const std::filesystem::path file = project_dir / ".dbtignore";
  std::error_code ignored;
  if (!std::filesystem::is_regular_file(file, ignored)) return {};
  const auto bytes = FileBytes::read(file);
  return bytes ? DbtIgnore(bytes->text()) : DbtIgnore();
}

bool DbtIgnore::ignores(std::string_view path) const {
  if (patterns_.empty()) return false;
  const std::vector<std::string_view> segments = split(path, '/');
  for (auto pattern = patterns_.rbegin(); pattern != patterns_.rend(); ++pattern) {
    if (match_path(pattern->segments, segments)) return !pattern->negated;
  }
  return false;
}

}  // namespace plowline
