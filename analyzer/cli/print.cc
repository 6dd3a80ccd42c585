#include "cli/print.h"

#include <cerrno>
#include <csignal>
#include <system_error>
#include <unistd.h>

namespace plowline {

Result<void> print_result(std::string_view text) {
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
