// Workflow commands and the step summary of GitHub Actions.
#include "output/github_report.h"

#include <map>

#include "reports.h"

namespace plowline {
namespace {

using namespace testing;

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = text.find('\n', at);
    lines.push_back(text.substr(at, end - at));
    at = end == std::string::npos ? text.size() : end + 1;
  }
  return lines;
}

struct Command {
  std::string name;
  std::map<std::string, std::string> properties;
  std::string message;
};

std::string unescaped(std::string text) {
  for (const auto& [code, character] : std::vector<std::pair<std::string, std::string>>{
           {"%0D", "\r"}, {"%0A", "\n"}, {"%3A", ":"}, {"%2C", ","}, {"%25", "%"}}) {
    for (std::size_t at = text.find(code); at != std::string::npos; at = text.find(code, at + 1))
      text.replace(at, code.size(), character);
  }
  return text;
}

// As GitHub's runner reads a line.
Command command_of(const std::string& line) {
  Command command;
  REQUIRE(line.starts_with("::"));
  const std::size_t end = line.find("::", 2);
  REQUIRE(end != std::string::npos);
  const std::string head = line.substr(2, end - 2);
  const std::size_t blank = head.find(' ');
  command.name = head.substr(0, blank);
  command.message = unescaped(line.substr(end + 2));
  for (std::size_t at = blank + 1; at < head.size();) {
    const std::size_t comma = std::min(head.find(',', at), head.size());
    const std::string pair = head.substr(at, comma - at);
    const std::size_t equals = pair.find('=');
    REQUIRE(equals != std::string::npos);
    command.properties[pair.substr(0, equals)] = unescaped(pair.substr(equals + 1));
    at = comma + 1;
  }
  return command;
}

TEST_CASE("github: a command per finding, then the summary") {
  ReportOptions options;
  options.folder = "dbt";
  CHECK(render(small_report(), "github", options) ==
        "::error file=dbt/models/orders.sql,line=2,endLine=2,col=15,title=plowline (orders-rule)::"
        "dbt/models/orders.sql:2:15: Not tagged: it stays in state 2 for ever [orders-rule]\n"
        "::warning file=dbt/models/staging/sources.yml,title=plowline (other-rule)::"
        "dbt/models/staging/sources.yml: No description [other-rule]\n"
        "::warning title=plowline (other-rule)::project shop: About the project [other-rule]\n"
        "1 error, 2 warnings in 2 files; 1 can be fixed with --fix\n");
  CHECK(render(empty_report(), "github") == "All checks passed: 57 rules, 812 nodes\n");
}

TEST_CASE("github: no column for a range of several lines") {
  Finding finding = orders_finding();
  finding.range = {2, 15, 4, 3};
  const Command command = command_of(lines_of(render(counted_report({finding}), "github"))[0]);
  CHECK(command.properties.at("endLine") == "4");
  CHECK(!command.properties.contains("col"));
}

TEST_CASE("github: errors first, so that the limit drops warnings") {
  const std::vector<std::string> lines = lines_of(render(big_report(90), "github"));
  std::string names;
  for (const std::string& line : lines)
    names += line.starts_with("::error") ? "e" : line.starts_with("::warning") ? "w" : ".";
  CHECK(names == std::string(60, 'e') + std::string(30, 'w') + ".");
}

TEST_CASE("github: no name begins a command or a property of its own") {
  const LintReport report = hostile_report();
  const std::vector<std::string> lines = lines_of(render(report, "github", hostile_options()));
  std::size_t commands = 0;
  for (const std::string& line : lines) {
    if (line.find_first_not_of(' ') == std::string::npos || line[line.find_first_not_of(' ')] != ':') continue;
    ++commands;
    const Command command = command_of(line);
    CHECK((command.name == "error" || command.name == "warning"));
    CHECK(command.properties.size() == 5);
    CHECK(command.properties.at("line") == "2");
    CHECK(command.properties.at("title") == "plowline (orders-rule)");
    CHECK(!contains(line, "\r"));
    CHECK(!contains(line, "\x1b"));
    CHECK(!contains(line, "##["));
  }
  CHECK(commands == report.findings.size());
  // What the property says is the name again.
  Finding finding = orders_finding();
  finding.file = "a%b,c:d.sql";
  const std::string line = lines_of(render(counted_report({finding}), "github"))[0];
  CHECK(contains(line, "file=a%25b%2Cc%3Ad.sql,"));
  CHECK(command_of(line).properties.at("file") == "a%b,c:d.sql");
}

TEST_CASE("step summary: how many findings have no annotation") {
  const std::string few = github_step_summary(small_report(), {});
  CHECK(contains(few, "### plowline lint: 1 error, 2 warnings\n"));
  CHECK(!contains(few, "annotations"));
  const std::string many = github_step_summary(big_report(90), {});
  CHECK(contains(many,
                 "GitHub shows 10 errors and 10 warnings of a step as annotations; 50 errors, 20 warnings are "
                 "without one"));
  CHECK(github_step_summary(big_report(10'000), {}).size() <= 1'048'576);
  CHECK(contains(github_step_summary(empty_report(), {}), "All checks passed"));
}

}  // namespace
}  // namespace plowline
