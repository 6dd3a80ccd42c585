#include "state/json_value.h"

#include <algorithm>
#include <charconv>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

namespace plowline {
namespace {

using Kind = JsonText::Kind;

bool is_empty(const JsonText& value) {
  switch (value.kind()) {
    case Kind::kNull:
      return true;
    case Kind::kString:
      return value.bytes().size() == 2;
    case Kind::kArray:
      return value.items().empty();
    case Kind::kObject:
      return std::ranges::all_of(value.members(), [](const auto& member) { return is_empty(member.second); });
    default:
      return false;
  }
}

template <typename Equal>
bool equal_objects(const JsonText& a, const JsonText& b, Equal equal) {
  const JsonMembers left = members_by_key(a);
  const JsonMembers right = members_by_key(b);
  return std::ranges::all_of(left,
                             [&](const auto& member) {
                               return equal(std::optional(member.second), find_member(right, member.first));
                             }) &&
         std::ranges::all_of(right, [&](const auto& member) {
           return left.contains(member.first) || equal(std::nullopt, std::optional(member.second));
         });
}

template <typename Equal>
bool equal_arrays(const JsonText& a, const JsonText& b, Equal equal) {
  const std::vector<JsonText> left = a.items();
  const std::vector<JsonText> right = b.items();
  return std::ranges::equal(left, right, equal);
}

bool is_numeric(const JsonText& value) {
  return value.kind() == Kind::kNumber || value.kind() == Kind::kBool;
}

std::string_view number_text(const JsonText& value) {
  const std::string_view text = value.bytes();
  return text == "true" ? "1" : text == "false" || text == "-0" ? "0" : text;
}

// Whole numbers digit by digit, as Python's have no limit; others as the nearest double.
bool equal_numbers(const JsonText& a, const JsonText& b) {
  const std::string_view left = number_text(a);
  const std::string_view right = number_text(b);
  if (left == right) return true;
  const auto is_whole = [](std::string_view text) { return text.find_first_of(".eEnN") == std::string_view::npos; };
  if (is_whole(left) && is_whole(right)) return false;
  double x = 0;
  double y = 0;
  const auto read = [](std::string_view text, double& value) {
    return std::from_chars(text.data(), text.data() + text.size(), value).ec == std::errc();
  };
  return read(left, x) && read(right, y) && x == y;
}

bool equal_scalars(const JsonText& a, const JsonText& b) {
  if (is_numeric(a) && is_numeric(b)) return equal_numbers(a, b);
  return a.kind() == Kind::kString && b.kind() == Kind::kString && a.string() == b.string();
}

}  // namespace

JsonMembers members_by_key(const JsonText& object) {
  JsonMembers out;
  for (auto& [key, value] : object.members()) out.insert_or_assign(std::move(key), value);
  return out;
}

std::optional<JsonText> find_member(const JsonMembers& members, std::string_view key) {
  const auto found = members.find(key);
  return found == members.end() ? std::nullopt : std::optional(found->second);
}

bool equal_values(const JsonText& a, const JsonText& b) {
  if (a.bytes() == b.bytes()) return true;
  if (a.kind() == Kind::kArray && b.kind() == Kind::kArray) return equal_arrays(a, b, equal_values);
  if (a.kind() != Kind::kObject || b.kind() != Kind::kObject) return equal_scalars(a, b);
  return equal_objects(a, b, [](const std::optional<JsonText>& x, const std::optional<JsonText>& y) {
    return x && y && equal_values(*x, *y);
  });
}

bool equal_members(const std::optional<JsonText>& a, const std::optional<JsonText>& b) {
  if (!a || !b) return (!a || is_empty(*a)) && (!b || is_empty(*b));
  if (a->bytes() == b->bytes()) return true;
  if (a->kind() == Kind::kObject && b->kind() == Kind::kObject) return equal_objects(*a, *b, equal_members);
  if (a->kind() != Kind::kArray || b->kind() != Kind::kArray) return equal_scalars(*a, *b);
  return equal_arrays(*a, *b, [](const JsonText& x, const JsonText& y) { return equal_members(x, y); });
}

}  // namespace plowline
