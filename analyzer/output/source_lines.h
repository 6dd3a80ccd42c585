// Lines of the user's files, for excerpts below findings.
//
// Renderers read no files: they ask a SourceLines. Which file a finding names comes from a manifest, and a manifest may
// come from anybody: so only regular files inside given folders are read (after links are followed), and nothing of
// /etc or /proc ends up in a public build log.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace plowline {

// The line (from 1) of a file as a Finding names it, without its line end, its bytes as they stand; nothing where it
// cannot be had.
using SourceLines = std::function<std::optional<std::string>(std::string_view file, std::uint32_t line)>;

// Lines of files inside `folders`; `file` is relative to the working directory. Every file is read once, at the first
// question, and kept as long as the function (its copies share it). Nothing is given of files over 4 MiB, of files with
// a NUL byte in them, and of lines over 16 KiB: nobody wrote those by hand. Cost: a file's size once, then
// O(log files). Not for several threads.
SourceLines lines_of_files_in(std::vector<std::filesystem::path> folders);

}  // namespace plowline
