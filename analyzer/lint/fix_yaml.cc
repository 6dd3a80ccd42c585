#include "lint/fix_yaml.h"

#include <algorithm>

#include "lint/yaml_scalar_text.h"

namespace plowline {
namespace {

using Kind = PlacedValue::Kind;
using Member = PlacedValue::Member;

constexpr std::string_view kNotUnderstood = "its YAML entry is written in a way that is not understood";

std::unexpected<std::string> because(std::string_view reason) {
  return std::unexpected(std::string(reason));
}

bool is_list_or_map(const PlacedValue& value) {
  return value.kind == Kind::kList || value.kind == Kind::kMap;
}

bool is_list_of_texts(const PlacedValue& value) {
  return value.kind == Kind::kList && std::ranges::none_of(value.items, is_list_or_map);
}

bool has_jinja(std::string_view text) {
  return text.contains("{{") || text.contains("{%") || text.contains("{#");
}

constexpr bool is_blank(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

const Member* member_of(const PlacedValue& map, std::string_view key) {
  const auto found = std::ranges::find(map.members, key, [](const Member& m) { return std::string_view(m.key.text); });
  return found == map.members.end() ? nullptr : &*found;
}

// --- meaning ---------------------------------------------------------------------------------------------------------

bool means_the_same(const PlacedValue& a, const PlacedValue& b) {
  if (a.kind != b.kind || a.text != b.text || a.items.size() != b.items.size() ||
      a.members.size() != b.members.size() || a.repeated.size() != b.repeated.size()) {
    return false;
  }
  for (std::size_t i = 0; i < a.items.size(); ++i) {
    if (!means_the_same(a.items[i], b.items[i])) return false;
  }
  for (std::size_t i = 0; i < a.members.size(); ++i) {
    const Member& member = a.members[i];
    const bool in_order = b.members[i].key.text == member.key.text;
    const Member* other = in_order ? &b.members[i] : member_of(b, member.key.text);
    if (other == nullptr || other->key.kind != member.key.kind || !means_the_same(member.value, other->value)) {
      return false;
    }
  }
  return true;
}

// What corresponds in `copy`, which is one of `root`, to `wanted`, which is a part of it.
PlacedValue* twin_of(const PlacedValue& root, PlacedValue& copy, const PlacedValue& wanted) {
  if (&root == &wanted) return &copy;
  for (std::size_t i = 0; i < root.items.size(); ++i) {
    if (PlacedValue* found = twin_of(root.items[i], copy.items[i], wanted)) return found;
  }
  for (std::size_t i = 0; i < root.members.size(); ++i) {
    if (PlacedValue* found = twin_of(root.members[i].value, copy.members[i].value, wanted)) return found;
  }
  return nullptr;
}

// --- reading ---------------------------------------------------------------------------------------------------------

std::size_t closing_quote(std::string_view text, std::size_t at) {
  const char quote = text[at];
  for (++at; at < text.size(); ++at) {
    if (text[at] == '\\' && quote == '"') {
      ++at;
    } else if (text[at] == quote) {
      if (quote == '"' || at + 1 >= text.size() || text[at + 1] != quote) return at;
      ++at;
    }
  }
  return text.size();
}

// The bracket that closes the one at `open`; text.size() where there is none.
std::size_t closing_bracket(std::string_view text, std::size_t open) {
  int depth = 0;
  for (std::size_t at = open; at < text.size(); ++at) {
    const char c = text[at];
    const char before = at == 0 ? '\n' : text[at - 1];
    if (c == '{' || c == '[') {
      ++depth;
    } else if (c == '}' || c == ']') {
      if (--depth == 0) return at;
    } else if ((c == '"' || c == '\'') && (is_blank(before) || std::string_view(",[{:").contains(before))) {
      at = closing_quote(text, at);
    } else if (c == '#' && is_blank(before)) {
      at = std::min(text.find('\n', at), text.size());
    }
  }
  return text.size();
}

}  // namespace

PlacedValue yaml_text(std::string_view text) {
  PlacedValue value;
  value.kind = Kind::kText;
  value.text = text;
  return value;
}

PlacedValue yaml_list(std::vector<PlacedValue> items) {
  PlacedValue value;
  value.kind = Kind::kList;
  value.items = std::move(items);
  return value;
}

PlacedValue yaml_map(std::vector<std::pair<std::string, PlacedValue>> members) {
  PlacedValue value;
  value.kind = Kind::kMap;
  for (auto& [key, member] : members) value.members.push_back({yaml_text(key), std::move(member)});
  return value;
}

std::string yaml_document(const PlacedValue& value) {
  return YamlEdit({}).block_map(value, 0, nullptr) + "\n";
}

YamlEdit::YamlEdit(std::string_view text) : text_(text), file_(PropertyFile::read(text)) {
  if (!is_readable()) return;
  lines_ = *file_.yaml();
  read_layout();
}

std::size_t YamlEdit::offset_of(const PlacedValue& value) const {
  const auto& [path, offset, line, column] = value.position;
  if (line == 0 || column == 0 || line > lines_->lines().count()) return text_.size();
  std::size_t at = std::min(lines_->lines().start(static_cast<std::uint32_t>(line)) + column - 1, text_.size());
  while (at < text_.size() && (text_[at] == '&' || text_[at] == '!')) {  // the value stands behind its anchor and tag
    while (at < text_.size() && !is_blank(text_[at])) ++at;
    while (at < text_.size() && is_blank(text_[at])) ++at;
  }
  return at;
}

std::size_t YamlEdit::line_end(std::uint32_t line) const {
  return lines_->lines().start(line) + lines_->lines().line(line).size();
}

// The place of an item's `-`; nothing where it has none, or other things stand before it on its line.
std::optional<std::size_t> YamlEdit::dash_of(const PlacedValue& item) const {
  std::size_t at = offset_of(item);
  if (at >= text_.size()) return std::nullopt;
  while (at > 0 && is_blank(text_[at - 1])) --at;
  if (at == 0 || text_[at - 1] != '-') return std::nullopt;
  const bool first = line_before(text_, at - 1).find_first_not_of(' ') == std::string_view::npos;
  return first ? std::optional(at - 1) : std::nullopt;
}

void YamlEdit::read_layout() {
  const auto column_of = [&](std::size_t at) { return line_before(text_, at).size(); };
  for (const auto& [key, value] : root().members) {
    const auto dash = value.items.empty() || is_flow(value) ? std::nullopt : dash_of(value.items.front());
    if (!dash || column_of(*dash) < column_of(offset_of(key))) continue;
    layout_.list = column_of(*dash) - column_of(offset_of(key));
    layout_.step = std::max<std::size_t>(2, layout_.list);
    for (const auto& [inner_key, inner] : value.items.front().members) {
      if (inner.kind != Kind::kMap || inner.members.empty() || is_flow(inner)) continue;
      const std::size_t deeper = column_of(offset_of(inner));
      if (deeper > column_of(offset_of(inner_key))) layout_.step = deeper - column_of(offset_of(inner_key));
    }
    return;
  }
}

bool YamlEdit::is_flow(const PlacedValue& list_or_map) const {
  const std::size_t at = offset_of(list_or_map);
  return at < text_.size() && text_[at] == (list_or_map.kind == Kind::kList ? '[' : '{');
}

std::optional<TextEdit> YamlEdit::written(const PlacedValue& text) const {
  const std::size_t at = offset_of(text);
  if (is_list_or_map(text) || at >= text_.size()) return std::nullopt;
  if (text_[at] == '"' || text_[at] == '\'') {
    const std::size_t end = closing_quote(text_, at);
    return end < text_.size() ? std::optional(TextEdit{at, end + 1 - at, {}}) : std::nullopt;
  }
  if (text.text.empty() || !text_.substr(at).starts_with(text.text)) return std::nullopt;
  return TextEdit{at, text.text.size(), {}};
}

char YamlEdit::quote_of(const PlacedValue& value) const {
  const std::size_t at = value.position.line == 0 || is_list_or_map(value) ? text_.size() : offset_of(value);
  return at < text_.size() && (text_[at] == '"' || text_[at] == '\'') ? text_[at] : '\0';
}

// --- writing ---------------------------------------------------------------------------------------------------------

std::string YamlEdit::in_flow(const PlacedValue& value, const PlacedValue* like) const {
  if (!is_list_or_map(value)) {
    return yaml_scalar_text(value.text, like != nullptr ? quote_of(*like) : '\0', YamlContext::kFlow);
  }
  std::string out;
  for (const PlacedValue& item : value.items) out += (out.empty() ? "" : ", ") + in_flow(item, nullptr);
  for (const auto& [key, inner] : value.members) {
    const PlacedValue* inner_like = like != nullptr ? like->get(key.text) : nullptr;
    out += (out.empty() ? "" : ", ") + key.text + ": " + in_flow(inner, inner_like);
  }
  return value.kind == Kind::kList ? "[" + out + "]" : "{" + out + "}";
}

std::string YamlEdit::behind_key(const PlacedValue& value, std::size_t column) const {
  if (!is_list_or_map(value)) return " " + yaml_scalar_text(value.text, '\0', YamlContext::kBlock);
  if (is_list_of_texts(value)) return " " + in_flow(value, nullptr);
  if (value.kind == Kind::kMap) {
    column += layout_.step;
    return "\n" + std::string(column, ' ') + block_map(value, column, nullptr);
  }
  std::string out;
  column += layout_.list;
  for (const PlacedValue& item : value.items) {
    out += "\n" + std::string(column, ' ') + "- " + block_map(item, column + 2, nullptr);
  }
  return out;
}

// Without the indentation of its first line.
std::string YamlEdit::block_map(const PlacedValue& map, std::size_t column, const PlacedValue* like) const {
  std::string out;
  for (const auto& [key, value] : map.members) {
    if (!out.empty()) out += "\n" + std::string(column, ' ');
    const PlacedValue* neighbour = like != nullptr ? like->get(key.text) : nullptr;
    const bool styled = neighbour != nullptr && !is_list_or_map(value);
    out += key.text + ":";
    out += styled ? " " + yaml_scalar_text(value.text, quote_of(*neighbour), YamlContext::kBlock)
                  : behind_key(value, column);
  }
  return out;
}

// --- edits -----------------------------------------------------------------------------------------------------------

OrReason<TextEdits> YamlEdit::append_in_flow(const PlacedValue& list_or_map, std::string_view item) const {
  const std::size_t open = offset_of(list_or_map);
  const std::size_t close = closing_bracket(text_, open);
  if (close == text_.size()) return because(kNotUnderstood);
  std::size_t last = open;
  for (const PlacedValue& each : list_or_map.items) last = std::max(last, offset_of(each));
  for (const auto& [key, value] : list_or_map.members) last = std::max(last, offset_of(key));
  if (last >= close) return because(kNotUnderstood);
  return TextEdits{append_in_brackets(text_, open, last, close, item)};
}

OrReason<TextEdits> YamlEdit::append_in_block(const PlacedValue& list, const std::vector<PlacedValue>& items) {
  const PlacedValue& last = list.items.back();
  const auto dash = dash_of(last);
  if (!dash) return because(kNotUnderstood);
  const std::string_view indent = line_before(text_, *dash);
  std::string_view gap = text_.substr(*dash + 1, offset_of(last) - *dash - 1);
  if (gap.contains('\n')) gap = " ";
  const LineSpan span = lines_->lines_of_item(last);
  // Where a blank line stands between the items, one goes before each new one.
  const std::size_t count = list.items.size();
  const auto before_last = count > 1 ? lines_->lines_of_item(list.items[count - 2]) : LineSpan{};
  const bool spaced = before_last.last != 0 && before_last.last + 1 < span.first &&
                      lines_->lines().line(before_last.last + 1).find_first_not_of(" \t") == std::string_view::npos;
  std::string out;
  for (const PlacedValue& item : items) {
    out += (spaced ? "\n\n" : "\n") + std::string(indent) + "-" + std::string(gap);
    out += item.kind == Kind::kMap ? block_map(item, indent.size() + 1 + gap.size(), &last)
                                   : yaml_scalar_text(item.text, quote_of(last), YamlContext::kBlock);
  }
  return TextEdits{{line_end(span.last), 0, std::move(out)}};
}

OrReason<TextEdits> YamlEdit::append(const PlacedValue& list, const std::vector<PlacedValue>& items) {
  if (!is_flow(list)) return list.items.empty() ? because(kNotUnderstood) : append_in_block(list, items);
  std::string joined;
  const PlacedValue* like = list.items.empty() ? nullptr : &list.items.back();
  for (const PlacedValue& item : items) joined += (joined.empty() ? "" : ", ") + in_flow(item, like);
  return append_in_flow(list, joined);
}

OrReason<TextEdits> YamlEdit::fill(const Member& member, const PlacedValue& value) const {
  const auto key = written(member.key);
  if (!key || key->offset + key->length >= text_.size() || text_[key->offset + key->length] != ':') {
    return because(kNotUnderstood);
  }
  const std::size_t colon = key->offset + key->length;
  const std::size_t end = std::min(text_.find('\n', colon), text_.size());
  std::size_t behind = colon + 1;  // behind an empty list
  if (member.value.kind != Kind::kNull) {
    behind = closing_bracket(text_, offset_of(member.value)) + 1;
    if (behind > end) return because(kNotUnderstood);
  }
  const std::size_t column = line_before(text_, key->offset).size();
  const std::string text = behind_key(value, column);
  const TextEdit removed{colon + 1, behind - colon - 1, text.starts_with('\n') ? "" : text};
  if (removed.text.empty()) return TextEdits{removed, {end, 0, text}};
  return TextEdits{removed};
}

// The member of a block map behind which a new one goes; null where that is not known.
const Member* YamlEdit::member_before(const PlacedValue& map, const std::vector<std::string_view>& after) const {
  const std::size_t begin = offset_of(map);
  const Member* last = nullptr;
  const Member* wanted = nullptr;
  for (const Member& member : map.members) {
    const std::size_t at = offset_of(member.key);
    if (at < begin || line_before(text_, at).size() != line_before(text_, begin).size()) continue;
    if (last == nullptr || at > offset_of(last->key)) last = &member;
    if (std::ranges::find(after, std::string_view(member.key.text)) == after.end()) continue;
    if (wanted == nullptr || at > offset_of(wanted->key)) wanted = &member;
  }
  return wanted != nullptr ? wanted : last;
}

OrReason<TextEdits> YamlEdit::checked(OrReason<TextEdits> edits, const PlacedValue& map, std::string_view key,
                                      const PlacedValue& value) const {
  if (!edits) return edits;
  PlacedValue wanted = root();
  PlacedValue* its_map = twin_of(root(), wanted, map);
  if (its_map == nullptr) return because(kNotUnderstood);
  const auto its_member =
      std::ranges::find(its_map->members, key, [](const Member& m) { return std::string_view(m.key.text); });
  if (its_member != its_map->members.end()) {
    its_member->value = value;
  } else {
    its_map->members.push_back({yaml_text(key), value});
  }
  const auto now = placed_value_from_yaml(edited(text_, *edits), {});
  if (!now || !means_the_same(*now, wanted)) {
    return because("its YAML entry could not be edited with certainty (an anchor, an alias, an unusual layout)");
  }
  return edits;
}

OrReason<TextEdits> YamlEdit::add_member(const PlacedValue& map, std::string_view key, const PlacedValue& value,
                                         const std::vector<std::string_view>& after) {
  if (map.kind != Kind::kMap) return because(kNotUnderstood);
  if (const Member* member = member_of(map, key)) {
    if (member->value.kind != Kind::kNull || !member->value.text.empty() || is_flow(map))
      return because(kNotUnderstood);
    return checked(fill(*member, value), map, key, value);
  }
  if (is_flow(map)) {
    return checked(append_in_flow(map, std::string(key) + ": " + in_flow(value, nullptr)), map, key, value);
  }
  const Member* before = member_before(map, after);
  if (before == nullptr) return because(kNotUnderstood);
  const std::size_t column = line_before(text_, offset_of(before->key)).size();
  const LineSpan span = lines_->lines_of_key(before->key);
  std::string text = "\n" + std::string(column, ' ') + std::string(key) + ":" + behind_key(value, column);
  return checked(TextEdits{{line_end(span.last), 0, std::move(text)}}, map, key, value);
}

OrReason<TextEdits> YamlEdit::add_items(const PlacedValue& map, std::string_view key,
                                        const std::vector<PlacedValue>& items) {
  const Member* member = member_of(map, key);
  if (member == nullptr) return add_member(map, key, yaml_list(items));
  PlacedValue wanted = member->value;
  wanted.kind = Kind::kList;
  wanted.text.clear();
  wanted.items.insert(wanted.items.end(), items.begin(), items.end());
  const bool is_empty = member->value.kind == Kind::kList && member->value.items.empty();
  if ((is_empty || (member->value.kind == Kind::kNull && member->value.text.empty())) && !is_flow(map)) {
    return checked(fill(*member, wanted), map, key, wanted);
  }
  if (member->value.kind != Kind::kList) return because("`" + std::string(key) + "` of its YAML entry is no list");
  return checked(append(member->value, items), map, key, wanted);
}

OrReason<TextEdits> YamlEdit::add_text(const PlacedValue& map, std::string_view key, std::string_view text) {
  const Member* member = member_of(map, key);
  if (member == nullptr) return add_items(map, key, {yaml_text(text)});
  const PlacedValue& value = member->value;
  if (value.kind != Kind::kText) {
    if (std::ranges::find(value.items, text, &PlacedValue::text) != value.items.end()) return TextEdits{};
    if (!value.items.empty() && std::ranges::any_of(value.items, is_list_or_map)) return because(kNotUnderstood);
    return add_items(map, key, {yaml_text(text)});
  }
  if (value.text == text) return TextEdits{};
  const auto old = written(value);
  if (!old || has_jinja(value.text)) return because("`" + std::string(key) + "` of its YAML entry is made by Jinja");
  const std::string item = yaml_scalar_text(text, quote_of(value), YamlContext::kFlow);
  return checked(TextEdits{{old->offset, 0, "["}, {old->offset + old->length, 0, ", " + item + "]"}}, map, key,
                 yaml_list({value, yaml_text(text)}));
}

OrReason<TextEdits> YamlEdit::replace_text(const PlacedValue& map, std::string_view key, std::string_view text) {
  const Member* member = member_of(map, key);
  if (member == nullptr) return because(kNotUnderstood);
  if (member->value.kind == Kind::kText && member->value.text == text) return TextEdits{};
  if (member->value.kind == Kind::kNull && member->value.text.empty() && !is_flow(map)) {
    return checked(fill(*member, yaml_text(text)), map, key, yaml_text(text));
  }
  auto edit = written(member->value);
  if (!edit) return because(kNotUnderstood);
  if (has_jinja(member->value.text)) return because("`" + std::string(key) + "` of its YAML entry is made by Jinja");
  edit->text = yaml_scalar_text(text, quote_of(member->value), is_flow(map) ? YamlContext::kFlow : YamlContext::kBlock);
  return checked(TextEdits{*edit}, map, key, yaml_text(text));
}

}  // namespace plowline
