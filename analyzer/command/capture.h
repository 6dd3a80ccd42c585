// Running a program and reading what it prints.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "diagnostic/error.h"

namespace plowline {

struct Captured {
  int status = 0;  // exit status; 128 + signal where the program died of one
  std::string out;
  std::string err;
};

// Runs argv[0] (searched in PATH) in `directory` with nothing on its standard input, and waits for it. No shell is
// involved. Errors (exit status 3): it cannot be started; its output exceeds 64 MiB.
Result<Captured> capture(const std::vector<std::string>& argv, const std::filesystem::path& directory);

}  // namespace plowline
