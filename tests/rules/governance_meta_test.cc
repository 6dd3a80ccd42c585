// The rules about meta, labels, tags, owners and business concepts.
#include <doctest/doctest.h>
#include <string>

#include "rules/test_project.h"

using plowline::testing::Lines;
using plowline::testing::TestProject;

namespace {

constexpr const char* kSql = "select 1 as id\n";
const std::string kNothing = ": what reads these keys (catalogs, alerts, access rules) finds nothing there";
const std::string kUnknown =
    ": what reads these keys (catalogs, alerts, access rules) does not know what to make of it";

// Models with this meta: `top` where it stands beside the name, `inner` where it stands in the config.
TestProject two_models(std::string_view meta) {
  TestProject project;
  project.model("top", kSql, R"({"meta": )" + std::string(meta) + "}");
  project.model("inner", kSql, R"({"meta": {}, "config": {"meta": )" + std::string(meta) + "}}");
  return project;
}

}  // namespace

TEST_CASE("model-meta-keys") {
  SUBCASE("does nothing without keys") {
    CHECK(two_models("{}").lint("model-meta-keys") == Lines{});
  }
  SUBCASE("wherever meta stands") {
    const auto lint = [](std::string_view meta, std::string_view options) {
      return two_models(meta).option(options).lint("model-meta-keys");
    };
    CHECK(lint(R"({"owner": "a", "sla": 1})", R"({"keys": ["owner", "sla"]})") == Lines{});
    CHECK(TestProject()
              .model("top", kSql, R"({"meta": {"owner": null}})")
              .option(R"({"keys": ["owner"]})")
              .lint("model-meta-keys") == Lines{});
    CHECK(lint(R"({"owner": "a"})", R"({"keys": ["owner", "sla", "tier"]})") ==
          Lines{"models/inner.sql:1:1: warn: the meta of inner lacks sla and tier" + kNothing,
                "models/top.sql:1:1: warn: the meta of top lacks sla and tier" + kNothing});
    CHECK(lint("{}", R"({"keys": ["owner", "sla"], "criteria": "any"})")[0] ==
          "models/inner.sql:1:1: warn: the meta of inner has none of owner and sla" + kNothing);
    CHECK(lint(R"({"sla": 1})", R"({"keys": ["owner", "sla"], "criteria": "any"})") == Lines{});
    CHECK(lint(R"({"sla": 1})", R"({"keys": ["owner", "sla"], "criteria": "one"})") == Lines{});
    CHECK(lint(R"({"sla": 1, "owner": 2})", R"({"keys": ["owner", "sla"], "criteria": "one"})")[1] ==
          "models/top.sql:1:1: warn: the meta of top has owner and sla, of which only one may stand there" + kUnknown);
  }
  SUBCASE("other keys, and plowline's own") {
    const char* meta = R"({"owner": "a", "pii": true, "plowline": {"ignore": []}})";
    CHECK(two_models(meta).option(R"({"keys": ["owner"]})").lint("model-meta-keys")[0] ==
          "models/inner.sql:1:1: warn: the meta of inner also has pii, which is not asked for (`allow_extra`)" +
              kUnknown);
    CHECK(two_models(meta).option(R"({"keys": ["owner"], "allow_extra": true})").lint("model-meta-keys") == Lines{});
  }
  SUBCASE("keys within, by dots, or spelt with them") {
    const char* meta = R"({"owner": {"email": "a@b", "team": {"name": "x"}}, "a.b": 1})";
    const auto lint = [&](std::string_view options) {
      return two_models(meta).option(options).lint("model-meta-keys");
    };
    CHECK(lint(R"({"keys": ["owner.email", "owner.team.name", "a.b"]})") == Lines{});
    CHECK(lint(R"({"keys": ["owner.phone", "a.b"]})")[0] ==
          "models/inner.sql:1:1: warn: the meta of inner lacks owner.phone" + kNothing);
    CHECK(lint(R"({"keys": ["owner.email.domain", "owner"], "allow_extra": true})").size() == 2);
  }
  SUBCASE("the place of meta; versions, disabled models and packages") {
    TestProject project;
    project.model("orders", "{{ config(meta={'sla': 1}) }}\n", R"({"config": {"meta": {"sla": 1}}})");
    project.add("model.shop.customers.v1").add("model.other.x");
    project.disabled("model.shop.off").model("off2", kSql, R"({"config": {"enabled": false}})");
    const Lines found = project.option(R"({"keys": ["owner"], "allow_extra": true})").lint("model-meta-keys");
    REQUIRE(found.size() == 2);
    CHECK(found[0].starts_with("models/customers_v1.sql: warn: the meta of customers lacks owner"));
    CHECK(found[1] == "models/orders.sql:1:11: warn: the meta of orders lacks owner" + kNothing);
  }
}

TEST_CASE("meta keys of seeds, snapshots, exposures and macros") {
  TestProject project;
  project.add("seed.shop.bad").add("seed.shop.good", R"({"config": {"meta": {"owner": "a"}}})");
  project.add("snapshot.shop.bad").add("snapshot.shop.good", R"({"meta": {"owner": "a"}})");
  project.add("exposure.shop.bad").add("exposure.shop.good", R"({"config": {"meta": {"owner": "a"}}})");
  project.macro("macro.shop.bad", "{% macro bad() %}{% endmacro %}");
  project.macro("macro.shop.good", "{% macro good() %}{% endmacro %}", R"({"meta": {"owner": "a"}})");
  project.macro("macro.dbt.other", "{% macro other() %}{% endmacro %}");
  project.file("models/schema.yml", "exposures:\n  - name: bad\n  - name: good\n");
  for (const char* rule : {"seed-meta-keys", "snapshot-meta-keys", "exposure-meta-keys", "macro-meta-keys"}) {
    CHECK(project.lint(rule) == Lines{});
  }
  project.option(R"({"keys": ["owner"]})");
  const std::string message = "warn: the meta of bad lacks owner" + kNothing;
  CHECK(project.lint("seed-meta-keys") == Lines{"seeds/bad.csv: " + message});
  CHECK(project.lint("snapshot-meta-keys") == Lines{"snapshots/bad.sql: " + message});
  CHECK(project.lint("exposure-meta-keys") == Lines{"models/schema.yml:2:11: " + message});
  CHECK(project.lint("macro-meta-keys") == Lines{"macros/bad.sql:1:10: " + message});
}

TEST_CASE("model-labels-keys") {
  TestProject project;
  project.model("orders", "{{ config(labels={'team': 'a'}) }}\n", R"({"config": {"labels": {"team": "a"}}})");
  project.model("items", kSql, R"({"config": {"labels": {"team": "a", "cost": "1", "x": "y"}}})");
  project.model("joined", kSql, R"({"config": {"materialized": "ephemeral"}})");
  CHECK(project.lint("model-labels-keys") == Lines{});
  const std::string bills =
      ": the warehouse's bills and rules that go by labels put the table where it does not belong";
  CHECK(project.option(R"({"keys": ["team", "cost"]})").lint("model-labels-keys") ==
        Lines{"models/items.sql:1:1: warn: the config `labels` of items also has x, which is not asked for "
              "(`allow_extra`)" +
                  bills,
              "models/orders.sql:1:11: warn: the config `labels` of orders lacks cost" + bills});
  CHECK(project.option(R"({"keys": ["team"], "allow_extra": true})").lint("model-labels-keys") == Lines{});
  TestProject in_meta;
  in_meta.model("orders", kSql, R"({"config": {"meta": {"labels": {"team": "a"}}}})");
  CHECK(in_meta.option(R"({"keys": ["team"]})").lint("model-labels-keys") == Lines{});
  CHECK(in_meta.option(R"({"keys": ["team", "cost"]})").lint("model-labels-keys").size() == 1);
}

TEST_CASE("model-meta-allowed") {
  TestProject project;
  project.model(
      "orders", "{{ config(meta={'maturty': 'high'}) }}\n",
      R"({"config": {"meta": {"maturty": "high", "owner": {"email": "a@b"}, "plowline": {"ignore": ["x"]}}}})");
  project.model("items", kSql, R"({"meta": {"maturity": "hihg", "flags": ["a", "z"], "ok": true}})");
  CHECK(project.lint("model-meta-allowed") == Lines{});
  SUBCASE("keys") {
    CHECK(
        project.option(R"({"keys": ["owner", "maturity", "flags", "ok"]})").lint("model-meta-allowed") ==
        Lines{"models/orders.sql:1:11: warn: the meta of orders has maturty, which is not among the keys agreed upon: "
              "nothing reads it"});
    CHECK(project.option(R"({"keys": ["owner.email", "maturty", "maturity", "flags", "ok"]})")
              .lint("model-meta-allowed") == Lines{});
    CHECK(project.option(R"({"keys": ["owner.phone", "maturty", "maturity", "flags", "ok"]})")
              .lint("model-meta-allowed") ==
          Lines{"models/orders.sql:1:11: warn: the meta of orders has owner.email, which is not among the keys agreed "
                "upon: nothing reads it"});
  }
  SUBCASE("a key with an empty map is a key") {
    TestProject empty;
    empty.model("orders", kSql, R"({"meta": {"foo": {}, "owner": {}}})").option(R"({"keys": ["owner"]})");
    CHECK(empty.lint("model-meta-allowed") ==
          Lines{"models/orders.sql:1:1: warn: the meta of orders has foo, which is not among the keys agreed upon: "
                "nothing reads it"});
  }
  SUBCASE("values, of lists each item") {
    project.option(R"({"values": {"maturity": ["low", "high"], "flags": ["a", "b"], "ok": ["true"]}})");
    CHECK(
        project.lint("model-meta-allowed") ==
        Lines{
            "models/items.sql:1:1: warn: flags in the meta of items is z, which is not among a and b: what reads it "
            "does not know that value",
            "models/items.sql:1:1: warn: maturity in the meta of items is hihg, which is not among low and high: what "
            "reads it does not know that value"});
  }
}

TEST_CASE("model-tags") {
  TestProject project;
  project.model("orders", "{{ config(tags=['nightyl', 'pii']) }}\n", R"({"config": {"tags": ["nightyl", "pii"]}})");
  project.model("items", kSql, R"({"config": {"tags": ["nightly", "hourly"]}})").model("bare", kSql);
  project.model("off", kSql, R"({"config": {"enabled": false, "tags": ["wrong"]}})");
  CHECK(project.lint("model-tags") == Lines{});
  SUBCASE("only those that are allowed") {
    CHECK(
        project.option(R"({"allowed": ["nightly", "hourly", "pii"]})").lint("model-tags") ==
        Lines{"models/orders.sql:1:18: warn: orders has the tag nightyl, which is not among those agreed upon: no job "
              "selects by it"});
    CHECK(project.option(R"({"allowed": ["hourly"], "any": ["nightyl"], "all": ["pii"], "one": ["nightly"]})")
              .lint("model-tags") ==
          Lines{"models/bare.sql:1:1: warn: bare lacks the tag nightly: jobs that select by tag leave it out",
                "models/bare.sql:1:1: warn: bare lacks the tag nightyl: jobs that select by tag leave it out",
                "models/bare.sql:1:1: warn: bare lacks the tag pii: jobs that select by tag leave it out",
                "models/items.sql:1:1: warn: items lacks the tag nightyl: jobs that select by tag leave it out",
                "models/items.sql:1:1: warn: items lacks the tag pii: jobs that select by tag leave it out",
                "models/orders.sql:1:11: warn: orders lacks the tag nightly: jobs that select by tag leave it "
                "out"});
  }
  SUBCASE("any") {
    CHECK(
        project.option(R"({"any": ["nightly", "pii"]})").lint("model-tags") ==
        Lines{"models/bare.sql:1:1: warn: bare has none of the tags nightly and pii: jobs that select by tag leave it "
              "out"});
  }
  SUBCASE("all") {
    CHECK(project.option(R"({"all": ["nightly", "hourly"]})").lint("model-tags") ==
          Lines{"models/bare.sql:1:1: warn: bare lacks the tags nightly and hourly: jobs that select by tag leave "
                "it out",
                "models/orders.sql:1:11: warn: orders lacks the tags nightly and hourly: jobs that select by tag "
                "leave it out"});
  }
  SUBCASE("exactly one") {
    CHECK(
        project.option(R"({"one": ["nightly", "hourly", "pii"]})").lint("model-tags") ==
        Lines{"models/bare.sql:1:1: warn: bare has none of the tags nightly, hourly and pii: jobs that select by tag "
              "leave it out",
              "models/items.sql:1:1: warn: items has the tags nightly and hourly, of which only one may be there: each "
              "job that selects by one of them runs it"});
  }
}

TEST_CASE("snapshot-tags") {
  TestProject project;
  project.add("snapshot.shop.bare").add("snapshot.shop.both", R"({"config": {"tags": ["a", "b"]}})");
  project.model("orders", kSql);
  CHECK(project.lint("snapshot-tags") == Lines{});
  CHECK(project.option(R"({"tags": ["a", "b"]})").lint("snapshot-tags") ==
        Lines{"snapshots/bare.sql: warn: bare lacks the tags a and b: jobs that select by tag leave it out"});
  CHECK(project.option(R"({"criteria": "any"})").lint("snapshot-tags").size() == 1);
  CHECK(project.option(R"({"criteria": "one"})").lint("snapshot-tags").size() == 2);
}

TEST_CASE("model-owner: nothing where each model has an owner") {
  TestProject project;
  project.model("listed", kSql, R"({"meta": {"owner": ["a", "b"]}})");
  project.model("inner", kSql, R"({"meta": {"owners": "b"}, "config": {"meta": {"owner": "a"}}})");
  project.model("grouped", kSql, R"({"group": "finance"})");
  project.model("off", kSql, R"({"config": {"enabled": false}})");
  project.add("seed.shop.countries").add("model.other.theirs");
  project.manifest(R"({"groups": {
      "group.shop.finance": {"unique_id": "group.shop.finance", "name": "finance", "package_name": "shop",
                             "original_file_path": "models/groups.yml", "owner": {"name": "Finance"}}}})");
  CHECK(project.lint("model-owner") == Lines{});
}

TEST_CASE("model-owner and seed-owner") {
  TestProject project;
  project.model("nobody", kSql).model("empty", kSql, R"({"meta": {"owner": ""}})");
  project.model("inner", kSql, R"({"meta": {}, "config": {"meta": {"owner": "a"}}})");
  project.model("grouped", kSql, R"({"group": "finance"})").model("alone", kSql, R"({"group": "empty_group"})");
  project.add("seed.shop.countries").add("seed.shop.grouped", R"({"group": "finance"})");
  project.manifest(R"({"groups": {
      "group.shop.finance": {"unique_id": "group.shop.finance", "name": "finance", "package_name": "shop",
                             "original_file_path": "models/groups.yml", "owner": {"email": "f@shop", "name": null}},
      "group.shop.empty_group": {"unique_id": "group.shop.empty_group", "name": "empty_group", "package_name": "shop",
                                 "original_file_path": "models/groups.yml", "owner": {"email": null}}}})");
  SUBCASE("meta.owner, or the group's") {
    const std::string has_no_owner =
        " has no owner (meta.owner or a group with one): when it breaks, nobody knows who is "
        "to mend it";
    CHECK(project.lint("model-owner") == Lines{"models/alone.sql:1:1: warn: alone" + has_no_owner,
                                               "models/empty.sql:1:1: warn: empty" + has_no_owner,
                                               "models/nobody.sql:1:1: warn: nobody" + has_no_owner});
    CHECK(project.lint("seed-owner") == Lines{"seeds/countries.csv: warn: countries" + has_no_owner});
  }
  SUBCASE("other keys, and without groups") {
    CHECK(
        project.option(R"({"group": false, "keys": ["owner", "contact.email"]})").lint("seed-owner") ==
        Lines{
            "seeds/countries.csv: warn: countries has no owner (meta.owner and meta.contact.email): when it breaks, "
            "nobody knows who is to mend it",
            "seeds/grouped.csv: warn: grouped has no owner (meta.owner and meta.contact.email): when it breaks, nobody "
            "knows who is to mend it"});
    CHECK(project.option(R"({"keys": []})").lint("seed-owner") == Lines{});
  }
}

TEST_CASE("concept-mapping") {
  TestProject project;
  project.model("marts/fct_orders", kSql, R"({"config": {"meta": {"concept": "oder"}}})");
  project.model("marts/dim_customers", kSql, R"({"meta": {"concept": ["customer", "person"]}})");
  project.model("marts/fct_sales", kSql).model("staging/stg_sales", kSql);
  CHECK(project.lint("concept-mapping") == Lines{});
  const std::string missing =
      "models/marts/fct_sales.sql:1:1: warn: fct_sales names no business concept (meta.concept): nobody who thinks in "
      "the "
      "business's words finds it";
  SUBCASE("concepts in the options") {
    CHECK(project.option(R"({"concepts": ["order", "customer", "person"]})").lint("concept-mapping") ==
          Lines{"models/marts/fct_orders.sql:1:1: warn: fct_orders is mapped to the concept oder, which is not "
                "defined: the "
                "model is in no one's picture of the business",
                missing});
  }
  SUBCASE("concepts in a file") {
    project.file("concepts.yml", "concepts:\n  oder: {domain: sales}\n  customer:\n");
    CHECK(project.option(R"({"concepts": ["person"], "concepts_file": "concepts.yml"})").lint("concept-mapping") ==
          Lines{missing});
    project.file("concepts.yml", "concepts: [oder, {name: customer}, person]\n");
    CHECK(project.option(R"({"layers": []})").lint("concept-mapping") == Lines{});
  }
  SUBCASE("a file that is not there, or no such file") {
    const auto failure = [&] {
      const Lines lines = project.lint("concept-mapping");
      return lines.size() == 1 ? lines.front() : "";
    };
    project.option(R"({"concepts_file": "../concepts.yml"})");
    CHECK(failure() ==
          "failed: concept-mapping: ../concepts.yml is no file of the project that can be read\n"
          "  `concepts_file` is relative to the project's folder, and lies in it");
    project.file("concepts.yml", "customer: {}\n").option(R"({"concepts_file": "concepts.yml"})");
    CHECK(failure().find("there is no `concepts:` at the top") != std::string::npos);
    project.file("concepts.yml", "concepts: [\n");
    CHECK(failure().starts_with("failed: concepts.yml:"));
  }
}
