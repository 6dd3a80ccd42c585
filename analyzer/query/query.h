// One SQL query over a project, from its text to its rows.
//
//   QueryInputs inputs{.project = &project};
//   Result<QueryResult> result = run_query({.sql = "select name from nodes"}, inputs, {});
//
// The language is SQLite's, over the tables of tables.h. A query can read these and nothing else: no file, no other
// database, no setting of SQLite; it can neither run nor grow without end. Beside SQLite's own functions there is
// `text regexp pattern` (RE2; true where a part of the text matches).
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <variant>
#include <vector>

#include "diagnostic/error.h"
#include "lint/finding.h"
#include "lint/lint_project.h"

namespace plowline {

struct QueryText {
  std::string sql;
  std::string file = "query";  // what errors call it
  std::size_t line = 1;        // the line of that file on which it begins
};

struct QueryInputs {
  // The earlier project, catalogs and run results are those that it has; a query that names a table whose artifact is
  // missing ends with an error that tells how to get it.
  const LintProject* project = nullptr;
  // Runs the linter, for the table `findings` of this project or of the earlier one; called when that is first read.
  // Null: a query cannot ask for it. What it gives must live as long as the query.
  using Findings = std::function<Result<const std::vector<Finding>*>(const LintProject& project)>;
  Findings findings;
};

struct QueryLimits {
  std::chrono::milliseconds time{30'000};  // 0: none
  std::size_t rows = 1'000'000;            // 0: none
};

struct QueryBlob {
  std::string bytes;
  bool operator==(const QueryBlob&) const = default;
};
using QueryValue = std::variant<std::monostate, std::int64_t, double, std::string, QueryBlob>;
using QueryRow = std::vector<QueryValue>;

struct QueryResult {
  std::vector<std::string> columns;
  std::vector<QueryRow> rows;
  bool truncated = false;  // there were more rows than the limit allows
};

// What can be said of a query without a project.
struct QueryShape {
  std::vector<std::string> columns;
  std::uint8_t needs = 0;  // of Needs (lint/rule.h): what its tables are made from
  bool findings = false;   // it reads the table `findings` of either schema
};

// Errors (status 2, with the place in the query where it is known): no SQL, more than one statement, an unknown table
// or column (with the nearest name), anything that is not reading.
Result<QueryShape> shape_of(const QueryText& query);

// Cost: that of the query; of the project only what it names is read. Errors: those of shape_of(), a missing artifact,
// a broken record (status 3), the time limit, a result of more than a gigabyte.
Result<QueryResult> run_query(const QueryText& query, const QueryInputs& inputs, const QueryLimits& limits);

}  // namespace plowline
