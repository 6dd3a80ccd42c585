// A SQLite database in memory that holds nothing but the project's tables, and lets nobody do anything but read them.
#pragma once

#include <memory>
#include <sqlite3.h>
#include <string>

#include "query/query_state.h"

namespace plowline {

struct CloseConnection {
  void operator()(sqlite3* connection) const { sqlite3_close_v2(connection); }
};
using Connection = std::unique_ptr<sqlite3, CloseConnection>;

struct FinalizeStatement {
  void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
};
using Statement = std::unique_ptr<sqlite3_stmt, FinalizeStatement>;

// `state` must outlive the connection; it is told which tables a query reads and what it was denied. Cost: under a
// millisecond. Errors: SQLite has no memory.
Result<Connection> open_connection(QueryState& state);

}  // namespace plowline
