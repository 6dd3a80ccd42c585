// The bytes of one input file, read once into a buffer of our own.
//
// dbt rewrites its artifacts in place, so a memory mapping could change or vanish under the reader (a truncated
// mapping kills the process). FileBytes therefore copies: what is parsed is one moment's content, or an error that
// says that the file changed. The buffer goes on for kPadding readable bytes after the content, as simdjson needs.
#pragma once

#include <cstddef>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>

#include "diagnostic/error.h"

namespace plowline {

class FileBytes {
 public:
  static constexpr std::size_t kPadding = 64;

  // Reads a regular file, a pipe, or standard input (`-`). Cost: one copy of the content; big files are read by
  // two threads. Errors: missing, a directory, no permission, over 4 GiB, or changed while it was read.
  static Result<FileBytes> read(const std::filesystem::path& file);
  // A copy of `text`, named `name` in messages.
  static FileBytes copy_of(std::string_view text, std::string name);

  FileBytes(FileBytes&& other) noexcept;
  FileBytes& operator=(FileBytes&& other) noexcept;
  ~FileBytes();

  // The content without a UTF-8 byte order mark. Valid until this object is destroyed (moving keeps it valid).
  std::string_view text() const { return {data_ + skipped_, size_ - skipped_}; }
  // The same content, for a reader that has to change a few bytes of it and puts them back, or knows why not.
  std::span<char> writable() { return {data_ + skipped_, size_ - skipped_}; }
  // The file as the user named it; "standard input" for `-`.
  const std::string& name() const { return name_; }
  // How many bytes of the file lie before text(): 3 where there is a byte order mark. Add it to offsets in messages.
  std::size_t skipped() const { return skipped_; }

 private:
  FileBytes(std::string name, std::size_t capacity);
  void skip_byte_order_mark();
  static Result<FileBytes> read_regular(int descriptor, std::string name);
  static Result<FileBytes> read_stream(int descriptor, std::string name);

  std::string name_;
  char* data_ = nullptr;  // owned, an anonymous mapping: given back to the system at once, never copied by realloc
  std::size_t capacity_ = 0;
  std::size_t size_ = 0;
  std::size_t skipped_ = 0;
};

}  // namespace plowline
