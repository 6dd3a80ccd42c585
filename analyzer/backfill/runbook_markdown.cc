#include <fmt/format.h>
#include <string_view>

#include "backfill/runbook.h"
#include "diagnostic/markdown.h"

namespace plowline {
namespace {

std::string_view sign_of(Block::Mark mark) {
  switch (mark) {
    case Block::Mark::kOk:
      return "✅";
    case Block::Mark::kFailed:
      return "❌";
    case Block::Mark::kWarning:
      return "⚠️";
    case Block::Mark::kUnknown:
      break;
  }
  return "❔";
}

std::string code_block(std::string_view text, std::string_view language) {
  const std::string fence = code_fence(text);
  return fmt::format("{}{}\n{}{}{}\n", fence, language, text, text.ends_with('\n') ? "" : "\n", fence);
}

std::string table_row(const std::vector<std::string>& cells) {
  std::string out = "|";
  for (const std::string& cell : cells) out += " " + plain_markdown(cell) + " |";
  return out + "\n";
}

std::string block_markdown(const Block& block) {
  std::string out;
  switch (block.kind) {
    case Block::Kind::kParagraph:
      return plain_markdown(block.text) + "\n";
    case Block::Kind::kList:
      for (const std::string& item : block.items) out += "- " + plain_markdown(item) + "\n";
      return out;
    case Block::Kind::kChecks:
      for (std::size_t i = 0; i < block.items.size(); ++i)
        out += fmt::format("- {} {}\n", sign_of(block.marks[i]), plain_markdown(block.items[i]));
      return out;
    case Block::Kind::kCommand:
      return code_block(block.text, "sh");
    case Block::Kind::kSql:
      return code_block(block.text, "sql");
    case Block::Kind::kTable:
      break;
  }
  out = table_row(block.header) + "|";
  for (std::size_t i = 0; i < block.header.size(); ++i) out += "---|";
  out += "\n";
  for (const auto& row : block.rows) out += table_row(row);
  return out;
}

}  // namespace

std::string to_markdown(const Runbook& runbook) {
  std::string out = fmt::format("# {}\n", plain_markdown(runbook.title));
  for (const Section& section : runbook.sections) {
    out += fmt::format("\n## {}\n", plain_markdown(section.title));
    for (const Block& block : section.blocks) out += "\n" + block_markdown(block);
  }
  return out;
}

}  // namespace plowline
