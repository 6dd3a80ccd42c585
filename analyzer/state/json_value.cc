#include "state/json_value.h"

#include <algorithm>
#include <cstdlib>
#include <map>
#include <string_view>
#include <utility>
#include <vector>

namespace plowline {
namespace {

using Kind = JsonText::Kind;
using Members = std::map<std::string, JsonText>;

bool is_empty(const std::optional<JsonText>& value) {
  if (!value) return true;
  const std::string_view text = value->bytes();
  switch (value->kind()) {
    case Kind::kNull:
      return true;
    case Kind::kString:
      return text.size() == 2;
    case Kind::kArray:
      return value->items().empty();
    case Kind::kObject:
      return std::ranges::all_of(value->members(), [](const auto& member) { return is_empty(member.second); });
    default:
      return false;
  }
}

Members members_of(const JsonText& object) {
  Members out;
  for (auto& [key, value] : object.members()) out.insert_or_assign(std::move(key), value);
  return out;
}

template <typename Equal>
bool equal_objects(const JsonText& a, const JsonText& b, Equal equal) {
  const Members left = members_of(a);
  const Members right = members_of(b);
  const auto find = [](const Members& members, const std::string& key) {
    const auto found = members.find(key);
    return found == members.end() ? std::nullopt : std::optional(found->second);
  };
  return std::ranges::all_of(
             left,
             [&](const auto& member) { return equal(std::optional(member.second), find(right, member.first)); }) &&
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

bool equal_scalars(const JsonText& a, const JsonText& b) {
  if (a.kind() == Kind::kString) return a.string() == b.string();
  if (a.kind() != Kind::kNumber) return a.bytes() == b.bytes();
  const std::string left(a.bytes());
  const std::string right(b.bytes());
  return std::strtod(left.c_str(), nullptr) == std::strtod(right.c_str(), nullptr);
}

}  // namespace

bool equal_values(const JsonText& a, const JsonText& b) {
  if (a.bytes() == b.bytes()) return true;
  if (a.kind() != b.kind()) return false;
  if (a.kind() == Kind::kArray) return equal_arrays(a, b, equal_values);
  if (a.kind() != Kind::kObject) return equal_scalars(a, b);
  return equal_objects(a, b, [](const std::optional<JsonText>& x, const std::optional<JsonText>& y) {
    return x && y && equal_values(*x, *y);
  });
}

bool equal_members(const std::optional<JsonText>& a, const std::optional<JsonText>& b) {
  if (a && b && a->bytes() == b->bytes()) return true;
  const bool empty = is_empty(a);
  if (empty || is_empty(b)) return empty && is_empty(b);
  if (a->kind() != b->kind()) return false;
  if (a->kind() == Kind::kObject) return equal_objects(*a, *b, equal_members);
  if (a->kind() != Kind::kArray) return equal_scalars(*a, *b);
  return equal_arrays(*a, *b, [](const JsonText& x, const JsonText& y) { return equal_members(x, y); });
}

}  // namespace plowline
