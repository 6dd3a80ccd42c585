#include "source/jinja_blocks.h"

#include <algorithm>
#include <array>

namespace plowline {
namespace {

constexpr std::array<std::string_view, 5> kKinds{"macro", "test", "data_test", "materialization", "snapshot"};

constexpr bool is_blank(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

constexpr bool is_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || (c & 0x80) != 0;
}

// The word at `at`, which is moved behind it; blanks before it are skipped.
std::string_view next_word(std::string_view text, std::size_t& at) {
  while (at < text.size() && is_blank(text[at])) ++at;
  const std::size_t start = at;
  while (at < text.size() && is_word(text[at])) ++at;
  return text.substr(start, at - start);
}

std::size_t behind(std::string_view text, std::string_view mark, std::size_t from) {
  const std::size_t at = text.find(mark, from);
  return at == std::string_view::npos ? text.size() : at + mark.size();
}

class BlockReader {
 public:
  explicit BlockReader(std::string_view text) : text_(text) {}

  std::vector<JinjaBlock> read() {
    for (std::size_t at = text_.find('{'); at < text_.size(); at = text_.find('{', at)) {
      const char next = at + 1 < text_.size() ? text_[at + 1] : ' ';
      if (next == '#') {
        at = behind(text_, "#}", at + 2);
      } else if (next == '%') {
        at = statement(at);
      } else {
        ++at;
      }
    }
    if (open_) blocks_.back().end = blocks_.back().body_end = text_.size();
    return std::move(blocks_);
  }

 private:
  // The statement at `start`; returns where to go on.
  std::size_t statement(std::size_t start) {
    std::size_t at = start + 2;
    if (at < text_.size() && (text_[at] == '-' || text_[at] == '+')) ++at;
    const std::string_view word = next_word(text_, at);
    if (word == "raw") raw_ = true;
    if (word == "endraw") raw_ = false;
    const std::size_t end = behind(text_, "%}", at);
    if (raw_) return end;
    if (open_) {
      if (word.starts_with("end") && word.substr(3) == blocks_.back().kind) {
        blocks_.back().body_end = start;
        blocks_.back().end = end;
        open_ = false;
      }
    } else if (std::ranges::find(kKinds, word) != kKinds.end()) {
      const std::string_view name = next_word(text_, at);
      if (name.empty()) return end;
      blocks_.push_back({word, name, start, text_.size(), end, text_.size()});
      open_ = true;
    }
    return end;
  }

  std::string_view text_;
  std::vector<JinjaBlock> blocks_;
  bool open_ = false;
  bool raw_ = false;
};

}  // namespace

std::string JinjaBlock::macro_name() const {
  if (kind == "test" || kind == "data_test") return "test_" + std::string(name);
  if (kind == "materialization") return "materialization_" + std::string(name) + "_";
  return std::string(name);
}

bool JinjaBlock::is(std::string_view macro) const {
  return kind == "materialization" ? macro.starts_with(macro_name()) : kind != "snapshot" && macro == macro_name();
}

std::vector<JinjaBlock> jinja_blocks(std::string_view text) {
  return BlockReader(text).read();
}

}  // namespace plowline
