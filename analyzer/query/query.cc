#include "query/query.h"

#include <algorithm>
#include <fmt/format.h>
#include <string_view>
#include <utility>

#include "lint/rule.h"
#include "query/connection.h"
#include "query/query_error.h"

namespace plowline {
namespace {

constexpr std::size_t kMostBytes = std::size_t{1} << 30;

struct Prepared {
  Connection connection;  // outlives the statement
  Statement statement;
};

std::optional<std::size_t> error_offset(sqlite3* connection) {
  const int offset = sqlite3_error_offset(connection);
  return offset < 0 ? std::nullopt : std::optional(static_cast<std::size_t>(offset));
}

// Where the first statement begins, behind blanks, comments and lone semicolons; the text's size where there is none.
std::size_t statement_start(std::string_view sql, std::size_t at) {
  while (at < sql.size()) {
    const std::string_view rest = sql.substr(at);
    if (rest.front() == ' ' || rest.front() == ';' || (rest.front() >= '\t' && rest.front() <= '\r')) {
      ++at;
    } else if (rest.starts_with("--")) {
      at = std::min(sql.find('\n', at), sql.size());
    } else if (rest.starts_with("/*")) {
      const std::size_t end = sql.find("*/", at + 2);
      at = end == std::string_view::npos ? sql.size() : end + 2;
    } else {
      break;
    }
  }
  return at;
}

Result<Prepared> prepare(const QueryText& query, QueryState& state) {
  if (const std::size_t null = query.sql.find('\0'); null != std::string::npos) {
    return std::unexpected(error_in_query(query, null, "a zero byte in the query"));
  }
  const std::size_t start = statement_start(query.sql, 0);
  if (start == query.sql.size()) {
    return std::unexpected(error_in_query(query, std::nullopt, "there is no SQL in the query",
                                          "for example: select name from nodes where resource_type = 'model'"));
  }
  auto connection = open_connection(state);
  if (!connection) return std::unexpected(std::move(connection.error()));
  Prepared prepared{std::move(*connection), nullptr};
  sqlite3* db = prepared.connection.get();
  sqlite3_stmt* statement = nullptr;
  const char* tail = nullptr;
  const char* begin = query.sql.c_str();
  const int status = sqlite3_prepare_v3(db, begin + start, -1, 0, &statement, &tail);
  prepared.statement.reset(statement);
  if (status != SQLITE_OK || statement == nullptr) {
    auto offset = error_offset(db);
    const std::string_view message = sqlite3_errmsg(db);
    if (offset) *offset += start;
    if (message == "incomplete input") offset = query.sql.find_last_not_of(" \t\r\n;") + 1;
    return std::unexpected(refused_query(query, offset, sqlite3_errmsg(db), state));
  }
  const std::size_t next = statement_start(query.sql, static_cast<std::size_t>(tail - begin));
  if (next < query.sql.size()) {
    return std::unexpected(error_in_query(query, next, "a second statement: a query is one SELECT"));
  }
  if (sqlite3_column_count(statement) == 0 || sqlite3_stmt_readonly(statement) == 0) {
    return std::unexpected(error_in_query(query, start, "a query is one SELECT"));
  }
  if (sqlite3_bind_parameter_count(statement) > 0) {
    const char* name = sqlite3_bind_parameter_name(statement, 1);
    return std::unexpected(error_in_query(
        query, std::nullopt,
        fmt::format("the query has a parameter, {}, and nobody to give it a value", name == nullptr ? "?" : name),
        "write the value in its place"));
  }
  return prepared;
}

std::vector<std::string> columns_of(sqlite3_stmt* statement) {
  std::vector<std::string> columns;
  for (int i = 0; i < sqlite3_column_count(statement); ++i) {
    const char* name = sqlite3_column_name(statement, i);
    columns.emplace_back(name == nullptr ? "" : name);
  }
  return columns;
}

QueryValue value_of(sqlite3_stmt* statement, int column) {
  const auto size = [&] { return static_cast<std::size_t>(sqlite3_column_bytes(statement, column)); };
  switch (sqlite3_column_type(statement, column)) {
    case SQLITE_INTEGER:
      return std::int64_t{sqlite3_column_int64(statement, column)};
    case SQLITE_FLOAT:
      return sqlite3_column_double(statement, column);
    case SQLITE_TEXT: {
      const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(statement, column));
      return text == nullptr ? std::string() : std::string(text, size());
    }
    case SQLITE_BLOB: {
      const auto* bytes = static_cast<const char*>(sqlite3_column_blob(statement, column));
      return QueryBlob{bytes == nullptr ? std::string() : std::string(bytes, size())};
    }
    default:
      return std::monostate();
  }
}

std::size_t bytes_of(const QueryValue& value) {
  if (const auto* text = std::get_if<std::string>(&value)) return text->size();
  if (const auto* blob = std::get_if<QueryBlob>(&value)) return blob->bytes.size();
  return 0;
}

std::string seconds_text(std::chrono::milliseconds time) {
  return fmt::format("{:g} s", static_cast<double>(time.count()) / 1000.0);
}

// Why sqlite3_step() ended with `status`.
Error step_error(const QueryText& query, const QueryLimits& limits, int status, sqlite3* connection,
                 QueryState& state) {
  if (state.error) return std::move(*state.error);
  if (status == SQLITE_INTERRUPT) {
    return error_in_query(query, std::nullopt, fmt::format("the query took longer than {}", seconds_text(limits.time)),
                          "narrow it (edges: say the parent, the child or the depth), or allow it more time");
  }
  if (status == SQLITE_NOMEM) {
    return error_in_query(query, std::nullopt, "the query needs more memory than a query may have",
                          "narrow it: a recursion without an end, or a join without a condition?");
  }
  return refused_query(query, error_offset(connection), sqlite3_errmsg(connection), state);
}

Result<QueryResult> all_rows(const QueryText& query, const QueryLimits& limits, const Prepared& prepared,
                             QueryState& state) {
  sqlite3_stmt* statement = prepared.statement.get();
  QueryResult result{.columns = columns_of(statement)};
  const int width = static_cast<int>(result.columns.size());
  std::size_t bytes = 0;
  int status = SQLITE_OK;
  while ((status = sqlite3_step(statement)) == SQLITE_ROW) {
    if (limits.rows != 0 && result.rows.size() == limits.rows) {
      result.truncated = true;
      return result;
    }
    QueryRow row;
    row.reserve(result.columns.size());
    for (int i = 0; i < width; ++i) {
      row.push_back(value_of(statement, i));
      bytes += sizeof(QueryValue) + bytes_of(row.back());
    }
    if (bytes > kMostBytes) {
      return std::unexpected(
          error_in_query(query, std::nullopt, "the result is larger than a gigabyte", "ask for fewer rows or columns"));
    }
    result.rows.push_back(std::move(row));
  }
  if (status != SQLITE_DONE) {
    return std::unexpected(step_error(query, limits, status, prepared.connection.get(), state));
  }
  return result;
}

}  // namespace

Result<QueryShape> shape_of(const QueryText& query) {
  QueryState state(nullptr, {});
  const auto prepared = prepare(query, state);
  if (!prepared) return std::unexpected(prepared.error());
  QueryShape shape{.columns = columns_of(prepared->statement.get())};
  for (const auto& [schema, name] : state.tables) {
    const Table* table = find_table(name);
    const bool earlier = schema == kStateSchema;
    if (earlier) shape.needs |= kNeedsState;
    if (!earlier) {
      shape.needs |= table->needs();
    } else if ((table->needs() & kNeedsCatalog) != 0) {
      shape.needs |= kNeedsStateCatalog;
    }
    if (name == "findings") shape.findings = true;
  }
  return shape;
}

Result<QueryResult> run_query(const QueryText& query, const QueryInputs& inputs, const QueryLimits& limits) {
  QueryState state(&inputs, limits.time);
  const auto prepared = prepare(query, state);
  if (!prepared) return std::unexpected(prepared.error());
  auto result = all_rows(query, limits, *prepared, state);
  if (!result) return result;
  for (const LintProject* project : {inputs.project, inputs.project->state()}) {
    if (project == nullptr) continue;
    if (auto broken = project->error()) return std::unexpected(std::move(*broken));
  }
  return result;
}

}  // namespace plowline
