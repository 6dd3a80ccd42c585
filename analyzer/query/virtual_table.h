// A Table as SQLite sees it: one module for all of them, `create virtual table state.nodes using plowline`.
//
// Nothing is copied into SQLite: a cursor walks over TableRows, and a value is computed when SQLite asks for that
// column of that row. What of a WHERE or a JOIN narrows the rows beforehand:
//   key = …        the rows of that owner, without a search
//   column = …     in a join, any column of text: an index over it is made once per query
//   depth <= …     walks over edges stop there
// Everything is checked again by SQLite, so that narrowing may be generous.
#pragma once

#include <sqlite3.h>
#include <string_view>

#include "query/query_state.h"

namespace plowline {

// Registers the module with the connection and creates every table in both schemas, `state` being attached already.
// `state` must outlive the connection. The result is SQLite's.
int create_tables(sqlite3* connection, QueryState& state);

}  // namespace plowline
