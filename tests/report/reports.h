// Selection reports to render, and what a manifest of an attacker may hold in place of a name.
#pragma once

#include <deque>
#include <doctest/doctest.h>
#include <fmt/format.h>
#include <string>
#include <utility>
#include <vector>

#include "report/report.h"
#include "support/support.h"

namespace plowline::testing {

inline const std::vector<std::string>& hostile_words() {
  static const std::vector<std::string> words{"it's \"quoted\" \"",
                                              "ends in a backslash\\",
                                              "\\\"];evil[label=\"x",
                                              "a\nb",
                                              "a\r\nb",
                                              "=HYPERLINK(\"http://example.com\",\"x\")",
                                              "+1+1",
                                              "-2+3",
                                              "@SUM(1)",
                                              "\t=1",
                                              "\r=1",
                                              "\xEF\xBC\x9D"
                                              "1+1",
                                              "a|b\\|c",
                                              "</details><script>alert(1)</script>",
                                              "<img src=x onerror=alert(1)>",
                                              "&lt;b&gt; &amp; &#60;",
                                              "@team and a@example.com",
                                              "#1 GH-1 org/repo#2 !3",
                                              "[click](javascript:alert(1)) ![i](http://example.com/i.png)",
                                              "https://example.com www.example.com",
                                              "`code` ``more`` **bold** _it_ ~~no~~",
                                              "```\n```mermaid\nflowchart TD",
                                              "\"]; click n0 \"javascript:alert(1)\"; x[\"",
                                              "%%{init: {'securityLevel': 'loose'}}%%",
                                              "style:x#1; end",
                                              "1. one",
                                              "- list",
                                              "_under_",
                                              "end",
                                              "\\N \\G \\l",
                                              "\x1b[31mred\x1b[0m",
                                              std::string("nul\0nul", 7),
                                              "bad \xff\xfe utf \xc3",
                                              "rtl \xe2\x80\xae evil \xe2\x81\xa6 x \xd8\x9c",
                                              "\xe2\x80\xa8line",
                                              "{0} {{ ref('x') }} {",
                                              "größe 日本 🙂",
                                              " ",
                                              "",
                                              std::string(10'000, 'x'),
                                              std::string(10'000, '"'),
                                              std::string(10'000, '|')};
  return words;
}

inline Invocation invocation_of(std::vector<std::string> select) {
  InvocationOptions options;
  options.select = std::move(select);
  auto invocation = Invocation::build(options);
  REQUIRE(invocation.has_value());
  return *std::move(invocation);
}

inline ReportedNode reported_node(const std::string& name, const std::string& type = "model") {
  ReportedNode node;
  node.unique_id = type + ".shop." + name;
  node.name = name;
  node.resource_type = type;
  node.package_name = "shop";
  node.materialized = "table";
  node.reasons = {"+orders: upstream of orders"};
  node.runs = type == "model";
  return node;
}

inline Finding finding_on(const ReportedNode& node, Severity severity) {
  Finding finding;
  finding.rule = "some-rule";
  finding.severity = severity;
  static std::deque<std::string> kept;  // findings have views
  finding.unique_id = kept.emplace_back(node.unique_id);
  finding.message = "What is wrong";
  finding.file = "models/orders.sql";
  finding.range = {3, 1, 3, 5};
  finding.fingerprint.bytes.back() = 1;
  return finding;
}

// source -> stg -> orders (new, with an error) -> weekly (an exposure); a test of orders.
inline SelectionReport small_selection() {
  SelectionReport report;
  report.plan.project =
      PlannedProject{"target/manifest.json", "shop", "1.11.0", "postgres", "2026-01-02T03:04:05Z", 12};
  report.plan.select = {"+orders"};
  report.plan.invocation = invocation_of({"+orders"});
  report.git_commit = "0123456789abcdef0123456789abcdef01234567";
  report.state = ReportedState{"production/manifest.json", "1.10.0", "2026-01-01T00:00:00Z"};
  report.nodes = {reported_node("events", "source"), reported_node("stg"), reported_node("orders"),
                  reported_node("weekly", "exposure"), reported_node("not_null_orders", "test")};
  for (ReportedNode& node : report.nodes) node.state = "unchanged";
  report.nodes[1].state = "modified";
  report.nodes[1].changes = {{"body", "raw_code"}, {"contract", ""}};
  report.nodes[1].changed_macros = {"macro.shop.cents"};
  report.nodes[2].state = "new";
  report.nodes[2].tags = {"nightly", "snowplow_unified_incremental"};
  report.nodes[2].counted_by = {"snowplow_unified"};
  report.nodes[2].tests = {{{"test.shop.not_null_orders", "not_null_orders"}, true}};
  report.nodes[2].downstream = {2, 1, 0};
  report.nodes[2].findings = {0};
  report.edges = {{0, 1}, {1, 2}, {2, 3}, {2, 4}};
  report.linted = true;
  report.findings = {finding_on(report.nodes[2], Severity::kError)};
  report.windows = {{"snowplow_unified",
                     {"model.shop.orders"},
                     "2020-01-01 00:00:00",
                     "2020-01-31 00:00:00",
                     "",
                     {{"snowplow__start_date", "2020-01-01", "dbt_project.yml:3"}}}};
  report.impact.models = {{"model.shop.finance", "finance"}};
  return report;
}

// Each hostile word in every place, in a chain; models, sources and exposures in turn.
inline SelectionReport hostile_selection() {
  SelectionReport report = small_selection();
  report.nodes.clear();
  report.edges.clear();
  report.findings.clear();
  report.windows.clear();
  for (const std::string& word : hostile_words()) {
    const std::size_t place = report.nodes.size();
    ReportedNode node = reported_node(word);
    for (std::string* text : {&node.unique_id, &node.package_name, &node.materialized, &node.relation_name,
                              &node.original_file_path, &node.description, &node.owner, &node.group, &node.access}) {
      *text = word;
    }
    node.resource_type = place % 4 == 0 ? "source" : place % 4 == 1 ? "exposure" : place % 4 == 2 ? "model" : word;
    node.tags = node.reasons = node.counted_by = node.changed_macros = {word, word};
    node.tests = {{{word, word}, false}};
    node.state = place % 2 == 0 ? "new" : "modified";
    node.changes = {{word, word}};
    Finding finding = finding_on(node, place % 2 == 0 ? Severity::kError : Severity::kWarn);
    finding.rule = word;
    finding.column = finding.message = finding.file = word;
    node.findings = {report.findings.size()};
    report.findings.push_back(std::move(finding));
    if (place > 0) report.edges.emplace_back(place - 1, place);
    report.nodes.push_back(std::move(node));
    report.windows.push_back({word, {word}, word, word, place % 2 == 0 ? word : "", {{word, word, word}}});
    report.impact.exposures.push_back({word, word});
  }
  for (std::string* text : {&report.plan.project->manifest, &report.plan.project->name,
                            &report.plan.project->dbt_version, &report.plan.project->adapter_type,
                            &report.plan.project->generated_at, &report.git_commit, &report.state->generated_at}) {
    *text = "</sub>\n```\n| <script> @team \"x";
  }
  report.plan.invocation = invocation_of({"```\n<script>@team\xe2\x80\xae"});
  return report;
}

inline SelectionReport big_selection(std::size_t count) {
  SelectionReport report = small_selection();
  report.edges.clear();
  for (std::size_t i = 0; i < count; ++i) {
    ReportedNode node = reported_node(fmt::format("model_{:05}", i));
    node.state = "modified";
    node.changes = {{"body", "raw_code"}};
    node.findings = {report.findings.size()};
    report.findings.push_back(finding_on(node, i % 2 == 0 ? Severity::kWarn : Severity::kError));
    if (i > 0) report.edges.emplace_back(report.nodes.size() - 1, report.nodes.size());
    report.nodes.push_back(std::move(node));
  }
  return report;
}

inline bool has_part(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

// What a Python program prints for `input`.
inline std::string python(const std::string& program, const std::string& input) {
  const Ran ran = run({"python3", "-c", program}, {.directory = {}, .environment = {}, .input = input});
  REQUIRE_MESSAGE(ran.status == 0, ran.err);
  return ran.out;
}

}  // namespace plowline::testing
