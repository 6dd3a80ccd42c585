// The result of a query, and the schema that queries are written for, as text.
#pragma once

#include <string>

#include "diagnostic/error.h"
#include "query/query.h"

namespace plowline {

// A table: names, a line, a line per row; numbers to the right. NULL is empty. What a terminal would act on is shown
// escaped, so that a row is one line.
std::string query_text(const QueryResult& result);
// RFC 4180 with a header. Texts are quoted and safe to open in a spreadsheet (output/csv_cell.h), numbers are bare, and
// NULL is an empty cell without quotes.
std::string query_csv(const QueryResult& result);
// One document, as schemas/query.schema.json has it. Rows are objects; of two columns with one name the second is
// `name_2`.
std::string query_json(const QueryResult& result, const Warnings& warnings);

// The tables and their columns, with what each holds.
std::string tables_text();
// As schemas/query-tables.schema.json has it.
std::string tables_json();
// A row per column.
QueryResult tables_result();

}  // namespace plowline
