// What Postgres and Redshift, its descendant, have in common: how names and texts are quoted, and grants.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "backfill/dialect.h"

namespace plowline {

// `"a ""b"""`. A zero byte, which no name can have and at which psql would stop reading, becomes U+FFFD: no table is
// called that.
std::string double_quoted(std::string_view name);

// The name as it can stand in a statement: in quotes where it was quoted, where it is no plain identifier, and where it
// is one of `keywords` (in lower case, each between blanks).
std::string postgres_identifier(const NamePart& part, std::string_view keywords);

// What a config names as a column: quoted already (`"Page View"`), or not.
NamePart configured_name(std::string_view name);

// `$plowline$…$plowline$`, with a tag that `body` does not hold: no name inside can end it.
std::string dollar_quoted(std::string_view body);

// Grants of the model's `grants` config, one statement per privilege; what is no privilege's name, or nobody's, is told
// in `notes` instead.
//
// A grantee is written as dbt writes it, without quotes where it is a plain identifier; otherwise it is quoted.
// `kinds`: words that may stand before it (Redshift: group, role).
std::vector<SqlStatement> configured_grants(const Dialect& dialect, const Migration& migration,
                                            std::span<const std::string_view> kinds, std::vector<std::string>& notes);

// Whether both lie in one database, as far as the names tell.
bool same_database(const TableName& a, const TableName& b);

}  // namespace plowline
