#include "rules/snowplow/window.h"

#include <charconv>
#include <fmt/format.h>

#include "snowplow/tags.h"

namespace plowline {
namespace {

constexpr std::string_view kStartDate = "snowplow__start_date";
constexpr std::string_view kLimitDays = "snowplow__backfill_limit_days";
constexpr std::chrono::sys_days kDefaultStart = std::chrono::year{2020} / std::chrono::January / std::chrono::day{1};
constexpr int kDefaultLimitDays = 30;
constexpr int kMostDays = 100'000;  // more than any history has, and far from what a calendar cannot count

// Digits and nothing else.
std::optional<int> whole_number(std::string_view text) {
  int value = 0;
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (failure != std::errc() || end != text.data() + text.size() || text.front() == '-') return std::nullopt;
  return value;
}

std::string in_words(std::chrono::sys_days day) {
  const std::chrono::year_month_day date(day);
  return fmt::format("{:04}-{:02}-{:02}", static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
                     static_cast<unsigned>(date.day()));
}

// The text of a variable's scalar: quoted or not, a date is a date to the packages.
std::string_view literal_text(const PlacedValue& value) {
  switch (value.kind) {
    case PlacedValue::Kind::kText:
    case PlacedValue::Kind::kNumber:
    case PlacedValue::Kind::kOther:
      return value.text;
    default:
      return {};
  }
}

std::optional<std::chrono::sys_days> start_date(const ProjectYaml& yaml, const SnowplowPackage& package) {
  const std::optional<ProjectVar> var = yaml.var(kStartDate, package.owner);
  if (var && var->value != nullptr) return literal_date(literal_text(*var->value));
  return is_published_package(package.name) ? std::optional(kDefaultStart) : std::nullopt;
}

std::optional<std::chrono::days> limit_days(const ProjectYaml& yaml, const SnowplowPackage& package) {
  const std::optional<ProjectVar> var = yaml.var(kLimitDays, package.owner);
  if (var && var->value != nullptr) {
    const std::optional<int> days = whole_number(literal_text(*var->value));
    if (!days || *days == 0 || *days > kMostDays) return std::nullopt;
    return std::chrono::days(*days);
  }
  return is_published_package(package.name) ? std::optional(std::chrono::days(kDefaultLimitDays)) : std::nullopt;
}

}  // namespace

std::optional<std::chrono::sys_days> literal_date(std::string_view text) {
  constexpr std::size_t kDateLength = 10;
  if (text.size() < kDateLength || text[4] != '-' || text[7] != '-') return std::nullopt;
  const std::string_view rest = text.substr(kDateLength);
  if (!rest.empty() && rest != " 00:00:00" && rest != "T00:00:00") return std::nullopt;
  const auto year = whole_number(text.substr(0, 4));
  const auto month = whole_number(text.substr(5, 2));
  const auto day = whole_number(text.substr(8, 2));
  if (!year || !month || !day) return std::nullopt;
  const std::chrono::year_month_day date(std::chrono::year(*year), std::chrono::month(static_cast<unsigned>(*month)),
                                         std::chrono::day(static_cast<unsigned>(*day)));
  if (!date.ok()) return std::nullopt;
  return std::chrono::sys_days(date);
}

std::optional<FirstWindow> first_window(const LintProject& project, const SnowplowPackage& package) {
  const ProjectYaml& yaml = project.yaml();
  if (yaml.project_file() == nullptr) return std::nullopt;
  const std::optional<std::chrono::sys_days> from = start_date(yaml, package);
  if (!from || *from > project.now()) return std::nullopt;
  FirstWindow window{*from, std::nullopt};
  const std::optional<std::chrono::days> days = limit_days(yaml, package);
  if (days && *from + *days <= project.now()) window.to = *from + *days;
  return window;
}

std::string first_window_words(const LintProject& project, const SnowplowPackage& package) {
  const std::optional<FirstWindow> window = first_window(project, package);
  if (!window) return "the first window, from snowplow__start_date on";
  if (!window->to) return fmt::format("the window from {} on", in_words(window->from));
  return fmt::format("the window {} to {}", in_words(window->from), in_words(*window->to));
}

std::string state_two_words(const LintProject& project, const SnowplowPackage& package) {
  return fmt::format("stays in state 2 for ever: every run repeats {}", first_window_words(project, package));
}

}  // namespace plowline
