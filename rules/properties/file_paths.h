// Where the files of a project lie: paths as the manifest has them, cut up for rules about folders.
//
// Paths are relative to the package's folder and come out with `/`, whichever way the manifest has them: dbt writes
// `models\staging\orders.sql` on Windows.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace plowline {

// `models/staging` of `models/staging/orders.sql`; empty where there is no folder.
std::string folder_of(std::string_view path);
// `orders.sql`.
std::string file_name_of(std::string_view path);
// `orders` of `orders.sql`.
std::string_view without_ending(std::string_view file_name);
// `models`, `staging` of `models/staging`; none of an empty one.
std::vector<std::string> folders_in(std::string_view folder);

// A properties file as the manifest names it: `shop://models/_models.yml`; before manifest v4 without a package.
struct PropertiesPath {
  std::string package;  // empty where it is not said
  std::string path;     // empty where the node has none
};
PropertiesPath properties_path(std::string_view patch_path);

// A folder as users write it, without `./` before it and slashes behind it; empty for the project's own.
std::string_view bare_folder(std::string_view folder);
// Whether the file lies in that folder or below: `models/marts`, both relative to the project, with either slash.
bool lies_below(std::string_view original_file_path, std::string_view folder);

// Whether the name stands in the folder's path, as SQL's LIKE '%name%' has it, which dbt-project-evaluator uses: an
// underscore of the name may be any character.
bool like_part_of(std::string_view folder, std::string_view name);

}  // namespace plowline
