// Is the manifest older than the project's files?
//
// dbt stores a checksum of the file that a node was parsed from. compare_with_files() computes it again by the rules of
// every dbt version and says which files changed, were added or are gone since. What cannot be compared reliably is
// left alone, since a warning that is wrong once is not read a second time:
//
//   models, analyses, singular tests, functions, snapshots written in SQL
//       the checksum of the file's text, by the rules of any dbt version (file_checksum.h). The Rust engine (2.x)
//       hashes a snapshot's block instead of its file: left alone.
//   seeds
//       the same; above a size limit dbt stores the path: compared by existence.
//   hooks (`on-run-start`, `on-run-end`)
//       dbt-core stores the checksum of the whole dbt_project.yml, which makes a change of it known; 2.x that of the
//       statement: left alone.
//   macros, generic tests written in SQL
//       no checksum. The macro's text must still stand in its file, blanks apart. (A second macro that was added to a
//       known file is not noticed.)
//   what is defined in YAML (sources, exposures, metrics, generic tests, snapshots, …) and docs
//       by existence: partial parsing keeps the old checksum of a node whose entry did not change.
//
// Added is a .sql, .py or .csv file in the project's folders that the manifest does not know, unless dbt would make
// nothing of it: empty, in .dbtignore, in a hidden, target or packages folder, a fixture, a macro file without a macro.
// Only the root project's files are looked at; those of packages change with `dbt deps` alone. Folders that lead out
// of the project, absolute ones, and symbolic links to folders are not followed (nor does dbt follow the last).
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "artifact/locate.h"
#include "diagnostic/error.h"
#include "project/project.h"

namespace plowline {

struct FileChanges {
  // Paths relative to the project's folder, with `/`, sorted.
  std::vector<std::string> changed;
  std::vector<std::string> added;
  std::vector<std::string> gone;
  // How many files' content was compared.
  std::size_t compared = 0;
  // Why the comparison says nothing: the project's folder is not known, holds another project, or none of the
  // manifest's files are there. Empty where it was made; the lists are empty where this is not.
  std::string not_compared;

  bool any() const { return !changed.empty() || !added.empty() || !gone.empty(); }
};

// Cost: reads every file of the root project that the manifest has a checksum or a macro of, on up to two threads;
// 5,000 small files take some 100 ms. A file that cannot be read counts as unchanged.
FileChanges compare_with_files(const Project& project, const Location& location);

// What to tell the user, where `changes.any()`: a warning (`manifest-older-than-files`) with every file in its detail,
// or, where a fresh manifest is required, an error (exit status 3).
Warning older_than_files_warning(const FileChanges& changes, const Location& location);
Error older_than_files_error(const FileChanges& changes, const Location& location);

}  // namespace plowline
