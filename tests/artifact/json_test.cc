#include "artifact/json.h"

#include <doctest/doctest.h>
#include <fmt/format.h>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "artifact/json_syntax.h"

using namespace plowline;

namespace {

struct Inner {
  std::string_view text;
  StringList list;
};

struct Item {
  std::string_view id;
  std::string_view name;
  RawJson whole;
};

struct Record {
  std::string_view text;
  std::string_view lenient_text;
  StringList list;
  bool flag = false;
  RawJson raw;
  Inner inner;
  std::vector<Item> items;
};

struct Shapes {
  Shape inner{{member<&Inner::text>("text"), member<&Inner::list>("list")}};
  Shape item{{member<&Item::id>("id"), member<&Item::name>("name")}, place_of<&Item::id>(), place_of<&Item::whole>()};
  Shape record{{
      member<&Record::text>("text"),
      member<&Record::text>("old_text"),
      lenient(member<&Record::lenient_text>("lenient_text")),
      member<&Record::list>("list"),
      member<&Record::flag>("flag"),
      member<&Record::raw>("raw"),
      member<&Record::inner>("inner", inner),
      member<&Record::items>("items", item),
      member<&Record::items>("more_items", item),
  }};
};

// What was read, with what its views point into.
struct Read {
  FileBytes file;
  Arena arena;
  Record record;
  Result<void> result;

  explicit Read(std::string_view text) : file(FileBytes::copy_of(text, "f.json")) {
    static const Shapes shapes;
    result = read_object(file, shapes.record, &record, arena);
  }
};

std::vector<std::string> strings(StringList list) {
  return {list.begin(), list.end()};
}

// A span whose buffer goes on behind it, as one inside a file does.
struct Checked {
  FileBytes file;
  Result<JsonText> text;
  explicit Checked(std::string_view json) : file(FileBytes::copy_of(json, "f")), text(check({file.text()})) {}
};

}  // namespace

TEST_CASE("members go where the shape says, in any order, among others") {
  const Read read(R"( { "other": {"text": ["deep", {"text": 1}]}, "raw" : {"a": [1, 2]} , "list":["x","y"],"flag":true,
    "text":"t", "inner": {"text":"it","list":[]}, "unknown":null } )");
  REQUIRE(read.result);
  CHECK(read.record.text == "t");
  CHECK(strings(read.record.list) == std::vector<std::string>{"x", "y"});
  CHECK(read.record.flag);
  CHECK(read.record.raw.bytes == R"({"a": [1, 2]})");
  CHECK(read.record.inner.text == "it");
  CHECK(read.record.inner.list.empty());
}

TEST_CASE("a string without escapes is a view into the file, one with escapes is not") {
  const Read read(R"({"text":"plain","list":["a\"b\\c\/d\b\f\n\r\t","\u00e9\u8868\ud83d\ude00",""]})");
  REQUIRE(read.result);
  const std::string_view file = read.file.text();
  CHECK(read.record.text.data() == file.data() + file.find("plain"));
  CHECK(strings(read.record.list) == std::vector<std::string>{"a\"b\\c/d\b\f\n\r\t", "é表😀", ""});
}

TEST_CASE("lone surrogates, which Python writes, become U+FFFD") {
  const Read read(R"({"list":["\ud83d","\ude00x","\ud83d\ud83d\ude00","\ud83dA"]})");
  REQUIRE(read.result);
  CHECK(strings(read.record.list) == std::vector<std::string>{"\uFFFD", "\uFFFDx", "\uFFFD😀", "\uFFFDA"});
}

TEST_CASE("a key may be written with escapes") {
  const Read read(R"({"t\u0065xt":"t","\u0066lag":true,"l\u0069st2":["no"],"te\\xt":"no"})");
  REQUIRE(read.result);
  CHECK(read.record.text == "t");
  CHECK(read.record.flag);
  CHECK(read.record.list.empty());
}

TEST_CASE("a key that begins or ends like a known one is another key") {
  const Read read(R"({"items":[{"id":"a","name":"n"},{"id":"b","nam":"x","name2":"y","names_of_everything":"z"},
                               {"i":"no","id":"c","name":"m"},{"id2":"no","id":"d","na\"me":"no"}]})");
  REQUIRE(read.result);
  REQUIRE(read.record.items.size() == 4);
  CHECK(read.record.items[1].id == "b");
  CHECK(read.record.items[1].name.empty());
  CHECK(read.record.items[2].id == "c");
  CHECK(read.record.items[2].name == "m");
  CHECK(read.record.items[3].id == "d");
  CHECK(read.record.items[3].name.empty());
}

TEST_CASE("where a key stands twice the later one counts, null too") {
  CHECK(Read(R"({"text":"a","text":"b"})").record.text == "b");
  CHECK(Read(R"({"text":"a","text":null})").record.text.empty());
  CHECK(Read(R"({"list":["a"],"list":["b","c"]})").record.list.size() == 2);
  CHECK(Read(R"({"list":["a"],"list":null})").record.list.empty());
  CHECK(Read(R"({"raw":1,"raw":null})").record.raw.empty());
  CHECK(Read(R"({"raw":1,"raw":2})").record.raw.bytes == "2");
  CHECK(Read(R"({"text":"new","old_text":"old"})").record.text == "old");
  const Read twice(R"({"inner":{"text":"a","list":["x"]},"inner":{"text":"b"}})");
  CHECK(twice.record.inner.text == "b");
  CHECK(twice.record.inner.list.empty());
  CHECK(Read(R"({"inner":{"text":"a"},"inner":null})").record.inner.text.empty());
}

TEST_CASE("records come as a map, as an array, or as a map of arrays, in the file's order") {
  const Read map(R"({"items":{"z":{"name":"1"},"a":{"name":"2","id":"own"},"\u00e9":{}}})");
  REQUIRE(map.result);
  REQUIRE(map.record.items.size() == 3);
  CHECK(map.record.items[0].id == "z");
  CHECK(map.record.items[0].whole.bytes == R"({"name":"1"})");
  CHECK(map.record.items[1].id == "own");
  CHECK(map.record.items[2].id == "é");
  CHECK(map.record.items[2].whole.bytes == "{}");

  const Read array(R"({"items":[ {"id":"x"} , {"id":"y","other":[{"id":"no"}]} ],"more_items":{"z":{}}})");
  REQUIRE(array.result);
  REQUIRE(array.record.items.size() == 3);
  CHECK(array.record.items[1].whole.bytes == R"({"id":"y","other":[{"id":"no"}]})");
  CHECK(array.record.items[2].id == "z");

  const Read arrays(R"({"items":{"k":[{"name":"1"},{"id":"own"}],"none":[]}})");
  REQUIRE(arrays.result);
  REQUIRE(arrays.record.items.size() == 2);
  CHECK(arrays.record.items[0].id == "k");
  CHECK(arrays.record.items[1].id == "own");

  CHECK(Read(R"({"items":null})").record.items.empty());
}

TEST_CASE("a record that says nowhere what it is called is an error at its place") {
  const std::string text = R"({"items":[{"id":"a"}, {"name":"b"}]})";
  const Read read(text);
  REQUIRE_FALSE(read.result);
  CHECK(read.result.error().position.path == "$.items[1]");
  CHECK(read.result.error().position.offset == text.find(R"({"name")"));
  CHECK(read.result.error().reason == "this record has no id");
  CHECK_FALSE(Read(R"({"items":{"":{}}})").result);
  CHECK_FALSE(Read(R"({"items":{"a":{"id":""}}})").result);
  CHECK_FALSE(Read(R"({"items":{"a":{"id":null}}})").result);
}

TEST_CASE("records that stand twice are an error, since either half would be a wrong answer") {
  const std::string text = R"({"items":{"a":{}},"text":"x","items":{"b":{}}})";
  const Read read(text);
  REQUIRE_FALSE(read.result);
  CHECK(read.result.error().reason == "`items` stands twice");
  CHECK(read.result.error().position.offset == text.rfind("\"items\""));
}

TEST_CASE("a value of the wrong kind: the path, the byte of the value, what was expected and what was found") {
  struct Case {
    std::string text;
    std::string path;
    std::string at;  // the value begins here
    std::string reason;
  };
  const std::vector<Case> cases{
      {R"({"text":  12})", "$.text", "12", "expected a string, found a number"},
      {R"({"text":["a"]})", "$.text", "[", "expected a string, found an array"},
      {R"({"text":{"a":1}})", "$.text", R"({"a")", "expected a string, found an object"},
      {R"({"text":true})", "$.text", "true", "expected a string, found a boolean"},
      {R"({"list":{"a":1}})", "$.list", R"({"a")", "expected an array of strings, found an object"},
      {R"({"list":3.5})", "$.list", "3.5", "expected an array of strings, found a number"},
      {R"({"list":["a",null, 7]})", "$.list[2]", "7", "expected a string, found a number"},
      {R"({"list":["a",["b"]]})", "$.list[1]", R"(["b")", "expected a string, found an array"},
      {R"({"flag":"yes"})", "$.flag", "\"yes\"", "expected true or false, found a string"},
      {R"({"flag":1})", "$.flag", "1", "expected true or false, found a number"},
      {R"({"inner":"x"})", "$.inner", "\"x\"", "expected an object, found a string"},
      {R"({"inner":[]})", "$.inner", "[]", "expected an object, found an array"},
      {R"({"inner":{"text":1}})", "$.inner.text", "1", "expected a string, found a number"},
      {R"({"items":"x"})", "$.items", "\"x\"", "expected an object or an array, found a string"},
      {R"({"items":{"my id":5}})", "$.items[\"my id\"]", "5", "expected an object, found a number"},
      {R"({"items":{"a":null}})", "$.items.a", "null", "expected an object, found null"},
      {R"({"items":[{"id":"a"},"b"]})", "$.items[1]", "\"b\"", "expected an object, found a string"},
      {R"({"items":{"k":[{},{"name":0}]}})", "$.items.k[1].name", "0", "expected a string, found a number"},
  };
  for (const auto& [text, path, at, reason] : cases) {
    for (const std::string& mark : {std::string(), std::string("\xEF\xBB\xBF")}) {
      CAPTURE(text);
      const Read read(mark + text);
      REQUIRE_FALSE(read.result);
      const Error& error = read.result.error();
      CHECK(error.status == ExitStatus::kInput);
      CHECK(error.file == "f.json");
      CHECK(error.position.path == path);
      CHECK(error.position.offset == text.find(at) + mark.size());
      CHECK(error.reason == reason);
      CHECK_FALSE(error.next_step.empty());
    }
  }
}

TEST_CASE("a lenient member of the wrong kind counts as absent") {
  for (const std::string value : {"1", "[\"a\"]", "{\"a\":1}", "true"}) {
    CAPTURE(value);
    const Read read(R"({"lenient_text":)" + value + R"(,"text":"after"})");
    REQUIRE(read.result);
    CHECK(read.record.lenient_text.empty());
    CHECK(read.record.text == "after");
  }
}

TEST_CASE("an escape that JSON does not have is an error at its string") {
  for (const std::string bad : {R"("a\xb")", R"("\u12")", R"("\u12g4")", R"("a\'b")"}) {
    CAPTURE(bad);
    const std::string text = R"({"list":[)" + bad + "]}";
    const Read read(text);
    REQUIRE_FALSE(read.result);
    CHECK(read.result.error().position.path == "$.list[0]");
    CHECK(read.result.error().position.offset == text.find(bad) + 1);
    CHECK(read.result.error().reason == "a string holds an escape that JSON does not have");
  }
}

TEST_CASE("nesting that nobody reads may be as deep as it likes") {
  for (const std::size_t depth : {1000UL, 10000UL, 200000UL}) {
    const std::string deep = std::string(depth, '[') + std::string(depth, ']');
    const Read skipped(R"({"other":)" + deep + R"(,"text":"after"})");
    REQUIRE(skipped.result);
    CHECK(skipped.record.text == "after");
    const Read raw(R"({"raw":)" + deep + R"(,"text":"after"})");
    REQUIRE(raw.result);
    CHECK(raw.record.raw.bytes == deep);
    CHECK(raw.record.text == "after");
  }
}

// --- spans ---------------------------------------------------------------------------------------------------------

TEST_CASE("check() accepts what Python's json reads") {
  for (const std::string_view good :
       {"{}", "[]", "null", "true", "false", "0", "-0", "12", "-1.5e+10", "1E5", "\"\"", "\"a\\u00e9\"", "NaN",
        "Infinity", "-Infinity", "[NaN,{\"a\":-Infinity}]", "{\"a\":1,\"a\":2}", "[ 1 , [ ] , { } ]", "\"\\ud800\""}) {
    CAPTURE(good);
    const Checked checked(good);
    REQUIRE(checked.text);
    CHECK(checked.text->bytes() == good);
  }
  CHECK(check({})->is_null());
}

TEST_CASE("check() refuses everything else, with the byte where it begins") {
  const std::map<std::string, std::size_t> bad{
      {"nul", 0},         {"True", 0},        {"01", 0},
      {"1.", 0},          {".5", 0},          {"+1", 0},
      {"1e", 0},          {"-", 0},           {"\"a\\x\"", 0},
      {"nan", 0},         {"[1,nope]", 3},    {"{\"a\":tru}", 5},
      {"[\"\\u12\"]", 1}, {"{\"\\x\":1}", 2}, {"[1 2]", 1},
      {"{\"a\" 1}", 0},   {"[1,]", 3},        {"{\"a\":[1}", 5},
      {"[1]]", 3},        {"{\"a\":1}x", 7},  {"[\"a\" \"b\"]", 1},
      {"{1:2}", 0},       {"[1}", 2},         {"{\"a\":1]", 6},
  };
  for (const auto& [text, near] : bad) {
    CAPTURE(text);
    const Checked checked(text);
    REQUIRE_FALSE(checked.text);
    CHECK(checked.text.error().reason == "this is not JSON");
    REQUIRE(checked.text.error().position.offset);
    CHECK(*checked.text.error().position.offset <= text.size());
    CHECK(*checked.text.error().position.offset + 4 >= near);
    CHECK(*checked.text.error().position.offset <= near + 4);
  }
}

TEST_CASE("nesting that is looked into is bounded, with its own reason") {
  const auto nested = [](std::size_t depth) { return std::string(depth, '[') + std::string(depth, ']'); };
  CHECK(Checked(nested(900)).text);
  for (const std::size_t depth : {1100UL, 10000UL, 1000000UL}) {
    const Checked checked(nested(depth));
    REQUIRE_FALSE(checked.text);
    CHECK(checked.text.error().reason == "the values are nested more than 1000 deep");
  }
  std::string objects;
  for (int i = 0; i < 10000; ++i) objects += R"({"a":)";
  CHECK_FALSE(Checked(objects + "1" + std::string(10000, '}')).text);
}

TEST_CASE("accessors of a checked text") {
  const Checked checked(R"({"s":"a\nb","n":-1.50,"t":true,"x":null,"l":["a",1,null,["b"],"c\u00e9"],
                            "o":{"k":{"k":1},"\u006b2":2},"s":"last"})");
  REQUIRE(checked.text);
  const JsonText& text = *checked.text;
  CHECK(text.kind() == JsonText::Kind::kObject);
  CHECK(text.get("s")->string() == "last");
  CHECK(text.get("n")->scalar() == "-1.50");
  CHECK(text.get("n")->kind() == JsonText::Kind::kNumber);
  CHECK(text.get("t")->boolean() == true);
  CHECK(text.get("t")->scalar() == "True");
  CHECK(text.get("x")->is_null());
  CHECK(text.get("x")->scalar() == "None");
  CHECK(text.get("x")->string() == std::nullopt);
  CHECK(text.get("nowhere") == std::nullopt);
  CHECK(text.get("s")->get("s") == std::nullopt);
  CHECK(text.get("l")->items().size() == 5);
  CHECK(text.get("l")->items()[3].bytes() == R"(["b"])");
  CHECK(text.get("l")->strings() == std::vector<std::string>{"a", "cé"});
  CHECK(text.get("s")->strings() == std::vector<std::string>{"last"});
  CHECK(text.get("o")->get("k")->bytes() == R"({"k":1})");
  CHECK(text.get("o")->get("k2")->scalar() == "2");
  CHECK(text.get("o")->strings().empty());
  const auto members = text.members();
  REQUIRE(members.size() == 7);
  CHECK(members[0].first == "s");
  CHECK(members[0].second.string() == "a\nb");
  CHECK(members[5].second.members()[1].first == "k2");
  CHECK(text.items().empty());
}

TEST_CASE("a span in the middle of a file ends where it ends") {
  const Read read(R"({"raw":[1,{"a":"b"}],"text":"x","list":["y"]})");
  const auto text = check(read.record.raw);
  REQUIRE(text);
  CHECK(text->items().size() == 2);
  CHECK(text->items()[1].get("a")->string() == "b");
  CHECK(text->items()[1].members().size() == 1);
}

TEST_CASE("a member of a span is found in one walk, where all of the span is JSON") {
  const auto member = [](std::string_view json, std::string_view key) -> std::string {
    const FileBytes file = FileBytes::copy_of(json, "f");
    const auto found = checked_member({file.text()}, key);
    return found ? std::string(found->bytes()) : "-";
  };
  CHECK(member(R"({"a": 1, "b" : {"a": [2, "}"], "c": "]"} , "c": [{"a": 3}], "d": "x" })", "a") == "1");
  CHECK(member(R"({"a": 1, "b" : {"a": [2, "}"], "c": "]"} , "c": [{"a": 3}] })", "b") ==
        R"({"a": [2, "}"], "c": "]"})");
  CHECK(member(R"({"c": [{"a": 3}, "\"]"] , "a": 4})", "c") == R"([{"a": 3}, "\"]"])");
  CHECK(member(R"({"a": 1, "a": null, "\u0061": true})", "a") == "true");
  CHECK(member(R"({"a": null})", "a") == "null");
  CHECK(member(R"({"b": 1})", "a") == "-");
  CHECK(member(R"({"a": 1, "b": nothing})", "a") == "-");
  CHECK(member(R"({"a": "\x"})", "b") == "-");
  CHECK(member(R"({"a": 1)", "a") == "-");
  CHECK(member(R"(["a"])", "a") == "-");
  CHECK(member("", "a") == "-");
}

TEST_CASE("escapes are judged as they are read") {
  for (const std::string_view text : {R"(a\nb)", R"(\u00e9\ud83d)", R"(\")", R"(\\)", "", "plain", R"(\x)", R"(a\)",
                                      R"(\u12)", R"(\u12g4)", R"(\\\)", R"(\ud83d\u12)"}) {
    CAPTURE(text);
    CHECK(has_good_escapes(text) == unescaped(text).has_value());
  }
}
