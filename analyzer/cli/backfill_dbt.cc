#include "cli/backfill_dbt.h"

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <fmt/format.h>
#include <unistd.h>

#include "artifact/console_text.h"
#include "artifact/dbt_log.h"
#include "artifact/json.h"
#include "command/execute.h"
#include "command/line_splitter.h"
#include "command/process.h"

namespace plowline {
namespace {

// How much of what dbt says beside its log is kept for an error message.
constexpr std::size_t kLastWords = 2000;

// A file that is made when there is something to write. A log that cannot be written does not stop a run, which may
// have cost hours: it is told once.
class LogFile {
 public:
  explicit LogFile(std::filesystem::path file) : file_(std::move(file)) {}
  ~LogFile() {
    if (descriptor_ >= 0) ::close(descriptor_);
  }
  LogFile(const LogFile&) = delete;
  LogFile& operator=(const LogFile&) = delete;

  void add(std::string_view bytes) {
    if (descriptor_ < 0 && error_ == 0) {
      descriptor_ = ::open(file_.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
      if (descriptor_ < 0) error_ = errno;
    }
    while (!bytes.empty() && error_ == 0) {
      const ssize_t count = ::write(descriptor_, bytes.data(), bytes.size());
      if (count >= 0) {
        bytes.remove_prefix(static_cast<std::size_t>(count));
      } else if (errno != EINTR) {
        error_ = errno;
      }
    }
  }
  int error() const { return error_; }
  const std::filesystem::path& file() const { return file_; }

 private:
  std::filesystem::path file_;
  int descriptor_ = -1;
  int error_ = 0;
};

// What the environment of plowline might do to dbt's log: a level or --quiet that hides the packages' lines.
std::vector<std::string> log_environment() {
  std::vector<std::string> settings{"DBT_LOG_LEVEL=info", "DBT_QUIET=false"};
  for (const char* name : {"DBT_ENGINE_LOG_LEVEL", "DBT_ENGINE_QUIET"}) {
    if (std::getenv(name) == nullptr) continue;
    settings.push_back(std::string(name) + (std::string_view(name).ends_with("LEVEL") ? "=info" : "=false"));
  }
  return settings;
}

void keep_last(std::string& words, std::string_view more) {
  words.append(more);
  if (words.size() > 2 * kLastWords) words.erase(0, words.size() - kLastWords);
}

std::optional<LogEvent> event_in(std::string_view line) {
  if (!line.starts_with('{')) return std::nullopt;
  const FileBytes bytes = FileBytes::copy_of(line, "log");
  const auto object = check({bytes.text()});
  if (!object || object->kind() != JsonText::Kind::kObject) return std::nullopt;
  return log_event(object->members());
}

}  // namespace

Result<DbtEnd> BackfillDbt::run_dbt(std::size_t number, const DbtListener& listener) {
  LogFile log(folder_.log_file(number));
  LogFile error_log(folder_.error_file(number));
  std::string no_log;  // lines of standard output that are no events
  std::string error_text;
  LineSplitter lines([&](std::string_view line) {
    listener.on_line(line);
    if (!line.starts_with('{')) keep_last(no_log, std::string(line) + "\n");
    if (!options_.shows_log) return;
    const auto event = event_in(line);
    if (!event || event->level == "debug") return;
    if (!event->message.empty()) watch_.dbt_says(event->message);
  });
  ProcessWatch watch;
  watch.interrupts = &interrupts_;
  watch.on_bytes = [&](Output output, std::string_view bytes) {
    (output == Output::kOut ? log : error_log).add(bytes);
    if (output == Output::kOut) lines.add(bytes);
    if (output == Output::kErr) keep_last(error_text, bytes);
    return true;
  };
  watch.on_start = [&](pid_t dbt) {
    dbt_ = dbt;
    lock_.dbt_is(dbt);
    listener.on_start();
  };
  watch.on_tick = [&] { watch_.tick(); };
  watch.on_signal = [&](int, bool kills) { watch_.signalled(kills); };
  const ProcessStart start{
      .argv = options_.argv, .directory = {}, .environment = log_environment(), .shared = {lock_.descriptor()}};
  const auto end = run_process(start, watch);
  if (!end) return std::unexpected(cannot_run_dbt(options_.argv.front(), end.error()));
  dbt_ = 0;
  lines.end();
  lock_.dbt_is(0);
  if (end->interrupted_by != 0) interrupted_ = end->interrupted_by;
  for (const LogFile* file : {&log, &error_log}) {
    if (file->error() == 0) continue;
    watch_.warn(
        "log-not-kept",
        fmt::format("{}: cannot be written: {}", printable(file->file().string()), std::strerror(file->error())),
        "the run went on without it");
  }
  const std::string& words = trim(error_text).empty() ? no_log : error_text;
  const std::string_view last = trim(words);
  return DbtEnd{*end, std::string(last.substr(last.size() - std::min(last.size(), kLastWords)))};
}

// It leads a process group of its own (process.h).
void BackfillDbt::stop_dbt() {
  if (dbt_ != 0) ::kill(-dbt_, SIGINT);
}

Instant BackfillDbt::now() {
  return std::chrono::floor<std::chrono::microseconds>(std::chrono::system_clock::now()) + options_.clock_offset;
}

bool BackfillDbt::wait(std::chrono::seconds time) {
  return !interrupts_.wait_for(time);
}

int BackfillDbt::interrupted() {
  if (interrupted_ == 0) interrupted_ = interrupts_.take().value_or(0);
  return interrupted_;
}

}  // namespace plowline
