// Edits of config(…) in a model's or snapshot's own code.
//
// Only what can be read without evaluating Jinja is edited: keywords of a config() that no condition stands around,
// text literals, and lists of text literals. What an edit gives is scanned again; one that changed anything else is
// refused.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "lint/text_edit.h"

namespace plowline {

enum class SqlConfig : std::uint8_t { kNone, kOther, kHasKey };
// Whether the code has a config() with arguments or without, and whether one of them sets that key.
SqlConfig sql_config(std::string_view code, std::string_view key);

// Edits that make `key` of config() the text `value`. No edits: it is that already. `may_add_call`: where there is no
// config() at all, one is put at the top, behind the comments there.
OrReason<TextEdits> set_in_sql(std::string_view code, std::string_view key, std::string_view value, bool may_add_call);

// Edits that add the tag to `tags`.
OrReason<TextEdits> add_tag_in_sql(std::string_view code, std::string_view tag, bool may_add_call);

}  // namespace plowline
