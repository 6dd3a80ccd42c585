// plowline: what must run, answered from the artifacts that dbt wrote.

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <malloc.h>
#include <string>
#include <vector>

#include "cli/commands.h"
#include "cli/console.h"
#include "cli/parser.h"
#include "cli/print.h"

namespace plowline {
namespace {

int status_of(const Error& error) {
  print_error(error);
  return static_cast<int>(error.status);
}

int run(const std::vector<std::string>& all) {
  const auto dashes = std::ranges::find(all, "--");
  const std::vector<std::string> ours(all.begin(), dashes);
  Options options;
  if (dashes != all.end()) options.after_dashes.assign(dashes + 1, all.end());
  const CommandLine root = plowline_command_line(options);

  open_console(Verbosity::kNormal);
  const auto parsed = parse_command_line(root, "plowline " PLOWLINE_VERSION, ours);
  if (!parsed) return status_of(parsed.error());
  open_console(options.quiet ? Verbosity::kQuiet : options.verbose ? Verbosity::kVerbose : Verbosity::kNormal);
  if (parsed->command == nullptr) {
    const auto printed = print_result(parsed->text);
    return printed ? 0 : status_of(printed.error());
  }
  const auto status = parsed->command->run(root);
  return status ? static_cast<int>(*status) : status_of(status.error());
}

}  // namespace
}  // namespace plowline

int main(int argc, char** argv) {
#ifdef M_MMAP_THRESHOLD
  // glibc: memory that is given back comes again as pages to be filled with zeros, which for a big project takes longer
  // than what is done with them.
  constexpr int kLargestThreshold = 32 << 20;
  mallopt(M_MMAP_THRESHOLD, kLargestThreshold);
  mallopt(M_TRIM_THRESHOLD, 1 << 30);
  mallopt(M_TOP_PAD, 16 << 20);
#endif
  // Nothing of plowline's own throws; what a library throws past its edge (no memory, mostly) ends here.
  try {
    const int status = plowline::run({argv + 1, argv + argc});
    std::fflush(nullptr);
    // A big project's memory need not be given back piece by piece.
    std::_Exit(status);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "error: plowline cannot go on: %s\n", error.what());
    return static_cast<int>(plowline::ExitStatus::kInput);
  }
}
