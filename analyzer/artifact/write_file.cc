#include "artifact/write_file.h"

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fmt/format.h>
#include <string>
#include <sys/stat.h>
#include <unistd.h>

namespace plowline {
namespace {

namespace fs = std::filesystem;

std::unexpected<Error> cannot_write(const fs::path& file, int code) {
  return input_error(file.string(), {}, fmt::format("cannot be written: {}", std::strerror(code)),
                     "what was there before is unchanged");
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

}  // namespace

Result<void> write_file(const fs::path& file, std::string_view text) {
  std::error_code error;
  const fs::path target = fs::is_symlink(file, error) ? fs::weakly_canonical(file, error) : file;
  if (fs::is_directory(target, error)) return cannot_write(file, EISDIR);
  std::string temporary = target.string() + ".XXXXXX";
  const int descriptor = ::mkstemp(temporary.data());
  if (descriptor < 0) return cannot_write(file, errno);
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
