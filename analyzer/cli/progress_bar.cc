#include "cli/progress_bar.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <fmt/format.h>
#include <string_view>
#include <sys/ioctl.h>
#include <unistd.h>

namespace plowline {
namespace {

constexpr std::size_t kWideBar = 20;
constexpr std::size_t kNarrowBar = 10;
constexpr std::size_t kWideTerminal = 100;
constexpr std::size_t kUsualWidth = 80;

std::size_t terminal_width() {
  winsize size{};
  if (::ioctl(STDERR_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0) return kUsualWidth;
  return size.ws_col;
}

std::string bar_text(const ProgressLine& line, std::size_t width) {
  const std::size_t all = std::max<std::size_t>(line.expected.value_or(0), 1);
  const std::size_t filled = line.expected ? width * std::min(line.done, all) / all : 0;
  return "[" + std::string(filled, '#') + std::string(width - filled, '.') + "] ";
}

void write_to_terminal(std::string_view text) {
  std::fwrite(text.data(), 1, text.size(), stderr);
  std::fflush(stderr);
}

}  // namespace

std::string progress_text(const ProgressLine& line, std::size_t width) {
  const std::size_t room = std::max<std::size_t>(width, 2) - 1;
  const std::string count =
      line.expected ? fmt::format("run {} of {}", line.done + 1, *line.expected) : fmt::format("run {}", line.done + 1);
  const std::string what = line.what.empty() ? "" : "  " + line.what;
  const std::string time = line.time.empty() ? "" : "  " + line.time;
  std::string head = bar_text(line, width >= kWideTerminal ? kWideBar : kNarrowBar) + count;
  head += what.substr(0, room - std::min(room, head.size() + time.size()));
  return (head + time).substr(0, room);
}

bool ProgressBar::is_possible() {
  const char* terminal = std::getenv("TERM");
  const bool is_dumb = terminal == nullptr || std::string_view(terminal) == "dumb" || *terminal == '\0';
  return ::isatty(STDERR_FILENO) == 1 && !is_dumb;
}

void ProgressBar::show(const ProgressLine& line) {
  std::string text = progress_text(line, terminal_width());
  if (text == shown_) return;
  shown_ = std::move(text);
  write_to_terminal("\r\x1b[K" + shown_);
}

void ProgressBar::clear() {
  if (shown_.empty()) return;
  shown_.clear();
  write_to_terminal("\r\x1b[K");
}

}  // namespace plowline
