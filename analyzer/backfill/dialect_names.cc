#include "backfill/dialect_names.h"

#include <algorithm>
#include <fmt/format.h>

namespace plowline {
namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";

bool is_control(char c) {
  return static_cast<unsigned char>(c) < 0x20 || c == 0x7F;
}

// The length of the UTF-8 sequence that `text` begins with; 0 where it is none (too long, a surrogate, cut off).
std::size_t sequence_length(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(i < text.size() ? text[i] : 0); };
  const unsigned char first = byte(0);
  if (first < 0x80) return 1;
  const std::size_t length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
  if (first < 0xC2 || first > 0xF4) return 0;
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xC0) != 0x80) return 0;
  }
  const bool too_long = (first == 0xE0 && byte(1) < 0xA0) || (first == 0xF0 && byte(1) < 0x90);
  const bool surrogate = first == 0xED && byte(1) > 0x9F;
  const bool too_large = first == 0xF4 && byte(1) > 0x8F;
  return too_long || surrogate || too_large ? 0 : length;
}

bool is_privilege(std::string_view text) {
  const auto may_stand = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == ' ' || c == '_' ||
           c == '.' || c == '/';
  };
  return !text.empty() && text.size() <= 80 && text.front() != ' ' && std::ranges::all_of(text, may_stand);
}

}  // namespace

std::string valid_utf8(std::string_view text) {
  std::string result;
  while (!text.empty()) {
    const std::size_t length = sequence_length(text);
    result += length == 0 ? kReplacement : text.substr(0, length);
    text.remove_prefix(std::max<std::size_t>(length, 1));
  }
  return result;
}

std::string doubled_quotes(std::string_view name, char quote, std::string_view also_not) {
  std::string result(1, quote);
  for (const char c : valid_utf8(name)) {
    if (is_control(c) || also_not.find(c) != std::string_view::npos) {
      result += kReplacement;
    } else {
      result.append(c == quote ? 2 : 1, c);
    }
  }
  return result + quote;
}

std::string backslash_text(std::string_view value, std::string_view quote, std::string_view also) {
  std::string result = "'";
  for (const char c : valid_utf8(value)) {
    if (c == '\0') {
      result += kReplacement;
    } else if (c == '\n') {
      result += "\\n";
    } else if (c == '\'') {
      result += quote;
    } else if (c == '\\') {
      result += "\\\\";
    } else if (is_control(c) || also.find(c) != std::string_view::npos) {
      result += fmt::format("\\u{:04x}", static_cast<unsigned>(c));
    } else {
      result += c;
    }
  }
  return result + '\'';
}

bool is_plain_name(std::string_view name) {
  const auto is_letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; };
  return !name.empty() && is_letter(name.front()) &&
         std::ranges::all_of(name, [&](char c) { return is_letter(c) || (c >= '0' && c <= '9'); });
}

std::string ascii_lower(std::string_view text) {
  std::string result(text);
  for (char& c : result) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return result;
}

std::string ascii_upper(std::string_view text) {
  std::string result(text);
  for (char& c : result) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  }
  return result;
}

std::string migration_title(const Migration& migration) {
  return fmt::format("{}: {} {} to {}", printable(migration.model),
                     migration.kind == MigrationKind::kCopy ? "copy" : "move", shown(migration.from),
                     shown(migration.to));
}

std::vector<SqlStatement> grant_statements(const Migration& migration, std::vector<std::string>& notes,
                                           const GrantSql& sql) {
  std::vector<SqlStatement> statements;
  for (const GrantConfig& grant : migration.config.grants) {
    if (!is_privilege(grant.privilege)) {
      notes.push_back(fmt::format("The model's config grants '{}', which is no privilege's name; nothing is granted.",
                                  printable(grant.privilege)));
      continue;
    }
    for (const std::string& grantee : grant.grantees) {
      statements.push_back(
          {fmt::format("Who has {}, from the model's grants.", grant.privilege), sql(grant.privilege, grantee)});
    }
  }
  return statements;
}

}  // namespace plowline
