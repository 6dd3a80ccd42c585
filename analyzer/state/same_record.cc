#include "state/same_record.h"

#include <algorithm>
#include <cstddef>
#include <cstring>

namespace plowline {
namespace {

constexpr std::string_view kKey = "\"created_at\":";

std::size_t common_length(std::string_view a, std::string_view b) {
  constexpr std::size_t kBlock = 64;
  const std::size_t shorter = std::min(a.size(), b.size());
  std::size_t at = 0;
  while (at + kBlock <= shorter && std::memcmp(a.data() + at, b.data() + at, kBlock) == 0) at += kBlock;
  while (at < shorter && a[at] == b[at]) ++at;
  return at;
}

bool is_of_number(char c) {
  return (c >= '0' && c <= '9') || c == '.' || c == '-' || c == '+' || c == 'e' || c == 'E';
}

// How many objects and lists are open at `at`.
std::size_t depth_at(std::string_view text, std::size_t at) {
  std::size_t depth = 0;
  bool in_string = false;
  for (std::size_t i = 0; i < at; ++i) {
    const char c = text[i];
    if (in_string) {
      if (c == '\\') ++i;
      if (c == '"') in_string = false;
    } else if (c == '"') {
      in_string = true;
    } else if (c == '{' || c == '[') {
      ++depth;
    } else if ((c == '}' || c == ']') && depth > 0) {
      --depth;
    }
  }
  return depth;
}

// Where the number around `at` begins, if it is the value of the object's own `created_at`; else npos.
std::size_t start_of_created_at(std::string_view text, std::size_t at) {
  std::size_t start = at;
  while (start > 0 && is_of_number(text[start - 1])) --start;
  std::size_t key_end = start;
  while (key_end > 0 && text[key_end - 1] == ' ') --key_end;
  if (!text.substr(0, key_end).ends_with(kKey)) return std::string_view::npos;
  const std::size_t key = key_end - kKey.size();
  return key > 0 && text[key - 1] != '\\' && depth_at(text, key) == 1 ? start : std::string_view::npos;
}

std::string_view after_number(std::string_view text, std::size_t start) {
  while (start < text.size() && is_of_number(text[start])) ++start;
  return text.substr(start);
}

}  // namespace

bool same_but_for_created_at(std::string_view a, std::string_view b) {
  const std::size_t common = common_length(a, b);
  if (common == a.size() && common == b.size()) return true;
  const std::size_t start = start_of_created_at(a, common);
  // Up to `common` both are the same, so the number begins at the same place in `b`.
  return start != std::string_view::npos && after_number(a, start) == after_number(b, start);
}

}  // namespace plowline
