#include <filesystem>
#include <fmt/format.h>
#include <memory>
#include <system_error>
#include <utility>

#include "artifact/write_file.h"
#include "cli/commands.h"
#include "cli/console.h"
#include "cli/print.h"
#include "lint/config.h"
#include "lint/config_init.h"
#include "lint/taken_config.h"

namespace plowline {
namespace {

namespace fs = std::filesystem;

struct InitFlags {
  bool force = false;
  bool to_stdout = false;
  std::string from;
};

// The configuration that counts in `folder` today, where it lies in `folder` itself or above it.
struct Existing {
  std::optional<fs::path> here;
  std::optional<fs::path> above;
};

Result<Existing> existing_in(const fs::path& folder) {
  const auto found = find_lint_config(folder);
  if (!found) return std::unexpected(found.error());
  Existing existing;
  if (!*found) return existing;
  std::error_code ignored;
  const bool same = fs::equivalent((*found)->parent_path().empty() ? fs::path(".") : (*found)->parent_path(),
                                   folder.empty() ? fs::path(".") : folder, ignored);
  (same ? existing.here : existing.above) = **found;
  return existing;
}

bool is_there(const fs::path& file) {
  std::error_code ignored;
  return fs::exists(fs::symlink_status(file, ignored));  // a link that leads nowhere is the user's too
}

Result<void> write_config(const InitFlags& flags, const SeenProjects& seen, const std::string& text) {
  const auto existing = existing_in(seen.folder);
  if (!existing) return std::unexpected(existing.error());
  const fs::path file = existing->here ? *existing->here : seen.folder / "plowline.yml";
  if (!flags.force && is_there(file)) {
    return std::unexpected(Error{ExitStatus::kUsage,
                                 file.generic_string(),
                                 {},
                                 "is there already",
                                 "--force replaces it; --stdout prints what would be written"});
  }
  if (auto done = write_file(file, text); !done) return done;
  if (existing->above) {
    print_info(printable(
        fmt::format("{} is there too: here, the new file counts in its place", existing->above->generic_string())));
  }
  print_info(printable(fmt::format("wrote {}; next: plowline lint", file.generic_string())));
  return {};
}

void print_taken(const TakenConfig& taken) {
  print_info(printable(fmt::format("{}: {} {} taken from {}", taken.linter, taken.entries.size(),
                                   taken.entries.size() == 1 ? "entry" : "entries", taken.file.generic_string())));
  if (taken.untaken.empty()) return;
  print_info(fmt::format("{} {} no equal: listed at the end of the file", taken.untaken.size(),
                         taken.untaken.size() == 1 ? "part has" : "parts have"));
}

Result<ExitStatus> run_init(const InitFlags& flags) {
  Warnings warnings;
  const auto seen = look_for_projects({}, process_environment(), warnings);
  print_warnings(warnings);
  if (!seen) return std::unexpected(seen.error());
  std::string text;
  if (flags.from.empty()) {
    text = initial_config(*seen);
  } else {
    const auto taken = take_config(flags.from, *seen);
    if (!taken) return std::unexpected(taken.error());
    text = config_text(*taken, seen->projects);
    print_taken(*taken);
  }
  if (auto done = flags.to_stdout ? print_result(text) : write_config(flags, *seen, text); !done) {
    return std::unexpected(done.error());
  }
  return ExitStatus::kOk;
}

}  // namespace

CommandLine init_command() {
  auto flags = std::make_shared<InitFlags>();
  CommandLine command{.name = "init", .description = "write a plowline.yml for the dbt project found here"};
  command.about =
      "The file lies beside dbt_project.yml; where several projects lie below the working directory, there, with an "
      "entry for each. What can be seen is filled in, everything else stands in it as a comment.";
  command.flags = {
      {.names = {"--force"}, .description = "replace a configuration that is there", .target = &flags->force},
      {.names = {"--from"},
       .description = "take what another linter is told: dbt-checkpoint's hooks in .pre-commit-config.yaml, "
                      "dbt-bouncer.yml, or the dbt_project.yml of a project with dbt-project-evaluator",
       .kind = ValueKind::kFile,
       .value_name = "FILE",
       .target = &flags->from},
      {.names = {"--stdout"}, .description = "print it and write nothing", .target = &flags->to_stdout},
  };
  command.examples = {
      {"plowline init", "writes plowline.yml"},
      {"plowline init --from .pre-commit-config.yaml", "the rules that dbt-checkpoint's hooks stand for"}};
  command.run = [flags](const CommandLine&) { return run_init(*flags); };
  return command;
}

}  // namespace plowline
