#include "backfill/run_lock.h"

#include <array>
#include <cerrno>
#include <charconv>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <sys/file.h>
#include <unistd.h>
#include <utility>

#include "artifact/json.h"

namespace plowline {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMostBytes = 4096;

std::string text_of(int descriptor) {
  std::string text(kMostBytes, '\0');
  const ssize_t count = ::pread(descriptor, text.data(), text.size(), 0);
  text.resize(count > 0 ? static_cast<std::size_t>(count) : 0);
  return text;
}

pid_t number_of(const JsonText& object, std::string_view key) {
  const auto value = object.get(key);
  if (!value) return 0;
  const std::string text = value->scalar();
  pid_t number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

std::string word_of(const JsonText& object, std::string_view key) {
  const auto value = object.get(key);
  return value ? value->string().value_or("") : "";
}

// Nothing where the file is empty, or holds what no plowline wrote.
std::optional<LockHolder> holder_in(int descriptor) {
  const FileBytes bytes = FileBytes::copy_of(text_of(descriptor), "lock");
  const auto object = check({bytes.text()});
  if (!object || object->kind() != JsonText::Kind::kObject) return std::nullopt;
  return LockHolder{.process = number_of(*object, "process"),
                    .host = word_of(*object, "host"),
                    .started = instant_from(word_of(*object, "started")).value_or(Instant{}),
                    .what = word_of(*object, "backfill"),
                    .dbt = number_of(*object, "dbt")};
}

bool runs_here(pid_t process) {
  return process > 0 && (::kill(process, 0) == 0 || errno == EPERM);
}

std::unexpected<Error> held(const fs::path& file, const std::optional<LockHolder>& holder) {
  if (!holder) {
    return usage_error(fmt::format("another process holds {}", printable(file.string())),
                       "wait until it has ended: two backfills at once would write over each other's tables");
  }
  const std::string what = holder->what.empty() ? "a model" : printable(holder->what);
  if (holder->host == host_name() && !runs_here(holder->process)) {
    return usage_error(
        fmt::format("the plowline that backfilled {} has ended, but the dbt it started (process {}) still runs", what,
                    holder->dbt),
        fmt::format("wait until it has ended, or end it: kill -INT {}", holder->dbt));
  }
  return usage_error(
      fmt::format("another plowline backfills {} here: process {} on {}, since {} UTC ({})", what, holder->process,
                  printable(holder->host), to_text(std::chrono::floor<std::chrono::seconds>(holder->started)),
                  printable(file.string())),
      "wait until it has ended: two backfills at once would write over each other's tables");
}

std::unexpected<Error> cannot_lock(const fs::path& file, int code) {
  return input_error(file.string(), {}, fmt::format("cannot be locked: {}", std::strerror(code)),
                     "name a folder on a local disk: --log-dir DIR");
}

}  // namespace

std::string host_name() {
  std::array<char, 256> name{};
  if (::gethostname(name.data(), name.size() - 1) != 0) return "an unknown host";
  return name.data();
}

Result<RunLock> RunLock::take(const fs::path& file, LockHolder holder) {
  std::error_code error;
  fs::create_directories(file.parent_path(), error);
  if (error) return cannot_lock(file, error.value());
  const int descriptor = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666);
  if (descriptor < 0) return cannot_lock(file, errno);
  if (::flock(descriptor, LOCK_EX | LOCK_NB) != 0) {
    const int code = errno;
    const auto other = holder_in(descriptor);
    ::close(descriptor);
    if (code != EWOULDBLOCK) return cannot_lock(file, code);
    return held(file, other);
  }
  RunLock lock(descriptor, std::move(holder));
  lock.stale_ = holder_in(descriptor);
  lock.write();
  return lock;
}

RunLock::RunLock(RunLock&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)),
      holder_(std::move(other.holder_)),
      stale_(std::move(other.stale_)) {}

RunLock::~RunLock() {
  if (descriptor_ < 0) return;
  if (::ftruncate(descriptor_, 0) != 0) {
    // It says the wrong thing then, and is free all the same.
  }
  ::close(descriptor_);
}

void RunLock::dbt_is(pid_t dbt) {
  holder_.dbt = dbt;
  write();
}

// For people and for messages: the lock holds without it, so that a full disk does no harm.
void RunLock::write() const {
  const std::string text = nlohmann::ordered_json{{"process", holder_.process},
                                                  {"host", holder_.host},
                                                  {"started", to_text(holder_.started)},
                                                  {"backfill", holder_.what},
                                                  {"dbt", holder_.dbt}}
                               .dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) +
                           "\n";
  if (::ftruncate(descriptor_, 0) != 0 || ::pwrite(descriptor_, text.data(), text.size(), 0) < 0) return;
}

}  // namespace plowline
