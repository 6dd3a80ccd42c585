#include "output/junit_report.h"

#include <fmt/format.h>
#include <map>
#include <string_view>
#include <vector>

#include "diagnostic/error.h"
#include "diagnostic/html.h"
#include "output/finding_words.h"

namespace plowline {
namespace {

// Text for an element or an attribute: HTML's escapes are XML's as well. XML 1.0 does not allow two code points that
// remain: U+FFFE and U+FFFF.
std::string xml(std::string_view text) {
  std::string out = html_text(printable(text));
  for (const std::string_view banned : {"\xEF\xBF\xBE", "\xEF\xBF\xBF"}) {
    for (std::size_t at = out.find(banned); at != std::string::npos; at = out.find(banned, at))
      out.replace(at, banned.size(), "\xEF\xBF\xBD");
  }
  return out;
}

struct Suite {
  std::vector<std::string> cases;
  std::size_t failures = 0;
  std::size_t skipped = 0;
  std::map<std::string, std::size_t> names;  // how often each case was there: they must differ
};

std::string case_start(Suite& suite, std::string_view rule, std::string name) {
  const std::size_t before = suite.names[fmt::format("{}\n{}", rule, name)]++;
  if (before > 0) name += fmt::format(" #{}", before + 1);
  return fmt::format(R"(    <testcase classname="plowline.{}" name="{}">)", xml(rule), xml(name));
}

void add_finding(Suite& suite, const Finding& finding) {
  std::string name(finding.unique_id.empty() ? "project" : finding.unique_id);
  if (!finding.column.empty()) name += " column " + finding.column;
  const std::string start = case_start(suite, finding.rule, std::move(name));
  const std::string place = xml(place_text(finding));
  const std::string message = xml(finding.message);
  if (finding.severity == Severity::kError) {
    ++suite.failures;
    suite.cases.push_back(fmt::format("{}\n      <failure type=\"error\" message=\"{}\">{}: {}\nhelp: {}</failure>\n",
                                      start, message, place, message, xml(help_for(finding.rule))));
  } else {
    suite.cases.push_back(fmt::format("{}\n      <system-out>{}: warning: {}\nhelp: {}</system-out>\n", start, place,
                                      message, xml(help_for(finding.rule))));
  }
  suite.cases.back() += "    </testcase>\n";
}

std::string suite_xml(const std::string& project, const Suite& suite) {
  std::string out = fmt::format(R"(  <testsuite name="{}" tests="{}" failures="{}" errors="0" skipped="{}">)",
                                xml(project), suite.cases.size(), suite.failures, suite.skipped);
  out += "\n";
  for (const std::string& one : suite.cases) out += one;
  return out + "  </testsuite>\n";
}

}  // namespace

std::string junit_report(const LintReport& report, const ReportOptions&) {
  std::map<std::string, Suite> suites;
  for (const Finding& finding : report.findings) add_finding(suites[std::string(finding.project)], finding);
  if (suites.empty()) {
    Suite& suite = suites["plowline"];
    suite.cases.push_back(case_start(suite, "lint", summary_line(report)) + "</testcase>\n");
  }
  for (const SkippedRule& rule : report.skipped) {
    Suite& suite = suites[rule.project];
    ++suite.skipped;
    suite.cases.push_back(fmt::format("{}\n      <skipped message=\"{}\"/>\n    </testcase>\n",
                                      case_start(suite, rule.rule, "not run"), xml(rule.reason)));
  }
  std::size_t tests = 0;
  std::size_t failures = 0;
  std::string body;
  for (const auto& [project, suite] : suites) {
    tests += suite.cases.size();
    failures += suite.failures;
    body += suite_xml(project, suite);
  }
  return fmt::format(
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
      "<testsuites name=\"plowline\" tests=\"{}\" failures=\"{}\" errors=\"0\">\n{}</testsuites>\n",
      tests, failures, body);
}

}  // namespace plowline
