#include "cli/command_line.h"

namespace plowline {
namespace {

// `inherited` are the flags of the commands above.
void collect(const CommandLine& command, const std::string& path, const std::vector<Flag>& inherited,
             std::vector<CommandPath>& all) {
  std::vector<Flag> flags = command.flags;
  flags.insert(flags.end(), inherited.begin(), inherited.end());
  all.push_back({path, &command, flags});
  for (const CommandLine* subcommand : visible_subcommands(command)) {
    collect(*subcommand, path + " " + subcommand->name, flags, all);
  }
}

}  // namespace

std::vector<const CommandLine*> visible_subcommands(const CommandLine& command) {
  std::vector<const CommandLine*> visible;
  for (const CommandLine& subcommand : command.subcommands) {
    if (!subcommand.hidden) visible.push_back(&subcommand);
  }
  return visible;
}

std::vector<CommandPath> all_commands(const CommandLine& root) {
  std::vector<CommandPath> all;
  collect(root, root.name, {}, all);
  // The two that the parser itself adds: --help everywhere, --version at the root.
  Flag help;
  help.names = {"--help", "-h"};
  help.description = "print this help";
  for (CommandPath& entry : all) entry.all_flags.push_back(help);
  Flag version;
  version.names = {"--version"};
  version.description = "print the version";
  all.front().all_flags.push_back(version);
  return all;
}

}  // namespace plowline
