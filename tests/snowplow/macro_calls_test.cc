#include "snowplow/macro_calls.h"

#include "snowplow/small_manifest.h"

namespace plowline::testing {
namespace {

constexpr std::string_view kHook = "snowplow_incremental_post_hook";

std::optional<std::string> package_in(std::string_view jinja) {
  const auto arguments = call_arguments(jinja, kHook);
  return arguments ? literal_argument(*arguments, "package_name", 0) : std::nullopt;
}

}  // namespace

TEST_CASE("macro calls: the package's name as every package writes it") {
  CHECK(package_in("{{ snowplow_utils.snowplow_incremental_post_hook('snowplow_web') }}") == "snowplow_web");
  CHECK(package_in("{{ snowplow_utils.snowplow_incremental_post_hook(\"snowplow_media_player\", \"a, b\", "
                   "\"c\", var(\"x\", \"y\")) }}") == "snowplow_media_player");
  CHECK(package_in("{{ snowplow_utils.snowplow_incremental_post_hook(incremental_manifest_table_name='m', "
                   "package_name = 'snowplow_unified') }}") == "snowplow_unified");
  CHECK(package_in("{{ snowplow_incremental_post_hook (\n  'x'\n) }}") == "x");
}

TEST_CASE("macro calls: what is no literal is not guessed") {
  CHECK(!package_in("{{ snowplow_incremental_post_hook(var('package', 'a')) }}").has_value());
  CHECK(!package_in("{{ snowplow_incremental_post_hook('a' ~ 'b') }}").has_value());
  CHECK(!package_in("{{ snowplow_incremental_post_hook(p == 'a') }}").has_value());
  CHECK(!package_in("{{ snowplow_incremental_post_hook() }}").has_value());
}

TEST_CASE("macro calls: longer names, comments and cut text") {
  CHECK(!call_arguments("{{ snowplow_incremental_post_hook_t('a') }}", kHook).has_value());
  CHECK(!call_arguments("{{ my_snowplow_incremental_post_hook('a') }}", kHook).has_value());
  CHECK(!call_arguments("{# {{ snowplow_incremental_post_hook('a') }} #}", kHook).has_value());
  CHECK(!call_arguments("snowplow_incremental_post_hook is called elsewhere", kHook).has_value());
  CHECK(!call_arguments("", kHook).has_value());
  CHECK(call_arguments("{{ snowplow_incremental_post_hook('a", kHook).has_value());
  CHECK(call_arguments("{{ snowplow_incremental_post_hook(", kHook)->empty());
  CHECK(package_in("{# old('z') #}{{ snowplow_incremental_post_hook('a\\'b') }}") == "a'b");
}

TEST_CASE("macro calls: arguments by position and by name") {
  const auto arguments = call_arguments("f('a', none, models_to_run=\"\")", "f");
  REQUIRE(arguments.has_value());
  CHECK(arguments->size() == 3);
  CHECK(literal_argument(*arguments, "models_to_run", 2) == "");
  CHECK(!literal_argument(*arguments, "graph_object", 1).has_value());
  CHECK(!literal_argument(*arguments, "other", 5).has_value());
}

TEST_CASE("macro calls: found through wrapping macros, cycles included") {
  SmallManifest manifest;
  manifest.macro("macro.shop.outer", "{{ inner() }}", {"macro.shop.inner", "macro.shop.outer"});
  manifest.macro("macro.shop.inner", "{{ snowplow_utils.snowplow_incremental_post_hook('snowplow') }}",
                 {"macro.shop.outer", "macro.snowplow_utils.snowplow_incremental_post_hook"});
  manifest.macro("macro.shop.loop", "{{ loop() }}", {"macro.shop.loop"});
  manifest.end_hook("shop", 0, "{{ outer() }}", {}, {"macro.shop.outer"});
  manifest.end_hook("shop", 1, "{{ loop() }}", {}, {"macro.shop.loop"});
  const Project project = build_project(manifest);
  CallFinder calls(project);
  const auto found = calls.find(id_of(project, "operation.shop.shop-on-run-end-0"), kHook);
  REQUIRE(found.has_value());
  REQUIRE(found->has_value());
  CHECK(package_in((*found)->text) == "snowplow");
  const auto none = calls.find(id_of(project, "operation.shop.shop-on-run-end-1"), kHook);
  REQUIRE(none.has_value());
  CHECK(!none->has_value());
}

}  // namespace plowline::testing
