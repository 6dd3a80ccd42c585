#include <algorithm>
#include <fmt/format.h>
#include <string_view>

#include "backfill/runbook.h"
#include "diagnostic/error.h"

namespace plowline {
namespace {

constexpr std::size_t kWidth = 100;

// `text` in lines of at most kWidth characters, each but the first behind `margin` blanks.
std::string wrapped(std::string_view text, std::size_t margin) {
  std::string out;
  std::size_t column = margin;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(' '), text.size());
    const std::string_view word = text.substr(0, end);
    if (column > margin && column + 1 + word.size() > kWidth) {
      out += "\n" + std::string(margin, ' ');
      column = margin;
    } else if (column > margin) {
      out += ' ';
      ++column;
    }
    out += word;
    column += word.size();
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return out;
}

// Lines of a command or of SQL, which stay as they are.
std::string indented(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string line = printable(text.substr(0, end));
    out += line.empty() ? "\n" : "  " + line + "\n";
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return out;
}

std::string_view word_for(Block::Mark mark) {
  switch (mark) {
    case Block::Mark::kOk:
      return "ok  ";
    case Block::Mark::kFailed:
      return "FAIL";
    case Block::Mark::kWarning:
      return "warn";
    case Block::Mark::kUnknown:
      break;
  }
  return "?   ";
}

std::string table_text(const Block& block) {
  std::vector<std::size_t> widths;
  const auto measure = [&](const std::vector<std::string>& cells) {
    widths.resize(std::max(widths.size(), cells.size()));
    for (std::size_t i = 0; i < cells.size(); ++i) widths[i] = std::max(widths[i], printable(cells[i]).size());
  };
  measure(block.header);
  for (const auto& row : block.rows) measure(row);
  std::string out;
  const auto add = [&](const std::vector<std::string>& cells) {
    std::string line = "  ";
    for (std::size_t i = 0; i < cells.size(); ++i) line += fmt::format("{:<{}}  ", printable(cells[i]), widths[i]);
    line.erase(line.find_last_not_of(' ') + 1);
    out += line + "\n";
  };
  add(block.header);
  for (const auto& row : block.rows) add(row);
  return out;
}

std::string block_text(const Block& block) {
  std::string out;
  switch (block.kind) {
    case Block::Kind::kParagraph:
      return wrapped(printable(block.text), 0) + "\n";
    case Block::Kind::kList:
      for (const std::string& item : block.items) out += "- " + wrapped(printable(item), 2) + "\n";
      return out;
    case Block::Kind::kChecks:
      for (std::size_t i = 0; i < block.items.size(); ++i)
        out += fmt::format("{}  {}\n", word_for(block.marks[i]), wrapped(printable(block.items[i]), 6));
      return out;
    case Block::Kind::kCommand:
    case Block::Kind::kSql:
      return indented(block.text);
    case Block::Kind::kTable:
      break;
  }
  return table_text(block);
}

}  // namespace

std::string to_text(const Runbook& runbook) {
  std::string out = printable(runbook.title) + "\n";
  for (const Section& section : runbook.sections) {
    const std::string title = printable(section.title);
    out += fmt::format("\n{}\n{}\n", title, std::string(title.size(), '-'));
    for (const Block& block : section.blocks) out += "\n" + block_text(block);
  }
  return out;
}

}  // namespace plowline
