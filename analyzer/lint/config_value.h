// Reading values of plowline.yml, each with the error that a wrong one deserves: file, line, column, what stands there,
// and what should.
//
// All functions are const and keep nothing; the reader only knows which file it reads. `what` names the value in
// messages as the user would: `max_warnings`, `an element of presets`.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "artifact/placed_value.h"
#include "diagnostic/error.h"
#include "lint/rule.h"

namespace plowline {

// `x` is not known; with the nearest of the candidates: `: did you mean 'y'?`, or nothing.
std::string did_you_mean(std::string_view word, std::span<const std::string> candidates);

class ConfigValueReader {
 public:
  // `file` names the file in errors; paths are relative to its folder.
  explicit ConfigValueReader(std::filesystem::path file) : file_(std::move(file)) {}

  const std::filesystem::path& file() const { return file_; }
  std::unexpected<Error> error(const Position& position, std::string reason, std::string next_step = {}) const;
  // `what` has to be something else than what stands there.
  std::unexpected<Error> wrong_kind(const PlacedValue& value, std::string_view what, std::string_view expected) const;

  // Members of a map: the key's name, and what to do with its value.
  struct Key {
    std::string name;
    std::function<Result<void>(const PlacedValue& value)> read;
  };
  // Reads every member with the key that it names. The value of a key that has none (`key:`) is kNull and stands at the
  // key's place. Errors: no map, a key twice, an unknown key (`unknown` may word that; else it names the nearest one).
  using Unknown = std::function<std::unexpected<Error>(const PlacedValue& key)>;
  Result<void> map(const PlacedValue& value, std::string_view what, const std::vector<Key>& keys,
                   const Unknown& unknown = {}) const;
  // The same where the keys are names: `read(key, value)` for each.
  using ReadMember = std::function<Result<void>(const PlacedValue& key, const PlacedValue& value)>;
  Result<void> members(const PlacedValue& value, std::string_view what, const ReadMember& read) const;

  // A text. A date is one too (YAML 1.1 has a kind for it); numbers and booleans need quotes.
  Result<std::string> text(const PlacedValue& value, std::string_view what) const;
  // A list of texts, or one text.
  Result<std::vector<std::string>> texts(const PlacedValue& value, std::string_view what) const;
  Result<TextMap> text_map(const PlacedValue& value, std::string_view what) const;
  Result<NumberMap> number_map(const PlacedValue& value, std::string_view what, std::int64_t minimum) const;
  Result<ListMap> list_map(const PlacedValue& value, std::string_view what) const;
  Result<bool> boolean(const PlacedValue& value, std::string_view what) const;
  Result<std::int64_t> whole_number(const PlacedValue& value, std::string_view what, std::int64_t minimum) const;
  Result<double> number(const PlacedValue& value, std::string_view what) const;
  // `text` stands at `at`.
  Result<void> one_of(std::string_view text, const PlacedValue& at, std::string_view what,
                      std::span<const std::string> choices) const;
  // A path, relative to the file's folder.
  Result<std::filesystem::path> path(const PlacedValue& value, std::string_view what) const;
  // One or more texts of dbt's selection language that can be parsed.
  Result<std::vector<std::string>> selectors(const PlacedValue& value, std::string_view what) const;

 private:
  // A map whose values `read_one(value, what)` reads.
  template <typename Map, typename ReadOne>
  Result<Map> map_of(const PlacedValue& value, std::string_view what, const ReadOne& read_one) const;

  std::filesystem::path file_;
};

}  // namespace plowline
