// One word of a command, quoted for one shell. What render() in shell.h is made of; callers use that.
//
// Each function returns text that the shell, typing or pasting included, undoes to exactly `word`. Words that need no
// quotes are left bare, so that a plain command reads as people type it. Errors: a NUL byte (no argument can hold one),
// and what the shell cannot express; the reason says which.
#pragma once

#include <string>
#include <string_view>

#include "diagnostic/error.h"

namespace plowline {

// Whether the word is the program's name. There, shells also look for reserved words, assignments and expressions.
enum class WordPlace { kCommand, kArgument };

// sh as POSIX has it: dash, busybox, ksh, and bash and zsh as well. Single quotes. A word with control characters
// becomes "$(printf '…')" with octal escapes, the one way to write it on one line in every sh; line feeds at its very
// end, which $(…) would eat, are the exception: they stand within single quotes as they are.
Result<std::string> quote_posix(std::string_view word, WordPlace place);

// bash and zsh: single quotes, or $'…' where there are control characters.
Result<std::string> quote_ansi_c(std::string_view word, WordPlace place);

// fish: single quotes, in which \ and ' are escaped; control characters stand between them as \xNN.
Result<std::string> quote_fish(std::string_view word, WordPlace place);

// PowerShell, Windows PowerShell 5.1 included: single quotes. Up to 7.2 it hands words to a program without care for
// double quotes, empty words, and a backslash at the end of a word with blanks: these are errors.
Result<std::string> quote_powershell(std::string_view word, WordPlace place);

// cmd.exe, at the prompt and in a batch file: double quotes, as the C runtime's parser undoes them. % and ! can be
// expanded even within quotes, and a double quote ends cmd's own quoting: these are errors.
Result<std::string> quote_cmd(std::string_view word, WordPlace place);

}  // namespace plowline
