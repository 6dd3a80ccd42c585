#include "state/diff_markdown.h"

#include <algorithm>
#include <fmt/format.h>
#include <iterator>
#include <vector>

#include "diagnostic/error.h"
#include "diagnostic/markdown.h"
#include "state/diff_values.h"
#include "state/line_diff.h"

namespace plowline {
namespace {

constexpr std::size_t kMostCharacters = 60'000;
constexpr std::size_t kMostCodeLines = 20;
constexpr std::size_t kMostNames = 10;

std::string code_spans(const std::vector<std::string>& names) {
  std::string out;
  const std::size_t shown = std::min(names.size(), kMostNames);
  for (std::size_t i = 0; i < shown; ++i) out += (i == 0 ? "" : ", ") + code_span(names[i]);
  return shown == names.size() ? out : fmt::format("{} and {} more", out, names.size() - shown);
}

// A fenced block, as an item of a list at `indent`.
std::string code_block(const LineDiff& diff, std::size_t indent) {
  std::string body;
  const std::string margin(indent, ' ');
  const std::size_t shown = std::min(diff.lines.size(), kMostCodeLines);
  for (std::size_t i = 0; i < shown; ++i) {
    const DiffLine& line = diff.lines[i];
    body += line.mark == '@' ? fmt::format("{}…\n", margin)
                             : fmt::format("{}{}{}\n", margin, line.mark, short_code(line.text, 160));
  }
  if (shown < diff.lines.size()) body += fmt::format("{}… {} more lines\n", margin, diff.lines.size() - shown);
  const std::string fence = code_fence(body);
  return fmt::format("{}{}diff\n{}{}{}\n", margin, fence, body, margin, fence);
}

// One item per change, in sections; items that no longer fit are counted.
class MarkdownWriter {
 public:
  explicit MarkdownWriter(const StateDiff& diff) : diff_(diff) {}

  std::string write() {
    text_ = fmt::format("### Changes to the dbt project: {}\n\n", counts_of(diff_));
    text_ += fmt::format("{} compared with {}\n", code_span(diff_.now.manifest), code_span(diff_.before.manifest));
    section("New", diff_.added, [](const NewNode& added) {
      return fmt::format("- {}{}\n", named(added.node), added.was_disabled ? ", was disabled" : "");
    });
    section("Modified", diff_.modified, [this](const ModifiedNode& modified) { return modified_item(modified); });
    section("Disabled now", diff_.disabled, gone_item);
    section("Removed", diff_.removed, gone_item);
    section("Moved to another relation", group_moves(diff_.moved), move_item, diff_.moved.size());
    section("Macros", diff_.macros, macro_item);
    return std::move(text_);
  }

 private:
  template <typename Items, typename Item>
  void section(std::string_view title, const Items& items, Item item, std::size_t count = 0) {
    if (items.empty()) return;
    text_ += fmt::format("\n#### {} ({})\n\n", title, count == 0 ? items.size() : count);
    std::size_t left = items.size();
    for (const auto& one : items) {
      const std::string written = item(one);
      if (text_.size() + written.size() > kMostCharacters) break;
      text_ += written;
      --left;
    }
    if (left > 0) text_ += fmt::format("- and {} more\n", left);
  }

  static std::string named(const DiffNode& node) {
    return node.original_file_path.empty()
               ? code_span(node.unique_id)
               : fmt::format("{} in {}", code_span(node.unique_id), code_span(node.original_file_path));
  }

  std::string modified_item(const ModifiedNode& modified) const {
    std::string out = fmt::format("- {}\n", named(modified.node));
    for (const std::string& sentence : modified.breaking)
      out += fmt::format("  - **breaks the contract:** {}\n", code_span(sentence));
    for (const DiffReason& reason : modified.reasons) {
      if (reason.is_code) {
        const LineDiff diff = line_diff(reason.before, reason.now, 1);
        out += fmt::format("  - {}: {}\n\n{}", reason.aspect, change_of_lines(reason.key, diff), code_block(diff, 4));
      } else {
        const ShortChange change = short_change(reason.before, reason.now);
        out += fmt::format("  - {}: {}: {} → {}\n", reason.aspect, code_span(reason.key), code_span(change.before),
                           code_span(change.now));
      }
    }
    std::vector<std::string> macros;
    for (const std::size_t macro : modified.macros) macros.push_back(diff_.macros[macro].unique_id);
    if (!macros.empty()) out += fmt::format("  - macros: {}\n", code_spans(macros));
    return out;
  }

  static std::string gone_item(const GoneNode& gone) {
    return fmt::format(
        "- {}\n{}", named(gone.node),
        gone.breaking.empty() ? "" : fmt::format("  - **breaks the contract:** {}\n", code_span(gone.breaking)));
  }

  static std::string move_item(const MoveGroup& group) {
    const std::string move = fmt::format("{} → {}", code_span(group.before), code_span(group.now));
    if (group.nodes.size() == 1) return fmt::format("- {}: {}\n", code_span(group.nodes.front()->node.unique_id), move);
    std::vector<std::string> names;
    for (const MovedNode* node : group.nodes) names.push_back(node->now.name);
    return fmt::format("- {}: {} nodes: {}\n", move, names.size(), code_spans(names));
  }

  static std::string macro_item(const ChangedMacro& macro) {
    const LineDiff diff = line_diff(macro.before, macro.now, 0);
    const std::string nodes = macro.nodes.empty()
                                  ? "no node depends on it"
                                  : fmt::format("touches {} node{}: {}", macro.nodes.size(),
                                                macro.nodes.size() == 1 ? "" : "s", code_spans(macro.nodes));
    return fmt::format("- {}: {}; {}\n", code_span(macro.unique_id), change_of_lines(to_string(macro.change), diff),
                       nodes);
  }

  const StateDiff& diff_;
  std::string text_;
};

}  // namespace

std::string diff_markdown(const StateDiff& diff) {
  return MarkdownWriter(diff).write();
}

}  // namespace plowline
