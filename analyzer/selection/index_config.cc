// The indexes that look into the parts of a node that a Project keeps unparsed: config and test metadata.
#include <algorithm>
#include <array>
#include <cstdlib>
#include <fmt/format.h>

#include "selection/index.h"

namespace plowline {
namespace {

// dbt looks a key up as a Python attribute first, so that in a dict these name its methods and never a value.
constexpr std::array<std::string_view, 11> kDictMethods{"clear", "copy",    "fromkeys",   "get",    "items", "keys",
                                                        "pop",   "popitem", "setdefault", "update", "values"};

// False where the text of an object cannot hold the key: spares parsing most configs for most keys.
bool may_hold(std::string_view object, std::string_view key) {
  const bool plain = std::ranges::all_of(
      key, [](char c) { return c >= 0x20 && static_cast<unsigned char>(c) < 0x7F && c != '"' && c != '\\'; });
  return !plain || object.find(fmt::format("\"{}\"", key)) != std::string_view::npos;
}

std::optional<JsonText> descend(JsonText value, const std::vector<std::string>& keys) {
  for (std::size_t depth = 0; depth < keys.size(); ++depth) {
    if (depth > 0 && std::ranges::find(kDictMethods, keys[depth]) != kDictMethods.end()) return std::nullopt;
    std::optional<JsonText> inner = value.get(keys[depth]);
    if (!inner) return std::nullopt;
    value = *inner;
  }
  return value;
}

void add_value(ConfigValues& values, const JsonText& value, NodeId id, bool in_list) {
  switch (value.kind()) {
    case JsonText::Kind::kString:
      values.texts.add_copy(*value.string(), id);
      break;
    case JsonText::Kind::kBool:
      (*value.boolean() ? values.is_true : values.is_false).insert(id);
      break;
    case JsonText::Kind::kNull:
      values.is_null.insert(id);
      break;
    case JsonText::Kind::kNumber: {
      const std::string number = number_text(value.bytes());
      values.numbers.add_copy(number, id);
      if (in_list && number == number_text("1")) values.is_true.insert(id);
      if (in_list && number == number_text("0")) values.is_false.insert(id);
      break;
    }
    case JsonText::Kind::kArray:
      if (in_list) break;
      for (const JsonText& item : value.items()) add_value(values, item, id, true);
      break;
    case JsonText::Kind::kObject:
      break;
  }
}

}  // namespace

std::string number_text(std::string_view number) {
  return fmt::format("{}", std::strtod(std::string(number).c_str(), nullptr));
}

Result<const ConfigValues*> SelectionIndex::config_values(const std::vector<std::string>& keys) {
  if (const auto known = config_values_.find(keys); known != config_values_.end()) return &known->second;
  const NodeSet none(project_.size());
  ConfigValues values{{}, {}, none, none, none};
  std::optional<Error> error;
  members_.for_each([&](NodeId id) {
    const std::string_view text = project_.node(id).config.bytes;
    if (error || text.empty() || !std::ranges::all_of(keys, [&](const auto& key) { return may_hold(text, key); })) {
      return;
    }
    Result<JsonText> config = project_.config(id);
    if (!config) {
      error = std::move(config.error());
    } else if (const std::optional<JsonText> value = descend(*config, keys)) {
      add_value(values, *value, id, false);
    }
  });
  if (error) return std::unexpected(std::move(*error));
  return &config_values_.emplace(keys, std::move(values)).first->second;
}

Result<const TextIndex*> SelectionIndex::tags() {
  if (tags_) return &*tags_;
  TextIndex index;
  std::optional<Error> error;
  members_.for_each([&](NodeId id) {
    const NodeRecord& node = project_.node(id);
    for (const std::string_view tag : node.tags) index.add(tag, id);
    // A unit test's tags are those of its config alone.
    if (node.resource_type != ResourceType::kUnitTest || !may_hold(node.config.bytes, "tags")) return;
    Result<JsonText> config = project_.config(id);
    if (!config) {
      error = std::move(config.error());
    } else if (const std::optional<JsonText> tags = config->get("tags")) {
      for (const std::string& tag : tags->strings()) index.add_copy(tag, id);
    }
  });
  if (error) return std::unexpected(std::move(*error));
  return &tags_.emplace(std::move(index));
}

Result<const TextIndex*> SelectionIndex::test_names() {
  if (test_names_) return &*test_names_;
  TextIndex index;
  std::optional<Error> error;
  of_type(ResourceType::kUnitTest).for_each([&](NodeId id) { index.add(project_.node(id).name, id); });
  generic_tests().for_each([&](NodeId id) {
    Result<JsonText> metadata = project_.read(id, &NodeRecord::test_metadata);
    if (!metadata) {
      error = std::move(metadata.error());
    } else if (const std::optional<JsonText> name = metadata->get("name")) {
      index.add_copy(name->scalar(), id);
    }
  });
  if (error) return std::unexpected(std::move(*error));
  return &test_names_.emplace(std::move(index));
}

}  // namespace plowline
