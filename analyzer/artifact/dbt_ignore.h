// .dbtignore: files of a project that dbt does not look at (since 1.3), in the patterns of .gitignore.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace plowline {

// `*`, `?`, `[a-z]`, `[!a-z]`, `**`, a leading `/` or a `/` inside (from the project's folder on), a trailing `/`
// (folders only), `!` (the last pattern that matches decides, also below an ignored folder, as dbt has it), `#` and
// `\`. A pattern that matches a folder matches all that lies below it. Blanks around a pattern do not count.
class DbtIgnore {
 public:
  DbtIgnore() = default;
  explicit DbtIgnore(std::string_view text);
  // PROJECT_DIR/.dbtignore; ignores nothing where there is none.
  static DbtIgnore read(const std::filesystem::path& project_dir);

  // `path` is relative to the project's folder, with `/`. Cost: O(patterns * length).
  bool ignores(std::string_view path) const;

 private:
  struct Pattern {
    std::vector<std::string> segments;
    bool negated = false;
  };
  std::vector<Pattern> patterns_;
};

}  // namespace plowline
