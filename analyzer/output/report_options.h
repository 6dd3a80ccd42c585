// What renderers of a LintReport may be told. A renderer is a function
//
//   std::string NAME_report(const LintReport& report, const ReportOptions& options);
//
// that gives the whole text, with a line feed at its end. It prints nothing and asks for nothing but `source` and the
// registered rules' documentation; the same input gives the same bytes. Cost: linear in the findings.
#pragma once

#include <cstddef>
#include <string>

#include "diagnostic/error.h"
#include "lint/rule.h"
#include "output/source_lines.h"

namespace plowline {

struct ReportOptions {
  bool color = false;       // text, concise: ANSI colours
  bool statistics = false;  // text, concise: lint_statistics() in place of the findings
  std::size_t width = 120;  // text: the longest line of an excerpt, in cells of the terminal
  // text: excerpts; rdjson: to count columns in bytes. Empty: without both.
  SourceLines source;
  std::string version;  // of plowline, for sarif
  RuleSet rules;        // that there are, for sarif
  Warnings warnings;    // json, sarif

  // Code hosts know files by their paths from the repository's root; sarif, github, gitlab, rdjson and markdown give
  // those. `folder` is what leads from there to the working directory (`analytics/dbt`); empty where that is the root.
  std::string folder;
  // What stands for a finding that belongs to no file where a format demands one: relative to the working directory.
  std::string project_file = "dbt_project.yml";
};

}  // namespace plowline
