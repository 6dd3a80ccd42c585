#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <set>

#include "lint/rule.h"
#include "rules/snowplow/installed_tables.h"
#include "rules/snowplow/tagged_models.h"

namespace plowline {
namespace {

using Table = InstalledTables::Table;

constexpr std::array<ResourceType, 3> kTypes = {ResourceType::kModel, ResourceType::kSnapshot, ResourceType::kTest};

std::string key_of(const SqlText::Relation& relation) {
  std::string key;
  for (const std::string& part : relation.parts) {
    if (!key.empty()) key += '.';
    for (const char c : part) key += ascii_lower(c);
  }
  return key;
}

std::string call_for(const Table& table) {
  if (table.kind != Table::Kind::kEvents) return fmt::format("ref('{}')", printable(table.node->name));
  if (table.node == nullptr) return "a source()";
  return fmt::format("source('{}', '{}')", printable(table.node->source_name), printable(table.node->name));
}

std::string reason(const Table& table, bool knows_edge) {
  if (table.kind == Table::Kind::kDisabled)
    return fmt::format(
        "{} has that model disabled in this project, so nothing builds the table any more and the rows that may be "
        "left in it grow old",
        printable(table.package->name));
  if (table.kind == Table::Kind::kEvents)
    return "dbt does not know of it, and it stays that schema whatever snowplow__atomic_schema and the target say";
  if (knows_edge) return "on every other target, too, it is that schema's table, which may be production's";
  return fmt::format(
      "dbt does not know of it, so it may run before {} has written this run's rows, is not in what models_to_run is "
      "made from, and takes that schema's table on every other target, too",
      printable(table.package->name));
}

class RelationFinder {
 public:
  RelationFinder(const LintProject& project, Violations& violations)
      : project_(project), tables_(project.index<InstalledTables>()), violations_(violations) {}

  void look_at(NodeId id) {
    if (!tables_.may_be_in(project_.code(id))) return;
    report(project_.sql(id), project_.node(id).name, {.node = id}, [&](const SqlText::Relation& relation) {
      return relation.use == SqlText::Relation::Use::kRead;  // writing is another rule's
                                                             // mistake
    });
  }

  void look_at(const MacroRecord& macro) {
    const std::string_view code = project_.code(macro);
    if (!tables_.may_be_in(code)) return;
    report(SqlText(code), macro.name, {.macro = &macro}, [](const SqlText::Relation&) { return true; });
  }

 private:
  template <typename Counts>
  void report(const SqlText& sql, std::string_view name, const Violation& at, Counts counts) {
    std::set<std::string> seen;
    for (const SqlText::Relation& relation : sql.literal_relations()) {
      if (!counts(relation)) continue;
      const std::optional<Table> table = tables_.find(relation.parts);
      if (!table || !seen.insert(key_of(relation)).second) continue;
      Violation violation = at;
      violation.message =
          fmt::format("{} {} {} by its name and not by {}: {}", printable(name),
                      relation.use == SqlText::Relation::Use::kRead ? "reads" : "writes to", printable(relation.name),
                      call_for(*table), reason(*table, is_parent(at, *table)));
      violation.at = Anchor::code(relation.offset, relation.length);
      violation.key = key_of(relation);
      violations_.push_back(std::move(violation));
    }
  }

  bool is_parent(const Violation& at, const Table& table) const {
    if (!at.node || !table.id) return false;
    const auto parents = project_.project().parents(*at.node);
    return std::ranges::find(parents, *table.id) != parents.end();
  }

  const LintProject& project_;
  const InstalledTables& tables_;
  Violations& violations_;
};

Result<void> check(const LintProject& project, const RuleScope& scope, const NoOptions&, Violations& violations) {
  RelationFinder finder(project, violations);
  for (const ResourceType type : kTypes) {
    scope.for_each(type, [&](NodeId id) {
      if (project.project().enabled(id) && !is_package_node(project, id)) finder.look_at(id);
    });
  }
  for (const MacroRecord& macro : project.project().macros()) {
    if (macro.package_name == project.project().root_package()) finder.look_at(macro);
  }
  return {};
}

const RegisterRule<> rule{
    {.name = "snowplow-hard-coded-relation",
     .subject = "snowplow",
     .summary = "code names a table of a Snowplow package without ref() or source()",
     .what = "Looks in models, snapshots, singular tests and macros of the project for relations that are written out "
             "(`prod_derived.snowplow_unified_sessions`, `atomic.events`) and are those of a Snowplow package: a table "
             "that it builds, whatever the schema where the name begins with the package's; one of its sources; any "
             "table of the schema `atomic`. What stands in comments and strings is not looked at.",
     .why =
         "ref() does three things that a name does not. dbt runs the model after the package's, where it else may read "
         "the window of the run before; the model is downstream of the package, as the selectors and `models_to_run` "
         "have to know; and on a backfill's target the model reads that target's tables, not production's.",
     .example = R"(```sql
select * from prod_scratch.snowplow_unified_views_this_run
```)",
     .use_instead = R"(```sql
select * from {{ ref('snowplow_unified_views_this_run') }}
```)",
     .basis = "dbt's documentation, ref: it builds the graph and resolves schemas by target. Snowplow's documentation "
              "of custom models.",
     .severity = Severity::kError,
     .presets = kSnowplowPreset,
     .needs = kNeedsSnowplow},
    check};

}  // namespace
}  // namespace plowline
