#include "command/process.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <fcntl.h>
#include <optional>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <system_error>
#include <unistd.h>
#include <utility>

extern "C" char** environ;

namespace plowline {
namespace {

// How long one poll waits, and how many of them in a row without a word make the output of a program that has ended
// complete.
constexpr int kTickMilliseconds = 100;
constexpr int kQuietTicks = 5;

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

// This process's environment with the new settings, and the pointers to it that a new program gets.
class ChildEnvironment {
 public:
  explicit ChildEnvironment(const std::vector<std::string>& added) : words_(added) {
    for (char** setting = environ; *setting != nullptr; ++setting) {
      const std::string_view text = *setting;
      const std::string_view name = text.substr(0, text.find('=') + 1);
      const bool replaced =
          std::ranges::any_of(added, [&](const std::string& other) { return other.starts_with(name); });
      if (!replaced) words_.emplace_back(text);
    }
    for (std::string& word : words_) pointers_.push_back(word.data());
    pointers_.push_back(nullptr);
  }
  char** get() { return pointers_.data(); }

 private:
  std::vector<std::string> words_;
  std::vector<char*> pointers_;
};

// posix_spawn's arguments, freed with the object.
class Spawn {
 public:
  Spawn() {
    posix_spawn_file_actions_init(&actions_);
    posix_spawnattr_init(&attributes_);
  }
  ~Spawn() {
    posix_spawnattr_destroy(&attributes_);
    posix_spawn_file_actions_destroy(&actions_);
  }
  Spawn(const Spawn&) = delete;
  Spawn& operator=(const Spawn&) = delete;

  int start(const ProcessStart& start, bool own_group, const Pipe& out, const Pipe& err, pid_t& child) {
    posix_spawn_file_actions_addopen(&actions_, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_adddup2(&actions_, out.write.get(), STDOUT_FILENO);
    posix_spawn_file_actions_adddup2(&actions_, err.write.get(), STDERR_FILENO);
    // A descriptor that is put onto itself is no longer closed by exec.
    for (const int descriptor : start.shared) posix_spawn_file_actions_adddup2(&actions_, descriptor, descriptor);
    if (!start.directory.empty()) posix_spawn_file_actions_addchdir_np(&actions_, start.directory.c_str());
    const sigset_t mask = signals_for_child();
    posix_spawnattr_setsigmask(&attributes_, &mask);
    posix_spawnattr_setpgroup(&attributes_, 0);
    const int flags = POSIX_SPAWN_SETSIGMASK | (own_group ? POSIX_SPAWN_SETPGROUP : 0);
    posix_spawnattr_setflags(&attributes_, static_cast<short>(flags));
    std::vector<char*> words;
    for (const std::string& word : start.argv) words.push_back(const_cast<char*>(word.c_str()));
    words.push_back(nullptr);
    ChildEnvironment environment(start.environment);
    return posix_spawnp(&child, words[0], &actions_, &attributes_, words.data(), environment.get());
  }

 private:
  posix_spawn_file_actions_t actions_{};
  posix_spawnattr_t attributes_{};
};

// The program while it runs, and both its outputs.
class Running {
 public:
  Running(pid_t child, Pipe out, Pipe err, const ProcessWatch& watch)
      : child_(child), out_(std::move(out)), err_(std::move(err)), watch_(watch) {
    out_.write.close();
    err_.write.close();
  }

  ProcessEnd to_its_end() {
    while (waits_[0].fd >= 0 || waits_[1].fd >= 0) {
      if (!round()) break;
    }
    while (!ended_) {
      pass_signal_on();
      if (watch_.on_tick) watch_.on_tick();
      look_for_end(is_watched() ? WNOHANG : 0);
      if (!ended_) ::poll(nullptr, 0, kTickMilliseconds / 10);
    }
    return end_;
  }

 private:
  // Waits a moment for output or a signal. False where no more is to be read.
  bool round() {
    waits_[2].fd = watch_.interrupts == nullptr ? -1 : watch_.interrupts->descriptor();
    const int ready = ::poll(waits_.data(), waits_.size(), kTickMilliseconds);
    if (ready < 0 && errno != EINTR) return false;
    if (ready > 0 && !read_outputs()) {
      kill_it(SIGKILL);
      return false;
    }
    pass_signal_on();
    if (watch_.on_tick) watch_.on_tick();
    look_for_end(WNOHANG);
    quiet_ = ready > 0 || !ended_ ? 0 : quiet_ + 1;
    return quiet_ < kQuietTicks;
  }

  bool read_outputs() {
    for (std::size_t i = 0; i < 2; ++i) {
      if (waits_[i].fd < 0 || waits_[i].revents == 0) continue;
      const ssize_t count = ::read(waits_[i].fd, buffer_.data(), buffer_.size());
      if (count < 0 && errno == EINTR) continue;
      if (count <= 0) {
        waits_[i].fd = -1;
      } else if (!watch_.on_bytes(i == 0 ? Output::kOut : Output::kErr,
                                  std::string_view(buffer_.data(), static_cast<std::size_t>(count)))) {
        return false;
      }
    }
    return true;
  }

  void pass_signal_on() {
    if (watch_.interrupts == nullptr || ended_) return;
    const auto signal = watch_.interrupts->take();
    if (!signal) return;
    const bool kills = end_.interrupted_by != 0;
    if (!kills) end_.interrupted_by = *signal;
    if (watch_.on_signal) watch_.on_signal(*signal, kills);
    kill_it(kills ? SIGKILL : *signal);
  }

  // Somebody wants to hear of it before it has ended.
  bool is_watched() const { return watch_.interrupts != nullptr || watch_.on_tick; }
  void kill_it(int signal) { ::kill(watch_.interrupts == nullptr ? child_ : -child_, signal); }

  // As long as nobody has asked for its status, its number belongs to no other process.
  void look_for_end(int options) {
    if (ended_) return;
    int status = 0;
    const pid_t found = ::waitpid(child_, &status, options);
    if (found == 0 || (found < 0 && errno == EINTR)) return;
    ended_ = true;
    if (found < 0) return;
    end_.exit_status = WIFEXITED(status) ? WEXITSTATUS(status) : 0;
    end_.signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
  }

  pid_t child_;
  Pipe out_;
  Pipe err_;
  const ProcessWatch& watch_;
  std::vector<char> buffer_ = std::vector<char>(std::size_t{1} << 16);
  std::array<pollfd, 3> waits_{{{out_.read.get(), POLLIN, 0}, {err_.read.get(), POLLIN, 0}, {-1, POLLIN, 0}}};
  ProcessEnd end_;
  bool ended_ = false;
  int quiet_ = 0;
};

}  // namespace

std::expected<ProcessEnd, int> run_process(const ProcessStart& start, const ProcessWatch& watch) {
  std::error_code ignored;
  if (!start.directory.empty() && !std::filesystem::is_directory(start.directory, ignored)) {
    return std::unexpected(ENOTDIR);
  }
  auto out = make_pipe();
  auto err = make_pipe();
  if (!out || !err) return std::unexpected(errno);
  pid_t child = 0;
  const int code = Spawn().start(start, watch.interrupts != nullptr, *out, *err, child);
  if (code != 0) return std::unexpected(code);
  if (watch.on_start) watch.on_start(child);
  return Running(child, std::move(*out), std::move(*err), watch).to_its_end();
}

}  // namespace plowline
