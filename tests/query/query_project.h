// Small projects for the tests of query/: nodes as a rule's test writes them, in YAML.
#pragma once

#include <doctest/doctest.h>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "artifact/catalog.h"
#include "artifact/manifest.h"
#include "artifact/results.h"
#include "lint/lint_project.h"
#include "query/query.h"
#include "query/rule_fixture.h"

namespace plowline::testing {

class QueryProject {
 public:
  explicit QueryProject(const std::string& yaml, const std::string& before = {}) {
    project_ = build(yaml);
    if (!before.empty()) {
      earlier_ = build(before);
      lint_earlier_ = std::make_unique<LintProject>(LintInputs{.project = &*earlier_});
    }
    make();
  }

  QueryProject& catalog(const std::string& json) {
    Warnings warnings;
    auto read = read_catalog(FileBytes::copy_of(json, "catalog.json"), warnings);
    REQUIRE(read);
    catalog_ = *std::move(read);
    make();
    return *this;
  }

  QueryProject& run_results(const std::filesystem::path& file) {
    auto read = read_results(file);
    REQUIRE(read);
    results_ = *std::move(read);
    make();
    return *this;
  }

  const LintProject& lint() const { return *lint_; }

  Result<QueryResult> run(const std::string& sql, const QueryLimits& limits = {}) const {
    return run_query({.sql = sql}, {.project = lint_.get()}, limits);
  }

  // Every row as one text, its values with `|` between; NULL is `-`.
  std::vector<std::string> rows(const std::string& sql) const {
    CAPTURE(sql);
    const auto result = run(sql);
    REQUIRE_MESSAGE(result, (result ? std::string() : to_text(result.error())));
    std::vector<std::string> lines;
    for (const QueryRow& row : result->rows) {
      std::string line;
      for (const QueryValue& value : row) line += (line.empty() ? "" : "|") + text_of(value);
      lines.push_back(std::move(line));
    }
    return lines;
  }

  // What is wrong with a query, as a user sees it.
  std::string error(const std::string& sql, const QueryLimits& limits = {}) const {
    CAPTURE(sql);
    const auto result = run(sql, limits);
    REQUIRE(!result);
    return to_text(result.error());
  }

  static std::string text_of(const QueryValue& value) {
    if (const auto* text = std::get_if<std::string>(&value)) return *text;
    if (const auto* number = std::get_if<std::int64_t>(&value)) return std::to_string(*number);
    if (const auto* real = std::get_if<double>(&value)) return std::to_string(*real);
    if (const auto* blob = std::get_if<QueryBlob>(&value)) return "bytes:" + blob->bytes;
    return "-";
  }

 private:
  static std::optional<Project> build(const std::string& yaml) {
    const auto nodes = placed_value_from_yaml(yaml, "nodes.yml");
    REQUIRE_MESSAGE(nodes, (nodes ? std::string() : to_text(nodes.error())));
    Warnings warnings;
    auto manifest = read_manifest(FileBytes::copy_of(manifest_of_nodes(*nodes, "shop"), "manifest.json"), warnings);
    REQUIRE_MESSAGE(manifest, (manifest ? std::string() : to_text(manifest.error())));
    auto project = Project::build(*std::move(manifest), warnings);
    REQUIRE(project);
    return *std::move(project);
  }

  void make() {
    lint_ = std::make_unique<LintProject>(LintInputs{.project = &*project_,
                                                     .catalog = catalog_ ? &*catalog_ : nullptr,
                                                     .run_results = results_ ? &*results_ : nullptr,
                                                     .state = lint_earlier_.get()});
  }

  std::optional<Project> project_;
  std::optional<Project> earlier_;
  std::optional<Catalog> catalog_;
  std::optional<Results> results_;
  std::unique_ptr<LintProject> lint_earlier_;
  std::unique_ptr<LintProject> lint_;
};

// raw <- staging <- orders <- revenue <- dashboard, and a shortcut from staging to revenue.
inline const std::string kShop = R"(
source.shop.raw.orders: {loader: replication, freshness: {warn_after: {count: 6, period: hour}}}
source.shop.raw.events: {freshness: {warn_after: {count: null, period: null}, error_after: {count: null}}}
model.shop.stg_orders: {depends_on: [source.shop.raw.orders], original_file_path: models/staging/stg_orders.sql}
model.shop.orders:
  depends_on: [model.shop.stg_orders]
  raw_code: "select 1\n  from stg_orders"
  description: One row per order.
  tags: [nightly, finance]
  meta: {owner: finance, level: 2, reviewed: true, teams: [a, b]}
  config: {materialized: incremental, unique_key: [id, day], enabled: true}
  columns:
    - {name: id, data_type: bigint, description: The key., meta: {pii: false}, tags: [key]}
    - {name: day}
model.shop.revenue: {depends_on: [model.shop.orders, model.shop.stg_orders], group: money, access: protected}
model.packaged.helper: {}
exposure.shop.dashboard:
  depends_on: [model.shop.revenue]
  type: dashboard
  maturity: high
  url: https://example.com
  owner: {name: Finance, email: f@example.com}
metric.shop.income: {type: simple, label: Income, depends_on: [model.shop.revenue]}
group.shop.money: {owner: {name: Money team, email: m@example.com}}
macro.shop.cents: {macro_sql: "{% macro cents() %}{% endmacro %}", description: Cents.}
test.shop.not_null_orders_id.1:
  depends_on: [model.shop.orders]
  attached_node: model.shop.orders
  column_name: id
  test_metadata: {name: not_null, kwargs: {column_name: id}}
  config: {severity: WARN}
test.shop.assert_revenue: {depends_on: [model.shop.revenue]}
unit_test.shop.orders.adds_up: {depends_on: [model.shop.orders]}
)";

}  // namespace plowline::testing
