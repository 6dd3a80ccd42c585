// Errors and warnings as values.
//
// Nothing in plowline throws across a header: a function that can fail returns Result<T>, and its Error says in
// which file, at which place, for what reason, and what to do next. Only the command line decides how that is
// printed and with which status the process ends. Warnings never change a result; they are collected in a
// Warnings list that the caller owns, in the order in which they were found.
#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <vector>

namespace plowline {

// How the process ends. Documented for users in README.md; scripts rely on it.
enum class ExitStatus : int {
  kOk = 0,        // fine
  kFindings = 1,  // findings, or a check did not hold
  kUsage = 2,     // wrong usage or configuration
  kInput = 3,     // an input could not be read
};

// A place in a file. `path` is a JSON path such as `$.nodes["model.shop.orders"].tags` for artifacts; `line` and
// `column` (from 1) are for YAML and text; `offset` is in bytes from the file's start.
struct Position {
  std::string path;
  std::optional<std::uint64_t> offset;
  std::uint64_t line = 0;  // 0: unknown
  std::uint64_t column = 0;
};

struct Error {
  ExitStatus status = ExitStatus::kUsage;
  std::string file;  // as the user named it; empty where no file is concerned
  Position position;
  std::string reason;     // what is wrong, one sentence without a full stop
  std::string next_step;  // what the user can do about it; may be empty
};

template <typename T>
using Result = std::expected<T, Error>;

// Wrong usage or configuration: exit status 2.
std::unexpected<Error> usage_error(std::string reason, std::string next_step = {});
// An input that cannot be read: exit status 3.
std::unexpected<Error> input_error(std::string file, Position position, std::string reason, std::string next_step = {});

// Something the user should know although a result could be given.
struct Warning {
  std::string code;  // stable, kebab-case: documented, and usable in scripts (`"code"` in --format json)
  std::string message;
  std::string next_step;            // may be empty
  std::vector<std::string> detail;  // one line each, shown with -v: for example every file that changed
};
using Warnings = std::vector<Warning>;

// `file:line:column: reason` or `file: at $.path (byte 123): reason`, then the next step on a line of its own.
// Control characters that came from a file are shown escaped, so that a hostile name cannot drive a terminal.
std::string to_text(const Error& error);
std::string to_text(const Warning& warning, bool verbose);

// `text` with control characters (and broken UTF-8) as \xNN, \n, \t …: for names in messages.
std::string printable(std::string_view text);

}  // namespace plowline
