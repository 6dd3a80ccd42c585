// Text for completion scripts: what the writers for the three shells share (completions_*.cc, nobody else).
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "cli/command_line.h"

namespace plowline {

// `text` on one line: what a description may hold in a table of candidates.
std::string one_line(std::string_view text);

// A word for bash and zsh: between single quotes nothing is special but the quote itself.
std::string sh_quoted(std::string_view word);

// A word for fish, which knows \' and \\ between single quotes.
std::string fish_quoted(std::string_view word);

// `text` with a backslash before each of `special`.
std::string escaped(std::string_view text, std::string_view special);

// The words of a list, each quoted by `quote`, with blanks between them.
std::string quoted_list(const std::vector<std::string>& words,
                        const std::function<std::string(std::string_view)>& quote);

// The names of the flags: of all, or of those that take a value.
enum class Which { kAll, kWithValue };
std::vector<std::string> flag_names(const std::vector<Flag>& flags, Which which);

// `text` with every placeholder (`@NAME@`, the first of each pair) replaced by its value, which is not looked into.
std::string filled(std::string_view text, const std::vector<std::pair<std::string_view, std::string>>& values);

}  // namespace plowline
