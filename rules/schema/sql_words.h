// The words of a query, for finding out whether it reads a column of one of the tables it selects from.
//
// This is no parser of SQL: it follows the ways in which dbt models are written (a CTE per ref, aliases behind the
// relation, columns with or without the alias in front), and takes a word that it cannot assign to another table for
// one of the column wherever the name cannot come from elsewhere.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "lint/lint_project.h"

namespace plowline {

// The code of a node that selects from `table`, cut into words and signs. Comments and the insides of strings are left
// out; what stands in Jinja (macros' arguments) is not.
class SqlWords {
 public:
  // Reads the raw code of `reader` (which may be `table` itself, for its output).
  static SqlWords of_raw_code(const LintProject& project, NodeId reader, NodeId table);
  // Reads its compiled code; nothing is in it where the manifest has none.
  static SqlWords of_compiled_code(const LintProject& project, NodeId reader, NodeId table);

  // Whether the code reads a column of that name (letter case apart) from the table. `elsewhere`: another table that
  // the code selects from has one of that name too, so that only `alias.column` and USING (column) count.
  bool reads(std::string_view column, bool elsewhere) const;
  // Whether the name stands anywhere in the code.
  bool has(std::string_view column) const;
  // A lone `select *`: all columns of the table are the reader's too.
  bool passes_all_on() const;
  // Some `*` in place of a column list: columns come along that nobody names.
  bool has_star() const;
  bool empty() const { return words_.empty(); }

  // The columns that the query itself gives.
  struct Output {
    std::vector<std::string> names;  // in their order, lower case
    bool complete = false;           // false: there may be others: a `*`, Jinja, an expression without a name
    bool has(std::string_view column) const;
  };
  // From the last select list: that of the query, or of the CTE that it hands on (`select * from final`).
  Output output() const;

 private:
  explicit SqlWords(std::string_view text);
  std::string_view at(std::size_t i) const {
    return i < words_.size() ? std::string_view(words_[i]) : std::string_view();
  }
  void find_aliases();
  bool add_alias(std::string_view word);
  bool is_table(std::string_view word) const;
  bool in_using(std::size_t i) const;
  // The end of the bracket that opens at `i`; words_.size() where it is not closed.
  std::size_t closing(std::size_t i) const;
  Output output_of(std::size_t begin, std::size_t end, int steps) const;
  Output select_list(std::size_t begin, std::size_t end) const;
  std::string name_of_item(std::size_t begin, std::size_t end) const;

  std::vector<std::string> words_;    // lower case
  std::vector<std::string> aliases_;  // what the table is called here
};

}  // namespace plowline
