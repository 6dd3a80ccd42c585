#include "rules/snowplow/start_dates.h"

#include "lint/pattern.h"

namespace plowline {

DateText read_date(std::string_view text) {
  static const Pattern kDate = Pattern::known(R"(\d{4}-\d{1,2}-\d{1,2}([ T].*)?)");
  DateText date;
  if (!kDate.matches(text)) return date;
  date.looks_like_date = true;
  std::array<unsigned, 3> numbers = {0, 0, 0};
  std::size_t part = 0;
  for (const char c : text.substr(0, text.find_first_of(" T"))) {
    if (c == '-') {
      ++part;
    } else {
      numbers[part] = numbers[part] * 10 + static_cast<unsigned>(c - '0');
    }
  }
  const std::chrono::year_month_day day{std::chrono::year{static_cast<int>(numbers[0])}, std::chrono::month{numbers[1]},
                                        std::chrono::day{numbers[2]}};
  if (day.ok()) date.day = std::chrono::sys_days(day);
  return date;
}

}  // namespace plowline
