// Where the findings of `plowline lint` go: formats, files, colours, what GitHub Actions wants.
#pragma once

#include <string>
#include <vector>

#include "cli/command_line.h"
#include "diagnostic/error.h"
#include "lint/finding.h"

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

// Writes the files of --output, GitHub's step summary where there is one, and the report to standard output. Errors: a
// file that cannot be written.
Result<void> print_report(const LintOutputFlags& flags, const LintReport& report, const Warnings& warnings);

}  // namespace plowline
