// The console text of `dbt ls`, taken apart: rows that dbt listed, and everything else that stood around them.
//
// dbt writes its log to standard output too, so a captured listing holds more than names, and every version does it in
// its own way:
//   - 0.x to 1.4 print bare rows; only warnings and errors stand around them.
//   - 1.5 to 1.12 log `HH:MM:SS  message` lines before the rows (`Running with dbt=…`, `Found N models, …`), warnings
//     whose wrapped lines have no time stamp, and a summary of deprecations behind the rows. In the debug format the
//     rows are log lines themselves (`HH:MM:SS.ffffff [info ] [MainThread]: row`).
//   - `--log-format json` gives one event per line; rows are ListCmdOut (Z049, 1.5 to 1.8) or PrintEvent (Z052, since
//     1.9 and 2.x); before 1.5 rows stay bare between the events, which have `code` and `msg` at the top.
//   - 2.x prints right-aligned verbs, a heading `Selected nodes` before the rows and sections between `====` behind
//   them.
//
// What becomes a row:
//   - A line of one word that is no log line. A line of several words is kept whole (it may be a path or a name with
//     blanks, or many rows that xargs or tr put on one line); only who knows the nodes can tell, see
//     project/ls_nodes.h.
//   - A JSON object that is no log event, and the message of a row event.
//   - Never: a line with a time stamp, words in the text of a warning or an error, what stands in dbt's closing
//   sections.
//     After a line that opens a warning, single words count as its text while a line of several words follows them
//     within three lines (a wrapped text may have a short line; a list of names ends it).
//   - Never: what an invocation printed before its own `Found …` or `Selected nodes` line. Macros that print() while
//     dbt parses do that, and their words look like rows.
// Words between quotes or commas are not taken apart: dbt separates rows by line ends, shells by blanks.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "artifact/console_text.h"
#include "artifact/json.h"
#include "diagnostic/error.h"

namespace plowline {

// A word or line of the text and where it stands (lines from 1).
struct LsToken {
  std::string_view text;
  std::uint64_t line = 0;
};

// What a row of `--output json` says, whatever --output-keys was.
struct LsKeys {
  // Strings, numbers and booleans by key, as text; `fqn` joined by dots; dotted keys (`config.materialized`) as dbt
  // writes them, also where the row has the whole `config`.
  std::vector<std::pair<std::string, std::string>> texts;
  std::vector<std::string> tags;
  RawJson config;  // empty where the row has none

  // Empty where the row does not have the key, or has null.
  std::string_view get(std::string_view key) const;
};

struct LsRow {
  // Where the row comes from, and with that what its text can be.
  enum class Source {
    kLine,   // a line of its own: one row, or several separated by blanks
    kWords,  // the end of a log line that was folded into one line with the rows: rows separated by blanks
    kEvent,  // a log event (JSON or debug format): exactly one row
  };

  LsToken token;  // the row's text; for a JSON row its JSON
  Source source = Source::kLine;
  bool listed = false;           // dbt itself says that it is a row: see certain_models (artifact/ls_models.h)
  std::unique_ptr<LsKeys> json;  // where the row is JSON
};

// All views point into the LsText (moving it keeps them valid).
class LsText {
 public:
  const std::string& file() const { return console_.name(); }
  const std::vector<LsRow>& rows() const { return rows_; }
  // Lines that are dbt's log, or text around it; blank lines are not counted.
  std::size_t log_lines() const { return log_lines_; }
  // Words that look like rows but were printed before the listing began.
  const std::vector<LsToken>& before_listing() const { return before_listing_; }
  // Lines of one word inside a warning's text.
  const std::vector<LsToken>& in_messages() const { return in_messages_; }
  // Criteria of which dbt says that they match no node.
  const std::vector<LsToken>& unmatched() const { return unmatched_; }
  // dbt said `No nodes selected!`.
  bool nothing_selected() const { return nothing_selected_; }
  // The text shows that dbt failed, or a JSON row is damaged: the text is no listing. Exit status 3.
  const std::optional<Error>& failure() const { return failure_; }

 private:
  friend class LsReader;
  explicit LsText(ConsoleText console) : console_(std::move(console)) {}

  ConsoleText console_;
  std::deque<std::string> messages_;  // unescaped messages of events; they end with FileBytes::kPadding NULs
  std::vector<LsRow> rows_;
  std::vector<LsToken> before_listing_;
  std::vector<LsToken> in_messages_;
  std::vector<LsToken> unmatched_;
  std::size_t log_lines_ = 0;
  bool nothing_selected_ = false;
  std::optional<Error> failure_;
};

// Cost: linear in the text; JSON rows are parsed once. What is wrong with the text is in failure().
LsText read_ls_text(const FileBytes& bytes);

// The error for a text that cannot be a listing: failure(), or no row although dbt did not say that it selected
// nothing (an empty file is what a failed `$(dbt ls …)` leaves). Nothing where the text can be one.
std::optional<Error> why_no_listing(const LsText& text);

}  // namespace plowline
