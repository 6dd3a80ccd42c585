// The checksums that dbt stores for files, and text as dbt strips and normalises it.
//
// A checksum is a sha256 over a file's text, but over which form of the text has changed with dbt's versions: 1.0 to
// 1.4 hash it as it is, 1.5 to 1.11 without the blanks around it, 1.12 and 2.x with every run of blanks as one blank
// (seeds: without the blanks around it and with `\n` as line end). dbt-core: parser/read_files.py.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace plowline {

// The length in bytes of the blank that `text` begins with: what Python's str.isspace() holds for one, Unicode's
// blanks included. 0: none.
std::size_t blank_length(std::string_view text);
// Python's text.strip().
std::string_view stripped(std::string_view text);
// Python's " ".join(text.split()).
std::string with_single_blanks(std::string_view text);

// Tells whether a text has a checksum by the rules of any dbt version. Line ends do not count, as a repository may
// convert them, nor does a UTF-8 byte order mark. Not to be shared between threads.
class ChecksumMatcher {
 public:
  ChecksumMatcher();
  ~ChecksumMatcher();
  ChecksumMatcher(const ChecksumMatcher&) = delete;
  ChecksumMatcher& operator=(const ChecksumMatcher&) = delete;

  // Whether one of `checksums` (lower-case hexadecimal digits) is that of `text` (without a byte order mark). Cost:
  // one pass where the rule that fitted the last text fits again, else up to fourteen.
  bool matches(std::string_view text, std::span<const std::string_view> checksums);

 private:
  class Sha256;
  std::unique_ptr<Sha256> sha256_;
  std::size_t rule_ = 0;
};

}  // namespace plowline
