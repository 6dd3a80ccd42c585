// Fixes: what a rule wants changed, made in the user's files in place.
//
// Comments, order and layout of the files are kept: only what a fix is about is inserted or replaced. A fix that cannot
// be made with certainty (Jinja where the value should go, a file that has changed since the manifest was written, a
// flow style that is not understood) is left out, and why is said.
//
//   add a tag, set a config   in the file's config(…) where that has the key, else in its YAML entry's `config:` where
//                             that has it (tags also beside `name:`); else in the config(…) where there is one, in the
//                             YAML entry where there is one, in a new config(…) at the top
//   add columns               at the end of `columns:` of the YAML entry; an entry or a file that is not there is made
//                             beside the model (`_models.yml` conventions of the folder are followed where seen)
//   set a column's type       at the column's entry
//
// Only the root project's own models, seeds, snapshots and sources are changed, only files inside its folder, and SQL
// only where it is still what the manifest was made from. Cost: each fix reads its file once or twice.
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "diagnostic/error.h"
#include "lint/finding.h"
#include "lint/lint_project.h"
#include "source/places.h"

namespace plowline {

// A file before and after. `before` is empty where the file is new.
struct FileChange {
  std::filesystem::path path;  // to open it
  std::string file;            // as findings name it
  std::string before;
  std::string after;
};

struct FixPlan {
  std::vector<FileChange> changes;  // sorted by file; each file once
  std::vector<bool> fixed;          // per finding, whether its fix is in `changes`
  struct Left {
    std::size_t finding;
    std::string reason;  // why it is not: a sentence
  };
  std::vector<Left> left;
};

// Works the fixes of `findings` out; nothing is written. Two fixes that touch the same place: the first one counts, the
// other is left for the next run.
FixPlan plan_fixes(const LintProject& project, Places& places, const std::vector<Finding>& findings);

// Writes them: each file whole, by a temporary file and a rename, its permissions kept. A file that changed since the
// plan was made is not touched. Errors (exit status 3): what cannot be written; files before it are written by then,
// and the message says which are not.
Result<void> write_changes(const std::vector<FileChange>& changes);

// As `diff -u` prints it, with a/ and b/.
std::string unified_diff(const std::vector<FileChange>& changes);

}  // namespace plowline
