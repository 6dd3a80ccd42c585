#include "artifact/console_text.h"

#include <cstddef>
#include <string>
#include <utility>

#include "artifact/json_syntax.h"

namespace plowline {
namespace {

constexpr char kEscape = '\x1B';
constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

bool is_line_blank(char c) {
  return c == ' ' || c == '\t';
}

// --- UTF-16 --------------------------------------------------------------------------------------------------------

enum class Encoding { kUtf8, kUtf16Little, kUtf16Big };

// A byte order mark tells; without one, ASCII in UTF-16 has a NUL in every second byte, and dbt's text starts in ASCII.
Encoding encoding_of(std::string_view text) {
  if (text.size() < 2) return Encoding::kUtf8;
  if (text.starts_with("\xFF\xFE") || (text[0] != '\0' && text[1] == '\0')) return Encoding::kUtf16Little;
  if (text.starts_with("\xFE\xFF") || (text[0] == '\0' && text[1] != '\0')) return Encoding::kUtf16Big;
  return Encoding::kUtf8;
}

// Half surrogates become U+FFFD, a lone last byte is left out.
std::string utf8_from_utf16(std::string_view text, Encoding encoding) {
  const auto unit = [&](std::size_t i) -> std::uint32_t {
    const auto first = static_cast<unsigned char>(text[i]);
    const auto second = static_cast<unsigned char>(text[i + 1]);
    return encoding == Encoding::kUtf16Little ? static_cast<std::uint32_t>(first | (second << 8))
                                              : static_cast<std::uint32_t>((first << 8) | second);
  };
  std::string out;
  out.reserve(text.size() / 2);
  for (std::size_t i = 0; i + 1 < text.size(); i += 2) {
    std::uint32_t point = unit(i);
    if (point >= 0xD800 && point <= 0xDFFF) {
      const std::uint32_t next = i + 3 < text.size() ? unit(i + 2) : 0;
      const bool pair = point < 0xDC00 && next >= 0xDC00 && next <= 0xDFFF;
      point = pair ? 0x10000 + ((point - 0xD800) << 10) + (next - 0xDC00) : 0xFFFD;
      if (pair) i += 2;
    }
    append_utf8(out, point);
  }
  return out;
}

// --- escape sequences ----------------------------------------------------------------------------------------------

// The length of the sequence whose ESC stands at `at`. A sequence that is cut ends at the line's end.
std::size_t escape_length(std::string_view text, std::size_t at) {
  std::size_t i = at + 1;
  if (i >= text.size()) return 1;
  if (text[i] == '[') {  // CSI: parameters, then one final letter
    for (++i; i < text.size() && text[i] >= 0x20 && text[i] <= 0x3F;) ++i;
    if (i < text.size() && text[i] >= 0x40 && text[i] <= 0x7E) ++i;
    return i - at;
  }
  if (text[i] == ']') {  // OSC (links, titles): ends with BEL or ESC backslash
    for (++i; i < text.size() && text[i] != '\n' && text[i] != '\r'; ++i) {
      if (text[i] == '\a') return i + 1 - at;
      if (text[i] == kEscape) return i + (i + 1 < text.size() && text[i + 1] == '\\' ? 2 : 0) - at;
    }
    return i - at;
  }
  if (text[i] == '(' || text[i] == ')') return i + 1 < text.size() && text[i + 1] != '\n' ? 3 : 2;
  return std::string_view("78=>M").find(text[i]) != std::string_view::npos ? 2 : 1;
}

// The length of a colour code that lost its ESC, `[0m` or `[1;33m`; 0 where there is none.
std::size_t bare_colour_length(std::string_view text, std::size_t at) {
  if (at >= text.size() || text[at] != '[') return 0;
  std::size_t i = at + 1;
  while (i < text.size() && i - at < 12 && (is_digit(text[i]) || text[i] == ';')) ++i;
  return i > at + 1 && i < text.size() && text[i] == 'm' ? i + 1 - at : 0;
}

// The length of a colour code whose ESC is missing or was made visible: `^[`, U+2190 (Windows' code page 437) or
// U+241B before the bracket; 0 where there is none.
std::size_t visible_colour_length(std::string_view text, std::size_t at) {
  std::size_t before = 0;
  const std::string_view here = text.substr(at);
  if (here.starts_with("^[")) before = 2;
  if (here.starts_with("\xE2\x86\x90") || here.starts_with("\xE2\x90\x9B")) before = 3;
  const std::size_t code = bare_colour_length(text, at + before);
  return code == 0 ? 0 : before + code;
}

// --- lines ---------------------------------------------------------------------------------------------------------

// `2026-11-21T02:11:02.1234567Z `: what CI systems and container logs put before each line. dbt's own stamps have no T.
std::string_view without_transport_stamp(std::string_view line) {
  constexpr std::string_view kShape = "0000-00-00T00:00:00";
  if (line.size() <= kShape.size()) return line;
  for (std::size_t i = 0; i < kShape.size(); ++i) {
    if (kShape[i] == '0' ? !is_digit(line[i]) : line[i] != kShape[i]) return line;
  }
  std::size_t i = kShape.size();
  if (line[i] == '.') {
    for (++i; i < line.size() && is_digit(line[i]);) ++i;
  }
  if (i < line.size() && line[i] == 'Z') {
    ++i;
  } else if (i + 6 <= line.size() && (line[i] == '+' || line[i] == '-') && line[i + 3] == ':') {
    i += 6;
  } else {
    return line;
  }
  if (i == line.size()) return {};
  return is_line_blank(line[i]) ? line.substr(i + 1) : line;
}

std::string_view without_trailing_blanks(std::string_view text) {
  while (!text.empty() && is_line_blank(text.back())) text.remove_suffix(1);
  return text;
}

// Behind a line's first character: copied as it is, whatever stands around it.
bool is_plain(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte >= ' ' && byte != 0x7F && c != '[' && c != '^' && byte != 0xE2;
}

struct Span {
  std::size_t start;
  std::size_t end;
  std::uint64_t number;
};

// One pass over the text. Colour codes without ESC are taken off only outside JSON rows, whose strings may hold them.
class Cleaner {
 public:
  explicit Cleaner(std::string_view text) : text_(text), counts_cr_(text.find('\n') == std::string_view::npos) {
    out_.reserve(text.size());
  }

  void run() {
    for (std::size_t at = 0; at < text_.size();) {
      at += step(at);
      std::size_t end = at;  // most of a text is plain
      while (out_.size() != start_ && end < text_.size() && is_plain(text_[end])) ++end;
      out_.append(text_.substr(at, end - at));
      at = end;
    }
    end_line();
  }

  std::string take_text() { return std::move(out_); }
  const std::vector<Span>& spans() const { return spans_; }

 private:
  std::size_t step(std::size_t at) {
    const char c = text_[at];
    if (c == '\n') return line_feed();
    if (c == '\r') return carriage_return(at);
    if (c == kEscape) return escape_length(text_, at);
    if (!json_) {
      if (const std::size_t length = c == '[' || c == '^' || c == '\xE2' ? visible_colour_length(text_, at) : 0) {
        return length;
      }
    }
    if (out_.size() == start_ && text_.substr(at).starts_with(kByteOrderMark)) return kByteOrderMark.size();
    if ((c >= 0 && c < ' ' && c != '\t') || c == '\x7F') return 1;
    if (out_.size() == start_ && c == '{') json_ = true;
    out_ += c;
    return 1;
  }

  std::size_t line_feed() {
    end_line();
    ++number_;
    return 1;
  }

  std::size_t carriage_return(std::size_t at) {
    if (at + 1 < text_.size() && text_[at + 1] == '\n') return 1;  // the LF ends the line
    end_line();
    if (counts_cr_) ++number_;
    return 1;
  }

  void end_line() {
    spans_.push_back({start_, out_.size(), number_});
    out_ += '\n';
    start_ = out_.size();
    json_ = false;
  }

  std::string_view text_;
  bool counts_cr_;
  std::string out_;
  std::vector<Span> spans_;
  std::size_t start_ = 0;
  std::uint64_t number_ = 1;
  bool json_ = false;
};

}  // namespace

ConsoleText ConsoleText::clean(const FileBytes& bytes) {
  const Encoding encoding = encoding_of(bytes.text());
  const std::string converted = encoding == Encoding::kUtf8 ? std::string() : utf8_from_utf16(bytes.text(), encoding);
  Cleaner cleaner(encoding == Encoding::kUtf8 ? bytes.text() : converted);
  cleaner.run();
  FileBytes text = FileBytes::copy_of(cleaner.take_text(), bytes.name());
  std::vector<ConsoleLine> lines;
  lines.reserve(cleaner.spans().size());
  for (const Span& span : cleaner.spans()) {
    const std::string_view line = text.text().substr(span.start, span.end - span.start);
    lines.push_back({without_trailing_blanks(without_transport_stamp(line)), span.number});
  }
  return {std::move(text), std::move(lines)};
}

std::string_view trim(std::string_view text) {
  while (!text.empty() && is_line_blank(text.front())) text.remove_prefix(1);
  return without_trailing_blanks(text);
}

std::vector<std::string_view> words_of(std::string_view text) {
  std::vector<std::string_view> words;
  for (std::size_t i = 0; i < text.size();) {
    if (is_line_blank(text[i])) {
      ++i;
      continue;
    }
    std::size_t end = i;
    while (end < text.size() && !is_line_blank(text[end])) ++end;
    words.push_back(text.substr(i, end - i));
    i = end;
  }
  return words;
}

Stamped after_time_stamp(std::string_view text) {
  const auto shape_at = [&](std::size_t at, std::string_view shape) {
    if (at + shape.size() > text.size()) return false;
    for (std::size_t i = 0; i < shape.size(); ++i) {
      if (shape[i] == '0' ? !is_digit(text[at + i]) : text[at + i] != shape[i]) return false;
    }
    return true;
  };
  std::size_t i = 0;
  for (std::size_t digits = 0; digits <= 3 && digits < text.size(); ++digits) {  // the rest of a cut colour code
    if (text[digits] == 'm') i = digits + 1;
    if (!is_digit(text[digits])) break;
  }
  if (shape_at(i, "0000-00-00 ")) i += 11;
  if (!shape_at(i, "00:00:00")) return {};
  i += 8;
  if (i < text.size() && (text[i] == '.' || text[i] == ',')) {
    for (++i; i < text.size() && is_digit(text[i]);) ++i;
  }
  if (i < text.size() && !is_line_blank(text[i])) return {};
  return {true, trim(text.substr(i))};
}

}  // namespace plowline
