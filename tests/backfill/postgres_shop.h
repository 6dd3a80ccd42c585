// The two sides of a backfill on the tests' own PostgreSQL: staging with a new model's table and its manifest,
// production with tables and a manifest of its own.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "backfill/blue_green.h"
#include "backfill/dialect.h"
#include "backfill/sql_script.h"
#include "support/postgres_cluster.h"

namespace plowline::testing {

// Production's last_success: an event's own time, with all six digits.
inline constexpr std::string_view kProductionTime = "2026-11-20 22:25:21.482123";

class PostgresShop {
 public:
  // A database `shop` with staging_derived, prod_derived, staging_snowplow_manifest and prod_snowplow_manifest:
  //   staging  my_new_model (everything a table can have), its row in the
  //   manifest at kProductionTime prod     snowplow_unified_views and
  //   snowplow_unified_sessions with rows, both at kProductionTime; a view on
  //   views
  // Roles: dbt_prod (owns production), reporter, "Big Boss".
  explicit PostgresShop(const PostgresCluster& cluster);

  const PostgresDatabase& database() const { return database_; }

  // `shop.<schema>.<identifier>`, all quoted.
  static TableName table(std::string_view schema, std::string_view identifier);
  // From staging_derived.my_new_model to prod_derived.my_new_model.
  static Migration migration(MigrationKind kind = MigrationKind::kCopy);
  // The package snowplow_unified with my_new_model as the new one.
  static PackageTables package();
  // Both of the above, as `blue_green()` finds them.
  static BlueGreen sides();

  // Runs a script as the user would: to_text() through psql.
  Ran run(const SqlScript& script, const std::string& role = {}) const;
  void must_run(const SqlScript& script) const;

  // Everything the catalog and the tables hold, one text per relation, by `schema.relation`: kind, owner, privileges,
  // settings, comments, columns, indexes, constraints, the state of sequences, and a checksum of the rows.
  std::map<std::string, std::string> snapshot() const;

  // The time in a manifest's row, `<null>` where there is none.
  std::string last_success(std::string_view schema, std::string_view model) const;

 private:
  PostgresDatabase database_;
};

// The relations of two snapshots that differ, or that only one has.
std::vector<std::string> differences(const std::map<std::string, std::string>& before,
                                     const std::map<std::string, std::string>& after);

}  // namespace plowline::testing
