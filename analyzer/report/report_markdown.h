// The selection report for a comment on a pull request and for GITHUB_STEP_SUMMARY, in GitHub's Markdown.
#pragma once

#include <cstddef>
#include <string>

#include "report/report.h"

namespace plowline {

// The counts, the command, what changed, the findings, the nodes and why each is in, a Mermaid graph, first windows,
// what is downstream, and which manifest it was. Parts of more than a few rows are folded. Never more than `most_bytes`
// (GitHub refuses a comment over 65,536 characters; bytes are never fewer): what has no room is counted. The graph is
// there where GitHub draws it (report_mermaid.h) and where it leaves room for the tables.
// Whatever is in names: no cell, fence or fold ends early, no HTML, no link, and nobody is mentioned. `most_bytes` of
// less than 8,192 counts as that.
std::string report_markdown(const SelectionReport& report, std::size_t most_bytes = 65'536);

}  // namespace plowline
