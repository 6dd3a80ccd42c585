// The folder of a backfill: the log of every run, and what is needed to go on after a stop.
//
//   run_0001.jsonl        what dbt printed in run 1, byte by byte
//   run_0001.stderr.txt   what it wrote to standard error, where it did
//   backfill.json         which backfill this is, and its runs so far
//
// A start that finds another one's runs here goes on counting where that stopped; dbt's own tables say where the data
// stops, so nothing else has to be known. But only the same backfill can go on: with another target, other models or
// other variables the runs would be of two kinds, and a count of them would mean nothing.
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "backfill/driven_run.h"
#include "diagnostic/error.h"

namespace plowline {

// What makes two commands the same backfill: names for people (`--target`, `the variables`) and values.
using BackfillIdentity = std::vector<std::pair<std::string, std::string>>;

class RunFolder {
 public:
  // Opens `folder`, which is made where it is not there. With `restart`, what lies there moves to a folder `earlier_1`,
  // `earlier_2`, … inside it, and the runs count from 1 again.
  //
  // A run that never ended (its plowline was killed) is one that was interrupted. Errors: other runs than these lie
  // there (exit status 2; says what differs); a state file that cannot be read, or a folder that cannot be written (3).
  static Result<RunFolder> open(std::filesystem::path folder, BackfillIdentity identity, bool restart);

  // In order. Runs of this start are among them as soon as they are kept.
  const std::vector<DrivenRun>& runs() const { return runs_; }
  const std::filesystem::path& path() const { return folder_; }
  std::filesystem::path log_file(std::size_t number) const;
  std::filesystem::path error_file(std::size_t number) const;

  // Adds the run, or takes it in place of the one with its number, and writes the state file. Errors: those of
  // write_file().
  Result<void> keep(const DrivenRun& run);

 private:
  std::filesystem::path folder_;
  BackfillIdentity identity_;
  std::vector<DrivenRun> runs_;
};

// A folder's name for these models: `my_new_model`, `a+b`. What is no plain letter, digit, underscore, dash or point is
// written as %XX; a name too long for a file system is cut.
std::string folder_name(const std::vector<std::string>& models);

}  // namespace plowline
