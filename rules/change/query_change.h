// What a change of a query's text may do to the table that it gives.
//
// The two texts are cut into words; comments, blanks, letter case and config() do not count. Their CTEs and the last
// query are compared one by one, each as a select list and the rest (FROM, JOIN, WHERE, GROUP BY, …). What is found is
// the most that the change may do: a text that only looks different and gives the same rows counts as a change.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "source/sql_text.h"

namespace plowline {

enum class ChangeCategory : std::uint8_t {
  kUnchanged,  // comments, blanks, config()
  kAdditive,   // columns are new, those that were there are as before
  kColumn,     // some columns are computed otherwise, gone, or in another order; the rows are those as before
  kModelWide,  // rows may come, go or repeat, so that any column may have other values
  kUnknown,    // the texts do not tell: Jinja around or inside of a select list, `*`, set operations
};
// `unchanged`, `additive`, `column`, `model-wide`, `unknown`.
std::string_view to_string(ChangeCategory category);

struct QueryChange {
  ChangeCategory category = ChangeCategory::kUnchanged;
  // kAdditive: the new columns; kColumn: those that differ. Lower case, in the order of the current text, then those
  // that are gone. Empty where only the order differs.
  std::vector<std::string> columns;
};

// Cost: linear in the texts but for the select lists, whose columns are looked up one by one.
QueryChange compare_queries(const SqlText& before, const SqlText& now);

}  // namespace plowline
