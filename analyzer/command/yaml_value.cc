#include "command/yaml_value.h"

#include <algorithm>
#include <fmt/format.h>

#include "command/code_points.h"

namespace plowline {
namespace {

using Written = std::expected<std::string, std::string>;
using Kind = YamlValue::Kind;

// libyaml looks 1024 characters ahead for the colon after a key.
constexpr std::size_t kLongestKey = 1000;

std::string shown(std::string_view text) {
  constexpr std::size_t kEnough = 40;
  return printable(text.size() > kEnough ? std::string(text.substr(0, kEnough)) + "…" : std::string(text));
}

void append_escaped(std::string& out, const CodePoint& code_point) {
  switch (code_point.value) {
    case '\n':
      out += "\\n";
      break;
    case '\r':
      out += "\\r";
      break;
    case '\t':
      out += "\\t";
      break;
    default:
      out += fmt::format("\\u{:04x}", code_point.well_formed ? static_cast<unsigned>(code_point.value) : 0xFFFD);
  }
}

Written json_style(std::string_view text) {
  if (!is_well_formed(text)) return std::unexpected(fmt::format("`{}` is not UTF-8, as YAML must be", shown(text)));
  return json_string(text);
}

Written single_quoted(std::string_view text) {
  if (!is_well_formed(text)) return std::unexpected(fmt::format("`{}` is not UTF-8, as YAML must be", shown(text)));
  if (find_unprintable(text) != std::string_view::npos) {
    return std::unexpected(
        fmt::format("`{}` holds a line break, a control character or an invisible mark, which YAML can only escape "
                    "within double quotes",
                    shown(text)));
  }
  if (text.find('"') != std::string_view::npos) {
    return std::unexpected(fmt::format("`{}` holds a double quote, which gets lost on the way to dbt", shown(text)));
  }
  std::string out = "'";
  for (const char c : text) out += c == '\'' ? std::string("''") : std::string(1, c);
  return out + "'";
}

// A name that every YAML reader takes for a string without quotes. `y` and `n` are bools for strict YAML 1.1 readers.
bool is_plain_name(std::string_view text) {
  const auto letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; };
  const auto inner = [&](char c) { return letter(c) || (c >= '0' && c <= '9'); };
  if (text.size() < 2 || !letter(text[0]) || !std::ranges::all_of(text, inner)) return false;
  const auto meaning = resolve_plain(text);
  return meaning && meaning->value.kind == Kind::kString;
}

Written string_to_yaml(std::string_view text, VarsStyle style) {
  return style == VarsStyle::kJson ? json_style(text) : single_quoted(text);
}

Written key_to_yaml(const YamlValue& key, VarsStyle style) {
  const bool bare = key.kind == Kind::kString && style == VarsStyle::kSingleQuoted && is_plain_name(key.text);
  Written written = bare ? Written(key.text) : to_yaml(key, style);
  if (written && written->size() > kLongestKey) {
    return std::unexpected(fmt::format("the name `{}` is longer than YAML allows for a key", shown(key.text)));
  }
  return written;
}

Written items_to_yaml(const YamlValue& value, VarsStyle style) {
  const bool is_map = value.kind == Kind::kMap;
  std::string out(is_map ? "{" : "[");
  for (std::size_t i = 0; i < value.items.size(); ++i) {
    if (i != 0) out += ", ";
    if (is_map) {
      Written key = key_to_yaml(value.keys[i], style);
      if (!key) return key;
      out += *key + ": ";
    }
    Written item = to_yaml(value.items[i], style);
    if (!item) return item;
    out += *item;
  }
  return out + (is_map ? "}" : "]");
}

}  // namespace

std::string json_string(std::string_view text) {
  std::string out = "\"";
  while (!text.empty()) {
    const CodePoint code_point = first_code_point(text);
    if (code_point.value == '"' || code_point.value == '\\') {
      out += '\\';
      out += code_point.bytes;
    } else if (must_be_escaped(code_point)) {
      append_escaped(out, code_point);
    } else {
      out += code_point.bytes;
    }
    text.remove_prefix(code_point.bytes.size());
  }
  return out + '"';
}

Written to_yaml(const YamlValue& value, VarsStyle style) {
  if (value.kind == Kind::kNull) return "null";
  if (value.kind == Kind::kString) return string_to_yaml(value.text, style);
  return value.is_scalar() ? value.text : items_to_yaml(value, style);
}

}  // namespace plowline
