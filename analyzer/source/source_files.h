// The files of a dbt project, read with care.
//
// Which files there are a manifest says, and a manifest from a pull request may say anything: `../../etc/passwd`, an
// absolute path, a symbolic link that leads elsewhere. Only regular files that lie inside the project's folder, once
// links are followed, are opened; of all others only the name is known.
//
// A path is the file's place relative to the project's folder, with `/`: `models/orders.sql`,
// `dbt_packages/snowplow_utils/macros/x.sql`.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "artifact/locate.h"
#include "project/project.h"
#include "source/jinja_blocks.h"
#include "source/line_index.h"
#include "source/property_file.h"

namespace plowline {

class SourceFile {
 public:
  explicit SourceFile(std::string text) : text_(std::move(text)), lines_(text_) {}
  SourceFile(const SourceFile&) = delete;
  SourceFile& operator=(const SourceFile&) = delete;

  // Without a byte order mark, with `\n` as line end whatever the file has: lines and columns stay the same.
  std::string_view text() const { return text_; }
  const LineIndex& lines() const { return lines_; }
  // The file as a property file; read when first asked for.
  const PropertyFile& properties();
  // Its macros, snapshots, …; looked for when first asked for.
  const std::vector<JinjaBlock>& blocks();

 private:
  std::string text_;
  LineIndex lines_;
  std::optional<PropertyFile> properties_;
  std::optional<std::vector<JinjaBlock>> blocks_;
};

// Not to be shared between threads: files are read when first asked for, and kept.
class SourceFiles {
 public:
  // A bigger file is not read.
  static constexpr std::uintmax_t kLargest = std::uintmax_t{64} << 20;

  // What names in shown() are relative to is `working_directory`; empty: the process's own. `project` must outlive this
  // object. Where the location has no project folder, nothing can be read.
  SourceFiles(const Project& project, const Location& location, std::filesystem::path working_directory);

  // The same for another thread, with nothing read yet.
  SourceFiles for_another_thread() const { return SourceFiles(folders_); }

  // The path of a file that the manifest names `original_file_path` in that package.
  std::string path_of(std::string_view package, std::string_view original_file_path) const;
  // That of a patch_path: `package://models/x.yml`, before dbt 0.19 without the package.
  std::string path_of_patch(std::string_view package, std::string_view patch_path) const;
  // The path as the user can open it from the working directory. A path that leads out of the project as it is.
  std::string shown(std::string_view path) const;

  // False where the project's folder is not at hand: then nothing can be read.
  bool any() const { return !folders_.real.empty(); }
  // Null where there is no such file, or none that may be read. Valid as long as this object.
  SourceFile* file(const std::string& path);
  // Whether the file can be read and has that text. A file that has it is kept.
  bool contains(const std::string& path, std::string_view text);

 private:
  struct Folders {
    std::string_view root_package;
    std::filesystem::path folder;  // as the process can open it; empty: not known
    std::filesystem::path real;    // the same without links
    std::string shown;             // as the user can name it, with a `/` at its end, or empty
    std::string packages = "dbt_packages";
  };

  explicit SourceFiles(Folders folders) : folders_(std::move(folders)) {}
  // Whether the file is a regular one inside the project's folder.
  bool may_read(const std::string& path);
  bool leads_inside(const std::filesystem::path& folder);
  std::unique_ptr<SourceFile> read(const std::string& path, std::string_view containing);

  Folders folders_;
  std::unordered_map<std::string, std::unique_ptr<SourceFile>> files_;  // null: cannot be read
  std::unordered_map<std::string, bool> inside_;                        // by folder
};

}  // namespace plowline
