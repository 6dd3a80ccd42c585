// hard-coded-reference, code-has-refs, trailing-semicolon, select-star, cartesian-join.
#include <doctest/doctest.h>

#include "rules/test_project.h"

using plowline::testing::Lines;
using plowline::testing::TestProject;

namespace {

// What the rule finds in a model `orders` of that SQL; only the places and what is named.
Lines lint_sql(const char* rule, std::string_view sql, std::string_view options = "{}",
               std::string_view adapter = "postgres") {
  TestProject project;
  project.metadata(std::string(R"({"adapter_type": ")") + std::string(adapter) + "\"}");
  project.option(options).model("orders", sql, R"({"depends_on": {"nodes": []}})");
  Lines lines = project.lint(rule);
  for (std::string& line : lines) {
    constexpr std::string_view kBegin = "models/orders.sql:";
    if (line.starts_with(kBegin)) line = line.substr(kBegin.size());
    for (const std::string_view middle : {" warn: orders reads ", " warn: orders "}) {
      if (const auto at = line.find(middle); at != std::string::npos) line.erase(at, middle.size());
    }
    for (const std::string_view end : {" without ref()", ": every row", ": without the right"}) {
      if (const auto at = line.find(end); at != std::string::npos) line.erase(at);
    }
  }
  return lines;
}

constexpr const char* kDotless = R"({"ignore_dotless": false})";

// Whether a finding names an unquoted relation without a dot: `1:15:orders`.
bool is_dotless(const std::string& line) {
  const std::string_view name = std::string_view(line).substr(line.find(':', line.find(':') + 1) + 1);
  return name.find_first_of(".\"`[{") == std::string_view::npos;
}

Lines references(std::string_view sql, std::string_view options = "{}", std::string_view adapter = "postgres") {
  Lines found = lint_sql("hard-coded-reference", sql, options, adapter);
  if (options == "{}") {
    // Nothing is missed by the look that decides which code is read at all, and which is left out where names without a
    // dot are wanted.
    Lines without_look = lint_sql("hard-coded-reference", sql, kDotless, adapter);
    std::erase_if(without_look, is_dotless);
    CAPTURE(sql);
    CHECK(found == without_look);
  }
  return found;
}

}  // namespace

TEST_CASE("hard-coded-reference: the message") {
  TestProject project;
  project.model("orders", "select *\nfrom raw.orders o\njoin RAW.Orders using (id)\n");
  CHECK(project.lint("hard-coded-reference") == Lines{"models/orders.sql:2:6: warn: orders reads raw.orders without "
                                                      "ref() or source(): dbt does not know of it, may "
                                                      "build it too late, and takes the same table on every target"});
}

TEST_CASE("hard-coded-reference: what is one") {
  CHECK(references("select * from raw.orders") == Lines{"1:15:raw.orders"});
  CHECK(references("select * from (select * from raw.orders) x") == Lines{"1:30:raw.orders"});
  CHECK(references("select * from db.raw.orders\nleft join \"raw\".\"Payments\" p using (id)") ==
        Lines{"1:15:db.raw.orders", "2:11:\"raw\".\"Payments\""});
  CHECK(references("select * from {{ ref('a') }} a, raw.orders o") == Lines{"1:33:raw.orders"});
  CHECK(references("select * from a join b on a.x = b.x, raw.orders") == Lines{"1:38:raw.orders"});
  CHECK(references("select * from a\n-- a comment\n, raw.orders") == Lines{"3:3:raw.orders"});
  CHECK(references("select * from -- a comment\n raw.orders") == Lines{"2:2:raw.orders"});
  CHECK(references("select * from `proj-x.raw.orders`", "{}", "bigquery") == Lines{"1:15:`proj-x.raw.orders`"});
  CHECK(references("select * from [dbo].[orders]", "{}", "sqlserver") == Lines{"1:15:[dbo].[orders]"});
  CHECK(references("select * from \"orders\"") == Lines{"1:15:\"orders\""});
  CHECK(references("with x as (select 1) select * from x where id in (select id from raw.orders)") ==
        Lines{"1:66:raw.orders"});
  CHECK(references("select * from {% if target.name == 'dev' %} raw.a {% else %} raw.b {% endif %}") ==
        Lines{"1:45:raw.a", "1:62:raw.b"});
  CHECK(references("select a from {{ ref('x') }} lateral join raw.orders") == Lines{"1:43:raw.orders"});
}

TEST_CASE("hard-coded-reference: a list goes on behind brackets that have a FROM of their own") {
  CHECK(references("select * from {{ ref('a') }} a join {{ ref('b') }} b on a.x = (select max(x) from c), raw.lookup l")
            .size() == 1);
  CHECK(references("select * from {{ ref('a') }} a join {{ ref('b') }} b on extract(year from ts) = b.y, raw.orders o")
            .size() == 1);
  CHECK(references("select * from {{ ref('a') }} a join b on trim(both from x) = y, raw.orders").size() == 1);
  CHECK(references("select * from {{ ref('a') }} a straight_join raw.orders").size() == 1);
}

TEST_CASE("hard-coded-reference: a list goes on behind comments and strings") {
  for (const char* sql : {
           "select * from {{ ref('a') }} a -- where are the others (all of them\n, raw.orders o",
           "select * from {{ ref('a') }} a /* select\n( */, raw.orders o",
           "select * from {{ ref('a') }} a {# group ) it (( #}, raw.orders o",
           "select * from {{ ref('a') }} a join b on b.x = '(' , raw.orders o",
           "select * from {{ ref('a') }} a join b on b.x = '--(', raw.orders o\nwhere x = ')'",
           "select * from {{ ref('a') }} a join b on b.x = 'two\nlines (', raw.orders o where x = 'two\nlines )'",
           "select * from {{ ref('a') }} a join b on b.x = 'it\\'s (', raw.orders o",
           "select * from {{ ref('a') }} a join b on b.x = $$ ( $$, raw.orders o",
           "select * from {{ ref('a') }} a join b on b.x = b.\"(\", raw.orders o",
           "# (\nselect * from {{ ref('a') }} a\n# (\n, raw.orders o",
           "select * from {{ ref('a') }} a {% if x %}join (select 1{% else %}join (select 2{% endif %}) c, raw.orders "
           "o",
       }) {
    CAPTURE(sql);
    CHECK(references(sql).size() == 1);
  }
}

TEST_CASE("hard-coded-reference: what the database has of itself, and files") {
  CHECK(references("select * from information_schema.tables") == Lines{});
  CHECK(references("select * from shop.INFORMATION_SCHEMA.tables") == Lines{});
  CHECK(references("select * from `region-us`.INFORMATION_SCHEMA.JOBS", "{}", "bigquery") == Lines{});
  CHECK(references("select * from pg_catalog.pg_class") == Lines{});
  CHECK(references("select * from sys.tables", "{}", "sqlserver") == Lines{});
  CHECK(references("select * from system.numbers limit 3", "{}", "clickhouse") == Lines{});
  CHECK(references("select * from system.billing.usage", "{}", "databricks") == Lines{});
  CHECK(references("select * from delta.`s3://bucket/orders` join json.`/mnt/o.json` using (id)", "{}", "databricks") ==
        Lines{});
  // Elsewhere a schema may have that name.
  CHECK(references("select * from sys.orders").size() == 1);
  CHECK(references("select * from system.orders", "{}", "snowflake").size() == 1);
  CHECK(references("select * from delta.orders", "{}", "databricks").size() == 1);
}

TEST_CASE("hard-coded-reference: the message names what has that relation") {
  const auto hint = [](std::string_view sql, const char* more = "") {
    TestProject project;
    project.add("source.shop.lake.orders", R"({"schema": "raw", "identifier": "Orders", "database": "shop"})");
    project.model("stg_orders", "select 1 as id\n", R"({"alias": "clean", "schema": "analytics"})");
    project.add("model.shop.customers.v2", R"({"version": 2, "schema": "analytics", "alias": "customers_v2"})");
    if (*more != '\0') project.add(more, R"({"schema": "raw", "identifier": "orders", "database": "lake"})");
    project.model("reader", sql, R"({"depends_on": {"nodes": []}})");
    const Lines found = project.lint("hard-coded-reference");
    REQUIRE(found.size() == 1);
    const std::size_t at = found[0].find("; use ");
    return at == std::string::npos ? std::string() : found[0].substr(at + 6);
  };
  CHECK(hint("select * from raw.orders") == "{{ source('lake', 'orders') }}");
  CHECK(hint("select * from SHOP.raw.orders") == "{{ source('lake', 'orders') }}");
  CHECK(hint("select * from analytics.clean") == "{{ ref('stg_orders') }}");
  CHECK(hint("select * from analytics.customers_v2") == "{{ ref('customers', v=2) }}");
  CHECK(hint("select * from analytics.reader") == "{{ this }}");
  CHECK(hint("select * from analytics.stg_orders").empty());
  CHECK(hint("select * from other.raw.orders").empty());
  CHECK(hint("select * from {{ var('orders') }}").empty());
  CHECK_MESSAGE(hint("select * from raw.orders", "source.shop.two.orders").empty(), "two have it");
  CHECK(hint("select * from lake.raw.orders", "source.shop.two.orders") == "{{ source('two', 'orders') }}");
}

TEST_CASE("hard-coded-reference: variables") {
  CHECK(references("select * from {{ var('orders') }}") == Lines{"1:15:{{ var('orders') }}"});
  CHECK(references("select * from {{ref('x')}} join {{- var(\"orders\", 'raw.orders') -}} using (id)") ==
        Lines{"1:33:{{- var(\"orders\", 'raw.orders') -}}"});
  CHECK(references("select * from {{ var('schema') }}.orders") == Lines{"1:15:{{ var('schema') }}.orders"});
  CHECK(references("select * from \"{{ var('db') }}\".\"raw\".\"orders\"") ==
        Lines{"1:15:\"{{ var('db') }}\".\"raw\".\"orders\""});
  CHECK(references("select * from raw.{{ var('orders') }}") == Lines{"1:15:raw.{{ var('orders') }}"});
  CHECK(references("select * from `{{ var('db') }}.raw.orders`", "{}", "bigquery").size() == 1);
  CHECK(references("select * from \"{{ var('db') }}\"", "{}", "bigquery") == Lines{});
  CHECK(references("with o_{{ var('x') }} as (select 1) select * from o_{{ var('x') }}") == Lines{});
  CHECK(references("select * from {{ variable('orders') }}") == Lines{});
  CHECK(references("select {{ var('columns') }} from {{ ref('x') }} where d > '{{ var('start') }}'") == Lines{});
}

TEST_CASE("hard-coded-reference: variables are none where that is said") {
  CHECK(references("select * from {{ var('orders') }}", R"({"variables": false})") == Lines{});
  CHECK(references("select * from raw.orders", R"({"variables": false})").size() == 1);
}

TEST_CASE("hard-coded-reference: what is none") {
  CHECK(references("select * from {{ ref('a') }}, {{ source('b', 'c') }} where a.x = 1") == Lines{});
  CHECK(references("-- from raw.orders\n/* join raw.orders */ {# from raw.orders #} select 'from raw.orders' from {{ "
                   "ref('a') }}") == Lines{});
  CHECK(references(
            "with raw as (select 1), \"Raw Orders\" as (select 2), \"final\" as (select 1)\nselect * from raw join "
            "\"Raw Orders\" on true join \"final\" on true") == Lines{});
  CHECK(
      references("select extract(year from o.created), trim(both ' ' from o.name), substring(o.x from 1 for 2) from {{ "
                 "ref('o') }} o") == Lines{});
  CHECK(
      references("select a.x is distinct from b.x, a.y is not distinct from b.y from {{ ref('a') }} a join {{ ref('b') "
                 "}} b using (id)") == Lines{});
  CHECK(references(
            "select * from {{ ref('a') }} a, lateral flatten(input => a.items) f, unnest(a.xs) u, table(x.f(1))") ==
        Lines{});
  CHECK(references("select * from {{ ref('a') }} a, a.items i cross join unnest(a.xs)", "{}", "bigquery") == Lines{});
  CHECK(references("select * from raw.make_orders(1, 2)") == Lines{});
  CHECK(references("select * from {{ target.schema }}.orders") == Lines{});
  CHECK(references("select * from \"orders\"", "{}", "bigquery") == Lines{});
  CHECK(references("select * from {{ this }} join {{ ref('a') }} a on a.id = b.id and a.d = b.d") == Lines{});
  CHECK(references("{% set q %}select * from {{ ref('a') }}{% endset %}select * from ({{ q }}) x") == Lines{});
  CHECK(references("select * from @stage/orders.csv") == Lines{});
}

TEST_CASE("hard-coded-reference: names without a dot") {
  CHECK(references("select * from orders") == Lines{});
  CHECK(references("select * from orders", kDotless) == Lines{"1:15:orders"});
  CHECK(references("with orders as (select 1), x (a, b) as not materialized (select 2) select * from Orders, X",
                   kDotless) == Lines{});
  CHECK(references("with recursive t as (select 1 union all select * from t) select * from t, dual", kDotless) ==
        Lines{});
  CHECK(references("with a as (select 1 from {{ ref('x') }} window w as (order by x)), b as (select 2) select * from b",
                   kDotless) == Lines{});
  for (const char* options : {"{}", kDotless}) {
    CHECK(references("with [o] as (select 1), [p q] as (select 2) select * from [o] join [p q] on 1 = 1", options,
                     "sqlserver") == Lines{});
    CHECK(references("with [X] (a, b) as (select 1, 2) select * from [x]", options, "sqlserver") == Lines{});
    CHECK(references("with [o] as (select 1) select * from [orders]", options, "sqlserver") == Lines{"1:38:[orders]"});
  }
  CHECK(references("with {{ import('a') }} select * from a", kDotless) == Lines{});
  CHECK(references("with {% for x in xs %}{{ x }} as (select 1),{% endfor %} f as (select 2) select * from a",
                   kDotless) == Lines{});
  CHECK(references("select * from {{ ref('a') }} a, unnest(a.xs) x, lateral (select 1) y", kDotless) == Lines{});
  CHECK(references("select extract(day from created) from {{ ref('a') }}", kDotless) == Lines{});
}

TEST_CASE("hard-coded-reference: which nodes") {
  TestProject project;
  project.model("py", "import x\ndef model(dbt, session):\n  # from raw.orders\n  return dbt.ref('a')\n",
                R"({"language": "python", "depends_on": {"nodes": []}})");
  project.model("off", "select * from raw.orders\n", R"({"config": {"enabled": false}})");
  project.add("snapshot.shop.history", R"({"raw_code": "select * from raw.orders", "depends_on": {"nodes": []}})");
  project.add("model.other.far", R"({"raw_code": "select * from raw.orders", "depends_on": {"nodes": []}})");
  CHECK(project.lint("hard-coded-reference") == Lines{});
  CHECK(project.option(R"({"types": ["snapshot"]})").lint("hard-coded-reference").size() == 1);
  CHECK(references("select * from \"orders\"", R"({"dialect": "bigquery"})") == Lines{});
  CHECK(references("select * from \"orders\"", R"({"dialect": "ansi"})", "bigquery").size() == 1);
}

TEST_CASE("code-has-refs") {
  TestProject project;
  project.add("source.shop.raw.orders");
  project.model("a", "select * from {{ source('raw', 'orders') }}\n");
  project.model("b", "select * from {{ ref('a') }}\n");
  project.model("by_macro", "{{ union_of_all() }}\n", R"({"depends_on": {"nodes": ["model.shop.a"], "macros": []}})");
  project.model("py", "def model(dbt, session):\n  return dbt.ref('a')\n",
                R"({"language": "python", "depends_on": {"nodes": []}})");
  CHECK(project.lint("code-has-refs") == Lines{});
  project.model("c", "select 1 as id -- {# ref('a') #}\n", R"({"depends_on": {"nodes": []}})");
  CHECK(project.lint("code-has-refs") ==
        Lines{"models/c.sql:1:1: warn: the code of c calls neither ref() nor source(): "
              "dbt cannot tell what it reads, and builds "
              "it at any moment of the run"});
}

TEST_CASE("trailing-semicolon") {
  TestProject project;
  project.model("a", "select 1 as id\n;\n-- done;\n{# really #}\n");
  CHECK(project.lint("trailing-semicolon") ==
        Lines{"models/a.sql:2:1: warn: a ends with a semicolon: dbt puts the query into a statement of its own (create "
              "table "
              "as, a test's count), which ends there, in a syntax error on most databases"});
  TestProject fine;
  fine.model("a", "select ';' as id -- no more;\n");
  fine.model("b", "select 1; select 2\n");
  fine.model("c", "select 1 as id\n/* ; */");
  fine.model("d", "select '{{ x }};'");
  fine.add("analysis.shop.x", R"({"raw_code": "select 1;"})");
  CHECK(fine.lint("trailing-semicolon") == Lines{});
  fine.add("test.shop.singular", R"({"raw_code": "select 1;"})");
  CHECK(fine.lint("trailing-semicolon").size() == 1);
}

TEST_CASE("select-star") {
  const auto stars = [](std::string_view sql, std::string_view options = "{}") {
    return lint_sql("select-star", sql, options).size();
  };
  TestProject project;
  project.model("orders", "with a as (\n  select * from x\n)\nselect a.*, 1 from a\n");
  CHECK(project.lint("select-star") == Lines{"models/orders.sql:2:10: warn: orders selects *, 2 times: a column that "
                                             "is added, renamed or dropped upstream "
                                             "goes straight through it, unseen until something behind it breaks"});
  CHECK(stars("select distinct * from a") == 1);
  CHECK(stars("select a, * from a") == 1);
  CHECK(stars("select count(*), a * b, sum(a * 2), (a) * 2 from a -- select *") == 0);
  CHECK(stars("select '*' from a where exists (select * from b)") == 0);
  CHECK(stars("select count(t.*) from t") == 0);
  CHECK(stars("select distinct on (id, f(x)) * from t") == 1);
  CHECK(stars("select as struct * from t") == 1);
  CHECK(stars("select top 10 * from t") == 1);
  CHECK(stars("select distinct top (10) percent with ties * from t") == 1);
  CHECK(stars("select a is distinct from b as c, t.* from t") == 1);
  CHECK(stars("select a is not distinct from b as c, * from t") == 1);
  CHECK(stars("select top * 2, f(on_sale) * 2, (a) * 2, x as value, value * 2 from t") == 0);
  constexpr const char* kFinal = R"({"allow_final": true})";
  CHECK(stars("with f as (select 1 as x) select * from f as g", kFinal) == 0);
  CHECK(stars("with f as (select 1 as x) select * from f g where g.x > 1;", kFinal) == 0);
  CHECK(stars("with f as (select 1 as x) select * from f as g join h using (x)", kFinal) == 1);
  CHECK(stars("with f as (select 1 as x) select * from f, g", kFinal) == 1);
  CHECK(stars("with f as (select 1 as x) select * from f", kFinal) == 0);
  CHECK(stars("with f as (select 1 as x) select * from f where x > 1", kFinal) == 0);
  CHECK(stars("with f as (select 1 as x) select * from f join g using (x)", kFinal) == 1);
  CHECK(stars("select * from {{ ref('a') }}", kFinal) == 1);
}

TEST_CASE("cartesian-join") {
  const auto joins = [](std::string_view sql, std::string_view options = "{}") {
    return lint_sql("cartesian-join", sql, options);
  };
  TestProject project;
  project.model("orders", "select 1\nfrom a\ncross join b\n");
  CHECK(project.lint("cartesian-join") == Lines{"models/orders.sql:3:1: warn: orders has a CROSS JOIN: every row meets "
                                                "every row, which on large tables fills "
                                                "the disk or never ends"});
  CHECK(joins("select 1 from a, b where a.x = b.x") == Lines{"1:16:joins by a comma"});
  CHECK(joins("select 1 from a join b where a.x = b.x") == Lines{"1:17:has a JOIN without ON or USING"});
  CHECK(joins("select 1 from a join b on 1 = 1") == Lines{"1:24:has a JOIN whose condition is always true"});
  CHECK(joins("select 1 from a left join b on true where x") ==
        Lines{"1:29:has a JOIN whose condition is always true"});
  CHECK(joins("with c as (select 1 from a cross join b) select 1 from c") == Lines{"1:28:has a CROSS JOIN"});
  for (const char* fine : {"select a, b from a join b on a.x = b.x and 1 = 1 join c using (x, y)",
                           "select 1 from a natural left join b",
                           "select 1 from a join b join c on b.x = c.x on a.x = b.x",
                           "select 1 from a, unnest(a.xs) u",
                           "select 1 from a, a.items i",
                           "select 1 from a cross join unnest(a.xs)",
                           "select 1 from a, lateral flatten(a.x) f",
                           "select 1 from a cross join lateral (select 1)",
                           "select 1 from a join b {{ condition }}",
                           "select 1 from a join b {% if x %} on a.x = b.x {% endif %}",
                           "select extract(day from d), f(x, y) from a where x in (1, 2)",
                           "select 1 from (select 1, 2 from a) x join b on x.id = 1",
                           "select 1 from a order by x, y",
                           "select 1 from a left join lateral (select 1) l on true",
                           "select 1 from a array join b",
                           "select 1 from a array join ['x', 'y'] as u, [1, 2] as v where u = 'x'",
                           "select 1 from a -- , b\n where x = 'from a, b'",
                           "select 1 from (values (1, 'a'), (2, 'b')) as v(id, name)",
                           "select 1 from values (1, 'a'), (2, 'b')",
                           "select 1 from a lateral view outer explode(m) t as k, v",
                           "select 1 from a cluster by x, y",
                           "select 1 from a distribute by x, y sort by z, w",
                           "select 1 from a settings x = 1, y = 2",
                           "select 1 from a, unnest(a.xs) u for update of a, u",
                           "select 1 from a asof join b match_condition (a.t >= b.t)",
                           "select 1 from a prewhere x in f(y), z"}) {
    CAPTURE(fine);
    CHECK(joins(fine) == Lines{});
  }
  for (const char* cartesian :
       {"select 1 from a for system_time as of t, b", "select 1 from settings, b", "select 1 from a cluster, b",
        "select 1 from (values (1), (2)) as v(id), b", "select 1 from a asof join b match_condition (a.t >= b.t), c",
        "select 1 from a asof join b match_condition (a.t >= b.t) join c"}) {
    CAPTURE(cartesian);
    CHECK(joins(cartesian).size() == 1);
  }
  constexpr const char* kExplicit = R"({"allow_explicit": true})";
  CHECK(joins("select 1 from a cross join b join c on 1 = 1", kExplicit) == Lines{});
  CHECK(joins("select 1 from a, b", kExplicit).size() == 1);
}
