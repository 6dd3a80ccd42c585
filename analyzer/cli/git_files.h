// What git knows of changed files.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "diagnostic/error.h"

namespace plowline {

// The files that differ between the commit where the working tree left `ref` (their merge base; `ref` itself where
// there is none, as in a shallow clone) and the working tree with all that is not committed yet: changed, new
// (untracked ones too, unless ignored) and deleted. Of a renamed file both paths. Absolute paths. `folder` lies in the
// repository. Errors: no git, no repository (exit status 3), a ref that git does not know (exit status 2).
Result<std::vector<std::filesystem::path>> files_changed_since(const std::string& ref,
                                                               const std::filesystem::path& folder);

// The files whose next commit differs from the last one: changed, new and deleted ones, of a renamed file both paths.
// Absolute paths; `folder` and errors as above.
Result<std::vector<std::filesystem::path>> files_staged(const std::filesystem::path& folder);

}  // namespace plowline
