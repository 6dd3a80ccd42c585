// The tables that SQL can ask: a dbt project as relations.
//
//   select n.name, count(*) from nodes n join edges e on e.parent = n.unique_id where e.depth = 1 group by 1
//
// Every table is data: its name, what it holds, and its columns, each with a type, a comment and a function that gets
// one value. Nothing is computed but the values that a query asks for. The same tables exist twice: for the project
// itself, and in the schema `state` for the earlier project.
//
// The rows of a table come in groups: those of one node (macro, group) lie together under an owner, so that the rows
// of one `unique_id` are found without a search. How SQLite is told of all this stands in virtual_table.h.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "lint/finding.h"
#include "lint/lint_project.h"

namespace plowline {

// One value as SQL sees it. A view must live as long as the project. Nothing: NULL.
using CellValue = std::variant<std::monostate, std::int64_t, double, std::string_view, std::string>;

// What the type of a column promises; `kJson` is text that SQLite's JSON functions take.
enum class ColumnType : std::uint8_t { kText, kInteger, kReal, kJson, kAny };
std::string_view to_string(ColumnType type);  // TEXT, INTEGER, REAL, JSON, ANY

struct ColumnInfo {
  std::string_view name;
  ColumnType type = ColumnType::kText;
  std::string_view comment;  // without a full stop at the end
  bool hidden = false;       // long: not a part of `select *`, only there by its name
};

// What the tables of one schema are made from.
struct TableSources {
  const LintProject* project = nullptr;
  const std::vector<Finding>* findings = nullptr;  // for the table of that name only
};

// Walks over a table's rows; each cursor of a query has one of its own.
class TableRows {
 public:
  virtual ~TableRows() = default;
  // Those of a whole scan.
  virtual std::size_t owners() const = 0;
  // The owner of all rows whose column `column` is `key`; asked for key columns only. Nothing where there are none.
  virtual std::optional<std::size_t> owner_of(std::size_t column, std::string_view key) const = 0;
  virtual std::size_t rows_of(std::size_t owner) = 0;
  virtual CellValue value(std::size_t owner, std::size_t row, std::size_t column) = 0;
  // A number that no other row of the table has, however it is reached.
  virtual std::int64_t row_id(std::size_t owner, std::size_t row) {
    return static_cast<std::int64_t>((owner << 32U) | row);
  }
  // Rows of a greater depth are not wanted. (Only `edges` has one.)
  virtual void limit_depth(std::size_t) {}
};

class Table {
 public:
  virtual ~Table() = default;
  std::string_view name() const { return name_; }
  std::string_view comment() const { return comment_; }
  std::span<const ColumnInfo> columns() const { return columns_; }
  // What it cannot do without (Needs of rule.h); kNeedsCatalog in the schema `state` means the earlier catalog.
  std::uint8_t needs() const { return needs_; }
  // The first so many columns are keys: see TableRows::owner_of().
  std::size_t keys() const { return keys_; }
  // Several rows may have one key.
  bool key_is_unique() const { return key_is_unique_; }
  // The column that limit_depth() is about.
  std::optional<std::size_t> depth_column() const { return depth_column_; }
  virtual std::unique_ptr<TableRows> rows(const TableSources& sources) const = 0;

 protected:
  Table(std::string_view name, std::string_view comment) : name_(name), comment_(comment) {}
  std::string_view name_;
  std::string_view comment_;
  std::vector<ColumnInfo> columns_;
  std::uint8_t needs_ = 0;
  std::size_t keys_ = 1;
  bool key_is_unique_ = false;
  std::optional<std::size_t> depth_column_;
};

// All of them, in the order in which users are shown them. Made once; they live as long as the program.
const std::vector<const Table*>& all_tables();
// Null where there is none. Letter case does not count, as in SQL.
const Table* find_table(std::string_view name);

// The schemas' names in SQL.
inline constexpr std::string_view kMainSchema = "main";
inline constexpr std::string_view kStateSchema = "state";

}  // namespace plowline
