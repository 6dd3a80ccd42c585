// Shell completions, written from the command line itself.
//
// Each function gives a whole script for one shell. It completes subcommands at any depth, flags, the values of a
// flag or an argument that has a closed set of them, and paths for those that take a file or a folder; it offers
// nothing where nothing can be known (a selector, a date). The scripts need only the shell: no completion package,
// and no call of plowline while the user types. They work where they lie, under the names that `make install`
// gives them (bash-completion/completions/plowline, site-functions/_plowline, vendor_completions.d/plowline.fish),
// and when they are sourced: `source <(plowline completions bash)`.
//
// Every word that comes from the tree is quoted for its shell, so a description may hold any character; line
// breaks in one become blanks.
#pragma once

#include <string>

#include "cli/command_line.h"

namespace plowline {

std::string bash_completions(const CommandLine& root);
std::string zsh_completions(const CommandLine& root);
std::string fish_completions(const CommandLine& root);

}  // namespace plowline
