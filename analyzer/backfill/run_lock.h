// Who drives dbt in this place: at most one process at a time.
//
// Two backfills into one schema would write over each other's `_this_run` tables and rows. The lock is the system's own
// (flock) on a file that also says who holds it. It goes away with the process that holds it, however that ends, so a
// stale one needs no care; and dbt inherits it, so that a dbt that outlives a killed plowline keeps the next one out
// until it has ended.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <sys/types.h>

#include "artifact/instant.h"
#include "diagnostic/error.h"

namespace plowline {

// What the file says of the process that holds the lock.
struct LockHolder {
  pid_t process = 0;
  std::string host;
  Instant started;
  std::string what;  // the models, for people
  pid_t dbt = 0;     // the run that goes on; 0: none
};

class RunLock {
 public:
  // Takes the lock `file`, which is made where it is not there, with its folder. Errors: another process holds it (exit
  // status 2; says which, since when, and what to do); the file cannot be written (3).
  static Result<RunLock> take(const std::filesystem::path& file, LockHolder holder);
  RunLock(RunLock&& other) noexcept;
  RunLock& operator=(RunLock&&) = delete;
  // Gives it back and leaves the file empty: removing it could take a lock from under another process.
  ~RunLock();

  // Writes down which process is dbt.
  void dbt_is(pid_t dbt);
  // For dbt, which shares the lock.
  int descriptor() const { return descriptor_; }
  // A process that ended without giving the lock back; nothing where there was none.
  const std::optional<LockHolder>& stale() const { return stale_; }

 private:
  RunLock(int descriptor, LockHolder holder) : descriptor_(descriptor), holder_(std::move(holder)) {}
  void write() const;

  int descriptor_;
  LockHolder holder_;
  std::optional<LockHolder> stale_;
};

// This computer's name, as the lock tells it.
std::string host_name();

}  // namespace plowline
