// A StateDiff for a comment on a pull request.
#pragma once

#include <string>

#include "state/diff.h"

namespace plowline {

// GitHub's and GitLab's Markdown, at most about 60,000 characters, as more is refused as a comment: what does not fit
// is counted. Whatever comes from a manifest stands in code spans and code blocks that it cannot leave. Ends with a
// line feed.
std::string diff_markdown(const StateDiff& diff);

}  // namespace plowline
