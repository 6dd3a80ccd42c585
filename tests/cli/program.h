// The built plowline as a user starts it: from a shell, in a folder, with an environment of which nothing is inherited.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

#include "support/support.h"

namespace plowline::testing {

struct Surroundings {
  std::filesystem::path directory;               // where it runs; empty: the root folder, where no dbt project is
  std::string input;                             // standard input
  std::vector<std::string> environment = {};     // NAME=value
  std::vector<std::filesystem::path> path = {};  // folders searched before the system's
};

// Runs argv[0] without the variables of this process: no DBT_* of the developer's shell reaches a test.
inline Ran run_clean(const std::vector<std::string>& argv, const Surroundings& around = {}) {
  std::string path;
  for (const std::filesystem::path& folder : around.path) path += folder.string() + ":";
  const char* inherited = std::getenv("PATH");
  std::vector<std::string> words{"env", "-i", "PATH=" + path + (inherited == nullptr ? "/usr/bin:/bin" : inherited),
                                 "LC_ALL=C.UTF-8", "HOME=/nonexistent"};
  // A sanitizer's settings are the test run's, not the developer's.
  for (const char* name : {"ASAN_OPTIONS", "UBSAN_OPTIONS", "LSAN_OPTIONS"}) {
    if (const char* value = std::getenv(name)) words.push_back(std::string(name) + "=" + value);
  }
  words.insert(words.end(), around.environment.begin(), around.environment.end());
  words.insert(words.end(), argv.begin(), argv.end());
  RunOptions options;
  options.directory = around.directory.empty() ? "/" : around.directory;
  options.input = around.input;
  return run(words, options);
}

inline Ran run_plowline(std::vector<std::string> arguments, const Surroundings& around = {}) {
  arguments.insert(arguments.begin(), plowline_binary().string());
  return run_clean(arguments, around);
}

// `script` for /bin/sh, in which `plowline` is the built program.
inline Ran run_shell(const std::string& script, Surroundings around = {}) {
  around.path.push_back(plowline_binary().parent_path());
  return run_clean({"sh", "-c", script}, around);
}

inline std::filesystem::path samples_dir() {
  return source_dir() / "samples";
}
inline std::filesystem::path shop_dir() {
  return samples_dir() / "snowplow_shop";
}

}  // namespace plowline::testing
