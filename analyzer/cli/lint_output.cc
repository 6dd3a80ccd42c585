#include "cli/lint_output.h"

#include <cstdio>
#include <filesystem>
#include <fmt/format.h>
#include <fstream>
#include <system_error>
#include <unistd.h>
#include <utility>

#include "artifact/dbt_project_file.h"
#include "artifact/write_file.h"
#include "cli/print.h"
#include "output/github_report.h"
#include "output/report_format.h"

namespace plowline {
namespace {

namespace fs = std::filesystem;

std::string environment(std::string_view name) {
  return process_environment()(name).value_or(std::string());
}

bool in_github_actions() {
  return environment("GITHUB_ACTIONS") == "true";
}

Result<ReportFormat> format_of(const LintOutputFlags& flags) {
  if (!flags.format.empty()) return report_format_from(flags.format);
  return in_github_actions() ? ReportFormat::kGithub : ReportFormat::kText;
}

struct OutputFile {
  ReportFormat format;
  std::string file;
};

Result<OutputFile> output_file(const std::string& text) {
  const std::size_t equals = text.find('=');
  if (equals == std::string::npos || equals + 1 == text.size()) {
    return usage_error(fmt::format("--output: '{}' is not FORMAT=FILE", printable(text)),
                       "for example --output sarif=plowline.sarif");
  }
  const auto format = report_format_from(text.substr(0, equals));
  if (!format) return std::unexpected(format.error());
  return OutputFile{*format, text.substr(equals + 1)};
}

// Colours where a person reads: on a terminal that has not refused them.
bool with_color(const LintOutputFlags& flags) {
  if (flags.color == "always") return true;
  if (flags.color == "never" || !environment("NO_COLOR").empty()) return false;
  return ::isatty(STDOUT_FILENO) != 0 && environment("TERM") != "dumb";
}

// From the repository's root to the working directory; empty where that is the root or no repository.
std::string folder_in_repository() {
  std::error_code error;
  const fs::path here = fs::current_path(error);
  for (fs::path folder = here; !folder.empty(); folder = folder.parent_path()) {
    if (fs::exists(folder / ".git", error)) {
      const std::string relative = here.lexically_relative(folder).generic_string();
      return relative == "." ? std::string() : relative;
    }
    if (folder == folder.parent_path()) break;
  }
  return {};
}

bool is_for_people(ReportFormat format) {
  return format == ReportFormat::kText || format == ReportFormat::kConcise;
}

// GitHub gives each step a file whose Markdown it shows; others may have written to it before.
Result<void> append_step_summary(const std::string& file, const std::string& markdown) {
  std::ofstream stream(file, std::ios::app | std::ios::binary);
  stream << markdown;
  stream.flush();
  if (stream) return {};
  return input_error(file, {}, "cannot be written (GITHUB_STEP_SUMMARY)", "unset the variable to do without");
}

}  // namespace

std::vector<Flag> flags_of(LintOutputFlags& flags) {
  const auto names = report_format_names();
  return {
      {.names = {"--format"},
       .description = "how findings are printed; github inside GitHub Actions where nothing is said",
       .kind = ValueKind::kChoice,
       .value_name = "FORMAT",
       .choices = {names.begin(), names.end()},
       .default_value = "text",
       .target = &flags.format},
      {.names = {"--output"},
       .description = "write a report to a file, too: sarif=plowline.sarif",
       .kind = ValueKind::kText,
       .value_name = "FORMAT=FILE",
       .repeatable = true,
       .target = &flags.output},
      {.names = {"--color"},
       .description = "colours in text",
       .kind = ValueKind::kChoice,
       .value_name = "WHEN",
       .choices = {"auto", "always", "never"},
       .default_value = "auto",
       .target = &flags.color},
      {.names = {"--statistics"},
       .description = "print how often each rule found something, not where",
       .target = &flags.statistics},
      {.names = {"--list-rules"},
       .description = "print the rules that would be run, and run none",
       .target = &flags.list_rules},
  };
}

Result<void> check_output(const LintOutputFlags& flags) {
  if (auto format = format_of(flags); !format) return std::unexpected(std::move(format.error()));
  for (const std::string& text : flags.output) {
    if (auto file = output_file(text); !file) return std::unexpected(std::move(file.error()));
  }
  return {};
}

Result<void> print_report(const LintOutputFlags& flags, const LintReport& report, const ReportSurroundings& around) {
  ReportOptions options;
  options.statistics = flags.statistics;
  options.source = lines_of_files_in(around.folders);
  options.version = PLOWLINE_VERSION;
  options.warnings = around.warnings;
  options.rules = around.rules;
  options.folder = folder_in_repository();
  options.project_file = around.project_file;
  for (const std::string& text : flags.output) {
    const auto file = output_file(text);
    if (!file) return std::unexpected(file.error());
    if (auto done = write_file(file->file, render_report(report, file->format, options)); !done) return done;
  }
  const auto format = format_of(flags);
  if (!format) return std::unexpected(format.error());
  if (*format == ReportFormat::kGithub && in_github_actions()) {
    if (const std::string file = environment("GITHUB_STEP_SUMMARY"); !file.empty()) {
      if (auto done = append_step_summary(file, github_step_summary(report, options)); !done) return done;
    }
  }
  options.color = is_for_people(*format) && with_color(flags);
  return write_report(report, *format, options, print_result);
}

}  // namespace plowline
