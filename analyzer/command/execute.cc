#include "command/execute.h"

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <fmt/format.h>
#include <iostream>
#include <system_error>
#include <unistd.h>

#include "command/shell.h"

namespace plowline {
namespace {

constexpr std::string_view kNameIt = "name it with --dbt PATH, for example the one in a virtual environment";
constexpr std::string_view kNarrow =
    "narrow the selection, so that fewer names are passed; dbt does not read --vars from a file";

Error not_found(const std::string& dbt) {
  if (dbt.find('/') == std::string::npos) {
    const char* path = std::getenv("PATH");
    return usage_error(fmt::format("{} was not found in PATH ({})", printable(dbt), path == nullptr ? "not set" : path),
                       std::string(kNameIt))
        .error();
  }
  if (access(dbt.c_str(), F_OK) == 0) {
    return usage_error(fmt::format("the interpreter in the first line of {} was not found", printable(dbt)),
                       "its virtual environment may have been moved: install dbt there again, or name another with "
                       "--dbt PATH")
        .error();
  }
  return usage_error(fmt::format("{} does not exist", printable(dbt)), std::string(kNameIt)).error();
}

}  // namespace

Error cannot_run_dbt(const std::string& dbt, int number) {
  if (number == ENOENT || number == ENOTDIR) return not_found(dbt);
  if (number == E2BIG) {
    return usage_error("the command is longer than the system allows", std::string(kNarrow)).error();
  }
  if (number == EACCES) {
    return usage_error(fmt::format("{} is not a program that may be executed", printable(dbt)), std::string(kNameIt))
        .error();
  }
  return usage_error(fmt::format("{} could not be run: {}", printable(dbt), std::generic_category().message(number)),
                     std::string(kNameIt))
      .error();
}

Error execute(const Invocation& invocation) {
  auto words = invocation.argv(VarsStyle::kJson);
  if (!words) return words.error();
  std::vector<char*> pointers;
  for (std::string& word : *words) {
    if (word.size() > kLongestArgument) {
      return usage_error(fmt::format("an argument of {} bytes, where Linux takes {}", word.size(), kLongestArgument),
                         std::string(kNarrow))
          .error();
    }
    pointers.push_back(word.data());
  }
  pointers.push_back(nullptr);
  std::cout.flush();
  std::cerr.flush();
  std::fflush(nullptr);
  execvp(pointers[0], pointers.data());
  return cannot_run_dbt((*words)[0], errno);
}

}  // namespace plowline
