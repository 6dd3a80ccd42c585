// Rows in JSON: lists of objects, what `dbt show` prints, log events, objects one per line.
#include <cstddef>
#include <fmt/format.h>
#include <functional>
#include <utility>
#include <vector>

#include "artifact/dbt_log.h"
#include "artifact/json.h"
#include "backfill/row_table_parts.h"

namespace plowline {
namespace {

// Where the JSON object or list that begins at `at` ends, by matching brackets outside of strings; nothing where the
// text ends before it does, or a bracket is closed by the other kind. `walked` is how far the search went.
std::optional<std::size_t> end_of_value(std::string_view text, std::size_t at, std::size_t& walked) {
  std::vector<char> closing;
  bool in_string = false;
  const std::size_t start = at;
  for (; at < text.size(); ++at) {
    const char c = text[at];
    walked = at - start + 1;
    if (in_string) {
      if (c == '\\') ++at;
      if (c == '"') in_string = false;
    } else if (c == '"') {
      in_string = true;
    } else if (c == '{' || c == '[') {
      closing.push_back(c == '{' ? '}' : ']');
    } else if (c == '}' || c == ']') {
      if (closing.back() != c) return std::nullopt;
      closing.pop_back();
      if (closing.empty()) return at + 1;
    }
  }
  return std::nullopt;
}

std::string cell_of(const JsonText& value) {
  if (value.is_null()) return {};
  // Some clients wrap a timestamp: {"value": "2026-01-01T00:00:00.000Z"}.
  if (value.kind() == JsonText::Kind::kObject) {
    if (const auto inner = value.get("value")) return inner->is_null() ? std::string() : inner->scalar();
  }
  return value.scalar();
}

class JsonSearch {
 public:
  JsonSearch(const TableText& text, const WantedTable& wanted) : text_(text), wanted_(wanted) {}

  Result<TableSearch> run();

 private:
  Result<void> take_value(const JsonText& value, std::uint64_t line);
  Result<void> take_list(const JsonText& list, std::uint64_t line);
  Result<void> take_event(const LogEvent& event, const JsonText& whole, std::uint64_t line);
  Result<void> take_preview(const std::string& preview, std::uint64_t line);
  bool take_object(const JsonMembers& members, std::uint64_t line);
  Result<void> begin_result(std::uint64_t line);
  void damaged(std::size_t at, std::string_view why);

  const TableText& text_;
  const WantedTable& wanted_;
  TableSearch search_;
  FileBytes value_ = FileBytes::copy_of({}, {});  // the value that is looked at
  std::size_t value_at_ = 0;                      // where it begins in the text
  std::uint64_t result_line_ = 0;                 // of the list that was taken; 0: none
};

Result<TableSearch> JsonSearch::run() {
  // A text of nothing but brackets must not cost a walk to its end for each of them.
  std::size_t budget = 8 * text_.text().size() + (std::size_t{1} << 20);
  std::size_t done = 0;
  for (const std::size_t start : text_.starts) {
    if (start < done) continue;
    const std::size_t feed = text_.text().find('\n', start);
    const std::string_view line = trim(without_log_prefix(text_.text().substr(start, feed - start)));
    if (!line.starts_with('{') && !line.starts_with('[')) continue;
    const auto at = static_cast<std::size_t>(line.data() - text_.text().data());
    std::size_t walked = 0;
    const auto end = end_of_value(text_.text(), at, walked);
    if (!end) damaged(at, "its brackets do not close");
    // A copy of its own: what follows the value in the text is no part of it, and must not be read as if it were.
    value_ = FileBytes::copy_of(text_.text().substr(at, end ? *end - at : 0), text_.bytes.name());
    value_at_ = at;
    const auto value = end ? check({value_.text()}) : Result<JsonText>(usage_error({}));
    if (value) {
      if (auto taken = take_value(*value, text_.number_at(at)); !taken)
        return std::unexpected(std::move(taken.error()));
      done = *end;
    } else if (end && line.starts_with('{')) {
      damaged(at, value.error().reason);
    }
    if (walked > budget) break;
    budget -= walked;
  }
  if (search_.found && search_.damaged) return std::unexpected(std::move(*search_.damaged));
  return std::move(search_);
}

void JsonSearch::damaged(std::size_t at, std::string_view why) {
  if (search_.damaged) return;
  search_.damaged = input_error(text_.bytes.name(), position_of_line(text_.number_at(at)),
                                fmt::format("the JSON that begins here is damaged: {}", why), "write the rows anew")
                        .error();
}

Result<void> JsonSearch::begin_result(std::uint64_t line) {
  if (result_line_ != 0) {
    return input_error(text_.bytes.name(), position_of_line(line),
                       fmt::format("a second list of rows begins here (the first one in line {})", result_line_),
                       "give a file with one result");
  }
  result_line_ = line;
  search_.found = true;
  return {};
}

Result<void> JsonSearch::take_value(const JsonText& value, std::uint64_t line) {
  if (value.kind() == JsonText::Kind::kArray) return take_list(value, line);
  const JsonMembers members = value.members();
  if (const auto event = log_event(members)) return take_event(*event, value, line);
  if (take_object(members, line)) {
    search_.found = true;
    return {};
  }
  for (const std::string_view key : {"show", "rows", "results", "data"}) {
    const auto list = value.get(key);
    if (list && list->kind() == JsonText::Kind::kArray) return take_list(*list, line);
  }
  if (search_.columns.empty()) {
    for (const auto& [name, unused] : members) search_.columns.push_back(name);
  }
  return {};
}

Result<void> JsonSearch::take_list(const JsonText& list, std::uint64_t line) {
  const std::vector<JsonText> items = list.items();
  for (const JsonText& item : items) {
    if (item.kind() != JsonText::Kind::kObject) return {};  // a list of something else
  }
  const std::less_equal<> not_after;  // pointers that may belong to other texts
  const char* begin = value_.text().data();
  const char* end = begin + value_.text().size();
  for (const JsonText& item : items) {
    const char* at = item.bytes().data();
    const bool inside = not_after(begin, at) && not_after(at, end);
    const std::uint64_t row_line = inside ? text_.number_at(value_at_ + static_cast<std::size_t>(at - begin)) : line;
    const JsonMembers members = item.members();
    if (take_object(members, row_line)) continue;
    for (const auto& [name, unused] : members) search_.columns.push_back(name);
    if (&item == items.data()) return {};  // another table
    return input_error(text_.bytes.name(), position_of_line(row_line),
                       "the row lacks a column that the rows before it have", "write the rows anew");
  }
  return begin_result(line);
}

bool JsonSearch::take_object(const JsonMembers& members, std::uint64_t line) {
  std::vector<std::string> names;
  for (const auto& [name, unused] : members) names.push_back(name);
  const auto places = places_of(names, wanted_);
  if (!places) return false;
  TableRow row{{}, line};
  for (const std::size_t place : *places) row.cells.push_back(cell_of(members[place].second));
  search_.rows.push_back(std::move(row));
  return true;
}

Result<void> JsonSearch::take_event(const LogEvent& event, const JsonText& whole, std::uint64_t line) {
  if (event.name == "ShowNode" || event.code == "Q041") {
    const auto data = whole.get("data");
    const auto preview = data ? data->get("preview") : std::nullopt;
    return take_preview(preview ? preview->string().value_or(event.message) : event.message, line);
  }
  if (event.level == "error" && search_.message.empty()) search_.message = event.message;
  return {};
}

// The table inside of an event: JSON or drawn, as `--output` says.
Result<void> JsonSearch::take_preview(const std::string& preview, std::uint64_t line) {
  const TableText inner = log_text_of(FileBytes::copy_of(preview, text_.bytes.name()));
  const std::string_view value = trim(inner.text());
  if (value.starts_with('[') || value.starts_with('{')) {
    std::size_t walked = 0;
    const auto end = end_of_value(value, 0, walked);
    if (!end) return {};
    const FileBytes whole = FileBytes::copy_of(value.substr(0, *end), text_.bytes.name());
    const auto json = check({whole.text()});
    if (json) return take_value(*json, line);
    return {};
  }
  Result<TableSearch> found = search_lines(inner, wanted_);
  if (!found) return std::unexpected(std::move(found.error()));
  if (!found->found) {
    search_.columns = std::move(found->columns);
    return {};
  }
  for (TableRow& row : found->rows) {
    row.line = line;
    search_.rows.push_back(std::move(row));
  }
  return begin_result(line);
}

}  // namespace

Result<TableSearch> search_json(const TableText& text, const WantedTable& wanted) {
  return JsonSearch(text, wanted).run();
}

}  // namespace plowline
