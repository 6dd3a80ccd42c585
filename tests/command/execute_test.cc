#include "command/execute.h"

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <doctest/doctest.h>
#include <fcntl.h>
#include <filesystem>
#include <sys/wait.h>
#include <unistd.h>

#include "command/shell.h"
#include "support/support.h"

using namespace plowline;
using namespace plowline::testing;

namespace {

namespace fs = std::filesystem;

constexpr int kReturned = 77;  // the exit status of a child in which execute() came back

struct Executed {
  int status = -1;
  bool by_signal = false;
  std::string out;  // what dbt wrote, or the error with which execute() came back
};

// Runs execute() in a child, whose PATH is `path`.
Executed executed(const InvocationOptions& options, const std::string& path = "/usr/bin:/bin") {
  const Invocation invocation = Invocation::build(options).value();
  const TemporaryFolder folder;
  const fs::path output = folder.path() / "output";
  std::fflush(nullptr);
  const pid_t child = fork();
  if (child == 0) {
    setenv("PATH", path.c_str(), 1);
    const int file = open(output.c_str(), O_CREAT | O_WRONLY | O_APPEND, 0600);
    dup2(file, STDOUT_FILENO);
    dup2(file, STDERR_FILENO);
    std::fputs("written before\n", stdout);  // stays in stdio's buffer until somebody flushes
    const std::string message = to_text(execute(invocation));
    if (write(STDOUT_FILENO, message.data(), message.size()) < 0) _exit(1);
    _exit(kReturned);
  }
  int status = 0;
  waitpid(child, &status, 0);
  Executed result;
  result.by_signal = WIFSIGNALED(status);
  result.status = result.by_signal ? WTERMSIG(status) : WEXITSTATUS(status);
  result.out = read_text(output);
  return result;
}

std::string after_flush(const Executed& result) {
  const std::string first = "written before\n";
  REQUIRE(result.out.starts_with(first));
  return result.out.substr(first.size());
}

fs::path program(const TemporaryFolder& folder, std::string_view name, std::string_view text) {
  const fs::path file = folder.write(name, text);
  fs::permissions(file, fs::perms::owner_all);
  return file;
}

InvocationOptions with_dbt(const fs::path& dbt) {
  InvocationOptions options;
  options.dbt = dbt.string();
  return options;
}

}  // namespace

TEST_CASE("dbt takes plowline's place: its words, its output, its status") {
  const TemporaryFolder folder;
  program(folder, "bin/dbt", "#!/bin/sh\nprintf '[%s]' \"$@\"; echo error >&2; exit 42\n");
  InvocationOptions options;
  options.select = {"+my_new_model"};
  options.extra = {"a b\n'$x"};
  REQUIRE(options.vars.add("models_to_run", YamlValue::string("a 'b'"), "plowline").has_value());
  const Executed result = executed(options, (folder.path() / "bin").string() + ":/usr/bin:/bin");
  CHECK(result.status == 42);
  CHECK(after_flush(result) ==
        "[run][--select][+my_new_model][--vars][{\"models_to_run\": \"a 'b'\"}][a b\n'$x]error\n");
}

TEST_CASE("dbt's death by a signal is plowline's") {
  const TemporaryFolder folder;
  const Executed result = executed(with_dbt(program(folder, "dbt", "#!/bin/sh\nkill -TERM $$\n")));
  CHECK(result.by_signal);
  CHECK(result.status == SIGTERM);
}

TEST_CASE("a dbt that cannot be run is explained") {
  const TemporaryFolder folder;
  const auto message = [](const Executed& result) {
    CHECK(result.status == kReturned);
    return after_flush(result);
  };
  CHECK(message(executed({}, "/nowhere:/else")) ==
        "dbt was not found in PATH (/nowhere:/else)\n"
        "  name it with --dbt PATH, for example the one in a virtual environment");
  CHECK(message(executed(with_dbt("/nowhere/dbt"))).find("/nowhere/dbt does not exist") == 0);
  const fs::path text = folder.write("plain", "no program");
  fs::permissions(text, fs::perms::owner_read);
  CHECK(message(executed(with_dbt(text))).find("is not a program that may be executed") != std::string::npos);
  CHECK(message(executed(with_dbt(folder.path()))).find("is not a program that may be executed") != std::string::npos);
  const fs::path moved = program(folder, "moved", "#!/nowhere/python3\n");
  CHECK(message(executed(with_dbt(moved))).find("the interpreter in the first line of") == 0);
}

TEST_CASE("a command that is too long is explained") {
  InvocationOptions options = with_dbt("/bin/true");
  options.extra = {std::string(kLongestArgument + 1, 'a')};
  Executed result = executed(options);
  CHECK(result.status == kReturned);
  CHECK(result.out.find("an argument of 131072 bytes, where Linux takes 131071\n  narrow the selection") !=
        std::string::npos);
  options.extra = std::vector<std::string>(400, std::string(100000, 'a'));
  result = executed(options);
  CHECK(result.status == kReturned);
  CHECK(result.out.find("the command is longer than the system allows") != std::string::npos);
}
