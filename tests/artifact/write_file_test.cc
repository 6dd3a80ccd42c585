#include "artifact/write_file.h"

#include <doctest/doctest.h>
#include <filesystem>
#include <iterator>

#include "support/support.h"

using namespace plowline;
namespace fs = std::filesystem;

TEST_CASE("a file is replaced whole, with its permissions, and nothing is left beside it") {
  const testing::TemporaryFolder folder;
  const fs::path file = folder.write("a.yml", "old\n");
  fs::permissions(file, fs::perms::owner_read | fs::perms::owner_write | fs::perms::group_read);
  REQUIRE(write_file(file, "new\n"));
  CHECK(testing::read_text(file) == "new\n");
  CHECK(fs::status(file).permissions() == (fs::perms::owner_read | fs::perms::owner_write | fs::perms::group_read));
  CHECK(std::distance(fs::directory_iterator(folder.path()), fs::directory_iterator()) == 1);
}

TEST_CASE("a symbolic link stays one") {
  const testing::TemporaryFolder folder;
  const fs::path file = folder.write("real.yml", "old\n");
  fs::create_symlink(file, folder.path() / "link.yml");
  REQUIRE(write_file(folder.path() / "link.yml", "new\n"));
  CHECK(fs::is_symlink(folder.path() / "link.yml"));
  CHECK(testing::read_text(file) == "new\n");
}

TEST_CASE("what cannot be written is said, and nothing changes") {
  const testing::TemporaryFolder folder;
  const auto into_nowhere = write_file(folder.path() / "missing" / "a.yml", "x");
  REQUIRE(!into_nowhere);
  CHECK(into_nowhere.error().status == ExitStatus::kInput);
  CHECK(into_nowhere.error().reason.find("cannot be written") != std::string::npos);
  fs::create_directory(folder.path() / "folder");
  CHECK(!write_file(folder.path() / "folder", "x"));
  CHECK(fs::is_directory(folder.path() / "folder"));
}
