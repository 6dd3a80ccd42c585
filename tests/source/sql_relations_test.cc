#include <algorithm>
#include <doctest/doctest.h>
#include <set>
#include <string>
#include <vector>

#include "artifact/file.h"
#include "artifact/json_syntax.h"
#include "artifact/manifest.h"
#include "source/sql_text.h"
#include "support/support.h"

namespace plowline {
namespace {

using Lines = std::vector<std::string>;

// Their names as written, those that are written to behind `>`.
Lines relations_of(std::string_view text) {
  Lines lines;
  for (const SqlText::Relation& relation : SqlText(text).literal_relations()) {
    CHECK(text.substr(relation.offset, relation.length) == relation.name);
    lines.push_back((relation.use == SqlText::Relation::Use::kWrite ? ">" : "") + relation.name);
  }
  return lines;
}

std::vector<std::string> name_parts(std::string_view text) {
  const auto relations = SqlText(text).literal_relations();
  REQUIRE(relations.size() == 1);
  return relations[0].parts;
}

TEST_CASE("relations are found where SQL expects them") {
  CHECK(relations_of("select * from raw.orders") == Lines{"raw.orders"});
  CHECK(relations_of("SELECT * FROM a.b.c AS x LEFT OUTER JOIN \"D\".\"e f\" y ON x.i = y.i, g.h where i.j = k.l") ==
        Lines{"a.b.c", "\"D\".\"e f\"", "g.h"});
  CHECK(relations_of("select * from (a.b x join c.d y on x.i = y.i) where 1 in (select i from e.f)") ==
        Lines{"a.b", "c.d", "e.f"});
  CHECK(relations_of("with x as (select 1 from a.b), y as (from c.d) select array(select i from e.f) from x") ==
        Lines{"a.b", "c.d", "e.f"});
  CHECK(relations_of("select 1 from a.b union all select 2 from c.d; select 3 from e . f") ==
        Lines{"a.b", "c.d", "e . f"});
  CHECK(relations_of("select 1 from lateral (select 2 from a.b) x cross join only c.d") == Lines{"a.b", "c.d"});
  CHECK(relations_of("select 1 from a.b -- why\n, /* and */ c.d") == Lines{"a.b", "c.d"});
}

TEST_CASE("relations that are written to are told apart") {
  CHECK(relations_of("insert into a.b (i, j) select i, j from c.d") == Lines{">a.b", "c.d"});
  CHECK(relations_of("insert overwrite table a.b select 1 from c.d") == Lines{">a.b", "c.d"});
  CHECK(relations_of("merge into a.b as t using c.d as s on t.i = s.i when matched then update set t.j = s.j") ==
        Lines{">a.b", "c.d"});
  CHECK(relations_of("delete from a.b using c.d where a.b.i = c.d.i") == Lines{">a.b", "c.d"});
  CHECK(relations_of("update a.b x set i = c.d from e.f") == Lines{">a.b", "e.f"});
  CHECK(relations_of("select 1 for update of a.b on conflict do update set c.d = 1") == Lines{});
}

TEST_CASE("parts of names lose their quotes") {
  CHECK(name_parts("from a.\"B c\".`d`") == Lines{"a", "B c", "d"});
  CHECK(name_parts("from `my-project.data_set.events_*` e") == Lines{"my-project", "data_set", "events_*"});
  CHECK(name_parts("from my-project.data_set.events where 1") == Lines{"my-project", "data_set", "events"});
  CHECK(name_parts("from `p.d`.INFORMATION_SCHEMA.TABLES") == Lines{"p", "d", "INFORMATION_SCHEMA", "TABLES"});
  CHECK(name_parts("from [dbo].[my table]") == Lines{"dbo", "my table"});
  CHECK(name_parts("from db..orders") == Lines{"db", "", "orders"});
  CHECK(name_parts("from a.b{% if x %} where 1{% endif %}") == Lines{"a", "b"});
  CHECK(name_parts("from a.b{# why #}") == Lines{"a", "b"});
  CHECK(name_parts("from delta.`/mnt/x.y`") == Lines{"delta", "/mnt/x.y"});
}

TEST_CASE("names without a schema are none, nor are strings, stages and numbers") {
  CHECK(relations_of("with a as (select 1) select * from a join \"b.c\" on `d` = e, f") == Lines{});
  CHECK(relations_of("select * from 'a.b' join @a.b on 1 join $1.b, :a.b, 1.5") == Lines{});
  CHECK(relations_of("copy into {{ this }} from @db.schema.stage/path") == Lines{});
}

TEST_CASE("names that Jinja produces a part of are none") {
  CHECK(relations_of("from {{ ref('a') }} join {{ s }}.b join a.{{ b }} join a.b_{{ c }} join {{ a }}_b.c") == Lines{});
  CHECK(relations_of("from `{{ p }}.d.t` join `p`.`d_{{ x }}`.t join \"{{ a }}\".\"b\"") == Lines{});
  CHECK(relations_of("from a.{% if x %}b{% else %}c{% endif %} join d.e{% if x %}_f{% endif %}") == Lines{});
  CHECK(relations_of("with cte_{{ x }} as (select 1) select * from cte_{{ x }} join {{ source('a', 'b.c') }}") ==
        Lines{});
}

TEST_CASE("both branches of a Jinja condition are read") {
  CHECK(relations_of("select 1 from {% if x %} a.b {% else %} c.d {% endif %} where 1") == Lines{"a.b", "c.d"});
  CHECK(relations_of("select 1 from {% if x %} (select 1 from a.b {% else %} (select 2 from c.d {% endif %}), e.f") ==
        Lines{"a.b", "c.d", "e.f"});
  CHECK(relations_of("select trim({% if x %} a) {% else %} b) {% endif %}, extract(day from c.d) from e.f") ==
        Lines{"e.f"});
}

TEST_CASE("a macro's body and a set block are queries of their own") {
  CHECK(relations_of("{% set q %} select 1 from a.b x {% endset %} select 1 from x.y") == Lines{"a.b", "x.y"});
  CHECK(relations_of("select trim({% set q %} select 1 from a.b {% endset %} ' ' from c.d)") == Lines{"a.b"});
}

TEST_CASE("FROM within functions and in comparisons introduces no relation") {
  CHECK(relations_of("select extract(year from a.b), trim(both ' ' from a.b), substring(a.b from 2 for c.d), "
                     "overlay(x placing y from a.b), extract (epoch from (a.b - c.d)), {{ f }}(day from a.b)") ==
        Lines{});
  CHECK(relations_of("where a.b is distinct from c.d and e.f is not distinct from g.h") == Lines{});
  CHECK(relations_of("on x.a IS NOT\n DISTINCT\n FROM y.b") == Lines{});
  CHECK(relations_of("select t.from, a.b, f(from => a.b) order by t.join, c.d") == Lines{});
}

TEST_CASE("functions are no relations") {
  CHECK(relations_of("from a.b(1) join lateral flatten(input => t.c) f, table(a.b(2)), unnest(t.items) i, "
                     "table(flatten(c.d)) lateral view explode(e.f) g as h") == Lines{});
  CHECK(relations_of("from {{ ref('a') }} t left array join t.c as x, d.e as y") == Lines{});
  CHECK(relations_of("select 1 from {{ ref('a') }} join {{ ref('b') }} using (c.d, e.f)") == Lines{});
}

TEST_CASE("columns of what the query names are no relations") {
  CHECK(relations_of("select 1 from {{ ref('a') }} as t, t.items") == Lines{});
  CHECK(relations_of("select 1 from {{ ref('a') }} T cross join t.items.more i, I.things") == Lines{});
  CHECK(relations_of("select 1 from {{ ref('orders') }}, orders.items") == Lines{});
  CHECK(relations_of("select 1 from cte, cte.items, unnest(cte.x) as u, u.y") == Lines{});
  CHECK(relations_of("select (select max(x) from t.items), exists(select 1 from t.b.c) from {{ ref('a') }} \"T\"") ==
        Lines{});
  CHECK(relations_of("select 1 from (select 2 from b.c) as t, t.items") == Lines{"b.c"});
  CHECK(relations_of("select 1 from {{ a }} {% if x %} as t {% endif %} join t.items") == Lines{});
}

TEST_CASE("a name elsewhere does not hide a relation") {
  // The alias of the relation itself, of another query, of an inner one.
  CHECK(relations_of("select 1 from raw.orders as raw") == Lines{"raw.orders"});
  CHECK(relations_of("select 1 from {{ ref('a') }} as t union all select 2 from t.b") == Lines{"t.b"});
  CHECK(relations_of("with x as (select 1 from {{ ref('a') }} as t) select 1 from t.b") == Lines{"t.b"});
  CHECK(relations_of("with stripe as (select * from stripe.payments) select * from stripe") ==
        Lines{"stripe.payments"});
}

TEST_CASE("comments, strings and quoted aliases are not read") {
  CHECK(relations_of(
            "-- from a.b\n/* join c.d */ {# from e.f #} select 'from g.h' as \"from i.j\", \"x\" -- from \"k.l\"\n"
            "from {{ ref('m') }} {% raw %} join n.o {% endraw %}") == Lines{});
  CHECK(relations_of("{{ config(post_hook=\"insert into a.b select 1 from c.d\") }} {% set x = 'from e.f' %}") ==
        Lines{});
  CHECK(relations_of("{# Kept the shape from `raw.orders`. #}\nselect case when a then \"Upgraded From p.a\" end") ==
        Lines{});
}

TEST_CASE("Python's imports are no relations") {
  CHECK(relations_of("import x\nfrom pyspark.sql import functions") == Lines{});
}

std::string code_of(RawJson raw) {
  const auto inside = inside_quotes(raw.bytes);
  return inside ? unescaped(*inside).value_or("") : "";
}

std::string without_quotes(std::string_view name) {
  std::string bare(name);
  std::erase_if(bare, [](char c) { return c == '"' || c == '`'; });
  return bare;
}

// What a database was sent names its relations in full: each must be one that the manifest knows. Its authors wrote
// ref() and source() throughout: what they wrote names none.
TEST_CASE("in real projects, compiled code names the manifest's relations, and raw code names none") {
  const auto shared = testing::shared_or_skip("manifests of real projects");
  if (shared.empty()) return;
  std::size_t found = 0;
  for (const auto* file :
       {"fivetran__dbt_netsuite/docs/manifest.json", "fivetran__dbt_salesforce/docs@240dde7d27/manifest.json",
        "fivetran__dbt_shopify/docs@17734b81e4/manifest.json", "dbt-labs__segment/docs@8e3a384ed4/manifest.json",
        "snowplow__dbt-snowplow-web/docs@b41150684b/manifest.json"}) {
    INFO(file);
    Warnings warnings;
    auto bytes = FileBytes::read(shared / "corpus/manifests" / file);
    REQUIRE(bytes);
    const auto manifest = read_manifest(std::move(*bytes), warnings);
    REQUIRE(manifest);
    std::set<std::string> known;
    for (const NodeRecord& node : manifest->nodes) known.insert(without_quotes(node.relation_name));
    for (const NodeRecord& node : manifest->nodes) {
      INFO(node.unique_id);
      CHECK(relations_of(code_of(node.raw_code)) == Lines{});
      for (const std::string& name : relations_of(code_of(node.compiled_code))) {
        CHECK_MESSAGE(known.contains(without_quotes(name)), name);
        ++found;
      }
    }
  }
  CHECK(found > 500);
}

}  // namespace
}  // namespace plowline
