#include "state/line_diff.h"

#include <algorithm>
#include <cstdint>
#include <span>

namespace plowline {
namespace {

using Lines = std::vector<std::string_view>;

Lines lines_of(std::string_view text) {
  Lines out;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    std::string_view line = text.substr(0, end);
    if (line.ends_with('\r')) line.remove_suffix(1);
    out.push_back(line);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return out;
}

// Appends the shortest edit of `before` into `now` by the lengths of their longest common subsequences.
void append_changes(std::span<const std::string_view> before, std::span<const std::string_view> now,
                    std::vector<DiffLine>& out) {
  constexpr std::size_t kMostCells = 4'000'000;
  const std::size_t width = now.size() + 1;
  const bool searched = before.size() + 1 <= kMostCells / width;
  // common[i * width + j]: how many lines before[i..] and now[j..] have in common. At most 2,000 where searched.
  std::vector<std::uint16_t> common(searched ? (before.size() + 1) * width : 0);
  for (std::size_t i = searched ? before.size() : 0; i-- > 0;) {
    for (std::size_t j = now.size(); j-- > 0;) {
      const std::uint16_t skipped = std::max(common[(i + 1) * width + j], common[i * width + j + 1]);
      const auto kept = static_cast<std::uint16_t>(common[(i + 1) * width + j + 1] + 1);
      common[i * width + j] = before[i] == now[j] ? kept : skipped;
    }
  }
  std::size_t i = 0;
  std::size_t j = 0;
  while (i < before.size() || j < now.size()) {
    const bool both = i < before.size() && j < now.size();
    if (searched && both && before[i] == now[j]) {
      out.push_back({' ', before[i++]});
      ++j;
    } else if (i < before.size() &&
               (j == now.size() || !searched || common[(i + 1) * width + j] >= common[i * width + j + 1])) {
      out.push_back({'-', before[i++]});
    } else {
      out.push_back({'+', now[j++]});
    }
  }
}

// Leaves out equal lines that are further than `context` from a change.
std::vector<DiffLine> shortened(const std::vector<DiffLine>& all, std::size_t context) {
  std::vector<bool> kept(all.size(), false);
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (all[i].mark == ' ') continue;
    const std::size_t first = i - std::min(i, context);
    const std::size_t last = std::min(i + context, all.size() - 1);
    std::fill(kept.begin() + static_cast<std::ptrdiff_t>(first), kept.begin() + static_cast<std::ptrdiff_t>(last) + 1,
              true);
  }
  std::vector<DiffLine> out;
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (kept[i] && i > 0 && !kept[i - 1] && !out.empty()) out.push_back({'@', {}});
    if (kept[i]) out.push_back(all[i]);
  }
  return out;
}

}  // namespace

LineDiff line_diff(std::string_view before, std::string_view now, std::size_t context) {
  const Lines old_lines = lines_of(before);
  const Lines new_lines = lines_of(now);
  const std::size_t shorter = std::min(old_lines.size(), new_lines.size());
  std::size_t head = 0;
  while (head < shorter && old_lines[head] == new_lines[head]) ++head;
  std::size_t tail = 0;
  while (tail < shorter - head && old_lines[old_lines.size() - 1 - tail] == new_lines[new_lines.size() - 1 - tail])
    ++tail;
  std::vector<DiffLine> all;
  for (std::size_t i = 0; i < head; ++i) all.push_back({' ', old_lines[i]});
  append_changes(std::span(old_lines).subspan(head, old_lines.size() - head - tail),
                 std::span(new_lines).subspan(head, new_lines.size() - head - tail), all);
  for (std::size_t i = old_lines.size() - tail; i < old_lines.size(); ++i) all.push_back({' ', old_lines[i]});

  LineDiff diff;
  diff.added = static_cast<std::size_t>(std::ranges::count(all, '+', &DiffLine::mark));
  diff.removed = static_cast<std::size_t>(std::ranges::count(all, '-', &DiffLine::mark));
  diff.lines = shortened(all, context);
  return diff;
}

}  // namespace plowline
