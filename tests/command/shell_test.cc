#include "command/shell.h"

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include "command/quoting.h"
#include "hostile_names.h"

using namespace plowline;

namespace {

Invocation my_new_model() {
  InvocationOptions options;
  options.target = "staging";
  options.select = {"+my_new_model"};
  REQUIRE(options.vars.add("models_to_run", YamlValue::string("my_new_model it's"), "plowline").has_value());
  REQUIRE(options.vars.add("snowplow__backfill_limit_days", YamlValue::integer(90), "plowline").has_value());
  return Invocation::build(options).value();
}

Invocation of_words(std::vector<std::string> extra) {
  InvocationOptions options;
  options.extra = std::move(extra);
  return Invocation::build(options).value();
}

std::string arguments(Shell shell, std::string word) {
  return render(of_words({std::move(word)}), shell).value().substr(std::string("dbt run ").size());
}

Error refusal(Shell shell, std::string word) {
  const auto line = render(of_words({std::move(word)}), shell);
  REQUIRE(!line.has_value());
  CHECK(line.error().status == ExitStatus::kUsage);
  CHECK(!line.error().next_step.empty());
  return line.error();
}

}  // namespace

TEST_CASE("the usual command, for each shell") {
  const Invocation invocation = my_new_model();
  const std::string unix_line =
      R"(dbt run --target staging --select +my_new_model --vars '{"models_to_run": "my_new_model it'\''s", )"
      R"("snowplow__backfill_limit_days": 90}')";
  CHECK(render(invocation, Shell::kPosix).value() == unix_line);
  CHECK(render(invocation, Shell::kBash).value() == unix_line);
  CHECK(render(invocation, Shell::kZsh).value() == unix_line);
  CHECK(render(invocation, Shell::kFish).value() ==
        R"(dbt run --target staging --select +my_new_model --vars '{"models_to_run": "my_new_model it\'s", )"
        R"("snowplow__backfill_limit_days": 90}')");
  CHECK(render(invocation, Shell::kPowershell).value() ==
        "dbt run --target staging --select '+my_new_model' --vars "
        "'{models_to_run: ''my_new_model it''''s'', snowplow__backfill_limit_days: 90}'");
  CHECK(render(invocation, Shell::kCmd).value() ==
        "dbt run --target staging --select +my_new_model --vars "
        "\"{models_to_run: 'my_new_model it''s', snowplow__backfill_limit_days: 90}\"");
  CHECK(nlohmann::json::parse(render(invocation, Shell::kJson).value()) ==
        nlohmann::json(invocation.argv(VarsStyle::kJson).value()));
  using namespace std::string_view_literals;
  CHECK(render(of_words({"a\nb", ""}), Shell::kArgv).value() == "dbt\0run\0a\nb\0\0"sv);
}

TEST_CASE("the variables alone") {
  DbtVars vars;
  REQUIRE(vars.add("models_to_run", YamlValue::string("a b"), "plowline").has_value());
  CHECK(render_vars(vars, Shell::kPosix).value() == R"('{"models_to_run": "a b"}')");
  CHECK(render_vars(vars, Shell::kJson).value() == R"({"models_to_run": "a b"})");
  CHECK(render_vars(vars, Shell::kArgv).value() == R"({"models_to_run": "a b"})");
  CHECK(render_vars(vars, Shell::kPowershell).value() == "'{models_to_run: ''a b''}'");
  CHECK(render_vars(vars, Shell::kCmd).value() == "\"{models_to_run: 'a b'}\"");
}

TEST_CASE("shells by name") {
  for (const std::string_view name : shell_names()) CHECK(shell_from(name).has_value());
  CHECK(shell_from("posix").value() == Shell::kPosix);
  CHECK(shell_from("argv").value() == Shell::kArgv);
  CHECK(shell_from("powershell").value() == Shell::kPowershell);
  const auto unknown = shell_from("tcsh\x1b");
  REQUIRE(!unknown.has_value());
  CHECK(to_text(unknown.error()) ==
        "`tcsh\\x1b` is no shell that plowline knows\n"
        "  known: posix, bash, zsh, fish, powershell, cmd, json, argv");
}

TEST_CASE("control characters are escaped, on one line") {
  CHECK(arguments(Shell::kPosix, "a\nb%!") == R"x("$(printf 'a\012b%%\041')")x");
  CHECK(arguments(Shell::kPosix, "-\x1b") == R"x("$(printf '\055\033')")x");
  CHECK(arguments(Shell::kPosix, "a\n") == "\"$(printf 'a')\"'\n'");
  CHECK(arguments(Shell::kBash, "it's\n!") == R"($'it\047s\012\041')");
  CHECK(arguments(Shell::kZsh, "\u0085") == R"($'\302\205')");
  CHECK(arguments(Shell::kFish, "it's\na\u0085") == R"('it\'s'\x0a'a'\Xc2\X85)");
  CHECK(arguments(Shell::kBash, "\xff") == R"($'\377')");
}

TEST_CASE("programs whose name a shell could misread are quoted") {
  const auto line = [](std::string dbt, Shell shell) {
    InvocationOptions options;
    options.dbt = std::move(dbt);
    return render(Invocation::build(options).value(), shell).value();
  };
  CHECK(line("venv/bin/dbt", Shell::kPosix) == "venv/bin/dbt run");
  CHECK(line("dbt-1.8", Shell::kZsh) == "dbt-1.8 run");
  CHECK(line("time", Shell::kBash) == "'time' run");
  CHECK(line("a=b/dbt", Shell::kPosix) == "'a=b/dbt' run");
  CHECK(line("my venv/bin/dbt", Shell::kFish) == "'my venv/bin/dbt' run");
  CHECK(line("C:\\my venv\\dbt.exe", Shell::kPowershell) == "& 'C:\\my venv\\dbt.exe' run");
  CHECK(line("dbt.exe", Shell::kPowershell) == "dbt.exe run");
  CHECK(line("C:\\my venv\\dbt.exe", Shell::kCmd) == "\"C:\\my venv\\dbt.exe\" run");
  CHECK(line("venv/Scripts/dbt.exe", Shell::kCmd) == "\"venv/Scripts/dbt.exe\" run");
}

TEST_CASE("PowerShell: what it would lose is refused, and says why") {
  CHECK(refusal(Shell::kPowershell, "").reason == "an empty argument, which PowerShell before 7.3 drops");
  CHECK(refusal(Shell::kPowershell, "a\"b").reason ==
        "`a\"b` holds a double quote, which PowerShell before 7.3 loses on the way to dbt");
  CHECK(refusal(Shell::kPowershell, "a b\\").reason.find("ends in a backslash and holds a blank") != std::string::npos);
  CHECK(refusal(Shell::kPowershell, "a\nb").reason.find("`a\\nb` holds a line break") == 0);
  CHECK(arguments(Shell::kPowershell, "a\\") == "'a\\'");
  CHECK(arguments(Shell::kPowershell, "-x.bar") == "'-x.bar'");
  CHECK(arguments(Shell::kPowershell, "--threads") == "--threads");
  CHECK(arguments(Shell::kPowershell, "--%") == "'--%'");
  CHECK(arguments(Shell::kPowershell, "8") == "'8'");
  CHECK(arguments(Shell::kPowershell, "\u2019x\u2018") == "'\u2019\u2019x\u2018\u2018'");
}

TEST_CASE("cmd: what it would expand is refused, and says why") {
  for (const char* word : {"%PATH%", "100%", "!x!"}) {
    CHECK(refusal(Shell::kCmd, word).reason.find("holds % or !") != std::string::npos);
  }
  CHECK(refusal(Shell::kCmd, "a\"&calc&\"").reason.find("holds a double quote") != std::string::npos);
  CHECK(refusal(Shell::kCmd, "a\nb").reason.find("holds a line break") != std::string::npos);
  CHECK(arguments(Shell::kCmd, "") == "\"\"");
  CHECK(arguments(Shell::kCmd, "a&b|c^d") == "\"a&b|c^d\"");
  CHECK(arguments(Shell::kCmd, "a b\\\\") == "\"a b\\\\\\\\\"");
  // The excerpt shows where the character stands in a long word.
  const Error error = refusal(Shell::kCmd, std::string(500, 'x') + "%" + std::string(500, 'y'));
  CHECK(error.reason.size() < 200);
  CHECK(error.reason.find("x%y") != std::string::npos);
}

TEST_CASE("a variable that a Windows shell cannot hold is named") {
  InvocationOptions options;
  REQUIRE(options.vars.add("note", YamlValue::string("two\nlines"), "--vars").has_value());
  const Invocation invocation = Invocation::build(options).value();
  for (const Shell shell : {Shell::kCmd, Shell::kPowershell}) {
    const auto line = render(invocation, shell);
    REQUIRE(!line.has_value());
    CHECK(line.error().reason.find("the variable note (--vars) cannot be written for this shell") == 0);
  }
  CHECK(render(invocation, Shell::kPosix).value() == R"(dbt run --vars '{"note": "two\nlines"}')");
}

TEST_CASE("commands that are too long are refused, and say what to do") {
  const auto of_size = [](std::size_t size) { return of_words({std::string(size, 'a')}); };
  const std::string start = "dbt run ";
  CHECK(render(of_size(8191 - start.size()), Shell::kCmd).has_value());
  const auto cmd = render(of_size(8192 - start.size()), Shell::kCmd);
  REQUIRE(!cmd.has_value());
  CHECK(cmd.error().reason == "a line of 8192 characters, where cmd takes 8191");
  CHECK(cmd.error().next_step.find("--exec") != std::string::npos);
  CHECK(cmd.error().next_step.find("dbt does not read --vars from a file") != std::string::npos);

  CHECK(render(of_size(32000), Shell::kPowershell).has_value());
  CHECK(render(of_size(32767), Shell::kPowershell).error().reason.find("where Windows takes") != std::string::npos);

  for (const Shell shell : {Shell::kPosix, Shell::kBash, Shell::kZsh, Shell::kFish}) {
    CHECK(render(of_size(131071), shell).has_value());
    const auto line = render(of_size(131072), shell);
    REQUIRE(!line.has_value());
    CHECK(line.error().reason == "an argument of 131072 bytes, where Linux takes 131071");
    CHECK(line.error().next_step.find("--exec has the same limit") != std::string::npos);
    CHECK(render(of_words(std::vector<std::string>(100, std::string(30000, 'a'))), shell)
              .error()
              .reason.find("where Linux takes about") != std::string::npos);
  }
  CHECK(render(of_size(131072), Shell::kJson).has_value());
  CHECK(render(of_size(131072), Shell::kArgv).has_value());
}

TEST_CASE("JSON holds any word that is UTF-8") {
  const auto names = testing::joined(testing::kClassicNames, testing::kUnprintableNames);
  for (const std::string& name : names) {
    InvocationOptions options;
    options.project_dir = "x" + name;
    const Invocation invocation = Invocation::build(options).value();
    CHECK(nlohmann::json::parse(render(invocation, Shell::kJson).value()) ==
          nlohmann::json(invocation.argv(VarsStyle::kJson).value()));
  }
  CHECK(refusal(Shell::kJson, "\xff").reason == "`\\xff` is not UTF-8, as JSON must be");
}

TEST_CASE("a NUL byte is refused by every quoting") {
  const std::string word("a\0b", 3);
  for (const auto quote : {quote_posix, quote_ansi_c, quote_fish, quote_powershell, quote_cmd}) {
    CHECK(!quote(word, WordPlace::kArgument).has_value());
  }
}
