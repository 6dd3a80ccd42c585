// What a program wrote to a terminal, a pipe or a redirected file, as clean lines.
//
// dbt's console text reaches plowline in many wrappings: colours (dbt 1.x writes `ESC[0m` before every time stamp even
// into a pipe), escape sequences that a pipe cut in half or whose ESC another program made visible (`^[[0m`, `[0m`),
// CRLF, carriage returns of a progress line, UTF-16 (PowerShell's `>`), byte order marks, and the time stamps that CI
// and container logs put before every line (`2026-11-21T02:11:02.1234567Z `). ConsoleText takes all of that off.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "artifact/file.h"

namespace plowline {

struct ConsoleLine {
  std::string_view text;  // without escape sequences, control characters, trailing blanks; leading blanks are kept
  std::uint64_t number;   // from 1, as an editor counts them
};

class ConsoleText {
 public:
  // Cost: one copy of the text, linear. Nothing is an error: bytes that are no text stay as they are. Lines end at LF,
  // CRLF or a lone CR; a lone CR does not advance the line number where the text also has LF.
  static ConsoleText clean(const FileBytes& bytes);

  // Valid as long as this object; the text behind every line goes on for FileBytes::kPadding readable bytes.
  std::span<const ConsoleLine> lines() const { return lines_; }
  const std::string& name() const { return clean_.name(); }

 private:
  ConsoleText(FileBytes text, std::vector<ConsoleLine> lines) : clean_(std::move(text)), lines_(std::move(lines)) {}

  FileBytes clean_;
  std::vector<ConsoleLine> lines_;
};

// The blank-separated words of `text` (blanks are space and tab).
std::vector<std::string_view> words_of(std::string_view text);

// `text` without blanks at both ends.
std::string_view trim(std::string_view text);

// What follows the time stamp at the start of `text`: `02:11:02`, `02:11:02.136564` or `2026-11-21 02:11:02,136`, also
// behind the rest of a colour code that was cut (`0m02:11:02`). The stamp must end at a blank or at the end. Nothing
// where `text` does not start with one.
struct Stamped {
  bool found = false;
  std::string_view rest;  // trimmed
};
Stamped after_time_stamp(std::string_view text);

}  // namespace plowline
