// Running an Invocation in place of plowline (`--exec`).
#pragma once

#include <string>

#include "command/invocation.h"
#include "diagnostic/error.h"

namespace plowline {

// Replaces this process with dbt, so that dbt's output, signals, terminal and exit status are plowline's. What was
// written to stdout and stderr is flushed first; nothing else is cleaned up: the caller has closed its files. No shell
// is involved, and the variables are passed as JSON.
//
// Returns only where that failed: dbt not found (names PATH) or not executable, an argument over kLongestArgument or
// all of them over what the system takes, or what Invocation::argv refuses.
Error execute(const Invocation& invocation);

// Why `dbt`, a name in PATH or a path, could not be started, and what helps. `number` is the system's (ENOENT, EACCES,
// E2BIG, …). Exit status 2.
Error cannot_run_dbt(const std::string& dbt, int number);

}  // namespace plowline
