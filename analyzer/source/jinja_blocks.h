// The blocks of a Jinja file that dbt makes something of: macros, generic tests, materializations, snapshots.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace plowline {

struct JinjaBlock {
  std::string_view kind;     // `macro`, `test`, `data_test`, `materialization`, `snapshot`
  std::string_view name;     // as written behind it
  std::size_t offset = 0;    // of the opening tag's `{%`
  std::size_t end = 0;       // behind the closing tag; the text's end where there is none
  std::size_t body = 0;      // behind the opening tag
  std::size_t body_end = 0;  // before the closing tag

  // What dbt calls a macro's block: a test's name begins with `test_`. That of a materialization, which has the
  // adapter's name at its end, begins with `materialization_NAME_`.
  std::string macro_name() const;
  bool is(std::string_view macro) const;
};

// In the text's order. Views into `text`. What stands in comments or between {% raw %} and {% endraw %} is no block.
// Cost: one pass.
std::vector<JinjaBlock> jinja_blocks(std::string_view text);

}  // namespace plowline
