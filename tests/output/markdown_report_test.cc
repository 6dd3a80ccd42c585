// The comment on a pull request.
#include "output/markdown_report.h"

#include <algorithm>
#include <cctype>
#include <regex>

#include "diagnostic/markdown.h"
#include "lint/rule.h"
#include "output/finding_words.h"
#include "reports.h"

namespace plowline {
namespace {

using namespace testing;

TEST_CASE("markdown: errors in a table, warnings folded") {
  LintReport report = small_report();
  report.findings.resize(2);
  report.summary.warnings = 1;
  ReportOptions options;
  options.folder = "dbt";
  CHECK(render(report, "markdown", options) ==
        "### plowline lint: 1 error, 1 warning\n"
        "\n"
        "1 error, 1 warning in 2 files; 1 can be fixed with --fix.\n"
        "\n"
        "| Where | Rule | What |\n"
        "|---|---|---|\n"
        "| <code>dbt/models/orders.sql:2:15</code><br><code>model.shop.orders</code>, column <code>view\\_id</code> | "
        "<code>orders-rule</code> | Not tagged: it stays in state 2 for ever (<code>--fix</code> can do it) |\n"
        "\n"
        "<details><summary>1 warning</summary>\n"
        "\n"
        "| Where | Rule | What |\n"
        "|---|---|---|\n"
        "| <code>dbt/models/staging/sources.yml</code><br><code>source.shop.raw.events</code> | "
        "<code>other-rule</code> | No description |\n"
        "\n"
        "</details>\n");
}

TEST_CASE("markdown: a rule that has a page is a link to it") {
  REQUIRE(!all_rules().empty());
  const std::string name = all_rules().front()->info().name;
  Finding finding = orders_finding();
  finding.rule = name;
  const std::string url = absolute_rule_url(name);
  CHECK(contains(render(counted_report({finding}), "markdown"),
                 url.empty() ? "| <code>" + name + "</code> |" : fmt::format("| [{}]({}) |", name, url)));
}

TEST_CASE("markdown: nothing found") {
  CHECK(render(empty_report(), "markdown") ==
        "### plowline lint: no findings\n\nAll checks passed: 57 rules, 812 nodes.\n");
}

TEST_CASE("markdown: what does not fit is counted") {
  const LintReport report = big_report(10'000);
  const std::string text = render(report, "markdown");
  CHECK(text.size() <= kMostCommentBytes);
  CHECK(text.size() > kMostCommentBytes - 2'000);
  std::smatch match;
  const std::regex left_out(R"(\*\*Left out here, as there is no room for more: (\d+) errors, (\d+) warnings\.\*\*)");
  REQUIRE(std::regex_search(text, match, left_out));
  std::size_t rows = 0;
  for (std::size_t at = text.find("\n| <code>"); at != std::string::npos; at = text.find("\n| <code>", at + 1)) ++rows;
  CHECK(rows > 200);
  CHECK(rows + std::stoul(match[1]) + std::stoul(match[2]) == report.findings.size());
  CHECK(!contains(text, "<details>"));  // no room for a single warning
}

TEST_CASE("markdown: a long message is cut between two characters") {
  Finding finding = orders_finding();
  finding.message.clear();
  for (int i = 0; i < 2'000; ++i) finding.message += "\xc3\xa9";
  const std::string text = render(counted_report({finding}), "markdown");
  CHECK(text.size() < 1'500);
  CHECK(contains(text, "\xc3\xa9…"));
}

TEST_CASE("markdown: names make no cell, HTML, link or mention") {
  const std::string text = render(hostile_report(), "markdown", hostile_options());
  std::size_t rows = 0;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = text.find('\n', at);
    const std::string line = text.substr(at, end - at);
    at = end + 1;
    if (!line.starts_with("| <code>")) continue;
    ++rows;
    CHECK_MESSAGE(std::ranges::count(line, '|') == 4, line);
    CHECK(!contains(line, "`"));
  }
  CHECK(rows == hostile_words().size());
  std::string rest = std::regex_replace(text, std::regex("</?(code|details|summary|span)>|<br>"), "");
  CHECK(!contains(rest, "<"));
  CHECK(!contains(rest, "]("));
  CHECK(!contains(rest, "://"));
  CHECK(!contains(rest, "www."));
  const std::regex entity("&#\\d+;.*");
  for (std::size_t at = rest.find_first_of("@#", 3); at != std::string::npos; at = rest.find_first_of("@#", at + 1)) {
    const bool begins = std::isalnum(static_cast<unsigned char>(rest[at + 1])) != 0;
    CHECK_MESSAGE((!begins || std::regex_match(rest.substr(at - 1, 6), entity)), rest.substr(at, 40));
  }
}

TEST_CASE("markdown: plain text stays readable") {
  CHECK(plain_markdown("orders and order lines: 3 of 4") == "orders and order lines: 3 of 4");
  CHECK(plain_markdown("a_b") == "a\\_b");
  CHECK(plain_markdown("a|b") == "a&#124;b");
  CHECK(plain_markdown("@team") == "@\xe2\x80\x8bteam");
  CHECK(plain_markdown("https://x") == "https:\xe2\x80\x8b//x");
  CHECK(plain_markdown("see #1") ==
        "see \\#\xe2\x80\x8b"
        "1");
  CHECK(plain_markdown("<b>") == "&lt;b&gt;");
  CHECK(plain_markdown("$a$") ==
        "<span>$</span>\xe2\x80\x8b"
        "a<span>$</span>");
}

}  // namespace
}  // namespace plowline
