#include "artifact/file.h"

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <fcntl.h>
#include <fmt/format.h>
#include <new>
#include <sys/mman.h>
#include <sys/stat.h>
#include <system_error>
#include <thread>
#include <unistd.h>
#include <utility>

namespace plowline {
namespace {

// simdjson's own limit for one document.
constexpr std::size_t kLargest = 0xFFFFFFFFU - FileBytes::kPadding;
// From this size on a second thread reads the second half: page faults, not the disk, are what costs.
constexpr std::size_t kTwoThreads = std::size_t{16} << 20;
constexpr int kAttempts = 3;

class Descriptor {
 public:
  explicit Descriptor(int value) : value_(value) {}
  ~Descriptor() {
    if (value_ > 2) close(value_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int get() const { return value_; }

 private:
  int value_;
};

std::string reason_of(int number) {
  return std::generic_category().message(number);
}

// Reads [from, to) of the file into `target + from`. False: error or end of file before `to`.
bool read_range(int descriptor, char* target, std::size_t from, std::size_t to) {
  while (from < to) {
    const ssize_t n = pread(descriptor, target + from, to - from, static_cast<off_t>(from));
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return false;
    from += static_cast<std::size_t>(n);
  }
  return true;
}

bool read_whole(int descriptor, char* target, std::size_t size) {
  if (size < kTwoThreads) return read_range(descriptor, target, 0, size);
  const std::size_t middle = size / 2;
  bool second = false;
  std::thread helper([&] { second = read_range(descriptor, target, middle, size); });
  const bool first = read_range(descriptor, target, 0, middle);
  helper.join();
  return first && second;
}

bool same_content(const struct stat& a, const struct stat& b) {
  return a.st_size == b.st_size && a.st_mtim.tv_sec == b.st_mtim.tv_sec && a.st_mtim.tv_nsec == b.st_mtim.tv_nsec;
}

std::unexpected<Error> too_large(const std::string& name) {
  return input_error(name, {}, "the file is larger than 4 GiB",
                     "an artifact of dbt is never that large: is it the right file?");
}

}  // namespace

FileBytes::FileBytes(std::string name, std::size_t capacity) : name_(std::move(name)), capacity_(capacity + kPadding) {
  void* memory = mmap(nullptr, capacity_, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) throw std::bad_alloc();
  data_ = static_cast<char*>(memory);
}

FileBytes::FileBytes(FileBytes&& other) noexcept
    : name_(std::move(other.name_)),
      data_(std::exchange(other.data_, nullptr)),
      capacity_(std::exchange(other.capacity_, 0)),
      size_(std::exchange(other.size_, 0)),
      skipped_(std::exchange(other.skipped_, 0)) {}

FileBytes& FileBytes::operator=(FileBytes&& other) noexcept {
  std::swap(name_, other.name_);
  std::swap(data_, other.data_);
  std::swap(capacity_, other.capacity_);
  std::swap(size_, other.size_);
  std::swap(skipped_, other.skipped_);
  return *this;
}

FileBytes::~FileBytes() {
  if (data_ != nullptr) munmap(data_, capacity_);
}

void FileBytes::skip_byte_order_mark() {
  skipped_ = std::string_view(data_, size_).starts_with("\xEF\xBB\xBF") ? 3 : 0;
}

FileBytes FileBytes::copy_of(std::string_view text, std::string name) {
  FileBytes bytes(std::move(name), text.size());
  if (!text.empty()) std::memcpy(bytes.data_, text.data(), text.size());
  bytes.size_ = text.size();
  bytes.skip_byte_order_mark();
  return bytes;
}

Result<FileBytes> FileBytes::read_regular(int descriptor, std::string name) {
  struct stat before{};
  struct stat after{};
  for (int attempt = 0; attempt < kAttempts; ++attempt) {
    if (attempt > 0) std::this_thread::sleep_for(std::chrono::milliseconds(50 * attempt));
    if (fstat(descriptor, &before) != 0) break;
    const auto size = static_cast<std::size_t>(before.st_size);
    if (size > kLargest) return too_large(name);
    FileBytes bytes(name, size);
    const bool complete = read_whole(descriptor, bytes.data_, size);
    if (fstat(descriptor, &after) != 0) break;
    if (complete && same_content(before, after)) {
      bytes.size_ = size;
      bytes.skip_byte_order_mark();
      return bytes;
    }
  }
  return input_error(std::move(name), {}, "the file changed while it was read",
                     "dbt may be writing it right now: wait for dbt to end, then try again");
}

Result<FileBytes> FileBytes::read_stream(int descriptor, std::string name) {
  std::string text;
  std::string chunk(std::size_t{1} << 16, '\0');
  while (true) {
    const ssize_t n = ::read(descriptor, chunk.data(), chunk.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return input_error(std::move(name), {}, "cannot be read: " + reason_of(errno));
    if (n == 0) break;
    text.append(chunk.data(), static_cast<std::size_t>(n));
    if (text.size() > kLargest) return too_large(name);
  }
  return copy_of(text, std::move(name));
}

Result<FileBytes> FileBytes::read(const std::filesystem::path& file) {
  if (file == "-") return read_stream(STDIN_FILENO, "standard input");
  const Descriptor descriptor(open(file.c_str(), O_RDONLY | O_CLOEXEC));
  if (descriptor.get() < 0) {
    const int number = errno;
    return input_error(file.string(), {},
                       number == ENOENT ? "there is no such file" : "cannot be opened: " + reason_of(number),
                       number == EACCES ? "check the file's permissions" : "");
  }
  struct stat status{};
  if (fstat(descriptor.get(), &status) != 0)
    return input_error(file.string(), {}, "cannot be read: " + reason_of(errno));
  if (S_ISDIR(status.st_mode))
    return input_error(file.string(), {}, "is a directory, not a file", "name the file inside it");
  if (!S_ISREG(status.st_mode)) return read_stream(descriptor.get(), file.string());
  return read_regular(descriptor.get(), file.string());
}

}  // namespace plowline
