#include "rules/dag/refs.h"

#include <algorithm>

#include "lint/node_parts.h"

namespace plowline {
namespace {

std::string text_or_empty(const std::optional<JsonText>& value) {
  return value && !value->is_null() ? value->scalar() : std::string();
}

WrittenRef ref_from(const JsonText& item) {
  if (item.kind() == JsonText::Kind::kObject)
    return {text_or_empty(item.get("name")), text_or_empty(item.get("package")), text_or_empty(item.get("version"))};
  const std::vector<std::string> words = item.strings();
  if (words.empty()) return {};
  return {words.back(), words.size() > 1 ? words.front() : std::string(), {}};
}

}  // namespace

std::vector<WrittenRef> refs_of(const NodeRecord& node) {
  std::vector<WrittenRef> refs;
  const auto all = check(node.refs);
  if (!all) return refs;
  for (const JsonText& item : all->items()) {
    WrittenRef ref = ref_from(item);
    if (!ref.name.empty()) refs.push_back(std::move(ref));
  }
  return refs;
}

std::size_t most_refs_of(const NodeRecord& node) {
  const std::string_view text = node.refs.bytes;
  const auto opening = std::ranges::count_if(text, [](char c) { return c == '{' || c == '['; });
  return opening == 0 ? 0 : static_cast<std::size_t>(opening) - 1;
}

}  // namespace plowline
