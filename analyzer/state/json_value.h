// Values of JSON text compared as Python compares what it reads from them.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>

#include "artifact/json.h"

namespace plowline {

using JsonMembers = std::map<std::string, JsonText, std::less<>>;

// An object's members by key, the last of repeated keys; empty for other kinds. One pass over the text: JsonText::get
// for each key of an object would be one pass per key.
JsonMembers members_by_key(const JsonText& object);
std::optional<JsonText> find_member(const JsonMembers& members, std::string_view key);

// Equal as Python values: members in any order, numbers and booleans by value (1 == 1.0 == true), the last of repeated
// keys.
bool equal_values(const JsonText& a, const JsonText& b);

// Equal as members of a dbt record, where a member that is absent (an older manifest) has an empty default: absent is
// the same as null, "", [], {} or an object of such members, at any depth of objects. Null itself is null only.
bool equal_members(const std::optional<JsonText>& a, const std::optional<JsonText>& b);

}  // namespace plowline
