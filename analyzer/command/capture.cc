#include "command/capture.h"

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <fmt/format.h>
#include <optional>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>
#include <utility>

extern "C" char** environ;

namespace plowline {
namespace {

constexpr std::size_t kMostOutput = std::size_t{64} << 20;

// One end of a pipe, closed with the object.
class Descriptor {
 public:
  explicit Descriptor(int descriptor = -1) : descriptor_(descriptor) {}
  ~Descriptor() { close(); }
  Descriptor(Descriptor&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}
  Descriptor& operator=(Descriptor&& other) noexcept {
    close();
    descriptor_ = std::exchange(other.descriptor_, -1);
    return *this;
  }
  int get() const { return descriptor_; }
  void close() {
    if (descriptor_ >= 0) ::close(descriptor_);
    descriptor_ = -1;
  }

 private:
  int descriptor_;
};

struct Pipe {
  Descriptor read;
  Descriptor write;
};

std::optional<Pipe> make_pipe() {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) return std::nullopt;
  return Pipe{Descriptor(ends[0]), Descriptor(ends[1])};
}

Error cannot_start(const std::string& program, int code) {
  Error error;
  error.status = ExitStatus::kInput;
  error.reason = fmt::format("cannot start {}: {}", printable(program), std::strerror(code));
  error.next_step = code == ENOENT ? "is it installed, and in PATH?" : "";
  return error;
}

// posix_spawn's arguments, freed with the object.
class Spawn {
 public:
  Spawn() { posix_spawn_file_actions_init(&actions_); }
  ~Spawn() { posix_spawn_file_actions_destroy(&actions_); }
  Spawn(const Spawn&) = delete;
  Spawn& operator=(const Spawn&) = delete;

  int start(const std::vector<std::string>& argv, const std::filesystem::path& directory, const Pipe& out,
            const Pipe& err, pid_t& child) {
    posix_spawn_file_actions_addopen(&actions_, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_adddup2(&actions_, out.write.get(), STDOUT_FILENO);
    posix_spawn_file_actions_adddup2(&actions_, err.write.get(), STDERR_FILENO);
    if (!directory.empty()) posix_spawn_file_actions_addchdir_np(&actions_, directory.c_str());
    std::vector<char*> words;
    for (const std::string& word : argv) words.push_back(const_cast<char*>(word.c_str()));
    words.push_back(nullptr);
    return posix_spawnp(&child, words[0], &actions_, nullptr, words.data(), environ);
  }

 private:
  posix_spawn_file_actions_t actions_;
};

// Reads both pipes to their ends. False where the output is too much.
bool read_both(Pipe& out, Pipe& err, Captured& captured) {
  std::array<pollfd, 2> waits{{{out.read.get(), POLLIN, 0}, {err.read.get(), POLLIN, 0}}};
  const std::array<std::string*, 2> texts{&captured.out, &captured.err};
  std::vector<char> buffer(std::size_t{1} << 16);
  int open = 2;
  while (open > 0) {
    if (::poll(waits.data(), waits.size(), -1) < 0 && errno != EINTR) return true;
    for (std::size_t i = 0; i < waits.size(); ++i) {
      if (waits[i].fd < 0 || waits[i].revents == 0) continue;
      const ssize_t count = ::read(waits[i].fd, buffer.data(), buffer.size());
      if (count < 0 && errno == EINTR) continue;
      if (count <= 0) {
        waits[i].fd = -1;
        --open;
        continue;
      }
      texts[i]->append(buffer.data(), static_cast<std::size_t>(count));
      if (texts[i]->size() > kMostOutput) return false;
    }
  }
  return true;
}

int status_of(pid_t child) {
  int status = 0;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

}  // namespace

Result<Captured> capture(const std::vector<std::string>& argv, const std::filesystem::path& directory) {
  auto out = make_pipe();
  auto err = make_pipe();
  if (!out || !err) return std::unexpected(cannot_start(argv[0], errno));
  pid_t child = 0;
  if (const int code = Spawn().start(argv, directory, *out, *err, child); code != 0) {
    return std::unexpected(cannot_start(argv[0], code));
  }
  out->write.close();
  err->write.close();
  Captured captured;
  if (!read_both(*out, *err, captured)) {
    ::kill(child, SIGKILL);
    status_of(child);
    return input_error({}, {}, fmt::format("{} printed more than {} MiB", printable(argv[0]), kMostOutput >> 20));
  }
  captured.status = status_of(child);
  return captured;
}

}  // namespace plowline
