#include "backfill/table_name.h"

#include <doctest/doctest.h>
#include <string>

namespace plowline {
namespace {

TableName read(std::string_view text) {
  auto name = table_name_from(text);
  REQUIRE_MESSAGE(name, (name ? "" : name.error().reason));
  return std::move(*name);
}

std::string reason(std::string_view text) {
  const auto name = table_name_from(text);
  REQUIRE_FALSE(name);
  CHECK(name.error().status == ExitStatus::kInput);
  return name.error().reason;
}

TEST_CASE("what stands unquoted stays unquoted, what is quoted stays quoted") {
  const TableName name = read(R"(shop."Prod".my_new_model)");
  CHECK(name.database == NamePart{"shop", false});
  CHECK(name.schema == NamePart{"Prod", true});
  CHECK(name.identifier == NamePart{"my_new_model", false});
  CHECK(shown(name) == "shop.Prod.my_new_model");
}

TEST_CASE("the database may be missing") {
  const TableName name = read("`prod`.`t`");
  CHECK_FALSE(name.database);
  CHECK(name.schema == NamePart{"prod", true});
  CHECK(shown(name) == "prod.t");
}

TEST_CASE("dots and doubled quotes inside of quotes belong to the name") {
  const TableName name = read(R"("a.b"."say ""x""".`c``d`)");
  CHECK(name.database->text == "a.b");
  CHECK(name.schema.text == "say \"x\"");
  CHECK(name.identifier.text == "c`d");
}

TEST_CASE("BigQuery's one pair of backticks around the whole name") {
  const TableName name = read("`my-project.prod.t`");
  CHECK(name.database == NamePart{"my-project", true});
  CHECK(name.schema == NamePart{"prod", true});
  CHECK(name.identifier == NamePart{"t", true});
  CHECK_FALSE(read("`prod.t`").database);
  // A project of the old kind has a domain before it.
  CHECK(read("`example.com:shop.prod.t`").database->text == "example.com:shop");
  CHECK(reason("`a.b.c.d`").ends_with("it has more than three parts"));
  CHECK(reason("`a..t`").ends_with("a part of it is empty"));
  // In double quotes a dot is a letter like others.
  CHECK(reason(R"("a.b.c")").ends_with("it has no schema"));
}

TEST_CASE("what is no name is told, and cannot drive a terminal") {
  CHECK(reason("t") == "'t' is no name of a table: it has no schema");
  CHECK(reason("") == "'' is no name of a table: it is empty");
  CHECK(reason(" ").ends_with("it is empty"));
  CHECK(reason(R"("a"."b)").ends_with("a quote is not closed"));
  CHECK(reason(R"("a"b.c)").ends_with("a part goes on after its closing quote"));
  CHECK(reason(R"(a"b.c)").ends_with("a quote stands inside of a part"));
  CHECK(reason("a..c").ends_with("a part of it is empty"));
  CHECK(reason(R"("".c)").ends_with("a part of it is empty"));
  CHECK(reason("a.").ends_with("a part of it is empty"));
  CHECK(reason("a.b.c.d").ends_with("it has more than three parts"));
  CHECK(reason("\x1b[31m").find('\x1b') == std::string::npos);
  CHECK(shown({std::nullopt, {"a\nb", true}, {"\x1b", true}}).find_first_of("\n\x1b") == std::string::npos);
}

TEST_CASE("a name that is no plain identifier is kept for the dialect to quote") {
  const TableName name = read("shop.prod.t;drop table x");
  CHECK(name.identifier == NamePart{"t;drop table x", false});
}

}  // namespace
}  // namespace plowline
