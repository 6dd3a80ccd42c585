// unified_diff(): the shortest edit script (Myers, "An O(ND) difference algorithm and its variations", 1986), cut into
// hunks. Lines are compared with their line ends, so that the diff of any two texts can be applied as a patch.
#include <algorithm>
#include <fmt/format.h>
#include <iterator>
#include <string_view>

#include "lint/fix.h"

namespace plowline {
namespace {

using Lines = std::vector<std::string_view>;

constexpr std::size_t kContext = 3;
// Changed lines beyond which nothing is looked for in common: the search takes memory by their square.
constexpr std::ptrdiff_t kMostChanges = 4'000;

struct Line {
  char mark = ' ';
  std::string_view text;
};

Lines lines_of(std::string_view text) {
  Lines lines;
  while (!text.empty()) {
    const std::size_t length = std::min(text.find('\n'), text.size() - 1) + 1;
    lines.push_back(text.substr(0, length));
    text.remove_prefix(length);
  }
  return lines;
}

// How far in `a` one comes with some number of changes, by diagonal (place in a less place in b); -1: nowhere.
class Frontier {
 public:
  explicit Frontier(std::ptrdiff_t changes)
      : changes_(changes), furthest_(static_cast<std::size_t>(2 * changes + 1), -1) {}
  std::ptrdiff_t at(std::ptrdiff_t k) const {
    return k < -changes_ || k > changes_ ? -1 : furthest_[static_cast<std::size_t>(k + changes_)];
  }
  void set(std::ptrdiff_t k, std::ptrdiff_t x) { furthest_[static_cast<std::size_t>(k + changes_)] = x; }

 private:
  std::ptrdiff_t changes_;
  std::vector<std::ptrdiff_t> furthest_;
};

struct Step {
  bool inserted = false;
  std::ptrdiff_t x = -1;  // behind it; -1: none leads there
};

// The change that leads furthest on diagonal k.
Step step_to(std::ptrdiff_t k, const Frontier& before, std::ptrdiff_t size_a, std::ptrdiff_t size_b) {
  const std::ptrdiff_t inserted = before.at(k + 1) - k <= size_b ? before.at(k + 1) : -1;
  const std::ptrdiff_t from = before.at(k - 1);
  const std::ptrdiff_t removed = from >= 0 && from < size_a ? from + 1 : -1;
  return inserted > removed ? Step{true, inserted} : Step{false, removed};
}

// What is removed first, as diff has it, in each piece without equal lines.
void removed_first(std::vector<Line>& lines) {
  const auto is_equal = [](const Line& line) { return line.mark == ' '; };
  for (auto at = lines.begin(); at != lines.end();) {
    at = std::find_if_not(at, lines.end(), is_equal);
    const auto end = std::find_if(at, lines.end(), is_equal);
    std::vector<Line> added;
    std::copy_if(at, end, std::back_inserter(added), [](const Line& line) { return line.mark == '+'; });
    const auto behind_removed = std::remove_if(at, end, [](const Line& line) { return line.mark == '+'; });
    std::ranges::copy(added, behind_removed);
    at = end;
  }
}

// From the ends of both texts back to their beginnings.
std::vector<Line> walk_back(const Lines& a, const Lines& b, const std::vector<Frontier>& reached) {
  std::vector<Line> out;
  auto x = std::ssize(a);
  auto y = std::ssize(b);
  const auto equal_until = [&](std::ptrdiff_t from) {
    for (; x > from; --x, --y) out.push_back({' ', a[static_cast<std::size_t>(x - 1)]});
  };
  for (std::size_t d = reached.size(); d-- > 0;) {
    const Step step = step_to(x - y, reached[d], std::ssize(a), std::ssize(b));
    equal_until(step.x);
    if (step.inserted) {
      out.push_back({'+', b[static_cast<std::size_t>(--y)]});
    } else {
      out.push_back({'-', a[static_cast<std::size_t>(--x)]});
    }
  }
  equal_until(0);
  std::ranges::reverse(out);
  removed_first(out);
  return out;
}

std::vector<Line> all_changed(const Lines& a, const Lines& b) {
  std::vector<Line> out;
  for (const std::string_view line : a) out.push_back({'-', line});
  for (const std::string_view line : b) out.push_back({'+', line});
  return out;
}

std::vector<Line> compared(const Lines& a, const Lines& b) {
  std::vector<Frontier> reached;  // by the number of changes, from 0 on
  const auto size_a = std::ssize(a);
  const auto size_b = std::ssize(b);
  for (std::ptrdiff_t d = 0; d <= std::min(size_a + size_b, kMostChanges); ++d) {
    Frontier now(d);
    for (std::ptrdiff_t k = -d; k <= d; k += 2) {
      std::ptrdiff_t x = d == 0 ? 0 : step_to(k, reached.back(), size_a, size_b).x;
      if (x < 0) continue;
      while (x < size_a && x - k < size_b && a[static_cast<std::size_t>(x)] == b[static_cast<std::size_t>(x - k)]) ++x;
      if (x == size_a && x - k == size_b) return walk_back(a, b, reached);
      now.set(k, x);
    }
    reached.push_back(std::move(now));
  }
  return all_changed(a, b);
}

std::string range_text(std::size_t passed, std::size_t count) {
  const std::size_t first = count == 0 ? passed : passed + 1;
  return count == 1 ? fmt::format("{}", first) : fmt::format("{},{}", first, count);
}

void append_hunk(std::string& out, const std::vector<Line>& lines, std::size_t begin, std::size_t end) {
  const auto count = [&](std::size_t from, std::size_t to, char not_mark) {
    return static_cast<std::size_t>(std::count_if(lines.begin() + static_cast<std::ptrdiff_t>(from),
                                                  lines.begin() + static_cast<std::ptrdiff_t>(to),
                                                  [&](const Line& line) { return line.mark != not_mark; }));
  };
  out += fmt::format("@@ -{} +{} @@\n", range_text(count(0, begin, '+'), count(begin, end, '+')),
                     range_text(count(0, begin, '-'), count(begin, end, '-')));
  for (std::size_t i = begin; i < end; ++i) {
    out += lines[i].mark;
    out += lines[i].text;
    if (!lines[i].text.ends_with('\n')) out += "\n\\ No newline at end of file\n";
  }
}

void append_hunks(std::string& out, const std::vector<Line>& lines) {
  for (std::size_t at = 0; at < lines.size(); ++at) {
    if (lines[at].mark == ' ') continue;
    const std::size_t begin = at - std::min(at, kContext);
    std::size_t last = at;  // the last change that is not further than twice the context from the one before
    for (std::size_t i = at; i < lines.size() && i <= last + 2 * kContext + 1; ++i) {
      if (lines[i].mark != ' ') last = i;
    }
    append_hunk(out, lines, begin, std::min(last + kContext + 1, lines.size()));
    at = last;
  }
}

std::string name_in_diff(std::string_view side, std::string_view file) {
  while (file.starts_with('/')) file.remove_prefix(1);
  return fmt::format("{}/{}", side, printable(file));
}

}  // namespace

std::string unified_diff(const std::vector<FileChange>& changes) {
  std::string out;
  for (const FileChange& change : changes) {
    out += "--- " + (change.before.empty() ? "/dev/null" : name_in_diff("a", change.file)) + "\n";
    out += "+++ " + name_in_diff("b", change.file) + "\n";
    append_hunks(out, compared(lines_of(change.before), lines_of(change.after)));
  }
  return out;
}

}  // namespace plowline
