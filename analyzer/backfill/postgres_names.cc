#include "backfill/postgres_names.h"

#include <algorithm>
#include <cctype>
#include <fmt/format.h>
#include <fmt/ranges.h>

namespace plowline {
namespace {

std::string lower(std::string_view text) {
  std::string result(text);
  for (char& c : result) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return result;
}

// Letters, digits, underscores; letters beyond ASCII are better quoted. Both warehouses fold it to lower case.
bool is_plain(std::string_view name) {
  const auto is_letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; };
  return !name.empty() && is_letter(name.front()) &&
         std::ranges::all_of(name, [&](char c) { return is_letter(c) || (c >= '0' && c <= '9'); });
}

bool is_privilege(std::string_view text) {
  return !text.empty() && text.size() <= 40 && text.front() != ' ' &&
         std::ranges::all_of(text, [](char c) { return std::isalpha(static_cast<unsigned char>(c)) != 0 || c == ' '; });
}

std::string grantee(const Dialect& dialect, std::string_view name, std::span<const std::string_view> kinds) {
  for (const std::string_view kind : kinds) {
    if (name.size() > kind.size() + 1 && lower(name.substr(0, kind.size())) == kind && name[kind.size()] == ' ') {
      return fmt::format("{} {}", kind, dialect.identifier(configured_name(name.substr(kind.size() + 1))));
    }
  }
  if (lower(name) == "public") return "public";
  return dialect.identifier(configured_name(name));
}

}  // namespace

std::string double_quoted(std::string_view name) {
  std::string text = "\"";
  for (const char c : name) {
    if (c == '\0') {
      text += "\uFFFD";
    } else {
      text.append(c == '"' ? 2 : 1, c);
    }
  }
  return text + '"';
}

std::string postgres_identifier(const NamePart& part, std::string_view keywords) {
  const bool plain = !part.quoted && is_plain(part.text);
  return plain && !keywords.contains(" " + lower(part.text) + " ") ? part.text : double_quoted(part.text);
}

NamePart configured_name(std::string_view name) {
  if (name.size() < 3 || name.front() != '"' || name.back() != '"') return {std::string(name), false};
  const std::string_view inner = name.substr(1, name.size() - 2);
  std::string text;
  for (std::size_t i = 0; i < inner.size(); ++i) {
    if (inner[i] == '"' && (i + 1 == inner.size() || inner[i + 1] != '"')) return {std::string(name), false};
    if (inner[i] == '"') ++i;
    text += inner[i];
  }
  return {std::move(text), true};
}

std::string dollar_quoted(std::string_view body) {
  std::string tag = "$plowline$";
  for (int i = 1; body.contains(tag); ++i) tag = fmt::format("$plowline{}$", i);
  return fmt::format("{}\n{}\n{}", tag, body, tag);
}

std::vector<SqlStatement> configured_grants(const Dialect& dialect, const Migration& migration,
                                            std::span<const std::string_view> kinds, std::vector<std::string>& notes) {
  std::vector<SqlStatement> statements;
  for (const GrantConfig& grant : migration.config.grants) {
    std::vector<std::string> grantees;
    for (const std::string& name : grant.grantees) {
      if (!name.empty()) grantees.push_back(grantee(dialect, name, kinds));
    }
    if (grantees.empty()) continue;
    if (!is_privilege(grant.privilege)) {
      notes.push_back(fmt::format("The model's config grants '{}', which is no privilege's name: nothing is granted.",
                                  printable(grant.privilege)));
      continue;
    }
    statements.push_back({fmt::format("Who may {}, from the model's config.", lower(grant.privilege)),
                          fmt::format("grant {} on table {} to {}", lower(grant.privilege), dialect.table(migration.to),
                                      fmt::join(grantees, ", "))});
  }
  return statements;
}

bool same_database(const TableName& a, const TableName& b) {
  if (!a.database || !b.database) return true;
  const auto folded = [](const NamePart& part) { return part.quoted ? part.text : lower(part.text); };
  return folded(*a.database) == folded(*b.database);
}

}  // namespace plowline
