// Texts from files within Markdown, as GitHub and GitLab render it: nothing in them acts.
#pragma once

#include <string>
#include <string_view>

namespace plowline {

// `text` as a code span in which nothing acts: no Markdown, HTML or mention. Control characters are shown escaped. Not
// for cells of tables, where a pipe would end the cell.
std::string code_span(std::string_view text);

// The fence of a code block that `body` cannot leave: three backquotes, or more.
std::string code_fence(std::string_view body);

// `text` as Markdown that shows just that, in a table's cell too. Where a link, a mention or a reference would begin, a
// space without width stands in it.
std::string plain_markdown(std::string_view text);

}  // namespace plowline
