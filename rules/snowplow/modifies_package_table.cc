#include <fmt/format.h>
#include <set>

#include "artifact/json.h"
#include "lint/rule.h"
#include "rules/snowplow/package_writes.h"
#include "rules/snowplow/tagged_models.h"

namespace plowline {
namespace {

using Table = InstalledTables::Table;

bool is_manifest(const Table& table) {
  return table.package != nullptr && table.id && table.package->incremental_manifest == table.id;
}

std::string consequence(const Table& table) {
  if (table.kind == Table::Kind::kEvents)
    return "the raw events are what every package starts from, and a window that is processed again no longer gives "
           "the same rows";
  const std::string package = printable(table.package->name);
  if (is_manifest(table))
    return fmt::format(
        "{} computes its window from these rows, so every run that changes them makes it repeat or skip events",
        package);
  return fmt::format(
      "{} knows nothing of the change and writes the rows of every window that it processes anew, so the change is "
      "there for some rows and gone for others",
      package);
}

class ModificationCheck {
 public:
  ModificationCheck(const LintProject& project, Violations& violations)
      : project_(project), tables_(project.index<InstalledTables>()), violations_(violations) {}

  void look_at_code(NodeId id) {
    const std::string_view code = project_.code(id);
    if (!tables_.may_be_in(code)) return;
    const std::string name = printable(project_.node(id).name);
    std::set<std::string_view> seen;
    for (const PackageWrite& write : package_writes(project_.sql(id), tables_)) {
      if (seen.insert(write.verb).second)
        report(id, name, write, Anchor::code(write.offset, write.length), std::string(write.verb));
    }
  }

  void look_at_hooks(NodeId id) {
    const NodeConfig& config = project_.config(id);
    look_at_hook(id, "pre_hook", config.pre_hook);
    look_at_hook(id, "post_hook", config.post_hook);
  }

 private:
  void look_at_hook(NodeId id, std::string_view key, RawJson hooks) {
    if (!tables_.may_be_in(hooks.bytes)) return;
    for (const std::string& hook : statements(hooks)) {
      const SqlText sql(hook);
      const std::vector<PackageWrite> writes = package_writes(sql, tables_);
      if (writes.empty()) continue;
      report(id, fmt::format("the {} of {}", key, printable(project_.node(id).name)), writes.front(),
             Anchor::config(std::string(key)), std::string(key));
      return;
    }
  }

  // dbt keeps a hook as an object with its `sql`; a text is one as well.
  static std::vector<std::string> statements(RawJson hooks) {
    std::vector<std::string> out = texts_of(hooks);
    const Result<JsonText> list = plowline::check(hooks);
    if (!list) return out;
    for (const JsonText& hook : list->items()) {
      if (std::string sql = scalar_of(member_of({hook.bytes()}, "sql")); !sql.empty()) out.push_back(std::move(sql));
    }
    return out;
  }

  void report(NodeId id, const std::string& who, const PackageWrite& write, Anchor at, std::string key) {
    violations_.push_back({.node = id,
                           .message = fmt::format("{} {} {}, which {}: {}", who, write.verb, printable(write.name),
                                                  owner_words(write.table), consequence(write.table)),
                           .at = std::move(at),
                           .key = std::move(key)});
  }

  static std::string owner_words(const Table& table) {
    if (table.kind == Table::Kind::kEvents) return "holds Snowplow's events";
    return fmt::format("belongs to {}", printable(table.package->name));
  }

  const LintProject& project_;
  const InstalledTables& tables_;
  Violations& violations_;
};

Result<void> check_code(const LintProject& project, const RuleScope& scope, const NoOptions&, Violations& violations) {
  ModificationCheck modifications(project, violations);
  const auto is_users = [&](NodeId id) { return project.project().enabled(id) && !is_package_node(project, id); };
  for (const ResourceType type : {ResourceType::kModel, ResourceType::kSnapshot}) {
    scope.for_each(type, [&](NodeId id) {
      if (!is_users(id)) return;
      if (type == ResourceType::kModel) modifications.look_at_code(id);
      modifications.look_at_hooks(id);
    });
  }
  scope.for_each(ResourceType::kOperation, [&](NodeId id) {
    if (is_users(id)) modifications.look_at_code(id);
  });
  return {};
}

const RegisterRule<> rule{
    {.name = "snowplow-modifies-package-table",
     .subject = "snowplow",
     .summary = "code of the project changes rows of a Snowplow package's table",
     .what =
         "Finds INSERT, UPDATE, DELETE, MERGE, TRUNCATE and DROP on a table of a Snowplow package or on its raw "
         "events, in the code and the hooks of models and snapshots and in the project's on-run-start and on-run-end. "
         "Grants and the like are fine, and macros, which somebody calls by hand now and then, are not looked at.",
     .why = "The packages process windows again as a matter of course: the last hours in every run, whole windows "
            "after a failure or when a model is new. What somebody changed in between is then overwritten for the rows "
            "of that window and for no others. Rows of a manifest decide what the next run processes.",
     .example = R"(```sql
{{ config(post_hook="delete from {{ ref('snowplow_unified_views') }} where app_id = 'test'") }}
```)",
     .use_instead = R"(```yaml
# dbt_project.yml: what is not wanted does not get in
vars:
  snowplow_unified:
    snowplow__app_id: ['shop']
```)",
     .basis = "Snowplow's documentation, Custom models: they should not modify the packages' scratch, derived and "
              "manifest tables.",
     .severity = Severity::kError,
     .presets = kSnowplowPreset,
     .needs = kNeedsSnowplow},
    check_code};

}  // namespace
}  // namespace plowline
