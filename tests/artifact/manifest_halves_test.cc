#include "artifact/manifest_halves.h"

#include <doctest/doctest.h>
#include <filesystem>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "artifact/manifest.h"
#include "support/support.h"

using namespace plowline;

namespace {

constexpr std::size_t kNever = std::numeric_limits<std::size_t>::max();

Result<Manifest> read(const std::string& text, std::size_t in_halves_from) {
  Warnings warnings;
  return read_manifest(FileBytes::copy_of(text, "manifest.json"), in_halves_from, warnings);
}

// Everything that was read, as text, with where each record stands.
std::vector<std::string> contents(const Manifest& manifest) {
  std::vector<std::string> out{std::string(manifest.metadata.dbt_schema_version),
                               std::string(manifest.metadata.project_name), std::string(manifest.selectors.bytes)};
  for (const NodeRecord& node : manifest.nodes) {
    out.push_back(fmt::format("{} {} {} {} at {}", node.unique_id, node.name, node.whole.bytes, node.config.bytes,
                              *position_of(manifest, node.whole, "").offset));
    for (const StringList list : {node.fqn, node.tags, node.depends_on.nodes, node.depends_on.macros}) {
      for (const std::string_view text : list) out.emplace_back(text);
    }
  }
  for (const NodeRecord& node : manifest.disabled) out.emplace_back(node.whole.bytes);
  for (const MacroRecord& macro : manifest.macros)
    out.push_back(fmt::format("{} {}", macro.unique_id, macro.macro_sql.bytes));
  for (const DocRecord& doc : manifest.docs) out.emplace_back(doc.unique_id);
  for (const GroupRecord& group : manifest.groups) out.emplace_back(group.unique_id);
  return out;
}

// Reads both ways and compares; says whether the halves were used.
bool same_both_ways(const std::string& text) {
  const auto whole = read(text, kNever);
  const auto halved = read(text, 0);
  REQUIRE(whole.has_value() == halved.has_value());
  if (!whole) {
    CHECK(to_text(whole.error()) == to_text(halved.error()));
    return false;
  }
  CHECK(contents(*whole) == contents(*halved));
  return halved->halves.has_value();
}

std::string record(const std::string& id, const std::string& code) {
  return fmt::format(
      R"("model.shop.{0}": {{"resource_type": "model", "name": "{0}", "raw_code": "{1}", "fqn": ["shop", "{0}"]}})", id,
      code);
}

std::string manifest_of(const std::vector<std::string>& records, const std::string& rest = R"("macros": {})") {
  return fmt::format(
      R"({{"metadata": {{"dbt_schema_version": "https://schemas.getdbt.com/dbt/manifest/v12.json"}}, "nodes": {{{}}}, {}}})",
      fmt::join(records, ", "), rest);
}

std::vector<std::string> some_records(const std::string& code) {
  std::vector<std::string> records;
  for (char c = 'a'; c <= 'p'; ++c) records.push_back(record(std::string(1, c), code));
  return records;
}

}  // namespace

TEST_CASE("the halves hold what the whole holds") {
  CHECK(same_both_ways(manifest_of(some_records("select 1"))));
  CHECK(same_both_ways(manifest_of(some_records("select \\\"x\\\" \\u00e9"))));
}

TEST_CASE("without a seam the manifest is read in one piece") {
  CHECK_FALSE(same_both_ways(manifest_of({record("a", "select 1")})));
  CHECK_FALSE(same_both_ways(R"({"nodes": {}, "macros": {}})"));
}

TEST_CASE("what only looks like a seam is none") {
  SUBCASE("inside a string") {
    CHECK_FALSE(same_both_ways(
        manifest_of({record("a", "select 1"), record("b", std::string(4000, ' ') + R"(}, 'model.x': {)")})));
    // With the quotes of JSON, escaped: the bytes before the key are a backslash, not a quote.
    same_both_ways(manifest_of(some_records(R"(}, \"model.x\": {\"a\": 1}, \"model.y\": {)")));
  }
  SUBCASE("in another member that has the same keys") {
    std::string twins;
    for (int i = 0; i < 40; ++i)
      twins += fmt::format(R"({}"model.shop.t{}": {{"name": "t", "padding": "{}"}})", i == 0 ? "" : ", ", i,
                           std::string(200, 'x'));
    CHECK_FALSE(same_both_ways(
        manifest_of({record("a", "select 1")}, fmt::format(R"("twins": {{{}}}, "macros": {{}})", twins))));
  }
  SUBCASE("deeper in a record") {
    std::string deep;
    for (int i = 0; i < 40; ++i)
      deep += fmt::format(R"({}"model.shop.d{}": {{"name": "{}"}})", i == 0 ? "" : ", ", i, std::string(100, 'x'));
    const std::string big = fmt::format(R"("model.shop.big": {{"name": "big", "meta": {{{}}}}})", deep);
    CHECK_FALSE(same_both_ways(manifest_of({record("a", "x"), big, record("z", "x")})));
  }
}

TEST_CASE("a key at the top that stands twice is not hidden by the seam") {
  CHECK_FALSE(same_both_ways(manifest_of(some_records("select 1"), R"("macros": {}, "nodes": {})")));
  CHECK_FALSE(same_both_ways(manifest_of(some_records("select 1"), R"("metadata": {}, "macros": {})")));
}

TEST_CASE("what is broken in either half gives the error of the whole") {
  const std::string good = manifest_of(some_records("select 1"));
  for (std::size_t cut = 1; cut < good.size(); cut += 7) same_both_ways(good.substr(0, cut));
  for (std::size_t at = 0; at < good.size(); at += 11) {
    std::string damaged = good;
    damaged[at] = '\x01';
    same_both_ways(damaged);
    damaged[at] = '}';
    same_both_ways(damaged);
  }
}

TEST_CASE("every real manifest is the same in halves") {
  const auto shared = testing::shared_or_skip("real manifests in halves");
  if (shared.empty()) return;
  int halved = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(shared / "corpus")) {
    const std::string name = entry.path().filename().string();
    if (!name.ends_with(".json") || name.find("manifest") == std::string::npos ||
        entry.path().string().find("/state/") != std::string::npos)
      continue;
    CAPTURE(entry.path().string());
    halved += same_both_ways(testing::read_text(entry.path())) ? 1 : 0;
  }
  CHECK(halved >= 5);  // the others have macros in their middle
}
