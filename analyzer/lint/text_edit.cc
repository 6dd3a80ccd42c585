#include "lint/text_edit.h"

#include <algorithm>
#include <utility>

namespace plowline {
namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
constexpr std::string_view kBlanks = " \t\r\n";

std::string as_editors_read_it(std::string_view bytes) {
  if (bytes.starts_with(kByteOrderMark)) bytes.remove_prefix(kByteOrderMark.size());
  std::string text;
  text.reserve(bytes.size());
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    if (bytes[i] != '\r' || i + 1 == bytes.size() || bytes[i + 1] != '\n') text += bytes[i];
  }
  return text;
}

bool has_carriage_returns(std::string_view bytes) {
  std::size_t with = 0;
  std::size_t all = 0;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    if (bytes[i] != '\n') continue;
    ++all;
    if (i > 0 && bytes[i - 1] == '\r') ++with;
  }
  return with * 2 > all;
}

std::string with_carriage_returns(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '\n') out += '\r';
    out += c;
  }
  return out;
}

}  // namespace

std::string edited(std::string_view text, const TextEdits& edits) {
  std::string out;
  std::size_t at = 0;
  for (const TextEdit& edit : edits) {
    out += text.substr(at, edit.offset - at);
    out += edit.text;
    at = edit.offset + edit.length;
  }
  return out += text.substr(at);
}

std::string_view line_before(std::string_view text, std::size_t offset) {
  const std::size_t newline = offset == 0 ? std::string_view::npos : text.rfind('\n', offset - 1);
  const std::size_t start = newline == std::string_view::npos ? 0 : newline + 1;
  return text.substr(start, offset - start);
}

TextEdit append_in_brackets(std::string_view text, std::size_t open, std::size_t last, std::size_t close,
                            std::string_view item) {
  if (last == open) return {open + 1, 0, std::string(item)};
  const std::size_t end = text.find_last_not_of(kBlanks, close - 1);
  const bool comma_at_end = text[end] == ',';
  const std::string_view before = line_before(text, last);
  const bool on_its_own_line = last - before.size() > open;
  // ("" in front: a place behind the item, and behind the comma at the end where there is one.)
  const auto insert = [&](std::string between) {
    return TextEdit{end + 1, 0, std::move(between) + std::string(item) + (comma_at_end ? "," : "")};
  };
  const std::string line_begin = "\n" + std::string(before);
  if (on_its_own_line && before.find_first_not_of(" \t") == std::string_view::npos) {
    return insert((comma_at_end ? "" : ",") + line_begin);
  }
  const std::size_t comma = before.find_first_not_of(" \t");
  const bool comma_in_front =
      on_its_own_line && before[comma] == ',' && before.find_first_not_of(" \t", comma + 1) == std::string_view::npos;
  if (comma_in_front && !comma_at_end) return insert(line_begin);
  return insert(comma_at_end ? " " : ", ");
}

EditedFile::EditedFile(std::string bytes)
    : before_(std::move(bytes)),
      after_(before_),
      text_before_(as_editors_read_it(before_)),
      text_(text_before_),
      carriage_returns_(has_carriage_returns(before_)) {}

void EditedFile::apply(const TextEdits& edits) {
  // Places in the text carried over to the bytes: one walk for all of them, as they are in order.
  std::size_t byte = std::string_view(after_).starts_with(kByteOrderMark) ? kByteOrderMark.size() : 0;
  std::size_t at = 0;
  const auto byte_of = [&](std::size_t place) {
    for (; at < place; ++at) {
      const bool pair = after_[byte] == '\r' && byte + 1 < after_.size() && after_[byte + 1] == '\n';
      byte += pair ? 2 : 1;
    }
    return byte;
  };
  TextEdits of_bytes;
  for (const TextEdit& edit : edits) {
    const std::size_t begin = byte_of(edit.offset);
    const std::size_t end = byte_of(edit.offset + edit.length);
    of_bytes.push_back({begin, end - begin, carriage_returns_ ? with_carriage_returns(edit.text) : edit.text});
  }
  after_ = edited(after_, of_bytes);
  text_ = edited(text_, edits);
}

}  // namespace plowline
