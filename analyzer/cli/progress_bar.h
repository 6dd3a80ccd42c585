// A progress bar on a terminal's last line (standard error).
//
// It is drawn over itself, and taken away before anything else is printed, so that nothing of it stays in the
// terminal's history.
#pragma once

#include <cstddef>
#include <optional>
#include <string>

namespace plowline {

struct ProgressLine {
  std::size_t done = 0;
  std::optional<std::size_t> expected;  // nothing: not known
  std::string what;                     // what goes on: `2024-01-01 to 2024-01-31, state 4`
  std::string time;                     // `3 min 5 s left`
};

// The line for a terminal of `width` columns, at most one column less; `what` is cut before the rest is. Plain ASCII,
// as long as the texts are.
std::string progress_text(const ProgressLine& line, std::size_t width);

class ProgressBar {
 public:
  // Whether standard error is a terminal that can show one.
  static bool is_possible();

  ~ProgressBar() { clear(); }
  // Draws it, if it looks different.
  void show(const ProgressLine& line);
  // Takes it away. Whoever prints something else calls this first.
  void clear();

 private:
  std::string shown_;
};

}  // namespace plowline
