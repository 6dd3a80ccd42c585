// A value as dbt's YAML reader sees it.
//
// dbt reads `--vars` with PyYAML's safe loader, which follows YAML 1.1: `yes` is true, `010` is 8, `1_000` is 1000,
// `12:30` is 750, `1e3` is a string, `2023-01-01` is a date object. Readers of YAML 1.2 and of JSON see other values
// in the same text. So a value is resolved once, here, by PyYAML's rules, and written down again in a form that every
// reader takes for the same value.
//
// Dates are the exception. JSON has none, and to a dbt project a date object is a trap (comparisons with strings fail),
// while the same text as a string works wherever the Snowplow packages read it. An unquoted date becomes a string;
// whoever parses a user's text warns about it.
#pragma once

#include <cstdint>
#include <expected>
#include <string>
#include <string_view>
#include <vector>

#include "diagnostic/error.h"

namespace plowline {

// Owns everything. Equal values have the same kind and text; maps with the same pairs in another order are not equal.
struct YamlValue {
  enum class Kind { kNull, kBool, kInteger, kFloat, kString, kList, kMap };

  Kind kind = Kind::kNull;
  // kBool: `true`, `false`. kInteger: decimal digits of any length, without a plus sign or leading zeros. kFloat: the
  // shortest digits that give the same double, with a point, or `.inf`, `-.inf`, `.nan`. kString: the characters.
  std::string text;
  std::vector<YamlValue> items;  // kList: the elements; kMap: the values
  std::vector<YamlValue> keys;   // kMap: as long as items; scalars that are not null

  bool is_scalar() const { return kind != Kind::kList && kind != Kind::kMap; }
  friend bool operator==(const YamlValue&, const YamlValue&) = default;

  static YamlValue null() { return {}; }
  static YamlValue boolean(bool value) { return {Kind::kBool, value ? "true" : "false", {}, {}}; }
  static YamlValue integer(std::int64_t value) { return {Kind::kInteger, std::to_string(value), {}, {}}; }
  static YamlValue string(std::string_view value) { return {Kind::kString, std::string(value), {}, {}}; }
};

struct PlainScalar {
  YamlValue value;
  bool was_date = false;  // an unquoted date or time, which became a string
};

// Resolves a scalar that was written without quotes. The error is the reason why dbt could not read it either: `=`,
// `0x_`, a number that no double can hold, a number of more than 4300 digits (Python's own limit).
std::expected<PlainScalar, std::string> resolve_plain(std::string_view text);

// How a value is written down.
enum class VarsStyle {
  // JSON on one line, which is YAML as well: `{"a": "x y", "b": 90}`. YAML 1.1, YAML 1.2 and JSON readers find the same
  // values. Two things JSON lacks are written as YAML: `.inf` and `.nan`, and keys of inner maps that are no strings.
  kJson,
  // YAML without a double quote: `{a: 'x y', b: 90}`, for the shells of Windows, where double quotes get lost on the
  // way. It cannot hold control characters, line breaks or double quotes; these are errors.
  kSingleQuoted,
};

// `value` on one line. Errors: bytes that are no UTF-8, a map's key that is longer than 1000 bytes (libyaml gives up
// looking for the colon after 1024 characters), what kSingleQuoted cannot hold.
std::expected<std::string, std::string> to_yaml(const YamlValue& value, VarsStyle style);

// `text` as a JSON string with its quotes. Control characters, separators and marks that reorder text are escaped as
// \uNNNN; all else stays raw, above all what lies past U+FFFF, since YAML does not join surrogate pairs. `text` must be
// UTF-8 (a broken byte becomes \ufffd).
std::string json_string(std::string_view text);

}  // namespace plowline
