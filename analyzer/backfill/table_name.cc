#include "backfill/table_name.h"

#include <algorithm>
#include <fmt/format.h>
#include <utility>

namespace plowline {
namespace {

std::unexpected<Error> unreadable(std::string_view text, std::string_view why) {
  return input_error({}, {}, fmt::format("'{}' is no name of a table: {}", printable(text), why),
                     "a name has a schema and a table, and may have a database before them: database.schema.table");
}

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1);
}

bool is_quote(char c) {
  return c == '"' || c == '`';
}

// Reads the parts one after the other; `at` stands on the first byte that is not read yet.
class PartReader {
 public:
  explicit PartReader(std::string_view text) : text_(text) {}

  // What is wrong; empty where all parts could be read.
  std::string_view read_all() {
    while (true) {
      const std::string_view wrong = is_quote(peek()) ? read_quoted() : read_plain();
      if (!wrong.empty()) return wrong;
      if (parts.back().text.empty()) return "a part of it is empty";
      if (at_ == text_.size()) return {};
      if (text_[at_] != '.') return "a part goes on after its closing quote";
      ++at_;
    }
  }

  std::vector<NamePart> parts;

 private:
  char peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }

  // A quote inside stands twice, in every warehouse whose relation names dbt quotes.
  std::string_view read_quoted() {
    const char quote = text_[at_++];
    NamePart part{.text = {}, .quoted = true};
    while (at_ < text_.size()) {
      const char c = text_[at_++];
      if (c != quote) {
        part.text += c;
      } else if (peek() == quote && at_ < text_.size()) {
        part.text += quote;
        ++at_;
      } else {
        parts.push_back(std::move(part));
        return {};
      }
    }
    return "a quote is not closed";
  }

  std::string_view read_plain() {
    const std::size_t end = std::min(text_.find('.', at_), text_.size());
    const std::string_view part = text_.substr(at_, end - at_);
    if (part.find_first_of("\"`") != std::string_view::npos) return "a quote stands inside of a part";
    parts.push_back({std::string(part), false});
    at_ = end;
    return {};
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

// `p.d.t` in one pair of backticks, as BigQuery allows. A project of the old kind has a dot of its own
// (`example.com:project`), so the last two parts count from the end.
std::vector<NamePart> split_whole(const std::string& whole) {
  std::vector<NamePart> parts;
  const std::size_t last = whole.rfind('.');
  if (last == std::string::npos || last == 0) return {{whole, true}};
  const std::size_t middle = whole.rfind('.', last - 1);
  if (middle != std::string::npos) parts.push_back({whole.substr(0, middle), true});
  const std::size_t schema = middle == std::string::npos ? 0 : middle + 1;
  parts.push_back({whole.substr(schema, last - schema), true});
  parts.push_back({whole.substr(last + 1), true});
  return parts;
}

}  // namespace

Result<TableName> table_name_from(std::string_view relation_name) {
  const std::string_view text = trimmed(relation_name);
  if (text.empty()) return unreadable(relation_name, "it is empty");
  PartReader reader(text);
  if (const std::string_view wrong = reader.read_all(); !wrong.empty()) return unreadable(relation_name, wrong);
  std::vector<NamePart>& parts = reader.parts;
  if (parts.size() == 1 && text.front() == '`') {
    parts = split_whole(parts[0].text);
    const bool old_project = parts.size() == 3 && parts[0].text.find(':') != std::string::npos;
    if (parts.size() == 3 && !old_project && parts[0].text.find('.') != std::string::npos) {
      return unreadable(relation_name, "it has more than three parts");
    }
    for (const NamePart& part : parts) {
      if (part.text.empty()) return unreadable(relation_name, "a part of it is empty");
    }
  }
  if (parts.size() < 2) return unreadable(relation_name, "it has no schema");
  if (parts.size() > 3) return unreadable(relation_name, "it has more than three parts");
  TableName name;
  if (parts.size() == 3) name.database = std::move(parts[0]);
  name.schema = std::move(parts[parts.size() - 2]);
  name.identifier = std::move(parts.back());
  return name;
}

std::string shown(const TableName& table) {
  std::string text = table.database ? table.database->text + "." : std::string();
  text += table.schema.text + "." + table.identifier.text;
  return printable(text);
}

}  // namespace plowline
