// The command line as data.
//
// What plowline accepts is declared once, as a tree: a command, its flags, what stands behind it, and its own
// subcommands. The argument parser (parser.h) is built from the tree, and so are the shell completions and the manual
// page: they cannot disagree. A flag's target is where the parser puts its value; the options struct that holds the
// targets must outlive the tree.
#pragma once

#include <functional>
#include <string>
#include <variant>
#include <vector>

#include "diagnostic/error.h"

namespace plowline {

// What a shell may offer for a value.
enum class ValueKind {
  kNone,       // the flag is a switch and takes no value
  kText,       // anything: nothing can be offered
  kChoice,     // one of `choices`
  kFile,       // a file's path
  kDirectory,  // a folder's path
};

// Where a value goes: a switch, one value, or all values in the order given.
using Target = std::variant<std::monostate, bool*, std::string*, std::vector<std::string>*>;

struct Flag {
  std::vector<std::string> names;  // with their dashes, the usual one first: {"--verbose", "-v"}
  std::string description;         // one line, no markup
  ValueKind kind = ValueKind::kNone;
  std::string value_name;            // SELECTOR, FILE…; empty for a switch
  std::vector<std::string> choices;  // of kChoice
  std::string default_value;         // as it would be typed; empty: none worth telling
  std::string environment;           // the variable that sets it too; empty: none
  bool repeatable = false;           // takes several values, and may be given more than once
  bool may_be_empty = false;         // an empty value is the same as none, as dbt has it for this flag
  Target target;
};

struct Positional {
  std::string name;         // SELECTOR
  std::string description;  // one line, no markup
  ValueKind kind = ValueKind::kText;
  std::vector<std::string> choices;  // of kChoice
  bool required = false;
  bool repeated = false;  // takes all words that follow
  Target target;
};

struct Example {
  std::string line;         // what is typed
  std::string description;  // what it does
};

// A command, or the program itself (the root). `flags` are those that may be typed after this command's name.
struct CommandLine {
  std::string name;
  std::string description;  // one line, no markup
  std::vector<Flag> flags;
  std::vector<Positional> positionals;
  std::vector<CommandLine> subcommands;
  std::vector<Example> examples;
  std::string about;  // a paragraph or two for `--help` and the manual page
  // What the command does, after the parser has filled the targets. `root` is the whole command line.
  std::function<Result<ExitStatus>(const CommandLine& root)> run = {};
  bool hidden = false;  // left out of help, completions and the manual page
};

// A command with the words that lead to it from the root: "plowline backfill plan".
struct CommandPath {
  std::string path;
  const CommandLine* command;   // into the tree it was taken from
  std::vector<Flag> all_flags;  // what may be typed after it: its own, those of the commands above it, --help
};

// The subcommands that a user may see: those that are not hidden.
std::vector<const CommandLine*> visible_subcommands(const CommandLine& command);

// The root and all commands below it that a user may see, a command before its subcommands.
std::vector<CommandPath> all_commands(const CommandLine& root);

}  // namespace plowline
