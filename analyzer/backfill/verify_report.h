// What `plowline backfill verify` prints: the verdicts on the rows it was given, and the SQL of the checks.
#pragma once

#include <string>
#include <vector>

#include "backfill/sql_script.h"
#include "backfill/verify.h"
#include "diagnostic/error.h"

namespace plowline {

struct Verification {
  std::string dialect;
  std::vector<SqlScript> scripts;
  std::vector<ManifestVerdict> verdicts;  // empty where no rows are known

  bool safe() const;  // no verdict speaks against the merge
};

// A file that psql and its like can run: the verdicts are comments at its head.
std::string to_text(const Verification& verification);
// As schemas/backfill-sql.schema.json has it.
std::string verification_json(const Verification& verification, const Warnings& warnings);

}  // namespace plowline
