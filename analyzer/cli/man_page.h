// The manual page, written from the command line itself.
#pragma once

#include <string>
#include <string_view>

#include "cli/command_line.h"

namespace plowline {

// plowline(1) as man(7) macros, for `man`, groff and mandoc: synopsis, every command with its arguments and flags,
// exit status, the environment variables that flags name, examples. Any text of the tree is taken literally: a
// hyphen stays a hyphen that can be copied into a shell, a line that begins with a dot is no request, and
// characters outside ASCII are written as escapes, so that the page does not depend on a locale. `version` goes
// into the footer. The same input gives the same bytes: there is no date in the page.
std::string man_page(const CommandLine& root, std::string_view version);

}  // namespace plowline
