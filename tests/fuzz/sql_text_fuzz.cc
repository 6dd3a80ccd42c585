// Any bytes as a model's code: the parts are the text, without gaps; sql_only() keeps its length and its lines; and
// whatever calls, config entries and relations point at lies in the text.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "source/sql_text.h"
#include "source/text_range.h"

using namespace plowline;

namespace {

void require(bool holds) {
  if (!holds) std::abort();
}

void require_inside(std::string_view text, std::size_t offset, std::size_t length) {
  require(offset <= text.size() && length <= text.size() - offset);
  const TextRange range = range_of(text, offset, length);
  require(range.known() && range.line <= range.end_line && range.column >= 1 && range.end_column >= 1);
  require(offset_of_line(text, range.line) <= offset);
}

void require_inside(const SqlText& text, const SqlText::Argument& argument) {
  require_inside(text.text(), argument.offset, argument.length);
  if (argument.text.empty()) return;
  require(argument.text.data() >= text.text().data());
  require_inside(text.text(), static_cast<std::size_t>(argument.text.data() - text.text().data()),
                 argument.text.size());
}

void check_parts(const SqlText& text) {
  std::size_t at = 0;
  for (const SqlText::Part& part : text.parts()) {
    require(part.offset == at && part.length > 0 && part.length <= text.text().size() - at);
    at += part.length;
  }
  require(at == text.text().size());
}

void check_sql_only(const SqlText& text) {
  const std::string only = text.sql_only();
  require(only.size() == text.text().size());
  require(std::ranges::count(only, '\n') == std::ranges::count(text.text(), '\n'));
  require(std::ranges::count(only, '\r') == std::ranges::count(text.text(), '\r'));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const SqlText text({reinterpret_cast<const char*>(data), size});
  check_parts(text);
  check_sql_only(text);
  for (const SqlText::Call& call : text.calls()) {
    require_inside(text.text(), call.offset, call.length);
    require(call.length > 0 && !call.name.empty());
    for (const SqlText::Argument& argument : call.arguments) require_inside(text, argument);
  }
  for (const SqlText::Argument& entry : config_entries(text)) require_inside(text, entry);
  for (const SqlText::Relation& relation : text.literal_relations()) {
    require_inside(text.text(), relation.offset, relation.length);
    require(relation.name == text.text().substr(relation.offset, relation.length));
    require(relation.parts.size() >= 2);
  }
  return 0;
}
