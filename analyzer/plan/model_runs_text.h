// The runs of changed models for people: in a terminal, and as a Markdown file that a commit carries.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "plan/model_runs.h"

namespace plowline {

// How every such Markdown file begins. A file that begins otherwise is somebody else's.
inline constexpr std::string_view kModelRunsHeader =
    "<!-- plowline changed-commands wrote this file and writes it anew when models change. -->";

// Per model what it is, its models_to_run, and the command: all but the command are comments of the shell, so that the
// whole can be pasted. Models are separated by an empty line; without models the text is empty.
std::string model_runs_text(const std::vector<ModelRun>& runs);

// The same in fenced blocks, with the warnings of each run beside its command. The same runs give the same bytes.
std::string model_runs_markdown(const std::vector<ModelRun>& runs);

}  // namespace plowline
