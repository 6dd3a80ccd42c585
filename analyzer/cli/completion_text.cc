#include "cli/completion_text.h"

#include <algorithm>

namespace plowline {

std::string one_line(std::string_view text) {
  std::string out(text);
  std::ranges::replace_if(out, [](unsigned char c) { return c < 0x20 || c == 0x7F; }, ' ');
  return out;
}

std::string sh_quoted(std::string_view word) {
  std::string out = "'";
  for (const char c : word) {
    if (c == '\'') {
      out += "'\\''";
    } else {
      out += c;
    }
  }
  return out + "'";
}

std::string fish_quoted(std::string_view word) {
  std::string out = "'";
  for (const char c : word) {
    if (c == '\'' || c == '\\') out += '\\';
    out += c;
  }
  return out + "'";
}

std::string escaped(std::string_view text, std::string_view special) {
  std::string out;
  for (const char c : text) {
    if (special.find(c) != std::string_view::npos) out += '\\';
    out += c;
  }
  return out;
}

std::string quoted_list(const std::vector<std::string>& words,
                        const std::function<std::string(std::string_view)>& quote) {
  std::string out;
  for (const std::string& word : words) {
    if (!out.empty()) out += ' ';
    out += quote(word);
  }
  return out;
}

std::vector<std::string> flag_names(const std::vector<Flag>& flags, Which which) {
  std::vector<std::string> names;
  for (const Flag& flag : flags) {
    if (which == Which::kWithValue && flag.kind == ValueKind::kNone) continue;
    names.insert(names.end(), flag.names.begin(), flag.names.end());
  }
  return names;
}

std::string filled(std::string_view text, const std::vector<std::pair<std::string_view, std::string>>& values) {
  std::string out;
  while (!text.empty()) {
    const auto value = std::ranges::find_if(values, [&](const auto& v) { return text.starts_with(v.first); });
    if (value != values.end()) {
      out += value->second;
      text.remove_prefix(value->first.size());
    } else {
      out += text.front();
      text.remove_prefix(1);
    }
  }
  return out;
}

}  // namespace plowline
