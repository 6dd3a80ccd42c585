#include "cli/git_files.h"

#include <algorithm>
#include <fmt/format.h>
#include <set>
#include <string_view>
#include <utility>

#include "command/capture.h"

namespace plowline {
namespace {

namespace fs = std::filesystem;

Result<Captured> git(std::vector<std::string> arguments, const fs::path& folder) {
  // Without the user's pager, aliases of options, or locks on the index: a hook may run beside other git commands.
  std::vector<std::string> argv{"git", "--no-pager", "--no-optional-locks"};
  std::ranges::move(arguments, std::back_inserter(argv));
  return capture(argv, folder.empty() ? "." : folder);
}

std::string first_line(std::string_view text) {
  return std::string(text.substr(0, text.find('\n')));
}

Error git_failed(std::string reason, const Captured& ran, ExitStatus status) {
  Error error;
  error.status = status;
  error.reason = ran.err.empty() ? std::move(reason) : fmt::format("{}: {}", reason, printable(first_line(ran.err)));
  return error;
}

// The output's texts, each ended by NUL, below `top`.
void add_files(std::string_view out, const fs::path& top, std::set<fs::path>& files) {
  while (!out.empty()) {
    const std::size_t end = std::min(out.find('\0'), out.size());
    if (end > 0) files.insert(top / out.substr(0, end));
    out.remove_prefix(std::min(end + 1, out.size()));
  }
}

Result<fs::path> top_of(const fs::path& folder, std::string_view flag) {
  auto ran = git({"rev-parse", "--show-toplevel"}, folder);
  if (!ran) return std::unexpected(std::move(ran.error()));
  if (ran->status != 0) {
    Error error = git_failed(fmt::format("{} needs a git repository", flag), *ran, ExitStatus::kInput);
    error.next_step = "run it inside the repository, or name the files instead";
    return std::unexpected(std::move(error));
  }
  return fs::path(first_line(ran->out));
}

Result<std::string> commit_of(const std::string& ref, const fs::path& folder) {
  auto known = git({"rev-parse", "--verify", "--quiet", "--end-of-options", ref + "^{commit}"}, folder);
  if (!known) return std::unexpected(std::move(known.error()));
  if (known->status != 0) {
    return usage_error(fmt::format("--changed-since: git knows no commit '{}'", printable(ref)),
                       "fetch it first (in CI a clone holds only the newest commit: fetch-depth: 0), or name another");
  }
  const std::string commit = first_line(known->out);
  auto base = git({"merge-base", "HEAD", commit}, folder);
  if (!base) return std::unexpected(std::move(base.error()));
  return base->status == 0 ? first_line(base->out) : commit;
}

// What several git commands list, each file once, in order.
Result<std::vector<fs::path>> listed_files(const std::vector<std::vector<std::string>>& commands, const fs::path& top) {
  std::set<fs::path> files;
  for (const std::vector<std::string>& arguments : commands) {
    auto ran = git(arguments, top);
    if (!ran) return std::unexpected(std::move(ran.error()));
    if (ran->status != 0) {
      return std::unexpected(git_failed("git cannot list what changed", *ran, ExitStatus::kInput));
    }
    add_files(ran->out, top, files);
  }
  return std::vector<fs::path>(files.begin(), files.end());
}

}  // namespace

Result<std::vector<fs::path>> files_changed_since(const std::string& ref, const fs::path& folder) {
  const auto top = top_of(folder, "--changed-since");
  if (!top) return std::unexpected(top.error());
  const auto commit = commit_of(ref, *top);
  if (!commit) return std::unexpected(commit.error());
  return listed_files({{"diff", "--name-only", "--no-renames", "--no-ext-diff", "-z", *commit, "--"},
                       {"ls-files", "--others", "--exclude-standard", "-z"}},
                      *top);
}

Result<std::vector<fs::path>> files_staged(const fs::path& folder) {
  const auto top = top_of(folder, "--staged");
  if (!top) return std::unexpected(top.error());
  return listed_files({{"diff", "--cached", "--name-only", "--no-renames", "--no-ext-diff", "-z", "--"}}, *top);
}

}  // namespace plowline
