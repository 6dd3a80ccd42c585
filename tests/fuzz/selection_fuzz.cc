// Any bytes as a selection: text of the command line (the first byte is a digit: 0 eager, 1 cautious, 2 buildable,
// 3 empty), or else a selectors.yml whose every selector is then used. A selection may be refused, but must not crash,
// hang, or hold nodes that are no members.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <utility>

#include "artifact/file.h"
#include "artifact/manifest.h"
#include "project/project.h"
#include "selection/named_selectors.h"
#include "selection/select.h"

using namespace plowline;

namespace {

// A diamond with a source, a seed, two tests, a versioned model, an exposure, and a YAML selector.
constexpr std::string_view kManifest = R"({
 "metadata": {"dbt_schema_version": "https://schemas.getdbt.com/dbt/manifest/v12.json", "dbt_version": "1.12.0",
              "project_name": "shop", "adapter_type": "postgres"},
 "nodes": {
  "model.shop.a": {"resource_type": "model", "name": "a", "package_name": "shop", "fqn": ["shop", "staging", "a"],
   "path": "staging/a.sql", "original_file_path": "models/staging/a.sql", "tags": ["nightly"], "raw_code": "select 1",
   "config": {"enabled": true, "materialized": "view", "meta": {"owner": "x", "list": [1, true, "y"]}}, "access": "public",
   "depends_on": {"nodes": ["source.shop.raw.orders", "seed.shop.codes"], "macros": []}},
  "model.shop.b.v1": {"resource_type": "model", "name": "b", "package_name": "shop", "fqn": ["shop", "marts", "b", "v1"],
   "path": "marts/b_v1.sql", "original_file_path": "models/marts/b_v1.sql", "tags": [], "version": 1, "latest_version": 2,
   "raw_code": "select 1", "config": {"enabled": true, "group": "core"}, "depends_on": {"nodes": ["model.shop.a"], "macros": []}},
  "model.shop.b.v2": {"resource_type": "model", "name": "b", "package_name": "shop", "fqn": ["shop", "marts", "b", "v2"],
   "path": "marts/b_v2.sql", "original_file_path": "models/marts/b_v2.sql", "tags": ["x.y"], "version": 2, "latest_version": 2,
   "raw_code": "select 1", "config": {"enabled": true}, "depends_on": {"nodes": ["model.shop.a"], "macros": []}},
  "model.shop.c": {"resource_type": "model", "name": "c", "package_name": "shop", "fqn": ["shop", "marts", "c"],
   "path": "marts/c.sql", "original_file_path": "models/marts/c.sql", "tags": [], "raw_code": "select 1",
   "config": {"enabled": true}, "depends_on": {"nodes": ["model.shop.b.v1", "model.shop.b.v2"], "macros": []}},
  "seed.shop.codes": {"resource_type": "seed", "name": "codes", "package_name": "shop", "fqn": ["shop", "codes"],
   "path": "codes.csv", "original_file_path": "seeds/codes.csv", "tags": [], "config": {"enabled": true}},
  "test.shop.not_null_c.1": {"resource_type": "test", "name": "not_null_c", "package_name": "shop", "fqn": ["shop", "not_null_c"],
   "path": "not_null_c.sql", "original_file_path": "models/marts/c.yml", "tags": [], "raw_code": "{{ test() }}",
   "test_metadata": {"name": "not_null", "kwargs": {}}, "config": {"enabled": true, "severity": "warn"},
   "depends_on": {"nodes": ["model.shop.c"], "macros": []}},
  "test.shop.both": {"resource_type": "test", "name": "both", "package_name": "shop", "fqn": ["shop", "both"],
   "path": "both.sql", "original_file_path": "tests/both.sql", "tags": [], "raw_code": "select 1", "config": {"enabled": true},
   "depends_on": {"nodes": ["model.shop.a", "model.shop.c"], "macros": []}}},
 "sources": {"source.shop.raw.orders": {"resource_type": "source", "name": "orders", "source_name": "raw", "package_name": "shop",
   "fqn": ["shop", "raw", "orders"], "path": "models/raw.yml", "original_file_path": "models/raw.yml", "tags": [], "config": {"enabled": true}}},
 "exposures": {"exposure.shop.board": {"resource_type": "exposure", "name": "board", "package_name": "shop", "fqn": ["shop", "board"],
   "path": "board.yml", "original_file_path": "models/board.yml", "tags": [], "depends_on": {"nodes": ["model.shop.c"], "macros": []}}},
 "macros": {}, "disabled": {}, "selectors": {"nightly": {"name": "nightly", "definition": {"method": "tag", "value": "nightly", "children": true}}}
})";

const Project& project() {
  static const Project built = [] {
    Warnings warnings;
    auto manifest = read_manifest(FileBytes::copy_of(kManifest, "manifest.json"), warnings);
    if (!manifest) std::abort();
    auto result = Project::build(std::move(*manifest), warnings);
    if (!result) std::abort();
    return std::move(*result);
  }();
  return built;
}

void select(Selector& selector, const SelectionRequest& request) {
  Warnings warnings;
  const auto selection = selector.select(request, warnings);
  if (!selection) return;
  NodeSet outside = selection->nodes;
  outside -= selector.index().members();
  if (!outside.empty()) std::abort();
  const auto explained = selector.explain(request);
  if (!explained || explained->size() != selection->nodes.count()) std::abort();
}

void use_yaml(std::string_view text) {
  Warnings warnings;
  SelectionInputs inputs;
  inputs.selectors_yml = SelectionInputs::SelectorsFile{"selectors.yml", std::string(text)};
  Selector selector(project(), std::move(inputs));
  const auto named = selector.named_selectors(warnings);
  if (!named) return;
  for (const std::string& name : (*named)->names()) select(selector, {.selector = name});
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (size == 0 || text[0] < '0' || text[0] > '3') {
    use_yaml(text);
    return 0;
  }
  Selector selector(project(), {});
  SelectionRequest request;
  request.select = {std::string(text.substr(1))};
  request.indirect = static_cast<IndirectSelection>(text[0] - '0');
  select(selector, request);
  return 0;
}
