// A stand-in for dbt that writes down what it was called with.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

#include "support/support.h"

namespace plowline::testing {

// A folder with an executable `dbt` in it, found first in PATH by what runs with environment().
class RecordingDbt {
 public:
  RecordingDbt() {
    const auto script = folder_.write("bin/dbt",
                                      "#!/bin/sh\n"
                                      "{ printf '%s\\0' \"$#\" \"$0\"; [ $# -eq 0 ] || printf '%s\\0' \"$@\"; } >>"
                                      " \"$RECORD\"\n");
    std::filesystem::permissions(script, std::filesystem::perms::owner_all);
  }

  const std::filesystem::path& folder() const { return folder_.path(); }

  std::vector<std::string> environment(const std::string& locale = "C.UTF-8") const {
    const char* path = std::getenv("PATH");
    return {"PATH=" + (folder() / "bin").string() + ":" + (path == nullptr ? "/usr/bin:/bin" : path),
            "RECORD=" + record().string(), "LC_ALL=" + locale, "HOME=" + folder().string(), "HISTFILE="};
  }

  // Writes `script` in the folder, for a shell to run.
  void write_script(const std::string& text) const { folder_.write("script", text); }

  // The arguments of each call since the last time, without the program's name.
  std::vector<std::vector<std::string>> take_calls() const {
    std::vector<std::vector<std::string>> calls;
    if (!std::filesystem::exists(record())) return calls;
    const std::string text = read_text(record());
    std::filesystem::remove(record());
    std::size_t at = 0;
    const auto next = [&] {
      const std::size_t end = text.find('\0', at);
      std::string word = text.substr(at, end - at);
      at = end + 1;
      return word;
    };
    while (at < text.size()) {
      std::size_t count = std::stoul(next());
      next();  // the path it was found at
      std::vector<std::string> words;
      for (; count > 0; --count) words.push_back(next());
      calls.push_back(words);
    }
    return calls;
  }

 private:
  std::filesystem::path record() const { return folder() / "record"; }

  TemporaryFolder folder_;
};

}  // namespace plowline::testing
