// Transcripts of every message that a user can see.
//
// A file golden/NAME.txt is a session in a shell. Lines that begin with `$ ` are typed (an indented line after one goes
// on with it), lines that begin with `#` explain, and what the command answers stands below it: `> ` before a line of
// standard output, `! ` before one of standard error, then `status N` where that is not 0. The session runs in a
// folder of its own, in which `shop`, `review` and `jaffle` are copies of the sample projects.
//
// PLOWLINE_UPDATE_GOLDEN=1 writes the answers anew. A new transcript is a file with its `$ ` lines alone.
#include <algorithm>
#include <array>
#include <chrono>
#include <cstdlib>
#include <doctest/doctest.h>
#include <filesystem>
#include <fmt/format.h>
#include <fstream>
#include <regex>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "program.h"

using namespace plowline::testing;
namespace fs = std::filesystem;

namespace {

fs::path golden_dir() {
  return source_dir() / "tests" / "cli" / "golden";
}

std::vector<fs::path> transcripts() {
  std::vector<fs::path> files;
  for (const fs::directory_entry& entry : fs::directory_iterator(golden_dir())) {
    if (entry.path().extension() == ".txt") files.push_back(entry.path());
  }
  std::ranges::sort(files);
  return files;
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    lines.push_back(text.substr(at, end - at));
    at = end + 1;
  }
  return lines;
}

// The sample projects, to be changed at will.
void copy_samples_into(const fs::path& folder) {
  for (const auto& [name, copy] : {std::pair("snowplow_shop", "shop"), std::pair("shop_before_review", "review"),
                                   std::pair("jaffle_without_snowplow", "jaffle")}) {
    fs::copy(samples_dir() / name, folder / copy, fs::copy_options::recursive);
    // A clone has its files in any order of age; dbt wrote the manifest last.
    fs::last_write_time(folder / copy / "target" / "manifest.json",
                        fs::file_time_type::clock::now() + std::chrono::hours(1));
  }
}

std::string replaced(std::string text, const std::string& what, const std::string& by) {
  for (std::size_t at = 0; (at = text.find(what, at)) != std::string::npos; at += by.size())
    text.replace(at, what.size(), by);
  return text;
}

void append_output(std::string& transcript, const std::string& sign, const std::string& text) {
  for (const std::string& line : lines_of(text)) transcript += line.empty() ? sign + "\n" : sign + " " + line + "\n";
  if (!text.empty() && text.back() != '\n') transcript += sign + "(no line feed)\n";
}

// Runs the commands of a transcript again and writes it down anew.
std::string played(const std::string& transcript) {
  const TemporaryFolder folder;
  copy_samples_into(folder.path());
  std::string out;
  std::vector<std::string> lines = lines_of(transcript);
  for (std::size_t i = 0; i < lines.size(); ++i) {
    if (lines[i].starts_with("#")) out += lines[i] + "\n";
    if (!lines[i].starts_with("$ ")) continue;
    std::string command = lines[i].substr(2);
    while (i + 1 < lines.size() && lines[i + 1].starts_with("  ")) command += "\n" + lines[++i];
    Surroundings around;
    around.directory = folder.path();
    const Ran ran = run_shell(command, around);
    out += "$ " + command + "\n";
    append_output(out, ">", ran.out);
    append_output(out, "!", ran.err);
    if (ran.status != 0) out += fmt::format("status {}\n", ran.status);
  }
  return replaced(std::move(out), folder.path().string(), "<folder>");
}

bool updates() {
  const char* value = std::getenv("PLOWLINE_UPDATE_GOLDEN");
  return value != nullptr && std::string(value) == "1";
}

// Tables of what other linters call their checks.
bool names_other_linters(const fs::path& source) {
  constexpr std::array<std::string_view, 5> kTables{"other_linters.cc", "checkpoint_hooks.cc", "taken_checkpoint.cc",
                                                    "taken_evaluator.cc", "bouncer_checks.cc"};
  return std::ranges::find(kTables, source.filename().string()) != kTables.end();
}

// The codes that the sources give to warnings: the first member of a Warning, a literal with hyphens. (A table with a
// null pointer in it lists keys of dbt_project.yml; git's words and the two kinds of dbt's hooks stand in lists, too.)
std::set<std::string> codes_in_sources() {
  static const std::regex kCode(
      R"re(\{\s*"([a-z0-9]+(?:-[a-z0-9]+)+)",(?!\s*"(?:--|HEAD"|on-run-))(?!\s*"[^"]*",\s*nullptr))re");
  std::set<std::string> codes;
  for (const fs::directory_entry& entry : fs::recursive_directory_iterator(source_dir() / "analyzer")) {
    if (entry.path().extension() != ".cc" || names_other_linters(entry.path())) continue;
    const std::string text = read_text(entry.path());
    for (std::sregex_iterator match(text.begin(), text.end(), kCode), end; match != end; ++match)
      codes.insert((*match)[1]);
  }
  return codes;
}

}  // namespace

TEST_CASE("every transcript is what plowline answers today") {
  REQUIRE(!transcripts().empty());
  for (const fs::path& file : transcripts()) {
    CAPTURE(file.filename().string());
    const std::string expected = read_text(file);
    const std::string actual = played(expected);
    if (updates()) {
      if (actual != expected) std::ofstream(file, std::ios::binary) << actual;
      continue;
    }
    CHECK_MESSAGE(actual == expected,
                  "PLOWLINE_UPDATE_GOLDEN=1 writes it anew; read what changed before you commit it");
  }
}

TEST_CASE("every warning code of the sources stands in a transcript") {
  const std::set<std::string> codes = codes_in_sources();
  CHECK(codes.contains("manifest-older-than-files"));
  CHECK(codes.contains("seeds-not-built"));
  std::string all;
  for (const fs::path& file : transcripts()) all += read_text(file);
  std::string missing;
  // Of `plowline diff`, whose transcripts come with it. What a transcript shows may not stand here.
  const std::set<std::string> unreachable{"earlier-selection", "missing-macro"};
  for (const std::string& code : unreachable) CHECK(all.find("[" + code + "]") == std::string::npos);
  for (const std::string& code : codes) {
    if (unreachable.contains(code)) continue;
    if (all.find("[" + code + "]") == std::string::npos) missing += " " + code;
  }
  CHECK_MESSAGE(missing.empty(), "no transcript in tests/cli/golden shows" << missing);
}
