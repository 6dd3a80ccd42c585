#include "backfill/runbook.h"

#include <doctest/doctest.h>
#include <string>

namespace plowline {
namespace {

const std::string kHostile = "<script>alert(1)</script> | `rm` @team [x](javascript:y) \x1b[31m\n# heading";

Runbook hostile_runbook() {
  Block checks{.kind = Block::Kind::kChecks, .items = {kHostile}, .marks = {Block::Mark::kFailed}};
  Block table{.kind = Block::Kind::kTable, .header = {kHostile}, .rows = {{kHostile}}};
  return {kHostile,
          {{kHostile,
            {Block::paragraph(kHostile), Block::list({kHostile}), checks, table, Block::command(kHostile),
             Block::sql("select '```' -- </code></pre><script>\n")}}}};
}

TEST_CASE("nothing in a text acts in HTML") {
  const std::string html = to_html(hostile_runbook());
  CHECK(html.find("<script") == std::string::npos);
  CHECK(html.find("&lt;script&gt;alert(1)&lt;/script&gt;") != std::string::npos);
  CHECK(html.find("</code></pre><script") == std::string::npos);
  CHECK(html.find('\x1b') == std::string::npos);
  // Nothing is loaded.
  CHECK(html.find("src=") == std::string::npos);
  CHECK(html.find("href=") == std::string::npos);
}

TEST_CASE("nothing in a text acts in Markdown") {
  const std::string markdown = to_markdown(hostile_runbook());
  // In front of the code blocks; within them it is code.
  const std::string prose = markdown.substr(0, markdown.find("```"));
  CHECK(prose.find("<script") == std::string::npos);
  CHECK(prose.find("\n# heading") == std::string::npos);
  CHECK(prose.find("](") == std::string::npos);
  CHECK(prose.find("@team") == std::string::npos);
  CHECK(markdown.find("````sql\nselect '```'") != std::string::npos);
}

TEST_CASE("nothing in a text drives a terminal") {
  const std::string text = to_text(hostile_runbook());
  CHECK(text.find('\x1b') == std::string::npos);
  CHECK(text.find("FAIL  <script>") != std::string::npos);
}

TEST_CASE("long texts are wrapped, commands are not") {
  const std::string words(60, 'x');
  const std::string text =
      to_text({"t", {{"s", {Block::list({words + " " + words}), Block::command(words + " " + words)}}}});
  CHECK(text == "t\n\ns\n-\n\n- " + words + "\n  " + words + "\n\n  " + words + " " + words + "\n");
}

}  // namespace
}  // namespace plowline
