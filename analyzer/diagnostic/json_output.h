// What the JSON documents that plowline prints have in common.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>

#include "diagnostic/error.h"

namespace plowline {

// The member `warnings` of a document: a list of {code, message, next_step, detail}.
nlohmann::ordered_json warnings_json(const Warnings& warnings);

// What is not known is null, and an empty text stands for that.
nlohmann::ordered_json text_or_null(std::string_view text);

// The document's text, two blanks a level, with a line feed at its end. Bytes that are no UTF-8 become U+FFFD, so that
// it is JSON whatever names a manifest holds.
std::string document_text(const nlohmann::ordered_json& document);
// The same on one line, without a line feed.
std::string document_line(const nlohmann::ordered_json& document);

}  // namespace plowline
