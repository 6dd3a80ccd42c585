#include "artifact/placed_value.h"

#include <algorithm>
#include <charconv>
#include <system_error>

namespace plowline {

bool has_jinja(const PlacedValue& value) {
  if (value.text.find("{{") != std::string::npos || value.text.find("{%") != std::string::npos) return true;
  return std::ranges::any_of(value.items, has_jinja) ||
         std::ranges::any_of(value.members, [](const PlacedValue::Member& member) { return has_jinja(member.value); });
}

std::optional<double> number_in(const PlacedValue& value) {
  if (value.kind != PlacedValue::Kind::kNumber && value.kind != PlacedValue::Kind::kText) return std::nullopt;
  std::string_view text = value.text;
  if (text.starts_with('+')) text.remove_prefix(1);
  double number = 0;
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), number, std::chars_format::fixed);
  if (failure != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

}  // namespace plowline
