#include "artifact/console_text.h"

#include <doctest/doctest.h>
#include <string>
#include <string_view>
#include <vector>

using namespace plowline;
using namespace std::string_view_literals;

namespace {

std::vector<std::string> lines_of(std::string_view text) {
  std::vector<std::string> lines;
  const ConsoleText clean = ConsoleText::clean(FileBytes::copy_of(text, "ls.txt"));
  for (const ConsoleLine& line : clean.lines()) {
    if (!line.text.empty()) lines.emplace_back(line.text);
  }
  return lines;
}

std::uint64_t line_of(std::string_view text, std::string_view wanted) {
  const ConsoleText clean = ConsoleText::clean(FileBytes::copy_of(text, "ls.txt"));
  for (const ConsoleLine& line : clean.lines()) {
    if (line.text == wanted) return line.number;
  }
  return 0;
}

std::string utf16(std::string_view ascii, bool little, bool mark) {
  std::string out;
  const auto unit = [&](unsigned high, unsigned low) {
    out += static_cast<char>(little ? low : high);
    out += static_cast<char>(little ? high : low);
  };
  if (mark) unit(0xFE, 0xFF);
  for (const char c : ascii) unit(0, static_cast<unsigned char>(c));
  return out;
}

using Lines = std::vector<std::string>;

}  // namespace

TEST_CASE("colours go, whole, cut in half, or without their ESC") {
  CHECK(lines_of("\x1B[0m02:11:02  [\x1B[33mWARNING\x1B[0m]: x") == Lines{"02:11:02  [WARNING]: x"});
  CHECK(lines_of("orders\x1B[0") == Lines{"orders"});
  CHECK(lines_of("orders\x1B[38;5;\nitems\x1B") == Lines{"orders", "items"});
  CHECK(lines_of("[0m02:11:02  [[33mWARNING[0m]: x") == Lines{"02:11:02  [WARNING]: x"});
  CHECK(lines_of("^[[0morders") == Lines{"orders"});
  CHECK(lines_of("\xE2\x86\x90[0morders") == Lines{"orders"});
  CHECK(lines_of("\x1B]8;;https://x\aorders\x1B]8;;\x1B\\") == Lines{"orders"});
  CHECK(lines_of("[WARNING]: no code") == Lines{"[WARNING]: no code"});
  CHECK(lines_of(R"({"description": "[0m stays"})") == Lines{R"({"description": "[0m stays"})"});
}

TEST_CASE("every kind of line end, and lines as an editor counts them") {
  CHECK(lines_of("a\r\nb\r\n") == Lines{"a", "b"});
  CHECK(lines_of("a\rb\rc") == Lines{"a", "b", "c"});
  CHECK(line_of("a\r\nb\r\nc", "c") == 3);
  CHECK(line_of("a\rb\rc", "c") == 3);
  CHECK(line_of("10%\r50%\r100%\nc", "c") == 2);
}

TEST_CASE("PowerShell's UTF-16, byte order marks and control characters") {
  CHECK(lines_of(utf16("orders\r\nitems\r\n", true, true)) == Lines{"orders", "items"});
  CHECK(lines_of(utf16("orders\r\nitems\r\n", true, false)) == Lines{"orders", "items"});
  CHECK(lines_of(utf16("orders\nitems", false, true)) == Lines{"orders", "items"});
  CHECK(lines_of(utf16("orders\nitems", false, false)) == Lines{"orders", "items"});
  CHECK(lines_of(utf16("orders", true, true) + "x") == Lines{"orders"});  // cut inside a character
  CHECK(lines_of("\xEF\xBB\xBForders\n\xEF\xBB\xBFitems") == Lines{"orders", "items"});
  CHECK(lines_of("ord\0ers\b\x7F"sv) == Lines{"orders"});
  CHECK(lines_of("\xFF\xFE\x3D\xD8\x80\xDE\xFF\xD8"sv) == Lines{"\xF0\x9F\x9A\x80\xEF\xBF\xBD"});  // pair, lone half
  CHECK(lines_of("f\xC3\xBCnf \xFF") == Lines{"f\xC3\xBCnf \xFF"});
  CHECK(lines_of("").empty());
}

TEST_CASE("the stamps that CI puts before every line") {
  CHECK(lines_of("2026-11-21T02:11:02.1234567Z orders\n2026-11-21T02:11:02Z \x1B[0m02:11:02  Found 1 model\n"
                 "2026-11-21T02:11:02+01:00 items\n2026-11-21T02:11:02Z\n") ==
        Lines{"orders", "02:11:02  Found 1 model", "items"});
  CHECK(lines_of("2026-11-21T02:11:02orders") == Lines{"2026-11-21T02:11:02orders"});
}

TEST_CASE("dbt's time stamps") {
  CHECK(after_time_stamp("02:11:02  Running with dbt=1.11.14").rest == "Running with dbt=1.11.14");
  CHECK(after_time_stamp("02:16:17.136564 [info ] [MainThread]: x").rest == "[info ] [MainThread]: x");
  CHECK(after_time_stamp("2026-11-21 02:16:17,136 x").rest == "x");
  CHECK(after_time_stamp("0m02:11:02  x").rest == "x");
  CHECK(after_time_stamp("02:11:02").found);
  CHECK_FALSE(after_time_stamp("02:11:02orders").found);
  CHECK_FALSE(after_time_stamp("2:11:02 orders").found);
  CHECK_FALSE(after_time_stamp("model").found);
  CHECK_FALSE(after_time_stamp("").found);
}
