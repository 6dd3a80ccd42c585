// The three formats of a query's result.
#include "query/query_output.h"

#include <nlohmann/json.hpp>

#include "query_project.h"
#include "support/json_schema.h"
#include "support/support.h"

using namespace plowline;
using namespace plowline::testing;
using Json = nlohmann::json;

namespace {

const QueryResult kHostile{
    .columns = {"name", "n", "name", "name_2", "bad\x1b[0m\xff"},
    .rows = {{std::string("=cmd|' /C calc'!A0"), std::int64_t{-5}, std::string("a\nb"), std::monostate(), 1.5},
             {std::string("\x1b[2J\u202Eevil"), std::int64_t{12345}, std::string("x\"y,z"),
              QueryBlob{std::string("\x00\xff", 2)}, 0.1},
             {std::string("\xff\xfe"), std::monostate(), std::string("日本"), std::string(), std::monostate()}}};

}  // namespace

TEST_CASE("text: a row is a line, whatever it holds") {
  CHECK(query_text(kHostile) ==
        "name                         n  name   name_2  bad\\x1b[0m\\xff\n"
        "-----------------------  -----  -----  ------  --------------\n"
        "=cmd|' /C calc'!A0          -5  a\\nb                      1.5\n"
        "\\x1b[2J\\xe2\\x80\\xaeevil  12345  x\"y,z  00ff               0.1\n"
        "\\xff\\xfe                        日本\n");
}

TEST_CASE("text of no row is the header alone") {
  CHECK(query_text({.columns = {"a", "bc"}}) == "a  bc\n-  --\n");
  CHECK(query_csv({.columns = {"a", "bc"}}) == "\"a\",\"bc\"\r\n");
  CHECK(Json::parse(query_json({.columns = {"a"}}, {}))["rows"].empty());
}

TEST_CASE("CSV: as Python's strict reader has it, and no formula in it") {
  const std::string csv = query_csv(kHostile);
  const Ran ran = run({"python3", "-c",
                       "import csv, io, json, sys\ntext = sys.stdin.buffer.read().decode('utf-8')\n"
                       "print(json.dumps(list(csv.reader(io.StringIO(text, newline=''), strict=True))))"},
                      {.directory = {}, .environment = {}, .input = csv});
  REQUIRE_MESSAGE(ran.status == 0, ran.err);
  const Json rows = Json::parse(ran.out);
  REQUIRE(rows.size() == 4);
  CHECK(rows[1] == Json({"'=cmd|' /C calc'!A0", "-5", "a\\nb", "", "1.5"}));
  CHECK(rows[2][0] == "\\x1b[2J\\xe2\\x80\\xaeevil");
  CHECK(rows[2][2] == "x\"y,z");
  CHECK(rows[3] == Json({"\\xff\\xfe", "", "日本", "", ""}));
  CHECK(csv.find("\"\"\r\n") == std::string::npos);
}

TEST_CASE("JSON: what its schema says, with a member for every column") {
  const std::string text =
      query_json(kHostile, {{.code = "query-truncated", .message = "m", .next_step = "", .detail = {}}});
  CHECK(schema_complaints("query.schema.json", text) == "");
  const Json document = Json::parse(text);
  CHECK(document["columns"].size() == 5);
  CHECK(document["columns"][2] == "name_3");
  CHECK(document["rows"][0]["name"] == "=cmd|' /C calc'!A0");
  CHECK(document["rows"][0]["name_3"] == "a\nb");
  CHECK(document["rows"][0]["name_2"] == nullptr);
  CHECK(document["rows"][1]["name_2"] == "00ff");
  CHECK(document["rows"][2]["n"] == nullptr);
  CHECK(document["truncated"] == false);
}

TEST_CASE("JSON: the schema is not too loose") {
  const QueryProject project(kShop);
  const auto result = project.run("select 'a' as a, 1 as b", {});
  REQUIRE(result);
  // A row is free in what it has, and a value may be a number in a text's place.
  const std::string gaps = schema_gaps("query.schema.json", query_json(*result, {}));
  CHECK(gaps ==
        "['rows', 0] another member\n['rows', 0, 'a'] wrong type\n['rows', 0, 'a'] missing\n['rows', 0, 'b'] wrong "
        "type\n['rows', 0, 'b'] missing\n");
}
