#include "artifact/data_type.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "artifact/data_type_names.h"
#include "artifact/data_type_text.h"

namespace plowline {
namespace {

using Lengths = std::vector<std::string_view>;

constexpr std::string_view kAny = "*";
constexpr std::string_view kMax = "max";

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool is_blank_character(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

bool is_punctuation(char c) {
  return c == '(' || c == ')' || c == '<' || c == '>' || c == ',' || c == ':' || c == '[' || c == ']';
}

// In lower case, blanks only where they part two words.
std::string spelling(std::string_view text) {
  std::string plain;
  bool blank = false;
  for (const char c : text) {
    if (is_blank_character(c)) {
      blank = true;
      continue;
    }
    const bool parts = blank && !plain.empty() && !is_punctuation(plain.back()) && !is_punctuation(c);
    if (parts) plain += ' ';
    blank = false;
    plain += lower(c);
  }
  return plain;
}

int badness(TypeMatch match) {
  switch (match) {
    case TypeMatch::kSame:
      return 0;
    case TypeMatch::kSameButLength:
      return 1;
    case TypeMatch::kUnknown:
      return 2;
    case TypeMatch::kDifferent:
      break;
  }
  return 3;
}

TypeMatch worse(TypeMatch a, TypeMatch b) {
  return badness(a) < badness(b) ? b : a;
}

Lengths split(std::string_view lengths) {
  Lengths list;
  while (!lengths.empty()) {
    const std::size_t comma = lengths.find(',');
    list.push_back(lengths.substr(0, comma));
    lengths.remove_prefix(comma == std::string_view::npos ? lengths.size() : comma + 1);
  }
  return list;
}

class TypeComparer {
 public:
  explicit TypeComparer(Warehouse warehouse) : warehouse_(warehouse), names_(data_type_names(warehouse)) {}

  TypeMatch compare(const DataTypeText& declared, const DataTypeText& actual) const;

 private:
  struct Known {
    std::string_view type;
    const DataTypeName* entry = nullptr;  // null: the word is not known
    Lengths lengths;                      // as written
  };

  Known known(const DataTypeText& text) const;
  bool depends_on_setting(const Known& declared, const Known& actual) const;
  TypeMatch compare_lengths(const Known& declared, const Known& actual) const;
  TypeMatch compare_parts(const DataTypeText& declared, const DataTypeText& actual) const;
  bool same_length(std::string_view type, std::string_view a, std::string_view b) const;
  bool is_maximum(std::string_view type, std::string_view length) const;

  Warehouse warehouse_;
  const DataTypeNames& names_;
};

// Postgres and SQL Server: float(1) to float(24) is real, float(25) to float(53) double precision.
bool is_short_float(const DataTypeText& text) {
  if (text.name != "float" || text.lengths.size() != 1) return false;
  const std::string& length = text.lengths.front();
  int bits = 0;
  const auto parsed = std::from_chars(length.data(), length.data() + length.size(), bits);
  return parsed.ec == std::errc{} && bits <= 24;
}

TypeComparer::Known TypeComparer::known(const DataTypeText& text) const {
  const bool float_with_bits = warehouse_ == Warehouse::kPostgres || warehouse_ == Warehouse::kSqlServer;
  if (float_with_bits && text.name == "float" && !text.lengths.empty()) {
    const DataTypeName* entry = find_data_type(names_, is_short_float(text) ? "real" : "float");
    return {entry->type, entry, {}};
  }
  const DataTypeName* entry = find_data_type(names_, text.name);
  return {entry == nullptr ? std::string_view(text.name) : entry->type, entry,
          Lengths(text.lengths.begin(), text.lengths.end())};
}

bool TypeComparer::depends_on_setting(const Known& declared, const Known& actual) const {
  // Snowflake's TIMESTAMP_TYPE_MAPPING; by default `timestamp` is timestamp_ntz.
  const auto either = [&](std::string_view one, std::string_view other) {
    return (declared.type == one && actual.type == other) || (declared.type == other && actual.type == one);
  };
  if (warehouse_ == Warehouse::kSnowflake)
    return either("timestamp", "timestamp_ltz") || either("timestamp", "timestamp_tz");
  // BigQuery's interfaces call a repeated record a RECORD whose mode is REPEATED.
  return warehouse_ == Warehouse::kBigQuery && declared.type == "struct" && actual.type == "array";
}

bool TypeComparer::is_maximum(std::string_view type, std::string_view length) const {
  if (length == kMax) return true;
  return std::ranges::any_of(
      names_.maxima, [&](const DataTypeMaximum& maximum) { return maximum.type == type && maximum.length == length; });
}

bool TypeComparer::same_length(std::string_view type, std::string_view a, std::string_view b) const {
  return a == b || a == kAny || b == kAny || (is_maximum(type, a) && is_maximum(type, b));
}

TypeMatch TypeComparer::compare_lengths(const Known& declared, const Known& actual) const {
  const Lengths wanted = declared.lengths.empty() ? split(declared.entry->always) : declared.lengths;
  Lengths found = actual.lengths.empty() ? split(actual.entry->always) : actual.lengths;
  if (wanted.empty()) return TypeMatch::kSame;
  if (found.empty()) {
    if (!names_.reports_lengths) return TypeMatch::kSame;
    found = split(actual.entry->by_default);
    if (found.empty()) found.push_back(kMax);
    if (found.front() == kAny && found.size() == 1) return TypeMatch::kSame;
  }
  for (std::size_t i = 0; i < std::max(wanted.size(), found.size()); ++i) {
    constexpr std::string_view kNone = "0";  // a scale that is not written
    const std::string_view a = i < wanted.size() ? wanted[i] : kNone;
    const std::string_view b = i < found.size() ? found[i] : kNone;
    if (!same_length(actual.type, a, b)) return TypeMatch::kSameButLength;
  }
  return TypeMatch::kSame;
}

TypeMatch TypeComparer::compare_parts(const DataTypeText& declared, const DataTypeText& actual) const {
  if (declared.parts.empty() || actual.parts.empty()) return TypeMatch::kSame;
  if (declared.parts.size() != actual.parts.size()) return TypeMatch::kDifferent;
  TypeMatch match = TypeMatch::kSame;
  for (std::size_t i = 0; i < declared.parts.size(); ++i) {
    const DataTypePart& wanted = declared.parts[i];
    const DataTypePart& found = actual.parts[i];
    if (!wanted.name.empty() && !found.name.empty() && wanted.name != found.name) return TypeMatch::kDifferent;
    match = worse(match, compare(wanted.type, found.type));
  }
  return match;
}

// Postgres does not keep how many dimensions an array has.
const DataTypeText& element_of_dimensions(const DataTypeText& array) {
  const DataTypeText* type = &array;
  while (type->name == "array" && type->parts.size() == 1 && type->parts.front().type.name == "array")
    type = &type->parts.front().type;
  return *type;
}

TypeMatch TypeComparer::compare(const DataTypeText& declared, const DataTypeText& actual) const {
  if (warehouse_ == Warehouse::kPostgres && declared.name == "array" && actual.name == "array")
    return compare_parts(element_of_dimensions(declared), element_of_dimensions(actual));
  const Known wanted = known(declared);
  const Known found = known(actual);
  if (wanted.entry == nullptr || found.entry == nullptr) {
    const bool alike = declared.name == actual.name && declared.lengths == actual.lengths;
    return alike ? compare_parts(declared, actual) : TypeMatch::kUnknown;
  }
  if (depends_on_setting(wanted, found)) return TypeMatch::kUnknown;
  const bool usual_timestamp = warehouse_ == Warehouse::kSnowflake && wanted.type.starts_with("timestamp") &&
                               found.type.starts_with("timestamp") &&
                               (wanted.type == "timestamp" || found.type == "timestamp");
  if (wanted.type != found.type && !usual_timestamp) return TypeMatch::kDifferent;
  return worse(compare_lengths(wanted, found), compare_parts(declared, actual));
}

}  // namespace

TypeMatch compare_types(Warehouse warehouse, std::string_view declared, std::string_view actual) {
  const std::string wanted = spelling(declared);
  const std::string found = spelling(actual);
  if (wanted.empty() || found.empty()) return TypeMatch::kUnknown;
  if (wanted == found) return TypeMatch::kSame;
  if (warehouse == Warehouse::kOther) return TypeMatch::kUnknown;
  const auto wanted_type = data_type_text_from(declared);
  const auto found_type = data_type_text_from(actual);
  if (!wanted_type || !found_type) return TypeMatch::kUnknown;
  return TypeComparer(warehouse).compare(*wanted_type, *found_type);
}

TypeMatch compare_reported_types(Warehouse warehouse, std::string_view before, std::string_view now) {
  return worse(compare_types(warehouse, before, now), compare_types(warehouse, now, before));
}

}  // namespace plowline
