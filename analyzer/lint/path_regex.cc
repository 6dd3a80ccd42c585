#include "lint/path_regex.h"

#include <algorithm>
#include <cstddef>
#include <utility>

namespace plowline {
namespace {

using Kind = PathToken::Kind;
using Alternatives = std::vector<PathTokens>;

constexpr std::size_t kMost = 100;
constexpr int kLevels = 20;

bool is_path_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-' || c == '/';
}

Alternatives one(Kind kind, char character = 0) {
  return {{PathToken{kind, character}}};
}

// Recursive descent; `failed_` once something else is met.
class PathRegexReader {
 public:
  explicit PathRegexReader(std::string_view text) : text_(text) {}

  std::optional<Alternatives> read() {
    Alternatives all = alternatives(0);
    if (failed_ || at_ < text_.size() || !std::ranges::all_of(all, has_anchors_at_its_ends)) return std::nullopt;
    return all;
  }

 private:
  static bool has_anchors_at_its_ends(const PathTokens& tokens) {
    for (std::size_t i = 0; i < tokens.size(); ++i) {
      if (tokens[i].kind == Kind::kStart && i > 0) return false;
      if (tokens[i].kind == Kind::kEnd && i + 1 < tokens.size()) return false;
    }
    return true;
  }

  bool take(std::string_view text) {
    if (!text_.substr(at_).starts_with(text)) return false;
    at_ += text.size();
    return true;
  }

  Alternatives alternatives(int level) {
    if (level > kLevels) failed_ = true;
    Alternatives all;
    do {
      Alternatives more = sequence(level);
      std::ranges::move(more, std::back_inserter(all));
    } while (!failed_ && take("|"));
    return all;
  }

  Alternatives sequence(int level) {
    Alternatives all{{}};
    while (!failed_ && at_ < text_.size() && text_[at_] != '|' && text_[at_] != ')') {
      all = followed_by(all, optional(atom(level)));
    }
    return all;
  }

  Alternatives followed_by(const Alternatives& all, const Alternatives& next) {
    if (all.size() * next.size() > kMost) failed_ = true;
    Alternatives out;
    for (const PathTokens& first : all) {
      for (const PathTokens& second : next) {
        if (failed_) return {};
        out.push_back(first);
        out.back().insert(out.back().end(), second.begin(), second.end());
      }
    }
    return out;
  }

  // Behind what repeats, `?` means only that it takes as little as it can.
  Alternatives optional(Alternatives atom) {
    const bool repeats = atom.size() == 1 && atom[0].size() == 1 && atom[0][0].kind != Kind::kCharacter;
    const bool once = take("?");
    if (once && !repeats) atom.emplace_back();
    if (at_ < text_.size() && (text_[at_] == '*' || text_[at_] == '+' || text_[at_] == '{')) failed_ = true;
    return atom;
  }

  Alternatives atom(int level) {
    if (take("^")) return one(Kind::kStart);
    if (take("$")) return one(Kind::kEnd);
    if (take("[.]")) return one(Kind::kCharacter, '.');
    if (take("[^/]")) return repeated(Kind::kAnyName, Kind::kSomeName);
    if (take("(?:") || (!text_.substr(at_).starts_with("(?") && take("("))) return group(level);
    if (take(".")) return dot();
    const bool escaped = take("\\");
    if (at_ == text_.size()) return failure();
    const char c = text_[at_++];
    // What is escaped and no letter stands for itself.
    const bool itself = escaped ? std::string_view("./-_").find(c) != std::string_view::npos : is_path_character(c);
    return itself ? one(Kind::kCharacter, c) : failure();
  }

  // Alone, a dot is mostly meant as one: `orders.sql`.
  Alternatives dot() {
    if (take("*")) return one(Kind::kAnyText);
    if (take("+")) return one(Kind::kSomeText);
    return one(Kind::kCharacter, '.');
  }

  Alternatives repeated(Kind any, Kind some) {
    if (take("*")) return one(any);
    return take("+") ? one(some) : failure();
  }

  Alternatives group(int level) {
    Alternatives all = alternatives(level + 1);
    return take(")") ? all : failure();
  }

  Alternatives failure() {
    failed_ = true;
    return {};
  }

  std::string_view text_;
  std::size_t at_ = 0;
  bool failed_ = false;
};

}  // namespace

std::optional<Alternatives> path_alternatives(std::string_view regex) {
  return PathRegexReader(regex).read();
}

std::string without_blanks(std::string_view regex) {
  const std::size_t begin = regex.find_first_not_of(" \t\r\n");
  if (begin == std::string_view::npos) return {};
  regex.remove_prefix(begin);
  const std::size_t end = regex.find_last_not_of(" \t\r\n");
  regex = regex.substr(0, end + 1);
  if (!regex.starts_with("(?x)")) return std::string(regex);
  regex.remove_prefix(std::string_view("(?x)").size());
  std::string out;
  for (std::size_t i = 0; i < regex.size(); ++i) {
    if (regex[i] == '#') i = regex.find('\n', i);
    if (i == std::string_view::npos) break;
    const bool blank = std::string_view(" \t\r\n").find(regex[i]) != std::string_view::npos;
    if (!blank) out += regex[i];
  }
  return out;
}

}  // namespace plowline
