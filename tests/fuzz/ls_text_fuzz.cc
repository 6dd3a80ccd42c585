// Any bytes as the text of `dbt ls`: whatever is taken for a row lies in the text, and its accessors work. Then the
// rows are looked up in a small project.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>
#include <utility>

#include "artifact/file.h"
#include "artifact/ls_text.h"
#include "artifact/manifest.h"
#include "project/ls_nodes.h"
#include "project/project.h"

using namespace plowline;

namespace {

void require(bool holds) {
  if (!holds) std::abort();
}

// A name in two packages, a versioned model, a source, a test, a metric called like a model.
constexpr std::string_view kManifest = R"({"metadata":{"project_name":"shop"},"macros":{},
  "nodes":{
    "model.shop.orders":{"name":"orders","package_name":"shop","fqn":["shop","orders"],"resource_type":"model",
      "original_file_path":"models/orders.sql","depends_on":{"nodes":["source.shop.raw.orders"]}},
    "model.other.orders":{"name":"orders","package_name":"other","fqn":["other","orders"],"resource_type":"model",
      "original_file_path":"models/orders.sql"},
    "model.shop.dim.v2":{"name":"dim","package_name":"shop","fqn":["shop","dim","v2"],"resource_type":"model",
      "version":2,"original_file_path":"models/dim_v2.sql","config":{"materialized":"table"},"tags":["a"]},
    "test.shop.not_null.1":{"name":"not_null","package_name":"shop","fqn":["shop","not_null"],"resource_type":"test",
      "original_file_path":"models/x.yml"}},
  "sources":{"source.shop.raw.orders":{"name":"orders","source_name":"raw","package_name":"shop",
      "fqn":["shop","raw","orders"],"resource_type":"source","original_file_path":"models/x.yml"}},
  "metrics":{"metric.shop.orders":{"name":"orders","package_name":"shop","fqn":["shop","orders"],
      "resource_type":"metric","original_file_path":"models/x.yml"}},
  "disabled":{"model.shop.off":[{"unique_id":"model.shop.off","name":"off","fqn":["shop","off"]}]}})";

const Project& small_project() {
  static const Project project = [] {
    Warnings warnings;
    auto manifest = read_manifest(FileBytes::copy_of(kManifest, "manifest.json"), warnings);
    require(manifest.has_value());
    auto built = Project::build(std::move(*manifest), warnings);
    require(built.has_value());
    return std::move(*built);
  }();
  return project;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const FileBytes bytes = FileBytes::copy_of({reinterpret_cast<const char*>(data), size}, "fuzz");
  const LsText text = read_ls_text(bytes);
  for (const LsRow& row : text.rows()) {
    require(!row.token.text.empty() && row.token.line >= 1);
    if (row.json == nullptr) continue;
    (void)row.json->get("unique_id");
    (void)check(row.json->config);
  }
  if (text.failure()) (void)to_text(*text.failure());
  Warnings warnings;
  if (const auto nodes = ls_nodes(text, small_project(), warnings)) {
    for (const NodeId id : nodes->nodes) require(index_of(id) < small_project().size());
    require(!why_no_listing(text));
  } else {
    require(!nodes.error().reason.empty());
  }
  for (const Warning& warning : warnings) (void)to_text(warning, true);
  return 0;
}
