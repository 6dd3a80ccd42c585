#include "backfill/settings.h"

#include <array>
#include <charconv>
#include <cmath>
#include <fmt/format.h>
#include <utility>

namespace plowline {
namespace {

// What the packages' own macros fall back to.
struct Default {
  std::string_view name;
  std::string_view value;
};
constexpr Default kStartDate{"snowplow__start_date", "2020-01-01"};
constexpr Default kLimit{"snowplow__backfill_limit_days", "30"};
constexpr Default kLookback{"snowplow__lookback_window_hours", "6"};

class SettingReader {
 public:
  SettingReader(const DbtVars& vars, const ProjectYaml& yaml, std::string_view package)
      : vars_(vars), yaml_(yaml), package_(package) {}

  // The value that the limits model sees. Errors: a list, a map, null, Jinja.
  Result<SettingSource> find(const Default& setting) const {
    const std::string name(setting.name);
    if (const DbtVar* var = vars_.find(setting.name)) {
      if (!var->value.is_scalar() || var->value.kind == YamlValue::Kind::kNull) return unusable(name, "", var->origin);
      return SettingSource{name, var->value.text, var->origin};
    }
    if (const auto set = yaml_.var(setting.name, package_); set && set->value != nullptr) {
      return written(name, *set->value, fmt::format("{}:{}", file_of(*set), set->position.line));
    }
    if (const PlacedValue* value = yaml_.default_var(setting.name, package_)) {
      return written(name, *value, fmt::format("{}'s own dbt_project.yml", printable(package_)));
    }
    return SettingSource{name, std::string(setting.value), "Snowplow's default"};
  }

  static std::unexpected<Error> unusable(const std::string& name, const std::string& value, const std::string& origin) {
    const bool is_date = name == kStartDate.name;
    return usage_error(fmt::format("{} ({}): '{}' is no {}", name, origin, printable(value),
                                   is_date ? "date" : "number that a Snowplow package can work with"),
                       fmt::format("give it with {}", is_date               ? "--start-date YYYY-MM-DD"
                                                      : name == kLimit.name ? "--backfill-limit-days DAYS"
                                                                            : "--vars"));
  }

 private:
  static Result<SettingSource> written(const std::string& name, const PlacedValue& value, const std::string& origin) {
    const bool scalar = value.kind != PlacedValue::Kind::kList && value.kind != PlacedValue::Kind::kMap &&
                        value.kind != PlacedValue::Kind::kNull;
    if (!scalar || has_jinja(value)) return unusable(name, value.text, origin);
    return SettingSource{name, value.text, origin};
  }

  std::string file_of(const ProjectVar&) const {
    return yaml_.project_file() != nullptr ? yaml_.project_file()->file : "dbt_project.yml";
  }

  const DbtVars& vars_;
  const ProjectYaml& yaml_;
  std::string_view package_;
};

std::optional<double> number_of(std::string_view text) {
  double number = 0;
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), number, std::chars_format::fixed);
  if (failure != std::errc() || end != text.data() + text.size() || !std::isfinite(number)) return std::nullopt;
  return number;
}

// A number of `unit`s; at most some 270 years, so that no sum of times overflows.
std::optional<std::chrono::microseconds> duration_of(std::string_view text, std::chrono::microseconds unit) {
  constexpr double kMost = 100'000.0 * 86'400.0 * 1'000'000.0;
  const auto number = number_of(text);
  if (!number || *number < 0 || *number * static_cast<double>(unit.count()) > kMost) return std::nullopt;
  return std::chrono::microseconds(std::llround(*number * static_cast<double>(unit.count())));
}

}  // namespace

Result<BackfillSettings> backfill_settings(const DbtVars& vars, const ProjectYaml& yaml, std::string_view package) {
  const SettingReader reader(vars, yaml, package);
  BackfillSettings settings;
  for (const Default& setting : {kStartDate, kLimit, kLookback}) {
    auto source = reader.find(setting);
    if (!source) return std::unexpected(std::move(source.error()));
    settings.sources.push_back(std::move(*source));
  }
  const auto wrong = [&](std::size_t i) {
    const SettingSource& source = settings.sources[i];
    return SettingReader::unusable(source.name, source.value, source.origin);
  };
  const auto start = instant_from(settings.sources[0].value);
  if (!start) return wrong(0);
  const auto limit = duration_of(settings.sources[1].value, std::chrono::days(1));
  if (!limit || limit->count() == 0) return wrong(1);
  const auto lookback = duration_of(settings.sources[2].value, std::chrono::hours(1));
  if (!lookback) return wrong(2);
  settings.run = {*start, *limit, *lookback};
  return settings;
}

}  // namespace plowline
