// One run of dbt, as a value: its program, its subcommand, its options, its variables.
//
// An Invocation is made from options, which build() checks against what dbt's own parsers make of them. There are
// three: argparse (dbt 1.0 to 1.4), click with dbt's MultiOption (1.5 to 1.12) and clap (2). What all of them agree on:
//
// - `--select` and `--exclude` take every word up to the next one that begins with a dash, and split each at blanks.
//   Given twice, the last one wins (argparse) or both count (click, clap): so each is given once, with all its words.
// - A value that begins with a dash is taken for an option unless it is attached: `--target=-x`. `--select=-x` takes
//   the one attached word (argparse takes no second), so all words are joined with blanks then: `--select='-x y'`.
// - `--selector` makes dbt 1 ignore `--select` and `--exclude` without a word, and dbt 2 refuse `--select`: an error.
// - Options after the subcommand; `--vars` with one value that begins with a brace.
//
// The order of the words is fixed: dbt, subcommand, --target, --profile, --project-dir, --select, --exclude,
// --selector, --full-refresh, --vars, extra arguments.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "command/vars.h"
#include "diagnostic/error.h"

namespace plowline {

struct InvocationOptions {
  std::string dbt = "dbt";         // a name in PATH, or a path
  std::string subcommand = "run";  // one of dbt_subcommands(); `docs generate` and `source freshness` are two words
  std::optional<std::string> target;
  std::optional<std::string> profile;
  std::optional<std::string> project_dir;
  std::vector<std::string> select;   // unions of selectors, each as it would stand in one shell word
  std::vector<std::string> exclude;  // likewise
  std::optional<std::string> selector;
  bool full_refresh = false;
  DbtVars vars;                    // none: no --vars
  std::vector<std::string> extra;  // appended as they are
};

// The subcommands of dbt that take a selection, as InvocationOptions wants them.
std::span<const std::string_view> dbt_subcommands();

// Owns its words. Cheap to move.
class Invocation {
 public:
  // Errors: an unknown subcommand, --full-refresh for one that has none, an empty value, a selection without a word,
  // --selector together with --select or --exclude, an extra argument that repeats (or, for argparse, abbreviates) an
  // option that plowline itself sets, a NUL byte.
  static Result<Invocation> build(InvocationOptions options);

  // All words, the program first, with the variables written in `style`. Errors: see DbtVars::render.
  Result<std::vector<std::string>> argv(VarsStyle style) const;

  const DbtVars& vars() const { return vars_; }

  bool empty() const { return words_.empty(); }  // never built: there is no command

 private:
  std::vector<std::string> words_;  // up to --vars
  DbtVars vars_;
  std::vector<std::string> extra_;
};

}  // namespace plowline
