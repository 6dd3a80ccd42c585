#include "cli/print.h"

#include <cerrno>
#include <csignal>
#include <fcntl.h>
#include <system_error>
#include <unistd.h>

namespace plowline {

namespace {

// A pipe holds 64 KiB at first: of a long text the reader would be woken hundreds of times.
void widen_pipe() {
#ifdef F_SETPIPE_SZ
  constexpr int kPipe = 1 << 20;
  fcntl(STDOUT_FILENO, F_SETPIPE_SZ, kPipe);  // where it is no pipe, or may not be, it stays as it is
#endif
}

}  // namespace

Result<void> print_result(std::string_view text) {
  constexpr std::size_t kLong = 256 << 10;
  if (text.size() > kLong) widen_pipe();
  std::signal(SIGPIPE, SIG_IGN);
  while (!text.empty()) {
    const ssize_t n = write(STDOUT_FILENO, text.data(), text.size());
    if (n > 0) {
      text.remove_prefix(static_cast<std::size_t>(n));
    } else if (n < 0 && errno == EPIPE) {
      break;
    } else if (n < 0 && errno != EINTR) {
      return input_error("standard output", {}, "cannot be written: " + std::generic_category().message(errno),
                         "the result is lost, or not complete: write it to another place, or make room first");
    }
  }
  std::signal(SIGPIPE, SIG_DFL);  // dbt, started by --exec, must find it as it was
  return {};
}

}  // namespace plowline
