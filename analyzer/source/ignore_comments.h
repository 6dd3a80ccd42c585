// Comments by which users tell the linter to leave something alone.
//
//   -- plowline: ignore model-description, no-hard-coded-relation
//   {# plowline: ignore model-description because it is on its way out #}
//   /* plowline: ignore model-description -- see the wiki */
//   # plowline: ignore model-description                                   (YAML, Python)
//
// Names are separated by commas or blanks; what stands behind ` -- ` or ` because ` is the user's reason. Whether a
// rule of such a name exists is not known here. A comment that names none is in the list, too: the caller says so.
//
// In SQL (and Python) a comment counts for the nodes of its file; inside the block of a snapshot or macro, for that
// one. In YAML it counts for the smallest entry that has it in its lines: a test, column, version, model, source's
// table, source, …. Alone on its line directly above an entry it belongs to that entry, above the file's first key to
// everything in the file, behind the key of a section (`models:  # …`) to all of that. In dbt_project.yml,
// packages.yml, dependencies.yml and selectors.yml it counts for its line, alone on its line for the next one that is
// no comment.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "project/project.h"
#include "source/places.h"
#include "source/text_range.h"
#include "source/yaml_text.h"

namespace plowline {

struct IgnoreComment {
  std::vector<std::string> rules;  // as written; empty: the comment names none
  std::string file;                // as in Place
  TextRange range;                 // from `plowline:` to the end of what is written

  // What it covers: any of these.
  bool whole_file = false;    // whatever is found in `file`
  LineSpan lines;             // whatever is found in these lines of `file`
  std::vector<NodeId> nodes;  // whatever is found about these nodes, wherever it is placed; sorted
  std::vector<const MacroRecord*> macros;
  // What is found about these columns of these nodes, wherever it is placed.
  std::vector<std::string> columns;
  std::vector<NodeId> nodes_of_columns;  // sorted
};

// What a finding is about and where it was placed.
struct Concern {
  std::optional<NodeId> node;
  const MacroRecord* macro = nullptr;
  std::string_view column;  // may be empty
  std::string_view file;
  std::uint32_t line = 0;  // 0: not known
};

// Whether the comment, if it names the right rule, silences that finding.
bool covers(const IgnoreComment& comment, const Concern& concern);
// The same of a finding that is not about a macro.
inline bool covers(const IgnoreComment& comment, std::optional<NodeId> node, std::string_view column,
                   std::string_view file, std::uint32_t line) {
  return covers(comment, Concern{node, nullptr, column, file, line});
}

// All comments that concern nodes of `scope`, the root project's macros, or the project's own YAML files; by file and
// line. Cost: SQL and Python are searched in the manifest, without opening a file; property files, files with
// snapshots and macro files are read and searched once each. Only where the words `plowline:` are found is more done.
std::vector<IgnoreComment> ignore_comments(Places& places, std::span<const NodeId> scope);
// The same for all nodes of the root project.
std::vector<IgnoreComment> ignore_comments(Places& places, const Project& project);

// --- the parts of it, for tests -------------------------------------------------------------------------------------

// One `plowline: ignore …` in a comment's text.
struct IgnoreMark {
  std::size_t offset = 0;  // in that text
  std::size_t length = 0;
  std::vector<std::string> rules;
};
// Those of a comment with its signs (`--`, `/*`, `{#`, `#`, …): one per line at most, at the line's beginning.
std::vector<IgnoreMark> ignore_marks(std::string_view comment);

}  // namespace plowline
