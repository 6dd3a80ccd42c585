// The completions are loaded by the real shells, which are asked what they would offer; the manual page is set by
// the real man. A tree made here covers what plowline's own command line may one day hold; the built plowline is
// then asked for its own.
#include "cli/completions.h"

#include <algorithm>
#include <doctest/doctest.h>
#include <fmt/format.h>
#include <sstream>
#include <string>
#include <vector>

#include "cli/man_page.h"
#include "support/support.h"

namespace plowline {
namespace {

using testing::run;
using testing::TemporaryFolder;

constexpr std::string_view kHostile = R"(it's a "test" of $HOME `id` $(id) [x]: a\b, 100% – done)";

Flag flag(std::vector<std::string> names, ValueKind kind, std::string value_name) {
  Flag out;
  out.names = std::move(names);
  out.description = kHostile;
  out.kind = kind;
  out.value_name = std::move(value_name);
  return out;
}

Positional positional(std::string name, ValueKind kind) {
  Positional out;
  out.name = std::move(name);
  out.description = ".a line that begins with a dot";
  out.kind = kind;
  out.required = true;
  return out;
}

CommandLine command(std::string name, std::string description) {
  CommandLine out;
  out.name = std::move(name);
  out.description = std::move(description);
  return out;
}

// plowline [--color WHEN] (command … | completions SHELL | backfill (plan FILE | status) | secret)
CommandLine example() {
  CommandLine print = command("command", "print a line; it's for $HOME");
  print.about = "One paragraph.\n\n.another that begins with a dot";
  print.flags = {flag({"--select", "-s"}, ValueKind::kText, "SELECTOR"), flag({"--shell"}, ValueKind::kChoice, "SHELL"),
                 flag({"--manifest"}, ValueKind::kFile, "FILE"), flag({"--project-dir"}, ValueKind::kDirectory, "DIR"),
                 flag({"--strict"}, ValueKind::kNone, "")};
  print.flags[0].repeatable = true;
  print.flags[1].choices = {"posix", "powershell", "fish", "it's"};
  print.flags[3].environment = "DBT_PROJECT_DIR";
  print.positionals = {positional("SELECTOR", ValueKind::kText)};
  print.positionals[0].repeated = true;
  print.examples = {{"plowline command '+my_model' --shell fish", "quote for fish"}};

  CommandLine completions = command("completions", "print completions");
  completions.positionals = {positional("SHELL", ValueKind::kChoice)};
  completions.positionals[0].choices = {"bash", "zsh", "fish"};

  CommandLine plan = command("plan", "plan a backfill");
  plan.positionals = {positional("FILE", ValueKind::kFile)};
  CommandLine backfill = command("backfill", "run a backfill");
  backfill.subcommands = {plan, command("status", "tell how far it is")};

  CommandLine secret = command("secret", "not to be seen");
  secret.hidden = true;

  CommandLine root = command("plowline", "answer what must run");
  root.flags = {flag({"--color"}, ValueKind::kChoice, "WHEN")};
  root.flags[0].choices = {"auto", "always", "never"};
  root.subcommands = {print, completions, backfill, secret};
  return root;
}

bool missing(const std::string& program) {
  if (run({"sh", "-c", "command -v " + program}).status == 0) return false;
  fmt::print(stderr, "SKIPPED: completions: {} is not installed\n", program);
  return true;
}

std::string sorted_lines(const std::string& text) {
  std::istringstream stream(text);
  std::vector<std::string> lines;
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  std::ranges::sort(lines);
  return fmt::format("{}", fmt::join(lines, " "));
}

// What bash offers for the last of `words`, which are given as bash breaks them (`--a=b` is three words).
std::string bash_offers(const TemporaryFolder& folder, const std::string& script, std::vector<std::string> words) {
  folder.write("completions.bash", script);
  const std::string ask =
      "source ./completions.bash && COMP_WORDS=(\"$@\") && COMP_CWORD=$(($# - 1)) && "
      "eval \"$(complete -p plowline | sed 's/.*-F \\([^ ]*\\).*/\\1/')\" && printf '%s\\n' \"${COMPREPLY[@]}\"";
  std::vector<std::string> argv = {"bash", "--norc", "-c", ask, "bash"};
  argv.insert(argv.end(), words.begin(), words.end());
  const testing::Ran ran = run(argv, {.directory = folder.path()});
  CHECK(ran.status == 0);
  CHECK(ran.err == "");
  return sorted_lines(ran.out);
}

// What fish offers at the end of `line`, without the descriptions.
std::string fish_offers(const TemporaryFolder& folder, const std::string& script, const std::string& line) {
  folder.write("completions.fish", script);
  const testing::Ran ran =
      run({"fish", "--no-config", "-c",
           "source completions.fish; complete -C $argv[1] | string replace -r '\\t.*' ''; true", line},
          {.directory = folder.path()});
  CHECK(ran.status == 0);
  CHECK(ran.err == "");
  return sorted_lines(ran.out);
}

// What zsh has on its line once <TAB> was pressed after `line`, which must have one completion.
std::string zsh_completes(const TemporaryFolder& folder, const std::string& script, const std::string& line) {
  folder.write("functions/_plowline", script);
  const std::string drive = R"zsh(
    zmodload zsh/zpty
    zpty shell zsh -f -i
    zpty -w shell "PS1=; fpath=($PWD/functions \$fpath); autoload -Uz compinit; compinit -u -D"
    zpty -w shell "report() { print -r -- \"<\$BUFFER>\" >reported; }; zle -N report; bindkey '^I' complete-word"
    zpty -w shell "bindkey '^X' report; print ready >ready"
    for ((i = 0; i < 300; i++)); do [[ -s ready ]] && break; sleep 0.1; done
    zpty -w -n shell "$1"$'\t\x18'
    for ((i = 0; i < 300; i++)); do [[ -s reported ]] && break; sleep 0.1; done
    cat reported
    zpty -d shell
  )zsh";
  const testing::Ran ran = run({"zsh", "-f", "-c", drive, "zsh", line}, {.directory = folder.path()});
  return ran.out;
}

TEST_CASE("bash completes commands, flags, closed sets and paths") {
  const TemporaryFolder folder;
  folder.write("manifest one.json", "{}");
  folder.write("project/dbt_project.yml", "");
  const std::string script = bash_completions(example());
  CHECK(bash_offers(folder, script, {"plowline", "com"}) == "command completions");
  CHECK(bash_offers(folder, script, {"plowline", ""}) == "backfill command completions");
  CHECK(bash_offers(folder, script, {"plowline", "--color", "always", "backfill", "p"}) == "plan");
  CHECK(bash_offers(folder, script, {"plowline", "command", "--s"}) == "--select --shell --strict");
  CHECK(bash_offers(folder, script, {"plowline", "command", "--shell", "po"}) == "posix powershell");
  CHECK(bash_offers(folder, script, {"plowline", "command", "--shell", "=", "po"}) == "posix powershell");
  CHECK(bash_offers(folder, script, {"plowline", "command", "--shell=po"}) == "--shell=posix --shell=powershell");
  CHECK(bash_offers(folder, script, {"plowline", "command", "--shell", "i"}) == "it's");
  CHECK(bash_offers(folder, script, {"plowline", "command", "--color", ""}) == "always auto never");
  CHECK(bash_offers(folder, script, {"plowline", "command", "--manifest", "mani"}) == "manifest one.json");
  CHECK(bash_offers(folder, script, {"plowline", "command", "--project-dir", ""}) == "project");
  CHECK(bash_offers(folder, script, {"plowline", "backfill", "plan", "mani"}) == "manifest one.json");
  CHECK(bash_offers(folder, script, {"plowline", "completions", ""}) == "bash fish zsh");
}

TEST_CASE("bash offers nothing where nothing can be known") {
  const TemporaryFolder folder;
  folder.write("file", "");
  const std::string script = bash_completions(example());
  CHECK(bash_offers(folder, script, {"plowline", "command", ""}) == "");
  CHECK(bash_offers(folder, script, {"plowline", "command", "--select", ""}) == "");
  CHECK(bash_offers(folder, script, {"plowline", "command", "--", "--sh"}) == "");
  CHECK(bash_offers(folder, script, {"plowline", "sec"}) == "");
  // A value that is spelt like a command is a value.
  CHECK(bash_offers(folder, script, {"plowline", "--color", "backfill", "pl"}) == "");
}

TEST_CASE("fish completes commands, flags, closed sets and paths") {
  if (missing("fish")) return;
  const TemporaryFolder folder;
  folder.write("manifest_one.json", "{}");
  folder.write("project/dbt_project.yml", "");
  const std::string script = fish_completions(example());
  CHECK(fish_offers(folder, script, "plowline com") == "command completions");
  CHECK(fish_offers(folder, script, "plowline ") == "backfill command completions");
  CHECK(fish_offers(folder, script, "plowline --color always backfill p") == "plan");
  CHECK(fish_offers(folder, script, "plowline command --s") == "--select --shell --strict");
  CHECK(fish_offers(folder, script, "plowline command --shell po") == "posix powershell");
  CHECK(fish_offers(folder, script, "plowline command --shell=po") == "--shell=posix --shell=powershell");
  CHECK(fish_offers(folder, script, "plowline command --color ") == "always auto never");
  CHECK(fish_offers(folder, script, "plowline command --manifest mani") == "manifest_one.json");
  CHECK(fish_offers(folder, script, "plowline command --project-dir pro") == "project/");
  CHECK(fish_offers(folder, script, "plowline completions ") == "bash fish zsh");
  CHECK(fish_offers(folder, script, "plowline command mani") == "");
  CHECK(fish_offers(folder, script, "plowline command -- --sh") == "");
}

TEST_CASE("zsh completes commands, flags, closed sets and paths") {
  if (missing("zsh")) return;
  const std::string script = zsh_completions(example());
  const auto completes = [&](const std::string& line) {
    const TemporaryFolder folder;
    folder.write("only_one.json", "{}");
    return zsh_completes(folder, script, line);
  };
  CHECK(completes("plowline comm") == "<plowline command >\n");
  CHECK(completes("plowline --color always back") == "<plowline --color always backfill >\n");
  CHECK(completes("plowline backfill pl") == "<plowline backfill plan >\n");
  CHECK(completes("plowline command --mani") == "<plowline command --manifest=>\n");
  CHECK(completes("plowline command --shell pow") == "<plowline command --shell powershell >\n");
  CHECK(completes("plowline command --manifest on") == "<plowline command --manifest only_one.json >\n");
  CHECK(completes("plowline completions b") == "<plowline completions bash >\n");
}

TEST_CASE("the manual page is set without a warning and holds every command and flag") {
  if (missing("groff")) return;
  const TemporaryFolder folder;
  const auto page = folder.write("plowline.1", man_page(example(), "1.2.3"));
  const testing::Ran ran = run({"groff", "-ww", "-man", "-Tascii", "-P-cbou", "-rLL=100n", page.string()});
  CHECK(ran.status == 0);
  CHECK(ran.err == "");
  for (const char* expected :
       {"PLOWLINE(1)", "plowline - answer what must run", "plowline backfill plan", "--project-dir DIR",
        "--shell posix|powershell|fish|it's", "DBT_PROJECT_DIR", "plowline 1.2.3", ".a line that begins with a dot",
        ".another that begins with a dot", "plowline command '+my_model' --shell fish", "It's a \"test\" of $HOME `id`",
        "a\\b, 100%"}) {
    CHECK_MESSAGE(ran.out.find(expected) != std::string::npos, std::string(expected));
  }
  CHECK(ran.out.find("secret") == std::string::npos);
}

TEST_CASE("the built plowline prints its own completions and manual page") {
  const TemporaryFolder folder;
  const auto printed = [](const std::vector<std::string>& arguments) {
    std::vector<std::string> argv = {testing::plowline_binary().string()};
    argv.insert(argv.end(), arguments.begin(), arguments.end());
    const testing::Ran ran = run(argv);
    CHECK(ran.status == 0);
    CHECK(ran.err == "");
    return ran.out;
  };
  const std::string bash = printed({"completions", "bash"});
  CHECK(bash_offers(folder, bash, {"plowline", "comm"}) == "command");
  CHECK(bash_offers(folder, bash, {"plowline", "command", "--shell", "z"}) == "zsh");
  if (!missing("fish")) CHECK(fish_offers(folder, printed({"completions", "fish"}), "plowline comm") == "command");
  if (!missing("zsh")) {
    CHECK(zsh_completes(folder, printed({"completions", "zsh"}), "plowline comm") == "<plowline command >\n");
  }
  CHECK(printed({"man"}).find(".SS plowline command") != std::string::npos);
}

}  // namespace
}  // namespace plowline
