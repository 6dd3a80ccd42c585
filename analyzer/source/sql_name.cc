#include "source/sql_name.h"

#include <algorithm>

#include "source/jinja_syntax.h"

namespace plowline {
namespace {

using Kind = SqlToken::Kind;

// Whether BigQuery would take that for a name, between backquotes, and not a path of files.
bool is_dotted_name(std::string_view text) {
  return std::ranges::all_of(text, [](char c) {
    return is_name_byte(c) || c == '.' || c == '-' || c == '*' || c == '$' || c == '@' || c == ':' || c == ' ';
  });
}

class NameReader {
 public:
  NameReader(std::string_view text, std::span<const SqlToken> tokens, std::size_t at)
      : text_(text), tokens_(tokens), at_(at) {
    name_.end_token = at;
    if (at < tokens.size()) name_.offset = tokens[at].offset;
  }

  SqlName read() && {
    while (piece()) {
      name_.end_token = at_;
      if (!is('.')) break;
      ++at_;
      // db..relation: the schema that the database takes for granted.
      if (is('.')) {
        name_.parts.emplace_back();
        ++at_;
      }
      if (is_piece()) continue;
      // A name that a Jinja statement, or nothing, ends.
      name_.has_jinja = true;
      name_.end_token = at_;
      break;
    }
    if (name_.end_token > 0 && name_.end_token <= tokens_.size() && !name_.parts.empty()) {
      name_.length = tokens_[name_.end_token - 1].end() - name_.offset;
    }
    return std::move(name_);
  }

 private:
  const SqlToken* token(std::size_t ahead = 0) const {
    return at_ + ahead < tokens_.size() ? &tokens_[at_ + ahead] : nullptr;
  }
  std::string_view text_of(const SqlToken& token) const { return text_.substr(token.offset, token.length); }
  bool is(char c, std::size_t ahead = 0) const {
    const SqlToken* here = token(ahead);
    return here != nullptr && here->kind == Kind::kPunctuation && text_[here->offset] == c;
  }
  static bool is_solid(Kind kind) { return kind == Kind::kWord || kind == Kind::kQuoted || kind == Kind::kJinja; }
  bool is_piece() const { return token() != nullptr && (is_solid(token()->kind) || is('[')); }
  bool is_glued_solid(std::size_t ahead) const {
    const SqlToken* here = token(ahead);
    return here != nullptr && here->glued && is_solid(here->kind);
  }

  // What stands between two dots. False where there is nothing of a name.
  bool piece() {
    if (!is_piece()) return false;
    if (is('[')) return bracketed();
    const std::size_t first = at_;
    solid();
    for (;;) {
      if (is_glued_solid(0)) {
        // Two of them without a blank: one is Jinja, or a quoted name that Jinja cuts.
        name_.has_jinja = true;
        solid();
      } else if (token() != nullptr && token()->kind == Kind::kJinjaStatement && token()->glued && continues()) {
        name_.has_jinja = true;
        ++at_;
      } else if (name_.parts.empty() && is('-') && token()->glued && is_glued_solid(1) &&
                 tokens_[first].kind == Kind::kWord) {
        // A project's name on BigQuery may have dashes in it, without quotes.
        at_ += 2;
      } else {
        break;
      }
    }
    add_parts(first);
    return true;
  }

  void solid() {
    if (token()->kind == Kind::kJinja) name_.has_jinja = true;
    ++at_;
  }

  // Whether the name goes on behind the Jinja statement at at_: {% if x %}a{% endif %}.
  bool continues() const { return is_glued_solid(1) || (is('.', 1) && token(1)->glued); }

  // [name], as T-SQL quotes.
  bool bracketed() {
    const std::size_t first = at_;
    while (++at_ < tokens_.size() && !is(']')) {
      if (token()->kind == Kind::kJinja || token()->kind == Kind::kJinjaStatement) name_.has_jinja = true;
      if (is(',') || is('(') || is('[')) break;
    }
    if (!is(']')) {
      at_ = first;
      return false;
    }
    ++at_;
    add_parts(first);
    return true;
  }

  // The tokens from `first` to at_ as a part.
  void add_parts(std::size_t first) {
    const std::string_view written =
        text_.substr(tokens_[first].offset, tokens_[at_ - 1].end() - tokens_[first].offset);
    const std::string_view content = unquoted(written);
    if (name_.parts.empty() && tokens_[first].kind == Kind::kWord) name_.is_name = begins_name(content);
    name_.last = content;
    if (tokens_[at_ - 1].kind == Kind::kJinja) name_.last = last_string(written);
    if (!written.starts_with('`') || !is_dotted_name(content)) {
      name_.parts.emplace_back(content);
      return;
    }
    for (std::size_t begin = 0; begin <= content.size();) {
      const std::size_t end = std::min(content.find('.', begin), content.size());
      name_.last = content.substr(begin, end - begin);
      name_.parts.emplace_back(name_.last);
      begin = end + 1;
    }
  }

  static bool begins_name(std::string_view word) {
    return is_name_byte(word.front()) && !(word.front() >= '0' && word.front() <= '9');
  }

  // What a ref('…') or source('…', '…') at the end of a Jinja expression names, if it is one.
  static std::string_view last_string(std::string_view jinja) {
    if (jinja.find("ref") == std::string_view::npos && jinja.find("source") == std::string_view::npos) return {};
    const std::size_t end = jinja.find_last_of("'\"");
    if (end == std::string_view::npos || end == 0) return {};
    const std::size_t begin = jinja.rfind(jinja[end], end - 1);
    return begin == std::string_view::npos ? std::string_view() : jinja.substr(begin + 1, end - begin - 1);
  }

  std::string_view text_;
  std::span<const SqlToken> tokens_;
  std::size_t at_;
  SqlName name_;
};

}  // namespace

SqlName read_sql_name(std::string_view text, std::span<const SqlToken> tokens, std::size_t at) {
  return NameReader(text, tokens, at).read();
}

std::string_view unquoted(std::string_view name) {
  if (name.size() < 2) return name;
  const char open = name.front();
  const char close = open == '[' ? ']' : open;
  const bool quotes = open == '"' || open == '`' || open == '[';
  return quotes && name.back() == close ? name.substr(1, name.size() - 2) : name;
}

std::uint64_t hash_of_name(std::string_view name) {
  std::uint64_t hash = 0xCBF29CE484222325u;
  for (const char c : name) {
    const char lower = c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c;
    hash = (hash ^ static_cast<unsigned char>(lower)) * 0x100000001B3u;
  }
  return hash;
}

}  // namespace plowline
