// edges: which node is upstream of which, and how far.
//
// A row for each pair of nodes that a way leads between. There may be millions, so none is made in advance: where a
// query says the parent or the child, a walk starts there; with a limit of depth it stops there.
#include <algorithm>
#include <cstdint>
#include <limits>

#include "query/table_of.h"

namespace plowline {
namespace {

constexpr std::size_t kParent = 0;
constexpr std::size_t kChild = 1;
constexpr std::size_t kDepth = 2;

struct Reached {
  NodeId node{};
  std::uint32_t depth = 0;
};

// Owners 0 to size-1 are nodes with all that is downstream, those behind them nodes with all that is upstream.
class EdgeRows final : public TableRows {
 public:
  explicit EdgeRows(const Project& project) : project_(project) {}

  std::size_t owners() const override { return project_.size(); }
  std::optional<std::size_t> owner_of(std::size_t column, std::string_view key) const override {
    const auto node = project_.find(key);
    if (!node) return std::nullopt;
    return index_of(*node) + (column == kChild ? project_.size() : 0);
  }
  std::size_t rows_of(std::size_t owner) override { return reached(owner).size(); }
  CellValue value(std::size_t owner, std::size_t row, std::size_t column) override {
    const Reached& end = reached(owner)[row];
    if (column == kDepth) return std::int64_t{end.depth};
    const bool start_is_asked = (column == kParent) == is_downstream(owner);
    return project_.node(start_is_asked ? start_of(owner) : end.node).unique_id;
  }
  std::int64_t row_id(std::size_t owner, std::size_t row) override {
    const NodeId end = reached(owner)[row].node;
    const NodeId parent = is_downstream(owner) ? start_of(owner) : end;
    const NodeId child = is_downstream(owner) ? end : start_of(owner);
    return static_cast<std::int64_t>((index_of(parent) << 32U) | index_of(child));
  }
  void limit_depth(std::size_t depth) override {
    if (depth == limit_) return;
    limit_ = depth;
    owner_.reset();
  }

 private:
  bool is_downstream(std::size_t owner) const { return owner < project_.size(); }
  NodeId start_of(std::size_t owner) const {
    return static_cast<NodeId>(is_downstream(owner) ? owner : owner - project_.size());
  }

  // Everything that is reached from the owner, the nearest first, each at its smallest depth.
  const std::vector<Reached>& reached(std::size_t owner) {
    if (owner_ == owner) return reached_;
    owner_ = owner;
    reached_.clear();
    const bool down = is_downstream(owner);
    const auto next = [&](NodeId id) { return down ? project_.children(id) : project_.parents(id); };
    if (limit_ == 0) return reached_;
    for (const NodeId id : next(start_of(owner))) reached_.push_back({id, 1});
    if (limit_ == 1) return reached_;  // (neighbours stand in order, each once)
    if (seen_.empty()) seen_.resize(project_.size());
    if (++walk_ == 0) {
      std::ranges::fill(seen_, 0U);
      walk_ = 1;
    }
    for (const Reached& one : reached_) seen_[index_of(one.node)] = walk_;
    for (std::size_t i = 0; i < reached_.size(); ++i) {
      const Reached from = reached_[i];
      if (from.depth >= limit_) break;
      for (const NodeId id : next(from.node)) {
        if (std::exchange(seen_[index_of(id)], walk_) != walk_) reached_.push_back({id, from.depth + 1});
      }
    }
    return reached_;
  }

  const Project& project_;
  std::size_t limit_ = std::numeric_limits<std::size_t>::max();
  std::optional<std::size_t> owner_;
  std::vector<Reached> reached_;     // of owner_, within limit_
  std::vector<std::uint32_t> seen_;  // by node: the last walk that came by
  std::uint32_t walk_ = 0;
};

class EdgesTable final : public Table {
 public:
  EdgesTable() : Table("edges", "who depends on whom, at any distance: depth = 1 for what depends on it directly") {
    columns_ = {{"parent", ColumnType::kText, "the unique_id of the upstream node"},
                {"child", ColumnType::kText, "the unique_id of the downstream node"},
                {"depth", ColumnType::kInteger, "how many edges lie between, by the shortest way; 1 and more"}};
    keys_ = 2;
    depth_column_ = kDepth;
  }
  std::unique_ptr<TableRows> rows(const TableSources& sources) const override {
    return std::make_unique<EdgeRows>(sources.project->project());
  }
};

}  // namespace

std::unique_ptr<const Table> edges_table() {
  return std::make_unique<EdgesTable>();
}

}  // namespace plowline
