// A PostgreSQL server of the tests' own, to run generated SQL on.
//
// One cluster per test program, made at first use: initdb into a fresh temporary folder, a server that listens on a
// socket in that folder and on no port. A child process watches over it: when the test program ends, however it ends
// (also by abort() or a signal), the child stops the server and removes the folder. As root, which PostgreSQL refuses,
// all of that runs as the user `postgres`, or `nobody` where there is none.
//
// The server's time zone and date style are unusual ones, so that SQL which silently depends on them is found out.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "support/support.h"

namespace plowline::testing {

class PostgresCluster {
 public:
  // The cluster of this program. Null where PostgreSQL is not installed: the skip is printed. Throws
  // std::runtime_error, with the server's own words, where it is installed and does not start.
  static PostgresCluster* get_or_skip(std::string_view what);

  ~PostgresCluster();
  PostgresCluster(const PostgresCluster&) = delete;
  PostgresCluster& operator=(const PostgresCluster&) = delete;

  // The folder of the socket: psql's --host.
  const std::string& host() const { return folder_; }
  const std::string& psql_program() const { return psql_; }

 private:
  PostgresCluster() = default;
  void start(const std::string& bin);

  std::string folder_;
  std::string psql_;
  int control_ = -1;  // the watching child's standard input: it stops the server when this closes
  int watcher_ = -1;  // its process id
};

// A database of its own for a test case, dropped with the object. Roles belong to the whole cluster: a test that needs
// one gives it a name of its own.
class PostgresDatabase {
 public:
  // `copied_from`: a database that nobody is connected to, to begin with all that it holds.
  explicit PostgresDatabase(const PostgresCluster& cluster, std::string_view name = {},
                            std::string_view copied_from = {});
  ~PostgresDatabase();
  PostgresDatabase(const PostgresDatabase&) = delete;
  PostgresDatabase& operator=(const PostgresDatabase&) = delete;

  const std::string& name() const { return name_; }

  // Runs `sql` with `psql -v ON_ERROR_STOP=1` from its standard input, as a user would run a file: status 0 where all
  // of it ran, 3 where a statement failed. `role`: who connects; else a superuser. `settings` (`-c name=value …`) are
  // given to the server for this session.
  Ran run_sql(std::string_view sql, const std::string& role = {}, const std::string& settings = {}) const;

  // run_sql() for what must work: throws std::runtime_error with psql's message where it does not.
  void must_run(std::string_view sql, const std::string& role = {}) const;

  using Row = std::vector<std::string>;  // `<null>` for null
  std::vector<Row> query(std::string_view sql) const;
  // The one value of a query with one row and one column.
  std::string value(std::string_view sql) const;

 private:
  Ran psql(const std::string& database, std::vector<std::string> options, std::string_view sql, const std::string& role,
           const std::string& settings) const;

  const PostgresCluster& cluster_;
  std::string name_;
};

}  // namespace plowline::testing
