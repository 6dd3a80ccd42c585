#include "artifact/ls_text.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <fmt/format.h>

#include "artifact/dbt_log.h"

namespace plowline {
namespace {

// So many single words behind an opened warning are a list of names, not wrapped text.
constexpr std::size_t kLongestShortLines = 3;
constexpr std::size_t kLongestReason = 600;

bool has_blank(std::string_view text) {
  return text.find_first_of(" \t") != std::string_view::npos;
}

// Sentences end so, names do not; addresses stand in dbt's warnings.
bool is_prose(std::string_view word) {
  return word.ends_with('.') || word.ends_with(',') || word.ends_with(':') || word.ends_with(';') ||
         word.find("://") != std::string_view::npos;
}

std::string scalar_or_joined(const std::string& key, const JsonText& value) {
  switch (value.kind()) {
    case JsonText::Kind::kString:
    case JsonText::Kind::kNumber:
    case JsonText::Kind::kBool:
      return value.scalar();
    case JsonText::Kind::kArray:
      return key == "fqn" ? fmt::format("{}", fmt::join(value.strings(), ".")) : "";
    default:
      return "";
  }
}

std::unique_ptr<LsKeys> keys_of(const JsonMembers& members) {
  auto keys = std::make_unique<LsKeys>();
  for (const auto& [key, value] : members) {
    if (key == "tags") keys->tags = value.strings();
    if (key == "config" && value.kind() == JsonText::Kind::kObject) {
      keys->config = {value.bytes()};
      if (const auto word = value.get("materialized"); word && word->string()) {
        keys->texts.emplace_back("config.materialized", *word->string());
      }
    }
    if (std::string text = scalar_or_joined(key, value); !text.empty()) keys->texts.emplace_back(key, std::move(text));
  }
  return keys;
}

}  // namespace

std::string_view LsKeys::get(std::string_view key) const {
  const auto found = std::ranges::find(texts, key, &std::pair<std::string, std::string>::first);
  return found == texts.end() ? std::string_view() : std::string_view(found->second);
}

// Reads line by line; what a line means depends on what stands before it.
class LsReader {
 public:
  explicit LsReader(const FileBytes& bytes) : out_(ConsoleText::clean(bytes)) {}

  LsText read() {
    for (const ConsoleLine& line : out_.console_.lines()) read_line(line);
    end_message();
    end_failure();
    keep_failure();
    return std::move(out_);
  }

 private:
  enum class Context {
    kRows,     // a bare line is a row
    kMessage,  // a bare line may be the text of the warning above
    kFailure,  // a bare line is dbt's reason
    kClosing,  // a bare line is dbt's own text
  };

  void read_line(const ConsoleLine& line) {
    const std::string_view text = trim(line.text);
    if (text.empty()) return;
    if (text.starts_with("===") || text == "Selected nodes") return section(text);
    if (const Stamped stamped = after_time_stamp(text); stamped.found) return stamped_line(stamped.rest, line.number);
    if (context_ != Context::kFailure && context_ != Context::kClosing && read_json(text, line.number, false)) return;
    if (context_ != Context::kFailure && opens_failure(text)) return begin_failure(text, line.number);
    if (text.starts_with("[WARNING") || text.starts_with("[warning]") || text.starts_with("warning: ")) {
      end_message();
      return log_message(text.starts_with("[W") ? text : "[WARNING]", line.number);
    }
    if ((context_ != Context::kFailure && is_unstamped_log(text)) ||
        (context_ == Context::kRows && is_progress(line.text))) {
      ++out_.log_lines_;
      if (text.starts_with("dbt-fusion")) begin_invocation();
      return;
    }
    bare_line(text, line.number);
  }

  // `==== title ====` of dbt 2, or the debug format's banner (a time and an invocation id, separated by a bar).
  void section(std::string_view text) {
    end_message();
    end_failure();
    ++out_.log_lines_;
    while (text.starts_with('=')) text.remove_prefix(1);
    while (text.ends_with('=')) text.remove_suffix(1);
    text = trim(text);
    if (text == "Selected nodes") return begin_listing();
    if (text.find(" | ") == std::string_view::npos) context_ = Context::kClosing;
  }

  // One log line, or many that something folded into one: each starts with a time stamp.
  void stamped_line(std::string_view rest, std::uint64_t line) {
    end_message();
    end_failure();
    const char* start = rest.data();
    for (const std::string_view word : words_of(rest)) {
      if (word.size() < 8 || word[2] != ':' || !after_time_stamp(word).found) continue;
      if (word.data() != start) stamped_message(trim({start, static_cast<std::size_t>(word.data() - start)}), line);
      start = word.data() + word.size();
    }
    stamped_message(trim({start, static_cast<std::size_t>(rest.data() + rest.size() - start)}), line);
  }

  void stamped_message(std::string_view rest, std::uint64_t line) {
    const LevelledMessage levelled = after_level(rest);
    if (levelled.level == "info" && !has_blank(levelled.message) && !levelled.message.empty()) {
      if (!read_json(levelled.message, line, true)) add_row(levelled.message, line, LsRow::Source::kEvent);
      return;
    }
    if (levelled.level == "info" && read_json(levelled.message, line, true)) return;
    log_message(levelled.message, line);
  }

  // The text of a log line or event. Sets what bare lines behind it are.
  void log_message(std::string_view message, std::uint64_t line) {
    constexpr std::string_view kCriterion = "The selection criterion ";
    constexpr std::string_view kNoMatch = "does not match any enabled nodes";
    constexpr std::string_view kDefaultSelector = "Using default selector ";
    ++out_.log_lines_;
    context_ = Context::kRows;
    std::string_view rows;
    if (message.starts_with("Running with dbt")) {
      begin_invocation();
    } else if (is_found_line(message)) {
      begin_listing();
      rows = after_counts(message);
    } else if (message.starts_with("Encountered an error")) {
      begin_failure(message, line);
    } else if (message.starts_with("No nodes selected")) {
      out_.nothing_selected_ = true;
    } else if (const std::size_t end = message.find(kNoMatch);
               message.starts_with(kCriterion) && end != std::string_view::npos) {
      out_.unmatched_.push_back({trim(message.substr(kCriterion.size(), end - kCriterion.size())), line});
      rows = trim(message.substr(end + kNoMatch.size()));
    } else if (message.starts_with(kDefaultSelector)) {
      const std::string_view behind = message.substr(kDefaultSelector.size());
      rows = has_blank(behind) ? trim(behind.substr(behind.find_first_of(" \t"))) : std::string_view();
    } else if (message.starts_with("[WARNING")) {
      context_ = message.find("DeprecationsSummary") == std::string_view::npos ? Context::kMessage : Context::kClosing;
    }
    if (!rows.empty()) add_row(rows, line, LsRow::Source::kWords);
  }

  void bare_line(std::string_view text, std::uint64_t line) {
    if (context_ == Context::kFailure) return add_reason(text);
    if (context_ == Context::kClosing) {
      ++out_.log_lines_;
      return;
    }
    if (context_ == Context::kRows) return add_row(text, line, LsRow::Source::kLine);
    if (!has_blank(text) && !is_prose(text)) {
      short_lines_.push_back({text, line});
      if (short_lines_.size() > kLongestShortLines) end_message();
      return;
    }
    out_.log_lines_ += 1 + short_lines_.size();
    out_.in_messages_.insert(out_.in_messages_.end(), short_lines_.begin(), short_lines_.end());
    short_lines_.clear();
    if (text.starts_with("Summary of encountered deprecations")) context_ = Context::kClosing;
  }

  // The short lines since the warning's last long line were, most likely, no part of it.
  void end_message() {
    if (context_ == Context::kMessage) context_ = Context::kRows;
    for (const LsToken& token : short_lines_) {
      add_row(token.text, token.line, LsRow::Source::kLine);
      out_.rows_.back().listed = false;
    }
    short_lines_.clear();
  }

  void add_row(std::string_view text, std::uint64_t line, LsRow::Source source) {
    out_.rows_.push_back({{text, line}, source, listing_, nullptr});
  }

  // --- JSON --------------------------------------------------------------------------------------------------------

  // False: the text is not JSON. `from_event`: it is the message of a log line.
  bool read_json(std::string_view text, std::uint64_t line, bool from_event) {
    const bool opens = text.starts_with("{\"") || text == "{" || text == "[" || text.starts_with("[{");
    if (!text.starts_with('{') && !opens) return false;
    const Result<JsonText> json = check({text});
    if (!json || json->kind() != JsonText::Kind::kObject) {
      if (opens) note_damage(line);
      return opens;
    }
    end_message();
    const JsonMembers members = json->members();
    if (const std::optional<LogEvent> event = from_event ? std::nullopt : log_event(members)) {
      read_event(*event, line);
    } else {
      add_row(text, line, from_event ? LsRow::Source::kEvent : LsRow::Source::kLine);
      out_.rows_.back().json = keys_of(members);
    }
    return true;
  }

  void read_event(const LogEvent& event, std::uint64_t line) {
    if (!is_row_event(event)) {
      const std::string& message = out_.messages_.emplace_back(without_escapes(event.message));
      log_message(message, line);
      if (event.level == "error" && context_ != Context::kFailure) begin_failure(message, line);
      end_failure();
      context_ = Context::kRows;
      return;
    }
    std::string& kept = out_.messages_.emplace_back(event.message);
    const std::size_t size = kept.size();
    kept.append(FileBytes::kPadding, '\0');
    const std::string_view message = trim(std::string_view(kept).substr(0, size));
    if (message.empty()) return;
    const bool own = event.name == "ListCmdOut";
    const std::size_t before = out_.rows_.size();
    if (!read_json(message, line, true)) add_row(message, line, LsRow::Source::kEvent);
    if (own && out_.rows_.size() > before) out_.rows_.back().listed = true;
  }

  // A macro may print JSON over several lines while dbt parses, so damage counts only behind the start of the listing.
  void note_damage(std::uint64_t line) {
    if (damaged_) return;
    damaged_ = Error{ExitStatus::kInput,
                     out_.file(),
                     {.path = {}, .offset = {}, .line = line, .column = 1},
                     "a JSON row that starts here does not end on its line, or is damaged",
                     "dbt writes one JSON row per line: save its output as it is, or print one row per line (jq -c)"};
  }

  // --- where an invocation, its listing and a failure begin ----------------------------------------------------------

  void begin_invocation() {
    keep_failure();
    first_row_ = out_.rows_.size();
    listing_ = false;
    context_ = Context::kRows;
  }

  void begin_listing() {
    for (std::size_t i = first_row_; i < out_.rows_.size(); ++i) out_.before_listing_.push_back(out_.rows_[i].token);
    out_.rows_.resize(first_row_);
    damaged_.reset();
    failure_.reset();  // what looked like one was printed by a macro: dbt went on
    listing_ = true;
    context_ = Context::kRows;
  }

  void begin_failure(std::string_view text, std::uint64_t line) {
    end_message();
    ++out_.log_lines_;
    context_ = Context::kFailure;
    failure_line_ = line;
    reason_.clear();
    traceback_ = false;
    add_reason(text);
  }

  // The line in which a command-line parser names the mistake stands for all of its text; dbt's own reason is what
  // follows `Encountered an error`.
  void add_reason(std::string_view text) {
    constexpr std::array<std::string_view, 3> kMistakes{"Error: ", "dbt: error: ", "error: "};
    const bool names_it =
        std::ranges::any_of(kMistakes, [&](std::string_view start) { return text.starts_with(start); });
    if (names_it || reason_.starts_with("Usage: ") || reason_.starts_with("usage: ") ||
        reason_.starts_with("Encountered an error") || traceback_) {
      reason_.clear();  // of a traceback the last line counts
    }
    if (text.starts_with("Traceback (")) traceback_ = true;
    if (!reason_.empty()) reason_ += ' ';
    reason_ += text.substr(0, kLongestReason);
  }

  void end_failure() {
    if (failure_line_ == 0) return;
    if (context_ == Context::kFailure) context_ = Context::kRows;
    std::ranges::replace(reason_, '\n', ' ');
    if (!failure_) {
      failure_ = Error{ExitStatus::kInput,
                       out_.file(),
                       {.path = {}, .offset = {}, .line = failure_line_, .column = 1},
                       "this is no listing: dbt failed: " + reason_.substr(0, kLongestReason),
                       "run dbt ls again until it ends with status 0, and save that output"};
    }
    failure_line_ = 0;
  }

  // The first failure of all invocations counts; damage where dbt itself did not fail.
  void keep_failure() {
    if (!failure_) failure_ = std::move(damaged_);
    if (!out_.failure_) out_.failure_ = std::move(failure_);
    failure_.reset();
    damaged_.reset();
  }

  LsText out_;
  Context context_ = Context::kRows;
  bool listing_ = false;              // this invocation's `Found …` or `Selected nodes` was seen
  std::size_t first_row_ = 0;         // of this invocation
  std::vector<LsToken> short_lines_;  // single words behind a warning's last long line
  std::optional<Error> damaged_;
  std::optional<Error> failure_;    // of this invocation
  std::uint64_t failure_line_ = 0;  // where the failure that is being read starts; 0: none is
  bool traceback_ = false;
  std::string reason_;
};

LsText read_ls_text(const FileBytes& bytes) {
  return LsReader(bytes).read();
}

std::optional<Error> why_no_listing(const LsText& text) {
  if (text.failure()) return text.failure();
  if (!text.rows().empty() || text.nothing_selected()) return std::nullopt;
  const std::string reason = text.log_lines() == 0
                                 ? "the text is empty: dbt ls selected nothing, or failed and said why elsewhere"
                                 : fmt::format("none of the {} lines is a row of dbt ls", text.log_lines());
  return Error{ExitStatus::kInput,
               text.file(),
               {},
               reason,
               "look at what dbt ls prints, without --quiet and with 2>&1, and at its exit status"};
}

}  // namespace plowline
