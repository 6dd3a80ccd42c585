#include "cli/parser.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <fmt/format.h>
#include <memory>
#include <utility>

#include "diagnostic/suggest.h"

namespace plowline {
namespace {

std::string joined(const std::vector<std::string>& words, std::string_view separator) {
  return fmt::format("{}", fmt::join(words, separator));
}

CLI::Option* add_target(CLI::App& app, const std::string& name, const Target& target, const std::string& description) {
  if (auto* const* one = std::get_if<bool*>(&target)) return app.add_flag(name, **one, description);
  if (auto* const* one = std::get_if<std::string*>(&target)) return app.add_option(name, **one, description);
  if (auto* const* many = std::get_if<std::vector<std::string>*>(&target))
    return app.add_option(name, **many, description);
  return app.add_option(name, description);
}

// What is wrong with a value; empty where nothing is.
std::string fault_of(const std::string& value, const std::vector<std::string>& choices) {
  // Mostly `--target "$TARGET"` without the variable: the default in its place would be another run than was meant.
  if (value.empty()) return "the value is empty; leave the option out for its default";
  if (choices.empty() || std::ranges::find(choices, value) != choices.end()) return {};
  const auto near = nearest(value, choices);
  return fmt::format("'{}' is not one of {}{}", printable(value), joined(choices, ", "),
                     near ? fmt::format(": did you mean '{}'?", *near) : "");
}

// A list of selectors may hold an empty one, as dbt's own; a single value may not.
void check_value(CLI::Option& option, const Target& target, const std::vector<std::string>& choices) {
  if (!std::holds_alternative<std::string*>(target)) return;
  option.check(CLI::Validator([choices](std::string& value) { return fault_of(value, choices); }, ""));
}

void add_flag(CLI::App& app, const Flag& flag) {
  CLI::Option* option = add_target(app, joined(flag.names, ","), flag.target, flag.description);
  if (flag.kind == ValueKind::kNone) return;
  option->type_name(flag.choices.empty() ? flag.value_name : joined(flag.choices, "|"));
  if (!flag.default_value.empty()) option->default_str(flag.default_value);
  if (!flag.environment.empty()) option->description(fmt::format("{} [env {}]", flag.description, flag.environment));
  if (!flag.may_be_empty) check_value(*option, flag.target, flag.choices);
}

void add_positional(CLI::App& app, const Positional& positional) {
  CLI::Option* option = add_target(app, positional.name, positional.target, positional.description);
  option->type_name("");
  if (positional.required) option->required();
  check_value(*option, positional.target, positional.choices);
}

void fill(CLI::App& app, const CommandLine& command) {
  app.set_help_flag("-h,--help", "print this help");
  for (const Flag& flag : command.flags) add_flag(app, flag);
  for (const Positional& positional : command.positionals) add_positional(app, positional);
  std::string footer = command.about;
  for (const Example& example : command.examples) {
    footer += fmt::format("{}  {}\n      {}\n",
                          footer.empty()            ? "Examples:\n"
                          : footer == command.about ? "\n\nExamples:\n"
                                                    : "",
                          example.line, example.description);
  }
  app.footer(footer);
  for (const CommandLine& subcommand : command.subcommands) {
    CLI::App* child = app.add_subcommand(subcommand.name, subcommand.description);
    child->fallthrough();
    if (subcommand.hidden) child->group("");
    fill(*child, subcommand);
  }
}

// CLI11's own sentences speak of counts and types; what they begin with, or stand around, is the option's name.
std::string reason_of(const CLI::Error& error) {
  const std::string text = error.what();
  const std::string name = text.substr(0, text.find_first_of(": "));
  if (dynamic_cast<const CLI::ArgumentMismatch*>(&error) != nullptr) {
    if (text.ends_with(" missing")) return fmt::format("{} needs a value", name);
    if (text.find("At Most") != std::string::npos) return fmt::format("{} is given more than once", name);
  }
  if (dynamic_cast<const CLI::ConversionError*>(&error) != nullptr) {
    const std::size_t dash = text.find('-');
    if (dash != std::string::npos) {
      return fmt::format("{} is a switch and takes no value", text.substr(dash, text.find(' ', dash) - dash));
    }
  }
  if (dynamic_cast<const CLI::RequiredError*>(&error) != nullptr)
    return fmt::format("the argument {} is missing", name);
  return printable(text);
}

// The command that the parsed words lead to, with the CLI11 object that holds it.
std::pair<const CommandLine*, CLI::App*> chosen(const CommandLine& root, CLI::App& app) {
  const CommandLine* command = &root;
  CLI::App* at = &app;
  while (!at->get_subcommands().empty()) {
    at = at->get_subcommands().front();
    command = &*std::ranges::find(command->subcommands, at->get_name(), &CommandLine::name);
  }
  return {command, at};
}

std::vector<std::string> names_of(const std::vector<CommandLine>& commands) {
  std::vector<std::string> names;
  for (const CommandLine& command : commands) {
    if (!command.hidden) names.push_back(command.name);
  }
  return names;
}

std::string help_line(const CLI::App& app) {
  std::string path = app.get_name();
  for (const CLI::App* up = app.get_parent(); up != nullptr; up = up->get_parent()) path = up->get_name() + " " + path;
  return fmt::format("see '{} --help'", path);
}

// An unknown flag or word, with the nearest one that is known.
std::unexpected<Error> unknown(const CommandLine& root, CLI::App& app, const std::vector<std::string>& extras) {
  const auto [command, at] = chosen(root, app);
  const std::string& word = extras.front();
  const bool is_flag = word.starts_with('-');
  std::vector<std::string> candidates;
  if (is_flag) {
    for (const auto* flags : {&command->flags, &root.flags}) {
      for (const Flag& flag : *flags) candidates.insert(candidates.end(), flag.names.begin(), flag.names.end());
    }
  } else {
    candidates = names_of(command->subcommands);
  }
  std::string reason = fmt::format("{} '{}' is not known",
                                   is_flag              ? "the option"
                                   : candidates.empty() ? "the argument"
                                                        : "the command",
                                   printable(word));
  if (const auto near = nearest(word.substr(0, word.find('=')), candidates))
    reason += fmt::format(": did you mean '{}'?", *near);
  return usage_error(std::move(reason), help_line(*at));
}

}  // namespace

Result<ParsedCommand> parse_command_line(const CommandLine& root, const std::string& version,
                                         const std::vector<std::string>& arguments) {
  CLI::App app(root.description, root.name);
  app.set_version_flag("--version", version, "print the version");
  app.require_subcommand(0, 1);
  fill(app, root);
  std::vector<std::string> reversed(arguments.rbegin(), arguments.rend());
  try {
    app.parse(std::move(reversed));
  } catch (const CLI::CallForHelp&) {
    return ParsedCommand{nullptr, app.help("", CLI::AppFormatMode::Normal)};
  } catch (const CLI::CallForVersion&) {
    return ParsedCommand{nullptr, version + "\n"};
  } catch (const CLI::ExtrasError&) {
    return unknown(root, app, app.remaining(true));
  } catch (const CLI::Error& error) {
    return usage_error(reason_of(error), help_line(*chosen(root, app).second));
  }
  const auto [command, at] = chosen(root, app);
  if (!command->run) {
    if (arguments.empty()) return ParsedCommand{nullptr, at->help("", CLI::AppFormatMode::Normal)};
    return usage_error("a command is missing",
                       fmt::format("one of: {}; {}", joined(names_of(command->subcommands), ", "), help_line(*at)));
  }
  return ParsedCommand{command, {}};
}

}  // namespace plowline
