#include "artifact/data_type_text.h"

#include <algorithm>
#include <array>
#include <utility>

namespace plowline {
namespace {

constexpr int kDeepestType = 50;

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool is_blank_character(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

bool is_word_character(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return (byte >= '0' && byte <= '9') || (lower(c) >= 'a' && lower(c) <= 'z') || c == '_' || c == '$' || c == '.' ||
         byte >= 0x80;
}

// Types whose parts stand in parentheses, where other types have lengths.
bool has_parts(std::string_view name) {
  constexpr std::array<std::string_view, 8> kNames = {"array", "list",   "map",    "object",
                                                      "row",   "struct", "record", "union"};
  return std::ranges::find(kNames, name) != kNames.end();
}

bool has_named_parts(std::string_view name) {
  return has_parts(name) && name != "array" && name != "list" && name != "map";
}

class TypeReader {
 public:
  explicit TypeReader(std::string_view text) : text_(text) {}

  std::optional<DataTypeText> read() {
    auto type = read_type(0);
    peek();
    if (!type || at_ != text_.size()) return std::nullopt;
    return type;
  }

 private:
  static constexpr char kEnd = '\0';

  char peek() {
    while (at_ < text_.size() && is_blank_character(text_[at_])) ++at_;
    return at_ < text_.size() ? text_[at_] : kEnd;
  }
  bool skip(char c) {
    if (peek() != c) return false;
    ++at_;
    return true;
  }
  std::string read_word() {
    std::string word;
    peek();
    while (at_ < text_.size() && is_word_character(text_[at_])) word += lower(text_[at_++]);
    return word;
  }
  // What stands between quotes, whose first is the next character; nothing where the other is missing.
  std::optional<std::string> read_quoted() {
    const char quote = text_[at_++];
    const std::size_t end = text_.find(quote, at_);
    if (end == std::string_view::npos) return std::nullopt;
    std::string inside(text_.substr(at_, end - at_));
    std::ranges::transform(inside, inside.begin(), lower);
    at_ = end + 1;
    return inside;
  }

  std::optional<DataTypeText> read_type(int depth);
  bool read_words(DataTypeText& type);
  bool read_lengths(DataTypeText& type);
  bool read_parts(DataTypeText& type, char closing, int depth);
  bool read_part(DataTypePart& part, bool named, int depth);
  bool wrap_arrays(DataTypeText& type);

  std::string_view text_;
  std::size_t at_ = 0;
};

// Reads words up to something else. `not null`, `collate x` and `comment 'x'` are left out.
bool TypeReader::read_words(DataTypeText& type) {
  while (is_word_character(peek())) {
    const std::string word = read_word();
    if (word == "collate" || word == "comment") {
      const char next = peek();
      if (next == '\'' || next == '"') {
        if (!read_quoted()) return false;
      } else if (read_word().empty()) {
        return false;
      }
      continue;
    }
    if (word == "not") {
      if (read_word() != "null") return false;
      continue;
    }
    if (!type.name.empty()) type.name += ' ';
    type.name += word;
  }
  return true;
}

// `(10, 2)`, `(4000 char)`, `(max)`, `('a', 'b')`, behind the opening parenthesis.
bool TypeReader::read_lengths(DataTypeText& type) {
  do {
    const char first = peek();
    if (first == '\'' || first == '"') {
      auto text = read_quoted();
      if (!text) return false;
      type.lengths.push_back("'" + std::move(*text));  // apart from a word of these letters
      continue;
    }
    std::string length = skip('*') ? "*" : read_word();
    const bool negative = length.empty() && skip('-');  // a scale
    if (negative) length = read_word();
    if (length.empty()) return false;
    if (negative) length.insert(0, 1, '-');
    type.lengths.push_back(std::move(length));
    while (is_word_character(peek())) read_word();  // `char`, `byte`
  } while (skip(','));
  return skip(')');
}

bool TypeReader::read_part(DataTypePart& part, bool named, int depth) {
  const std::size_t start = at_;
  if (named) {
    const char first = peek();
    if (first == '"' || first == '`') {
      auto name = read_quoted();
      if (!name) return false;
      part.name = std::move(*name);
      skip(':');
    } else {
      part.name = read_word();
      const bool is_name = skip(':') || is_word_character(peek());
      if (!is_name) {  // a type without a name: `row(bigint)`, `struct<string(10)>`
        part.name.clear();
        at_ = start;
      }
    }
  }
  auto type = read_type(depth + 1);
  if (!type) return false;
  part.type = std::move(*type);
  return true;
}

bool TypeReader::read_parts(DataTypeText& type, char closing, int depth) {
  const bool named = has_named_parts(type.name);
  do {
    if (!read_part(type.parts.emplace_back(), named, depth)) return false;
  } while (skip(','));
  return skip(closing);
}

// `[]`, `[3]`, as often as they stand there.
bool TypeReader::wrap_arrays(DataTypeText& type) {
  for (int dimensions = 0; skip('['); ++dimensions) {
    if (dimensions == kDeepestType) return false;
    DataTypeText array{"array", {}, {}};
    if (peek() != ']') array.lengths.push_back(read_word());
    if (!skip(']')) return false;
    array.parts.push_back({{}, std::move(type)});
    type = std::move(array);
  }
  return true;
}

std::optional<DataTypeText> TypeReader::read_type(int depth) {
  if (depth > kDeepestType) return std::nullopt;
  DataTypeText type;
  if (!read_words(type) || type.name.empty()) return std::nullopt;
  while (true) {
    const char next = peek();
    if (next == '(') {
      ++at_;
      if (!(has_parts(type.name) ? read_parts(type, ')', depth) : read_lengths(type))) return std::nullopt;
    } else if (next == '<') {
      ++at_;
      if (!read_parts(type, '>', depth)) return std::nullopt;
    } else if (next == '[') {
      if (!wrap_arrays(type)) return std::nullopt;
    } else if (is_word_character(next)) {
      if (!read_words(type)) return std::nullopt;
    } else {
      return type;
    }
  }
}

}  // namespace

std::optional<DataTypeText> data_type_text_from(std::string_view text) {
  return TypeReader(text).read();
}

}  // namespace plowline
