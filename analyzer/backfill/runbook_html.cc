#include <fmt/format.h>
#include <string_view>

#include "backfill/runbook.h"
#include "diagnostic/html.h"

namespace plowline {
namespace {

constexpr std::string_view kStyle = R"(
:root { color-scheme: light dark; }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
pre { overflow-x: auto; padding: .75rem 1rem; border: 1px solid #8886; border-radius: .4rem; }
table { border-collapse: collapse; display: block; overflow-x: auto; }
th, td { text-align: left; padding: .2rem .8rem .2rem 0; border-bottom: 1px solid #8884; }
ul.checks { list-style: none; padding-left: 0; }
.ok::before { content: "\2713\00a0"; color: #2a8a3e; }
.failed::before { content: "\2717\00a0"; color: #c62828; }
.warning::before { content: "!\00a0"; color: #b26a00; }
.unknown::before { content: "?\00a0"; }
@media print { pre { white-space: pre-wrap; } }
)";

std::string_view class_of(Block::Mark mark) {
  switch (mark) {
    case Block::Mark::kOk:
      return "ok";
    case Block::Mark::kFailed:
      return "failed";
    case Block::Mark::kWarning:
      return "warning";
    case Block::Mark::kUnknown:
      break;
  }
  return "unknown";
}

// For those who do not see the signs.
std::string_view word_of(Block::Mark mark) {
  switch (mark) {
    case Block::Mark::kOk:
      return "holds";
    case Block::Mark::kFailed:
      return "does not hold";
    case Block::Mark::kWarning:
      return "warning";
    case Block::Mark::kUnknown:
      break;
  }
  return "not known";
}

std::string table_row(const std::vector<std::string>& cells, std::string_view tag) {
  std::string out = "<tr>";
  for (const std::string& cell : cells) out += fmt::format("<{0}>{1}</{0}>", tag, html_text(cell));
  return out + "</tr>\n";
}

std::string block_html(const Block& block) {
  std::string out;
  switch (block.kind) {
    case Block::Kind::kParagraph:
      return fmt::format("<p>{}</p>\n", html_text(block.text));
    case Block::Kind::kList:
      for (const std::string& item : block.items) out += fmt::format("<li>{}</li>\n", html_text(item));
      return "<ul>\n" + out + "</ul>\n";
    case Block::Kind::kChecks:
      for (std::size_t i = 0; i < block.items.size(); ++i) {
        out += fmt::format("<li class=\"{}\" aria-label=\"{}\">{}</li>\n", class_of(block.marks[i]),
                           word_of(block.marks[i]), html_text(block.items[i]));
      }
      return "<ul class=\"checks\">\n" + out + "</ul>\n";
    case Block::Kind::kCommand:
    case Block::Kind::kSql:
      return fmt::format("<pre><code>{}</code></pre>\n", html_text(block.text));
    case Block::Kind::kTable:
      break;
  }
  out = "<table>\n" + table_row(block.header, "th");
  for (const auto& row : block.rows) out += table_row(row, "td");
  return out + "</table>\n";
}

}  // namespace

std::string to_html(const Runbook& runbook) {
  const std::string title = html_text(runbook.title);
  std::string out = fmt::format(
      "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>{}</title>\n"
      "<style>{}</style>\n</head>\n<body>\n<h1>{}</h1>\n",
      title, kStyle, title);
  for (const Section& section : runbook.sections) {
    out += fmt::format("<section>\n<h2>{}</h2>\n", html_text(section.title));
    for (const Block& block : section.blocks) out += block_html(block);
    out += "</section>\n";
  }
  return out + "</body>\n</html>\n";
}

}  // namespace plowline
