// Values of JSON text compared as Python compares what it reads from them.
#pragma once

#include <optional>
#include <string>

#include "artifact/json.h"

namespace plowline {

// Equal as Python values: members in any order, numbers by value (1 == 1.0), the last of repeated keys.
bool equal_values(const JsonText& a, const JsonText& b);

// Equal as members of a dbt record, where a member that is absent has an empty default: absent, null, "", [] and {} are
// one, at any depth of objects.
bool equal_members(const std::optional<JsonText>& a, const std::optional<JsonText>& b);

}  // namespace plowline
