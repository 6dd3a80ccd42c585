// Writing a file whole or not at all.
#pragma once

#include <filesystem>
#include <string_view>

#include "diagnostic/error.h"

namespace plowline {

// Puts `text` into `file`, which may exist, by a temporary file beside it and a rename: whoever reads it sees the old
// content or the new, and after an error the old one is still there. Permissions of an existing file are kept; of a
// symbolic link the file it leads to is replaced. What is no file (a device, a pipe, /dev/stdout) is written to, and
// may have got a part of the text after an error. Errors (exit status 3): the folder is not there, no permission, a
// full disk, a directory.
Result<void> write_file(const std::filesystem::path& file, std::string_view text);

}  // namespace plowline
