// PowerShell and cmd do not run here. What they and the C runtime are documented to do with a line is written down
// below, without a look at how the lines are made, and the lines are sent through it.
#include <algorithm>
#include <doctest/doctest.h>
#include <fmt/format.h>

#include "command/quoting.h"
#include "command/shell.h"
#include "hostile_names.h"
#include "yaml_reader.h"

using namespace plowline;
using namespace plowline::testing;

namespace {

using Words = std::vector<std::string>;

// How the C runtime (and Python with it) takes a program's command line apart: quotes group; 2n backslashes before a
// quote are n backslashes, 2n+1 are n and a quote; "" within quotes is a quote.
Words runtime_arguments(const std::string& line) {
  Words words;
  std::size_t at = 0;
  while (true) {
    while (at < line.size() && (line[at] == ' ' || line[at] == '\t')) ++at;
    if (at == line.size()) return words;
    std::string word;
    bool quoted = false;
    while (at < line.size() && (quoted || (line[at] != ' ' && line[at] != '\t'))) {
      std::size_t backslashes = 0;
      while (at < line.size() && line[at] == '\\') ++backslashes, ++at;
      if (at == line.size() || line[at] != '"') {
        word.append(backslashes, '\\');
        if (backslashes == 0) word += line[at++];
        continue;
      }
      word.append(backslashes / 2, '\\');
      ++at;
      if (backslashes % 2 == 1) {
        word += '"';
      } else if (quoted && at < line.size() && line[at] == '"') {
        word += '"';
        ++at;
      } else {
        quoted = !quoted;
      }
    }
    words.push_back(word);
  }
}

// cmd at the prompt: a quote opens and closes; outside of quotes & | < > ( ) and ^ act; % and ! may be expanded
// anywhere. A line is only taken if nothing of that is in it, and then it goes to the program as it is.
std::string through_cmd(const std::string& line) {
  bool quoted = false;
  for (const char c : line) {
    REQUIRE(c != '%');
    REQUIRE(c != '!');
    REQUIRE(static_cast<unsigned char>(c) >= 0x20);
    if (c == '"') quoted = !quoted;
    if (!quoted) REQUIRE(std::string_view("&|<>()^").find(c) == std::string_view::npos);
  }
  REQUIRE(!quoted);
  return line;
}

bool is_curly_or_plain_quote(const std::string& line, std::size_t at, std::size_t& length) {
  length = line[at] == '\'' ? 1 : 3;
  const std::string_view found = std::string_view(line).substr(at, 3);
  return line[at] == '\'' || found == "\u2018" || found == "\u2019" || found == "\u201A" || found == "\u201B";
}

// A string literal of PowerShell, `at` on its opening quote. Any of the five quotes ends it; two in a row are the
// second one of them.
std::string powershell_literal(const std::string& line, std::size_t& at) {
  std::size_t length = 0;
  REQUIRE(is_curly_or_plain_quote(line, at, length));
  at += length;
  std::string text;
  while (true) {
    REQUIRE(at < line.size());
    if (!is_curly_or_plain_quote(line, at, length)) {
      text += line[at++];
      continue;
    }
    at += length;
    if (at == line.size() || !is_curly_or_plain_quote(line, at, length)) return text;
    text += line.substr(at, length);
    at += length;
  }
}

// A bare word that PowerShell passes to a program unchanged: letters, digits, _ and -, for the command also a point.
std::string powershell_bare_word(const std::string& line, std::size_t& at, bool is_command) {
  const std::size_t begin = at;
  while (at < line.size() && line[at] != ' ') {
    const char c = line[at++];
    const bool plain =
        (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
    REQUIRE_MESSAGE((plain || (is_command && c == '.')), "bare character in " << line);
  }
  const std::string word = line.substr(begin, at - begin);
  REQUIRE(word != "--%");
  REQUIRE_MESSAGE(word.find_first_not_of("-0123456789") != std::string::npos, "a number or an operator: " << word);
  return word;
}

Words powershell_words(const std::string& line) {
  Words words;
  std::size_t at = 0;
  const bool is_call = line.starts_with("& ");
  if (is_call) at = 2;
  while (at < line.size()) {
    std::size_t length = 0;
    if (is_curly_or_plain_quote(line, at, length)) {
      REQUIRE((!words.empty() || is_call));  // a literal in the command's place would only be printed
      words.push_back(powershell_literal(line, at));
    } else {
      words.push_back(powershell_bare_word(line, at, words.empty()));
    }
    REQUIRE((at == line.size() || line[at] == ' '));
    ++at;
  }
  return words;
}

// What Windows PowerShell 5.1 makes of words for a program: empty ones are dropped, words with blanks get quotes around
// them, and nothing within is escaped.
std::string legacy_command_line(const Words& words) {
  std::string line;
  for (const std::string& word : words) {
    if (word.empty()) continue;
    if (!line.empty()) line += ' ';
    line += word.find_first_of(" \t") == std::string::npos ? word : "\"" + word + "\"";
  }
  return line;
}

Invocation hostile_invocation(const std::string& name) {
  InvocationOptions options;
  options.target = "t" + name;
  options.project_dir = "C:\\x" + name;
  options.select = {"+my_new_model", "s" + name};
  options.extra = {"e" + name};
  REQUIRE(options.vars.add(name, YamlValue::string(name), "plowline").has_value());
  return Invocation::build(options).value();
}

// All lines that the shell can hold, with the words that were meant.
struct Lines {
  Words lines;
  std::vector<Words> words;
  Words names;
};

Lines hostile_lines(Shell shell) {
  Lines lines;
  for (const std::string& name : joined(kClassicNames, generated_names(600, false))) {
    const Invocation invocation = hostile_invocation(name);
    const auto line = render(invocation, shell);
    if (!line) continue;
    lines.lines.push_back(*line);
    lines.words.push_back(invocation.argv(vars_style(shell)).value());
    lines.names.push_back(name);
  }
  return lines;
}

void check_vars(const Lines& lines) {
  Words texts;
  for (const Words& words : lines.words) {
    const auto option = std::find(words.begin(), words.end(), "--vars");
    REQUIRE(words.end() - option >= 2);
    texts.push_back(*(option + 1));
  }
  const std::vector<Readings> readings = read_all(texts);
  for (std::size_t i = 0; i < texts.size(); ++i) {
    CAPTURE(texts[i]);
    CHECK(readings[i].c_loader == tagged_map({{lines.names[i], lines.names[i]}}));
  }
}

}  // namespace

TEST_CASE("the documented rules as written down here") {
  CHECK(runtime_arguments(R"(a "b c" d\e "f\\" g\"h "i""j")") == Words{"a", "b c", "d\\e", "f\\", "g\"h", "i\"j"});
  CHECK(runtime_arguments(R"("" x)") == Words{"", "x"});
  CHECK(powershell_words("dbt 'it''s' --x") == Words{"dbt", "it's", "--x"});
  CHECK(powershell_words("& 'a b' '\u2019\u2019'") == Words{"a b", "\u2019"});
}

TEST_CASE("cmd and the C runtime give back the words that were meant") {
  const Lines lines = hostile_lines(Shell::kCmd);
  CHECK(lines.lines.size() > 250);
  for (std::size_t i = 0; i < lines.lines.size(); ++i) {
    CAPTURE(lines.lines[i]);
    CHECK(runtime_arguments(through_cmd(lines.lines[i])) == lines.words[i]);
  }
  check_vars(lines);
}

TEST_CASE("PowerShell of every version gives back the words that were meant") {
  const Lines lines = hostile_lines(Shell::kPowershell);
  CHECK(lines.lines.size() > 400);
  for (std::size_t i = 0; i < lines.lines.size(); ++i) {
    CAPTURE(lines.lines[i]);
    const Words words = powershell_words(lines.lines[i]);
    CHECK(words == lines.words[i]);                                          // 7.3 and later pass these as they are
    CHECK(runtime_arguments(legacy_command_line(words)) == lines.words[i]);  // earlier ones
  }
  check_vars(lines);
}

TEST_CASE("a Windows shell refuses a name, or holds it: nothing in between") {
  for (const std::string& name : joined(joined(kClassicNames, kUnprintableNames), generated_names(600, true))) {
    CAPTURE(name);
    const auto cmd = quote_cmd(name, WordPlace::kArgument);
    if (cmd) CHECK(runtime_arguments(through_cmd("dbt " + *cmd)) == Words{"dbt", name});
    const auto powershell = quote_powershell(name, WordPlace::kArgument);
    if (powershell) CHECK(powershell_words("dbt " + *powershell) == Words{"dbt", name});
    const bool plain = name.find_first_of("\"%!\\'") == std::string::npos && !name.empty() &&
                       std::none_of(name.begin(), name.end(), [](char c) { return c < ' '; }) && name.size() < 8;
    if (plain && std::all_of(name.begin(), name.end(), [](char c) { return c < 0x7F; })) {
      CHECK(cmd.has_value());
      CHECK(powershell.has_value());
    }
  }
}
