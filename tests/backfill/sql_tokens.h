// A tokenizer that takes SQL apart as a warehouse does, or as its client: for tests that nothing in a name can end the
// literal or the identifier that it stands in.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace plowline::testing {

// What a reader of SQL knows of quotes.
struct SqlReader {
  bool backslash_in_texts = false;        // '…' has escapes
  bool backslash_in_identifiers = false;  // `…` has escapes (BigQuery)
  bool escape_texts = false;              // E'…' has them (Postgres)
  bool dollar_texts = false;              // $tag$…$tag$
  bool doubled_single = true;             // '' inside of '…' is a quote
  bool double_is_text = false;            // "…" is a text, not an identifier
  bool backticks = false;                 // `…` is an identifier; else a letter like others
};

// The text without blanks and comments, as tokens: `I` for a quoted identifier, `S` for a text, `?` for one that is not
// closed; all else letter by letter.
class SqlSkeleton {
 public:
  SqlSkeleton(std::string_view sql, const SqlReader& reader) : sql_(sql), reader_(reader) {
    while (at_ < sql_.size()) read();
  }
  const std::vector<std::string>& tokens() const { return tokens_; }
  bool closed() const { return closed_; }

 private:
  char here(std::size_t ahead = 0) const { return at_ + ahead < sql_.size() ? sql_[at_ + ahead] : '\0'; }
  static bool is_word(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
  }

  void read() {
    const char c = here();
    if (c == ' ' || c == '\n' || c == '\t' || c == '\r') {
      ++at_;
    } else if (c == '-' && here(1) == '-') {
      while (at_ < sql_.size() && here() != '\n') ++at_;
    } else if (c == '/' && here(1) == '*') {
      const std::size_t end = sql_.find("*/", at_ + 2);
      closed_ = closed_ && end != std::string_view::npos;
      at_ = end == std::string_view::npos ? sql_.size() : end + 2;
    } else if (c == '\'') {
      quoted('\'', "S", reader_.backslash_in_texts, reader_.doubled_single);
    } else if (reader_.escape_texts && (c == 'E' || c == 'e') && here(1) == '\'') {
      ++at_;
      quoted('\'', "S", true, true);
    } else if (c == '"') {
      quoted('"', reader_.double_is_text ? "S" : "I", reader_.double_is_text && reader_.backslash_in_texts, true);
    } else if (c == '`' && reader_.backticks) {
      quoted('`', "I", reader_.backslash_in_identifiers, !reader_.backslash_in_identifiers);
    } else if (c == '$' && reader_.dollar_texts) {
      dollar();
    } else {
      word();
    }
  }

  void word() {
    std::string token(1, sql_[at_++]);
    while (is_word(token.front()) && is_word(here())) token += sql_[at_++];
    tokens_.push_back(std::move(token));
  }

  void quoted(char quote, const char* kind, bool backslash, bool doubled) {
    ++at_;
    while (at_ < sql_.size()) {
      const char c = sql_[at_++];
      if (c == '\\' && backslash) {
        ++at_;
      } else if (c == quote && doubled && here() == quote) {
        ++at_;
      } else if (c == quote) {
        tokens_.emplace_back(kind);
        return;
      }
    }
    tokens_.emplace_back("?");
    closed_ = false;
  }

  void dollar() {
    const std::size_t end = sql_.find('$', at_ + 1);
    const std::string tag(sql_.substr(at_, end == std::string_view::npos ? std::string_view::npos : end - at_ + 1));
    const std::size_t close = end == std::string_view::npos ? end : sql_.find(tag, end + 1);
    closed_ = closed_ && close != std::string_view::npos;
    tokens_.emplace_back("S");
    at_ = close == std::string_view::npos ? sql_.size() : close + tag.size();
  }

  std::string_view sql_;
  SqlReader reader_;
  std::size_t at_ = 0;
  bool closed_ = true;
  std::vector<std::string> tokens_;
};

}  // namespace plowline::testing
