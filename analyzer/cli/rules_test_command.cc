#include <algorithm>
#include <fmt/format.h>
#include <memory>
#include <system_error>
#include <utility>

#include "cli/commands.h"
#include "cli/console.h"
#include "cli/lint_input.h"
#include "cli/print.h"
#include "query/rule_fixture.h"
#include "query/sql_rule.h"

namespace plowline {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kTestEnd = ".test.yml";

struct RulesTestFlags {
  std::shared_ptr<const std::string> config;  // --config of `plowline rules`
  std::vector<std::string> paths;             // positional
};

// A test's file stands for its rule.
fs::path rule_of(const std::string& path) {
  if (!path.ends_with(kTestEnd)) return path;
  return path.substr(0, path.size() - kTestEnd.size()) + ".sql";
}

Result<std::vector<fs::path>> rule_files(const RulesTestFlags& flags) {
  std::vector<fs::path> paths;
  for (const std::string& path : flags.paths) paths.push_back(rule_of(path));
  if (paths.empty()) {
    const auto config = lint_config({.config = *flags.config});
    if (!config) return std::unexpected(config.error());
    paths = config->sql_rules;
    if (paths.empty()) {
      return usage_error("there are no rules of your own to test",
                         "name their folder in plowline.yml, sql_rules: [lint/], or behind the command");
    }
  }
  for (const fs::path& path : paths) {
    std::error_code ignored;
    if (!fs::exists(path, ignored)) return usage_error(fmt::format("{} is not there", printable(path.string())));
  }
  return sql_rule_files(paths);
}

struct Tally {
  std::size_t passed = 0;
  std::size_t failed = 0;
  std::size_t without_test = 0;
};

std::string outcome_text(const RuleTestOutcome& outcome, const fs::path& file) {
  if (outcome.complaints.empty()) return fmt::format("  ok      {}\n", printable(outcome.name));
  std::string text =
      fmt::format("  FAILED  {} ({}:{})\n", printable(outcome.name), printable(file.generic_string()), outcome.line);
  for (const std::string& complaint : outcome.complaints) {
    std::string_view left = complaint;
    while (!left.empty()) {
      const std::size_t end = std::min(left.find('\n'), left.size());
      text += fmt::format("          {}\n", left.substr(0, end));
      left.remove_prefix(std::min(end + 1, left.size()));
    }
  }
  return text;
}

Result<std::string> tested(const fs::path& file, Tally& tally) {
  const auto rule = read_sql_rule(file);
  if (!rule) return std::unexpected(rule.error());
  const fs::path tests = tests_of_rule(file);
  std::string text = fmt::format("{}: {}\n", printable(file.generic_string()), (*rule)->info().name);
  std::error_code ignored;
  if (!fs::exists(tests, ignored)) {
    ++tally.without_test;
    return text + fmt::format("  no test: write {}\n", printable(tests.generic_string()));
  }
  const auto outcomes = run_rule_tests(tests, **rule);
  if (!outcomes) return std::unexpected(outcomes.error());
  for (const RuleTestOutcome& outcome : *outcomes) {
    ++(outcome.complaints.empty() ? tally.passed : tally.failed);
    text += outcome_text(outcome, tests);
  }
  return text;
}

Result<ExitStatus> run_tests(const RulesTestFlags& flags) {
  const auto files = rule_files(flags);
  if (!files) return std::unexpected(files.error());
  Tally tally;
  std::string text;
  for (const fs::path& file : *files) {
    const auto one = tested(file, tally);
    if (!one) return std::unexpected(one.error());
    text += *one;
  }
  text += fmt::format("{} passed, {} failed", tally.passed, tally.failed);
  if (tally.without_test > 0)
    text += fmt::format("; {} without a test",
                        tally.without_test == 1 ? "1 rule" : fmt::format("{} rules", tally.without_test));
  if (auto printed = print_result(text + "\n"); !printed) return std::unexpected(printed.error());
  return tally.failed > 0 ? ExitStatus::kFindings : ExitStatus::kOk;
}

}  // namespace

CommandLine rules_test_command(std::shared_ptr<const std::string> config) {
  auto flags = std::make_shared<RulesTestFlags>();
  flags->config = std::move(config);
  CommandLine command{.name = "test", .description = "test the rules of your own"};
  command.about =
      "Runs each rule over the projects that the file beside it describes, my-rule.test.yml for my-rule.sql, and "
      "compares "
      "what it finds with what is expected there. Exit status: 0 all is as expected, 1 it is not, 2 a file is wrong.";
  command.positionals = {{.name = "PATH",
                          .description = "rules, their tests, or folders of them; default: all that plowline.yml names",
                          .kind = ValueKind::kFile,
                          .repeated = true,
                          .target = &flags->paths}};
  command.examples = {{"plowline rules test", "all rules that plowline.yml names in sql_rules"},
                      {"plowline rules test lint/mart-without-owner.sql", "one of them"}};
  command.run = [flags](const CommandLine&) { return run_tests(*flags); };
  return command;
}

}  // namespace plowline
