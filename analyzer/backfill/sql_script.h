// A list of SQL statements that a person is to read and run; plowline never sends one.
#pragma once

#include <span>
#include <string>
#include <vector>

namespace plowline {

struct SqlStatement {
  std::string what;  // what it does and how to read its answer; becomes a comment above it
  std::string sql;   // without the final semicolon; may have several lines
};

struct SqlScript {
  std::string title;               // `my_new_model: copy shop.staging_derived.my_new_model to …`
  std::vector<std::string> notes;  // to know before it is run; comments at the head
  std::vector<SqlStatement> statements;
};

// As text for a file or a terminal: comments, statements, each with its semicolon. Comments are single lines that begin
// with `-- ` and hold no semicolon; text in them cannot leave them. Ends with a line feed.
std::string to_text(const SqlScript& script);
// One after the other, an empty line between them.
std::string to_text(std::span<const SqlScript> scripts);

}  // namespace plowline
