#include "lint/fix_sql.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "source/jinja_syntax.h"
#include "source/sql_text.h"

namespace plowline {
namespace {

using Argument = SqlText::Argument;
using Call = SqlText::Call;
using PartKind = SqlText::PartKind;

constexpr std::string_view kTags = "tags";

std::unexpected<std::string> because(std::string reason) {
  return std::unexpected(std::move(reason));
}

bool is_keyword(std::string_view key) {
  return !key.empty() && !(key[0] >= '0' && key[0] <= '9') &&
         std::ranges::all_of(key, [](char c) { return is_name_byte(c) && static_cast<unsigned char>(c) < 0x80; });
}

std::vector<Call> config_calls(const SqlText& sql) {
  std::vector<Call> calls = sql.calls("config");
  std::erase_if(calls, [](const Call& call) { return call.name != "config"; });
  return calls;
}

std::size_t place_in(const SqlText& sql, std::string_view piece) {
  return static_cast<std::size_t>(piece.data() - sql.text().data());
}

// --- literals --------------------------------------------------------------------------------------------------------

std::string literal_of(std::string_view value, char quote) {
  std::string out(1, quote);
  for (const char c : value) {
    if (c == quote || c == '\\') out += '\\';
    out += c;
  }
  return out += quote;
}

// The quote that the code around it has.
char quote_in(std::string_view code) {
  const std::size_t at = code.find_first_of("'\"");
  return at == std::string_view::npos ? '\'' : code[at];
}

struct Item {
  std::size_t offset = 0;
  std::string value;
};

// The items of a list of text literals; nothing where it is anything else.
std::optional<std::vector<Item>> items_of(std::string_view list) {
  if (list.size() < 2 || list.front() != '[' || list.back() != ']') return std::nullopt;
  std::vector<Item> items;
  const std::size_t end = list.size() - 1;
  const auto skip_blanks = [&](std::size_t from) {
    while (from < end && is_jinja_blank(list[from])) ++from;
    return from;
  };
  for (std::size_t at = skip_blanks(1); at < end;) {
    if (list[at] != '\'' && list[at] != '"') return std::nullopt;
    const std::size_t behind = end_of_jinja_string(list, at);
    if (behind > end) return std::nullopt;
    Item item{at, {}};
    append_jinja_string(item.value, list.substr(at + 1, behind - at - 2));
    items.push_back(std::move(item));
    at = skip_blanks(behind);
    if (at == end) break;
    if (list[at] != ',') return std::nullopt;
    at = skip_blanks(at + 1);
  }
  return items;
}

// The texts of `tags`, which may be a text or a list of texts.
std::optional<std::vector<std::string>> texts_of(const Argument& argument) {
  if (argument.literal) return std::vector{*argument.literal};
  const auto items = items_of(argument.text);
  if (!items) return std::nullopt;
  std::vector<std::string> texts;
  for (const Item& item : *items) texts.push_back(item.value);
  return texts;
}

// --- where to add a keyword ------------------------------------------------------------------------------------------

// Whether an {% if %} or {% for %} is open at that place.
bool is_conditional(const SqlText& sql, std::size_t offset) {
  int depth = 0;
  for (const SqlText::Part& part : sql.parts()) {
    if (part.offset + part.length > offset) break;
    if (part.kind != PartKind::kJinjaStatement) continue;
    const JinjaBranching block = block_of(sql.text_of(part));
    if (block == JinjaBranching::kBranch) ++depth;
    if (block == JinjaBranching::kEndBranch && depth > 0) --depth;
  }
  return depth > 0;
}

const Call* call_to_extend(const SqlText& sql, const std::vector<Call>& calls) {
  const auto fits = [&](const Call& call) {
    const std::size_t close = call.offset + call.length - 1;
    return close < sql.text().size() && sql.text()[close] == ')' && !is_conditional(sql, call.offset) &&
           std::ranges::none_of(call.arguments, [](const Argument& a) { return a.name.empty() || a.text.empty(); });
  };
  const auto found = std::ranges::find_if(calls, fits);
  return found == calls.end() ? nullptr : &*found;
}

// `key='value'`, with blanks around `=` as `like` has them.
std::string keyword_text(const SqlText& sql, const Argument* like, std::string_view key, std::string_view literal) {
  std::string_view equals = "=";
  if (like != nullptr) {
    const std::size_t end = like->offset + like->length;
    const std::string_view written = sql.text().substr(end, place_in(sql, like->text) - end);
    if (!written.contains('\n')) equals = written;
  }
  return std::string(key) + std::string(equals) + std::string(literal);
}

TextEdit extend_call(const SqlText& sql, const Call& call, std::string_view key, std::string_view value) {
  const std::string_view text = sql.text();
  const std::size_t open = text.find('(', call.offset + call.name.size());
  const std::size_t close = call.offset + call.length - 1;
  const Argument* last = call.arguments.empty() ? nullptr : &call.arguments.back();
  const std::string literal = literal_of(value, quote_in(text.substr(open, close - open)));
  return append_in_brackets(text, open, last != nullptr ? last->offset : open, close,
                            keyword_text(sql, last, key, literal));
}

// Behind the comments at the top, at the beginning of a line.
std::size_t behind_leading_comments(const SqlText& sql) {
  const std::string_view text = sql.text();
  std::size_t place = 0;
  bool comment = false;
  for (const SqlText::Part& part : sql.parts()) {
    const bool is_comment = part.kind == PartKind::kJinjaComment || part.within == PartKind::kSqlComment;
    if (is_comment) {
      comment = true;
      continue;
    }
    if (part.kind != PartKind::kSql) break;
    const std::string_view sql_text = sql.text_of(part);
    const std::size_t word = std::min(sql_text.find_first_not_of(" \t\r\n"), sql_text.size());
    const std::size_t newline = sql_text.find('\n');
    if (comment && newline < word) place = part.offset + newline + 1;
    if (word < sql_text.size()) return place;
  }
  return std::min(place, text.size());
}

TextEdit new_call(const SqlText& sql, std::string_view key, std::string_view value) {
  const std::size_t place = behind_leading_comments(sql);
  std::string call = "{{ config(" + std::string(key) + "=" + literal_of(value, '\'') + ") }}\n";
  if (!sql.text().substr(place).starts_with('\n')) call += '\n';
  return {place, 0, std::move(call)};
}

OrReason<TextEdits> add_keyword(const SqlText& sql, std::string_view key, std::string_view value, bool may_add_call) {
  if (!is_keyword(key)) return because("the config's key cannot be a keyword of config()");
  const std::vector<Call> calls = config_calls(sql);
  if (calls.empty()) {
    if (may_add_call) return TextEdits{new_call(sql, key, value)};
    return because("its code has no config()");
  }
  const Call* call = call_to_extend(sql, calls);
  if (call == nullptr) return because("its config() has other than keywords in it, or stands in a Jinja condition");
  return TextEdits{extend_call(sql, *call, key, value)};
}

// --- checking --------------------------------------------------------------------------------------------------------

// Whether all entries are those of before, except for `key`, and there is at most one more of them and of calls.
bool only_changes(const SqlText& before, const SqlText& after, std::string_view key) {
  const auto others = [&](const SqlText& sql) {
    std::vector<std::pair<std::string, std::string_view>> entries;
    for (Argument& entry : config_entries(sql)) {
      if (entry.name != key) entries.emplace_back(std::move(entry.name), entry.text);
    }
    return entries;
  };
  const auto old_calls = config_calls(before).size();
  const auto new_calls = config_calls(after).size();
  return others(before) == others(after) && new_calls == std::max<std::size_t>(old_calls, 1) &&
         before.calls().size() + (new_calls - old_calls) == after.calls().size();
}

OrReason<TextEdits> checked(const SqlText& before, std::string_view key, OrReason<TextEdits> edits,
                            const std::vector<std::string>& wanted) {
  if (!edits || edits->empty()) return edits;
  const std::string text = edited(before.text(), *edits);
  const SqlText after(text);
  const auto entry = config_entry(after, key);
  if (entry && only_changes(before, after, key) && texts_of(*entry) == std::optional(wanted)) return edits;
  return because("its config() could not be edited with certainty");
}

OrReason<const Argument*> editable(const SqlText& sql, const Argument& entry) {
  if (entry.text.empty()) return because("its config() is written in a way that is not understood");
  const char first = sql.text()[entry.offset];
  if (first == '\'' || first == '"') return because("its config() is given a dictionary");
  if (is_conditional(sql, entry.offset)) return because("its config() stands in a Jinja condition");
  return &entry;
}

}  // namespace

SqlConfig sql_config(std::string_view code, std::string_view key) {
  const SqlText sql(code);
  if (config_entry(sql, key)) return SqlConfig::kHasKey;
  return config_calls(sql).empty() ? SqlConfig::kNone : SqlConfig::kOther;
}

OrReason<TextEdits> set_in_sql(std::string_view code, std::string_view key, std::string_view value, bool may_add_call) {
  const SqlText sql(code);
  const auto entry = config_entry(sql, key);
  const std::vector<std::string> wanted{std::string(value)};
  if (!entry) return checked(sql, key, add_keyword(sql, key, value, may_add_call), wanted);
  if (const auto can = editable(sql, *entry); !can) return because(can.error());
  if (!entry->literal) return because("the value in its config() is no text, or made by Jinja");
  if (*entry->literal == value) return TextEdits{};
  const char quote = quote_in(entry->text);
  return checked(sql, key, TextEdits{{place_in(sql, entry->text), entry->text.size(), literal_of(value, quote)}},
                 wanted);
}

OrReason<TextEdits> add_tag_in_sql(std::string_view code, std::string_view tag, bool may_add_call) {
  const SqlText sql(code);
  const auto entry = config_entry(sql, kTags);
  if (!entry) return checked(sql, kTags, add_keyword(sql, kTags, tag, may_add_call), {std::string(tag)});
  if (const auto can = editable(sql, *entry); !can) return because(can.error());
  auto texts = texts_of(*entry);
  if (!texts) return because("the tags in its config() are no list of texts, or made by Jinja");
  if (std::ranges::find(*texts, tag) != texts->end()) return TextEdits{};
  texts->emplace_back(tag);
  const std::size_t begin = place_in(sql, entry->text);
  const std::size_t close = begin + entry->text.size() - 1;
  const std::string literal = literal_of(tag, quote_in(entry->text));
  if (entry->literal) {
    return checked(sql, kTags, TextEdits{{begin, 0, "["}, {close + 1, 0, ", " + literal + "]"}}, *texts);
  }
  const auto items = *items_of(entry->text);
  const std::size_t last = items.empty() ? begin : begin + items.back().offset;
  return checked(sql, kTags, TextEdits{append_in_brackets(sql.text(), begin, last, close, literal)}, *texts);
}

}  // namespace plowline
