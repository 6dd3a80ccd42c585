// How dbt spells its own log: what a line or a JSON event of it is, in every version.
//
// The shapes differ by version and by --log-format; the words have been the same since 1.0. This is the one place that
// knows them. Readers of captured output (ls_text.h) decide what they mean.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "artifact/json.h"

namespace plowline {

// `[info ] [MainThread]: text` of the debug format, taken apart. Without a level the whole text is the message.
struct LevelledMessage {
  std::string_view level;  // debug, info, warn, error, test; empty in the default format
  std::string_view message;
};
LevelledMessage after_level(std::string_view text);

using JsonMembers = std::vector<std::pair<std::string, JsonText>>;

// One line of `--log-format json`: since 1.4 `info` and `data`, before it everything at the top (`code`, `msg`, …).
struct LogEvent {
  std::string name;  // `PrintEvent`; empty before 1.4
  std::string code;  // `Z052`
  std::string level;
  std::string message;
};
// Of an object with these members (JsonText::members); nothing where it is no log event.
std::optional<LogEvent> log_event(const JsonMembers& members);

// `dbt ls` gives its rows as ListCmdOut (Z049, 1.5 to 1.8) or PrintEvent (Z052, 1.9 and later, and 2.x). PrintEvent is
// also what print() of a macro gives since 1.9.
bool is_row_event(const LogEvent& event);

// `Found 13 models, 27 data tests, 3 unit tests`, which dbt logs when it has parsed the project.
bool is_found_line(std::string_view message);
// What follows the counts of such a line: empty, or more text where line ends were folded into blanks.
std::string_view after_counts(std::string_view message);

// A line without a time stamp with which dbt, its command-line parsers, Python or a shell say that dbt failed.
bool opens_failure(std::string_view text);

// A line of dbt 2 that tells what it does: `   Loading profiles.yml`. `line` is with its leading blanks.
bool is_progress(std::string_view line);

// Other lines of dbt's own without a time stamp: `dbt-fusion 2.0.0`, `Finished 'ls' successfully …`.
bool is_unstamped_log(std::string_view text);

// `text` with escape sequences taken off; lines stay lines.
std::string without_escapes(std::string text);

}  // namespace plowline
