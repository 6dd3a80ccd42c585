#include "diagnostic/name_list.h"

#include <algorithm>
#include <fmt/format.h>

#include "diagnostic/error.h"

namespace plowline {
namespace {

std::vector<std::string_view> views_of(const std::vector<std::string>& names) {
  return {names.begin(), names.end()};
}

// The first ones, with commas.
std::string first_names(const std::vector<std::string_view>& names, std::size_t count) {
  std::string text;
  for (std::size_t i = 0; i < count; ++i) text += (i == 0 ? "" : ", ") + printable(names[i]);
  return text;
}

std::string with_the_rest(const std::vector<std::string_view>& names, std::size_t most) {
  return fmt::format("{} and {} more", first_names(names, most), names.size() - most);
}

}  // namespace

std::string name_list(const std::vector<std::string_view>& names, std::size_t most) {
  if (names.size() > most && names.size() - most > 1) return with_the_rest(names, most);
  if (names.size() < 2) return first_names(names, names.size());
  return first_names(names, names.size() - 1) + " and " + printable(names.back());
}

std::string name_list(const std::vector<std::string>& names, std::size_t most) {
  return name_list(views_of(names), most);
}

std::string comma_list(const std::vector<std::string>& names, std::size_t most) {
  return names.size() > most ? with_the_rest(views_of(names), most) : first_names(views_of(names), names.size());
}

}  // namespace plowline
