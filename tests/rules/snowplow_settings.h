// Projects whose dbt_project.yml sets Snowplow's variables.
#pragma once

#include <fmt/format.h>
#include <string_view>

#include "rules/test_project.h"

namespace plowline::testing {

// A project with snowplow_unified whose dbt_project.yml has that text under `vars:`, indented by two blanks.
inline TestProject with_vars(std::string_view vars) {
  TestProject project;
  project.snowplow_unified();
  project.file("dbt_project.yml", fmt::format("name: shop\nversion: '1.0.0'\nprofile: shop\nvars:\n{}", vars));
  return project;
}

// The same with the variables of snowplow_unified.
inline TestProject with_unified_vars(std::string_view vars) {
  return with_vars(fmt::format("  snowplow_unified:\n{}", vars));
}

// A model of the project on the package's sessions.
inline void add_sessions_model(TestProject& project, std::string_view sql_part = "1 = 1",
                               std::string_view config = R"("materialized": "incremental")") {
  project.model("shop_sessions",
                fmt::format("select * from {{{{ ref('snowplow_unified_sessions_this_run') }}}}\nwhere {}\n", sql_part),
                fmt::format(R"({{"config": {{{}, "tags": ["snowplow_unified_incremental"]}}}})", config));
}

}  // namespace plowline::testing
