// What a run's own command line says, where the log has it.
#include <charconv>
#include <cstddef>

#include "artifact/console_text.h"
#include "backfill/status_evidence.h"
#include "command/vars.h"

namespace plowline {
namespace {

// The log has the words joined by blanks, without the shell's quotes: the map goes to the brace that closes it.
std::optional<std::string_view> vars_text(std::string_view command) {
  std::size_t at = command.find(" --vars");
  if (at == std::string_view::npos) return std::nullopt;
  at += std::string_view(" --vars").size();
  if (at >= command.size() || (command[at] != ' ' && command[at] != '=')) return std::nullopt;
  const std::string_view rest = trim(command.substr(at + 1));
  if (!rest.starts_with('{')) return rest.substr(0, rest.find(" --"));  // `name: value`
  std::size_t depth = 0;
  char quote = '\0';
  for (std::size_t i = 0; i < rest.size(); ++i) {
    const char c = rest[i];
    if (quote != '\0') {
      if (c == '\\' && quote == '"') ++i;
      if (c == quote) quote = '\0';
    } else if (c == '"' || c == '\'') {
      quote = c;
    } else if (c == '{') {
      ++depth;
    } else if (c == '}' && --depth == 0) {
      return rest.substr(0, i + 1);
    }
  }
  return std::nullopt;
}

std::optional<std::chrono::microseconds> duration_of(const DbtVar* var, std::chrono::microseconds unit) {
  if (var == nullptr || !var->value.is_scalar()) return std::nullopt;
  double number = 0;
  const std::string& text = var->value.text;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number, std::chars_format::fixed);
  if (error != std::errc() || end != text.data() + text.size() || !(number >= 0 && number <= 100'000))
    return std::nullopt;
  return std::chrono::microseconds(static_cast<std::int64_t>(number * static_cast<double>(unit.count())));
}

}  // namespace

std::optional<LoggedVars> vars_of_run(const LoggedRun& run) {
  // A command without arguments is a click path (`dbt run`), which says nothing of them.
  if (words_of(run.command).size() < 2) return std::nullopt;
  const bool whole = run.kind != LogKind::kConsole && run.command != "dbt run" && run.command != "dbt build" &&
                     run.command != "cli run" && run.command != "cli build";
  if (!whole) return std::nullopt;
  LoggedVars out;
  const auto text = vars_text(run.command);
  if (!text) return run.command.find(" --vars") == std::string::npos ? std::optional(out) : std::nullopt;
  Warnings ignored;
  const auto vars = DbtVars::parse(*text, "--vars", ignored);
  if (!vars) return std::nullopt;
  if (const DbtVar* names = vars->find("models_to_run"); names != nullptr && names->value.is_scalar()) {
    for (const std::string_view word : words_of(names->value.text)) out.models_to_run.emplace_back(word);
  }
  if (const DbtVar* start = vars->find("snowplow__start_date"); start != nullptr && start->value.is_scalar())
    out.settings.start_date = instant_from(start->value.text);
  out.settings.backfill_limit = duration_of(vars->find("snowplow__backfill_limit_days"), std::chrono::days(1));
  out.settings.lookback = duration_of(vars->find("snowplow__lookback_window_hours"), std::chrono::hours(1));
  return out;
}

}  // namespace plowline
