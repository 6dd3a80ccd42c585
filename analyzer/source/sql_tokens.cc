#include "source/sql_tokens.h"

#include <algorithm>
#include <array>
#include <utility>

#include "source/jinja_syntax.h"

namespace plowline {
namespace {

using Part = SqlText::Part;
using PartKind = SqlText::PartKind;
using Kind = SqlToken::Kind;

struct Entry {
  std::string_view text;
  SqlWord word;
};

// Sorted.
constexpr auto kWords = std::to_array<Entry>({
    {"all", SqlWord::kAnd},
    {"and", SqlWord::kAnd},
    {"anti", SqlWord::kJoining},
    {"any", SqlWord::kAnd},
    {"array", SqlWord::kArray},
    {"as", SqlWord::kAs},
    {"asof", SqlWord::kJoining},
    {"between", SqlWord::kAnd},
    {"by", SqlWord::kAnd},
    {"case", SqlWord::kAnd},
    {"cluster", SqlWord::kEnd},
    {"connect", SqlWord::kEnd},
    {"cross", SqlWord::kJoining},
    {"delete", SqlWord::kDelete},
    {"distinct", SqlWord::kDistinct},
    {"distribute", SqlWord::kEnd},
    {"do", SqlWord::kUpdating},
    {"else", SqlWord::kAnd},
    {"except", SqlWord::kUnion},
    {"exists", SqlWord::kAnd},
    {"fetch", SqlWord::kEnd},
    {"final", SqlWord::kJoining},
    {"for", SqlWord::kUpdating},
    {"from", SqlWord::kFrom},
    {"full", SqlWord::kJoining},
    {"global", SqlWord::kJoining},
    {"group", SqlWord::kEnd},
    {"having", SqlWord::kEnd},
    {"import", SqlWord::kImport},
    {"in", SqlWord::kAnd},
    {"inner", SqlWord::kJoining},
    {"insert", SqlWord::kInsert},
    {"intersect", SqlWord::kUnion},
    {"into", SqlWord::kInto},
    {"is", SqlWord::kAnd},
    {"join", SqlWord::kJoin},
    {"lateral", SqlWord::kLateral},
    {"left", SqlWord::kJoining},
    {"like", SqlWord::kAnd},
    {"limit", SqlWord::kEnd},
    {"match_recognize", SqlWord::kJoining},
    {"minus", SqlWord::kUnion},
    {"natural", SqlWord::kJoining},
    {"not", SqlWord::kAnd},
    {"offset", SqlWord::kEnd},
    {"on", SqlWord::kUpdating},
    {"only", SqlWord::kLateral},
    {"or", SqlWord::kUpdating},
    {"order", SqlWord::kEnd},
    {"outer", SqlWord::kJoining},
    {"over", SqlWord::kAnd},
    {"overwrite", SqlWord::kOverwrite},
    {"pivot", SqlWord::kJoining},
    {"prewhere", SqlWord::kEnd},
    {"qualify", SqlWord::kEnd},
    {"returning", SqlWord::kEnd},
    {"right", SqlWord::kJoining},
    {"sample", SqlWord::kJoining},
    {"select", SqlWord::kSelect},
    {"semi", SqlWord::kJoining},
    {"set", SqlWord::kSet},
    {"settings", SqlWord::kEnd},
    {"some", SqlWord::kAnd},
    {"sort", SqlWord::kEnd},
    {"start", SqlWord::kEnd},
    {"straight_join", SqlWord::kJoin},
    {"table", SqlWord::kTable},
    {"tablesample", SqlWord::kJoining},
    {"then", SqlWord::kUpdating},
    {"union", SqlWord::kUnion},
    {"unpivot", SqlWord::kJoining},
    {"update", SqlWord::kUpdate},
    {"using", SqlWord::kUsing},
    {"values", SqlWord::kEnd},
    {"when", SqlWord::kEnd},
    {"where", SqlWord::kEnd},
    {"window", SqlWord::kEnd},
    {"with", SqlWord::kWith},
});
constexpr std::size_t kLongest = 15;

static_assert(std::ranges::is_sorted(kWords, {}, &Entry::text));
static_assert(std::ranges::all_of(kWords, [](const Entry& entry) { return entry.text.size() <= kLongest; }));

// By first letter: where its words begin in kWords.
constexpr auto kFirst = [] {
  std::array<std::uint8_t, 27> first{};
  for (std::size_t letter = 0; letter <= 26; ++letter) {
    const auto is_before = [&](const Entry& entry) { return entry.text[0] < static_cast<char>('a' + letter); };
    first[letter] = static_cast<std::uint8_t>(std::ranges::count_if(kWords, is_before));
  }
  return first;
}();

SqlWord word_of(std::string_view text) {
  if (text.size() < 2 || text.size() > kLongest) return SqlWord::kNone;
  std::array<char, kLongest> lower{};
  std::ranges::transform(text, lower.begin(),
                         [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c; });
  if (lower[0] < 'a' || lower[0] > 'z') return SqlWord::kNone;
  const auto letter = static_cast<std::size_t>(lower[0] - 'a');
  for (std::size_t i = kFirst[letter]; i < kFirst[letter + 1]; ++i) {
    if (kWords[i].text == std::string_view(lower.data(), text.size())) return kWords[i].word;
  }
  return SqlWord::kNone;
}

bool is_word_byte(char c) {
  return is_name_byte(c) || c == '$' || c == '@' || c == '#';
}

class Reader {
 public:
  explicit Reader(const SqlText& text) : text_(text.text()) { tokens_.reserve(text_.size() / 8 + 4); }

  void read(const Part& part) {
    const std::size_t end = part.offset + part.length;
    switch (part.kind) {
      case PartKind::kSql:
        sql(part.offset, end);
        break;
      case PartKind::kQuotedIdentifier:
        add(Kind::kQuoted, part.offset, end);
        break;
      case PartKind::kSqlString:
        if (part.opens) add(Kind::kString, part.offset, end);
        break;
      case PartKind::kJinjaExpression:
      case PartKind::kJinjaRaw:
        if (part.within == PartKind::kSql || part.within == PartKind::kQuotedIdentifier) {
          add(Kind::kJinja, part.offset, end);
        }
        break;
      case PartKind::kJinjaStatement:
        add(Kind::kJinjaStatement, part.offset, end);
        break;
      case PartKind::kJinjaComment:
        // Rendered to nothing: what stands behind it is glued to what stands before it.
        if (glue_ == part.offset) glue_ = end;
        break;
      case PartKind::kSqlComment:
        break;
    }
  }

  std::vector<SqlToken> take() { return std::move(tokens_); }

 private:
  void add(Kind kind, std::size_t begin, std::size_t end, SqlWord word = SqlWord::kNone) {
    tokens_.push_back({kind, word, begin == glue_, begin, end - begin});
    glue_ = end;
  }

  void sql(std::size_t at, std::size_t end) {
    while (at < end) {
      const std::size_t begin = at;
      if (is_jinja_blank(text_[at])) {
        ++at;
      } else if (is_word_byte(text_[at])) {
        while (at < end && is_word_byte(text_[at])) ++at;
        add(Kind::kWord, begin, at, word_of(text_.substr(begin, at - begin)));
      } else {
        add(Kind::kPunctuation, begin, ++at);
      }
    }
  }

  std::string_view text_;
  std::vector<SqlToken> tokens_;
  std::size_t glue_ = static_cast<std::size_t>(-1);  // where a token would be glued to the last one
};

}  // namespace

std::vector<SqlToken> sql_tokens(const SqlText& text) {
  Reader reader(text);
  for (const Part& part : text.parts()) reader.read(part);
  return reader.take();
}

}  // namespace plowline
