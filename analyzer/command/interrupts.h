// Ctrl-C as something to wait for.
//
// A program that drives another must not die of the signal that is meant for both: it passes it on, waits for the other
// to end, and then says what became of it. While an Interrupts lives, SIGINT, SIGTERM and SIGHUP are kept from killing
// the process and can be taken one by one. What was ignored when the process started (`nohup`, a job in a script's
// background) stays ignored.
#pragma once

#include <chrono>
#include <csignal>
#include <optional>

namespace plowline {

class Interrupts {
 public:
  // At most one at a time, and before any thread is started that shall not get the signals. Where the system cannot do
  // it, the signals do what they always do.
  Interrupts();
  ~Interrupts();
  Interrupts(const Interrupts&) = delete;
  Interrupts& operator=(const Interrupts&) = delete;

  // The next signal that came; nothing where none did. Does not wait.
  std::optional<int> take();
  // Waits until a signal comes or the time is over, and says whether one came. It stays to be taken.
  bool wait_for(std::chrono::milliseconds time) const;
  // Readable as soon as a signal came: for poll(). Negative where the signals are not kept.
  int descriptor() const { return descriptor_; }

 private:
  int descriptor_ = -1;
  sigset_t before_{};
};

// What the signals are to a program that is started now: none is held back. For the attributes of posix_spawn().
sigset_t signals_for_child();

}  // namespace plowline
