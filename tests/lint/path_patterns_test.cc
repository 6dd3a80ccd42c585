// Which selectors stand for which patterns, held against the files of a project.
#include "lint/path_patterns.h"

#include <doctest/doctest.h>

#include "lint/path_regex.h"
#include "support/support.h"

namespace plowline::testing {
namespace {

using Texts = std::vector<std::string>;

class Folder {
 public:
  Folder() {
    for (const char* file : {"models/staging/crm/stg_accounts.sql", "models/staging/stg_orders.sql",
                             "models/staging/_staging.yml", "models/marts/fct_orders.sql", "models/marts/dim_users.sql",
                             "models/marts/_marts.yml", "models/marts_old/fct_old.sql", "models/legacy/a.sql",
                             "models/legacy/_legacy.yml", "models/my_date_spine.sql", "target/compiled/legacy.sql"}) {
      folder_.write(file, "");
    }
  }

  SeenProjects seen() const { return {folder_.path(), {{.path = {}, .name = "shop"}}}; }

  // The selectors, `everything`, or the reason in brackets.
  Texts of(const PathPattern& pattern) const {
    const auto found = PathPatterns(seen(), {}).selectors_for({pattern});
    if (!found) return {"(" + found.error().reason + ")"};
    return found->everything ? Texts{"everything"} : found->selectors;
  }

 private:
  TemporaryFolder folder_;
};

bool is_refused(const Texts& found) {
  return found.size() == 1 && found[0].starts_with('(');
}

}  // namespace

TEST_CASE("paths: a pattern that begins a name is a glob, and one that names a folder is that") {
  const Folder folder;
  CHECK(folder.of({"^models/marts/fct_"}) == Texts{"path:models/marts/fct_*"});
  CHECK(folder.of({"^models/stag"}) == Texts{"path:models/stag*"});
  CHECK(folder.of({"^models/staging"}) == Texts{"path:models/staging"});
  CHECK(folder.of({"models/staging"}) == Texts{"path:models/staging"});  // matched from the start
  CHECK(folder.of({"^models/marts"}) == Texts{"path:models/marts*"});    // marts_old begins so, too
  CHECK(folder.of({"^models/marts/"}) == Texts{"path:models/marts"});
  CHECK(folder.of({"^models/marts/.*"}) == Texts{"path:models/marts"});
  CHECK(folder.of({R"(^models/legacy/a\.sql$)"}) == Texts{"path:models/legacy/a.sql"});
  CHECK(folder.of({"^models/new/"}) == Texts{"path:models/new"});  // may come
}

TEST_CASE("paths: the forms that pre-commit's users write") {
  const Folder folder;
  CHECK(folder.of({R"(^models/marts/.*\.sql$)"}) == Texts{"path:models/marts"});
  CHECK(folder.of({R"(^models/(marts|legacy)/.*\.ya?ml$)"}) == Texts{"path:models/marts", "path:models/legacy"});
  CHECK(folder.of({R"(^models/(marts|legacy)/)"}) == Texts{"path:models/marts", "path:models/legacy"});
  CHECK(folder.of({"^models/marts/|^models/legacy/.*"}) == Texts{"path:models/marts", "path:models/legacy"});
  const char* extended = "(?x)^(\n  models/marts/.*|  # ours\n  models/legacy/.*\n)$\n";
  CHECK(folder.of({extended, true}) == Texts{"path:models/marts", "path:models/legacy"});
  CHECK(folder.of({R"(^models/marts/[^/]+\.sql$)"}) == Texts{"path:models/marts/?*.sql"});
  CHECK(folder.of({"^models/.*/stg_"}) == Texts{"path:models/*/**/stg_*"});
  for (const char* all : {"", ".*", R"(\.sql$)", R"(.*\.(sql|yml)$)", "^", "^models/"}) {
    CAPTURE(all);
    const Texts found = folder.of({all, true});
    CHECK((found == Texts{"everything"} || found == Texts{"path:models"}));
  }
}

TEST_CASE("paths: what is looked for anywhere is what is there from the project's folder on, or a glob") {
  const Folder folder;
  CHECK(folder.of({"models/legacy/", true}) == Texts{"path:models/legacy"});
  CHECK(folder.of({"legacy", true}) == Texts{"path:**/*legacy*"});
  CHECK(folder.of({"/models/legacy/", true, true, true}) == Texts{"path:models/legacy"});
  CHECK(folder.of({"/my_date_spine.sql", true, true, true}) == Texts{"path:*/**/my_date_spine.sql"});
  CHECK(is_refused(folder.of({"models/LEGACY/", true, true})));  // there is models/legacy, which dbt tells from that
  CHECK(is_refused(folder.of({"models/nothing/", true})));
}

TEST_CASE("paths: what no selector says, or one that takes other files, is refused with a reason") {
  const Folder folder;
  for (const char* pattern : {"^models/[ms]", "^(?!models/legacy)", R"(^models/\w+/)", "^models/(marts", "^models/a{2}",
                              "(?i)models", "^archive/", R"(^models/marts/.*\.csv$)", "^models/marts$"}) {
    CAPTURE(pattern);
    CHECK(is_refused(folder.of({pattern, true})));
  }
}

TEST_CASE("paths: a project below the folder that patterns are relative to") {
  const TemporaryFolder root;
  root.write("analytics/models/marts/a.sql", "");
  root.write("analytics/models/staging/b.sql", "");
  const SeenProjects seen{root.path(), {{.path = "analytics", .name = "shop"}}};
  const PathPatterns paths(seen, root.path());
  const auto of = [&](const char* pattern) { return paths.selectors_for({{pattern, true}}); };
  REQUIRE(of("^analytics/models/marts/"));
  CHECK(of("^analytics/models/marts/")->selectors == Texts{"path:models/marts"});
  CHECK(of("^analytics/")->everything);
  CHECK(of("^[^/]+/models/marts/")->selectors == Texts{"path:models/marts"});
  REQUIRE(!of("^models/marts/"));
  CHECK(of("^models/marts/").error().reason.find("no file of a project") != std::string::npos);
}

TEST_CASE("paths: of several projects, only the one that a pattern names") {
  const TemporaryFolder root;
  root.write("shop/models/marts/a.sql", "");
  root.write("crm/models/marts/b.sql", "");
  const SeenProjects seen{root.path(), {{.path = "crm", .name = "crm"}, {.path = "shop", .name = "web_shop"}}};
  const PathPatterns paths(seen, root.path());
  const auto one = paths.selectors_for({{"^shop/models/marts/", true}});
  REQUIRE(one);
  CHECK(one->selectors == Texts{"package:web_shop,path:models/marts"});
  const auto both = paths.selectors_for({{"^(shop|crm)/models/marts/", true}});
  REQUIRE(both);
  CHECK(both->selectors == Texts{"path:models/marts"});
}

TEST_CASE("paths: a pattern of many alternatives, or many levels, is refused and takes no time") {
  std::string deep(5000, '(');
  CHECK(!path_alternatives(deep));
  std::string wide = "^";
  for (int i = 0; i < 40; ++i) wide += "(a|b)";
  CHECK(!path_alternatives(wide));
  CHECK(path_alternatives("a(b|c)d?")->size() == 4);
}

}  // namespace plowline::testing
