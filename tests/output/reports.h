// Reports to render, and Python's judgement of what was rendered.
#pragma once

#include <cstdint>
#include <deque>
#include <doctest/doctest.h>
#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "lint/finding.h"
#include "output/report_format.h"
#include "support/support.h"

namespace plowline::testing {

using Json = nlohmann::json;

// The summary's counts, from the findings.
inline LintReport counted_report(std::vector<Finding> findings) {
  LintReport report;
  report.findings = std::move(findings);
  for (const Finding& finding : report.findings) {
    ++(finding.severity == Severity::kError ? report.summary.errors : report.summary.warnings);
    if (finding.fixable()) ++report.summary.fixable;
  }
  report.summary.rules = 57;
  report.summary.nodes = 812;
  report.summary.projects = 1;
  return report;
}

inline LintReport empty_report() {
  return counted_report({});
}

// Its text is that of `fingerprint`.
inline Fingerprint numbered_fingerprint(std::size_t number) {
  Fingerprint out;
  for (std::size_t i = out.bytes.size(); number != 0; number >>= 8) out.bytes[--i] = static_cast<std::uint8_t>(number);
  return out;
}

inline std::string fingerprint(std::size_t number) {
  return fmt::format("{:032x}", number);
}

// Its rule is none of the registered ones: no page is known of it.
inline Finding orders_finding() {
  Finding finding;
  finding.rule = "orders-rule";
  finding.severity = Severity::kError;
  finding.unique_id = "model.shop.orders";
  finding.name = "orders";
  finding.resource_type = "model";
  finding.column = "view_id";
  finding.message = "Not tagged: it stays in state 2 for ever";
  finding.file = "models/orders.sql";
  finding.range = {2, 15, 2, 31};
  finding.project = "shop";
  finding.fingerprint = numbered_fingerprint(1);
  finding.fix = shared_fix({});
  return finding;
}

inline Finding project_finding() {
  Finding finding;
  finding.rule = "other-rule";
  finding.severity = Severity::kWarn;
  finding.resource_type = "project";
  finding.message = "About the project";
  finding.project = "shop";
  finding.fingerprint = numbered_fingerprint(2);
  return finding;
}

// An error in a SQL file, a warning in a YAML file without a place, one that belongs to no file.
inline LintReport small_report() {
  Finding yaml = orders_finding();
  yaml.rule = "other-rule";
  yaml.severity = Severity::kWarn;
  yaml.unique_id = "source.shop.raw.events";
  yaml.name = "events";
  yaml.resource_type = "source";
  yaml.column.clear();
  yaml.message = "No description";
  yaml.file = "models/staging/sources.yml";
  yaml.range = {};
  yaml.fingerprint = numbered_fingerprint(3);
  yaml.fix.reset();
  return counted_report({orders_finding(), yaml, project_finding()});
}

// What a manifest of an attacker may hold in place of a name, a path or a message.
inline const std::vector<std::string>& hostile_words() {
  static const std::vector<std::string> kWords{
      "it's \"quoted\"",
      "a\nb",
      "x\n::error::injected",
      "::error::injected",
      " ::stop-commands::token",
      "a\r\n::set-output name=x::y",
      "##[error]x ##[add-mask]y",
      "percent %0A::warning::y, a:b,c",
      "]]>",
      "<![CDATA[x]]>",
      "a|b\\|c",
      "</details><script>alert(1)</script>",
      "@team and a@example.com",
      "#1 GH-1 org/repo#2 !3 ~label %4 &5 $6 $7",
      "[click](https://example.com) ![i](http://example.com/i.png) www.example.com https://example.com",
      "`code` ``more`` **bold** _it_ ~~no~~ \\",
      "\x1b[31mred\x1b[0m",
      std::string("nul\0nul", 7),
      "bad \xff\xfe utf \xc3",
      "half \xed\xa0\x80 surrogate",
      "rtl \xe2\x80\xae evil",
      "\xef\xbf\xbe\xef\xbf\xbf",
      "{0} {{ ref('x') }} {",
      "../../../../etc/passwd",
      "/etc/passwd",
      "a b/c:d?e#f%41.sql",
      std::string(3'000, 'x')};
  return kWords;
}

// Each of them in every place, errors and warnings in turn.
inline LintReport hostile_report() {
  std::vector<Finding> findings;
  for (const std::string& word : hostile_words()) {
    Finding finding = orders_finding();
    finding.severity = findings.size() % 2 == 0 ? Severity::kError : Severity::kWarn;
    finding.unique_id = finding.name = finding.resource_type = finding.project = word;
    finding.column = finding.message = finding.file = word;
    finding.fingerprint = numbered_fingerprint(100 + findings.size());
    findings.push_back(std::move(finding));
  }
  LintReport report = counted_report(std::move(findings));
  for (const std::string& word : hostile_words()) {
    report.skipped.push_back({"skipped-rule", word, word});
    report.fixed_baseline.emplace_back("fixed-rule", word);
  }
  return report;
}

inline ReportOptions hostile_options() {
  ReportOptions options;
  options.version = "1.2.3";
  for (const std::string& word : hostile_words()) {
    options.warnings.push_back({.code = "a-code", .message = word, .next_step = word, .detail = {word}});
  }
  // Each file has a hostile line.
  options.source = [](std::string_view, std::uint32_t line) { return hostile_words()[line % hostile_words().size()]; };
  return options;
}

inline LintReport big_report(std::size_t count) {
  std::vector<Finding> findings;
  for (std::size_t i = 0; i < count; ++i) {
    Finding finding = i % 100 == 0 ? project_finding() : orders_finding();
    if (i % 3 == 0) finding.severity = Severity::kWarn;
    if (!finding.file.empty()) {
      finding.file = fmt::format("models/area_{}/model_{}.sql", i / 100, i / 4);
      static std::deque<std::string> kept;  // findings have views
      finding.unique_id = kept.emplace_back(fmt::format("model.shop.model_{}", i / 4));
    }
    finding.fingerprint = numbered_fingerprint(i + 1);
    findings.push_back(std::move(finding));
  }
  return counted_report(std::move(findings));
}

inline std::string render(const LintReport& report, std::string_view format, const ReportOptions& options = {}) {
  return render_report(report, *report_format_from(format), options);
}

inline bool contains(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

// What a Python program says of `input`: nothing where all is well.
inline std::string python(const std::string& program, const std::vector<std::string>& arguments,
                          const std::string& input) {
  std::vector<std::string> argv{"python3", "-c", program};
  argv.insert(argv.end(), arguments.begin(), arguments.end());
  RunOptions options;
  options.input = input;
  const Ran ran = run(argv, options);
  return ran.status == 0 ? ran.out : fmt::format("python3 ended with {}: {}{}", ran.status, ran.out, ran.err);
}

// What is wrong with a JSON document by a schema (relative to the project's root), one line each.
inline std::string schema_errors(const std::string& document, const std::string& schema) {
  return python(R"(
import json, sys
from jsonschema import Draft202012Validator
schema = json.load(open(sys.argv[1]))
Draft202012Validator.check_schema(schema)
for error in Draft202012Validator(schema).iter_errors(json.loads(sys.stdin.buffer.read().decode("utf-8"))):
    print(list(error.absolute_path), error.message)
)",
                {(source_dir() / schema).string()}, document);
}

}  // namespace plowline::testing
