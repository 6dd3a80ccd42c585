#include <fmt/format.h>
#include <memory>
#include <system_error>
#include <utility>

#include "cli/commands.h"
#include "cli/lint_input.h"
#include "cli/print.h"
#include "query/rule_test_report.h"
#include "query/sql_rule.h"

namespace plowline {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kTestEnd = ".test.yml";

struct RulesTestFlags {
  std::shared_ptr<const std::string> config;  // --config of `plowline rules`
  std::vector<std::string> paths;             // positional
  std::string format = "text";
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

Result<ExitStatus> run_tests(const RulesTestFlags& flags) {
  const auto files = rule_files(flags);
  if (!files) return std::unexpected(files.error());
  std::vector<TestedRule> rules;
  for (const fs::path& file : *files) rules.push_back(test_rule(file));
  const std::string text = flags.format == "json" ? rule_tests_json(rules) : rule_tests_text(rules);
  if (auto printed = print_result(text); !printed) return std::unexpected(printed.error());
  return summary_of(rules).failed > 0 ? ExitStatus::kFindings : ExitStatus::kOk;
}

}  // namespace

CommandLine rules_test_command(std::shared_ptr<const std::string> config) {
  auto flags = std::make_shared<RulesTestFlags>();
  flags->config = std::move(config);
  CommandLine command{.name = "test", .description = "test the rules of your own"};
  command.about =
      "Runs each rule over the projects that the file beside it describes, my-rule.test.yml for my-rule.sql, and "
      "compares what it finds with what is expected there. A rule or a test that is wrong fails, and the others are "
      "run. Exit status: 0 all is as expected, 1 it is not, 2 there are no such files.";
  command.flags = {{.names = {"--format"},
                    .description = "text, or a JSON document",
                    .kind = ValueKind::kChoice,
                    .value_name = "FORMAT",
                    .choices = {"text", "json"},
                    .default_value = "text",
                    .target = &flags->format}};
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
