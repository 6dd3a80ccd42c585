#include "backfill/sql_script.h"

#include <algorithm>
#include <string_view>

#include "diagnostic/error.h"

namespace plowline {
namespace {

constexpr std::size_t kWidth = 100;

// What separates lines for some reader of Unicode, although no control character is in it: NEL, LINE SEPARATOR,
// PARAGRAPH SEPARATOR.
constexpr std::string_view kOtherLineEnds[] = {"\xC2\x85", "\xE2\x80\xA8", "\xE2\x80\xA9"};
// What a warehouse's client may take for a template of its own (Snowflake CLI: `<% %>` and `&{ }`; others: Jinja).
constexpr std::string_view kTemplates[] = {"<%", "&{", "{{", "{%"};

void replace_all(std::string& text, std::string_view what, std::string_view with) {
  for (std::size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + with.size())) {
    text.replace(at, what.size(), with);
  }
}

// One line, whatever `text` holds.
std::string comment_text(std::string_view text) {
  std::string line = printable(text);
  for (const std::string_view end : kOtherLineEnds) replace_all(line, end, " ");
  // Some clients split a file at semicolons before they look for comments.
  std::ranges::replace(line, ';', ',');
  for (const std::string_view opening : kTemplates) {
    replace_all(line, opening, std::string{opening[0], ' ', opening[1]});
  }
  return line;
}

// As comment lines of at most kWidth columns, broken at blanks.
void append_comment(std::string& out, std::string_view text) {
  const std::string line = comment_text(text);
  std::string_view rest = line;
  while (rest.size() > kWidth) {
    std::size_t end = rest.rfind(' ', kWidth);
    if (end == std::string_view::npos || end == 0) end = rest.find(' ', kWidth);
    if (end == std::string_view::npos) break;
    out += "-- ";
    out += rest.substr(0, end);
    out += '\n';
    rest.remove_prefix(end + 1);
  }
  out += "-- ";
  out += rest;
  out += '\n';
}

}  // namespace

std::string to_text(const SqlScript& script) {
  std::string out;
  append_comment(out, script.title);
  for (const std::string& note : script.notes) {
    out += "--\n";
    append_comment(out, note);
  }
  for (const SqlStatement& statement : script.statements) {
    out += '\n';
    if (!statement.what.empty()) append_comment(out, statement.what);
    out += statement.sql;
    out += ";\n";
  }
  return out;
}

std::string to_text(std::span<const SqlScript> scripts) {
  std::string out;
  for (const SqlScript& script : scripts) {
    if (!out.empty()) out += '\n';
    out += to_text(script);
  }
  return out;
}

}  // namespace plowline
