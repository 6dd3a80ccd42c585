#include "state/diff_text.h"

#include <algorithm>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <iterator>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "state/diff_values.h"
#include "state/line_diff.h"

namespace plowline {
namespace {

// Writes one StateDiff, section by section.
class TextWriter {
 public:
  TextWriter(const StateDiff& diff, const DiffTextOptions& options) : diff_(diff), options_(options) {}

  std::string write() {
    line(0, "{} compared with {}", side(diff_.now), side(diff_.before));
    write_added();
    write_modified();
    write_gone("Disabled now", diff_.disabled);
    write_gone("Removed", diff_.removed);
    write_moved();
    write_macros();
    line(0, "\n{}", counts_of(diff_));
    return std::move(text_);
  }

 private:
  template <typename... Args>
  void line(std::size_t indent, fmt::format_string<Args...> format, Args&&... args) {
    text_.append(indent, ' ');
    fmt::format_to(std::back_inserter(text_), format, std::forward<Args>(args)...);
    text_ += '\n';
  }

  static std::string side(const DiffSide& side) {
    return side.generated_at.empty() ? printable(side.manifest)
                                     : fmt::format("{} ({})", printable(side.manifest), printable(side.generated_at));
  }

  void head(std::string_view title, std::size_t count) { line(0, "\n{} ({})", title, count); }

  static std::string named(const DiffNode& node) {
    return fmt::format("{}  {}", printable(node.unique_id), printable(node.original_file_path));
  }

  // The first names, and how many more there are.
  std::string some(const std::vector<std::string>& names) const {
    const std::size_t shown = std::min(names.size(), options_.names);
    std::string out;
    for (std::size_t i = 0; i < shown; ++i) out += (i == 0 ? "" : ", ") + printable(names[i]);
    return names.size() == shown ? out : fmt::format("{} and {} more", out, names.size() - shown);
  }

  void write_added() {
    if (diff_.added.empty()) return;
    head("New", diff_.added.size());
    for (const NewNode& added : diff_.added)
      line(2, "{}{}", named(added.node), added.was_disabled ? "  (was disabled)" : "");
  }

  void write_modified() {
    if (diff_.modified.empty()) return;
    head("Modified", diff_.modified.size());
    for (const ModifiedNode& modified : diff_.modified) {
      line(2, "{}", named(modified.node));
      for (const std::string& sentence : modified.breaking) line(4, "breaks the contract: {}", printable(sentence));
      for (const DiffReason& reason : modified.reasons) write_reason(reason);
      std::vector<std::string> macros;
      for (const std::size_t macro : modified.macros) macros.push_back(diff_.macros[macro].unique_id);
      if (!macros.empty()) line(4, "macros: {}", some(macros));
    }
  }

  void write_reason(const DiffReason& reason) {
    if (!reason.is_code) {
      const ShortChange change = short_change(reason.before, reason.now);
      line(4, "{}: {}: {} -> {}", reason.aspect, printable(reason.key), change.before, change.now);
      return;
    }
    const LineDiff diff = line_diff(reason.before, reason.now, 1);
    line(4, "{}: {}", reason.aspect, change_of_lines(reason.key, diff));
    write_lines(diff, 6);
  }

  void write_lines(const LineDiff& diff, std::size_t indent) {
    const std::size_t shown = std::min(diff.lines.size(), options_.code_lines);
    for (const DiffLine& code : std::span(diff.lines).first(shown)) {
      if (code.mark == '@') {
        line(indent, "…");
      } else {
        line(indent, "{}{}", code.mark, short_code(code.text, 110));
      }
    }
    if (shown < diff.lines.size()) line(indent, "… {} more lines", diff.lines.size() - shown);
  }

  void write_gone(std::string_view title, const std::vector<GoneNode>& nodes) {
    if (nodes.empty()) return;
    head(title, nodes.size());
    for (const GoneNode& gone : nodes) {
      line(2, "{}", named(gone.node));
      if (!gone.breaking.empty()) line(4, "breaks the contract: {}", printable(gone.breaking));
    }
  }

  void write_moved() {
    if (diff_.moved.empty()) return;
    head("Moved to another relation", diff_.moved.size());
    for (const MoveGroup& group : group_moves(diff_.moved)) {
      const std::string move = fmt::format("{} -> {}", printable(group.before), printable(group.now));
      if (group.nodes.size() == 1) {
        line(2, "{}: {}", printable(group.nodes.front()->node.unique_id), move);
        continue;
      }
      std::vector<std::string> names;
      for (const MovedNode* node : group.nodes) names.push_back(node->now.name);
      line(2, "{}: {} nodes: {}", move, names.size(), some(names));
    }
  }

  void write_macros() {
    if (diff_.macros.empty()) return;
    head("Macros", diff_.macros.size());
    for (const ChangedMacro& macro : diff_.macros) {
      line(2, "{}  {}", printable(macro.unique_id), printable(macro.original_file_path));
      const LineDiff diff = line_diff(macro.before, macro.now, 0);
      line(4, "{}", change_of_lines(to_string(macro.change), diff));
      if (macro.nodes.empty()) {
        line(4, "no node depends on it");
      } else {
        line(4, "touches {} node{}: {}", macro.nodes.size(), macro.nodes.size() == 1 ? "" : "s", some(macro.nodes));
      }
    }
  }

  const StateDiff& diff_;
  const DiffTextOptions& options_;
  std::string text_;
};

}  // namespace

std::string diff_text(const StateDiff& diff, const DiffTextOptions& options) {
  return TextWriter(diff, options).write();
}

}  // namespace plowline
