// The rendered lines, run by the real shells.
#include <algorithm>
#include <doctest/doctest.h>
#include <fmt/format.h>

#include "command/quoting.h"
#include "command/shell.h"
#include "hostile_names.h"
#include "recording_dbt.h"
#include "yaml_reader.h"

using namespace plowline;
using namespace plowline::testing;

namespace {

using Words = std::vector<std::string>;

bool is_installed(const std::string& program) {
  return run({"sh", "-c", "command -v \"$0\"", program}).status == 0;
}

std::string without_blanks(std::string text) {
  std::erase(text, ' ');
  return text;
}

// Commands with hostile names in every place: as values, as names of variables, as selectors, as options' values.
struct Commands {
  std::vector<Invocation> invocations;
  std::vector<nlohmann::json> vars;  // what a reader must find behind --vars
};

Commands hostile_commands() {
  const Words names = joined(joined(kClassicNames, kUnprintableNames), generated_names(300, true));
  Commands commands;
  constexpr std::size_t kTogether = 8;
  for (std::size_t begin = 0; begin < names.size(); begin += kTogether) {
    InvocationOptions options;
    std::vector<std::pair<std::string, nlohmann::json>> vars;
    for (std::size_t i = begin; i < std::min(begin + kTogether, names.size()); ++i) {
      const std::string& name = names[i];
      if (options.vars.find(name) == nullptr) {
        REQUIRE(options.vars.add(name, YamlValue::string(name + name), "plowline").has_value());
        vars.emplace_back(name, name + name);
      }
      if (const std::string selector = without_blanks(name); !selector.empty()) {
        options.select.push_back(i % 2 == 0 ? "+" + selector : selector);
        options.target = selector;
      }
      options.extra.push_back("x" + name);
      options.extra.push_back(name.starts_with('-') ? "" : name);
    }
    REQUIRE(options.vars.add("snowplow__backfill_limit_days", YamlValue::integer(90), "plowline").has_value());
    vars.emplace_back("snowplow__backfill_limit_days", tagged_integer("90"));
    commands.invocations.push_back(Invocation::build(options).value());
    commands.vars.push_back(tagged_map(vars));
  }
  return commands;
}

Words without_program(Words words) {
  words.erase(words.begin());
  return words;
}

std::string vars_in(const Words& call) {
  const auto option = std::find(call.begin(), call.end(), "--vars");
  REQUIRE(call.end() - option >= 2);
  return *(option + 1);
}

// What the stand-in was called with, against what it should have been; then what --vars means to its readers.
void check_calls(const std::vector<Words>& calls, const Commands& commands, Shell shell) {
  REQUIRE(calls.size() == commands.invocations.size());
  Words texts;
  for (std::size_t i = 0; i < calls.size(); ++i) {
    CHECK(calls[i] == without_program(commands.invocations[i].argv(vars_style(shell)).value()));
    texts.push_back(vars_in(calls[i]));
  }
  const std::vector<Readings> readings = read_all(texts);
  for (std::size_t i = 0; i < calls.size(); ++i) {
    CHECK(readings[i].c_loader == commands.vars[i]);
    CHECK(readings[i].python_loader == commands.vars[i]);
    CHECK(readings[i].json == commands.vars[i]);
  }
}

struct RealShell {
  std::string program;
  Words start;        // how it is started to read a script from a file
  std::string setup;  // the script's first lines
  Shell rendering;
  bool must_be_there = true;  // the test set-up installs it
};

std::vector<RealShell> real_shells() {
  // zsh with all options that give more characters a meaning.
  const std::string strict_zsh =
      "setopt RC_QUOTES EXTENDED_GLOB KSH_GLOB MAGIC_EQUAL_SUBST BRACE_CCL RC_EXPAND_PARAM GLOB_SUBST SH_WORD_SPLIT "
      "NOMATCH INTERACTIVE_COMMENTS GLOB_ASSIGN\n";
  return {
      {"dash", {"dash"}, "", Shell::kPosix},
      {"bash", {"bash", "--norc"}, "", Shell::kPosix},
      {"bash", {"bash", "--norc", "--posix"}, "", Shell::kPosix},
      {"zsh", {"zsh", "-f"}, strict_zsh, Shell::kPosix},
      {"zsh", {"zsh", "-f"}, "emulate sh\n", Shell::kPosix},
      {"ksh", {"ksh"}, "", Shell::kPosix, false},
      {"mksh", {"mksh"}, "", Shell::kPosix, false},
      {"busybox", {"busybox", "sh"}, "", Shell::kPosix, false},
      {"bash", {"bash", "--norc"}, "shopt -s extglob nullglob globstar\nset -k\n", Shell::kBash},
      {"zsh", {"zsh", "-f"}, "", Shell::kZsh},
      {"zsh", {"zsh", "-f"}, strict_zsh, Shell::kZsh},
      {"fish", {"fish", "--no-config"}, "", Shell::kFish},
  };
}

// Run without a terminal. A shell that is not there fails the test, unless it is one that nobody has to have.
bool is_there(const RealShell& shell) {
  if (is_installed(shell.program)) return true;
  if (shell.must_be_there) {
    FAIL_CHECK("the shell " << shell.program << " is missing: apt-get install " << shell.program);
  } else {
    fmt::print(stderr, "SKIPPED: the lines for sh in {}: it is not installed\n", shell.program);
  }
  return false;
}

void run_lines(const RealShell& shell, const std::string& locale, const RecordingDbt& dbt, const std::string& lines) {
  const auto script = dbt.folder() / "script";
  dbt.write_script(shell.setup + lines);
  Words argv = shell.start;
  argv.push_back(script.string());
  RunOptions options;
  options.directory = dbt.folder();
  options.environment = dbt.environment(locale);
  const Ran ran = run(argv, options);
  CHECK(ran.err == "");
  CHECK(ran.status == 0);
}

}  // namespace

TEST_CASE("real shells give dbt exactly the words that were meant") {
  const Commands commands = hostile_commands();
  const RecordingDbt dbt;
  for (const RealShell& shell : real_shells()) {
    if (!is_there(shell)) continue;
    std::string lines;
    for (const Invocation& invocation : commands.invocations)
      lines += render(invocation, shell.rendering).value() + "\n";
    for (const std::string locale : {"C.UTF-8", "C"}) {
      CAPTURE(shell.program);
      CAPTURE(shell.setup);
      CAPTURE(locale);
      run_lines(shell, locale, dbt, lines);
      check_calls(dbt.take_calls(), commands, shell.rendering);
    }
  }
}

TEST_CASE("bytes that are not UTF-8 reach dbt as they are") {
  InvocationOptions options;
  options.extra = {"\xff", "a\xc3", "\x80'\xfe\n!"};
  const Invocation invocation = Invocation::build(options).value();
  const RecordingDbt dbt;
  for (const RealShell& shell : real_shells()) {
    if (!is_there(shell)) continue;
    CAPTURE(shell.program);
    const std::string line = render(invocation, shell.rendering).value();
    run_lines(shell, "C.UTF-8", dbt, line + "\n");
    CHECK(dbt.take_calls() == std::vector<Words>{{"run", "\xff", "a\xc3", "\x80'\xfe\n!"}});
  }
}

TEST_CASE("the longest argument that is rendered can be passed") {
  InvocationOptions options;
  options.extra = {std::string(kLongestArgument, 'a')};
  const Invocation invocation = Invocation::build(options).value();
  const RecordingDbt dbt;
  for (const RealShell& shell : real_shells()) {
    if (!is_there(shell)) continue;
    CAPTURE(shell.program);
    run_lines(shell, "C.UTF-8", dbt, render(invocation, shell.rendering).value() + "\n");
    const auto calls = dbt.take_calls();
    REQUIRE(calls.size() == 1);
    CHECK(calls[0].back().size() == kLongestArgument);
  }
}

TEST_CASE("at an interactive prompt history expansion changes nothing") {
  const Commands commands = hostile_commands();
  const RecordingDbt dbt;
  const std::vector<RealShell> prompts{
      {"bash", {"bash", "--norc", "-i"}, "set -H; HISTFILE=", Shell::kBash},
      {"bash", {"bash", "--norc", "-i"}, "set -H; HISTFILE=", Shell::kPosix},
      {"zsh", {"zsh", "-f", "-i"}, "setopt BANG_HIST; unsetopt ZLE; HISTSIZE=100", Shell::kZsh},
      {"zsh", {"zsh", "-f", "-i"}, "setopt BANG_HIST; unsetopt ZLE; HISTSIZE=100", Shell::kPosix},
  };
  for (const RealShell& shell : prompts) {
    if (!is_there(shell)) continue;
    CAPTURE(shell.program);
    RunOptions options;
    options.directory = dbt.folder();
    options.environment = dbt.environment();
    options.input = shell.setup + "\ndbt control\ndbt \"!!\"\n";  // the control: history is on
    for (const Invocation& invocation : commands.invocations) {
      options.input += render(invocation, shell.rendering).value() + "\n";
    }
    options.input += "exit 0\n";
    const Ran ran = run(shell.start, options);
    CAPTURE(ran.err);
    std::vector<Words> calls = dbt.take_calls();
    REQUIRE(calls.size() > 2);
    CHECK(calls[0] == Words{"control"});
    CHECK(calls[1] == Words{"dbt control"});
    calls.erase(calls.begin(), calls.begin() + 2);
    check_calls(calls, commands, shell.rendering);
  }
}

TEST_CASE("xargs takes the argv form back apart") {
  InvocationOptions options;
  options.extra = joined(kClassicNames, kUnprintableNames);
  std::erase_if(options.extra, [](const std::string& name) { return name.starts_with('-'); });
  const Invocation invocation = Invocation::build(options).value();
  const RecordingDbt dbt;
  RunOptions run_options;
  run_options.environment = dbt.environment();
  run_options.input = render(invocation, Shell::kArgv).value();
  CHECK(run({"xargs", "-0", "env"}, run_options).status == 0);
  CHECK(dbt.take_calls() == std::vector<Words>{without_program(invocation.argv(VarsStyle::kJson).value())});
}
