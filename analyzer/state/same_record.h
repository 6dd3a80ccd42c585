// The cheap answer to "is anything different at all".
#pragma once

#include <string_view>

namespace plowline {

// Whether two JSON objects have the same bytes, but for the number of their own member `created_at`: dbt writes the
// time of parsing into every record, so that records of two runs never have the same bytes. False does not mean that
// they differ. Cost: one pass over both; nothing is parsed. The texts must be well-formed.
bool same_but_for_created_at(std::string_view a, std::string_view b);

}  // namespace plowline
