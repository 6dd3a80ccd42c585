// Which columns of a node's table are gone, are called otherwise, or have another type than in the earlier manifest.
//
// A declared column that is not declared any more may still be there: somebody may only have tidied up the YAML file.
// So a change counts as one where something shows it:
//   - both projects have a catalog.json with the table: its columns are those of the warehouse,
//   - the model's contract is enforced: then the declared columns are the table's,
//   - the select list of the model's code (sql_words.h) named the column and does not name it any more, and no `*`,
//     Jinja or expression without a name could stand for it.
// Types are those declared (or of both catalogs); a type that only one of the two has is no change.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "lint/lint_project.h"

namespace plowline {

struct ColumnChange {
  enum class Kind : std::uint8_t {
    kRemoved,
    kRenamed,  // one is gone and one is new, of the same type or in the same place
    kRetyped,
  };
  Kind kind = Kind::kRemoved;
  std::string name;         // as the earlier project has it
  std::string new_name;     // kRenamed: as this one has it
  std::string type_before;  // may be empty but for kRetyped
  std::string type_now;
};

struct ChangedColumns {
  NodeId node;
  NodeId previous;
  std::vector<ColumnChange> changes;  // in the order of the earlier columns; never empty
};

// An index (LintProject::index<ColumnChanges>()) of a project with a state: the models, seeds and snapshots, of any
// package, that both manifests hold enabled and whose columns changed. In the order of their ids. Cost: one pass over
// the nodes; only those are looked into whose declared columns, code, contract or catalog table differ.
class ColumnChanges {
 public:
  explicit ColumnChanges(const LintProject& project);
  const std::vector<ChangedColumns>& all() const { return all_; }

 private:
  std::vector<ChangedColumns> all_;
};

}  // namespace plowline
