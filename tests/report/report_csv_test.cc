#include "report/report_csv.h"

#include <nlohmann/json.hpp>

#include "output/csv_cell.h"
#include "reports.h"

namespace plowline::testing {
namespace {

using Json = nlohmann::json;

// As Python's csv module reads it, which follows RFC 4180 in strict mode.
Json parsed(const std::string& csv) {
  return Json::parse(python(R"(
import csv, io, json, sys
csv.field_size_limit(10**7)
text = sys.stdin.buffer.read().decode("utf-8")
print(json.dumps(list(csv.reader(io.StringIO(text, newline=""), strict=True)))))",
                            csv));
}

}  // namespace

TEST_CASE("csv: a header and a record per node, tests too") {
  const Json rows = parsed(report_csv(small_selection()));
  REQUIRE(rows.size() == 6);
  Json orders;
  for (std::size_t i = 0; i < rows[0].size(); ++i) orders[rows[0][i].get<std::string>()] = rows[3][i];
  CHECK(orders["unique_id"] == "model.shop.orders");
  CHECK(orders["tags"] == "nightly; snowplow_unified_incremental");
  CHECK(orders["reasons"] == "'+orders: upstream of orders");  // a formula otherwise
  CHECK(orders["first_run_from"] == "2020-01-01 00:00:00");
  CHECK(orders["first_run_to"] == "2020-01-31 00:00:00");
  CHECK(orders["state"] == "new");
  CHECK(orders["errors"] == "1");
  CHECK(orders["warnings"] == "0");
  CHECK(orders["tests"] == "1");
  CHECK(orders["downstream_models"] == "2");
  CHECK(rows[2][17] == "body: raw_code; contract; macro: macro.shop.cents");
}

TEST_CASE("csv: records end with CR LF and nothing else holds a line end") {
  const std::string csv = report_csv(hostile_selection());
  std::size_t lines = 0;
  std::size_t lone = 0;  // line ends of another kind
  for (std::size_t i = 0; i < csv.size(); ++i) {
    if (csv[i] == '\r' && csv[i + 1] != '\n') ++lone;
    if (csv[i] == '\n') ++(csv[i - 1] == '\r' ? lines : lone);
  }
  CHECK(lone == 0);
  CHECK(lines == hostile_words().size() + 1);
}

TEST_CASE("csv: no name becomes a formula, a cell too many, or a lost cell") {
  const Json rows = parsed(report_csv(hostile_selection()));
  REQUIRE(rows.size() == hostile_words().size() + 1);
  for (std::size_t i = 1; i < rows.size(); ++i) {
    CAPTURE(rows[i][0]);
    CHECK(rows[i].size() == rows[0].size());
    const std::string name = rows[i][1];
    const std::string shown = printable(hostile_words()[i - 1]);
    CHECK((name == shown || name == "'" + shown));
    for (const Json& cell : rows[i]) {
      const std::string text = cell;
      CHECK((text.empty() || std::string_view("=+-@\t\r\n").find(text.front()) == std::string_view::npos));
      CHECK(!text.starts_with("\xEF\xBC\x9D"));
    }
  }
}

TEST_CASE("csv: cells") {
  CHECK(csv_cell("a\"b") == "\"a\"\"b\"");
  CHECK(csv_cell("=1") == "\"'=1\"");
  CHECK(csv_cell("\tx") == "\"'\\tx\"");
  CHECK(csv_cell("1-1") == "\"1-1\"");
  CHECK(csv_cell(std::string(100'000, 'x')).size() < 32'100);
}

}  // namespace plowline::testing
