#include "artifact/ls_text.h"

#include <doctest/doctest.h>
#include <filesystem>
#include <fmt/format.h>
#include <string>
#include <string_view>
#include <vector>

#include "artifact/ls_models.h"
#include "support/support.h"

using namespace plowline;
namespace fs = std::filesystem;

namespace {

LsText read(std::string_view text) {
  return read_ls_text(FileBytes::copy_of(text, "ls.txt"));
}

LsText read_file(const fs::path& file) {
  return read_ls_text(FileBytes::read(file).value());
}

std::vector<std::string> rows_of(const LsText& text) {
  std::vector<std::string> rows;
  for (const LsRow& row : text.rows()) {
    rows.emplace_back(row.json && !row.json->get("unique_id").empty() ? row.json->get("unique_id") : row.token.text);
  }
  return rows;
}

std::vector<std::string> rows_of(std::string_view text) {
  return rows_of(read(text));
}

using Rows = std::vector<std::string>;

std::string failure_of(std::string_view text) {
  const LsText read_text = read(text);
  return read_text.failure() ? to_text(*read_text.failure()) : "";
}

// The names that the text proves, or the error.
std::string certain(const LsText& text) {
  const auto names = certain_models(text);
  if (!names) return to_text(names.error());
  std::string out;
  for (const CertainName& name : *names)
    out += fmt::format("{}{}{}", out.empty() ? "" : " ", name.name, name.is_model ? "!" : "");
  return out;
}

std::string certain(std::string_view text) {
  return certain(read(text));
}

bool contains(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

constexpr std::string_view kHeader =
    "\x1B[0m02:11:02  Running with dbt=1.11.14\n"
    "\x1B[0m02:11:03  Registered adapter: postgres=1.11.0\n"
    "\x1B[0m02:11:12  Found 13 models, 27 data tests, 1 saved query, 3 unit tests\n";

fs::path captures() {
  const fs::path shared = testing::shared_or_skip("real captures of dbt ls");
  return shared.empty() ? shared : shared / "corpus" / "ls";
}

}  // namespace

TEST_CASE("noisy captures of dbt 1.11 hold the rows of the quiet one") {
  const fs::path folder = captures();
  if (folder.empty()) return;
  struct Pair {
    std::string quiet;
    std::vector<std::string> noisy;
  };
  std::vector<Pair> pairs{
      {"quiet_name",
       {"flags_after_subcommand_quiet", "cold_quiet", "quiet_logjson", "log_level_warn", "log_level_debug",
        "debug_format", "use_colors", "env_quiet", "cold_logjson_warnings"}},
      {"partial_no_match_quiet",
       {"partial_no_match", "debug_flag", "env_log_format", "env_no_color", "show_all_deprecations"}},
      {"state_modified_quiet", {"state_modified"}},
      {"big_default_selector_quiet", {"big_default_selector"}}};
  for (const std::string output : {"selector", "name", "path", "json"}) {
    Pair pair{"quiet_" + output, {}};
    for (const std::string how : {"default_", "nocolors_", "logjson_", "cold_warnings_", "cold_warnings_nocolors_"}) {
      pair.noisy.push_back(how + output);
    }
    pairs.push_back(pair);
  }
  for (const Pair& pair : pairs) {
    for (const std::string stream : {".both.txt", ".stdout.txt"}) {
      const Rows expected = rows_of(read_file(folder / "dbt_1_11" / (pair.quiet + stream)));
      REQUIRE(expected.size() > 9);
      for (const std::string& name : pair.noisy) {
        CAPTURE(name);
        CHECK(rows_of(read_file(folder / "dbt_1_11" / (name + stream))) == expected);
      }
    }
  }
}

TEST_CASE("captures of a dbt that failed are errors with dbt's reason") {
  const fs::path folder = captures();
  if (folder.empty()) return;
  const std::vector<std::pair<std::string, std::string>> cases{
      {"invalid_method", "dbt failed: Runtime Error 'bogus' is not a valid method name"},
      {"invalid_method_quiet", "dbt failed: Runtime Error 'bogus' is not a valid method name"},
      {"invalid_method_logjson", "dbt failed: Encountered an error: Runtime Error   'bogus' is not a valid"},
      {"invalid_spec", "Invalid node spec @orders+"},
      {"state_missing", "Got a state selector method, but no comparison manifest"},
      {"usage_error", "dbt failed: Error: Invalid value for '--resource-types'"},
      {"unknown_option", "dbt failed: Error: No such option: --nope"},
      {"missing_selector", "Could not find selector named nope"},
      {"warn_error_no_nodes", "The selection criterion 'nope' does not match any enabled nodes"},
      {"warn_error_options", "The selection criterion 'nope' does not match any enabled nodes"}};
  for (const auto& [name, reason] : cases) {
    CAPTURE(name);
    const LsText text = read_file(folder / "dbt_1_11" / (name + ".both.txt"));
    REQUIRE(text.failure());
    CAPTURE(to_text(*text.failure()));
    CHECK(contains(text.failure()->reason, reason));
    CHECK(text.failure()->position.line > 0);
    CHECK_FALSE(certain_models(text));
  }
  const LsText tuva = read_file(folder / "public_projects" / "tuva_ls_error.stdout");
  REQUIRE(tuva.failure());
  CHECK(contains(tuva.failure()->reason, "depends on a node named 'does_not_exist_zz' which was not found"));
}

TEST_CASE("nothing selected, and nothing there") {
  const fs::path folder = captures();
  if (folder.empty()) return;
  for (const std::string name : {"no_nodes", "no_nodes_logjson", "project_dir_flag", "target_prod", "vars_change"}) {
    CAPTURE(name);
    const LsText text = read_file(folder / "dbt_1_11" / (name + ".both.txt"));
    CHECK(text.nothing_selected());
    CHECK(text.rows().empty());
    CHECK(text.unmatched().size() == 1);
    CHECK(certain(text).empty());
  }
  for (const std::string name : {"log_level_none", "no_nodes_quiet", "parse", "parse_quiet", "version"}) {
    CAPTURE(name);
    CHECK_FALSE(certain_models(read_file(folder / "dbt_1_11" / (name + ".both.txt"))));
  }
  CHECK(contains(certain(""), "ls.txt: the text is empty"));
  CHECK(contains(certain("02:11:02  Running with dbt=1.11.14\n"), "none of the 1 lines is a row"));
}

TEST_CASE("every real capture reads, and its JSON rows name models") {
  const fs::path folder = captures();
  if (folder.empty()) return;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    if (!entry.is_regular_file() || entry.path().extension() == ".md") continue;
    CAPTURE(entry.path());
    (void)certain_models(read_file(entry.path()));
  }
  CHECK(certain(read_file(folder / "committed" / "cosmos_sample_dbt_ls.txt")) ==
        "stg_customers! stg_orders! stg_payments!");
  CHECK(certain(read_file(folder / "dbt_1_11" / "json_output_keys.both.txt")) ==
        "order_items! orders! stg_order_items! stg_orders! stg_products! stg_supplies!");
  CHECK(certain_models(read_file(folder / "public_projects" / "cerebro_ls_json.stdout")).value().size() == 1246);
}

TEST_CASE("what is proof without a manifest") {
  const std::string header(kHeader);
  SUBCASE("rows behind dbt's Found line") {
    CHECK(certain(header + "orders\nnot_null_orders_id\norders\n") == "orders not_null_orders_id");
    CHECK(contains(certain("orders\nnot_null_orders_id\n"), "ls.txt:1:1: `orders`: this can be a name, or a word"));
    CHECK(contains(certain("orders\nnot_null_orders_id\n"), "--manifest"));
    CHECK(contains(certain(header + "02:11:13  [WARNING]: Breaking change\nin x and y\norders\n"),
                   "ls.txt:6:1: `orders`: this can be a name, or a word"));
    CHECK(contains(certain(header + "raw.orders\norders\n"), "ls.txt:4:1: `raw.orders`: this can be a table"));
    CHECK(contains(certain(header + "orders\nall done now\n"), "ls.txt:5:1: `all done now`"));
    CHECK(contains(certain(header + "orders,\nitems\n"), "neither a line of dbt's log nor a row"));
  }
  SUBCASE("selectors") {
    CHECK(certain("shop.staging.stg_orders\nsource:shop.raw.orders\nshop.my_model\n") == "stg_orders my_model");
    CHECK(contains(certain("raw.orders\nraw.items\n"), "ls.txt:1:1"));
    CHECK(contains(certain("shop.staging.stg_orders\nshop.core.customers.v2\n"), "ls.txt:2:1"));
    CHECK(contains(certain("Hello!\nshop.staging.stg_orders\n"), "ls.txt:1:1: `Hello!`"));
  }
  SUBCASE("JSON rows") {
    CHECK(certain(R"({"name": "orders", "resource_type": "model"})"
                  "\n"
                  R"({"name": "orders", "resource_type": "metric"})") == "orders!");
    CHECK(certain(R"({"unique_id": "model.shop.orders"})") == "orders!");
    CHECK(contains(certain(R"({"unique_id": "model.shop.customers.v2"})"), "ls.txt:1:1"));
    CHECK(certain(R"({"name": "customers", "unique_id": "model.shop.customers.v2"})") == "customers!");
    CHECK(contains(certain(R"({"name": "orders", "config.materialized": "view"})"), "neither `unique_id` nor"));
    CHECK(contains(certain("{}"), "ls.txt:1:1: `{}`"));
  }
  SUBCASE("paths never are") {
    CHECK(contains(certain(header + "models/orders.sql\n"), "a path does not say"));
  }
  SUBCASE("events") {
    const std::string found = R"({"data": {}, "info": {"code": "W006", "msg": "Found 1 model", "name": "FoundStats"}})";
    const std::string print =
        R"({"data": {"msg": "orders"}, "info": {"code": "Z052", "msg": "orders", "name": "PrintEvent"}})";
    const std::string list =
        R"({"data": {"msg": "orders"}, "info": {"code": "Z049", "msg": "orders", "name": "ListCmdOut"}})";
    CHECK(certain(found + "\n" + print) == "orders");
    CHECK(certain(list) == "orders");
    CHECK(contains(certain(print), "`orders`: this can be a name, or a word"));
    CHECK(contains(certain(print + "\n" + found), "none of the"));
  }
}

TEST_CASE("what macros print while dbt parses is no row") {
  CHECK(rows_of("02:11:02  Running with dbt=1.11.14\norders\nhello world\n02:11:12  Found 2 models, 1 test\nitems\n") ==
        Rows{"items"});
  const LsText text = read("orders\n02:11:12  Found 2 models, 1 test\nitems\n");
  REQUIRE(text.before_listing().size() == 1);
  CHECK(text.before_listing()[0].text == "orders");
  CHECK(text.before_listing()[0].line == 1);
  CHECK(rows_of("02:11:02  orders\n02:11:12  Found 2 models\nitems\n02:11:13  orders\n") == Rows{"items"});
  CHECK(rows_of("{\n  \"a\": 1\n}\nError: of a macro\n02:11:12  Found 2 models\nitems\n") == Rows{"items"});
  CHECK_FALSE(read("{\n  \"a\": 1\n}\nError: of a macro\n02:11:12  Found 2 models\nitems\n").failure());
}

TEST_CASE("two invocations in one file") {
  const std::string one = std::string(kHeader) + "orders\n";
  CHECK(rows_of(one + std::string(kHeader) + "items\n") == Rows{"orders", "items"});
  CHECK(
      contains(failure_of("02:11:02  Running with dbt=1.11.14\n02:11:03  Encountered an error:\nRuntime Error\n" + one),
               "ls.txt:2:1: this is no listing: dbt failed: Runtime Error"));
}

TEST_CASE("the text of a warning is no row, the list behind it is") {
  const std::string warning =
      "07:01:02  [WARNING]: Deprecated\nfunctionality\nThe `x` of 'orders' is old, see\norders\nand what "
      "its\nparsing.\n";
  CHECK(rows_of(warning + "a\nb\nc\nd\ne\n") == Rows{"a", "b", "c", "d", "e"});
  CHECK(rows_of(warning + "\na\n\n") == Rows{"a"});
  CHECK(rows_of(warning + "a\n07:01:03  done\n") == Rows{"a"});
  const LsText text = read(warning + "a\n");
  REQUIRE(text.in_messages().size() == 2);
  CHECK(text.in_messages()[1].text == "orders");
  CHECK(text.in_messages()[1].line == 4);
  CHECK(rows_of(std::string(kHeader) +
                "orders\n02:11:13  [WARNING][DeprecationsSummary]: Deprecated functionality\nSummary of encountered "
                "deprecations:\n- X: 1 occurrence\nparsing\n") == Rows{"orders"});
}

TEST_CASE("shapes of dbt 1.0 to 1.4") {
  CHECK(rows_of(
            "\x1B[0m14:26:04  [\x1B[33mWARNING\x1B[0m]: Configuration paths exist in your dbt_project.yml file which "
            "do not apply to any resources.\nThere are 1 unused configuration paths:\n- models.x\n\norders\nitems\n") ==
        Rows{"orders", "items"});
  CHECK(rows_of(R"({"code": "E034", "data": {}, "invocation_id": "x", "level": "info", "log_version": 2, )"
                R"("msg": "Running with dbt=1.2.0", "type": "log_line"})"
                "\norders\n") == Rows{"orders"});
  CHECK(rows_of(R"({"code": "Z052", "data": {"msg": "orders"}, "level": "info", "msg": "orders"})") == Rows{"orders"});
  CHECK(rows_of(R"({"code": "Z050", "data": {"msg": "orders"}, "level": "info", "msg": "orders"})").empty());
  CHECK(contains(
      failure_of(R"({"code": "Z002", "data": {}, "level": "error", "msg": "Encountered an error:\nno profile"})"),
      "Encountered an error: no profile"));
  CHECK(contains(
      failure_of("usage: dbt [-h] [--version]\n           [--debug]\ndbt: error: unrecognized arguments: --nope\n"),
      "dbt failed: dbt: error: unrecognized arguments: --nope"));
  CHECK(contains(failure_of("Traceback (most recent call last):\n  File \"/x.py\", line 1\nKeyError: 'x'\n"),
                 "dbt failed: KeyError: 'x'"));
}

TEST_CASE("shapes of dbt 2") {
  const std::string text =
      "dbt-fusion 2.0.0-preview.100\n   Loading ~/.dbt/profiles.yml\norders\n\x1B[2m=======Selected "
      "nodes=======\x1B[0m\n"
      "shop.staging.stg_orders\nshop.raw.orders\n\n==================== Execution Summary =====================\n"
      "Finished 'ls' successfully for target 'dev' [1.2s]\nitems\n";
  CHECK(rows_of(text) == Rows{"shop.staging.stg_orders", "shop.raw.orders"});
  CHECK(rows_of("Selected nodes\norders\n") == Rows{"orders"});
  CHECK(rows_of("[warning] [Generic (dbt1000)]: something\n  --> models/x.sql:1:2\norders\n") == Rows{"orders"});
  CHECK(contains(failure_of("   Loading profiles.yml\n[error] [Generic (dbt1000)]: no such node\n"), "no such node"));
  CHECK(contains(failure_of("===Selected nodes===\norders\n=== Errors and Warnings ===\n[error] [X (dbt1)]: bad\n"),
                 "bad"));
  CHECK(contains(failure_of("error: unexpected argument '--nope' found\n\nUsage: dbt ls [OPTIONS]\n"), "'--nope'"));
  CHECK(rows_of(
            R"({"data":{"msg":"orders"},"info":{"code":"Z052","level":"info","msg":"orders","name":"PrintEvent"}})") ==
        Rows{"orders"});
  CHECK(rows_of("   Loading profiles.yml\n   Parsing models/x.sql\n").empty());
}

TEST_CASE("a shell that did not find dbt") {
  CHECK(contains(failure_of("bash: line 1: dbt: command not found\n"), "command not found"));
  CHECK(contains(failure_of("zsh: command not found: dbt\n"), "command not found"));
  CHECK(contains(failure_of("sh: 1: dbt: not found\n"), "not found"));
}

TEST_CASE("line ends folded into blanks") {
  const LsText text = read(
      "02:11:02 Running with dbt=1.11.14 02:11:03 Registered adapter: postgres=1.11.0 02:11:12 Found 13 models, 27 "
      "data "
      "tests, 1 saved query, 3 unit tests orders items 02:11:13 [WARNING][DeprecationsSummary]: Deprecated x");
  REQUIRE(text.rows().size() == 1);
  CHECK(text.rows()[0].token.text == "orders items");
  CHECK(text.rows()[0].source == LsRow::Source::kWords);
  CHECK(certain(text) == "orders items");
  CHECK(rows_of("02:11:12  Found 2 models") == Rows{});
  CHECK(rows_of("02:11:12  Found 2 models, 1 macro orders") == Rows{"orders"});
  CHECK(rows_of("02:11:12  The selection criterion 'x' does not match any enabled nodes a b") == Rows{"a b"});
}

TEST_CASE("JSON rows with any keys") {
  const LsText text = read(
      "{}\n"
      R"({"name": "orders", "config": {"materialized": "table", "tags": []}, "tags": ["a", "b"], "version": 2})"
      "\n"
      R"({"fqn": ["shop", "staging", "x"], "config.materialized": "view", "alias": null})"
      "\n");
  REQUIRE(text.rows().size() == 3);
  const LsKeys& orders = *text.rows()[1].json;
  CHECK(orders.get("config.materialized") == "table");
  CHECK(orders.get("version") == "2");
  CHECK(orders.tags == std::vector<std::string>{"a", "b"});
  CHECK(orders.config.bytes == R"({"materialized": "table", "tags": []})");
  CHECK(text.rows()[2].json->get("fqn") == "shop.staging.x");
  CHECK(text.rows()[2].json->get("config.materialized") == "view");
  CHECK(text.rows()[2].json->get("alias").empty());
}

TEST_CASE("a damaged JSON row is an error, never a row less") {
  const std::string good = R"({"unique_id": "model.shop.orders"})";
  for (std::size_t size = 2; size < good.size(); ++size) {
    CAPTURE(size);
    const std::string text = good + "\n" + good.substr(0, size) + "\n";
    CHECK(contains(failure_of(text), "ls.txt:2:1: a JSON row"));
  }
  CHECK(contains(failure_of("[\n  {\n"), "jq -c"));
}

TEST_CASE("a text that is cut anywhere is read without a crash, and JSON rows never vanish") {
  const std::string text =
      std::string(kHeader) +
      "02:11:12  [WARNING]: Something old\nfunctionality\nof orders\n\norders items\n"
      R"({"unique_id": "model.shop.orders", "config": {"materialized": "table"}})"
      "\n"
      R"({"data": {"msg": "{\"name\": \"x\"}"}, "info": {"code": "Z052", "name": "PrintEvent", "msg": "y"}})"
      "\n===Selected nodes===\nshop.a.b\n02:11:13  Encountered an error:\nRuntime Error\n  bad\n";
  for (std::size_t size = 0; size <= text.size(); ++size) {
    const LsText cut = read(std::string_view(text).substr(0, size));
    CHECK(cut.log_lines() + cut.rows().size() <= 20);
    (void)certain_models(cut);
    (void)read(std::string_view(text).substr(size));
  }
}
