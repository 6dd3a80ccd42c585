#include "artifact/write_file.h"

#include <array>
#include <doctest/doctest.h>
#include <fcntl.h>
#include <filesystem>
#include <functional>
#include <future>
#include <iterator>
#include <string>
#include <sys/stat.h>
#include <unistd.h>

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

namespace {

// What `write` puts into a pipe of which `folder` holds the name.
std::string read_from_pipe(const fs::path& pipe, const std::function<Result<void>()>& write) {
  REQUIRE(::mkfifo(pipe.c_str(), 0600) == 0);
  auto reader = std::async(std::launch::async, [&] { return testing::read_text(pipe); });
  CHECK(write());
  return reader.get();
}

}  // namespace

TEST_CASE("a pipe gets the text and stays a pipe") {
  const testing::TemporaryFolder folder;
  const fs::path pipe = folder.path() / "pipe";
  CHECK(read_from_pipe(pipe, [&] { return write_file(pipe, "text\n"); }) == "text\n");
  CHECK(fs::is_fifo(pipe));
  const fs::path link = folder.path() / "link";
  const fs::path other = folder.path() / "other";
  fs::create_symlink(other, link);
  CHECK(read_from_pipe(other, [&] { return write_file(link, "text\n"); }) == "text\n");
  CHECK(fs::is_symlink(link));
  CHECK(std::distance(fs::directory_iterator(folder.path()), fs::directory_iterator()) == 3);
}

TEST_CASE("a path that stands for a descriptor is written to where that stands") {
  const testing::TemporaryFolder folder;
  const fs::path file = folder.write("log", "before\n");
  const int descriptor = ::open(file.c_str(), O_WRONLY | O_APPEND);
  REQUIRE(descriptor >= 0);
  CHECK(write_file("/dev/fd/" + std::to_string(descriptor), "after\n"));
  CHECK(write_file("/proc/self/fd/" + std::to_string(descriptor), "at last\n"));
  CHECK(::close(descriptor) == 0);
  CHECK(testing::read_text(file) == "before\nafter\nat last\n");
  const auto closed = write_file("/dev/fd/" + std::to_string(descriptor), "x");
  REQUIRE(!closed);
  CHECK(closed.error().reason == "cannot be written: Bad file descriptor");
}

TEST_CASE("who reads a pipe may stop before its end") {
  std::array<int, 2> ends{};
  REQUIRE(::pipe(ends.data()) == 0);
  CHECK(::close(ends[0]) == 0);
  CHECK(write_file("/dev/fd/" + std::to_string(ends[1]), "nobody reads this"));
  CHECK(::close(ends[1]) == 0);
}

TEST_CASE("a device stays one, and says what it does not take") {
  if (!fs::is_character_file("/dev/full")) return;
  const testing::TemporaryFolder folder;
  // (A link, so that nothing can be made of the device itself.)
  const fs::path link = folder.path() / "full";
  fs::create_symlink("/dev/full", link);
  const auto full = write_file(link, "x");
  REQUIRE(!full);
  CHECK(full.error().reason == "cannot be written: No space left on device");
  CHECK(full.error().next_step.empty());
  CHECK(fs::is_symlink(link));
  CHECK(fs::is_character_file("/dev/full"));
}

TEST_CASE("what cannot be written is said, and nothing changes") {
  const testing::TemporaryFolder folder;
  const auto into_nowhere = write_file(folder.path() / "missing" / "a.yml", "x");
  REQUIRE(!into_nowhere);
  CHECK(into_nowhere.error().status == ExitStatus::kInput);
  CHECK(into_nowhere.error().reason ==
        "cannot be written: the folder " + (folder.path() / "missing").string() + " does not exist");
  CHECK(into_nowhere.error().next_step == "make it first, or name another one");
  fs::create_directory(folder.path() / "folder");
  CHECK(!write_file(folder.path() / "folder", "x"));
  CHECK(fs::is_directory(folder.path() / "folder"));
}
