#include "query/connection.h"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <string_view>
#include <utility>

#include "query/functions.h"
#include "query/virtual_table.h"

namespace plowline {
namespace {

// Against a query that makes values without end: SQLite's own limit is a gigabyte for one value. (A single step of
// SQLite may copy a few such values, and the clock is only looked at between steps.)
constexpr int kLongestValue = 16 << 20;
// All that SQLite may hold at a time, of all queries that run. (It sorts in memory here, and recursion may be endless.)
constexpr sqlite3_int64 kMostMemory = sqlite3_int64{2} << 30;
// `like` takes time, at worst, in proportion to the product of the pattern's and the text's length.
constexpr int kLongestLikePattern = 500;
constexpr int kStepsBetweenLooks = 100;

// --- what a query may do ---------------------------------------------------------------------------------------------

std::string word_for(int action) {
  switch (action) {
    case SQLITE_ATTACH:
      return "ATTACH";
    case SQLITE_DETACH:
      return "DETACH";
    case SQLITE_PRAGMA:
      return "PRAGMA";
    case SQLITE_INSERT:
      return "INSERT";
    case SQLITE_UPDATE:
      return "UPDATE";
    case SQLITE_DELETE:
      return "DELETE";
    case SQLITE_TRANSACTION:
    case SQLITE_SAVEPOINT:
      return "a transaction";
    case SQLITE_ANALYZE:
      return "ANALYZE";
    case SQLITE_REINDEX:
      return "REINDEX";
    case SQLITE_ALTER_TABLE:
      return "ALTER";
    default:
      return action >= SQLITE_DROP_INDEX && action <= SQLITE_DROP_VIEW ? "DROP" : "CREATE or DROP";
  }
}

// (json_patch looks for every member of one object among all of the other, for longer than any time limit.)
bool is_forbidden(std::string_view function) {
  constexpr std::array<std::string_view, 7> kForbidden{"load_extension", "readfile",       "writefile", "edit",
                                                       "fsdir",          "fts3_tokenizer", "json_patch"};
  return std::ranges::find(kForbidden, function) != kForbidden.end();
}

// SQLite's own tables that tell of nothing but the query's values and the tables' names.
bool is_harmless(std::string_view table) {
  constexpr std::array<std::string_view, 6> kHarmless{"json_each",     "json_tree",          "sqlite_master",
                                                      "sqlite_schema", "sqlite_temp_master", "sqlite_temp_schema"};
  return std::ranges::find(kHarmless, table) != kHarmless.end();
}

// (A table of which no column is read is named with an empty column; so are the query's own, those of WITH.)
int may_read(QueryState& state, std::string_view table, std::string_view column) {
  if (column.empty() || find_table(table) != nullptr || is_harmless(table)) return SQLITE_OK;
  state.denied = fmt::format("the table {}", table);
  return SQLITE_DENY;
}

int authorize(void* context, int action, const char* first, const char* second, const char*, const char*) {
  QueryState& state = *static_cast<QueryState*>(context);
  const auto text = [](const char* word) { return word == nullptr ? std::string_view() : std::string_view(word); };
  switch (action) {
    case SQLITE_SELECT:
    case SQLITE_RECURSIVE:
      return SQLITE_OK;
    case SQLITE_READ:
      return may_read(state, text(first), text(second));
    case SQLITE_FUNCTION:
      if (!is_forbidden(text(second))) return SQLITE_OK;
      state.denied = fmt::format("the function {}()", text(second));
      return SQLITE_DENY;
    default:
      // (To open a table of its own making, SQLite pretends to write its list of tables.)
      state.denied =
          text(first).starts_with("sqlite_") ? "making a table or opening one of SQLite's own" : word_for(action);
      return SQLITE_DENY;
  }
}

int look_at_the_clock(void* context) {
  return static_cast<const QueryState*>(context)->is_late() ? 1 : 0;
}

// --- the connection --------------------------------------------------------------------------------------------------

void set_limits(sqlite3* connection) {
  sqlite3_hard_heap_limit64(kMostMemory);
  sqlite3_limit(connection, SQLITE_LIMIT_LENGTH, kLongestValue);
  sqlite3_limit(connection, SQLITE_LIMIT_LIKE_PATTERN_LENGTH, kLongestLikePattern);
  sqlite3_limit(connection, SQLITE_LIMIT_WORKER_THREADS, 0);
}

// A name in double quotes is a name and never a text: a misspelled column is an error then.
void lock_up(sqlite3* connection, QueryState& state) {
  for (const auto& [setting, value] : {std::pair{SQLITE_DBCONFIG_DEFENSIVE, 1},
                                       {SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0},
                                       {SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0},
                                       {SQLITE_DBCONFIG_WRITABLE_SCHEMA, 0},
                                       {SQLITE_DBCONFIG_DQS_DML, 0},
                                       {SQLITE_DBCONFIG_DQS_DDL, 0}}) {
    sqlite3_db_config(connection, setting, value, nullptr);
  }
  sqlite3_set_authorizer(connection, authorize, &state);
  sqlite3_progress_handler(connection, kStepsBetweenLooks, look_at_the_clock, &state);
}

bool prepare(sqlite3* connection, QueryState& state) {
  // (SQLite makes the tables of its JSON functions when they are first named, which is not allowed later.)
  constexpr const char* kSetUp =
      "pragma temp_store = memory; attach ':memory:' as state; select * from json_each('[]'), json_tree('[]')";
  set_limits(connection);
  if (sqlite3_exec(connection, kSetUp, nullptr, nullptr, nullptr) != SQLITE_OK) return false;
  if (create_tables(connection, state) != SQLITE_OK) return false;
  if (add_functions(connection, state) != SQLITE_OK) return false;
  lock_up(connection, state);
  return true;
}

}  // namespace

Result<Connection> open_connection(QueryState& state) {
  sqlite3* opened = nullptr;
  const int status = sqlite3_open_v2(":memory:", &opened, SQLITE_OPEN_READWRITE | SQLITE_OPEN_MEMORY, nullptr);
  Connection connection(opened);
  if (status == SQLITE_OK && prepare(connection.get(), state)) return connection;
  const char* reason = connection ? sqlite3_errmsg(connection.get()) : "out of memory";
  return std::unexpected(Error{ExitStatus::kInput, {}, {}, fmt::format("SQLite cannot be started: {}", reason), {}});
}

}  // namespace plowline
