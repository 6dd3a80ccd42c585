#include <doctest/doctest.h>

#include "small_project.h"
#include "source/places.h"

using namespace plowline;
using plowline::testing::SmallProject;
using plowline::testing::to_string;
using json = SmallProject::json;

TEST_CASE("Places: code, with the line ends and blanks of the file") {
  SmallProject small;
  const std::string code = "select ä,\r\n  'x' as größe\r\nfrom {{ ref('orders') }}";
  small.write("models/a.sql", "\n\n  select ä,\n  'x' as größe\nfrom {{ ref('orders') }}\n\n");
  small.model("a", code, {{"original_file_path", "models/a.sql"}});
  small.write("models/b.sql", "\xEF\xBB\xBFselect ä,\r\n  'x' as größe\r\nfrom {{ ref('orders') }}\r\n");
  small.model("b", "select ä,\n  'x' as größe\nfrom {{ ref('orders') }}", {{"original_file_path", "models/b.sql"}});
  small.read();
  const auto code_place = [&](const char* id, const std::string& text, std::string_view what) {
    return to_string(small.places().code(small.id(id), text.find(what), what.size()));
  };
  CHECK(code_place("model.shop.a", code, "größe") == "models/a.sql:4:10-15");
  CHECK(code_place("model.shop.a", code, "ref(") == "models/a.sql:5:9-13");
  CHECK(code_place("model.shop.a", code, "select") == "models/a.sql:3:3-9");
  const std::string plain = "select ä,\n  'x' as größe\nfrom {{ ref('orders') }}";
  CHECK(code_place("model.shop.b", plain, "größe") == "models/b.sql:2:10-15");
  CHECK(code_place("model.shop.b", plain, "ref(") == "models/b.sql:3:9-13");
  // Beyond its end: the end.
  CHECK(to_string(small.places().code(small.id("model.shop.b"), 10'000, 10'000)) == "models/b.sql:3:25-25");
}

TEST_CASE("Places: code of a file that has changed since") {
  SmallProject small;
  const std::string code = "select\n  order_id,\n  1\nfrom raw.orders\nunion all\nselect\n  order_id";
  small.write("models/a.sql", "-- new\nselect\n  order_id,\n  2\n    from raw.orders -- x\nfrom raw.orders\n");
  small.model("a", code, {{"original_file_path", "models/a.sql"}});
  small.read();
  const auto place = [&](std::string_view what) {
    return to_string(small.places().code(small.id("model.shop.a"), code.find(what), what.size()));
  };
  CHECK(place("raw.orders") == "models/a.sql:6:6-16");  // the one line that is the same
  CHECK(place("union") == "models/a.sql");              // gone
  CHECK(place("1\n") == "models/a.sql");                // too short to tell
}

TEST_CASE("Places: snapshots and macros stand in their blocks") {
  SmallProject small;
  const std::string body = "\nselect 1 as id\n";
  small.write("snapshots/all.sql", "{# {% snapshot two %} #}\n{% snapshot one %}" + body +
                                       "{% endsnapshot %}\n\n{%- snapshot two -%}" + body + "{%- endsnapshot -%}\n");
  small.write("snapshots/alone.sql", "-- x\n{% snapshot three %}" + body + "{% endsnapshot %}\n");
  for (const auto& [name, file] : {std::pair("one", "all"), std::pair("two", "all"), std::pair("three", "alone")}) {
    small.add("nodes", std::string("snapshot.shop.") + name,
              {{"resource_type", "snapshot"},
               {"name", name},
               {"package_name", "shop"},
               {"original_file_path", std::string("snapshots/") + file + ".sql"},
               {"raw_code", body}},
              json::object());
  }
  const std::string test = "{% test is_positive(model) %}select 1{% endtest %}";
  const std::string macro = "{%- macro cents(n) -%}\n  {{ n }} / 100\n{%- endmacro %}";
  const std::string view = "{% materialization view, default %}1{% endmaterialization %}";
  const std::string other = "{% materialization view, adapter='duckdb' %}2{% endmaterialization %}";
  small.write("macros/all.sql", "{# helpers #}\n" + test + "\n" + macro + "\n" + view + "\n" + other + "\n");
  small.macro("test_is_positive", test, "macros/all.sql");
  small.macro("cents", macro, "macros/all.sql");
  small.macro("materialization_view_default", view, "macros/all.sql");
  small.macro("materialization_view_duckdb", other, "macros/all.sql");
  small.macro("gone", "{% macro gone() %}{% endmacro %}", "macros/all.sql");
  small.read();
  Places& places = small.places();
  CHECK(to_string(places.node(small.id("snapshot.shop.one"))) == "snapshots/all.sql:2:1-19");
  CHECK(to_string(places.node(small.id("snapshot.shop.two"))) == "snapshots/all.sql:6:1-21");
  CHECK(to_string(places.node(small.id("snapshot.shop.three"))) == "snapshots/alone.sql:1:1-1");
  // The same code stands in both blocks.
  CHECK(to_string(places.code(small.id("snapshot.shop.one"), 1, 6)) == "snapshots/all.sql:3:1-7");
  CHECK(to_string(places.code(small.id("snapshot.shop.two"), 1, 6)) == "snapshots/all.sql:7:1-7");
  const auto macro_place = [&](std::string_view name) {
    for (const MacroRecord& each : small.project().macros()) {
      if (each.name == name) return to_string(places.macro(each));
    }
    return std::string();
  };
  CHECK(macro_place("test_is_positive") == "macros/all.sql:2:9-20");
  CHECK(macro_place("cents") == "macros/all.sql:3:11-16");
  CHECK(macro_place("materialization_view_default") == "macros/all.sql:6:20-24");
  CHECK(macro_place("materialization_view_duckdb") == "macros/all.sql:7:20-24");
  CHECK(macro_place("gone") == "macros/all.sql:1:1-1");
  for (const MacroRecord& each : small.project().macros()) {
    if (each.name == "cents") CHECK(to_string(places.code(each, macro.find("n }}"), 1)) == "macros/all.sql:4:6-7");
  }
}

TEST_CASE("Places: the positions that the Rust engine writes help where there are no files") {
  SmallProject small;
  const std::string code = "select *\nfrom {{ ref('x') }}\nwhere raw.a";
  json where = {{"line", 2}, {"col", 9}, {"index", 17}, {"file", "models/a.sql"}};
  json refs = json::array({json::array({"model.shop.x", where})});
  small.model("a", code,
              {{"original_file_path", "models/a.sql"},
               {"depends_on", {{"nodes", json::array()}, {"nodes_with_ref_location", refs}}}});
  refs[0][1]["line"] = 3;
  small.model("b", code,
              {{"original_file_path", "models/a.sql"},
               {"depends_on", {{"nodes", json::array()}, {"nodes_with_ref_location", refs}}}});
  small.read(false);
  CHECK(to_string(small.places().code(small.id("model.shop.a"), code.find("raw"), 5)) == "models/a.sql:3:7-12");
  CHECK(to_string(small.places().code(small.id("model.shop.b"), code.find("raw"), 5)) == "models/a.sql");
}
