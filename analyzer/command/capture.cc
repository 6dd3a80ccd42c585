#include "command/capture.h"

#include <cerrno>
#include <cstring>
#include <fmt/format.h>
#include <string_view>

#include "command/process.h"

namespace plowline {
namespace {

constexpr std::size_t kMostOutput = std::size_t{64} << 20;

Error cannot_start(const std::string& program, int code) {
  Error error;
  error.status = ExitStatus::kInput;
  error.reason = fmt::format("cannot start {}: {}", printable(program), std::strerror(code));
  error.next_step = code == ENOENT ? "is it installed, and in PATH?" : "";
  return error;
}

}  // namespace

Result<Captured> capture(const std::vector<std::string>& argv, const std::filesystem::path& directory) {
  Captured captured;
  bool too_much = false;
  ProcessWatch watch;
  watch.on_bytes = [&](Output output, std::string_view bytes) {
    std::string& text = output == Output::kOut ? captured.out : captured.err;
    text.append(bytes);
    too_much = text.size() > kMostOutput;
    return !too_much;
  };
  const auto end = run_process({.argv = argv, .directory = directory, .environment = {}, .shared = {}}, watch);
  if (!end) return std::unexpected(cannot_start(argv[0], end.error()));
  if (too_much) {
    return input_error({}, {}, fmt::format("{} printed more than {} MiB", printable(argv[0]), kMostOutput >> 20));
  }
  captured.status = end->status();
  return captured;
}

}  // namespace plowline
