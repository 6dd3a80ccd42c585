#include "backfill/run_log_builder.h"

#include <algorithm>
#include <cstddef>
#include <fmt/format.h>
#include <optional>

#include "artifact/console_text.h"
#include "backfill/run_log_words.h"

namespace plowline {
namespace {

constexpr std::size_t kMaxParagraph = 16'384;  // bytes; a compiled query in an error can be long
constexpr std::size_t kMaxErrors = 200;

// What may be listed for a whole run is bounded: a log may be gigabytes.
constexpr std::size_t kMaxNodes = 200'000;

std::string_view first_line(std::string_view text) {
  return text.substr(0, text.find('\n'));
}

// The value of a key in `running dbt with arguments {…}`: Python's repr() of a dict of texts.
std::string python_value(std::string_view text, std::string_view key) {
  const std::string start = fmt::format("'{}': ", key);
  const std::size_t at = text.find(start);
  if (at == std::string_view::npos || at + start.size() >= text.size()) return {};
  const char quote = text[at + start.size()];
  if (quote != '\'' && quote != '"') return {};
  std::string value;
  for (std::size_t i = at + start.size() + 1; i < text.size() && text[i] != quote; ++i) {
    if (text[i] == '\\' && i + 1 < text.size()) {
      ++i;
      value += text[i] == 'n' ? '\n' : text[i] == 't' ? '\t' : text[i];
    } else {
      value += text[i];
    }
  }
  return value;
}

// `node` of `… in model node (models/node.sql)`, `… in operation node (./dbt_project.yml)`.
std::string_view node_of_error(std::string_view text) {
  for (const std::string_view kind : {" in model ", " in operation ", " in test ", " in seed ", " in snapshot "}) {
    const std::size_t at = first_line(text).find(kind);
    if (at == std::string_view::npos) continue;
    const std::string_view rest = first_line(text).substr(at + kind.size());
    return rest.substr(0, rest.find(' '));
  }
  return {};
}

}  // namespace

RunLogBuilder::RunLogBuilder() : pairing_(run_.packages) {}

void RunLogBuilder::note_format(const RunLogLine& line) {
  if (line.role == RunLogLine::Role::kContinued) return;
  if (line.kind != LogKind::kConsole) run_.kind = line.kind;
  if (!line.invocation_id.empty()) run_.invocation_id = line.invocation_id;
  if (!line.command.empty()) run_.command = line.command;
  if (!line.time) return;
  if (!run_.started) run_.started = line.time;
  run_.finished = line.time;
}

void RunLogBuilder::add(const RunLogLine& line) {
  note_format(line);
  if (line.role == RunLogLine::Role::kMessage) {
    add_message(line);
  } else if (line.role == RunLogLine::Role::kContinued && in_paragraph_ && !line.text.starts_with("Usage: dbt")) {
    if (paragraph_.size() < kMaxParagraph) paragraph_.append("\n").append(line.text);
  } else if (line.role == RunLogLine::Role::kContinued) {
    // Colours or a filter may have cost the stamp of a line that is dbt's own.
    if (is_known_message(line.text) || line.text.starts_with("Usage: dbt") || line.text.starts_with("Error: ") ||
        line.text.starts_with("Encountered an error"))
      add_message(line);
  }
}

void RunLogBuilder::add_message(const RunLogLine& line) {
  const bool joined = joins_next_ && in_paragraph_ && !line.text.empty();
  if (joined) {
    paragraph_.append("\n").append(line.text);
    joins_next_ = false;
    return;
  }
  if (in_paragraph_) end_paragraph();
  if (take_head(line.text) || take_snowplow(line) || take_node(line) || take_end(line.text)) return;
  if (line.kind == LogKind::kDebug) {
    if (const auto node = node_of_thread(line.text)) threads_[line.thread] = *node;
  }
  take_error(line);
}

bool RunLogBuilder::take_head(std::string_view text) {
  if (text.starts_with("Running with dbt=")) {
    run_.dbt_version = trim(text.substr(std::string_view("Running with dbt=").size()));
    return true;
  }
  if (text.starts_with("dbt-fusion ")) {
    run_.dbt_version = trim(text.substr(std::string_view("dbt-fusion ").size()));
    return true;
  }
  if (text.starts_with("Concurrency: ")) {
    const std::size_t at = text.find("(target='");
    if (at != std::string_view::npos)
      run_.target = between(text.substr(at), "(target='", "'").value_or(std::string_view());
    return true;
  }
  if (text.starts_with("running dbt with arguments ")) {
    std::string command = python_value(text, "invocation_command");
    if (!command.empty()) run_.command = std::move(command);
    return true;
  }
  return false;
}

std::string RunLogBuilder::node_at(const RunLogLine& line) const {
  if (!line.node.empty() || line.kind != LogKind::kDebug) return line.node;
  const auto found = threads_.find(line.thread);
  return found == threads_.end() ? std::string() : found->second;
}

std::string RunLogBuilder::package_at(const RunLogLine& line) const {
  return std::string(package_of_limits(last_part(node_at(line))).value_or(""));
}

bool RunLogBuilder::take_snowplow(const RunLogLine& line) {
  if (const auto state = state_in(line.text)) {
    pairing_.state(*state, package_at(line));
    return true;
  }
  if (const auto window = window_in(line.text)) {
    pairing_.window(*window, package_at(line));
    return true;
  }
  const auto relation = relation_without_data(line.text);
  if (!relation) return false;
  // The relation's name begins with the package's; the longest that fits.
  LoggedPackage* owner = run_.packages.size() == 1 ? &run_.packages.front() : nullptr;
  for (LoggedPackage& package : run_.packages) {
    const bool fits = !package.package.empty() && relation->starts_with(package.package + "_");
    if (fits && (owner == nullptr || package.package.size() > owner->package.size())) owner = &package;
  }
  if (owner != nullptr) owner->no_data = true;
  return true;
}

bool RunLogBuilder::take_node(const RunLogLine& line) {
  const auto node = node_line(line.text);
  if (!node) return line.text.starts_with("CANCEL query ") ? (cancelled_ = true) : false;
  if (node->hook) {
    hook_ended(*node);
    if (node->what == NodeLine::What::kFailed || node->what == NodeLine::What::kSkipped) node_failed(line, *node);
    return true;
  }
  const std::string id = node_at(line);
  if (const auto package = package_of_limits(last_part(id.empty() ? node->name : std::string_view(id)))) {
    if (node->what == NodeLine::What::kStarted) {
      pairing_.started(*package);
      // model.<dbt package>.<name>
      if (const std::size_t dot = id.find('.'); dot != std::string::npos)
        owners_[std::string(*package)] = id.substr(dot + 1, id.rfind('.') - dot - 1);
    } else {
      pairing_.ended(*package, node->what == NodeLine::What::kSucceeded);
    }
  }
  const bool model = id.empty() ? node->model : id.starts_with("model.");
  if (node->what == NodeLine::What::kSucceeded && model && run_.succeeded_models.size() < kMaxNodes)
    run_.succeeded_models.push_back(id.empty() ? std::string(last_part(node->name)) : id);
  if (node->what == NodeLine::What::kFailed || node->what == NodeLine::What::kSkipped) node_failed(line, *node);
  return true;
}

void RunLogBuilder::hook_ended(const NodeLine& node) {
  const auto name = hook_name(node.name);
  if (!name || !name->end || node.what == NodeLine::What::kStarted) return;
  end_hooks_.emplace_back(name->package, node.what == NodeLine::What::kSucceeded);
}

void RunLogBuilder::node_failed(const RunLogLine& line, const NodeLine& node) {
  if (run_.failures.size() >= kMaxNodes) return;
  const std::string id = node_at(line);
  run_.failures.push_back(
      {id.empty() ? std::string(node.name) : id, node.what == NodeLine::What::kSkipped ? "skipped" : "error", {}});
}

bool RunLogBuilder::take_end(std::string_view text) {
  if (const auto done = done_counts(text)) {
    run_.reached_end = true;
    done_errors_ += done->errors;
    return true;
  }
  if (text.starts_with("Nothing to do.")) return run_.reached_end = true;
  if (text.starts_with("Exited because of keyboard interrupt")) return keyboard_ = true;
  if (text.starts_with("Command `")) {
    const std::size_t end = text.find('`', 9);
    if (end == std::string_view::npos) return false;
    if (run_.command.empty()) run_.command = text.substr(9, end - 9);
    command_failed_ = text.substr(end).starts_with("` failed");
    return true;
  }
  return false;
}

void RunLogBuilder::take_error(const RunLogLine& line) {
  const bool leveled = line.kind != LogKind::kConsole;
  if (leveled ? line.level != "error"
              : !opens_error(line.text) && !line.text.starts_with("Usage: dbt") && !line.text.starts_with("Error: ")) {
    return;
  }
  if (!line.text.empty()) begin_paragraph(line.text);
}

void RunLogBuilder::begin_paragraph(std::string_view text) {
  paragraph_ = text.substr(0, kMaxParagraph);
  in_paragraph_ = true;
  joins_next_ = text.starts_with("Failure in ") || text.starts_with("Error in ");
}

void RunLogBuilder::end_paragraph() {
  in_paragraph_ = joins_next_ = false;
  std::string text;
  text.swap(paragraph_);
  // `Usage:` is the way to `Error:`, which follows.
  while (text.ends_with('\n') || text.ends_with(' ')) text.pop_back();
  const bool known = std::ranges::find(run_.errors, text) != run_.errors.end();
  if (!text.empty() && !known && run_.errors.size() < kMaxErrors) run_.errors.push_back(std::move(text));
}

// dbt's reason for a node that failed stands behind the run; and a hook that does not compile is no node of the run.
void RunLogBuilder::explain_failures() {
  for (const std::string& error : run_.errors) {
    std::string_view text = error;
    if (text.starts_with("Encountered an error:\n")) text = text.substr(text.find('\n') + 1);
    const std::string_view name = node_of_error(text);
    if (name.empty()) continue;
    const auto hook = hook_name(name);
    const auto failed = std::ranges::find_if(run_.failures, [&](const LoggedNode& node) {
      if (node.status != "error" || !node.message.empty()) return false;
      // The console counts hooks over all packages, errors name them by their package's own count.
      const auto other = hook_name(node.name);
      return hook && other ? hook->package == other->package && hook->end == other->end : last_part(node.name) == name;
    });
    if (failed != run_.failures.end()) {
      failed->message = text;
    } else if (hook) {
      run_.failures.push_back({std::string(name), "error", std::string(text)});
      if (hook->end) end_hooks_.emplace_back(hook->package, false);
    }
  }
}

void RunLogBuilder::settle() {
  for (LoggedPackage& package : run_.packages) {
    const auto owner = owners_.find(package.package);
    bool ended = false;
    for (const auto& [hook, well] : end_hooks_) {
      // A home-made package's hook is the project's own, whose name the console does not give with the model.
      const bool own = owner != owners_.end() ? hook == owner->second
                                              : hook == package.package ||
                                                    (package.package == "snowplow" && !hook.starts_with("snowplow_"));
      ended = ended || (own && well);
    }
    package.end_hooks_ok = ended;
  }
}

LoggedRun RunLogBuilder::take() {
  if (in_paragraph_) end_paragraph();
  pairing_.finish();
  explain_failures();
  for (const auto& [hook, well] : end_hooks_) {
    // A package whose hook ran, or failed, although none of its models did.
    if (hook.starts_with("snowplow_")) (void)pairing_.package_of(hook);
  }
  settle();
  const bool failed_hook =
      std::ranges::any_of(run_.failures, [](const LoggedNode& node) { return hook_name(node.name).has_value(); });
  run_.interrupted = cancelled_ || (keyboard_ && !failed_hook);
  const bool failed_node =
      std::ranges::any_of(run_.failures, [](const LoggedNode& node) { return node.status == "error"; });
  const bool unwritten = std::ranges::any_of(run_.packages, [](const LoggedPackage& package) {
    return package.upper_limit && !package.package.empty() && !package.end_hooks_ok;
  });
  run_.succeeded = run_.reached_end && !run_.interrupted && !failed_node && run_.errors.empty() && done_errors_ == 0 &&
                   !command_failed_ && !unwritten;
  return std::move(run_);
}

}  // namespace plowline
