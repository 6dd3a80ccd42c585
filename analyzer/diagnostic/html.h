// Texts from files within HTML.
#pragma once

#include <string>
#include <string_view>

namespace plowline {

// `text` as it can stand between tags and within double quotes of an attribute; control characters are shown escaped,
// but for tabs and line feeds. (An attribute that is a URL or a script takes more than this.)
std::string html_text(std::string_view text);

}  // namespace plowline
