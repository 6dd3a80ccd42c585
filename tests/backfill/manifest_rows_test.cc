// Rows of a manifest table in every shape that clients print them in, and what is no such table.
#include "backfill/manifest_rows.h"

#include <doctest/doctest.h>
#include <filesystem>
#include <string>

#include "support/support.h"

using namespace plowline;

namespace {

Result<std::vector<ManifestRow>> rows_of(std::string_view text) {
  return read_manifest_rows(FileBytes::copy_of(text, "rows"));
}

// `a=2026-07-03 22:28:54.482 b=…`, or the error's text.
std::string shown(std::string_view text) {
  const auto rows = rows_of(text);
  if (!rows) return to_text(rows.error());
  std::string out;
  for (const ManifestRow& row : *rows) {
    if (!out.empty()) out += ' ';
    out += row.model + "=" + to_text(row.last_success);
  }
  return out;
}

constexpr const char* kTwo = "a=2026-07-03 22:28:54.482 b=2026-07-04 00:00:00";

bool contains(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

}  // namespace

TEST_CASE("CSV: delimiters, quotes, line ends, byte order marks, other columns, other case") {
  CHECK(shown("model,last_success\na,2026-07-03 22:28:54.482\nb,2026-07-04 00:00:00\n") == kTwo);
  CHECK(shown("model;last_success\r\na;2026-07-03 22:28:54.482\r\nb;2026-07-04\r\n") == kTwo);
  CHECK(shown("LAST_SUCCESS\tMODEL\tx\n2026-07-03T22:28:54.482Z\ta\t\n2026-07-04 00:00:00\tb\t1") == kTwo);
  CHECK(shown("\xEF\xBB\xBF\"MODEL\",\"n\",\"LAST_SUCCESS\"\n\"a\",\"1\n2\",\"2026-07-03 22:28:54.482 UTC\"\n"
              "\"b\",\"say \"\"hi\"\", you\",\"2026-07-04 00:00:00+00\"\n") == kTwo);
  CHECK(shown("model,last_success\n") == "");
  CHECK(shown("model,last_success\na,2026-07-03\na,2026-07-03\n") == "a=2026-07-03 00:00:00 a=2026-07-03 00:00:00");
  std::string utf16 = "\xFF\xFE";
  for (const char c : std::string_view("model,last_success\r\na,2026-07-03\r\n")) {
    utf16 += c;
    utf16 += '\0';
  }
  CHECK(shown(utf16) == "a=2026-07-03 00:00:00");
}

TEST_CASE("timestamps keep their precision and their offset") {
  CHECK(shown("model,last_success\na,2026-07-03 22:28:54.482123\n") == "a=2026-07-03 22:28:54.482123");
  CHECK(shown("model,last_success\na,2026-07-03 22:28:54.482123999\n") == "a=2026-07-03 22:28:54.482123");
  CHECK(shown("model,last_success\na,2026-07-03 22:28:54.482 +0200\n") == "a=2026-07-03 20:28:54.482");
  CHECK(shown("model,last_success\na,2026-07-03T22:28:54-03:30\n") == "a=2026-07-04 01:58:54");
  CHECK(shown("model,last_success\na,2026-07-03 22:28:54 Z\n") == "a=2026-07-03 22:28:54");
}

TEST_CASE("JSON: lists, one object per line, dbt show with its log around it, log events") {
  constexpr std::string_view kList =
      R"([{"model": "a", "last_success": "2026-07-03T22:28:54.482000"}, {"last_success": "2026-07-04T00:00:00", "model": "b", "n": null}])";
  CHECK(shown(kList) == kTwo);
  CHECK(shown("[]") == "");
  CHECK(shown("{\"show\": []}") == "");
  CHECK(shown("{\"MODEL\":\"a\",\"LAST_SUCCESS\":\"2026-07-03 22:28:54.482\"}\n"
              "{\"MODEL\":\"b\",\"LAST_SUCCESS\":\"2026-07-04 00:00:00 UTC\"}\n") == kTwo);
  CHECK(shown(R"([{"model": "a", "last_success": {"value": "2026-07-03T22:28:54.482Z"}}])") ==
        "a=2026-07-03 22:28:54.482");
  const std::string show =
      "\x1B[0m02:11:02  Running with dbt=1.11.14\n"
      "\x1B[0m02:11:03  [\x1B[33mWARNING\x1B[0m]: Configuration paths exist, which [x]\n"
      "There are 1 unused\n"
      "\x1B[0m02:11:04  {\n  \"node\": \"inline_query\",\n  \"show\": " +
      std::string(kList) + "\n}\n";
  CHECK(shown(show) == kTwo);
  CHECK(shown("02:11:04.123456 [info ] [MainThread]: {\n  \"show\": " + std::string(kList) + "\n}\n") == kTwo);
  const std::string event =
      R"({"info": {"name": "MainReportVersion", "code": "A001", "level": "info", "msg": "Running with dbt=1.11.14"}, "data": {}})"
      "\n"
      R"({"info": {"name": "ShowNode", "code": "Q041", "level": "info", "msg": "x"}, "data": {"output_format": "json", "preview": "[{\"model\": \"a\", \"last_success\": \"2026-07-03T22:28:54.482\"}, {\"model\": \"b\", \"last_success\": \"2026-07-04T00:00:00\"}]"}})"
      "\n";
  CHECK(shown(event) == kTwo);
}

TEST_CASE("drawn tables: psql, dbt show, snowsql") {
  CHECK(shown(" model |      last_success       \n-------+-------------------------\n"
              " a     | 2026-07-03 22:28:54.482\n b     | 2026-07-04 00:00:00\n(2 rows)\n\n") == kTwo);
  CHECK(shown("model|last_success\na|2026-07-03 22:28:54.482\nb|2026-07-04 00:00:00\n(2 rows)\n") == kTwo);
  CHECK(
      shown("02:11:04  Previewing inline node:\n| model |            last_success |\n| ----- | -------------------- |\n"
            "| a     | 2026-07-03 22:28:54.482 |\n| b     | 2026-07-04 00:00:00 |\n\n02:11:05  Done.\n") == kTwo);
  CHECK(shown("+-------+-------------------------+\n| MODEL | LAST_SUCCESS            "
              "|\n|-------+-------------------------|\n"
              "| a     | 2026-07-03 22:28:54.482 |\n| b     | 2026-07-04 00:00:00.000 |\n"
              "+-------+-------------------------+\n2 Row(s) produced.\n") == kTwo);
  CHECK(shown("┌───────┬──────────────┐\n│ model │ last_success │\n├───────┼──────────────┤\n"
              "│ a     │ 2026-07-03   │\n└───────┴──────────────┘\n(1 row)\n") == "a=2026-07-03 00:00:00");
}

TEST_CASE("names and timestamps that dbt show cut off are not taken for whole ones") {
  const std::string text = shown(
      "| model                | last_success         |\n| -------------------- | ------ |\n"
      "| snowplow_unified_... | 2026-07-03 22:28:... |\n");
  CHECK(contains(text, "rows:3:1: the model's name is cut off: `snowplow_unified_...`"));
  CHECK(contains(text, "--output json"));
  CHECK(contains(shown("| model | last_success         |\n| a | 2026-07-03 22:28:... |\n"),
                 "rows:2:1: last_success is cut off"));
}

TEST_CASE("what is no table of rows is an error that says what it is") {
  CHECK(contains(shown("name,last_success\na,2026-07-03\n"),
                 "rows: no columns model and last_success: there are name, last_success"));
  CHECK(contains(shown("[{\"model\": \"a\", \"ts\": \"2026-07-03\"}]"), "there are model, ts"));
  CHECK(contains(shown(""), "it is empty"));
  CHECK(contains(shown("\n \n"), "it is empty"));
  CHECK(contains(shown("\x01\x02\xFF\xFE\x80"), "no "));
  CHECK(contains(shown("# ERROR:  relation \"s.m\" does not exist\n"),
                 "rows:1:1: the table does not exist, or cannot be read: # ERROR:  relation \"s.m\" does not exist"));
  CHECK(contains(
      shown(
          R"({"info": {"name": "RunResultError", "code": "Z024", "level": "error", "msg": "Database Error no such table"}, "data": {}})"),
      "dbt says: Database Error no such table"));
  CHECK(contains(shown("model,last_success\na,2026-07-03\nb\n"), "rows:3:1: the row has 1 cell, the header has 2"));
  CHECK(contains(shown("model,last_success\na,yesterday\n"), "rows:2:1: last_success is no timestamp: `yesterday`"));
  CHECK(contains(shown("model,last_success\na,\n"), "rows:2:1: last_success is empty"));
  CHECK(contains(shown("model,last_success\n,2026-07-03\n"), "rows:2:1: model is empty"));
  CHECK(contains(shown("model,last_success\n\"a,2026-07-03\n"), "rows:2:1: a quote opens here"));
  CHECK(contains(shown("[{\"model\": \"a\",\n \"last_success\": \"2026"),
                 "rows:1:1: the JSON that begins here is damaged"));
  CHECK(contains(shown("[\n{\"model\": \"a\", \"last_success\": \"2026-07-03\"},\n{\"model\": \"b\"}\n]"),
                 "rows:3:1: the row lacks a column"));
  CHECK(contains(shown("[{\"model\": \"a\", \"last_success\": \"2026-07-03\"}]\n[]\n"),
                 "rows:2:1: a second list of rows"));
  CHECK(contains(shown("[{\"model\": \"a\", \"last_success\": 1783117734482}]"), "is no timestamp: `1783117734482`"));
  CHECK(rows_of("model,last_success\na,x\n").error().status == ExitStatus::kInput);
}

TEST_CASE("brackets that do not match are damage, whatever follows them") {
  for (const std::string_view text :
       {R"(["X1", "level": "info", "a"}, "args": {"b": 1}})", R"([{"model": "a"], {"b": [1, 2}])",
        R"({"show": [1}, 2])", R"([1}, "model": 1, "last_success": 2)", "[[[[}", "]", "}{"}) {
    INFO(std::string(text));
    CHECK(!rows_of(text));
    CHECK(!rows_of("10:00:00  " + std::string(text) + "\n" + std::string(text)));
  }
}

TEST_CASE("control characters of a file do not reach the terminal") {
  const std::string text = shown("model,last_success\na,\x07nonsense\xC2\x9B\n");
  CHECK(text.find('\x07') == std::string::npos);
  CHECK(contains(shown("[{\"model\": \"a\", \"last_success\": \"\\u001b[2J\"}]"), "\\x1b"));
}

TEST_CASE("a text of brackets, or of open quotes, costs no more than its length") {
  std::string brackets;
  for (int i = 0; i < 200'000; ++i) brackets += "[\n";
  CHECK(!rows_of(brackets));
  std::string quotes = "model,last_success\n";
  for (int i = 0; i < 200'000; ++i) quotes += "\"\n";
  CHECK(!rows_of(quotes));
  std::string objects;
  for (int i = 0; i < 100'000; ++i) objects += "{\"a\":\n";
  CHECK(!rows_of(objects));
}

TEST_CASE("limits: one row, two columns") {
  const auto limits = read_limits_row(
      FileBytes::copy_of("lower_limit,upper_limit\n2026-10-31 12:51:56.482,2026-11-21 02:07:36.628489\n", "limits"));
  REQUIRE(limits);
  CHECK(to_text(limits->lower_limit) == "2026-10-31 12:51:56.482");
  CHECK(to_text(limits->upper_limit) == "2026-11-21 02:07:36.628489");
  const auto error = [](std::string_view text) {
    const auto read = read_limits_row(FileBytes::copy_of(text, "limits"));
    return read ? "fine" : to_text(read.error());
  };
  CHECK(contains(error("lower_limit,upper_limit\n"), "the limits table has no row"));
  CHECK(contains(error("lower_limit,upper_limit\n2026-01-01,2026-01-02\n2026-01-01,2026-01-02\n"),
                 "limits:3:1: a limits table has one row, this has 2"));
  CHECK(contains(error("model,last_success\na,2026-01-01\n"), "there are model, last_success"));
}

TEST_CASE("every recorded manifest and limits table reads") {
  const std::filesystem::path folder = testing::shared_or_skip("recorded Snowplow runs") / "corpus/snowplow_logs";
  if (!std::filesystem::is_directory(folder)) return;
  int read = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    const std::string name = entry.path().filename().string();
    if (!name.ends_with(".manifest.csv") && !name.ends_with(".limits.csv")) continue;
    const auto file = FileBytes::read(entry.path());
    REQUIRE(file);
    const std::string error = name.ends_with(".limits.csv") ? [&] {
      const auto row = read_limits_row(*file);
      return row ? "" : to_text(row.error());
    }()
                                                            : [&] {
                                                                const auto rows = read_manifest_rows(*file);
                                                                return rows ? "" : to_text(rows.error());
                                                              }();
    const bool missing = file->text().starts_with("# ERROR:");
    INFO(entry.path().string(), ": ", error);
    CHECK(contains(error, "does not exist") == missing);
    CHECK(error.empty() == !missing);
    ++read;
  }
  CHECK(read > 100);
}
