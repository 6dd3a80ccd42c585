#include <algorithm>
#include <charconv>
#include <chrono>
#include <cmath>
#include <fmt/format.h>
#include <iterator>
#include <memory>
#include <optional>
#include <utility>

#include "artifact/file.h"
#include "cli/commands.h"
#include "cli/console.h"
#include "cli/lint_input.h"
#include "cli/print.h"
#include "lint/lint.h"
#include "query/query.h"
#include "query/query_output.h"

namespace plowline {
namespace {

constexpr double kMostSeconds = 1e6;

struct QueryFlags {
  LintInputFlags input;
  std::string sql;  // positional
  std::string file;
  std::string format = "text";
  std::string timeout = "30";
  std::string limit_rows = "1000000";
  bool tables = false;
};

template <typename Number>
std::optional<Number> number_from(const std::string& text) {
  Number value{};
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value);
  return error == std::errc() && stop == end ? std::optional(value) : std::nullopt;
}

Result<QueryLimits> limits_of(const QueryFlags& flags) {
  const auto seconds = number_from<double>(flags.timeout);
  if (!seconds || !(*seconds >= 0) || *seconds > kMostSeconds) {
    return usage_error(fmt::format("--timeout: '{}' is no number of seconds", printable(flags.timeout)),
                       "for example --timeout 60; 0 is no limit");
  }
  const auto rows = number_from<std::size_t>(flags.limit_rows);
  if (!rows) {
    return usage_error(fmt::format("--limit-rows: '{}' is no whole number", printable(flags.limit_rows)),
                       "for example --limit-rows 100; 0 is no limit");
  }
  // (A time of less than a millisecond is still a limit.)
  return QueryLimits{std::chrono::milliseconds(static_cast<std::int64_t>(std::ceil(*seconds * 1000))), *rows};
}

Result<QueryText> query_of(const QueryFlags& flags) {
  if (flags.sql.empty() == flags.file.empty()) {
    return usage_error(
        flags.sql.empty() ? "there is no SQL to run" : "SQL is given twice: as an argument and by --file",
        "for example: plowline query 'select name from nodes'; --tables shows what there is");
  }
  const std::string& file = flags.file.empty() ? flags.sql : flags.file;
  if (flags.file.empty() && flags.sql != "-") return QueryText{.sql = flags.sql};
  if (file == "-" && flags.input.project.manifest == "-") {
    return usage_error("both the manifest and the SQL from standard input", "name a file for one of them");
  }
  const auto bytes = FileBytes::read(file);
  if (!bytes) return std::unexpected(bytes.error());
  return QueryText{.sql = std::string(bytes->text()), .file = bytes->name()};
}

// Reads the project, and of its surroundings what the query names.
Result<const OpenLint*> open_for(QueryFlags& flags, const QueryShape& shape, const LintConfig& config,
                                 Warnings& warnings) {
  flags.input.needs = shape.needs;
  flags.input.with_rules = shape.findings;
  flags.input.selection.leave_state = !shape.findings && (shape.needs & kNeedsState) == 0;
  const bool names_project = !flags.input.project.manifest.empty() || !flags.input.project.project_dir.empty();
  if (config.projects.size() > 1 && !names_project) {
    return usage_error(
        fmt::format("{} lists {} projects, and a query is over one", config.file.string(), config.projects.size()),
        "name it: --project-dir DIR, or --manifest FILE");
  }
  const auto projects = open_projects(flags.input, config, warnings);
  if (!projects) return std::unexpected(projects.error());
  return projects->front();
}

// What the rules find in the project or in the earlier one; for the table `findings`.
Result<std::vector<Finding>> findings_of(const LintConfig& config, const OpenLint& open, const LintProject& project,
                                         Warnings& warnings) {
  std::unique_ptr<Selector> of_state;
  if (&project != open.project.get()) of_state = std::make_unique<Selector>(project.project(), SelectionInputs{});
  LintRequest request{.project = &project, .selector = of_state ? of_state.get() : &open.open->selector()};
  request.rules = open.rules;
  request.rule_set = &config.rule_set;
  request.packages = config.packages;
  request.except = config.except;
  if (open.entry != nullptr)
    request.except.insert(request.except.end(), open.entry->except.begin(), open.entry->except.end());
  auto found = lint(request, warnings);
  if (!found) return std::unexpected(std::move(found.error()));
  warn_of_failed(found->failed, warnings);
  return std::move(found->findings);
}

Result<QueryResult> result_of(QueryFlags& flags, Warnings& warnings) {
  const auto limits = limits_of(flags);
  if (!limits) return std::unexpected(limits.error());
  const auto query = query_of(flags);
  if (!query) return std::unexpected(query.error());
  const auto shape = shape_of(*query);  // what is wrong with it is known before anything is read
  if (!shape) return std::unexpected(shape.error());
  const auto config = lint_config(flags.input);
  if (!config) return std::unexpected(config.error());
  const auto open = open_for(flags, *shape, *config, warnings);
  if (!open) return std::unexpected(open.error());

  std::vector<std::unique_ptr<const std::vector<Finding>>> kept;
  QueryInputs inputs{.project = (*open)->project.get()};
  inputs.findings = [&](const LintProject& project) -> Result<const std::vector<Finding>*> {
    auto found = findings_of(*config, **open, project, warnings);
    if (!found) return std::unexpected(std::move(found.error()));
    kept.push_back(std::make_unique<const std::vector<Finding>>(*std::move(found)));
    return kept.back().get();
  };
  auto result = run_query(*query, inputs, *limits);
  if (result && result->truncated) {
    warnings.push_back({.code = "query-truncated",
                        .message = fmt::format("the query has more rows than the {} that are shown", limits->rows),
                        .next_step = "--limit-rows 0 shows all of them"});
  }
  return result;
}

std::string text_of(const QueryResult& result, const std::string& format, const Warnings& warnings) {
  if (format == "json") return query_json(result, warnings);
  return format == "csv" ? query_csv(result) : query_text(result);
}

Result<ExitStatus> show_tables(const QueryFlags& flags) {
  if (!flags.sql.empty() || !flags.file.empty()) return usage_error("--tables stands alone, without SQL");
  const std::string text = flags.format == "json"  ? tables_json()
                           : flags.format == "csv" ? query_csv(tables_result())
                                                   : tables_text();
  if (auto printed = print_result(text); !printed) return std::unexpected(printed.error());
  return ExitStatus::kOk;
}

Result<ExitStatus> run_query_command(QueryFlags& flags) {
  if (flags.tables) return show_tables(flags);
  Warnings warnings;
  const auto result = result_of(flags, warnings);
  print_warnings(warnings);
  if (!result) return std::unexpected(result.error());
  if (auto printed = print_result(text_of(*result, flags.format, warnings)); !printed) {
    return std::unexpected(printed.error());
  }
  return ExitStatus::kOk;
}

std::vector<Flag> own_flags(QueryFlags& flags) {
  return {
      {.names = {"--file", "-f"},
       .description = "read the SQL from this file; - is standard input",
       .kind = ValueKind::kFile,
       .value_name = "FILE",
       .target = &flags.file},
      {.names = {"--tables"}, .description = "show the tables and their columns", .target = &flags.tables},
      {.names = {"--format"},
       .description = "a table, a JSON document, or CSV",
       .kind = ValueKind::kChoice,
       .value_name = "FORMAT",
       .choices = {"text", "json", "csv"},
       .default_value = "text",
       .target = &flags.format},
      {.names = {"--timeout"},
       .description = "give up after this many seconds; 0: never",
       .kind = ValueKind::kText,
       .value_name = "SECONDS",
       .default_value = "30",
       .target = &flags.timeout},
      {.names = {"--limit-rows"},
       .description = "show no more rows than this, and say so; 0: all",
       .kind = ValueKind::kText,
       .value_name = "N",
       .default_value = "1000000",
       .target = &flags.limit_rows},
      {.names = {"--state"},
       .description = "a folder with an earlier manifest.json, for the tables of the schema state",
       .kind = ValueKind::kDirectory,
       .value_name = "DIR",
       .environment = "DBT_STATE",
       .target = &flags.input.selection.state},
      {.names = {"--config"},
       .description = "the configuration to use; default: the nearest plowline.yml upward",
       .kind = ValueKind::kFile,
       .value_name = "FILE",
       .target = &flags.input.config},
      {.names = {"--catalog"},
       .description = "the catalog.json for catalog_tables and catalog_columns; default: the one beside the manifest",
       .kind = ValueKind::kFile,
       .value_name = "FILE",
       .target = &flags.input.catalog},
      {.names = {"--state-catalog"},
       .description = "the catalog.json of the earlier state; default: the one in its folder",
       .kind = ValueKind::kFile,
       .value_name = "FILE",
       .target = &flags.input.state_catalog},
  };
}

}  // namespace

CommandLine query_command() {
  auto flags = std::make_shared<QueryFlags>();
  CommandLine command{.name = "query", .description = "ask the project in SQL"};
  command.about =
      "One SELECT in SQLite's language over tables of the project: nodes, edges, columns, tests, configs, metas, tags, "
      "findings of the linter and more; --tables shows them all. The schema state has the same tables for an earlier "
      "manifest. Only what the query names is read, and nothing can be changed. Exit status: 0 also where no row is "
      "found, 2 wrong SQL, 3 an input cannot be read.";
  command.flags = own_flags(*flags);
  std::ranges::move(flags_of(flags->input.project), std::back_inserter(command.flags));
  command.positionals = {
      {.name = "SQL", .description = "the query; - reads it from standard input", .target = &flags->sql}};
  command.examples = {
      {"plowline query \"select name from nodes where resource_type = 'model' and description is null\"",
       "models without a description"},
      {"plowline query --format csv \"select key, value, count(*) from configs group by 1, 2\" > configs.csv",
       "what is configured how often"},
      {"plowline query --state production \"select unique_id from nodes except select unique_id from state.nodes\"",
       "what production does not have"},
  };
  command.run = [flags](const CommandLine&) { return run_query_command(*flags); };
  return command;
}

}  // namespace plowline
