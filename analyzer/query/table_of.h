// A Table whose rows are items of one C++ type: what the files tables_*.cc share.
#pragma once

#include <memory>
#include <string_view>
#include <utility>
#include <vector>

#include "artifact/json.h"
#include "query/tables.h"

namespace plowline {

// One column of a table over items of type Item.
template <typename Item>
struct Field {
  std::string_view name;
  ColumnType type;
  std::string_view comment;
  CellValue (*get)(const LintProject& project, const Item& item);
  bool hidden = false;
};

template <typename Item>
struct TableSpec {
  std::string_view name;
  std::string_view comment;
  std::size_t (*owners)(const TableSources& sources);
  // By the first column; null: the table has no key.
  std::optional<std::size_t> (*find)(const TableSources& sources, std::string_view key);
  void (*items)(const TableSources& sources, std::size_t owner, std::vector<Item>& out);
  std::vector<Field<Item>> fields;
  std::uint8_t needs = 0;
  bool key_is_unique = false;
};

template <typename Item>
class TableOf final : public Table {
 public:
  explicit TableOf(TableSpec<Item> spec) : Table(spec.name, spec.comment), spec_(std::move(spec)) {
    for (const Field<Item>& field : spec_.fields)
      columns_.push_back({field.name, field.type, field.comment, field.hidden});
    needs_ = spec_.needs;
    keys_ = spec_.find == nullptr ? 0 : 1;
    key_is_unique_ = spec_.key_is_unique;
  }

  std::unique_ptr<TableRows> rows(const TableSources& sources) const override {
    return std::make_unique<Rows>(spec_, sources);
  }

 private:
  class Rows final : public TableRows {
   public:
    Rows(const TableSpec<Item>& spec, const TableSources& sources) : spec_(spec), sources_(sources) {}
    std::size_t owners() const override { return spec_.owners(sources_); }
    std::optional<std::size_t> owner_of(std::size_t, std::string_view key) const override {
      return spec_.find(sources_, key);
    }
    std::size_t rows_of(std::size_t owner) override { return items(owner).size(); }
    CellValue value(std::size_t owner, std::size_t row, std::size_t column) override {
      return spec_.fields[column].get(*sources_.project, items(owner)[row]);
    }

   private:
    const std::vector<Item>& items(std::size_t owner) {
      if (owner_ == owner) return items_;
      items_.clear();
      spec_.items(sources_, owner, items_);
      owner_ = owner;
      return items_;
    }
    const TableSpec<Item>& spec_;
    TableSources sources_;
    std::optional<std::size_t> owner_;
    std::vector<Item> items_;  // of owner_
  };
  TableSpec<Item> spec_;
};

// --- values ---

// NULL where the artifact has no such text.
inline CellValue text_cell(std::string_view text) {
  return text.empty() ? CellValue() : CellValue(text);
}
inline CellValue flag_cell(bool value) {
  return std::int64_t{value ? 1 : 0};
}
// A value as SQLite's json_extract() gives it: texts and numbers, 1 and 0 for true and false, NULL; lists and objects
// as JSON text.
CellValue json_cell(RawJson value);
// A JSON string unescaped; NULL for anything else.
CellValue string_cell(RawJson value);
// The JSON text itself without blanks between its parts; NULL where there is none.
CellValue raw_cell(RawJson value);
// `["a","b"]`
CellValue list_cell(StringList texts);

// --- owners that are the project's nodes ---
std::size_t count_nodes(const TableSources& sources);
std::optional<std::size_t> find_node(const TableSources& sources, std::string_view unique_id);

// The tables of each file.
using TableList = std::vector<std::unique_ptr<const Table>>;
void add_node_tables(TableList& tables);      // nodes, edges, macro_calls
void add_part_tables(TableList& tables);      // columns, tests, configs, metas, tags
void add_resource_tables(TableList& tables);  // sources, exposures, metrics, macros, groups
void add_disabled_table(TableList& tables);   // disabled
void add_artifact_tables(TableList& tables);  // catalog_tables, catalog_columns, run_results, findings
std::unique_ptr<const Table> edges_table();

}  // namespace plowline
