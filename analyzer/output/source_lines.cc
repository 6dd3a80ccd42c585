#include "output/source_lines.h"

#include <algorithm>
#include <map>
#include <memory>
#include <system_error>
#include <utility>

#include "artifact/file.h"

namespace plowline {
namespace {

namespace fs = std::filesystem;

constexpr std::uintmax_t kLargestFile = 4U << 20U;
constexpr std::size_t kLongestLine = 16U << 10U;

struct SourceFile {
  std::string text;
  std::vector<std::size_t> starts;  // of its lines; none where the file is not shown
};

bool is_inside(const fs::path& file, const fs::path& folder) {
  return std::ranges::mismatch(folder, file).in1 == folder.end();
}

class SourceFiles {
 public:
  explicit SourceFiles(const std::vector<fs::path>& folders) {
    for (const fs::path& folder : folders) {
      std::error_code failed;
      fs::path resolved = fs::canonical(folder, failed);
      if (!failed) folders_.push_back(std::move(resolved));
    }
  }

  std::optional<std::string> line(std::string_view name, std::uint32_t number) {
    const SourceFile& file = named(name);
    if (number == 0 || number > file.starts.size()) return std::nullopt;
    const std::size_t start = file.starts[number - 1];
    std::size_t end = number < file.starts.size() ? file.starts[number] : file.text.size();
    while (end > start && (file.text[end - 1] == '\n' || file.text[end - 1] == '\r')) --end;
    if (end - start > kLongestLine) return std::nullopt;
    return file.text.substr(start, end - start);
  }

 private:
  const SourceFile& named(std::string_view name) {
    auto found = files_.find(name);
    if (found == files_.end()) found = files_.emplace(name, read(name)).first;
    return found->second;
  }

  SourceFile read(std::string_view name) const {
    SourceFile file;
    if (name.find('\0') != std::string_view::npos) return file;
    std::error_code failed;
    const fs::path resolved = fs::canonical(fs::path(name), failed);
    if (failed || !fs::is_regular_file(resolved, failed)) return file;
    if (std::ranges::none_of(folders_, [&](const fs::path& folder) { return is_inside(resolved, folder); }))
      return file;
    if (const std::uintmax_t size = fs::file_size(resolved, failed); failed || size > kLargestFile) return file;
    const auto bytes = FileBytes::read(resolved);
    if (!bytes || bytes->text().find('\0') != std::string_view::npos) return file;
    file.text = bytes->text();
    for (std::size_t at = 0; at < file.text.size(); ++at) {
      file.starts.push_back(at);
      at = file.text.find('\n', at);
      if (at == std::string::npos) break;
    }
    return file;
  }

  std::vector<fs::path> folders_;
  std::map<std::string, SourceFile, std::less<>> files_;
};

}  // namespace

SourceLines lines_of_files_in(std::vector<fs::path> folders) {
  return [files = std::make_shared<SourceFiles>(folders)](std::string_view file, std::uint32_t line) {
    return files->line(file, line);
  };
}

}  // namespace plowline
