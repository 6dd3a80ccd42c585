// A small dbt project for a rule's test: files in a temporary folder, and the manifest that dbt would have made of
// them.
#pragma once

#include <doctest/doctest.h>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "support/support.h"

namespace plowline::testing {

using Lines = std::vector<std::string>;

class TestProject {
 public:
  // Root project `shop`, its folder with a dbt_project.yml, a manifest of dbt 1.11.14 for postgres, target schema
  // `analytics`, database `shop`.
  TestProject();
  ~TestProject();
  TestProject(TestProject&&) noexcept;

  // A model of the root project in models/NAME.sql (NAME may hold folders: `staging/stg_orders`; the model's name is
  // the last part). `json` is merged over the record: {"config": {…}, "tags": […], "columns": {…}, …}; what config says
  // of materialized, tags, schema, alias and database also becomes the record's. depends_on comes from ref(), source()
  // and macro calls in the SQL where `json` has none.
  TestProject& model(std::string_view name, std::string_view sql, std::string_view json = "{}");
  // Any other node of the graph by its unique_id (`test.shop.x`, `source.shop.raw.orders`, `exposure.shop.x`,
  // `model.snowplow_web.y`): defaults from the unique_id, `json` merged over them. No file is written.
  TestProject& add(std::string_view unique_id, std::string_view json = "{}");
  // A generic test `NAME` on a column of a node (column may be empty): test_metadata and attached_node are filled in.
  TestProject& test(std::string_view name, std::string_view node_unique_id, std::string_view column,
                    std::string_view json = "{}");
  // A disabled node, merged as in add().
  TestProject& disabled(std::string_view unique_id, std::string_view json = "{}");
  // `macro.shop.x`, in macros/x.sql (written where the package is the root project).
  TestProject& macro(std::string_view unique_id, std::string_view sql, std::string_view json = "{}");
  // A file of the project: models/orders.yml, dbt_project.yml, packages.yml,
  // dbt_packages/snowplow_utils/dbt_project.yml.
  TestProject& file(std::string_view path, std::string_view text);
  // Merged over the manifest's metadata, or over the whole manifest.
  TestProject& metadata(std::string_view json);
  TestProject& manifest(std::string_view json);
  // Models by default become tables and views in this schema (database): `schema` is the target's, a model's own
  // config.schema is appended as dbt does it. Call it before the nodes are added.
  TestProject& target(std::string_view schema, std::string_view database = "shop");
  // dbt's catalog.json; without it there is none.
  TestProject& catalog(std::string_view json);
  // A table of the catalog: columns as {"name", "type"} pairs in order. Kept beside catalog(json).
  struct CatalogColumn {
    std::string name;
    std::string type;
    std::string comment = {};
  };
  TestProject& catalog_table(std::string_view unique_id, std::vector<CatalogColumn> columns,
                             std::string_view type = "BASE TABLE", std::string_view comment = "");
  TestProject& run_results(std::string_view json);
  // The earlier project, for rules that need a state. Its files stay where they are.
  TestProject& state(TestProject earlier);
  // The options of the rule under test, as plowline.yml would have them.
  TestProject& option(std::string_view json);
  // More of plowline.yml, at its top: `layers:\n  reports: {folders: reports}\n`.
  TestProject& settings(std::string_view yaml);
  // Package nodes are in the scope too.
  TestProject& lint_packages();
  // 2024-05-01 for LintProject::now(); default: 2025-06-01.
  TestProject& today(std::string_view date);

  // snowplow_unified 1.0.0 with snowplow_utils 1.0.0 as dbt shows them: base, this-run and derived models with their
  // tags and configs, manifest tables, hooks, the macros that matter. dbt_packages/ holds their dbt_project.yml.
  // Schemas: analytics_scratch, analytics_derived, analytics_snowplow_manifest.
  TestProject& snowplow_unified();
  // The same for another package of the same build: `snowplow_web`, `snowplow_media_player`, … (limits, this-run table
  // `NAME_base_events_this_run`, derived table NAME_sessions, manifest, hook).
  TestProject& snowplow_package(std::string_view name);

  // Runs that rule alone. One line per finding, in the order that users get them:
  //   models/orders.sql:3:15: error: message          (with the line known)
  //   models/orders.sql: warn: message [column id]    (a file without a line; a finding on a column)
  // Paths are relative to the project's folder. An error of the engine is the only line: `failed: …`; a rule that was
  // skipped: `skipped: reason`.
  Lines lint(std::string_view rule);

  const std::filesystem::path& folder() const;

 private:
  struct Data;
  std::unique_ptr<Data> data_;
};

// What the tests of this run have seen of a rule so far: that it found something, that it found nothing.
struct RuleSeen {
  bool fired = false;
  bool silent = false;
};
const std::map<std::string, RuleSeen, std::less<>>& rules_seen();

}  // namespace plowline::testing

// What a failed CHECK shows of findings: one a line.
template <>
struct doctest::StringMaker<plowline::testing::Lines> {
  static doctest::String convert(const plowline::testing::Lines& lines) {
    std::string text = "{";
    for (const std::string& line : lines) text += "\n  " + line;
    return (text + "}").c_str();
  }
};
