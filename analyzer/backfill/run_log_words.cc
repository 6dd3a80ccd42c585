#include "backfill/run_log_words.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <utility>

#include "artifact/console_text.h"

namespace plowline {
namespace {

constexpr std::string_view kSnowplow = "Snowplow: ";
constexpr std::string_view kLimitsModel = "_base_new_event_limits";

template <typename List>
bool starts_with_one_of(std::string_view text, const List& starts) {
  return std::ranges::any_of(starts, [&](std::string_view start) { return text.starts_with(start); });
}

bool take(std::string_view& text, std::string_view start) {
  if (!text.starts_with(start)) return false;
  text.remove_prefix(start.size());
  return true;
}

bool take_digits(std::string_view& text) {
  const std::size_t end = std::min(text.find_first_not_of("0123456789"), text.size());
  text.remove_prefix(end);
  return end != 0;
}

// The message without the local time that dbt_utils puts before it: `02:06:56 + `.
std::string_view without_local_time(std::string_view message) {
  std::string_view rest = message;
  const bool stamped = take_digits(rest) && take(rest, ":") && take_digits(rest) && take(rest, ":") &&
                       take_digits(rest) && take(rest, " + ");
  return stamped ? rest : message;
}

// `'2026-05-05 00:00:00'`, or without the quotes.
std::optional<Instant> take_instant(std::string_view& text) {
  constexpr std::size_t kLength = std::string_view("2026-05-05 00:00:00").size();
  const bool quoted = take(text, "'");
  std::size_t end = std::min(kLength, text.size());
  if (end < text.size() && text[end] == '.') end = std::min(text.find_first_not_of(".0123456789", end), text.size());
  const auto instant = instant_from(text.substr(0, end));
  text.remove_prefix(end);
  if (quoted && !take(text, "'")) return std::nullopt;
  return instant;
}

// The last word before dots and `[RUN]`.
std::string_view printed_name(std::string_view text) {
  const std::size_t bracket = text.rfind(" [");
  if (bracket != std::string_view::npos) text = text.substr(0, bracket);
  while (!text.empty() && (text.back() == '.' || text.back() == ' ')) text.remove_suffix(1);
  const std::size_t blank = text.rfind(' ');
  return blank == std::string_view::npos ? text : text.substr(blank + 1);
}

std::uint64_t count_behind(std::string_view text, std::string_view key) {
  const std::size_t at = text.find(key);
  std::uint64_t value = 0;
  if (at == std::string_view::npos) return value;
  for (std::size_t i = at + key.size(); i < text.size() && text[i] >= '0' && text[i] <= '9' && value < 1'000'000; ++i)
    value = value * 10 + static_cast<std::uint64_t>(text[i] - '0');
  return value;
}

std::optional<NodeLine::What> take_what(std::string_view& text) {
  using What = NodeLine::What;
  constexpr std::array<std::pair<std::string_view, What>, 10> kWords{{{"START ", What::kStarted},
                                                                      {"OK ", What::kSucceeded},
                                                                      {"PASS ", What::kSucceeded},
                                                                      {"WARN ", What::kSucceeded},
                                                                      {"NO-OP ", What::kSucceeded},
                                                                      {"ERROR ", What::kFailed},
                                                                      {"FAIL ", What::kFailed},
                                                                      {"PARTIALLY created ", What::kFailed},
                                                                      {"PARTIAL SUCCESS ", What::kFailed},
                                                                      {"SKIP ", What::kSkipped}}};
  for (const auto& [word, what] : kWords) {
    if (take(text, word)) return what;
  }
  return std::nullopt;
}

}  // namespace

std::optional<RunState> state_in(std::string_view message) {
  std::string_view text = without_local_time(message);
  if (!take(text, kSnowplow)) return std::nullopt;
  if (text.starts_with("No data in manifest. Processing data from start_date")) return RunState::kNoRows;
  if (text.starts_with("New Snowplow incremental model. Backfilling")) return RunState::kNewModel;
  if (text.starts_with("Snowplow incremental models out of sync. Syncing")) return RunState::kOutOfSync;
  if (text.starts_with("Standard incremental run")) return RunState::kStandard;
  return std::nullopt;
}

std::optional<LoggedWindow> window_in(std::string_view message) {
  std::string_view text = without_local_time(message);
  if (!take(text, kSnowplow) || !take(text, "Processing data between ")) return std::nullopt;
  const auto lower = take_instant(text);
  if (!lower || !take(text, " and ")) return std::nullopt;
  const auto upper = take_instant(text);
  if (!upper) return std::nullopt;
  return LoggedWindow{*lower, *upper, between(trim(text), "(", ")").value_or("")};
}

std::optional<std::string_view> relation_without_data(std::string_view message) {
  constexpr std::string_view kStart = "Snowplow Warning: No data in ";
  const std::size_t at = message.find(kStart);
  if (at == std::string_view::npos) return std::nullopt;
  std::string_view relation = message.substr(at + kStart.size());
  relation = relation.substr(0, relation.find_first_of(" \n"));
  while (!relation.empty() && (relation.back() == '"' || relation.back() == '`')) relation.remove_suffix(1);
  const std::size_t start = relation.find_last_of(".\"`");
  return start == std::string_view::npos ? relation : relation.substr(start + 1);
}

std::optional<NodeLine> node_line(std::string_view message) {
  std::string_view text = message;
  if (!take_digits(text) || !take(text, " of ") || !take_digits(text) || !take(text, " ")) return std::nullopt;
  const auto what = take_what(text);
  if (!what) return std::nullopt;
  NodeLine line;
  line.what = *what;
  line.hook = text.starts_with("hook: ");
  if (*what == NodeLine::What::kSkipped && take(text, "relation ")) {
    line.model = true;  // or a seed or a snapshot: dbt does not say
    line.name = text.substr(0, text.find(' '));
    return line;
  }
  line.model = !line.hook && text.find(" model ") != std::string_view::npos;
  line.name = printed_name(text);
  if (line.name.empty()) return std::nullopt;
  return line;
}

std::optional<std::string_view> node_of_thread(std::string_view message) {
  if (take(message, "Began running node ")) return trim(message);
  if (message.starts_with("Finished running node ")) return std::string_view();
  return std::nullopt;
}

std::optional<std::string_view> between(std::string_view text, std::string_view start, std::string_view end) {
  if (!take(text, start)) return std::nullopt;
  const std::size_t at = text.find(end);
  if (at == std::string_view::npos) return std::nullopt;
  return text.substr(0, at);
}

std::string_view last_part(std::string_view name) {
  const std::size_t dot = name.rfind('.');
  return dot == std::string_view::npos ? name : name.substr(dot + 1);
}

std::optional<std::string_view> package_of_limits(std::string_view name) {
  if (!name.ends_with(kLimitsModel) || name.size() == kLimitsModel.size()) return std::nullopt;
  return name.substr(0, name.size() - kLimitsModel.size());
}

std::optional<HookName> hook_name(std::string_view name) {
  if (take(name, "operation.")) {
    const std::size_t dot = name.find('.');
    if (dot == std::string_view::npos) return std::nullopt;
    name = name.substr(dot + 1);
  }
  for (const bool end : {true, false}) {
    for (const std::string_view mark : end ? std::array<std::string_view, 2>{".on-run-end.", "-on-run-end-"}
                                           : std::array<std::string_view, 2>{".on-run-start.", "-on-run-start-"}) {
      const std::size_t at = name.rfind(mark);
      if (at != std::string_view::npos && at != 0) return HookName{name.substr(0, at), end};
    }
  }
  return std::nullopt;
}

std::optional<DoneCounts> done_counts(std::string_view message) {
  if (!message.starts_with("Done.")) return std::nullopt;
  return DoneCounts{count_behind(message, " ERROR="), count_behind(message, " SKIP=")};
}

bool opens_error(std::string_view message) {
  constexpr std::array<std::string_view, 15> kStarts{
      "Encountered an error",   "Failure in ",          "Error in ",
      "Runtime Error",          "Database Error",       "Database error while",
      "Compilation Error",      "Parsing Error",        "Dependency Error",
      "Validation Error",       "The YAML provided in", "Error importing",
      "Could not find profile", "Internal Error",       "dbt encountered an error"};
  return starts_with_one_of(message, kStarts);
}

bool is_known_message(std::string_view message) {
  return message.starts_with("Running with dbt=") || message.starts_with("Done. PASS=") || state_in(message) ||
         window_in(message) || node_line(message);
}

}  // namespace plowline
