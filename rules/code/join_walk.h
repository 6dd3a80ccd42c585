// The joins of a query that nothing restricts: every row of one side meets every row of the other.
#pragma once

#include <cstddef>
#include <vector>

#include "source/sql_text.h"

namespace plowline {

struct UnrestrictedJoin {
  enum class Kind {
    kCross,     // CROSS JOIN
    kComma,     // from a, b
    kMissing,   // a JOIN without ON and USING
    kConstant,  // ON TRUE, ON 1 = 1
  };
  Kind kind = Kind::kCross;
  std::size_t offset = 0;
  std::size_t length = 0;
};

// In the text's order. What is unnested or computed for each row (`cross join unnest(…)`, `, lateral …`, `, t.items`,
// functions) is no such join; where Jinja may hold the condition, a join without ON is none either. O(text).
std::vector<UnrestrictedJoin> unrestricted_joins(const SqlText& sql);

}  // namespace plowline
