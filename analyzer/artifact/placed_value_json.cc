#include <cstdlib>
#include <fmt/format.h>
#include <set>

#include "artifact/placed_value.h"

namespace plowline {
namespace {

constexpr int kDeepest = 100;

Result<PlacedValue> from_json(const JsonText& value, const std::string& file, const std::string& path, int depth) {
  if (depth > kDeepest) {
    return usage_error(fmt::format("{}: the value at {} is nested more than {} levels deep", file, path, kDeepest));
  }
  PlacedValue out;
  out.position.path = path;
  switch (value.kind()) {
    case JsonText::Kind::kNull:
      break;
    case JsonText::Kind::kBool:
      out.kind = PlacedValue::Kind::kBool;
      out.text = *value.boolean() ? "true" : "false";
      break;
    case JsonText::Kind::kNumber:
      out.kind = PlacedValue::Kind::kNumber;
      out.text = value.bytes();
      break;
    case JsonText::Kind::kString:
      out.kind = PlacedValue::Kind::kText;
      out.text = *value.string();
      break;
    case JsonText::Kind::kArray: {
      out.kind = PlacedValue::Kind::kList;
      for (const JsonText& item : value.items()) {
        Result<PlacedValue> inner = from_json(item, file, fmt::format("{}[{}]", path, out.items.size()), depth + 1);
        if (!inner) return inner;
        out.items.push_back(std::move(*inner));
      }
      break;
    }
    case JsonText::Kind::kObject: {
      out.kind = PlacedValue::Kind::kMap;
      for (const auto& [key, member] : value.members()) {
        Result<PlacedValue> inner = from_json(member, file, fmt::format("{}.{}", path, key), depth + 1);
        if (!inner) return inner;
        PlacedValue name;
        name.kind = PlacedValue::Kind::kText;
        name.text = key;
        name.position = inner->position;
        out.members.push_back({std::move(name), std::move(*inner)});
      }
      out.repeated = drop_repeated_keys(out.members);
      break;
    }
  }
  return out;
}

}  // namespace

const PlacedValue* PlacedValue::get(std::string_view key) const {
  for (const auto& [name, value] : members) {
    if (name.kind == Kind::kText && name.text == key) return &value;
  }
  return nullptr;
}

bool PlacedValue::truthy() const {
  switch (kind) {
    case Kind::kText:
      return !text.empty();
    case Kind::kBool:
      return text == "true";
    case Kind::kNumber:
      return std::strtod(text.c_str(), nullptr) != 0.0;
    case Kind::kNull:
      return false;
    case Kind::kOther:
      return true;
    case Kind::kList:
      return !items.empty();
    case Kind::kMap:
      return !members.empty();
  }
  return false;
}

std::vector<PlacedValue> drop_repeated_keys(std::vector<PlacedValue::Member>& members) {
  std::set<std::pair<PlacedValue::Kind, std::string_view>> seen;
  std::vector<bool> keep(members.size());
  for (std::size_t i = members.size(); i-- > 0;) {
    keep[i] = seen.emplace(members[i].key.kind, members[i].key.text).second;
  }
  if (seen.size() == members.size()) return {};
  std::vector<PlacedValue::Member> kept;
  std::vector<PlacedValue> dropped;
  for (std::size_t i = 0; i < members.size(); ++i) {
    if (keep[i]) {
      kept.push_back(std::move(members[i]));
    } else {
      dropped.push_back(std::move(members[i].key));
    }
  }
  members = std::move(kept);
  return dropped;
}

Result<PlacedValue> placed_value_from_json(const JsonText& value, const std::string& file, const std::string& path) {
  return from_json(value, file, path, 0);
}

}  // namespace plowline
