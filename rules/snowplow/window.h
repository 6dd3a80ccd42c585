// The window that a Snowplow package repeats when it cannot get on, as dates that a message can name.
//
// In states 1 and 2 (no manifest rows, or fewer than models) a package processes the days from snowplow__start_date to
// snowplow__backfill_limit_days later, and does not move on before every model that it counts has a row. So a model
// that never gets one makes each run the same.
//
// Both variables are read from dbt_project.yml as the package's own models see them. One that stands nowhere has the
// default of Snowplow's published packages, 2020-01-01 and 30. A value is used only where it is a literal that the
// packages can work with: Jinja, other spellings of a date, days that are no whole number and 0 name no window.
// `--vars` of a particular run may say otherwise; that is not known here.
#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "lint/lint_project.h"

namespace plowline {

struct FirstWindow {
  std::chrono::sys_days from;
  // Nothing where the length is not known, or where the window would reach into the future: it then ends at the run's
  // own time.
  std::optional<std::chrono::sys_days> to;
};

// The window of states 1 and 2. Nothing where its start is not known.
std::optional<FirstWindow> first_window(const LintProject& project, const SnowplowPackage& package);

// `the window 2024-01-01 to 2024-01-31`; with less known, `the window from 2024-01-01 on`, or `the first window, from
// snowplow__start_date on`.
std::string first_window_words(const LintProject& project, const SnowplowPackage& package);

// What happens to a package that counts a model without a manifest row, to follow the package's name: `stays in state 2
// for ever: every run repeats the window 2024-01-01 to 2024-01-31`.
std::string state_two_words(const LintProject& project, const SnowplowPackage& package);

// A date as `2024-01-31`, perhaps with a midnight (`2024-01-31 00:00:00`). Nothing for anything else, or for a day that
// no calendar has.
std::optional<std::chrono::sys_days> literal_date(std::string_view text);

}  // namespace plowline
