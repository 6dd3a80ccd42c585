#include "source/version_range.h"

#include <doctest/doctest.h>
#include <string>
#include <vector>

using namespace plowline;

namespace {

std::optional<VersionRange> range(std::vector<std::string> specifiers) {
  return VersionRange::parse(specifiers);
}

bool holds(std::vector<std::string> specifiers, const char* version) {
  const auto parsed = range(std::move(specifiers));
  REQUIRE(parsed);
  return parsed->contains(*Version::parse(version));
}

}  // namespace

TEST_CASE("versions are ordered as dbt orders them") {
  const std::vector<const char*> ascending = {"0.9.10",       "0.10.0",      "1.0.0-a1",    "1.0.0b2", "1.0.0b10",
                                              "1.0.0-beta.2", "1.0.0-rc.9",  "1.0.0-rc.10", "1.0.0",   "1.11.2",
                                              "1.11.14",      "2.0.0-beta1", "2.0.0"};
  for (std::size_t i = 0; i < ascending.size(); ++i) {
    for (std::size_t j = 0; j < ascending.size(); ++j) {
      CAPTURE(ascending[i]);
      CAPTURE(ascending[j]);
      CHECK((*Version::parse(ascending[i]) < *Version::parse(ascending[j])) == (i < j));
    }
  }
  CHECK(*Version::parse("1.0.0+build.7") == *Version::parse("1.0.0"));
}

TEST_CASE("what is no version is none") {
  for (const char* text : {"", "1", "1.0", "latest", "v1.0.0", "1.0.0-", "1.0.0.1", "1.0.x", "{{ v }}", "1.0.0 beta",
                           "99999999999.0.0", "-1.0.0"}) {
    CAPTURE(text);
    CHECK_FALSE(Version::parse(text).has_value());
  }
}

TEST_CASE("a range holds what each of its specifiers holds") {
  CHECK(holds({">=1.0.0", "<2.0.0"}, "1.0.0"));
  CHECK(holds({">=1.0.0", "<2.0.0"}, "2.0.0-beta.2"));
  CHECK_FALSE(holds({">=1.0.0", "<2.0.0"}, "2.0.0"));
  CHECK_FALSE(holds({">=1.0.0", "<2.0.0"}, "1.0.0-rc1"));
  CHECK(holds({"1.0.1"}, "1.0.1"));
  CHECK_FALSE(holds({"=1.0.1"}, "1.0.2"));
  CHECK_FALSE(holds({">1.0.1"}, "1.0.1"));
  CHECK(holds({"<= 1.0.1"}, "1.0.1"));
  CHECK_FALSE(range({}).has_value());
  CHECK_FALSE(range({">=1.0"}).has_value());
  CHECK_FALSE(range({"!=1.0.0"}).has_value());
  CHECK_FALSE(range({">=1.0.0", "{{ latest }}"}).has_value());
}

TEST_CASE("ranges without a common version") {
  const auto common = [](std::vector<std::string> a, std::vector<std::string> b) {
    return range(std::move(a))->intersected(*range(std::move(b)));
  };
  CHECK(common({">=0.15.0", "<0.16.0"}, {">=0.16.0", "<0.17.0"}).empty());
  CHECK_FALSE(common({">=0.15.0", "<0.17.0"}, {">=0.16.2", "<0.17.0"}).empty());
  CHECK_FALSE(common({"<=0.16.0"}, {">=0.16.0"}).empty());
  CHECK(common({"<=0.16.0"}, {">0.16.0"}).empty());
  CHECK_FALSE(VersionRange().empty());
  CHECK(common({">=0.15.0", "<0.17.0"}, {">=0.16.2"}).text() == ">=0.16.2,<0.17.0");
  CHECK(range({"1.0.0"})->text() == "=1.0.0");
  CHECK(range({">1.0.0"})->text() == ">1.0.0");
}
