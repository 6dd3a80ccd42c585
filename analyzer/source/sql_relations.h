// Every relation that a text reads or writes, for those to whom names without a dot and names that Jinja makes matter,
// too.
#pragma once

#include <vector>

#include "source/sql_text.h"

namespace plowline {

// As SqlText::literal_relations(), and besides: names of one part (CTEs, temporary tables, what a search path
// resolves), and names that Jinja produces, or a part of them: those have no `parts`. O(text log text).
std::vector<SqlText::Relation> all_relations(const SqlText& text);

}  // namespace plowline
