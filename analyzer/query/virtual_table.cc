#include "query/virtual_table.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <fmt/format.h>
#include <memory>
#include <string>
#include <type_traits>
#include <unordered_map>
#include <utility>
#include <vector>

namespace plowline {
namespace {

constexpr const char* kModuleName = "plowline";
constexpr std::size_t kIndexRowsBetweenLooks = 4096;

struct RowPlace {
  std::size_t owner = 0;
  std::size_t row = 0;
};
using ColumnIndex = std::unordered_map<std::string, std::vector<RowPlace>>;

// A table within one connection.
struct OpenTable : sqlite3_vtab {
  OpenTable(const Table& its_table, std::string its_schema, QueryState& its_state)
      : sqlite3_vtab(), table(its_table), schema(std::move(its_schema)), state(its_state) {}

  const Table& table;
  std::string schema;
  QueryState& state;
  std::optional<TableSources> sources;             // once something is read
  std::vector<std::unique_ptr<TableRows>> unused;  // of cursors that were closed: a subquery opens them again and again
  std::unordered_map<int, ColumnIndex> indexes;    // by column
};

struct OpenCursor : sqlite3_vtab_cursor {
  explicit OpenCursor(OpenTable& its_table) : sqlite3_vtab_cursor(), table(its_table) {}
  OpenTable& table;
  std::unique_ptr<TableRows> rows;
  // Owners from `owner` to before `end`; or, with `places`, those rows.
  std::size_t owner = 0;
  std::size_t end = 0;
  std::size_t row = 0;
  const std::vector<RowPlace>* places = nullptr;
  std::size_t place = 0;

  bool at_end() const { return places != nullptr ? place >= places->size() : owner >= end; }
  RowPlace here() const { return places != nullptr ? (*places)[place] : RowPlace{owner, row}; }
  // Goes on to an owner that has a row.
  void skip_empty() {
    while (owner < end && row >= rows->rows_of(owner)) {
      ++owner;
      row = 0;
    }
  }
};

OpenTable& open_table(sqlite3_vtab* table) {
  return *static_cast<OpenTable*>(table);
}
OpenCursor& open_cursor(sqlite3_vtab_cursor* cursor) {
  return *static_cast<OpenCursor*>(cursor);
}

// --- what SQLite asks before a query runs ----------------------------------------------------------------------------

// (JSON is text, and a column of any type has to have none: SQLite would turn '1' into 1 before it compares.)
std::string_view declared_type(ColumnType type) {
  switch (type) {
    case ColumnType::kText:
    case ColumnType::kJson:
      return "TEXT";
    case ColumnType::kInteger:
      return "INTEGER";
    case ColumnType::kReal:
      return "REAL";
    case ColumnType::kAny:
      break;
  }
  return "";
}

std::string declaration_of(const Table& table) {
  std::string columns;
  for (const ColumnInfo& column : table.columns()) {
    columns += fmt::format("{}\"{}\" {}{}", columns.empty() ? "" : ", ", column.name, declared_type(column.type),
                           column.hidden ? " HIDDEN" : "");
  }
  return fmt::format("create table x({})", columns);
}

int connect(sqlite3* connection, void* context, int, const char* const* words, sqlite3_vtab** out, char**) {
  const Table* table = find_table(words[2]);
  if (table == nullptr) return SQLITE_ERROR;
  if (const int status = sqlite3_declare_vtab(connection, declaration_of(*table).c_str()); status != SQLITE_OK) {
    return status;
  }
  *out = new OpenTable(*table, words[1], *static_cast<QueryState*>(context));
  return SQLITE_OK;
}

int disconnect(sqlite3_vtab* table) {
  delete &open_table(table);
  return SQLITE_OK;
}

// How a query narrows the rows, packed into SQLite's idxNum: the way in the lowest two bits, then the column, then
// which comparisons of depth are given, in the order in which their values come behind that of the column.
enum class Way { kScan = 0, kKey = 1, kIndex = 2 };
constexpr int kColumnShift = 2;
constexpr int kDepthShift = 12;
constexpr int kMostDepths = 4;
enum class DepthBound { kNone = 0, kUpTo = 1, kBelow = 2 };  // 2 bits each

DepthBound bound_of(int operation) {
  if (operation == SQLITE_INDEX_CONSTRAINT_EQ || operation == SQLITE_INDEX_CONSTRAINT_LE) return DepthBound::kUpTo;
  return operation == SQLITE_INDEX_CONSTRAINT_LT ? DepthBound::kBelow : DepthBound::kNone;
}

// Estimates for SQLite's planner: only their order matters.
struct Estimate {
  double cost = 0;
  sqlite3_int64 rows = 0;
};

class Planner {
 public:
  Planner(const OpenTable& open, sqlite3_index_info& info) : open_(open), info_(info) {}

  void plan() {
    for (int i = 0; i < info_.nConstraint; ++i) consider(i);
    int words = 0;
    int number = static_cast<int>(way_) | ((way_ == Way::kScan ? 0 : column_) << kColumnShift);
    if (constraint_ >= 0) info_.aConstraintUsage[constraint_].argvIndex = ++words;
    for (std::size_t i = 0; i < depths_.size(); ++i) {
      const auto [constraint, bound] = depths_[i];
      info_.aConstraintUsage[constraint].argvIndex = ++words;
      number |= static_cast<int>(bound) << (kDepthShift + 2 * static_cast<int>(i));
    }
    info_.idxNum = number;
    const Estimate estimate = estimated();
    info_.estimatedCost = estimate.cost;
    info_.estimatedRows = estimate.rows;
    if (way_ == Way::kKey && open_.table.key_is_unique()) info_.idxFlags = SQLITE_INDEX_SCAN_UNIQUE;
  }

 private:
  void consider(int i) {
    const auto& constraint = info_.aConstraint[i];
    if (constraint.usable == 0 || constraint.iColumn < 0) return;
    const auto column = static_cast<std::size_t>(constraint.iColumn);
    if (open_.table.depth_column() == column) {
      const DepthBound bound = bound_of(constraint.op);
      if (bound != DepthBound::kNone && depths_.size() < kMostDepths) depths_.emplace_back(i, bound);
      return;
    }
    if (constraint.op != SQLITE_INDEX_CONSTRAINT_EQ) return;
    if (std::string_view(sqlite3_vtab_collation(&info_, i)) != "BINARY") return;
    if (column < open_.table.keys()) {
      if (way_ != Way::kKey) take(Way::kKey, i);
      return;
    }
    const ColumnInfo& info = open_.table.columns()[column];
    if (info.hidden || info.type != ColumnType::kText || open_.table.depth_column()) return;
    sqlite3_value* constant = nullptr;
    if (sqlite3_vtab_rhs_value(&info_, i, &constant) == SQLITE_OK) {
      narrowed_ = true;  // one scan is as fast as to make an index for it
    } else if (way_ == Way::kScan) {
      take(Way::kIndex, i);
    }
  }

  void take(Way way, int constraint) {
    way_ = way;
    constraint_ = constraint;
    column_ = info_.aConstraint[constraint].iColumn;
  }

  Estimate estimated() const {
    const bool edges = open_.table.depth_column().has_value();
    const bool near = !depths_.empty();
    switch (way_) {
      case Way::kKey:
        if (edges) return near ? Estimate{20, 10} : Estimate{2'000, 500};
        return open_.table.key_is_unique() ? Estimate{2, 1} : Estimate{20, 10};
      case Way::kIndex:
        return {50, 20};
      case Way::kScan:
        break;
    }
    if (edges) return near ? Estimate{400'000, 200'000} : Estimate{50'000'000, 20'000'000};
    return {100'000, narrowed_ ? 1'000 : 50'000};
  }

  const OpenTable& open_;
  sqlite3_index_info& info_;
  Way way_ = Way::kScan;
  int constraint_ = -1;
  int column_ = 0;
  bool narrowed_ = false;
  std::vector<std::pair<int, DepthBound>> depths_;
};

int best_index(sqlite3_vtab* table, sqlite3_index_info* info) {
  const OpenTable& open = open_table(table);
  open.state.tables.emplace(open.schema, open.table.name());
  Planner(open, *info).plan();
  return SQLITE_OK;
}

// --- what it asks while one runs -------------------------------------------------------------------------------------

int fail(OpenTable& open, Error error) {
  if (!open.state.error) open.state.error = std::move(error);
  return SQLITE_ERROR;
}

int open_rows(sqlite3_vtab* table, sqlite3_vtab_cursor** out) {
  OpenTable& open = open_table(table);
  if (!open.sources) {
    auto sources = open.state.sources(open.table, open.schema);
    if (!sources) return fail(open, std::move(sources.error()));
    open.sources = *sources;
  }
  auto cursor = std::make_unique<OpenCursor>(open);
  if (open.unused.empty()) {
    cursor->rows = open.table.rows(*open.sources);
  } else {
    cursor->rows = std::move(open.unused.back());
    open.unused.pop_back();
  }
  *out = cursor.release();
  return SQLITE_OK;
}

int close_rows(sqlite3_vtab_cursor* cursor) {
  const std::unique_ptr<OpenCursor> owned(&open_cursor(cursor));
  owned->table.unused.push_back(std::move(owned->rows));
  return SQLITE_OK;
}

// The text that a column of text is compared with; nothing where it can equal none.
std::optional<std::string_view> compared_text(sqlite3_value* value) {
  const int type = sqlite3_value_type(value);
  if (type == SQLITE_NULL || type == SQLITE_BLOB) return std::nullopt;
  const auto* text = reinterpret_cast<const char*>(sqlite3_value_text(value));
  if (text == nullptr) return std::nullopt;
  return std::string_view(text, static_cast<std::size_t>(sqlite3_value_bytes(value)));
}

// The greatest depth that the comparison lets pass.
std::size_t greatest_depth(sqlite3_value* value, DepthBound bound) {
  const int type = sqlite3_value_numeric_type(value);
  if (type == SQLITE_NULL) return 0;
  if (type != SQLITE_INTEGER && type != SQLITE_FLOAT) return std::numeric_limits<std::size_t>::max();
  const double limit = sqlite3_value_double(value);
  const double whole = bound == DepthBound::kBelow ? std::ceil(limit) - 1 : std::floor(limit);
  if (!(whole > 0)) return 0;
  return whole >= 4e9 ? std::numeric_limits<std::size_t>::max() : static_cast<std::size_t>(whole);
}

// The index over a column of text, made when a join first asks for it. Null where the time is over.
const ColumnIndex* index_over(OpenTable& open, TableRows& rows, int column) {
  if (const auto known = open.indexes.find(column); known != open.indexes.end()) return &known->second;
  ColumnIndex index;
  for (std::size_t owner = 0; owner < rows.owners(); ++owner) {
    if (owner % kIndexRowsBetweenLooks == 0 && open.state.is_late()) return nullptr;
    const std::size_t count = rows.rows_of(owner);
    for (std::size_t row = 0; row < count; ++row) {
      const CellValue value = rows.value(owner, row, static_cast<std::size_t>(column));
      if (const auto* view = std::get_if<std::string_view>(&value)) {
        index[std::string(*view)].push_back({owner, row});
      } else if (const auto* text = std::get_if<std::string>(&value)) {
        index[*text].push_back({owner, row});
      }
    }
  }
  return &open.indexes.emplace(column, std::move(index)).first->second;
}

void seek_key(OpenCursor& cursor, int column, sqlite3_value* value) {
  const auto key = compared_text(value);
  const auto owner = key ? cursor.rows->owner_of(static_cast<std::size_t>(column), *key) : std::nullopt;
  cursor.owner = owner.value_or(0);
  cursor.end = owner ? *owner + 1 : 0;
}

int seek_in_index(OpenCursor& cursor, int column, sqlite3_value* value) {
  static const std::vector<RowPlace> kNone;
  cursor.places = &kNone;
  const auto key = compared_text(value);
  if (!key) return SQLITE_OK;
  const ColumnIndex* index = index_over(cursor.table, *cursor.rows, column);
  if (index == nullptr) return SQLITE_INTERRUPT;
  if (const auto found = index->find(std::string(*key)); found != index->end()) cursor.places = &found->second;
  return SQLITE_OK;
}

int filter(sqlite3_vtab_cursor* base, int number, const char*, int count, sqlite3_value** values) {
  OpenCursor& cursor = open_cursor(base);
  cursor.places = nullptr;
  cursor.place = cursor.row = cursor.owner = 0;
  const Way way = static_cast<Way>(number & 3);
  const int column = (number >> kColumnShift) & ((1 << (kDepthShift - kColumnShift)) - 1);
  int next = way == Way::kScan ? 0 : 1;
  std::size_t depth = std::numeric_limits<std::size_t>::max();
  for (int i = 0; next < count; ++i, ++next) {
    const auto bound = static_cast<DepthBound>((number >> (kDepthShift + 2 * i)) & 3);
    depth = std::min(depth, greatest_depth(values[next], bound));
  }
  cursor.rows->limit_depth(depth);
  switch (way) {
    case Way::kKey:
      seek_key(cursor, column, values[0]);
      break;
    case Way::kIndex:
      return seek_in_index(cursor, column, values[0]);
    case Way::kScan:
      cursor.end = cursor.rows->owners();
      break;
  }
  cursor.skip_empty();
  return SQLITE_OK;
}

int next_row(sqlite3_vtab_cursor* base) {
  OpenCursor& cursor = open_cursor(base);
  if (cursor.places != nullptr) {
    ++cursor.place;
  } else {
    ++cursor.row;
    cursor.skip_empty();
  }
  return SQLITE_OK;
}

int is_at_end(sqlite3_vtab_cursor* cursor) {
  return open_cursor(cursor).at_end() ? 1 : 0;
}

int row_id(sqlite3_vtab_cursor* base, sqlite3_int64* out) {
  OpenCursor& cursor = open_cursor(base);
  const RowPlace place = cursor.here();
  *out = cursor.rows->row_id(place.owner, place.row);
  return SQLITE_OK;
}

int column_value(sqlite3_vtab_cursor* base, sqlite3_context* context, int column) {
  OpenCursor& cursor = open_cursor(base);
  const RowPlace place = cursor.here();
  std::visit(
      [&]<typename T>(const T& value) {
        if constexpr (std::is_same_v<T, std::monostate>) {
          sqlite3_result_null(context);
        } else if constexpr (std::is_same_v<T, std::int64_t>) {
          sqlite3_result_int64(context, value);
        } else if constexpr (std::is_same_v<T, double>) {
          sqlite3_result_double(context, value);
        } else {
          // (A view lives as long as the project does.)
          const auto destructor = std::is_same_v<T, std::string_view> ? SQLITE_STATIC : SQLITE_TRANSIENT;
          sqlite3_result_text64(context, value.data(), value.size(), destructor, SQLITE_UTF8);
        }
      },
      cursor.rows->value(place.owner, place.row, static_cast<std::size_t>(column)));
  return SQLITE_OK;
}

const sqlite3_module& module() {
  static const sqlite3_module kModule = [] {
    sqlite3_module made{};
    made.iVersion = 1;
    made.xCreate = connect;
    made.xConnect = connect;
    made.xBestIndex = best_index;
    made.xDisconnect = disconnect;
    made.xDestroy = disconnect;
    made.xOpen = open_rows;
    made.xClose = close_rows;
    made.xFilter = filter;
    made.xNext = next_row;
    made.xEof = is_at_end;
    made.xColumn = column_value;
    made.xRowid = row_id;
    return made;
  }();
  return kModule;
}

}  // namespace

int create_tables(sqlite3* connection, QueryState& state) {
  if (const int status = sqlite3_create_module_v2(connection, kModuleName, &module(), &state, nullptr);
      status != SQLITE_OK) {
    return status;
  }
  for (const std::string_view schema : {kMainSchema, kStateSchema}) {
    for (const Table* table : all_tables()) {
      const std::string sql =
          fmt::format("create virtual table \"{}\".\"{}\" using {}", schema, table->name(), kModuleName);
      if (const int status = sqlite3_exec(connection, sql.c_str(), nullptr, nullptr, nullptr); status != SQLITE_OK) {
        return status;
      }
    }
  }
  return SQLITE_OK;
}

}  // namespace plowline
