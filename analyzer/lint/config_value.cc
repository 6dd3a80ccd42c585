#include "lint/config_value.h"

#include <algorithm>
#include <charconv>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <system_error>
#include <utility>

#include "diagnostic/suggest.h"
#include "selection/expression.h"

namespace plowline {
namespace {

using Kind = PlacedValue::Kind;

std::string_view described(Kind kind) {
  switch (kind) {
    case Kind::kText:
      return "a text";
    case Kind::kBool:
      return "a boolean";
    case Kind::kNumber:
      return "a number";
    case Kind::kNull:
      return "nothing";
    case Kind::kOther:
      return "a date";
    case Kind::kList:
      return "a list";
    case Kind::kMap:
      return "a map";
  }
  return "something else";
}

// All of `text` as a number. YAML 1.1's octal, hexadecimal and base-60 numbers are not meant by anybody.
template <typename Number>
std::optional<Number> number_from(std::string_view text) {
  if (text.starts_with('+')) text.remove_prefix(1);
  Number number{};
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (problem != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return number;
}

const PlacedValue::Member* last_with(const PlacedValue& map, const PlacedValue& key) {
  const auto found = std::ranges::find_if(map.members, [&](const PlacedValue::Member& member) {
    return member.key.kind == key.kind && member.key.text == key.text;
  });
  return found == map.members.end() ? nullptr : &*found;
}

}  // namespace

std::string did_you_mean(std::string_view word, std::span<const std::string> candidates) {
  const auto near = nearest(word, candidates);
  return near ? fmt::format(": did you mean '{}'?", *near) : "";
}

std::unexpected<Error> ConfigValueReader::error(const Position& position, std::string reason,
                                                std::string next_step) const {
  return std::unexpected(
      Error{ExitStatus::kUsage, file_.generic_string(), position, std::move(reason), std::move(next_step)});
}

std::unexpected<Error> ConfigValueReader::wrong_kind(const PlacedValue& value, std::string_view what,
                                                     std::string_view expected) const {
  return error(value.position,
               fmt::format("{} has to be {}, and here stands {}", what, expected, described(value.kind)));
}

Result<void> ConfigValueReader::members(const PlacedValue& value, std::string_view what, const ReadMember& read) const {
  if (value.kind != Kind::kMap) return wrong_kind(value, what, "a map (`key: value`)");
  for (const PlacedValue& key : value.repeated) {
    const PlacedValue::Member* last = last_with(value, key);
    return error(last == nullptr ? key.position : last->key.position,
                 fmt::format("'{}' stands in {} twice, first in line {}", printable(key.text), what, key.position.line),
                 "keep one of them");
  }
  for (const auto& [key, member] : value.members) {
    if (key.kind == Kind::kList || key.kind == Kind::kMap || key.kind == Kind::kNull) {
      return wrong_kind(key, "a key of " + std::string(what), "a text");
    }
    PlacedValue nothing;
    nothing.position = key.position;
    if (auto done = read(key, member.kind == Kind::kNull ? nothing : member); !done) return done;
  }
  return {};
}

Result<void> ConfigValueReader::map(const PlacedValue& value, std::string_view what, const std::vector<Key>& keys,
                                    const Unknown& unknown) const {
  return members(value, what, [&](const PlacedValue& key, const PlacedValue& member) -> Result<void> {
    const auto found = std::ranges::find(keys, key.text, &Key::name);
    if (found != keys.end()) return found->read(member);
    if (unknown) return unknown(key);
    std::vector<std::string> names;
    for (const Key& known : keys) names.push_back(known.name);
    return error(key.position,
                 fmt::format("'{}' is not known in {}{}", printable(key.text), what, did_you_mean(key.text, names)),
                 fmt::format("what may stand there: {}", fmt::join(names, ", ")));
  });
}

Result<std::string> ConfigValueReader::text(const PlacedValue& value, std::string_view what) const {
  if (value.kind == Kind::kNumber || value.kind == Kind::kBool) {
    return error(value.position, fmt::format("{} has to be a text, and here stands {}", what, described(value.kind)),
                 "put quotes around it where the text is meant");
  }
  if (value.kind != Kind::kText && value.kind != Kind::kOther) return wrong_kind(value, what, "a text");
  return value.text;
}

Result<std::vector<std::string>> ConfigValueReader::texts(const PlacedValue& value, std::string_view what) const {
  std::vector<std::string> all;
  if (value.kind == Kind::kMap || value.kind == Kind::kNull) {
    return wrong_kind(value, what, "a text or a list of texts");
  }
  if (value.kind != Kind::kList) {
    auto one = text(value, what);
    if (!one) return std::unexpected(std::move(one.error()));
    all.push_back(*std::move(one));
    return all;
  }
  for (const PlacedValue& item : value.items) {
    auto one = text(item, fmt::format("an element of {}", what));
    if (!one) return std::unexpected(std::move(one.error()));
    all.push_back(*std::move(one));
  }
  return all;
}

template <typename Map, typename ReadOne>
Result<Map> ConfigValueReader::map_of(const PlacedValue& value, std::string_view what, const ReadOne& read_one) const {
  Map map;
  auto read = members(value, what, [&](const PlacedValue& key, const PlacedValue& member) -> Result<void> {
    auto name = text(key, fmt::format("a key of {}", what));
    if (!name) return std::unexpected(std::move(name.error()));
    auto one = read_one(member, fmt::format("'{}' in {}", printable(*name), what));
    if (!one) return std::unexpected(std::move(one.error()));
    map.insert_or_assign(*std::move(name), *std::move(one));
    return {};
  });
  if (!read) return std::unexpected(std::move(read.error()));
  return map;
}

Result<TextMap> ConfigValueReader::text_map(const PlacedValue& value, std::string_view what) const {
  return map_of<TextMap>(value, what,
                         [this](const PlacedValue& one, const std::string& name) { return text(one, name); });
}

Result<NumberMap> ConfigValueReader::number_map(const PlacedValue& value, std::string_view what,
                                                std::int64_t minimum) const {
  return map_of<NumberMap>(
      value, what, [&](const PlacedValue& one, const std::string& name) { return whole_number(one, name, minimum); });
}

Result<ListMap> ConfigValueReader::list_map(const PlacedValue& value, std::string_view what) const {
  return map_of<ListMap>(value, what,
                         [this](const PlacedValue& one, const std::string& name) { return texts(one, name); });
}

Result<bool> ConfigValueReader::boolean(const PlacedValue& value, std::string_view what) const {
  if (value.kind != Kind::kBool) return wrong_kind(value, what, "true or false");
  return value.text == "true";
}

Result<std::int64_t> ConfigValueReader::whole_number(const PlacedValue& value, std::string_view what,
                                                     std::int64_t minimum) const {
  if (value.kind != Kind::kNumber) return wrong_kind(value, what, "a whole number");
  const auto number = number_from<std::int64_t>(value.text);
  if (!number) {
    return error(value.position, fmt::format("{} has to be a whole number, not {}", what, printable(value.text)));
  }
  if (*number < minimum) {
    return error(value.position, fmt::format("{} is {}; {} is the least it may be", what, *number, minimum));
  }
  return *number;
}

Result<double> ConfigValueReader::number(const PlacedValue& value, std::string_view what) const {
  if (value.kind != Kind::kNumber) return wrong_kind(value, what, "a number");
  const auto number = number_from<double>(value.text);
  if (!number) return error(value.position, fmt::format("{} has to be a number, not {}", what, printable(value.text)));
  return *number;
}

Result<void> ConfigValueReader::one_of(std::string_view text, const PlacedValue& at, std::string_view what,
                                       std::span<const std::string> choices) const {
  if (std::ranges::find(choices, text) != choices.end()) return {};
  return error(at.position, fmt::format("{}: '{}' is not one of {}{}", what, printable(text), fmt::join(choices, ", "),
                                        did_you_mean(text, choices)));
}

Result<std::filesystem::path> ConfigValueReader::path(const PlacedValue& value, std::string_view what) const {
  auto written = text(value, what);
  if (!written) return std::unexpected(std::move(written.error()));
  if (written->empty()) return error(value.position, fmt::format("{} is an empty text", what), "name a path");
  return file_.parent_path() / std::filesystem::path(*written);
}

Result<std::vector<std::string>> ConfigValueReader::selectors(const PlacedValue& value, std::string_view what) const {
  auto all = texts(value, what);
  if (!all) return all;
  if (all->empty()) {
    return error(value.position, fmt::format("{} is an empty list", what), "leave it out where all nodes are meant");
  }
  for (std::size_t i = 0; i < all->size(); ++i) {
    const PlacedValue& at = value.kind == Kind::kList ? value.items[i] : value;
    if ((*all)[i].empty()) return error(at.position, fmt::format("{} is an empty text", what), "name some nodes");
    const auto parsed = parse_selection({(*all)[i]}, {}, IndirectSelection::kEager);
    if (parsed) continue;
    return error(at.position, fmt::format("{}: {}", what, parsed.error().reason), parsed.error().next_step);
  }
  return all;
}

}  // namespace plowline
