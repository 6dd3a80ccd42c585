#include "artifact/file.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <doctest/doctest.h>
#include <fcntl.h>
#include <filesystem>
#include <fmt/format.h>
#include <fstream>
#include <string>
#include <sys/stat.h>
#include <thread>
#include <unistd.h>
#include <utility>

#include "support/support.h"

using namespace plowline;
namespace fs = std::filesystem;

namespace {

// Bytes that differ from place to place, so that a part that is missing or misplaced shows.
std::string long_text(std::size_t size) {
  std::string text(size, ' ');
  for (std::size_t i = 0; i < size; ++i) text[i] = static_cast<char>('a' + (i * 31 + i / 4096) % 26);
  return text;
}

void write_all(int descriptor, std::string_view text) {
  while (!text.empty()) {
    const ssize_t n = write(descriptor, text.data(), text.size());
    if (n <= 0) break;
    text.remove_prefix(static_cast<std::size_t>(n));
  }
  close(descriptor);
}

}  // namespace

TEST_CASE("a file is read whole, with readable zeros behind it") {
  const testing::TemporaryFolder folder;
  // Over 16 MiB two threads read it.
  for (const std::size_t size :
       {1UL, 63UL, 64UL, 4096UL, 100000UL, (16UL << 20) - 1, 16UL << 20, (16UL << 20) + 4097}) {
    CAPTURE(size);
    const std::string text = long_text(size);
    const auto bytes = FileBytes::read(folder.write("file", text));
    REQUIRE(bytes);
    CHECK(bytes->text() == text);
    const char* end = bytes->text().data() + size;
    CHECK(std::all_of(end, end + FileBytes::kPadding, [](char c) { return c == '\0'; }));
  }
}

TEST_CASE("an empty file is an empty text") {
  const testing::TemporaryFolder folder;
  const auto bytes = FileBytes::read(folder.write("empty", ""));
  REQUIRE(bytes);
  CHECK(bytes->text().empty());
}

TEST_CASE("a byte order mark is no content, and is counted in positions") {
  const testing::TemporaryFolder folder;
  const auto bytes = FileBytes::read(folder.write("file", "\xEF\xBB\xBF{}"));
  REQUIRE(bytes);
  CHECK(bytes->text() == "{}");
  CHECK(bytes->skipped() == 3);
  CHECK(FileBytes::copy_of("{}", "x").skipped() == 0);
  CHECK(FileBytes::copy_of("\xEF\xBB", "x").text() == "\xEF\xBB");
}

TEST_CASE("moving keeps views valid") {
  FileBytes first = FileBytes::copy_of("content", "first");
  const std::string_view view = first.text();
  FileBytes second = std::move(first);
  CHECK(view.data() == second.text().data());
  FileBytes third = FileBytes::copy_of("other", "third");
  third = std::move(second);
  CHECK(third.text() == "content");
  CHECK(third.name() == "first");
  CHECK(view == "content");
}

TEST_CASE("what cannot be read is said, with the file's name and exit status 3") {
  const testing::TemporaryFolder folder;
  SUBCASE("missing") {
    const auto bytes = FileBytes::read(folder.path() / "nowhere.json");
    REQUIRE_FALSE(bytes);
    CHECK(to_text(bytes.error()) == (folder.path() / "nowhere.json").string() + ": there is no such file");
    CHECK(bytes.error().status == ExitStatus::kInput);
  }
  SUBCASE("in a folder that is a file") {
    folder.write("file", "x");
    const auto bytes = FileBytes::read(folder.path() / "file" / "manifest.json");
    REQUIRE_FALSE(bytes);
    CHECK(bytes.error().reason == "cannot be opened: Not a directory");
  }
  SUBCASE("a directory") {
    const auto bytes = FileBytes::read(folder.path());
    REQUIRE_FALSE(bytes);
    CHECK(bytes.error().reason == "is a directory, not a file");
    CHECK(bytes.error().next_step == "name the file inside it");
  }
  SUBCASE("no permission") {
    if (geteuid() == 0) {
      fmt::print(stderr, "SKIPPED: no permission: root may read everything\n");
      return;
    }
    const fs::path file = folder.write("secret", "{}");
    fs::permissions(file, fs::perms::none);
    const auto bytes = FileBytes::read(file);
    REQUIRE_FALSE(bytes);
    CHECK(bytes.error().reason == "cannot be opened: Permission denied");
    CHECK(bytes.error().next_step == "check the file's permissions");
  }
  SUBCASE("a dangling link") {
    fs::create_symlink("nowhere", folder.path() / "link");
    CHECK_FALSE(FileBytes::read(folder.path() / "link"));
  }
  SUBCASE("too large") {
    const fs::path file = folder.write("huge", "");
    std::error_code failed;
    fs::resize_file(file, std::uintmax_t{5} << 30, failed);  // a hole: takes no space
    if (failed) return;
    const auto bytes = FileBytes::read(file);
    REQUIRE_FALSE(bytes);
    CHECK(bytes.error().reason == "the file is larger than 4 GiB");
  }
}

TEST_CASE("a FIFO is read to its end") {
  const testing::TemporaryFolder folder;
  const fs::path fifo = folder.path() / "fifo";
  REQUIRE(mkfifo(fifo.c_str(), 0600) == 0);
  const std::string text = long_text(300000);  // more than a pipe holds
  std::thread writer([&] { write_all(open(fifo.c_str(), O_WRONLY | O_CLOEXEC), text); });
  const auto bytes = FileBytes::read(fifo);
  writer.join();
  REQUIRE(bytes);
  CHECK(bytes->text() == text);
}

TEST_CASE("standard input is `-` and /dev/stdin, a pipe or a file") {
  const testing::TemporaryFolder folder;
  const std::string text = "\xEF\xBB\xBF" + long_text(200000);
  const int kept = dup(STDIN_FILENO);
  for (const std::string name : {"-", "/dev/stdin"}) {
    CAPTURE(name);
    int ends[2];
    REQUIRE(pipe(ends) == 0);
    dup2(ends[0], STDIN_FILENO);
    close(ends[0]);
    std::thread writer([&, end = ends[1]] { write_all(end, text); });
    const auto piped = FileBytes::read(name);
    writer.join();

    const int file = open(folder.write("input", text).c_str(), O_RDONLY | O_CLOEXEC);
    dup2(file, STDIN_FILENO);
    close(file);
    const auto redirected = FileBytes::read(name);
    dup2(kept, STDIN_FILENO);

    REQUIRE(piped);
    CHECK(piped->text() == std::string_view(text).substr(3));
    CHECK(piped->skipped() == 3);
    CHECK(piped->name() == (name == "-" ? "standard input" : "/dev/stdin"));
    REQUIRE(redirected);
    CHECK(redirected->text() == std::string_view(text).substr(3));
  }
  close(kept);
}

TEST_CASE("a file that is rewritten while it is read gives one content, or an error that says so") {
  const testing::TemporaryFolder folder;
  const std::string before(17U << 20, 'a');
  const std::string after(18U << 20, 'b');
  const fs::path file = folder.write("manifest.json", before);

  SUBCASE("replaced by another file: always one of the two") {
    std::atomic<bool> ended = false;
    std::thread writer([&] {
      for (int i = 0; i < 12; ++i) {
        folder.write("next", i % 2 == 0 ? after : before);
        fs::rename(folder.path() / "next", file);
      }
      ended = true;
    });
    while (!ended) {
      const auto bytes = FileBytes::read(file);
      REQUIRE(bytes);
      REQUIRE((bytes->text() == before || bytes->text() == after));
    }
    writer.join();
  }
  SUBCASE("truncated and written again in place, as dbt does") {
    std::atomic<bool> ended = false;
    std::thread writer([&] {
      for (int i = 0; i < 12; ++i) folder.write("manifest.json", i % 2 == 0 ? after : before);
      ended = true;
    });
    while (!ended) {
      const auto bytes = FileBytes::read(file);
      if (!bytes) {
        REQUIRE(bytes.error().reason == "the file changed while it was read");
        continue;
      }
      // What was there at one moment: the beginning of one of the two, never a mixture.
      const std::string_view text = bytes->text();
      REQUIRE((std::string_view(before).starts_with(text) || std::string_view(after).starts_with(text)));
    }
    writer.join();
  }
  SUBCASE("growing and shrinking") {
    std::atomic<bool> ended = false;
    std::thread writer([&] {
      for (int i = 0; i < 300; ++i) {
        fs::resize_file(file, i % 2 == 0 ? 1000 : before.size() + 5000);
        std::this_thread::sleep_for(std::chrono::microseconds(500));
      }
      ended = true;
    });
    while (!ended) {
      const auto bytes = FileBytes::read(file);
      if (!bytes) REQUIRE(bytes.error().reason == "the file changed while it was read");
    }
    writer.join();
  }
}
