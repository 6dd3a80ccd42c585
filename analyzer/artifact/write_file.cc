#include "artifact/write_file.h"

#include <cerrno>
#include <charconv>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <fmt/format.h>
#include <optional>
#include <string>
#include <sys/stat.h>
#include <unistd.h>

namespace plowline {
namespace {

namespace fs = std::filesystem;

constexpr const char* kUnchanged = "what was there before is unchanged";

std::unexpected<Error> cannot_write(const fs::path& file, int code, const char* next_step = kUnchanged) {
  return input_error(file.string(), {}, fmt::format("cannot be written: {}", std::strerror(code)), next_step);
}

std::unexpected<Error> cannot_begin(const fs::path& file, const fs::path& target, int code) {
  const fs::path folder = target.parent_path();
  std::error_code error;
  if (code != ENOENT || folder.empty() || fs::exists(folder, error)) return cannot_write(file, code);
  return input_error(file.string(), {},
                     fmt::format("cannot be written: the folder {} does not exist", printable(folder.string())),
                     "make it first, or name another one");
}

bool write_all(int descriptor, std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = ::write(descriptor, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return false;
    text.remove_prefix(static_cast<std::size_t>(written));
  }
  return true;
}

// The permissions that the new file gets: the old one's, else what a file made by open() would have.
mode_t mode_of(const fs::path& file) {
  struct stat status{};
  if (::stat(file.c_str(), &status) == 0) return status.st_mode & 07777;
  const mode_t mask = ::umask(0);
  ::umask(mask);
  return 0666 & ~mask;
}

// N of a path that stands for the descriptor N of this process. To open such a path anew would fail for a socket, and
// would begin at the front of a file that the shell appends to.
std::optional<int> own_descriptor(const fs::path& file) {
  const std::string path = file.string();
  if (path == "/dev/stdout") return STDOUT_FILENO;
  if (path == "/dev/stderr") return STDERR_FILENO;
  for (const std::string_view folder : {"/dev/fd/", "/proc/self/fd/"}) {
    if (!path.starts_with(folder)) continue;
    int number = 0;
    const char* end = path.data() + path.size();
    const auto [stop, failed] = std::from_chars(path.data() + folder.size(), end, number);
    if (failed == std::errc() && stop == end) return number;
  }
  return std::nullopt;
}

// A device, a pipe, a socket: there is nothing to replace, only somebody who reads.
bool is_written_in_place(const fs::path& file) {
  std::error_code error;
  const fs::file_status status = fs::status(file, error);
  return !error && fs::exists(status) && !fs::is_regular_file(status) && !fs::is_directory(status);
}

Result<void> write_in_place(const fs::path& file, std::string_view text) {
  const auto own = own_descriptor(file);
  const int descriptor = own ? ::dup(*own) : ::open(file.c_str(), O_WRONLY | O_CLOEXEC | O_NOCTTY);
  if (descriptor < 0) return cannot_write(file, errno, "");
  std::signal(SIGPIPE, SIG_IGN);
  const bool written = write_all(descriptor, text);
  const int code = errno;
  std::signal(SIGPIPE, SIG_DFL);
  const bool closed = ::close(descriptor) == 0;
  if (!written && code != EPIPE) return cannot_write(file, code, "");  // (who reads may stop, as `head` does)
  if (!closed) return cannot_write(file, errno, "");
  return {};
}

}  // namespace

Result<void> write_file(const fs::path& file, std::string_view text) {
  if (own_descriptor(file) || is_written_in_place(file)) return write_in_place(file, text);
  std::error_code error;
  const fs::path target = fs::is_symlink(file, error) ? fs::weakly_canonical(file, error) : file;
  if (fs::is_directory(target, error)) return cannot_write(file, EISDIR);
  std::string temporary = target.string() + ".XXXXXX";
  const int descriptor = ::mkstemp(temporary.data());
  if (descriptor < 0) return cannot_begin(file, target, errno);
  const bool written = write_all(descriptor, text) && ::fchmod(descriptor, mode_of(target)) == 0;
  int code = errno;
  const bool closed = ::close(descriptor) == 0;
  if (written && !closed) code = errno;
  if (written && closed && ::rename(temporary.c_str(), target.c_str()) == 0) return {};
  if (written && closed) code = errno;
  ::unlink(temporary.c_str());
  return cannot_write(file, code);
}

}  // namespace plowline
