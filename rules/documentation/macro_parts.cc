#include "rules/documentation/macro_parts.h"

#include <algorithm>
#include <unordered_set>

#include "rules/documentation/described.h"
#include "source/jinja_blocks.h"
#include "source/jinja_syntax.h"

namespace plowline {
namespace {

// The names of all macros.
struct MacroNameIndex {
  explicit MacroNameIndex(const LintProject& project) {
    for (const MacroRecord& macro : project.project().macros()) names.insert(macro.name);
  }
  std::unordered_set<std::string_view> names;
};

// The name that a parameter begins with: `b` of ` b = 'x'`.
std::string_view parameter_name(std::string_view text) {
  while (!text.empty() && (is_jinja_blank(text.front()) || text.front() == '*')) text.remove_prefix(1);
  std::size_t end = 0;
  while (end < text.size() && is_name_byte(text[end])) ++end;
  return text.substr(0, end);
}

}  // namespace

std::vector<std::string_view> macro_parameters(std::string_view macro_sql) {
  const std::vector<JinjaBlock> blocks = jinja_blocks(macro_sql);
  if (blocks.empty() || blocks.front().kind == "materialization") return {};
  return parameters_in(macro_sql.substr(blocks.front().offset, blocks.front().body - blocks.front().offset));
}

std::vector<std::string_view> parameters_in(std::string_view tag) {
  std::vector<std::string_view> names;
  std::size_t begin = tag.find('(');
  if (begin == std::string_view::npos) return names;
  ++begin;
  const auto take = [&](std::size_t end) {
    if (const std::string_view name = parameter_name(tag.substr(begin, end - begin)); !name.empty())
      names.push_back(name);
    begin = end + 1;
  };
  int depth = 0;
  for (std::size_t at = begin; at < tag.size(); ++at) {
    const char c = tag[at];
    if (c == '\'' || c == '"') {
      at = end_of_jinja_string(tag, at) - 1;
    } else if (c == '(' || c == '[' || c == '{') {
      ++depth;
    } else if (depth > 0 && (c == ')' || c == ']' || c == '}')) {
      --depth;
    } else if (depth == 0 && c == ',') {
      take(at);
    } else if (c == ')') {
      take(at);
      break;
    }
  }
  return names;
}

std::vector<DeclaredArgument> declared_arguments(const MacroRecord& macro) {
  std::vector<DeclaredArgument> arguments;
  if (macro.arguments.bytes.size() <= 2) return arguments;
  const auto list = check(macro.arguments);
  if (!list) return arguments;
  for (const JsonText& item : list->items()) {
    const RawJson argument{item.bytes()};
    arguments.push_back({unescaped_text(member_of(argument, "name")), description_text(member_of(argument, "type")),
                         description_text(member_of(argument, "description"))});
  }
  return arguments;
}

bool is_dispatched_to(const LintProject& project, const MacroRecord& macro) {
  const std::size_t prefix = macro.name.find("__");
  if (prefix == std::string_view::npos || prefix == 0) return false;
  return project.index<MacroNameIndex>().names.contains(macro.name.substr(prefix + 2));
}

}  // namespace plowline
