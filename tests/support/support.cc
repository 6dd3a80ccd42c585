#include "support/support.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <fcntl.h>
#include <fmt/format.h>
#include <fstream>
#include <iterator>
#include <poll.h>
#include <stdexcept>
#include <sys/wait.h>
#include <unistd.h>

namespace plowline::testing {

namespace fs = std::filesystem;

fs::path source_dir() {
  return PLOWLINE_SOURCE_DIR;
}

fs::path plowline_binary() {
  return PLOWLINE_BINARY;
}

fs::path shared_or_skip(std::string_view what) {
  fs::path shared = source_dir().parent_path() / "shared";
  if (fs::is_directory(shared)) return shared;
  fmt::print(stderr, "SKIPPED: {}: {} is not there\n", what, shared.string());
  return {};
}

TemporaryFolder::TemporaryFolder() {
  std::string pattern = (fs::temp_directory_path() / "plowline_test_XXXXXX").string();
  if (mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("mkdtemp failed for " + pattern);
  path_ = pattern;
}

TemporaryFolder::~TemporaryFolder() {
  std::error_code ignored;
  fs::remove_all(path_, ignored);
}

fs::path TemporaryFolder::write(std::string_view name, std::string_view text) const {
  const fs::path file = path_ / name;
  fs::create_directories(file.parent_path());
  std::ofstream(file, std::ios::binary) << text;
  return file;
}

std::string read_text(const fs::path& file) {
  std::ifstream stream(file, std::ios::binary);
  if (!stream) throw std::runtime_error("cannot read " + file.string());
  return {std::istreambuf_iterator<char>(stream), {}};
}

namespace {

[[noreturn]] void become(const std::vector<std::string>& argv, const RunOptions& options, int in, int out, int err) {
  dup2(in, 0);
  dup2(out, 1);
  dup2(err, 2);
  if (!options.directory.empty() && chdir(options.directory.c_str()) != 0) _exit(126);
  for (const std::string& setting : options.environment) {
    const std::size_t equals = setting.find('=');
    setenv(setting.substr(0, equals).c_str(), setting.substr(equals + 1).c_str(), 1);
  }
  std::vector<char*> pointers;
  for (const std::string& argument : argv) pointers.push_back(const_cast<char*>(argument.c_str()));
  pointers.push_back(nullptr);
  execvp(pointers[0], pointers.data());
  _exit(127);
}

// Feeds `input` and collects both outputs until both are closed.
void pump(int in, int out, int err, const std::string& input, Ran& ran) {
  std::size_t written = 0;
  std::array<pollfd, 3> polls{{{in, POLLOUT, 0}, {out, POLLIN, 0}, {err, POLLIN, 0}}};
  const auto close_end = [](pollfd& end) {
    close(end.fd);
    end.fd = -1;
  };
  if (input.empty()) close_end(polls[0]);
  while (polls[1].fd >= 0 || polls[2].fd >= 0) {
    if (poll(polls.data(), polls.size(), -1) < 0) {
      if (errno == EINTR) continue;
      throw std::runtime_error("poll failed");
    }
    if (polls[0].fd >= 0 && polls[0].revents != 0) {
      const ssize_t n = write(in, input.data() + written, std::min<std::size_t>(input.size() - written, 65536));
      if (n > 0) written += static_cast<std::size_t>(n);
      if (n < 0 || written == input.size()) close_end(polls[0]);
    }
    for (const std::size_t i : {1U, 2U}) {
      if (polls[i].fd < 0 || polls[i].revents == 0) continue;
      std::array<char, 65536> buffer;
      const ssize_t n = read(polls[i].fd, buffer.data(), buffer.size());
      if (n > 0) {
        (i == 1 ? ran.out : ran.err).append(buffer.data(), static_cast<std::size_t>(n));
      } else {
        close_end(polls[i]);
      }
    }
  }
  if (polls[0].fd >= 0) close(polls[0].fd);
}

}  // namespace

Ran run(const std::vector<std::string>& argv, const RunOptions& options) {
  std::array<int, 2> in{};
  std::array<int, 2> out{};
  std::array<int, 2> err{};
  if (pipe2(in.data(), O_CLOEXEC) != 0 || pipe2(out.data(), O_CLOEXEC) != 0 || pipe2(err.data(), O_CLOEXEC) != 0) {
    throw std::runtime_error("pipe failed");
  }
  const pid_t child = fork();
  if (child == 0) become(argv, options, in[0], out[1], err[1]);
  close(in[0]);
  close(out[1]);
  close(err[1]);
  const auto previous = std::signal(SIGPIPE, SIG_IGN);
  Ran ran;
  pump(in[1], out[0], err[0], options.input, ran);
  std::signal(SIGPIPE, previous);
  int status = 0;
  waitpid(child, &status, 0);
  ran.status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  return ran;
}

}  // namespace plowline::testing
