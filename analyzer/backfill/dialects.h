// The dialects that there are, one per file dialect_<name>.cc. Each lives as long as the process and has no state.
#pragma once

#include "backfill/dialect.h"

namespace plowline {

const Dialect& bigquery_dialect();
const Dialect& databricks_dialect();
const Dialect& postgres_dialect();
const Dialect& redshift_dialect();
const Dialect& snowflake_dialect();
const Dialect& spark_dialect();

}  // namespace plowline
