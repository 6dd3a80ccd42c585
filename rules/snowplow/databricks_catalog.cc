#include <algorithm>
#include <fmt/format.h>

#include "lint/rule.h"
#include "rules/snowplow/package_vars.h"

namespace plowline {
namespace {

constexpr std::string_view kDatabase = "snowplow__database";
constexpr std::string_view kCatalog = "snowplow__databricks_catalog";
constexpr std::string_view kDefaultCatalog = "hive_metastore";

// A source of the package lies in that catalog all the same: the user has overridden it.
bool reads_from(const LintProject& project, const SnowplowPackage& package, std::string_view catalog) {
  for (std::size_t i = 0; i < project.project().size(); ++i) {
    const NodeId id = static_cast<NodeId>(i);
    if (project.project().type(id) != ResourceType::kSource) continue;
    const NodeRecord& source = project.node(id);
    if (source.package_name == package.owner && source.database == catalog) return true;
  }
  return false;
}

// The catalog that the package takes although the project gives it a database; empty where that is none other, where
// the project says which catalog it is, or where it is not known.
std::string catalog_instead(const LintProject& project, const SnowplowPackage& package, const ProjectVar& database) {
  if (package.owner == project.project().root_package()) return {};  // its code may read what it likes
  const auto seen = visible_var(project, kDatabase, package.owner);
  if (!seen || !seen->set || seen->value != database.value) return {};
  const auto catalog = visible_var(project, kCatalog, package.owner);
  if (catalog && (catalog->set || has_jinja(*catalog->value))) return {};
  std::string taken = catalog ? catalog->value->text : std::string(kDefaultCatalog);
  if (taken == database.value->text || reads_from(project, package, database.value->text)) return {};
  return taken;
}

Result<void> check(const LintProject& project, const RuleScope&, const NoOptions&, Violations& violations) {
  if (project.project().metadata().adapter_type != "databricks" || given_to_last_run(project, kCatalog)) return {};
  for (const ProjectVar& database : settings_of(project, kDatabase)) {
    if (!is_text(*database.value) || database.value->text.empty() || has_jinja(*database.value)) continue;
    for (const SnowplowPackage& package : project.snowplow().all()) {
      const std::string taken = catalog_instead(project, package, database);
      if (taken.empty()) continue;
      violations.push_back({.message = fmt::format("{} ({}){} has no effect on Databricks, where {} reads {}: that is "
                                                   "not set, so the events are looked for in the catalog {}",
                                                   kDatabase, value_words(*database.value), scope_words(database),
                                                   printable(package.name), kCatalog, printable(taken)),
                            .at = place_of(database),
                            .key = key_of(database)});
      break;
    }
  }
  return {};
}

const RegisterRule<> rule{
    {.name = "snowplow-databricks-catalog",
     .subject = "snowplow",
     .summary = "snowplow__database is set on Databricks, where the packages read snowplow__databricks_catalog",
     .what = "Finds `snowplow__database` in dbt_project.yml where the project's adapter is Databricks, a Snowplow "
             "package sees it, and `snowplow__databricks_catalog` is not set for that package. Silent where the value "
             "is the default catalog, or where a source of the package lies in that catalog all the same.",
     .why = "On Databricks the packages leave `snowplow__database` alone and take the events from the catalog "
            "`snowplow__databricks_catalog`, by default `hive_metastore`. In a workspace with Unity Catalog the run "
            "fails for lack of the table, or reads an old copy of the events that was left there.",
     .example = "```yaml\nvars:\n  snowplow_unified:\n    snowplow__database: events_catalog\n```",
     .use_instead = "```yaml\nvars:\n  snowplow_unified:\n    snowplow__databricks_catalog: events_catalog\n```",
     .basis = "The packages' `src_base.yml`: `database` is snowplow__databricks_catalog where the target's type is "
              "databricks, and snowplow__database where it is neither databricks nor spark.",
     .severity = Severity::kWarn,
     .presets = kSnowplowPreset,
     .needs = kNeedsSnowplow | kNeedsProjectFiles},
    check};

}  // namespace
}  // namespace plowline
