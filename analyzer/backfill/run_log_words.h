// What the messages of a run say: dbt's lines about nodes and hooks, and those that Snowplow's packages print.
//
// dbt: core/dbt/events/types.py of 1.5 to 1.11 (LogModelResult, SkippingDetails, LogHookEndLine, StatsLine, …).
// Snowplow: snowplow_utils, get_incremental_manifest_status, print_run_limits, return_limits_from_model.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "artifact/instant.h"
#include "backfill/run_limits.h"

namespace plowline {

// `02:06:56 + Snowplow: Standard incremental run`.
std::optional<RunState> state_in(std::string_view message);

// `… + Snowplow: Processing data between '2026-05-05 00:00:00' and '2026-07-04 00:00:00' (snowplow_unified)`.
struct LoggedWindow {
  Instant lower_limit;
  Instant upper_limit;
  std::string_view package;  // empty: ecommerce and normalize do not say it
};
std::optional<LoggedWindow> window_in(std::string_view message);

// `Snowplow Warning: No data in "shop"."s"."snowplow_unified_events_this_run" for date range …`: the name of the
// relation, without quotes; empty where it cannot be told.
std::optional<std::string_view> relation_without_data(std::string_view message);

// `3 of 21 OK created sql table model scratch.snowplow_unified_base_new_event_limits  [SELECT 1 in 0.12s]`.
struct NodeLine {
  enum class What : std::uint8_t { kStarted, kSucceeded, kFailed, kSkipped };
  What what = What::kStarted;
  bool hook = false;
  bool model = false;
  std::string_view name;  // as printed: schema.alias of a model, `snowplow_unified.on-run-end.0` of a hook
};
std::optional<NodeLine> node_line(std::string_view message);

// The node that a thread works on, in the debug log: `Began running node model.shop.a`. Empty: `Finished running`.
std::optional<std::string_view> node_of_thread(std::string_view message);

// What follows `start` at the beginning of `text` up to `end`; nothing where it does not stand there.
std::optional<std::string_view> between(std::string_view text, std::string_view start, std::string_view end);

// The part behind the last dot.
std::string_view last_part(std::string_view name);

// `snowplow_unified` of `snowplow_unified_base_new_event_limits`; nothing for other names.
std::optional<std::string_view> package_of_limits(std::string_view name);

// A hook as dbt names it: `snowplow_unified.on-run-end.0` on the console, `snowplow_unified-on-run-end-0` in errors,
// `operation.snowplow_unified.snowplow_unified-on-run-end-0`.
struct HookName {
  std::string_view package;
  bool end = false;  // on-run-end
};
std::optional<HookName> hook_name(std::string_view name);

// The counts of `Done. PASS=26 WARN=0 ERROR=0 SKIP=0 NO-OP=0 TOTAL=26`; nothing for other messages.
struct DoneCounts {
  std::uint64_t errors = 0;
  std::uint64_t skipped = 0;
};
std::optional<DoneCounts> done_counts(std::string_view message);

// A message with which an error begins, without looking at its level.
bool opens_error(std::string_view message);

// One that only dbt prints, also where its time stamp is lost.
bool is_known_message(std::string_view message);

}  // namespace plowline
