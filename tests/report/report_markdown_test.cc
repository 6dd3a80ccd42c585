#include "report/report_markdown.h"

#include <algorithm>
#include <regex>
#include <sstream>

#include "reports.h"

namespace plowline::testing {
namespace {

std::size_t count_of(const std::string& text, std::string_view part) {
  std::size_t count = 0;
  for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + part.size())) ++count;
  return count;
}

// What could act in the Markdown besides what the report itself writes, one complaint per line. Fenced code is looked
// at for nothing but its end.
std::string complaints(const std::string& markdown) {
  static const std::regex kOwnTags("<(/?(code|details|summary|sub)|br)>|<span>\\$</span>", std::regex::optimize);
  std::istringstream stream(markdown);
  std::string fence;
  std::string out;
  std::size_t columns = 0;
  for (std::string line; std::getline(stream, line);) {
    if (!fence.empty()) {
      if (line == fence) fence.clear();
      continue;
    }
    if (line.starts_with("```")) {
      fence = line.substr(0, line.find_first_not_of('`'));
      continue;
    }
    const auto pipes = static_cast<std::size_t>(std::ranges::count(line, '|'));
    if (!line.starts_with("|")) columns = 0;
    if (columns == 0) columns = pipes;
    if (pipes != columns) out += "another number of cells: " + line + "\n";
    if (line.starts_with("The command, shown escaped: ")) continue;  // a code span
    const std::string rest = std::regex_replace(line, kOwnTags, "");
    if (has_part(rest, "<")) out += "HTML: " + rest + "\n";
    if (std::regex_search(rest, std::regex("@[A-Za-z0-9]|https?://|[^\\\\]\\]\\("))) out += "acts: " + rest + "\n";
    if (std::ranges::any_of(line, [](unsigned char c) { return c < 0x20; })) out += "control: " + line + "\n";
    if (has_part(line, "\xe2\x80\xae")) out += "direction: " + line + "\n";
  }
  if (!fence.empty()) out += "a fence is open\n";
  for (const char* tag : {"details", "summary", "sub"}) {
    if (count_of(markdown, fmt::format("<{}>", tag)) != count_of(markdown, fmt::format("</{}>", tag)))
      out += fmt::format("{} is not closed\n", tag);
  }
  return out;
}

}  // namespace

TEST_CASE("markdown: the parts") {
  const std::string text = report_markdown(small_selection());
  CHECK(complaints(text) == "");
  CHECK(text.starts_with(
      "### plowline report: 5 nodes selected in shop\n\nexposure: 1, model: 2, source: 1, test: 1; the "
      "command works on 2; 1 counted by Snowplow packages; 1 new, 1 modified; 1 lint error, 0 lint "
      "warnings.\n\n```sh\ndbt run --select +orders\n```\n"));
  CHECK(has_part(text, "#### Lint findings: 1\n"));
  CHECK(has_part(text, "models/orders.sql:3:1"));
  CHECK(has_part(text,
                 "| <code>model.shop.stg</code> | modified | body: <code>raw\\_code</code><br>contract<br>macro "
                 "<code>macro.shop.cents</code> |\n"));
  CHECK(has_part(text, "\n```mermaid\nflowchart LR\n"));
  CHECK(has_part(text, "#### Selected nodes: 4, and 1 test\n"));
  CHECK(has_part(text, "+orders: upstream of orders"));
  CHECK(has_part(text, "2 models<br>1 exposure |\n"));
  CHECK(has_part(text, "| model | <code>model.shop.finance</code> |\n"));
  CHECK(
      has_part(text, "<code>snowplow\\_unified</code>: a first run covers 2020-01-01 00:00:00 to 2020-01-31 00:00:00"));
  CHECK(has_part(text, "commit 0123456789abcdef"));
  CHECK(!has_part(text, "<details>"));
}

TEST_CASE("markdown: long tables are folded") {
  const std::string text = report_markdown(big_selection(40));
  CHECK(complaints(text) == "");
  CHECK(has_part(text, "<details><summary>Selected nodes: 44, and 1 test</summary>\n\n| Node |"));
}

TEST_CASE("markdown: never more than GitHub takes, and what is left out is counted") {
  for (const std::size_t count : {300, 3'000, 20'000}) {
    const std::string text = report_markdown(big_selection(count));
    CAPTURE(count);
    CHECK(text.size() <= 65'536);
    CHECK(complaints(text) == "");
    CHECK(has_part(text, "**Left out here, as there is no room for more: "));
    CHECK(text.ends_with("</sub>\n"));
    // Errors come before warnings.
    CHECK(text.find("error <code>some-rule") < text.find("warning <code>some-rule"));
  }
  CHECK(report_markdown(big_selection(3'000), 10'000).size() <= 10'000);
  CHECK(report_markdown(big_selection(3'000), 0).size() <= 8'192);
}

TEST_CASE("markdown: a graph that GitHub does not draw is left out") {
  CHECK(has_part(report_markdown(big_selection(100)), "```mermaid"));
  CHECK(!has_part(report_markdown(big_selection(600)), "```mermaid"));
}

TEST_CASE("markdown: nothing hostile acts") {
  const std::string text = report_markdown(hostile_selection());
  CHECK(complaints(text) == "");
  CHECK(text.size() <= 65'536);
  for (const std::string& word : hostile_words()) {
    SelectionReport report = small_selection();
    ReportedNode& node = report.nodes[2];
    node.name = node.unique_id = node.package_name = node.resource_type = node.materialized = word;
    node.reasons = node.counted_by = {word};
    node.changes = {{word, word}};
    node.state = "modified";
    report.findings[0].rule = word;
    report.findings[0].message = report.findings[0].file = word;
    report.windows[0].problem = report.windows[0].package = word;
    report.plan.project->name = word;
    report.impact.models = {{word, word}};
    CAPTURE(word);
    CHECK(complaints(report_markdown(report)) == "");
  }
}

TEST_CASE("markdown: names that grow when they are escaped do not make it longer") {
  SelectionReport report = big_selection(2'000);
  const std::string long_name(10'000, '$');
  for (ReportedNode& node : report.nodes) {
    node.name = node.package_name = node.resource_type = node.unique_id = long_name;
    node.changes = {{long_name, long_name}};
  }
  for (Finding& finding : report.findings) {
    finding.rule = long_name;
    finding.message = finding.file = long_name;
  }
  report.windows.assign(50, {long_name, {}, long_name, long_name, "", {}});
  report.windows[0].problem = long_name;
  report.impact.models.assign(500, {long_name, long_name});
  for (std::string* text :
       {&report.plan.project->name, &report.plan.project->dbt_version, &report.plan.project->adapter_type,
        &report.plan.project->generated_at, &report.git_commit, &report.state->generated_at}) {
    *text = long_name;
  }
  for (const std::size_t most : {65'536, 20'000, 8'192}) {
    const std::string text = report_markdown(report, most);
    CHECK(text.size() <= most);
    CHECK(complaints(text) == "");
  }
}

TEST_CASE("markdown: a command that is too long or holds what people cannot see is not there to paste") {
  SelectionReport report = small_selection();
  report.plan.invocation = invocation_of({std::string(10'000, 'x')});
  CHECK(has_part(report_markdown(report), "The command has 10"));
  report.plan.invocation = invocation_of({"x\xe2\x80\xae"});
  CHECK(!has_part(report_markdown(report), "\xe2\x80\xae"));
  InvocationOptions options;
  options.select = {"x"};
  options.target = "t\n";
  report.plan.invocation = Invocation::build(options).value();
  CHECK(has_part(report_markdown(report), "The command, shown escaped: `dbt run --target "));
}

}  // namespace plowline::testing
