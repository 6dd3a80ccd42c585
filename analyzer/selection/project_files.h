// The files of a dbt project, for `path:`, which dbt resolves by globbing the project's folder.
//
// The rules are those of Python's pathlib: `*`, `?` and `[seq]` inside one part of the path, `**` for any number of
// folders, hidden files too, letter case counts, a trailing slash for folders only. `**` does not go through symbolic
// links. Folders are read when a pattern first looks into them, once.
#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "diagnostic/error.h"
#include "project/project.h"

namespace plowline {

class ProjectFiles {
 public:
  // The files under `root`, dbt's project folder. What cannot be read counts as empty, as for dbt.
  static ProjectFiles in_folder(std::filesystem::path root);
  // Where the folder is not there: the files of the root package that the manifest speaks of, and the folders above
  // them. Files of other packages are left out, because dbt does not see those either.
  // The project must outlive the object; it is looked through when a first pattern comes.
  static ProjectFiles of_manifest(const Project& project);

  // What the pattern matches, relative to the project's folder (`.` is the folder itself), in no order. Errors: a
  // pattern that dbt's Python refuses: empty, absolute, `.`, or with `**` inside a part.
  Result<std::vector<std::string>> glob(std::string_view pattern);

 private:
  struct Entry;
  struct Folder {
    bool read = false;
    std::map<std::string, Entry, std::less<>> entries;
  };
  struct Entry {
    bool is_link = false;
    std::unique_ptr<Folder> folder;  // null for a file
  };
  struct Search;

  void read(Folder& folder, const std::string& path) const;
  void add_files_of_manifest();
  void add_file(std::string_view path);
  void search(Search& search, Folder& folder, const std::string& path, std::size_t part) const;

  std::filesystem::path root_;        // empty where the files come from the manifest
  const Project* project_ = nullptr;  // until its files have been added
  std::unique_ptr<Folder> top_ = std::make_unique<Folder>();
};

}  // namespace plowline
