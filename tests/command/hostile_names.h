// Names that try to break out of every quoting between plowline and dbt.
#pragma once

#include <cstddef>
#include <random>
#include <string>
#include <string_view>
#include <vector>

namespace plowline::testing {

using namespace std::string_view_literals;

// Each is a classic in some shell, in YAML or in a terminal.
inline const std::vector<std::string> kClassicNames{
    "",
    " ",
    "  two  blanks  ",
    "'",
    "''",
    "'''a'''b'",
    "\"",
    "a\"b'c\"",
    "`id`",
    "$(id)",
    "${HOME}",
    "$HOME",
    "$'x'",
    "\\",
    "\\\\",
    "a\\",
    "a b\\",
    "\\'",
    "\\\"",
    "\\n",
    "%PATH%",
    "100%",
    "%%",
    "%s%n%d",
    "!x!",
    "!!",
    "!$",
    "a!b",
    "^caret^",
    "-",
    "--",
    "-n",
    "-e x",
    "--%",
    "~",
    "~root",
    "=",
    "=ls",
    "a=b",
    "a=~/b",
    "#comment",
    "a #b",
    "*",
    "?",
    "[a-z]*",
    "**/*",
    "{a,b}",
    "{1..3}",
    "@(a|b)",
    "+(a)",
    "a;b",
    "a&b",
    "a|b",
    "a>b",
    "a<b",
    "(a)",
    "&",
    "@splat",
    ",",
    "a,b",
    "a: b",
    ": ",
    "- a",
    "&anchor",
    "*alias",
    "!!str x",
    "|",
    ">",
    "%YAML",
    "---",
    "...",
    "null",
    "true",
    "yes",
    "off",
    "y",
    "010",
    "1_000",
    "12:30",
    "1e3",
    "1.5",
    ".inf",
    "2023-01-01",
    "<<",
    "{{ jinja }}",
    "naïve_été",
    "模型_表",
    "😀_model",
    "مرحبا_עברית",
    "\u2018curly\u2019 \u201Adouble\u201B",
    "\u201Csmart\u201D",
    "\u00A0nbsp\u3000",
};

// What no line can hold raw: control characters, separators, marks that reorder text.
inline const std::vector<std::string> kUnprintableNames{
    "a\nb",
    "\n",
    "\n\n",
    "a\n",
    "a\n\n",
    "\na",
    "a\n\nb\n c",
    "a\r\nb",
    "a\tb",
    "\t",
    "\x01\x02\x1b[31mred",
    "\x7f",
    "%d\x1b!'\"`$\\",
    "-\x07",
    "--vars\n",
    "\u0085nel",
    "\u009b31m",
    "line\u2028separator\u2029x",
    "\uFEFFbom",
    "\u202Eevil\u202C",
    "\uFFFE",
    "quote'\nquote\"\n$(x)\n`y`\n!z",
    "'\x01'",
    "\x01''\x01",
};

// `count` names from pieces of the above, the same ones in every run.
inline std::vector<std::string> generated_names(std::size_t count, bool unprintable) {
  std::vector<std::string_view> pieces{"'"sv, "\""sv, "\\"sv, "$"sv,  "`"sv, "!"sv,  "%"sv, "~"sv, "="sv, "#"sv,
                                       "{"sv, "}"sv,  ","sv,  "*"sv,  "?"sv, "["sv,  "]"sv, "("sv, ")"sv, "<"sv,
                                       ">"sv, "|"sv,  "&"sv,  ";"sv,  " "sv, "-"sv,  "+"sv, "@"sv, ":"sv, "^"sv,
                                       "a"sv, "0"sv,  "é"sv,  "😀"sv, "ע"sv, "x7"sv, "n"sv, "’"sv, "."sv, "/"sv};
  if (unprintable) {
    for (const std::string_view piece : {"\n"sv, "\t"sv, "\x1b"sv, "\r"sv, "\x7f"sv, "\u2028"sv, "\u0085"sv}) {
      pieces.push_back(piece);
    }
  }
  std::mt19937 random(20231012);
  std::vector<std::string> names;
  while (names.size() < count) {
    std::string name;
    for (std::size_t length = 1 + random() % 9; length > 0; --length) name += pieces[random() % pieces.size()];
    names.push_back(name);
  }
  return names;
}

inline std::vector<std::string> joined(std::vector<std::string> first, const std::vector<std::string>& second) {
  first.insert(first.end(), second.begin(), second.end());
  return first;
}

}  // namespace plowline::testing
