#include "snowplow/macro_calls.h"

#include <algorithm>
#include <set>

namespace plowline {
namespace {

constexpr std::string_view kUtilsMacroPrefix = "macro.snowplow_utils.";

bool is_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

bool is_blank(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
  return text;
}

std::string without_comments(std::string_view jinja) {
  std::string out;
  while (true) {
    const std::size_t start = jinja.find("{#");
    out += jinja.substr(0, start);
    if (start == std::string_view::npos) return out;
    const std::size_t end = jinja.find("#}", start + 2);
    if (end == std::string_view::npos) return out;
    jinja.remove_prefix(end + 2);
  }
}

// Where the argument list of the first call of `macro` starts (behind its parenthesis).
std::optional<std::size_t> find_arguments(std::string_view text, std::string_view macro) {
  for (std::size_t at = text.find(macro); at != std::string_view::npos; at = text.find(macro, at + 1)) {
    std::size_t next = at + macro.size();
    if ((at > 0 && is_word(text[at - 1])) || (next < text.size() && is_word(text[next]))) continue;
    while (next < text.size() && is_blank(text[next])) ++next;
    if (next < text.size() && text[next] == '(') return next + 1;
  }
  return std::nullopt;
}

// The text of `expression` where it is one string literal and nothing else.
std::optional<std::string> literal_text(std::string_view expression) {
  if (expression.size() < 2) return std::nullopt;
  const char quote = expression.front();
  if ((quote != '\'' && quote != '"') || expression.back() != quote) return std::nullopt;
  std::string out;
  for (std::size_t i = 1; i + 1 < expression.size(); ++i) {
    if (expression[i] == quote) return std::nullopt;
    if (expression[i] == '\\' && i + 2 < expression.size()) ++i;
    out += expression[i];
  }
  return out;
}

MacroArgument argument_from(std::string_view text) {
  text = trimmed(text);
  std::size_t name_end = 0;
  while (name_end < text.size() && is_word(text[name_end])) ++name_end;
  std::size_t equals = name_end;
  while (equals < text.size() && is_blank(text[equals])) ++equals;
  const bool named = name_end > 0 && equals < text.size() && text[equals] == '=' &&
                     (equals + 1 == text.size() || text[equals + 1] != '=');
  if (!named) return {{}, literal_text(text)};
  return {std::string(text.substr(0, name_end)), literal_text(trimmed(text.substr(equals + 1)))};
}

// Splits at the commas that stand outside of brackets and strings, up to the closing parenthesis.
std::vector<MacroArgument> split_arguments(std::string_view text) {
  std::vector<MacroArgument> arguments;
  std::size_t start = 0;
  std::size_t depth = 0;
  char quote = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (quote != 0) {
      if (c == '\\') {
        ++i;
      } else if (c == quote) {
        quote = 0;
      }
    } else if (c == '\'' || c == '"') {
      quote = c;
    } else if (c == '(' || c == '[' || c == '{') {
      ++depth;
    } else if (depth > 0 && (c == ')' || c == ']' || c == '}')) {
      --depth;
    } else if (depth == 0 && (c == ',' || c == ')')) {
      const std::string_view argument = text.substr(start, i - start);
      if (!trimmed(argument).empty()) arguments.push_back(argument_from(argument));
      start = i + 1;
      if (c == ')') break;
    }
  }
  return arguments;
}

bool calls(std::string_view text, std::string_view macro) {
  return call_arguments(text, macro).has_value();
}

}  // namespace

std::optional<std::vector<MacroArgument>> call_arguments(std::string_view jinja, std::string_view macro) {
  const std::string text = without_comments(jinja);
  const std::optional<std::size_t> start = find_arguments(text, macro);
  if (!start) return std::nullopt;
  return split_arguments(std::string_view(text).substr(*start));
}

std::optional<std::string> literal_argument(const std::vector<MacroArgument>& arguments, std::string_view name,
                                            std::size_t position) {
  std::size_t positional = 0;
  for (const MacroArgument& argument : arguments) {
    if (argument.name == name || (argument.name.empty() && positional++ == position)) return argument.literal;
  }
  return std::nullopt;
}

std::string macro_text(const MacroRecord& macro) {
  if (macro.macro_sql.empty()) return {};
  const Result<JsonText> text = check(macro.macro_sql);
  return text ? text->string().value_or("") : std::string();
}

const MacroRecord* find_utils_macro(const Project& project, std::string_view name) {
  const std::string unique_id = std::string(kUtilsMacroPrefix) + std::string(name);
  const auto found = std::ranges::find(project.macros(), unique_id, &MacroRecord::unique_id);
  return found == project.macros().end() ? nullptr : &*found;
}

bool depends_on_utils_macro(const NodeRecord& node, std::string_view macro) {
  return std::ranges::any_of(node.depends_on.macros, [&](std::string_view id) {
    return id.starts_with(kUtilsMacroPrefix) && id.substr(kUtilsMacroPrefix.size()) == macro;
  });
}

Result<bool> calls_utils_macro(const Project& project, NodeId node, std::string_view macro) {
  if (depends_on_utils_macro(project.node(node), macro)) return true;
  const Result<JsonText> code = project.read(node, &NodeRecord::raw_code);
  if (!code) return std::unexpected(code.error());
  return calls(code->string().value_or(""), macro);
}

Result<std::optional<MacroCall>> CallFinder::find(NodeId node, std::string_view macro) {
  const NodeRecord& record = project_.node(node);
  const Result<JsonText> code = project_.read(node, &NodeRecord::raw_code);
  if (!code) return std::unexpected(code.error());
  const std::string text = code->string().value_or("");
  if (calls(text, macro)) return MacroCall{text};
  if (depends_on_utils_macro(record, macro)) return MacroCall{};
  const std::string wanted = std::string(kUtilsMacroPrefix) + std::string(macro);
  const MacroRecord* wrapper = find_wrapper(record.depends_on.macros, wanted);
  if (wrapper == nullptr) return std::optional<MacroCall>();
  const std::string wrapping = macro_text(*wrapper);
  return MacroCall{calls(wrapping, macro) ? wrapping : std::string()};
}

const MacroRecord* CallFinder::find_macro(std::string_view unique_id) {
  if (macros_.empty()) {
    for (const MacroRecord& macro : project_.macros()) macros_.emplace(macro.unique_id, &macro);
  }
  const auto found = macros_.find(unique_id);
  return found == macros_.end() ? nullptr : found->second;
}

// Walks through the macros that are not snowplow_utils' own, each once. A stack of its own: a chain of macros in a
// hostile manifest may be long.
const MacroRecord* CallFinder::find_wrapper(StringList macros, std::string_view wanted) {
  std::set<std::string_view> seen;
  std::vector<std::string_view> open(macros.begin(), macros.end());
  while (!open.empty()) {
    const std::string_view id = open.back();
    open.pop_back();
    if (id.starts_with(kUtilsMacroPrefix) || !seen.insert(id).second) continue;
    const MacroRecord* macro = find_macro(id);
    if (macro == nullptr) continue;
    const StringList called = macro->depends_on.macros;
    if (std::ranges::find(called, wanted) != called.end()) return macro;
    open.insert(open.end(), called.begin(), called.end());
  }
  return nullptr;
}

}  // namespace plowline
