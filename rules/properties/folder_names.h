// How dbt's guide names properties files: `_jaffle_shop__models.yml` in models/staging/jaffle_shop,
// `_int_finance__models.yml` in models/intermediate/finance, `_finance__models.yml` in models/marts/finance.
//
// The guide (How we structure our dbt projects) names them by the folder; dbt-bouncer by all folders from the first
// below `models`, with `stg` for staging, `int` for intermediate, and marts left out. Both are taken here.
#pragma once

#include <string>
#include <string_view>

namespace plowline {

// Whether `file_name` is such a name for what lies in `folder` (whose first folder is not a part of names):
// `_` + something of the folder + `__models.yml`. `subject` is `models`, `sources` or `macros`. `.yaml` is as good.
bool is_name_by_folder(std::string_view file_name, std::string_view folder, std::string_view subject);
// The name that a message proposes.
std::string name_by_folder(std::string_view folder, std::string_view subject);

}  // namespace plowline
