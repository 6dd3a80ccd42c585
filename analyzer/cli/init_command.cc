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

namespace plowline {
namespace {

namespace fs = std::filesystem;

struct InitFlags {
  bool force = false;
  bool to_stdout = false;
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

Result<ExitStatus> run_init(const InitFlags& flags) {
  Warnings warnings;
  const auto seen = look_for_projects({}, process_environment(), warnings);
  print_warnings(warnings);
  if (!seen) return std::unexpected(seen.error());
  const std::string text = initial_config(*seen);
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
      {.names = {"--stdout"}, .description = "print it and write nothing", .target = &flags->to_stdout},
  };
  command.examples = {{"plowline init", "writes plowline.yml"}};
  command.run = [flags](const CommandLine&) { return run_init(*flags); };
  return command;
}

}  // namespace plowline
