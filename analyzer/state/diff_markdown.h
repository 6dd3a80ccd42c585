// A StateDiff for a comment on a pull request.
#pragma once

#include <string>
#include <string_view>

#include "state/diff.h"

namespace plowline {

// GitHub's and GitLab's Markdown, at most about 60,000 characters, as more is refused as a comment: what does not fit
// is counted. Whatever comes from a manifest stands in code spans and code blocks that it cannot leave. Ends with a
// line feed.
std::string diff_markdown(const StateDiff& diff);

// `text` as a code span in which nothing acts: no Markdown, HTML or mention. Control characters are shown escaped. Not
// for cells of tables, where a pipe would end the cell.
std::string code_span(std::string_view text);

}  // namespace plowline
