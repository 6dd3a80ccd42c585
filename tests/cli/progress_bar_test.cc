#include "cli/progress_bar.h"

#include <algorithm>
#include <doctest/doctest.h>
#include <string>

using namespace plowline;

TEST_CASE("a progress line: the bar, the run, its window, the time") {
  const ProgressLine line{
      .done = 1, .expected = 4, .what = "2025-01-30 to 2025-03-02, state 4", .time = "3 min 5 s left"};
  CHECK(progress_text(line, 120) ==
        "[#####...............] run 2 of 4  2025-01-30 to 2025-03-02, state 4  3 min 5 s left");
  CHECK(progress_text(line, 80) == "[##........] run 2 of 4  2025-01-30 to 2025-03-02, state 4  3 min 5 s left");
}

TEST_CASE("a progress line never reaches a terminal's last column") {
  const ProgressLine line{.done = 99, .expected = 284, .what = std::string(300, 'w'), .time = "2 h 5 min left"};
  for (std::size_t width = 0; width < 130; ++width) {
    CAPTURE(width);
    CHECK(progress_text(line, width).size() <= std::max<std::size_t>(width, 2) - 1);
  }
  // The window gives way, the time stays.
  CHECK(progress_text(line, 60).ends_with("www  2 h 5 min left"));
}

TEST_CASE("a progress line without an end in sight, and one that is longer than was expected") {
  CHECK(progress_text({.done = 2, .expected = {}, .what = "", .time = "12 s"}, 80) == "[..........] run 3  12 s");
  CHECK(progress_text({.done = 9, .expected = 4, .what = "", .time = ""}, 80) == "[##########] run 10 of 4");
}
