#include "backfill/run_log_line.h"

#include <cctype>
#include <cstddef>
#include <utility>

#include "artifact/console_text.h"
#include "artifact/dbt_log.h"
#include "artifact/file.h"
#include "artifact/json.h"
#include "backfill/run_log_words.h"

namespace plowline {
namespace {

constexpr std::string_view kColourOff = "\x1B[0m";
constexpr std::string_view kSeparatorEdge = "==============================";

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

// Whether the line holds what only ConsoleText takes off: escapes, control characters, colour codes without ESC, the
// stamp of a CI system. Most lines of a log do not, and are not copied.
bool needs_cleaning(std::string_view line) {
  if (line.size() > 20 && is_digit(line[0]) && line[4] == '-' && line[10] == 'T') return true;
  if (line.starts_with('[') || line.starts_with("^[")) return true;
  bool after_bracket = false;
  for (const char c : line) {
    const auto byte = static_cast<unsigned char>(c);
    if ((byte < ' ' && c != '\t') || byte == 0x7F || byte == 0xE2) return true;
    if (after_bracket && is_digit(c)) return true;
    after_bracket = c == '[';
  }
  return false;
}

std::string member_text(const std::optional<JsonText>& object, std::string_view key) {
  if (!object) return {};
  const auto value = object->get(key);
  return value ? value->string().value_or("") : "";
}

// `info.ts`, and `ts` before dbt 1.4.
std::optional<Instant> time_of(const JsonText& whole) {
  std::string text = member_text(whole.get("info"), "ts");
  if (text.empty()) text = member_text(whole, "ts");
  return instant_from(text);
}

std::string invocation_of(const JsonText& whole) {
  std::string id = member_text(whole.get("info"), "invocation_id");
  return id.empty() ? member_text(whole, "invocation_id") : id;
}

// `{…}`, an event. JSON is read from a copy that is followed by the bytes that simdjson may touch.
std::optional<RunLogLine> from_json(std::string_view line) {
  std::string padded(line);
  padded.append(FileBytes::kPadding, '\0');
  const auto whole = check({std::string_view(padded).substr(0, line.size())});
  if (!whole || whole->kind() != JsonText::Kind::kObject) return std::nullopt;
  auto event = log_event(whole->members());
  if (!event) return std::nullopt;
  RunLogLine out;
  out.role = RunLogLine::Role::kMessage;
  out.kind = LogKind::kJson;
  out.text = without_escapes(std::move(event->message));
  out.indented = out.text.starts_with("  ");
  out.level = std::move(event->level);
  out.event = std::move(event->name);
  out.invocation_id = invocation_of(*whole);
  out.time = time_of(*whole);
  if (const auto data = whole->get("data")) {
    const auto node = data->get("node_info");
    out.node = member_text(node, "unique_id");
    out.node_status = member_text(node, "node_status");
    if (const auto arguments = data->get("args")) out.command = member_text(arguments, "invocation_command");
  }
  return out;
}

std::optional<RunLogLine> separator_from(std::string_view line) {
  if (!line.starts_with(kSeparatorEdge) || !line.ends_with(kSeparatorEdge) || line.size() < 2 * kSeparatorEdge.size())
    return std::nullopt;
  const std::string_view inner = trim(line.substr(kSeparatorEdge.size(), line.size() - 2 * kSeparatorEdge.size()));
  const std::size_t bar = inner.find(" | ");
  if (bar == std::string_view::npos) return std::nullopt;
  RunLogLine out;
  out.role = RunLogLine::Role::kSeparator;
  out.kind = LogKind::kDebug;
  out.invocation_id = trim(inner.substr(bar + 3));
  out.time = instant_from(trim(inner.substr(0, bar)));  // before dbt 1.4 there is a date
  return out;
}

// The thread of `[info ] [Thread-1 (]: text`.
std::string_view thread_of(std::string_view text) {
  const std::size_t level_end = text.find(']');
  if (level_end == std::string_view::npos) return {};
  const std::string_view rest = trim(text.substr(level_end + 1));
  const std::size_t end = rest.find("]:");
  return rest.starts_with('[') && end != std::string_view::npos ? trim(rest.substr(1, end - 1)) : std::string_view();
}

// dbt's own stamp is followed by exactly two blanks, or by the level.
bool is_dbts_stamp(std::string_view line, std::string_view level) {
  if (!level.empty()) return true;
  const std::size_t blank = line.find(' ');
  return blank != std::string_view::npos && (line.substr(blank).starts_with("  ") || line.size() == blank);
}

std::optional<RunLogLine> from_text(std::string_view line, bool& mark_of_dbt) {
  if (trim(line).empty()) return std::nullopt;
  if (auto separator = separator_from(line)) {
    mark_of_dbt = true;
    return separator;
  }
  RunLogLine out;
  const Stamped stamped = after_time_stamp(line);
  if (!stamped.found) {
    out.text = line;
    out.indented = line.starts_with(' ');
    mark_of_dbt = mark_of_dbt || opens_failure(line) || is_unstamped_log(line) || is_known_message(line);
    return out;
  }
  const LevelledMessage message = after_level(stamped.rest);
  out.role = RunLogLine::Role::kMessage;
  out.kind = message.level.empty() ? LogKind::kConsole : LogKind::kDebug;
  out.level = message.level;
  if (!message.level.empty()) out.thread = thread_of(stamped.rest);
  out.text = message.message;
  const std::size_t before = static_cast<std::size_t>(message.message.data() - line.data());
  // The stamp is followed by two blanks, the thread by one; more of them belong to the message.
  out.indented = !out.text.empty() && before >= 4 && line.substr(before - 3, 3) == "   ";
  mark_of_dbt = mark_of_dbt || is_dbts_stamp(line, message.level);
  return out;
}

}  // namespace

std::optional<RunLogLine> take_apart(std::string_view line, bool& mark_of_dbt) {
  if (line.ends_with('\r')) line.remove_suffix(1);
  if (line.starts_with(kColourOff)) line.remove_prefix(kColourOff.size());
  if (line.starts_with('{')) {
    auto event = from_json(line);
    mark_of_dbt = mark_of_dbt || event.has_value();
    if (event) return event;
  }
  if (!needs_cleaning(line)) return from_text(line, mark_of_dbt);
  const ConsoleText clean = ConsoleText::clean(FileBytes::copy_of(line, {}));
  for (const ConsoleLine& part : clean.lines()) {  // a progress line: what stands last is what is seen
    if (part.text.starts_with('{')) {
      if (auto event = from_json(part.text)) {
        mark_of_dbt = true;
        return event;
      }
    }
    if (!trim(part.text).empty()) return from_text(part.text, mark_of_dbt);
  }
  return std::nullopt;
}

}  // namespace plowline
