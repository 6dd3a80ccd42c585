// The variables of a backfill, and where each value comes from.
//
// What a package's limits model sees of snowplow__start_date, snowplow__backfill_limit_days and
// snowplow__lookback_window_hours, in dbt's order: `--vars` of the command (here also --start-date and
// --backfill-limit-days), dbt_project.yml for the package, dbt_project.yml for all, the package's own dbt_project.yml,
// and the default in the macro. Values that hold Jinja cannot be known.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "backfill/run_limits.h"
#include "command/vars.h"
#include "diagnostic/error.h"
#include "source/project_yaml.h"

namespace plowline {

struct SettingSource {
  std::string name;   // snowplow__start_date
  std::string value;  // as written
  std::string
      origin;  // `--start-date`, `dbt_project.yml:12`, `snowplow_unified's own dbt_project.yml`, `Snowplow's default`
};

struct BackfillSettings {
  RunSettings run;
  // start date, limit, lookback, in that order.
  std::vector<SettingSource> sources;
};

// `package` is the dbt package that the limits model belongs to. Errors (exit status 2): a value that the packages
// cannot work with (says where it stands): no date, a limit or lookback that is no positive number (0 for the lookback
// is fine), Jinja.
Result<BackfillSettings> backfill_settings(const DbtVars& vars, const ProjectYaml& yaml, std::string_view package);

}  // namespace plowline
