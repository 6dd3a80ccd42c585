// What holds for every format.
#include "output/report_format.h"

#include <chrono>

#include "reports.h"

namespace plowline {
namespace {

using namespace testing;

TEST_CASE("formats by name") {
  CHECK(report_format_names().size() == 9);
  for (const std::string& name : report_format_names()) {
    const auto format = report_format_from(name);
    REQUIRE(format.has_value());
    CHECK(to_string(*format) == name);
    CHECK(!report_format_description(*format).empty());
  }
  const auto wrong = report_format_from("sarf");
  REQUIRE(!wrong);
  CHECK(wrong.error().status == ExitStatus::kUsage);
  CHECK(
      to_text(wrong.error()) ==
      "'sarf' is no format\n  did you mean 'sarif'? the formats are text, concise, json, sarif, github, gitlab, junit, "
      "rdjson, markdown");
  CHECK(!report_format_from(""));
  CHECK(!report_format_from("JSON"));
}

TEST_CASE("every format ends with a line feed and is UTF-8 without control characters, whatever names hold") {
  for (const std::string& name : report_format_names()) {
    CAPTURE(name);
    for (const LintReport& report : {empty_report(), small_report(), hostile_report()}) {
      const std::string text = render(report, name, hostile_options());
      REQUIRE(text.ends_with("\n"));
      CHECK(python(R"(
import sys
text = sys.stdin.buffer.read().decode("utf-8")
print("".join(sorted({repr(c) for c in text if c < " " and c != "\n" or "\x7f" <= c <= "\x9f"})), end="")
)",
                   {}, text) == "");
    }
  }
}

TEST_CASE("the same report gives the same bytes") {
  for (const std::string& name : report_format_names())
    CHECK(render(hostile_report(), name, hostile_options()) == render(hostile_report(), name, hostile_options()));
}

TEST_CASE("a long report is handed over in pieces, whole lines and in order") {
  const LintReport report = big_report(50'000);
  std::string expected;
  for (const Finding& finding : report.findings) {
    LintReport one;
    one.findings = {finding};
    const std::string text = render(one, "concise");
    expected += text.substr(0, text.find('\n') + 1);
  }
  std::size_t pieces = 0;
  std::string text;
  const auto written = write_report(report, ReportFormat::kConcise, {}, [&](std::string_view piece) -> Result<void> {
    CHECK(piece.ends_with('\n'));
    ++pieces;
    text += piece;
    return {};
  });
  CHECK(written);
  CHECK(pieces > 2);
  CHECK(text.starts_with(expected));
  CHECK(text == render(report, "concise"));
}

TEST_CASE("a report that cannot be written is not written on") {
  const LintReport report = big_report(50'000);
  for (const std::string& name : report_format_names()) {
    CAPTURE(name);
    std::size_t pieces = 0;
    const auto written = write_report(report, *report_format_from(name), {}, [&](std::string_view) -> Result<void> {
      ++pieces;
      return input_error("standard output", {}, "is full");
    });
    REQUIRE(!written);
    CHECK(written.error().reason == "is full");
    CHECK(pieces == 1);
  }
}

TEST_CASE("time grows with the findings, not with their square") {
  const LintReport small = big_report(1'000);
  const LintReport big = big_report(10'000);
  ReportOptions options;
  options.source = [](std::string_view, std::uint32_t) { return "select * from {{ ref('events') }}"; };
  const auto seconds = [&](const LintReport& report, const std::string& name) {
    double best = 1e9;
    for (int i = 0; i < 2; ++i) {
      const auto start = std::chrono::steady_clock::now();
      CHECK(!render(report, name, options).empty());
      best = std::min(best, std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count());
    }
    return best;
  };
  for (const std::string& name : report_format_names()) {
    CAPTURE(name);
    CHECK(seconds(big, name) < 40 * std::max(seconds(small, name), 0.001));  // ten times is linear, a hundred square
  }
}

}  // namespace
}  // namespace plowline
