// The relations of Snowplow's packages, as code that does not use ref() or source() names them.
//
// A relation is a package's where its identifier is that of one of the package's models, seeds or snapshots and either
// the schema is theirs or the identifier begins with the package's name (`prod_derived.snowplow_unified_sessions` in a
// manifest of another target). The raw events are sources, with names as common as `events`: there the schema has to be
// theirs too; `atomic`, which Snowplow's loaders create, is theirs in any case. Letter case and quotes do not count.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lint/lint_project.h"

namespace plowline {

// An index (LintProject::index<InstalledTables>()). Cost: one pass over the nodes.
class InstalledTables {
 public:
  explicit InstalledTables(const LintProject& project);

  struct Table {
    enum class Kind : std::uint8_t {
      kNode,      // a model, seed or snapshot
      kDisabled,  // one that this project does not build
      kEvents,    // a source, or another table of the schema `atomic`
    };
    Kind kind = Kind::kNode;
    // Null for other tables of `atomic`.
    const NodeRecord* node = nullptr;
    const SnowplowPackage* package = nullptr;  // null for other tables of `atomic`
    std::optional<NodeId> id = {};             // of kNode and of sources
  };

  // `parts`: database, schema, identifier, without quotes; the last two count.
  std::optional<Table> find(const std::vector<std::string>& parts) const;
  // The package's node that ref() means by that name, where the project has no node of its own of that name.
  std::optional<Table> named(std::string_view name) const;
  // False where the text has none of these relations, or only in mixed letters, which nobody writes. Fast: for all code
  // of a project.
  bool may_be_in(std::string_view text) const;

 private:
  struct Place {
    std::string schema;  // lower case
    Table table;
  };
  void add(const LintProject& project, const NodeRecord& node, Table table);
  void drop_disabled(const std::string& identifier);

  std::multimap<std::string, Place, std::less<>> tables_;  // by identifier, in lower case
  std::map<std::string, Table, std::less<>> names_;        // by name
  std::vector<std::string> marks_;                         // one of them is in the text of each
};

}  // namespace plowline
