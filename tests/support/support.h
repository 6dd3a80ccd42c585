// What every test program shares: where the project and the shared corpus lie, and how to run a program.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace plowline::testing {

// The project's root (read-only for tests).
std::filesystem::path source_dir();

// The built plowline.
std::filesystem::path plowline_binary();

// `../shared` beside the project, where real manifests and recordings lie; empty where it is absent. A test that
// needs it calls `shared_or_skip` and returns when it is empty: the skip is printed, so that it is never silent.
std::filesystem::path shared_or_skip(std::string_view what);

// A fresh folder under the system's temporary folder, removed with the object.
class TemporaryFolder {
 public:
  TemporaryFolder();
  ~TemporaryFolder();
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  const std::filesystem::path& path() const { return path_; }
  // Writes `text` to `name` inside the folder (folders in between are made) and returns its path.
  std::filesystem::path write(std::string_view name, std::string_view text) const;

 private:
  std::filesystem::path path_;
};

std::string read_text(const std::filesystem::path& file);

struct Ran {
  int status = -1;  // exit status; 128 + signal where it died of one
  std::string out;
  std::string err;
};

struct RunOptions {
  std::filesystem::path directory;       // where to run; empty: here
  std::vector<std::string> environment;  // NAME=value, added to this process's own
  std::string input;                     // standard input
};

// Runs argv[0] (searched in PATH) and waits for it.
Ran run(const std::vector<std::string>& argv, const RunOptions& options = {});

}  // namespace plowline::testing
