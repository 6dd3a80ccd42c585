#include "artifact/dbt_log.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <cstddef>

#include "artifact/console_text.h"

namespace plowline {
namespace {

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

template <typename List>
bool is_one_of(std::string_view word, const List& list) {
  return std::ranges::find(list, word) != list.end();
}

const JsonText* find(const JsonMembers& members, std::string_view key) {
  const auto found = std::ranges::find(members, key, &JsonMembers::value_type::first);
  return found == members.end() ? nullptr : &found->second;
}

std::string text_of(const JsonMembers& members, std::string_view key) {
  const JsonText* value = find(members, key);
  return value == nullptr ? "" : value->string().value_or("");
}

JsonMembers members_of(const JsonText* object) {
  return object == nullptr ? JsonMembers() : object->members();
}

}  // namespace

LevelledMessage after_level(std::string_view text) {
  constexpr std::array<std::string_view, 5> kLevels{"debug", "info", "warn", "error", "test"};
  const std::size_t end = text.find(']');
  if (!text.starts_with('[') || end == std::string_view::npos) return {{}, text};
  const std::string_view level = trim(text.substr(1, end - 1));
  if (!is_one_of(level, kLevels)) return {{}, text};
  text = trim(text.substr(end + 1));
  const std::size_t thread_end = text.find("]:");
  if (text.starts_with('[') && thread_end != std::string_view::npos) text = trim(text.substr(thread_end + 2));
  return {level, text};
}

std::optional<LogEvent> log_event(const JsonMembers& members) {
  const JsonMembers info = members_of(find(members, "info"));
  const bool modern = find(info, "msg") != nullptr || find(info, "code") != nullptr;
  const bool old =
      find(members, "msg") != nullptr && (find(members, "code") != nullptr || find(members, "level") != nullptr);
  if (!modern && !old) return std::nullopt;
  const JsonMembers& head = modern ? info : members;
  LogEvent event{text_of(head, "name"), text_of(head, "code"), text_of(head, "level"), text_of(head, "msg")};
  if (event.message.empty()) event.message = text_of(members_of(find(members, "data")), "msg");
  return event;
}

bool is_row_event(const LogEvent& event) {
  if (!event.name.empty()) return event.name == "ListCmdOut" || event.name == "PrintEvent";
  return event.code == "Z049" || event.code == "Z052";  // no other event ever had these codes
}

bool is_found_line(std::string_view message) {
  return message.size() > 6 && message.starts_with("Found ") && is_digit(message[6]);
}

std::string_view after_counts(std::string_view message) {
  constexpr std::array<std::string_view, 5> kFirstOfTwo{"data", "unit", "saved", "semantic", "seed"};
  constexpr std::array<std::string_view, 8> kSecond{"test",  "tests",  "query", "queries",
                                                    "model", "models", "file",  "files"};
  const std::vector<std::string_view> words = words_of(message);
  std::size_t i = 1;  // behind `Found`
  while (i + 1 < words.size() && is_digit(words[i].front())) {
    ++i;
    if (is_one_of(words[i], kFirstOfTwo) && i + 1 < words.size() &&
        is_one_of(words[i + 1].substr(0, words[i + 1].find(',')), kSecond)) {
      ++i;
    }
    const bool last = !words[i].ends_with(',');
    ++i;
    if (last) break;
  }
  if (i >= words.size()) return {};
  return message.substr(static_cast<std::size_t>(words[i].data() - message.data()));
}

bool opens_failure(std::string_view text) {
  constexpr std::array<std::string_view, 9> kStarts{"Usage: ",      "usage: ",     "Error: ",
                                                    "error: ",      "[error]",     "[ERROR]",
                                                    "dbt: error: ", "Traceback (", "Encountered an error"};
  if (std::ranges::any_of(kStarts, [&](std::string_view start) { return text.starts_with(start); })) return true;
  if (text.starts_with("Finished '")) return text.find(" error") != std::string_view::npos;
  return text.find("dbt") != std::string_view::npos &&
         (text.find("command not found") != std::string_view::npos || text.ends_with("dbt: not found") ||
          text.find("is not recognized as") != std::string_view::npos);
}

bool is_progress(std::string_view line) {
  const std::string_view text = trim(line);
  if (text.size() == line.size()) return false;
  const std::size_t end = text.find_first_of(" \t");
  if (end == std::string_view::npos || text[0] < 'A' || text[0] > 'Z') return false;
  return std::ranges::all_of(text.substr(1, end - 1), [](char c) { return c >= 'a' && c <= 'z'; });
}

bool is_unstamped_log(std::string_view text) {
  return text.starts_with("dbt-fusion ") || text == "dbt-fusion" || text.starts_with("Finished '");
}

std::string without_escapes(std::string text) {
  if (text.find_first_of("\x1B\r") == std::string::npos) return text;
  const ConsoleText clean = ConsoleText::clean(FileBytes::copy_of(text, {}));
  std::string out;
  for (const ConsoleLine& line : clean.lines()) {
    if (&line != clean.lines().data()) out += '\n';
    out += line.text;
  }
  return out;
}

}  // namespace plowline
