// Where the findings of `plowline lint` go: formats, files, colours, what GitHub Actions wants.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "cli/command_line.h"
#include "diagnostic/error.h"
#include "lint/finding.h"
#include "lint/rule.h"

namespace plowline {

struct LintOutputFlags {
  std::string format;               // empty: github inside GitHub Actions, else text
  std::vector<std::string> output;  // FORMAT=FILE
  std::string color = "auto";
  bool statistics = false;
  bool list_rules = false;
};

// --format, --output, --color, --statistics, --list-rules.
std::vector<Flag> flags_of(LintOutputFlags& flags);

// Wrong formats are known before anything is read. Errors: an unknown format, `--output` without `=`.
Result<void> check_output(const LintOutputFlags& flags);

// What a report needs to know besides its findings.
struct ReportSurroundings {
  std::vector<std::filesystem::path> folders;  // the projects', whose files may be quoted
  std::string project_file;                    // the first project's dbt_project.yml, relative to the working directory
  Warnings warnings;
  RuleSet rules;  // that there are
};

// Writes the files of --output, GitHub's step summary where there is one, and the report to standard output. Errors: a
// file that cannot be written.
Result<void> print_report(const LintOutputFlags& flags, const LintReport& report, const ReportSurroundings& around);

}  // namespace plowline
