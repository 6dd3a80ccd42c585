// Which columns a model's query gives, where its code is plain enough to tell.
//
// No database is asked. It is known where the last select list names every column (sql_words.h): no `*`, no Jinja that
// could stand for some, no expression without a name. The compiled code decides where the manifest has it. A lone
// `select * from {{ ref('x') }}` gives what x gives. Everything else is not known, and rules stay silent.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lint/lint_project.h"
#include "rules/snowplow/output_columns.h"

namespace plowline {

// The columns in their order, lower case. Nothing where they are not known: of models in Python, of materializations
// that are not dbt's own or Snowplow's, of everything that is no model.
std::optional<std::vector<std::string>> produced_columns(const LintProject& project, NodeId model);

// One model's query, asked for column after column. What is read of it is read once, when a first column needs it.
class ProducedColumns {
 public:
  // The project must outlive it.
  ProducedColumns(const LintProject& project, NodeId model) : project_(project), model_(model) {}

  // Whether the model gives the column; letter case and quotes do not count. What is no plain name (an expression, a
  // field of a struct) is not known. Where the columns are not known, but the model neither declares the column nor has
  // its name anywhere in its code (output_columns.h), it does not give it either.
  Given gives(std::string_view column);

 private:
  const std::vector<std::string_view>& seen_at_once();
  const std::optional<std::vector<std::string>>& all();

  const LintProject& project_;
  NodeId model_;
  std::optional<std::vector<std::string_view>> seen_at_once_;  // nearly all columns are among these words
  std::optional<std::optional<std::vector<std::string>>> all_;
};

// A column's name without quotes and blanks around it; empty where it is no plain name.
std::string_view plain_column_name(std::string_view text);

}  // namespace plowline
