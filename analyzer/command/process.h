// A program that runs beside plowline: what it prints is followed while it prints it, and Ctrl-C reaches it.
//
// No shell is involved, and nothing is on its standard input. Where the signals are passed on, the program is the
// leader of a process group of its own: a terminal's Ctrl-C then comes to plowline alone, which passes it to that
// group, the programs that it starts included, exactly once. (dbt takes a second Ctrl-C for impatience and leaves its
// queries running.)
#pragma once

#include <expected>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <sys/types.h>
#include <vector>

#include "command/interrupts.h"

namespace plowline {

struct ProcessStart {
  std::vector<std::string> argv;         // argv[0] is searched in PATH; not empty
  std::filesystem::path directory;       // where it runs; empty: here
  std::vector<std::string> environment;  // NAME=value, in place of what this process has under the name
  std::vector<int> shared;               // descriptors that stay open in it, such as a lock's
};

enum class Output { kOut, kErr };

// All of these but on_bytes may be left out.
struct ProcessWatch {
  // What it prints, as it comes. False ends it at once (SIGKILL).
  std::function<bool(Output, std::string_view bytes)> on_bytes;
  std::function<void(pid_t)> on_start;
  // At least a few times a second, as long as it runs.
  std::function<void()> on_tick;
  // Where set, the first signal goes to the program, and it may end as it likes; the second one kills it.
  Interrupts* interrupts = nullptr;
  std::function<void(int signal, bool kills)> on_signal;
};

struct ProcessEnd {
  int exit_status = 0;
  int signal = 0;          // that it died of; 0: none
  int interrupted_by = 0;  // the first signal that was passed on to it; 0: none

  // As a shell says it: 128 + signal where it died of one.
  int status() const { return signal == 0 ? exit_status : 128 + signal; }
};

// Runs the program and waits for its end; also for the end of its output, unless something that it left behind holds
// on to that. Errors: it could not be started; the system's number of the reason (ENOENT: no such program; ENOTDIR: no
// such directory).
std::expected<ProcessEnd, int> run_process(const ProcessStart& start, const ProcessWatch& watch);

}  // namespace plowline
