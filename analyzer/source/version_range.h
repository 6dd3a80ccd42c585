// Versions, and the ranges of them that packages.yml and require-dbt-version ask for.
//
// The language is dbt's own (dbt_common's semver.py): `>=1.0.0`, `>1.0.0`, `<=`, `<`, `=1.0.0` or just `1.0.0`, each
// with all three numbers, and a list of them means all at once. A pre-release (`1.0.0-rc1`, also `1.0.0rc1`) is older
// than its release. What dbt does not accept is nothing here.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace plowline {

struct Version {
  std::uint32_t major = 0;
  std::uint32_t minor = 0;
  std::uint32_t patch = 0;
  std::string prerelease;  // `rc1`; empty for a release

  // `1.11.14`, `1.12.0-rc1`, `1.12.0b2`, `2.0.0-beta.2`; what follows a `+` does not count.
  static std::optional<Version> parse(std::string_view text);
  std::string text() const;

  // Negative, 0 or positive. Pre-releases: their numbers count as numbers, `rc10` is newer than `rc9`.
  int compare(const Version& other) const;
  bool operator==(const Version& other) const { return compare(other) == 0; }
  bool operator<(const Version& other) const { return compare(other) < 0; }
};

class VersionRange {
 public:
  // Every version.
  VersionRange() = default;
  // From `from` on, up to `below` exclusively.
  VersionRange(std::optional<Version> from, std::optional<Version> below);
  // Nothing where one of the texts is no version with an operator (Jinja, `1.0`, `latest`), or there is none.
  static std::optional<VersionRange> parse(std::span<const std::string> specifiers);

  bool contains(const Version& version) const;
  // What both hold.
  VersionRange intersected(const VersionRange& other) const;
  // No version is in it.
  bool empty() const;
  // The oldest version that may be in it; nothing where it is open.
  const std::optional<Version>& from() const { return from_; }
  // `>=1.0.0,<2.0.0`, `=1.0.0`; empty for every version.
  std::string text() const;

 private:
  std::optional<Version> from_;
  std::optional<Version> to_;
  bool from_included_ = true;
  bool to_included_ = false;
};

}  // namespace plowline
