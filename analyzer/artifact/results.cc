#include "artifact/results.h"

#include <utility>

namespace plowline {
namespace {

struct ResultsFile {
  std::vector<NodeResult> results;
  RawJson arguments;
};

struct ResultsShapes {
  Shape result{{
      member<&NodeResult::unique_id>("unique_id"),
      lenient(member<&NodeResult::status>("status")),
      lenient(member<&NodeResult::max_loaded_at>("max_loaded_at")),
      member<&NodeResult::execution_time>("execution_time"),
      member<&NodeResult::failures>("failures"),
      member<&NodeResult::message>("message"),
      member<&NodeResult::adapter_response>("adapter_response"),
  }};
  Shape top{{
      member<&ResultsFile::results>("results", result),
      member<&ResultsFile::arguments>("args"),
  }};
};

}  // namespace

Result<Results> read_results(const std::filesystem::path& file) {
  static const ResultsShapes shapes;
  auto bytes = FileBytes::read(file);
  if (!bytes) return std::unexpected(std::move(bytes.error()));
  auto arena = std::make_unique<Arena>();
  ResultsFile top;
  if (auto read = read_object(*bytes, shapes.top, &top, *arena); !read) return std::unexpected(std::move(read.error()));
  return Results{std::move(*bytes), std::move(arena), std::move(top.results), top.arguments};
}

}  // namespace plowline
