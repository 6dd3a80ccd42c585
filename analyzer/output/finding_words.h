// The words and numbers that several formats have in common.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "lint/finding.h"
#include "output/report_options.h"

namespace plowline {

// `error` or `warning`, as compilers and code hosts say.
std::string_view severity_word(Severity severity);

// `models/orders.sql:2:15`, printable; without line and column where they are not known, `project shop` where no file
// is.
std::string place_text(const Finding& finding);

// `1 error`, `12 errors`.
std::string counted(std::size_t count, std::string_view noun);

// `3 errors, 2 warnings`; `no findings`.
std::string finding_counts(const LintSummary& summary);

// One line: `3 errors, 2 warnings in 2 files; 1 can be fixed with --fix; 4 suppressed; 12 in the baseline`, or `All
// checks passed: 57 rules, 812 nodes; 4 suppressed`.
std::string summary_line(const LintReport& report);

// What was not checked or is no longer needed, one line each: `2 rules were not run: needs a catalog.json (rule-a,
// rule-b)`; entries of the baseline that are fixed.
std::vector<std::string> remarks(const LintReport& report);

// Where users read about the rule: its page's address, or the command that prints the page.
std::string help_for(std::string_view rule);
// The page's address where it is one that a browser can open; else empty.
std::string absolute_rule_url(std::string_view rule);

// The finding's file from the repository's root, with `/`, without `./` (ReportOptions::folder); `project_file` where
// it has none. An absolute path stays one. Bytes as they are.
std::string repository_path(const Finding& finding, const ReportOptions& options);

// place_text() with the file like that.
std::string repository_place(const Finding& finding, const ReportOptions& options);

// `text` with `##[` as `##\[`: the runner of GitHub Actions takes `##[command]` anywhere in a line for a command.
std::string without_runner_commands(std::string text);

// `text` cut to `most` bytes, between two characters, with `…` where something is missing.
std::string cut_text(std::string_view text, std::size_t most);

}  // namespace plowline
