#include "query/rule_test_report.h"

#include <algorithm>
#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <string_view>
#include <system_error>
#include <utility>

#include "diagnostic/json_output.h"
#include "query/sql_rule.h"

namespace plowline {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

std::string name_of(const fs::path& file) {
  return printable(file.generic_string());
}

// --- text ------------------------------------------------------------------------------------------------------------

std::string indented(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    out += fmt::format("          {}\n", text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return out;
}

std::string failed_text(std::string_view what, const Error& error) {
  return fmt::format("  FAILED  {}\n", what) + indented(to_text(error));
}

std::string outcome_text(const RuleTestOutcome& outcome, const fs::path& file) {
  if (outcome.complaints.empty()) return fmt::format("  ok      {}\n", printable(outcome.name));
  std::string text = fmt::format("  FAILED  {} ({}:{})\n", printable(outcome.name), name_of(file), outcome.line);
  for (const std::string& complaint : outcome.complaints) text += indented(complaint);
  return text;
}

std::string rule_text(const TestedRule& rule) {
  std::string text = name_of(rule.file);
  if (!rule.name.empty()) text += ": " + rule.name;
  text += '\n';
  if (rule.broken) return text + failed_text("the rule cannot be run", *rule.broken);
  if (rule.unreadable) return text + failed_text("its tests cannot be read", *rule.unreadable);
  if (rule.is_without_test()) return text + fmt::format("  no test: write one in {}\n", name_of(rule.tests));
  for (const RuleTestOutcome& outcome : rule.outcomes) text += outcome_text(outcome, rule.tests);
  return text;
}

// --- JSON ------------------------------------------------------------------------------------------------------------

Json number_or_null(std::uint64_t number) {
  return number == 0 ? Json() : Json(number);
}

Json error_json(const Error& error) {
  return {{"file", text_or_null(printable(error.file))},
          {"line", number_or_null(error.position.line)},
          {"column", number_or_null(error.position.column)},
          {"reason", error.reason},
          {"next_step", text_or_null(error.next_step)}};
}

Json rule_json(const TestedRule& rule) {
  Json tests = Json::array();
  for (const RuleTestOutcome& outcome : rule.outcomes) {
    tests.push_back({{"name", outcome.name},
                     {"line", outcome.line},
                     {"passed", outcome.complaints.empty()},
                     {"complaints", outcome.complaints}});
  }
  const Error* error = rule.broken ? &*rule.broken : rule.unreadable ? &*rule.unreadable : nullptr;
  return {{"rule", text_or_null(rule.name)},
          {"file", rule.file.generic_string()},
          {"test_file", rule.tests.generic_string()},
          {"error", error == nullptr ? Json() : error_json(*error)},
          {"tests", std::move(tests)}};
}

}  // namespace

TestedRule test_rule(const fs::path& sql_file) {
  TestedRule tested{.file = sql_file, .tests = tests_of_rule(sql_file)};
  const auto rule = read_sql_rule(sql_file);
  if (!rule) {
    tested.broken = rule.error();
    return tested;
  }
  tested.name = (*rule)->info().name;
  if (const Error* broken = why_broken(**rule)) {
    tested.broken = *broken;
    return tested;
  }
  std::error_code ignored;
  if (!fs::exists(tested.tests, ignored)) return tested;
  auto outcomes = run_rule_tests(tested.tests, **rule);
  if (outcomes) {
    tested.outcomes = *std::move(outcomes);
  } else {
    tested.unreadable = std::move(outcomes.error());
  }
  return tested;
}

RuleTestSummary summary_of(std::span<const TestedRule> rules) {
  RuleTestSummary summary;
  for (const TestedRule& rule : rules) {
    if (rule.broken || rule.unreadable) ++summary.failed;
    if (rule.is_without_test()) ++summary.without_test;
    for (const RuleTestOutcome& outcome : rule.outcomes)
      ++(outcome.complaints.empty() ? summary.passed : summary.failed);
  }
  return summary;
}

std::string rule_tests_text(std::span<const TestedRule> rules) {
  std::string text;
  for (const TestedRule& rule : rules) text += rule_text(rule);
  const RuleTestSummary summary = summary_of(rules);
  text += fmt::format("{} passed, {} failed", summary.passed, summary.failed);
  if (summary.without_test > 0) {
    text += fmt::format("; {} without a test",
                        summary.without_test == 1 ? "1 rule" : fmt::format("{} rules", summary.without_test));
  }
  return text + "\n";
}

std::string rule_tests_json(std::span<const TestedRule> rules) {
  Json entries = Json::array();
  for (const TestedRule& rule : rules) entries.push_back(rule_json(rule));
  const RuleTestSummary summary = summary_of(rules);
  return document_text(
      {{"rules", std::move(entries)},
       {"summary", {{"passed", summary.passed}, {"failed", summary.failed}, {"without_test", summary.without_test}}}});
}

}  // namespace plowline
