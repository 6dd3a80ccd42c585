#include <fmt/format.h>

#include "artifact/instant.h"
#include "lint/rule.h"
#include "snowplow/checks.h"

namespace plowline {
namespace {

struct CatalogAgeOptions {
  std::int64_t missing_percent = 10;
};

struct MissingTables {
  std::size_t all = 0;
  std::vector<NodeId> missing;
};

bool has_table(const LintProject& project, NodeId id) {
  const NodeRecord& node = project.node(id);
  const bool built = node.resource_type == ResourceType::kModel || node.resource_type == ResourceType::kSeed ||
                     node.resource_type == ResourceType::kSnapshot;
  return built && project.is_own(id) && project.project().enabled(id) && project.config(id).materialized != "ephemeral";
}

MissingTables missing_tables(const LintProject& project) {
  MissingTables out;
  for (std::uint32_t i = 0; i < project.project().size(); ++i) {
    const NodeId id{i};
    if (!has_table(project, id)) continue;
    ++out.all;
    if (project.catalog()->find(project.node(id).unique_id) == nullptr) out.missing.push_back(id);
  }
  return out;
}

Result<void> check(const LintProject& project, const RuleScope&, const CatalogAgeOptions& options,
                   Violations& violations) {
  const std::string_view catalog_time = project.catalog()->metadata.generated_at;
  const std::string_view manifest_time = project.project().metadata().generated_at;
  const auto made = instant_from(catalog_time);
  const auto parsed = instant_from(manifest_time);
  if (!made || !parsed || *made >= *parsed) return {};
  const MissingTables tables = missing_tables(project);
  const auto most = static_cast<std::size_t>(options.missing_percent) * tables.all;
  if (tables.missing.empty() || tables.missing.size() * 100 <= most) return {};
  constexpr std::size_t kMinute = 16;  // 2024-05-01T10:30
  violations.push_back(
      {.message = fmt::format("catalog.json was made before the manifest ({}, the manifest {}) and lacks {} of {} "
                              "tables of the project ({}): rules that look at columns in the warehouse do not see "
                              "them; `dbt docs generate` makes a new one",
                              printable(catalog_time.substr(0, kMinute)), printable(manifest_time.substr(0, kMinute)),
                              tables.missing.size(), tables.all, name_list(project.project(), tables.missing)),
       .at = Anchor::manifest(),
       .key = "catalog"});
  return {};
}

const RegisterRule<CatalogAgeOptions> rule{
    {.name = "artifacts-catalog-older-than-manifest",
     .subject = "artifacts",
     .summary = "catalog.json is older than the manifest and lacks many of its tables",
     .what = "Finds a catalog.json that was made before the manifest and lacks more than a tenth of the project's own "
             "models, seeds and snapshots. A catalog that is older but complete is no finding: every dbt command "
             "writes a new manifest.",
     .why = "Rules that compare the project with the warehouse know nothing of tables that the catalog does not have, "
            "so they report less than is wrong.",
     .example = R"(```sh
dbt docs generate   # last month
dbt build && plowline lint
```)",
     .use_instead = R"(```sh
dbt build && dbt docs generate && plowline lint
```)",
     .basis = "dbt: `metadata.generated_at` of both artifacts; catalog.json is written by `dbt docs generate` alone.",
     .severity = Severity::kWarn,
     .presets = kStrict,
     .needs = kNeedsCatalog},
    {[] {
      OptionSpec spec = option<&CatalogAgeOptions::missing_percent>(
          "missing_percent", "How many of a hundred tables the catalog may lack before it counts as too old.");
      spec.minimum = 0;
      return spec;
    }()},
    check};

}  // namespace
}  // namespace plowline
