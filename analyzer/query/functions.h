// The functions of a query that plowline brings: `text regexp pattern`, and those of SQLite whose work for one call may
// grow with the product of two lengths, which its own time limit does not reach: instr, replace, trim, ltrim, rtrim,
// like and glob. They give what SQLite's give.
#pragma once

#include <sqlite3.h>

#include "query/query_state.h"

namespace plowline {

// `state` must outlive the connection. Gives SQLITE_OK, or SQLite's reason why not.
int add_functions(sqlite3* connection, QueryState& state);

}  // namespace plowline
