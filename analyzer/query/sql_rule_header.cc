#include "query/sql_rule_header.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <optional>
#include <set>
#include <utility>

#include "diagnostic/suggest.h"

namespace plowline {
namespace {

constexpr std::string_view kBlanks = " \t\r";
constexpr double kMostSeconds = 3600;

const std::vector<std::string>& header_keys() {
  static const std::vector<std::string> keys{"name", "severity", "subject", "summary", "message", "timeout", "docs"};
  return keys;
}

std::string_view trimmed(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(kBlanks);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(kBlanks) - begin + 1);
}

// `a-b-c`: lower-case letters, digits and hyphens, as the rules of the program have it.
bool is_kebab_case(std::string_view text) {
  const auto is_part = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); };
  if (text.empty() || !is_part(text.front()) || !is_part(text.back())) return false;
  if (text.find("--") != std::string_view::npos) return false;
  return std::ranges::all_of(text, [&](char c) { return is_part(c) || c == '-'; });
}

// What stands in quotes, as YAML reads it: within single ones `''` is a quote, within double ones `\"` is.
std::string unquoted(std::string_view text) {
  const char quote = text.empty() ? '\0' : text.front();
  if (text.size() < 2 || (quote != '\'' && quote != '"') || text.back() != quote) return std::string(text);
  std::string out;
  const std::string_view inside = text.substr(1, text.size() - 2);
  for (std::size_t i = 0; i < inside.size(); ++i) {
    const bool escape = i + 1 < inside.size() && inside[i + 1] == quote && inside[i] == (quote == '\'' ? '\'' : '\\');
    if (escape) ++i;
    out += inside[i];
  }
  return out;
}

// Without the blanks that make a comment's line one that goes on.
std::string_view unindented(std::string_view comment) {
  for (int i = 0; i < 3 && comment.starts_with(' '); ++i) comment.remove_prefix(1);
  return comment.substr(0, comment.find_last_not_of(kBlanks) + 1);
}

// One value of the header with the line on which it begins.
struct HeaderEntry {
  std::string key;
  std::string value;
  std::size_t line = 0;
};

// `word` of `word: …`; nothing for another text.
std::optional<std::string_view> key_in(std::string_view text) {
  const std::size_t colon = text.find(':');
  if (colon == std::string_view::npos || colon == 0) return std::nullopt;
  if (colon + 1 < text.size() && text[colon + 1] != ' ' && text[colon + 1] != '\t') return std::nullopt;
  const std::string_view word = text.substr(0, colon);
  const bool plain = std::ranges::all_of(word, [](char c) { return (c >= 'a' && c <= 'z') || c == '_' || c == '-'; });
  return plain ? std::optional(word) : std::nullopt;
}

struct CommentLine {
  std::string_view text;  // behind the two hyphens
  std::size_t line = 0;   // from 1
};

// Up to the first line that is no comment; blank lines are passed over.
std::vector<CommentLine> comments_at_top(std::string_view sql) {
  std::vector<CommentLine> comments;
  for (std::size_t line = 1; !sql.empty(); ++line) {
    const std::size_t end = std::min(sql.find('\n'), sql.size());
    const std::string_view text = trimmed(sql.substr(0, end));
    sql.remove_prefix(std::min(end + 1, sql.size()));
    if (text.empty()) continue;
    if (!text.starts_with("--")) break;
    comments.push_back({text.substr(2), line});
  }
  return comments;
}

// YAML's sign that a text of several lines follows: docs are one without it.
bool is_block_sign(std::string_view value) {
  return value == "|" || value == ">" || value == "|-" || value == ">-" || value == "|+" || value == ">+";
}

class HeaderReader {
 public:
  explicit HeaderReader(const std::string& file) : file_(file) {}

  Result<std::vector<HeaderEntry>> entries(std::string_view sql) {
    for (const CommentLine& comment : comments_at_top(sql)) {
      if (auto added = add(comment.text, comment.line); !added) return std::unexpected(std::move(added.error()));
    }
    return std::move(entries_);
  }

  std::unexpected<Error> error(std::size_t line, std::string reason, std::string next_step = {}) const {
    return std::unexpected(
        Error{ExitStatus::kUsage, file_, Position{{}, {}, line, 1}, std::move(reason), std::move(next_step)});
  }

 private:
  // `comment`: what stands behind the two hyphens.
  Result<void> add(std::string_view comment, std::size_t line) {
    const std::string_view text = trimmed(comment);
    const bool indented = comment.starts_with("  ") || comment.starts_with("\t") || comment.starts_with(" \t");
    const bool goes_on = !entries_.empty() && entries_.back().key == "docs" && (indented || text.empty());
    const auto key = goes_on ? std::nullopt : key_in(text);
    if (key) return begin(*key, trimmed(text.substr(key->size() + 1)), line);
    if (!goes_on) return {};  // a comment like any other
    go_on(entries_.back().value, comment, text);
    return {};
  }

  // One more line of docs. Lines of a paragraph become one, as Markdown has it; what begins a line for a purpose (a
  // list, a heading, a table) and code between fences stay lines.
  void go_on(std::string& docs, std::string_view comment, std::string_view text) {
    const bool is_fence = text.starts_with("```");
    if (in_fence_ && !is_fence) {
      docs += '\n';
      docs += printable(unindented(comment));
      return;
    }
    const bool begins_line = text.empty() || std::string_view("-*+#|>").find(text.front()) != std::string_view::npos ||
                             (text.front() >= '0' && text.front() <= '9');
    if (!docs.empty() && !docs.ends_with('\n')) docs += is_fence || begins_line ? '\n' : ' ';
    docs += printable(text);
    if (text.empty()) docs += '\n';
    if (is_fence) in_fence_ = !in_fence_;
    if (is_fence && !in_fence_) docs += '\n';
  }

  Result<void> begin(std::string_view key, std::string_view value, std::size_t line) {
    const auto& keys = header_keys();
    if (std::ranges::find(keys, key) == keys.end()) {
      const auto near = nearest(key, keys);
      return error(line,
                   fmt::format("a rule's header has no '{}'{}", printable(key),
                               near ? fmt::format(": did you mean '{}'?", *near) : ""),
                   fmt::format("it may have {}; lines that go on with docs are indented", fmt::join(keys, ", ")));
    }
    if (std::ranges::find(entries_, key, &HeaderEntry::key) != entries_.end()) {
      return error(line, fmt::format("'{}' stands in the header twice", key), "keep one of them");
    }
    if (key == "docs" && is_block_sign(value)) value = {};
    if (value.empty() && key != "docs") return error(line, fmt::format("'{}' has no value", key));
    entries_.push_back({std::string(key), printable(unquoted(value)), line});
    return {};
  }

  const std::string& file_;
  std::vector<HeaderEntry> entries_;
  bool in_fence_ = false;  // within a block of code in docs
};

Result<void> put(const HeaderReader& reader, const HeaderEntry& entry, SqlRuleHeader& header) {
  const std::string& value = entry.value;
  if (entry.key == "name" || entry.key == "subject") {
    if (!is_kebab_case(value)) {
      return reader.error(entry.line, fmt::format("{}: '{}' is no name of a rule", entry.key, printable(value)),
                          "lower-case letters and digits with hyphens between: mart-without-owner");
    }
    (entry.key == "name" ? header.name : header.subject) = value;
  } else if (entry.key == "severity") {
    if (value != "warn" && value != "error") {
      return reader.error(entry.line, fmt::format("severity: '{}' is neither warn nor error", printable(value)),
                          "plowline.yml switches a rule off");
    }
    header.severity = value == "warn" ? Severity::kWarn : Severity::kError;
  } else if (entry.key == "timeout") {
    double seconds = 0;
    const auto [stop, failed] = std::from_chars(value.data(), value.data() + value.size(), seconds);
    if (failed != std::errc() || stop != value.data() + value.size() || !(seconds > 0) || seconds > kMostSeconds) {
      return reader.error(entry.line, fmt::format("timeout: '{}' is no number of seconds", printable(value)),
                          fmt::format("more than 0 and at most {:g}", kMostSeconds));
    }
    header.timeout = std::chrono::milliseconds(static_cast<std::int64_t>(std::ceil(seconds * 1000)));
  } else if (entry.key == "summary") {
    header.summary = value;
  } else if (entry.key == "docs") {
    header.docs = value;
  } else if (entry.key == "message") {
    if (auto parsed = MessageTemplate::parse(value); !parsed) {
      return reader.error(entry.line, "message: " + parsed.error().reason, parsed.error().next_step);
    }
    header.message = value;
  }
  return {};
}

}  // namespace

Result<SqlRuleHeader> read_sql_rule_header(std::string_view sql, const std::string& file) {
  HeaderReader reader(file);
  const auto entries = reader.entries(sql);
  if (!entries) return std::unexpected(entries.error());
  SqlRuleHeader header;
  for (const HeaderEntry& entry : *entries) {
    if (auto read = put(reader, entry, header); !read) return std::unexpected(std::move(read.error()));
  }
  if (header.name.empty()) {
    return reader.error(1, "the rule has no name", "begin the file with a comment: -- name: mart-without-owner");
  }
  return header;
}

std::optional<std::string> name_in_header(std::string_view sql) {
  for (const CommentLine& comment : comments_at_top(sql)) {
    const std::string_view text = trimmed(comment.text);
    if (key_in(text) != "name") continue;
    std::string name = unquoted(trimmed(text.substr(text.find(':') + 1)));
    if (is_kebab_case(name)) return name;
  }
  return std::nullopt;
}

Result<MessageTemplate> MessageTemplate::parse(std::string_view text) {
  MessageTemplate made;
  std::string plain;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    const bool doubled = i + 1 < text.size() && text[i + 1] == c;
    if ((c == '{' || c == '}') && doubled) {
      plain += c;
      ++i;
    } else if (c == '}') {
      return usage_error("a '}' that closes nothing", "a brace itself is written twice: }}");
    } else if (c == '{') {
      const std::size_t end = text.find('}', i);
      if (end == std::string_view::npos)
        return usage_error("a '{' that is not closed", "a brace itself is written twice: {{");
      const std::string_view column = trimmed(text.substr(i + 1, end - i - 1));
      if (column.empty()) return usage_error("'{}' names no column", "{unique_id} is the row's unique_id");
      if (!plain.empty()) made.parts_.push_back({std::exchange(plain, {}), false});
      made.parts_.push_back({std::string(column), true});
      i = end;
    } else {
      plain += c;
    }
  }
  if (!plain.empty()) made.parts_.push_back({std::move(plain), false});
  return made;
}

std::vector<std::string> MessageTemplate::columns() const {
  std::vector<std::string> columns;
  for (const Part& part : parts_) {
    if (part.is_column) columns.push_back(part.text);
  }
  return columns;
}

}  // namespace plowline
