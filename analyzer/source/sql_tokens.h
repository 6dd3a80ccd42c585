// The words of a text's SQL, for those who look at its grammar.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "source/sql_text.h"

namespace plowline {

// Unquoted words that mean something where relations stand. kNone: any other word.
enum class SqlWord : std::uint8_t {
  kNone,
  kAnd,  // of an expression, as also `or`, `in`, `exists`, …: brackets behind it are no arguments
  kArray,
  kAs,
  kDelete,
  kDistinct,
  kEnd,  // ends a FROM list: `where`, `group`, `order`, …
  kFrom,
  kImport,
  kInsert,
  kInto,
  kJoin,
  kJoining,  // stands before JOIN or behind a relation, where it is no alias: `left`, `cross`, `on`, `pivot`, …
  kLateral,  // also `only`: stands before a relation
  kOverwrite,
  kSelect,
  kSet,
  kTable,
  kUnion,  // also `except`, `intersect`, `minus`: another SELECT follows
  kUpdate,
  kUpdating,  // an UPDATE behind it begins no statement: `then`, `do`, `for`, …
  kUsing,
  kWith,
};

struct SqlToken {
  enum class Kind : std::uint8_t {
    kWord,    // unquoted: a name, keyword, number or parameter
    kQuoted,  // a quoted name, or the part of it up to or behind the Jinja in it
    kString,
    kJinja,           // an expression, or raw text: something that SQL sees
    kJinjaStatement,  // nothing that SQL sees
    kPunctuation,     // one character
  };
  Kind kind = Kind::kWord;
  SqlWord word = SqlWord::kNone;
  bool glued = false;  // no blank, and no SQL comment, stands before it
  std::size_t offset = 0;
  std::size_t length = 0;

  std::size_t end() const { return offset + length; }
};

// In the text's order, without comments and without the Jinja expressions that stand in comments and strings. O(text).
std::vector<SqlToken> sql_tokens(const SqlText& text);

}  // namespace plowline
