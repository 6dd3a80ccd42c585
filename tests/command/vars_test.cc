#include "command/vars.h"

#include <array>
#include <doctest/doctest.h>
#include <random>

#include "command/code_points.h"
#include "hostile_names.h"
#include "yaml_reader.h"

using namespace plowline;
using namespace plowline::testing;

namespace {

DbtVars parsed(std::string_view text) {
  Warnings warnings;
  auto vars = DbtVars::parse(text, "--vars", warnings);
  REQUIRE_MESSAGE(vars.has_value(), std::string(text) << ": " << to_text(vars.error()));
  return *vars;
}

std::string json_of(std::string_view text) {
  const auto written = parsed(text).render(VarsStyle::kJson);
  REQUIRE(written.has_value());
  return *written;
}

std::string single_quoted_of(std::string_view text) {
  const auto written = parsed(text).render(VarsStyle::kSingleQuoted);
  REQUIRE(written.has_value());
  return *written;
}

std::string refusal(std::string_view text) {
  Warnings warnings;
  const auto vars = DbtVars::parse(text, "--vars", warnings);
  REQUIRE_MESSAGE(!vars.has_value(), std::string(text));
  CHECK(vars.error().status == ExitStatus::kUsage);
  CHECK(!vars.error().next_step.empty());
  const std::string message = to_text(vars.error());
  return message.substr(0, message.find('\n'));
}

DbtVars with(std::string_view name, YamlValue value) {
  DbtVars vars;
  REQUIRE(vars.add(name, std::move(value), "plowline").has_value());
  return vars;
}

}  // namespace

TEST_CASE("variables are written in both styles, in the order in which they were added") {
  DbtVars vars;
  CHECK(vars.render(VarsStyle::kJson).value() == "{}");
  REQUIRE(vars.add("models_to_run", YamlValue::string("a b"), "plowline").has_value());
  REQUIRE(vars.add("snowplow__backfill_limit_days", YamlValue::integer(90), "--backfill-limit-days").has_value());
  REQUIRE(vars.add("snowplow__start_date", YamlValue::string("2023-01-01"), "--start-date").has_value());
  CHECK(vars.render(VarsStyle::kJson).value() ==
        R"({"models_to_run": "a b", "snowplow__backfill_limit_days": 90, "snowplow__start_date": "2023-01-01"})");
  CHECK(vars.render(VarsStyle::kSingleQuoted).value() ==
        "{models_to_run: 'a b', snowplow__backfill_limit_days: 90, snowplow__start_date: '2023-01-01'}");
}

TEST_CASE("a user's text keeps the meaning that it has for dbt") {
  CHECK(json_of("{a: yes, b: off, c: 'yes', d: ~, e: }") ==
        R"({"a": true, "b": false, "c": "yes", "d": null, "e": null})");
  CHECK(json_of("{a: 010, b: 1_000, c: 12:30, d: 0x1F, e: 0b101, f: +7, g: -0, h: 08}") ==
        R"({"a": 8, "b": 1000, "c": 750, "d": 31, "e": 5, "f": 7, "g": 0, "h": "08"})");
  CHECK(json_of("{a: 1.50, b: 1e3, c: 1.5e+3, d: -.5, e: .5, f: 1., g: 1:30.5, h: 1.0e+300}") ==
        R"({"a": 1.5, "b": "1e3", "c": 1500.0, "d": "-.5", "e": 0.5, "f": 1.0, "g": 90.5, "h": 1.0e+300})");
  CHECK(json_of("{a: .inf, b: -.INF, c: .nan}") == R"({"a": .inf, "b": -.inf, "c": .nan})");
  CHECK(json_of("{a: 123456789012345678901234567890, b: 0xFFFFFFFFFFFFFFFFFFFF}") ==
        R"({"a": 123456789012345678901234567890, "b": 1208925819614629174706175})");
  CHECK(json_of(R"({"a": [1, "2", {"b": null}], "c": {}})") == R"({"a": [1, "2", {"b": null}], "c": {}})");
  CHECK(json_of("a: x y\nb:\n  - 1\n  - c: 'd'\ne: |\n  f\n  g\n") ==
        R"({"a": "x y", "b": [1, {"c": "d"}], "e": "f\ng\n"})");
  CHECK(json_of("{a: {1: x, yes: y, 1.5: z, s: w}}") == R"({"a": {1: "x", true: "y", 1.5: "z", "s": "w"}})");
  CHECK(json_of("{a: &x [1, 2], b: *x}") == R"({"a": [1, 2], "b": [1, 2]})");
  CHECK(json_of("{a: !!str 5, b: !!int '5', c: !!map {d: 1}}") == R"({"a": "5", "b": 5, "c": {"d": 1}})");
  CHECK(json_of("{}") == "{}");
  CHECK(json_of("\xEF\xBB\xBF{a: 1}") == R"({"a": 1})");
}

TEST_CASE("an unquoted date becomes a string, and the user is told") {
  Warnings warnings;
  const auto vars = DbtVars::parse("{d: 2023-01-01, t: 2023-01-01 10:00:00, q: '2023-01-02'}", "--vars", warnings);
  REQUIRE(vars.has_value());
  CHECK(vars->render(VarsStyle::kJson).value() ==
        R"({"d": "2023-01-01", "t": "2023-01-01 10:00:00", "q": "2023-01-02"})");
  REQUIRE(warnings.size() == 2);
  CHECK(warnings[0].code == "vars-date-quoted");
  CHECK(warnings[0].message ==
        R"(--vars: dbt reads 2023-01-01 without quotes as a date object; it is passed on as the string "2023-01-01")");
}

TEST_CASE("a missing blank after a colon is told") {
  Warnings warnings;
  const auto vars = DbtVars::parse("{a:1, b: 2}", "--vars", warnings);
  REQUIRE(vars.has_value());
  CHECK(vars->render(VarsStyle::kJson).value() == R"({"a:1": null, "b": 2})");
  REQUIRE(warnings.size() == 1);
  CHECK(warnings[0].code == "vars-missing-blank");
}

TEST_CASE("what dbt could not read is refused with its place") {
  CHECK(refusal("") == "--vars:1:1: no value at all");
  CHECK(refusal("# nothing") == "--vars:1:1: no value at all");
  CHECK(refusal("[a]") == "--vars:1:1: a list where dbt needs a map of variables");
  CHECK(refusal("a:1") == "--vars:1:1: a string where dbt needs a map of variables");
  CHECK(refusal("~") == "--vars:1:1: null where dbt needs a map of variables");
  CHECK(refusal("{a: 1") == "--vars:1:1: not YAML: end of map flow not found");
  CHECK(refusal("{a: 1,\n b: 2, a: 3}") ==
        "--vars:2:8: the name `a` for the second time; dbt would silently take the last one");
  CHECK(refusal("{a: {b: 1, b: 2}}").find("--vars:1:12: the name `b` for the second time") == 0);
  CHECK(refusal("{a: 'x").find("--vars:1:") == 0);
  CHECK(refusal("{a: =}").find("--vars:1:5: a lone `=`") == 0);
  CHECK(refusal("{a: {<<: {b: 1}}}").find("--vars:1:6: a merge key") == 0);
  CHECK(refusal("{1: x}") == "--vars:1:2: a variable's name that dbt reads as an integer; put it in quotes");
  CHECK(refusal("{~: x}") == "--vars:1:2: null as a name");
  CHECK(refusal("{[a]: x}") == "--vars:1:2: a list as a name");
  CHECK(refusal("{a: !custom x}").find("--vars:1:5: the tag !custom") == 0);
  CHECK(refusal("{a: ! 5}").find("--vars:1:5: the tag !") == 0);
  CHECK(refusal("{a: &b ! 5}").find("--vars:1:5: the tag !") == 0);
  CHECK(refusal("{a: !!int x}").find("--vars:1:5: the tag") == 0);
  CHECK(refusal("{a: !!set {b}}").find("--vars:1:5: the tag") == 0);
  CHECK(refusal("{a: [1,,2]}") == "--vars:1:8: an empty place in a list");
  CHECK(refusal("{a: *b}").find("--vars:1:5: not YAML: the referenced anchor") == 0);
  CHECK(refusal("{a: &b [*b]}") == "--vars:1:9: an alias within the value that it stands for");
  CHECK(refusal("{a: 1}\nb: 2").find("--vars:1:1: text that goes on") == 0);
  CHECK(refusal("{a: 1}, {b: 2}").find("--vars:1:1: text that goes on") == 0);
  CHECK(refusal("{a: http://x/y?z}").find("--vars:1:") == 0);  // the library's limit: dbt would read it
  CHECK(refusal("{a: 1}}").find("--vars:1:7: not YAML") == 0);
  CHECK(refusal("---\na: 1\n---\nb: 2").find("--vars:1:1: text that goes on") == 0);
  CHECK(refusal("{a: 0x_}") == "--vars:1:5: a number without digits");
  CHECK(refusal("{a: 1.0e+999}") == "--vars:1:5: a number that is too large or too small for a double");
  CHECK(refusal("{a: " + std::string(5000, '9') + "}") == "--vars:1:5: a number of more than 4300 digits");
  CHECK(refusal("{a: \"\x1b\"}").find("--vars:1:6: the character U+001B") == 0);
  CHECK(refusal("{a: \"\xff\"}") == "--vars:1:6: a byte that is not UTF-8");
  CHECK(refusal(R"({a: "\ud83d\ude00"})").find("--vars:1:") == 0);
}

TEST_CASE("texts made to exhaust the reader are refused") {
  std::string deep = "{a: " + std::string(400, '[') + std::string(400, ']') + "}";
  CHECK(refusal(deep).find("nested more than 100 deep") != std::string::npos);
  CHECK(refusal("{a: " + std::string(100000, '[')).find("--vars:1:") == 0);
  std::string laughs = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n";
  for (int i = 1; i < 12; ++i) {
    laughs += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [";
    for (int j = 0; j < 10; ++j) laughs += "*a" + std::to_string(i - 1) + (j < 9 ? ", " : "]\n");
  }
  CHECK(refusal(laughs).find("more than a megabyte") != std::string::npos);
  std::string chain = "a0: &a0 [x]\n";
  for (int i = 1; i < 300; ++i) {
    chain += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [*a" + std::to_string(i - 1) + "]\n";
  }
  CHECK(refusal(chain).find("nested more than 100 deep") != std::string::npos);
}

TEST_CASE("two places may say the same, but not different things") {
  DbtVars vars = parsed("{models_to_run: 'a b', x: 90}");
  CHECK(vars.merge(with("models_to_run", YamlValue::string("a b"))).has_value());
  CHECK(vars.merge(with("x", YamlValue::integer(90))).has_value());
  CHECK(vars.merge(with("y", YamlValue::boolean(true))).has_value());
  CHECK(vars.render(VarsStyle::kJson).value() == R"({"models_to_run": "a b", "x": 90, "y": true})");
  const auto conflict = vars.merge(with("models_to_run", YamlValue::string("c")));
  REQUIRE(!conflict.has_value());
  CHECK(conflict.error().reason == R"(the variable models_to_run is set twice: --vars says "a b", plowline says "c")");
  CHECK(!vars.merge(with("x", YamlValue::string("90"))).has_value());
  REQUIRE(vars.find("x") != nullptr);
  CHECK(vars.find("x")->origin == "--vars");
  CHECK(vars.find("z") == nullptr);
}

TEST_CASE("the single-quoted style quotes names that YAML would take for something else") {
  CHECK(
      single_quoted_of("{\"yes\": 1, \"n\": 2, \"a b\": 3, \"010\": 4, \"null\": 5, it's: 'it''s', l: [a, {b: c}]}") ==
      "{'yes': 1, 'n': 2, 'a b': 3, '010': 4, 'null': 5, 'it''s': 'it''s', 'l': ['a', {'b': 'c'}]}");
}

TEST_CASE("the single-quoted style refuses what it cannot hold, and names the variable") {
  for (const std::string text : {"a\nb", "a\tb", "\x1b", "\u2028", "\u0085", "say \"x\""}) {
    const auto written = with("my_var", YamlValue::string(text)).render(VarsStyle::kSingleQuoted);
    REQUIRE(!written.has_value());
    CHECK(written.error().reason.find("the variable my_var (plowline) cannot be written for this shell") == 0);
    CHECK(written.error().next_step.find("--exec") != std::string::npos);
  }
}

TEST_CASE("no style writes bytes that are not UTF-8, or names too long for a YAML reader") {
  for (const VarsStyle style : {VarsStyle::kJson, VarsStyle::kSingleQuoted}) {
    CHECK(!with("a", YamlValue::string("\xff")).render(style).has_value());
    CHECK(!with("\xc3", YamlValue::null()).render(style).has_value());
    CHECK(!with(std::string(1100, 'n'), YamlValue::null()).render(style).has_value());
  }
}

TEST_CASE("YAML and JSON readers find the same values in what is written for hostile names") {
  const std::vector<std::string> names = joined(joined(kClassicNames, kUnprintableNames), generated_names(400, true));
  std::vector<std::string> texts;
  std::vector<nlohmann::json> intended;
  for (const std::string& name : names) {
    const YamlValue pair{YamlValue::Kind::kMap, {}, {YamlValue::string(name)}, {YamlValue::string(name)}};
    DbtVars vars = with(name, YamlValue::string(name));
    REQUIRE(vars.add("map " + name, pair, "plowline").has_value());
    texts.push_back(vars.render(VarsStyle::kJson).value());
    CHECK(find_unprintable(texts.back()) == std::string::npos);
    intended.push_back(tagged_map({{name, name}, {"map " + name, tagged_map({{name, name}})}}));
  }
  const std::vector<Readings> readings = read_all(texts);
  for (std::size_t i = 0; i < texts.size(); ++i) {
    CAPTURE(texts[i]);
    CAPTURE(readings[i].refusal);
    CHECK(readings[i].c_loader == intended[i]);
    CHECK(readings[i].python_loader == intended[i]);
    CHECK(readings[i].json == intended[i]);
  }
}

TEST_CASE("a YAML reader finds the same values in the single-quoted style") {
  std::vector<std::string> texts;
  std::vector<nlohmann::json> intended;
  for (const std::string& name : joined(kClassicNames, generated_names(400, false))) {
    if (name.find('"') != std::string::npos) continue;
    texts.push_back(with(name, YamlValue::string(name)).render(VarsStyle::kSingleQuoted).value());
    CHECK(texts.back().find('"') == std::string::npos);
    intended.push_back(tagged_map({{name, name}}));
  }
  CHECK(texts.size() > 300);
  const std::vector<Readings> readings = read_all(texts);
  for (std::size_t i = 0; i < texts.size(); ++i) {
    CAPTURE(texts[i]);
    CHECK(readings[i].c_loader == intended[i]);
    CHECK(readings[i].python_loader == intended[i]);
  }
}

namespace {

// Scalars that look like numbers, bools, dates: the same ones in every run.
std::vector<std::string> number_like_scalars(std::size_t count) {
  constexpr std::array<std::string_view, 34> kPieces{
      "0",  "1",    "2",   "7",    "8",          "9",    "_",  ".",   ":",  "e",  "E", "+",
      "-",  "0x",   "0b",  "0o",   "a",          "f",    ".5", "e+3", "10", "T",  "Z", " ",
      "60", "2023", "-01", "true", "2023-01-01", ".inf", "no", "~",   "30", ":59"};
  std::mt19937 random(1);
  std::vector<std::string> scalars;
  while (scalars.size() < count) {
    std::string scalar;
    for (std::size_t length = 1 + random() % 6; length > 0; --length) scalar += kPieces[random() % kPieces.size()];
    scalars.push_back(scalar);
  }
  return scalars;
}

bool is_out_of_range(const nlohmann::json& reading) {
  const nlohmann::json& value = reading["map"][0][1];
  if (!value.is_object() || !value.contains("float")) return false;
  return value["float"] == "inf" || value["float"] == "-inf" || value["float"] == "0.0" || value["float"] == "-0.0";
}

// Dates become strings in what is written: the one intended difference.
nlohmann::json dates_as(const nlohmann::json& reading, const std::string& text) {
  if (reading.is_object() && reading["map"][0][1].is_object() && reading["map"][0][1].contains("date")) {
    return tagged_map({{"v", text}});
  }
  return reading;
}

}  // namespace

TEST_CASE("plain scalars mean to plowline what they mean to PyYAML") {
  std::vector<std::string> sources;
  std::vector<std::string> scalars;
  std::vector<std::string> written;
  for (const std::string& scalar : number_like_scalars(3000)) {
    const std::string source = "v: " + scalar;
    Warnings warnings;
    const auto vars = DbtVars::parse(source, "--vars", warnings);
    sources.push_back(source);
    scalars.push_back(scalar);
    written.push_back(vars ? vars->render(VarsStyle::kJson).value() : "");
  }
  const std::vector<Readings> before = read_all(sources);
  const std::vector<Readings> after = read_all(written);
  std::size_t read = 0;
  for (std::size_t i = 0; i < sources.size(); ++i) {
    CAPTURE(sources[i]);
    CAPTURE(written[i]);
    CAPTURE(before[i].refusal);
    if (written[i].empty()) {
      // Refused is only what dbt refuses too, and what is no number in a double (Python makes it inf or 0).
      if (!before[i].c_loader.is_null()) CHECK(is_out_of_range(before[i].c_loader));
      continue;
    }
    if (before[i].c_loader.is_null()) continue;  // such as the date 2023-99-99, which is a fine string
    ++read;
    const std::string trimmed = scalars[i].substr(0, scalars[i].find_last_not_of(' ') + 1);
    const std::size_t begin = trimmed.find_first_not_of(' ');
    CHECK(after[i].c_loader == dates_as(before[i].c_loader, begin == std::string::npos ? "" : trimmed.substr(begin)));
    const bool has_json = written[i].find(".inf") == std::string::npos || written[i].find('"', 5) != std::string::npos;
    if (has_json) CHECK(after[i].json == after[i].c_loader);
  }
  CHECK(read > 1500);
}

TEST_CASE("whole texts mean to plowline what they mean to PyYAML") {
  const std::vector<std::string> texts{
      "{a: b, c: [d, 'e', \"f\\n\"], g: {h: i}}",
      "{\"a\":1,\"b\":[true,null,-1.5e+3]}",
      "{a: 'it''s', b: \"\\x41\\u00e9\\U0001F600\\0\\a\\b\\e\\N\\_\\L\\P\\\\\\\"\\/\"}",
      "a: b\n c\n\n d\ne: >\n  folded\n  text\n\n  more\nf: |+\n  kept\n\n",
      "a: 'single\n  folded\n\n  twice'\nb: \"double\n  folded \\\n  joined\"",
      "? a\n: b\n? c\n: - d\n  - e",
      "{a: b#c, d: 'x' # comment\n}",
      "{? a : b, c: , d}",
      "a:\r\n  - 1\r\n  - 2\r\n",
      "%YAML 1.1\n---\na: 1\n...\n",
      "{a: x:y, b: http://x/y, c: -x, d: a-b, e: 1 2, f: it's, g: a\"b}",
      "{a: &x {b: 1}, c: *x, d: [*x, *x]}",
      "{a: ':', b: '-', c: -, d: \"\", e: ''}",
      "{models_to_run: a b c, snowplow__backfill_limit_days: 90}",
      "{'models_to_run': 'a\nb\nc', 'snowplow__backfill_limit_days': 90}",
      "{été: 'naïve', 模型: 表, 😀: \"😀\"}",
      "a: [1, 2,\n  3]\nb: {c: d,\n  e: f}",
      "a:\n- b\n- c: d\n  e: f\n-\n  - g",
      "{a: [ ], b: { }, c: [[]], d: [{}]}",
      "{a: [x: y, z]}",
      "{a: %b}",
      "{a: @b}",
      "{a: |b}",
      "{a: b: c}",
      "a: b: c",
      "{a: 'b' c}",
      "{a: [b}",
      "\"a\" : 1",
      "{a: 'http://x/y?z=1', b: [-1, - 1]}",
  };
  std::vector<std::string> written;
  for (const std::string& text : texts) {
    Warnings warnings;
    const auto vars = DbtVars::parse(text, "--vars", warnings);
    written.push_back(vars ? vars->render(VarsStyle::kJson).value() : "");
  }
  const std::vector<Readings> before = read_all(texts);
  const std::vector<Readings> after = read_all(written);
  for (std::size_t i = 0; i < texts.size(); ++i) {
    CAPTURE(texts[i]);
    CAPTURE(written[i]);
    CAPTURE(before[i].refusal);
    CHECK(after[i].c_loader == before[i].c_loader);  // both null where both refuse
    CHECK(after[i].json == before[i].c_loader);
  }
}
