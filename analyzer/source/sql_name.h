// A name as SQL writes it where a relation stands: dotted, quoted or not, with Jinja in it or not.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "source/sql_tokens.h"

namespace plowline {

struct SqlName {
  std::size_t offset = 0;
  std::size_t length = 0;
  std::size_t end_token = 0;  // the index behind its last token; the first one's where there is no name
  bool has_jinja = false;     // Jinja produces it, or a part of it
  bool is_name = true;        // false: a stage (@…), a parameter ($1), a number
  // Without quotes. `a..b` has an empty part in the middle. What a pair of backquotes holds is split at its dots, as
  // BigQuery reads it, unless it is a path. With Jinja in the name, meaningless.
  std::vector<std::string> parts;
  // What the relation is called where it has no alias: the last part, or the last string in the Jinja of a ref() or
  // source(); may be empty. Into the text.
  std::string_view last;

  // A relation whose schema is written out.
  bool is_literal() const { return is_name && !has_jinja && parts.size() >= 2 && parts.size() <= 4; }
};

// The name that begins at tokens[at].
SqlName read_sql_name(std::string_view text, std::span<const SqlToken> tokens, std::size_t at);

// Without the quotes ("…", `…`, […]) around it, where there are any.
std::string_view unquoted(std::string_view name);

// Equal for names that differ in ASCII case only.
std::uint64_t hash_of_name(std::string_view name);

}  // namespace plowline
