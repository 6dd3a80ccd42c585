#include "report/report.h"

#include <algorithm>

#include "reports.h"
#include "snowplow/small_manifest.h"

namespace plowline::testing {
namespace {

using Words = std::vector<std::string>;

const std::string kTag = "snowplow_unified_incremental";
const std::string kViews = "model.snowplow_unified.snowplow_unified_views_this_run";
const std::string kNew = "model.shop.my_new_model";

SmallManifest shop() {
  return SmallManifest()
      .utils_that_raise()
      .snowplow_package("snowplow_unified")
      .node(kNew, {.tags = {kTag}, .parents = {kViews}, .materialized = "incremental"})
      .node("test.shop.unique_new", {.parents = {kNew}})
      .node("model.shop.daily", {.parents = {kNew}})
      .node("model.shop.monthly", {.parents = {"model.shop.daily"}})
      .node("exposure.shop.weekly", {.parents = {"model.shop.monthly"}});
}

struct Asked {
  Words select;
  const Project* before = nullptr;
  std::string project_yml = {};
  std::optional<std::vector<Finding>> findings = {};
};

SelectionReport report_on(const Project& project, Asked asked) {
  const TemporaryFolder folder;
  folder.write("dbt_project.yml", asked.project_yml.empty() ? "name: shop\n" : asked.project_yml);
  const ProjectYaml yaml = ProjectYaml::read(folder.path());
  const DbtVars vars;
  Selector selector(project, {});
  Warnings warnings;
  RunRequest request;
  request.selection.select = asked.select;
  ReportInput input;
  input.project = &project;
  input.selector = &selector;
  input.request = request.selection;
  auto plan = plan_run(project, selector, request, warnings);
  REQUIRE(plan.has_value());
  input.plan = *std::move(plan);
  auto selection = selector.select(input.request, warnings);
  REQUIRE(selection.has_value());
  input.nodes = std::move(selection->nodes);
  input.before = asked.before;
  input.yaml = &yaml;
  input.vars = &vars;
  input.findings = std::move(asked.findings);
  auto report = selection_report(std::move(input), warnings);
  REQUIRE_MESSAGE(report.has_value(), (report ? "" : to_text(report.error())));
  return *std::move(report);
}

const ReportedNode& node_of(const SelectionReport& report, const std::string& unique_id) {
  const auto found = std::ranges::find(report.nodes, unique_id, &ReportedNode::unique_id);
  REQUIRE_MESSAGE(found != report.nodes.end(), unique_id);
  return *found;
}

Words ids_of(const std::vector<NamedNode>& nodes) {
  Words ids;
  for (const NamedNode& node : nodes) ids.push_back(node.unique_id);
  return ids;
}

}  // namespace

TEST_CASE("report: the nodes of the selection, and why each is in") {
  const SelectionReport report = report_on(build_project(shop()), {.select = {"1+my_new_model"}});
  Words ids;
  for (const ReportedNode& node : report.nodes) ids.push_back(node.unique_id);
  CHECK(ids == Words{kNew, kViews, "test.shop.unique_new"});
  CHECK(node_of(report, kNew).reasons == Words{"1+my_new_model matches it"});
  CHECK(node_of(report, kViews).reasons == Words{"1+my_new_model: upstream of my_new_model"});
  CHECK(node_of(report, kNew).runs);
  CHECK(!node_of(report, "test.shop.unique_new").runs);  // dbt run runs no test
  CHECK(node_of(report, kNew).counted_by == Words{"snowplow_unified"});
  CHECK(node_of(report, kNew).materialized == "incremental");
  CHECK(node_of(report, kNew).original_file_path == "models/my_new_model.sql");
  REQUIRE(node_of(report, kNew).tests.size() == 1);
  CHECK(node_of(report, kNew).tests[0].selected);
  CHECK(report.edges == std::vector<std::pair<std::size_t, std::size_t>>{{0, 2}, {1, 0}});
}

TEST_CASE("report: what is downstream") {
  const SelectionReport report = report_on(build_project(shop()), {.select = {"my_new_model", "daily"}});
  CHECK(node_of(report, kNew).downstream.models == 2);
  CHECK(node_of(report, kNew).downstream.exposures == 1);
  CHECK(node_of(report, "model.shop.daily").downstream.models == 1);
  CHECK(ids_of(report.impact.models) == Words{"model.shop.monthly"});
  CHECK(ids_of(report.impact.exposures) == Words{"exposure.shop.weekly"});
}

TEST_CASE("report: new, modified and unchanged, only where there is an earlier manifest") {
  const Project now = build_project(shop());
  const Project before =
      build_project(shop().remove(kNew).node("model.shop.daily", {.parents = {kNew}, .raw_code = "select 2"}));
  const SelectionReport report = report_on(now, {.select = {"my_new_model+"}, .before = &before});
  CHECK(node_of(report, kNew).state == "new");
  CHECK(node_of(report, "model.shop.monthly").state == "unchanged");
  const ReportedNode& daily = node_of(report, "model.shop.daily");
  CHECK(daily.state == "modified");
  REQUIRE(daily.changes.size() == 1);
  CHECK(daily.changes[0].aspect == "body");
  const ReportCounts counts = counts_of(report);
  CHECK(counts.added == 1);
  CHECK(counts.modified == 1);
  CHECK(node_of(report_on(now, {.select = {"daily"}}), "model.shop.daily").state.empty());
}

TEST_CASE("report: the window of a first run comes from dbt_project.yml") {
  const Project project = build_project(shop());
  const SelectionReport report =
      report_on(project, {.select = {"my_new_model"},
                          .project_yml = "name: shop\nvars:\n  snowplow_unified:\n    snowplow__start_date: "
                                         "'2024-02-03'\n    snowplow__backfill_limit_days: 10\n"});
  REQUIRE(report.windows.size() == 1);
  CHECK(report.windows[0].package == "snowplow_unified");
  CHECK(report.windows[0].models == Words{kNew});
  CHECK(report.windows[0].from == "2024-02-03 00:00:00");
  CHECK(report.windows[0].to == "2024-02-13 00:00:00");
  CHECK(report.windows[0].settings[0].origin == "dbt_project.yml:4");
  const SelectionReport jinja = report_on(
      project, {.select = {"my_new_model"}, .project_yml = "name: shop\nvars:\n  snowplow__start_date: '{{ x }}'\n"});
  CHECK(jinja.windows[0].from.empty());
  CHECK(has_part(jinja.windows[0].problem, "snowplow__start_date"));
  CHECK(report_on(project, {.select = {"daily"}}).windows.empty());
}

TEST_CASE("report: findings on selected nodes only") {
  Finding own;
  own.unique_id = "model.shop.daily";
  own.severity = Severity::kError;
  Finding other;
  other.unique_id = kNew;
  const SelectionReport report =
      report_on(build_project(shop()), {.select = {"daily"}, .findings = std::vector<Finding>{other, own}});
  CHECK(report.findings.size() == 1);
  CHECK(node_of(report, "model.shop.daily").findings == std::vector<std::size_t>{0});
  CHECK(counts_of(report).errors == 1);
  CHECK(!report_on(build_project(shop()), {.select = {"daily"}}).linted);
}

TEST_CASE("report: owners of groups and exposures") {
  const std::string manifest =
      R"({"metadata": {"dbt_schema_version": "https://schemas.getdbt.com/dbt/manifest/v12.json",
    "project_name": "shop"}, "nodes": {"model.shop.a": {"unique_id": "model.shop.a", "resource_type": "model",
    "package_name": "shop", "name": "a", "fqn": ["shop", "a"], "path": "a.sql", "original_file_path": "models/a.sql",
    "depends_on": {"nodes": []}, "raw_code": "select 1", "config": {"materialized": "view"}, "group": "finance", "access": "protected",
    "description": "an \"a\""}}, "exposures": {"exposure.shop.w": {"unique_id": "exposure.shop.w",
    "resource_type": "exposure", "package_name": "shop", "name": "w", "fqn": ["shop", "w"], "path": "w.yml",
    "original_file_path": "models/w.yml", "depends_on": {"nodes": ["model.shop.a"]}, "config": {},
    "owner": {"email": "w@example.com", "name": null}}}, "groups": {"group.shop.finance":
    {"unique_id": "group.shop.finance", "name": "finance", "package_name": "shop", "original_file_path": "g.yml",
    "owner": {"name": "Ann", "email": ["a@example.com", "b@example.com"]}}}})";
  const SelectionReport report =
      report_on(build_project(FileBytes::copy_of(manifest, "manifest.json")), {.select = {"a+"}});
  CHECK(node_of(report, "model.shop.a").owner == "Ann <a@example.com, b@example.com>");
  CHECK(node_of(report, "model.shop.a").group == "finance");
  CHECK(node_of(report, "model.shop.a").access == "protected");
  CHECK(node_of(report, "model.shop.a").description == "an \"a\"");
  CHECK(node_of(report, "exposure.shop.w").owner == "w@example.com");
}

}  // namespace plowline::testing
