// The name of a table in a warehouse, as SQL can say it.
//
// dbt's `relation_name` is already SQL: each part is quoted or not, as the project's quoting has it. What stands
// unquoted there must stay unquoted (Snowflake would look for another table), what is quoted stays quoted letter by
// letter; and since a manifest is not to be trusted, a part that is no plain identifier is always quoted, so that no
// name can end a statement and begin another.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "diagnostic/error.h"

namespace plowline {

struct NamePart {
  std::string text;     // without quotes, escapes undone
  bool quoted = false;  // it was quoted in the relation_name

  bool operator==(const NamePart&) const = default;
};

// database, schema, identifier; the first (BigQuery: project; Databricks: catalog) may be missing (Spark).
struct TableName {
  std::optional<NamePart> database;
  NamePart schema;
  NamePart identifier;

  bool operator==(const TableName&) const = default;
};

// Takes a `relation_name` apart: `"shop"."prod"."t"`, `` `p`.`d`.`t` ``, `db.schema.T`, also one pair of backticks
// around the whole name, as BigQuery allows. Errors (exit status 3): fewer than two or more than three parts, an open
// quote, an empty part.
Result<TableName> table_name_from(std::string_view relation_name);

// For messages: `shop.prod_derived.my_new_model`, printable.
std::string shown(const TableName& table);

}  // namespace plowline
