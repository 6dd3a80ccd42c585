// A big manifest as two JSON texts of about the same length, for two threads to read.
//
// Most of a manifest is its `nodes`, an object of records. In the middle of them one record is copied out, which leaves
// room to close the text before it and to open the text behind it:
//
//   {"metadata": …, "nodes": {…, "model.a": {…}, "model.b": {…}, "model.c": {…}, …}, "sources": …}
//   {"metadata": …, "nodes": {…, "model.a": {…}}}        {"nodes":{"model.c": {…}, …}, "sources": …}
//                                           {"nodes":{"model.b": {…}}}
//
// Where the seam lies is a guess from the bytes: whoever reads the three texts has to see that all are well-formed and
// that the first ends and the second begins inside `nodes` (a guess inside a string, or at another depth, is not).
// Otherwise undo() gives the file back as it was.
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string_view>

#include "artifact/file.h"

namespace plowline {

class ManifestHalves {
 public:
  // Splits `file`, which must outlive the object and keep its place in memory. Nothing where the content is shorter
  // than `shortest` bytes or no seam is found near its middle.
  static std::optional<ManifestHalves> split(FileBytes& file, std::size_t shortest);
  // Puts the bytes back that split() overwrote. The views are void then.
  void undo(FileBytes& file) const;

  std::string_view first() const { return first_; }
  std::string_view second() const { return second_; }
  // The record at the seam, as a text of its own.
  const FileBytes& between() const { return between_; }
  // Where in the file's content that record begins.
  std::size_t between_origin() const { return between_start_; }
  // What stands before the record in between().
  static constexpr std::size_t kBetweenPrefix = 10;

 private:
  explicit ManifestHalves(FileBytes between) : between_(std::move(between)) {}

  std::string_view first_;
  std::string_view second_;
  FileBytes between_;
  std::size_t between_start_ = 0;  // in the file's content, of the record's key
  std::size_t closed_at_ = 0;      // where the two closing braces were written
  std::size_t opened_at_ = 0;      // where the opening was written
  std::array<char, 2> closed_{};   // what stood there before
  std::array<char, 10> opened_{};
};

}  // namespace plowline
