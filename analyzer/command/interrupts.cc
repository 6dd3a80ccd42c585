#include "command/interrupts.h"

#include <array>
#include <cerrno>
#include <poll.h>
#include <sys/signalfd.h>
#include <unistd.h>

namespace plowline {
namespace {

constexpr std::array<int, 3> kKept{SIGINT, SIGTERM, SIGHUP};

bool is_ignored(int signal) {
  struct sigaction action{};
  return ::sigaction(signal, nullptr, &action) == 0 && action.sa_handler == SIG_IGN;
}

}  // namespace

Interrupts::Interrupts() {
  sigset_t kept;
  sigemptyset(&kept);
  for (const int signal : kKept) {
    if (!is_ignored(signal)) sigaddset(&kept, signal);
  }
  descriptor_ = ::signalfd(-1, &kept, SFD_CLOEXEC | SFD_NONBLOCK);
  pthread_sigmask(SIG_BLOCK, descriptor_ < 0 ? nullptr : &kept, &before_);
}

Interrupts::~Interrupts() {
  while (take()) {  // what nobody took shall not kill the process now
  }
  pthread_sigmask(SIG_SETMASK, &before_, nullptr);
  if (descriptor_ >= 0) ::close(descriptor_);
}

std::optional<int> Interrupts::take() {
  signalfd_siginfo info{};
  if (descriptor_ < 0 || ::read(descriptor_, &info, sizeof info) != sizeof info) return std::nullopt;
  return static_cast<int>(info.ssi_signo);
}

bool Interrupts::wait_for(std::chrono::milliseconds time) const {
  const auto end = std::chrono::steady_clock::now() + time;
  for (;;) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(end - std::chrono::steady_clock::now());
    pollfd wait{descriptor_, POLLIN, 0};
    const int ready = ::poll(&wait, 1, left.count() > 0 ? static_cast<int>(left.count()) : 0);
    if (ready > 0) return true;
    if (ready == 0 || errno != EINTR) return false;
  }
}

sigset_t signals_for_child() {
  sigset_t mask;
  pthread_sigmask(SIG_BLOCK, nullptr, &mask);
  for (const int signal : kKept) sigdelset(&mask, signal);
  return mask;
}

}  // namespace plowline
