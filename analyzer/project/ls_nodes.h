// Which nodes of a project a text of `dbt ls` names.
//
// A row is a node where it is, as a whole, what dbt prints for a node:
//   - its unique_id;
//   - its selector: the fqn with dots, or `source:`, `exposure:`, `metric:`, `saved_query:`, `semantic_model:`,
//     `unit_test:` and package and name; some dbt 2 versions leave the type before the colon away;
//   - its name as `--output name` has it: `name`, `name.v2` of a versioned model, `source.table` of a source;
//   - its original_file_path (with either kind of slash);
//   - the name of a versioned model without the version, which `jq -r .name` makes of JSON rows;
//   - for a JSON row: `unique_id`, else every key that the row has must be the node's.
// One listing has one `--output`: where a row could be read in two of these ways, the way that most rows of the text
// can be read in wins.
//
// Words of log lines do not become nodes: read_ls_text has taken dbt's own lines out, and a line of several words is
// taken for rows only where every one of its words is a node (so `orders were loaded` is dropped although `orders` is a
// model). Every row that is no node is dropped and reported. A word that is a node but stands inside a warning's
// text is left out, with a warning.
//
// One name or path can be several nodes, of which dbt printed one row each. Rows that are there once per node are all
// of them. Where there are fewer rows than nodes, the order helps: dbt prints rows sorted by unique_id, which starts
// with the type. If the whole text keeps to that order, nodes of a type that cannot stand at the row's place are not
// meant (a metric `orders` between two models). Among the rest, for example one name in two packages or ten sources of
// one YAML file, nothing decides: all are taken, and a warning names them.
#pragma once

#include <cstddef>
#include <vector>

#include "artifact/ls_text.h"
#include "diagnostic/error.h"
#include "project/project.h"

namespace plowline {

struct LsNodes {
  struct Ambiguous {
    LsToken token;              // the first row
    std::vector<NodeId> nodes;  // sorted; all of them are among `nodes` below
  };

  std::vector<NodeId> nodes;         // in the text's order, each once
  std::vector<LsToken> dropped;      // rows that are no node of this project
  std::vector<LsToken> disabled;     // rows that are disabled nodes: dbt cannot have listed them for this manifest
  std::vector<LsToken> in_messages;  // nodes' names inside a warning's text; left out
  std::vector<Ambiguous> ambiguous;
  std::size_t log_lines = 0;  // dbt's own lines, and what was printed before the listing began
};

// Views in the result point into `text`. Cost: linear in the text, one pass over the project's nodes.
// Errors: why_no_listing; rows, of which not one is a node. Warnings: ls-dropped, ls-ambiguous, ls-disabled,
// ls-in-message, ls-no-match (a criterion of which dbt says that it matches nothing); each lists its rows in `detail`.
Result<LsNodes> ls_nodes(const LsText& text, const Project& project, Warnings& warnings);

}  // namespace plowline
