#include <algorithm>
#include <fmt/format.h>

#include "lint/rule.h"
#include "rules/schema/fixed_relations.h"
#include "rules/schema/targets.h"
#include "snowplow/checks.h"

namespace plowline {
namespace {

// A package's tables that both targets build.
struct SharedTables {
  const PlacedPair* manifest = nullptr;
  std::vector<NodeId> state;    // lifecycle and quarantine: what a run leaves for the next one
  std::vector<NodeId> scratch;  // this-run tables and limits: what a run makes for itself
  std::vector<NodeId> derived;

  bool any() const { return manifest != nullptr || !state.empty() || !scratch.empty() || !derived.empty(); }
};

SharedTables shared_tables(const LintProject& project, const SnowplowPackage& package) {
  SharedTables shared;
  for (const PlacedPair& pair : project.index<Targets>().pairs()) {
    const NodeRecord& node = project.node(pair.id);
    if (node.package_name != package.owner || node.resource_type != ResourceType::kModel) continue;
    if (!pair.now.same(pair.before) || project.snowplow().owning(project.project(), pair.id) != &package) continue;
    if (pair.id == package.incremental_manifest) {
      shared.manifest = &pair;
    } else if (node.name.ends_with("_lifecycle_manifest") || node.name.ends_with("_quarantined_sessions")) {
      shared.state.push_back(pair.id);
    } else if (node.name.ends_with("_this_run") || node.name.ends_with("_new_event_limits")) {
      shared.scratch.push_back(pair.id);
    } else {
      shared.derived.push_back(pair.id);
    }
  }
  return shared;
}

std::string message_of(const LintProject& project, const SnowplowPackage& package, const SharedTables& shared) {
  const std::string move = typical_move(project.index<Targets>());
  if (shared.manifest != nullptr) {
    const std::size_t others = shared.state.size() + shared.scratch.size() + shared.derived.size();
    return fmt::format(
        "{}'s manifest table is {} here and in the state, although {}{}: each run on this target writes "
        "production's rows, so production goes on from where this target is and never processes what lies "
        "between",
        printable(package.name), shown(shared.manifest->now), move,
        others == 0 ? std::string()
                    : fmt::format(" (and so {} {} other {})", plural(others, "is", "are"), others,
                                  plural(others, "table of the package", "tables of the package")));
  }
  if (!shared.state.empty()) {
    return fmt::format(
        "{} of {} {} the same {} here and in the state, although {}: each run on this target changes what "
        "production knows of its sessions",
        name_list(project.project(), shared.state), printable(package.name), plural(shared.state.size(), "is", "are"),
        plural(shared.state.size(), "table", "tables"), move);
  }
  const std::vector<NodeId>& tables = shared.scratch.empty() ? shared.derived : shared.scratch;
  return fmt::format(
      "{} of {} {} the same {} here and in the state, although {}: {}", name_list(project.project(), tables),
      printable(package.name), plural(tables.size(), "is", "are"), plural(tables.size(), "table", "tables"), move,
      shared.scratch.empty() ? "each run on this target overwrites production's tables"
                             : "two runs at a time replace each other's window, and write rows of the wrong one");
}

Result<void> check(const LintProject& project, const RuleScope& scope, const NoOptions&, Violations& violations) {
  if (!project.index<Targets>().differ()) return {};
  for (const SnowplowPackage& package : project.snowplow().all()) {
    const SharedTables shared = shared_tables(project, package);
    if (!shared.any()) continue;
    Violation violation{.message = message_of(project, package, shared),
                        .at = Anchor::project_file(fmt::format("models.{}", package.owner)),
                        .key = package.name};
    // A package that the user built himself has nodes of the user's own.
    if (shared.manifest != nullptr && scope.contains(shared.manifest->id)) {
      violation.node = shared.manifest->id;
      violation.at = Anchor::config("schema");
    }
    violations.push_back(std::move(violation));
  }
  return {};
}

const RegisterRule<> rule{
    {.name = "snowplow-manifest-shared",
     .subject = "snowplow",
     .summary = "a Snowplow package's manifest tables are the same on another target",
     .what = "Compares the manifest with one of another target (`--state`) and finds packages whose own tables "
             "(incremental "
             "manifest, session lifecycle, quarantine, this-run and limits tables, derived tables) lie in the same "
             "relation on both. One finding per package.",
     .why = "The first step of a backfill is a run on a target beside production. With a manifest table in common that "
            "run "
            "edits production's rows: production's next window begins where the backfill stands, and the events in "
            "between are skipped or processed twice. A shared scratch table lets two runs replace each other's events.",
     .example = R"(```yaml
# with a generate_schema_name that takes custom schemas as they are, on every target
models:
  snowplow_unified:
    base:
      manifest:
        +schema: snowplow_manifest
```)",
     .use_instead = R"(```sql
-- dbt's own macro: staging_snowplow_manifest, prod_snowplow_manifest
```)",
     .basis =
         "snowplow_utils: `get_incremental_manifest_status` and `snowplow_incremental_post_hook` read and write the "
         "table that `ref` resolves to on the target at hand.",
     .severity = Severity::kError,
     .presets = kSnowplowPreset,
     .needs = kNeedsState | kNeedsSnowplow},
    check};

}  // namespace
}  // namespace plowline
