#include "diagnostic/error.h"

#include <algorithm>
#include <fmt/format.h>
#include <utility>

namespace plowline {
namespace {

// The length of the well-formed UTF-8 sequence that starts at `at`, or 0.
std::size_t sequence_length(std::string_view text, std::size_t at) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char lead = byte(at);
  if (lead < 0x80) return 1;
  const std::size_t length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
  if (lead < 0xC2 || lead > 0xF4 || at + length > text.size()) return 0;
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(at + i) & 0xC0) != 0x80) return 0;
  }
  const unsigned char second = byte(at + 1);
  if ((lead == 0xE0 && second < 0xA0) || (lead == 0xED && second > 0x9F)) return 0;  // overlong, surrogate
  if ((lead == 0xF0 && second < 0x90) || (lead == 0xF4 && second > 0x8F)) return 0;  // overlong, past U+10FFFF
  return length;
}

// Terminal controls (U+0080..9F), line and paragraph separators (U+2028/9), and the marks that reorder text or are not
// seen: U+061C, U+200B..F but the joiners of scripts and emoji (U+200C/D), U+202A..E, U+2060..9, U+FEFF.
bool acts_on_a_terminal(std::string_view sequence) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(sequence[i]); };
  if (sequence.size() == 2) return (byte(0) == 0xC2 && byte(1) < 0xA0) || (byte(0) == 0xD8 && byte(1) == 0x9C);
  if (sequence.size() != 3) return false;
  const unsigned char last = byte(2);
  if (byte(0) == 0xEF) return byte(1) == 0xBB && last == 0xBF;
  if (byte(0) != 0xE2) return false;
  if (byte(1) == 0x80) return last == 0x8B || last == 0x8E || last == 0x8F || (last >= 0xA8 && last <= 0xAE);
  return byte(1) == 0x81 && last >= 0xA0 && last <= 0xA9;
}

}  // namespace

std::unexpected<Error> usage_error(std::string reason, std::string next_step) {
  return std::unexpected(Error{ExitStatus::kUsage, {}, {}, std::move(reason), std::move(next_step)});
}

std::unexpected<Error> input_error(std::string file, Position position, std::string reason, std::string next_step) {
  return std::unexpected(
      Error{ExitStatus::kInput, std::move(file), std::move(position), std::move(reason), std::move(next_step)});
}

std::string printable(std::string_view text) {
  if (std::ranges::all_of(text, [](char c) { return c >= 0x20 && c < 0x7F; })) return std::string(text);
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size();) {
    const std::size_t length = sequence_length(text, i);
    const std::string_view sequence = text.substr(i, length == 0 ? 1 : length);
    const auto byte = static_cast<unsigned char>(sequence[0]);
    if (byte == '\n') {
      out += "\\n";
    } else if (byte == '\t') {
      out += "\\t";
    } else if (byte == '\r') {
      out += "\\r";
    } else if (length == 0 || byte < 0x20 || byte == 0x7F || acts_on_a_terminal(sequence)) {
      for (const char c : sequence) out += fmt::format("\\x{:02x}", static_cast<unsigned char>(c));
    } else {
      out += sequence;
    }
    i += sequence.size();
  }
  return out;
}

std::string to_text(const Error& error) {
  std::string out;
  if (!error.file.empty()) {
    out += printable(error.file);
    if (error.position.line != 0) out += fmt::format(":{}:{}", error.position.line, error.position.column);
    out += ": ";
  }
  if (!error.position.path.empty() || error.position.offset) {
    out += "at ";
    out += printable(error.position.path);
    if (error.position.offset) {
      out += fmt::format("{}byte {}{}", error.position.path.empty() ? "" : " (", *error.position.offset,
                         error.position.path.empty() ? "" : ")");
    }
    out += ": ";
  }
  out += printable(error.reason);
  if (!error.next_step.empty()) out += "\n  " + error.next_step;
  return out;
}

std::string to_text(const Warning& warning, bool verbose) {
  std::string out = fmt::format("{} [{}]", printable(warning.message), warning.code);
  if (!warning.next_step.empty()) out += "\n  " + warning.next_step;
  if (verbose) {
    for (const std::string& line : warning.detail) out += "\n    " + printable(line);
  }
  return out;
}

}  // namespace plowline
