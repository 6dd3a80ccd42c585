// What people see at a terminal: text, concise, excerpts, statistics.
#include "output/text_report.h"

#include "diagnostic/error.h"
#include "output/excerpt.h"
#include "output/finding_words.h"
#include "output/source_lines.h"
#include "reports.h"

namespace plowline {
namespace {

using namespace testing;

SourceLines line_is(std::string text) {
  return [text = std::move(text)](std::string_view, std::uint32_t) { return text; };
}

TEST_CASE("text: place, severity, rule, message; the line with marks; whose it is; where to read on") {
  ReportOptions options;
  options.source = [](std::string_view file, std::uint32_t line) -> std::optional<std::string> {
    if (file != "models/orders.sql" || line != 2) return std::nullopt;
    return "select * from {{ ref('events') }}";
  };
  LintReport report = small_report();
  report.summary.suppressed = 4;
  report.summary.in_baseline = 12;
  report.skipped = {{"a-rule", "shop", "needs a catalog.json"},
                    {"a-rule", "web", "needs a catalog.json"},
                    {"b-rule", "shop", "needs a catalog.json"},
                    {"c-rule", "shop", "needs a run_results.json"}};
  report.fixed_baseline = {{"old-rule", "model.shop.old"}};
  CHECK(text_report(report, options) ==
        "models/orders.sql:2:15: error [orders-rule] Not tagged: it stays in state 2 for ever\n"
        "  |\n"
        "2 | select * from {{ ref('events') }}\n"
        "  |               ^^^^^^^^^^^^^^^^\n"
        "  = model.shop.orders, column view_id\n"
        "  = help: plowline rules orders-rule (--fix can do it)\n"
        "\n"
        "models/staging/sources.yml: warning [other-rule] No description\n"
        "  = source.shop.raw.events\n"
        "  = help: plowline rules other-rule\n"
        "\n"
        "project shop: warning [other-rule] About the project\n"
        "  = project shop\n"
        "  = help: plowline rules other-rule\n"
        "\n"
        "1 error, 2 warnings in 2 files; 1 can be fixed with --fix; 4 suppressed; 12 in the baseline\n"
        "2 rules were not run: needs a catalog.json (a-rule, b-rule)\n"
        "1 rule was not run: needs a run_results.json (c-rule)\n"
        "1 entry of the baseline is fixed (--prune-baseline takes it out): model.shop.old old-rule\n");
}

TEST_CASE("text: nothing found") {
  LintReport report = empty_report();
  report.summary.suppressed = 4;
  CHECK(text_report(report, {}) == "All checks passed: 57 rules, 812 nodes; 4 suppressed\n");
  report.summary.rules = 0;
  CHECK(text_report(report, {}) == "No rule was run; 4 suppressed\n");
}

TEST_CASE("text: a range of several lines") {
  Finding finding = orders_finding();
  finding.range = {9, 5, 12, 3};
  ReportOptions options;
  options.source = line_is("    select");
  CHECK(contains(text_report(counted_report({finding}), options), "9 |     select\n  |     ^^^^^^ to line 12\n"));
}

TEST_CASE("text: the gutter is as wide as the number") {
  Finding finding = orders_finding();
  finding.range = {1204, 1, 1204, 3};
  ReportOptions options;
  options.source = line_is("ab");
  CHECK(contains(text_report(counted_report({finding}), options), "     |\n1204 | ab\n     | ^^\n"));
}

TEST_CASE("colours only where asked for") {
  ReportOptions options;
  options.source = line_is("select * from x");
  for (const char* format : {"text", "concise"}) {
    const std::string plain = render(small_report(), format, options);
    CHECK(!contains(plain, "\x1b"));
    options.color = true;
    std::string colored = render(small_report(), format, options);
    options.color = false;
    CHECK(contains(colored, "\x1b[1;31merror\x1b[0m"));
    CHECK(contains(colored, "\x1b[1;33mwarning\x1b[0m"));
    // Without the colours it is the same text.
    for (std::size_t at = colored.find('\x1b'); at != std::string::npos; at = colored.find('\x1b'))
      colored.erase(at, colored.find('m', at) - at + 1);
    CHECK(colored == plain);
  }
}

TEST_CASE("concise: a line each") {
  CHECK(render(small_report(), "concise") ==
        "models/orders.sql:2:15: error orders-rule: Not tagged: it stays in state 2 for ever\n"
        "models/staging/sources.yml: warning other-rule: No description\n"
        "project shop: warning other-rule: About the project\n"
        "1 error, 2 warnings in 2 files; 1 can be fixed with --fix\n");
  const std::string hostile = render(hostile_report(), "concise");
  const auto lines = static_cast<std::size_t>(std::ranges::count(hostile, '\n'));
  CHECK(lines == hostile_words().size() + 1);
}

TEST_CASE("statistics: most first, then by name; a star where --fix can do some") {
  std::vector<Finding> findings;
  for (int i = 0; i < 12; ++i) findings.push_back(orders_finding());
  findings.push_back(project_finding());
  Finding another = project_finding();
  another.rule = "a-rule";
  findings.push_back(another);
  const LintReport report = counted_report(findings);
  const std::string expected =
      "12  error    orders-rule  [*]\n"
      " 1  warning  a-rule\n"
      " 1  warning  other-rule\n"
      "[*] --fix can do some of them\n";
  CHECK(lint_statistics(report) == expected);
  ReportOptions options;
  options.statistics = true;
  CHECK(text_report(report, options) == expected + "\n12 errors, 2 warnings in 1 file; 12 can be fixed with --fix\n");
  CHECK(lint_statistics(empty_report()).empty());
  CHECK(text_report(empty_report(), options) == "All checks passed: 57 rules, 812 nodes\n");
}

TEST_CASE("text: names cannot drive a terminal, a line, or GitHub's runner") {
  for (const char* format : {"text", "concise"}) {
    const std::string text = render(hostile_report(), format, hostile_options());
    CHECK(!contains(text, "\x1b"));
    CHECK(!contains(text, std::string(1, '\0')));
    CHECK(!contains(text, "\xe2\x80\xae"));
    CHECK(!contains(text, "\r"));
    CHECK(!contains(text, "##["));
    CHECK(contains(text, R"(rtl \xe2\x80\xae evil)"));
    CHECK(contains(text, R"(bad \xff\xfe utf \xc3)"));
    CHECK(contains(text, R"(\x1b[31mred)"));
    for (std::size_t at = 0; at < text.size(); at = text.find('\n', at) + 1) {
      const std::size_t first = text.find_first_not_of(' ', at);
      if (first != std::string::npos) CHECK(text.compare(first, 2, "::") != 0);
    }
  }
}

TEST_CASE("excerpt: marks stand below what they mean") {
  const auto both = [](const Excerpt& excerpt) { return excerpt.line + "\n" + excerpt.marks; };
  CHECK(both(excerpt_of("select a", 8, 9, 80)) == "select a\n       ^");
  CHECK(both(excerpt_of("\tx\ty", 4, 5, 80)) == "    x   y\n        ^");
  CHECK(both(excerpt_of("\xe6\x97\xa5\xe6\x9c\xac x", 4, 5, 80)) == "\xe6\x97\xa5\xe6\x9c\xac x\n     ^");
  CHECK(both(excerpt_of("\xe6\x97\xa5\xe6\x9c\xac x", 2, 3, 80)) == "\xe6\x97\xa5\xe6\x9c\xac x\n  ^^");
  CHECK(both(excerpt_of("e\xcc\x81 x", 4, 5, 80)) == "e\xcc\x81 x\n  ^");  // an accent of its own
  CHECK(both(excerpt_of("a\x1b[0mb", 2, 3, 80)) == "a\\x1b[0mb\n ^^^^");
  CHECK(both(excerpt_of("a\xff", 2, 3, 80)) == "a\\xff\n ^^^^");
  CHECK(both(excerpt_of("abc", 2, 0, 80)) == "abc\n ^^");    // to the end
  CHECK(both(excerpt_of("abc", 9, 12, 80)) == "abc\n   ^");  // behind the end
  CHECK(both(excerpt_of("", 1, 1, 80)) == "\n^");
  CHECK(both(excerpt_of("abc", 2, 2, 80)) == "abc\n ^");  // nothing marked
}

TEST_CASE("excerpt: a long line is cut around what is marked") {
  const std::string line = std::string(500, 'a') + "HERE" + std::string(500, 'b');
  const Excerpt excerpt = excerpt_of(line, 501, 505, 60);
  CHECK(excerpt.line == "…" + std::string(20, 'a') + "HERE" + std::string(35, 'b') + "…");
  CHECK(excerpt.marks == std::string(21, ' ') + "^^^^");
  CHECK(excerpt_of(line, 1, 3, 60).line == std::string(60, 'a') + "…");
  CHECK(excerpt_of(std::string(60, 'a'), 1, 3, 60).line == std::string(60, 'a'));
}

TEST_CASE("source lines: those of text files inside the folders, and nothing else") {
  const TemporaryFolder folder;
  const auto file = [&](std::string_view name, std::string_view text) { return folder.write(name, text).string(); };
  const std::string sql = file("shop/models/a.sql", "one\r\ntwo\n\nfour");
  const std::string binary = file("shop/a.bin", std::string("x\0y", 3));
  const std::string big = file("shop/big.sql", std::string(5U << 20U, '\n'));
  const std::string long_line = file("shop/long.sql", std::string(20'000, 'x') + "\nshort\n");
  const std::string outside = file("secret.txt", "secret\n");
  std::filesystem::create_symlink(outside, folder.path() / "shop" / "link.sql");
  const SourceLines lines = lines_of_files_in({folder.path() / "shop", folder.path() / "no_such_folder"});
  CHECK(lines(sql, 1) == "one");
  CHECK(lines(sql, 2) == "two");
  CHECK(lines(sql, 3) == "");
  CHECK(lines(sql, 4) == "four");
  CHECK(!lines(sql, 0));
  CHECK(!lines(sql, 5));
  CHECK(!lines(binary, 1));
  CHECK(!lines(big, 1));
  CHECK(!lines(long_line, 1));
  CHECK(lines(long_line, 2) == "short");
  CHECK(!lines(outside, 1));
  CHECK(!lines((folder.path() / "shop/../secret.txt").string(), 1));
  CHECK(!lines((folder.path() / "shop/link.sql").string(), 1));
  CHECK(!lines((folder.path() / "shop").string(), 1));
  CHECK(!lines("/proc/self/environ", 1));
  CHECK(!lines(std::string("shop\0x", 6), 1));
  CHECK(!lines("", 1));
  // Read once: what happens to the file later does not show.
  file("shop/models/a.sql", "changed\n");
  CHECK(lines(sql, 1) == "one");
}

}  // namespace
}  // namespace plowline
