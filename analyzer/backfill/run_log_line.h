// One line of a dbt log taken apart: what is said, and what the format tells about it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "artifact/instant.h"
#include "backfill/run_log.h"

namespace plowline {

struct RunLogLine {
  enum class Role : std::uint8_t {
    kMessage,    // begins a message
    kContinued,  // a further line of the message before it, without a time stamp
    kSeparator,  // `====== 02:06:46.123456 | <invocation id> ======`, above each invocation in logs/dbt.log
  };
  Role role = Role::kContinued;
  LogKind kind = LogKind::kConsole;
  std::string text;       // the whole message (JSON events may have several lines), else the line; without colours
  bool indented = false;  // the message begins with blanks (taken off `text`)
  std::string level;      // JSON and debug: debug, info, warn, error
  std::string thread;     // debug: cut to ten characters by dbt
  // JSON only.
  std::string event;  // its name; empty before dbt 1.4
  std::string node;   // unique_id of the node that it belongs to
  std::string node_status;
  std::string command;  // as typed, where an event has it
  std::string invocation_id;
  std::optional<Instant> time;
};

// `line` has no line end. Nothing for a line that is no part of a log of dbt: blank, or JSON that is no event.
// `mark_of_dbt` is set where the line has the very shape of dbt's own.
std::optional<RunLogLine> take_apart(std::string_view line, bool& mark_of_dbt);

}  // namespace plowline
